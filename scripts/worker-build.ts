import { execFile } from 'node:child_process'
import { createHash, randomUUID } from 'node:crypto'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { basename, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { V4WorkerOptions } from 'miniflare'
import { Refusal } from './refusal.ts'

/** The project's folder, without a slash at its end. */
export const root = fileURLToPath(new URL('..', import.meta.url)).replace(/[\\/]$/, '')

/** Everything that the project's own tools keep between runs; git and `npm ci` both treat it as theirs. */
export const cacheFolder = join(root, 'node_modules', '.cache', 'dawr')

const configFile = join(root, 'wrangler.toml')
const buildsKept = 6

/** Options of one Worker for Miniflare: all that wrangler derives, with the parts named that are read here. */
type MiniflareOptions = Pick<V4WorkerOptions, 'assets' | 'bindings' | 'compatibilityDate' | 'serviceBindings'>

export type Migration = { name: string; queries: string[] }

/** What wrangler.toml says, in the shape Miniflare takes it, and the bundle that a deployment would upload. */
export type WorkerBuild = {
  /** Folder of the bundle: `index.js`, its source map and the modules beside it. */
  folder: string
  /** The bundle's entry module, relative to the folder. */
  entry: string
  /** Worker options of Miniflare as wrangler derives them, without the code. */
  options: MiniflareOptions
  crons: string[]
  /** Names of the secrets that the Worker cannot start without. */
  secrets: string[]
  /** Migrations in order, per D1 binding. */
  migrations: Record<string, { table: string; list: Migration[] }>
}

/**
 * Bundles the Worker as `wrangler deploy` does, by its own dry run, so that what is tried here is what is
 * deployed. That takes two seconds, so a build is kept under the hash of everything it was made from.
 *
 * @param entry another entry module instead of wrangler.toml's `main`, relative to the project
 * @throws {Refusal} with wrangler's own message when the Worker does not build
 */
export async function buildWorker(entry?: string): Promise<WorkerBuild> {
  const key = await sourceHash(entry)
  const folder = join(cacheFolder, 'builds', key)
  const manifest = join(folder, 'build.json')
  if (!existsSync(manifest)) {
    const scratch = `${folder}.${randomUUID()}`
    await mkdir(scratch, { recursive: true })
    const [, described] = await Promise.all([bundle(scratch, entry), describe(entry)])
    await writeFile(join(scratch, 'build.json'), JSON.stringify(described))
    // Two builders of the same source make the same bytes: whoever comes second drops its own.
    await rename(scratch, folder).catch(() => rm(scratch, { recursive: true }))
    await dropOldBuilds()
  }
  return { folder, ...JSON.parse(await readFile(manifest, 'utf8')) }
}

async function sourceHash(entry: string | undefined): Promise<string> {
  const hash = createHash('sha256').update(`${root}\n${entry}\n`)
  const folders = ['src', 'migrations', ...(entry === undefined ? [] : [join(entry, '..')])]
  const files = ['wrangler.toml', 'tsconfig.json', 'package-lock.json', 'scripts/worker-build.ts']
  for (const folder of folders) {
    const found = await readdir(join(root, folder), { recursive: true, withFileTypes: true }).catch(() => [])
    for (const file of found) if (file.isFile()) files.push(relative(root, join(file.parentPath, file.name)))
  }
  const contents = await Promise.all(files.map((file) => readFile(join(root, file)).catch(() => '')))
  for (const [index, file] of files.entries()) hash.update(`${file}\n`).update(contents[index] ?? '')
  return hash.digest('hex').slice(0, 24)
}

async function bundle(folder: string, entry: string | undefined): Promise<void> {
  const wrangler = join(root, 'node_modules', 'wrangler', 'bin', 'wrangler.js')
  const args = [wrangler, 'deploy', ...(entry === undefined ? [] : [entry]), '--dry-run', '--outdir', folder]
  const env = {
    ...process.env,
    CI: '1',
    NO_COLOR: '1',
    WRANGLER_HIDE_BANNER: 'true',
    WRANGLER_SEND_METRICS: 'false',
  }
  try {
    await promisify(execFile)(process.execPath, args, { cwd: root, env })
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string }
    throw new Refusal(`The Worker does not build.\n${stdout}${stderr}`)
  }
}

async function describe(entry: string | undefined): Promise<Omit<WorkerBuild, 'folder'>> {
  process.env.WRANGLER_LOG ??= 'warn' // it greets on stdout otherwise
  const wrangler = await import('wrangler')
  const config = wrangler.unstable_readConfig({ config: configFile }, { hideWarnings: true })
  // Local secrets are made by the runtime; a developer's .dev.vars never gets into a build.
  const plain = { ...config, secrets: { required: [] } }
  const { workerOptions } = wrangler.unstable_getMiniflareWorkerOptions(plain)
  // The bundle's modules are listed from its folder instead, and Miniflare 5 refuses the rules for finding them.
  const { modulesRules: _, ...options } = workerOptions
  const migrations: WorkerBuild['migrations'] = {}
  for (const database of config.d1_databases) {
    const pattern = database.migrations_pattern ?? `${database.migrations_dir ?? 'migrations'}/*.sql`
    const files = globSync(join(root, pattern)).sort() // wrangler's order: the names start with their number
    const list = files.map((file) => {
      return { name: basename(file), queries: wrangler.unstable_splitSqlQuery(readFileSync(file, 'utf8')) }
    })
    migrations[database.binding] = { table: database.migrations_table ?? 'd1_migrations', list }
  }
  return {
    entry: `${(entry ?? config.main ?? '').replace(/^.*[\\/]/, '').replace(/\.\w+$/, '')}.js`,
    options,
    crons: config.triggers.crons ?? [],
    secrets: config.secrets?.required ?? [],
    migrations,
  }
}

async function dropOldBuilds(): Promise<void> {
  const folder = join(cacheFolder, 'builds')
  const builds = await Promise.all(
    (await readdir(folder)).map(async (name) => ({ name, at: (await stat(join(folder, name))).mtimeMs })),
  )
  builds.sort((a, b) => b.at - a.at)
  for (const { name } of builds.slice(buildsKept))
    await rm(join(folder, name), { recursive: true, force: true })
}
