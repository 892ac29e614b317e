import type { ChildProcess } from 'node:child_process'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { globSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { connect } from 'node:net'
import { extname, join, relative } from 'node:path'
import type { D1Database } from '@cloudflare/workers-types'
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare, type V4WorkerOptions } from 'miniflare'
import { startCron } from './cron.ts'
import { applyMigrations } from './migrate.ts'
import { identify, type ProcessIdentity } from './processes.mjs'
import { Refusal } from './refusal.ts'
import { StateFolder } from './state-folder.ts'
import { buildWorker, type WorkerBuild } from './worker-build.ts'

export type LogLine = { level: string; message: string }

export type RuntimeOptions = {
  /** Folder for data, secrets and the note of who serves; made when missing. */
  state: string
  /** 0, the default, takes a free port. */
  port?: number
  /** Another entry module than wrangler.toml's `main`, relative to the project: it gets the same bindings. */
  entry?: string
  /** Takes each line that the Worker logs; without it errors and warnings go to stderr. */
  log?: (line: LogLine) => void
}

export type Runtime = {
  /** Without a slash at its end. */
  url: string
  state: string
  secrets: Record<string, string>
  /** The Worker's database, from outside of it. */
  db: D1Database
  /** A request to the Worker by path: `fetch('/v1/services')`. */
  fetch: (path: string, init?: RequestInit) => Promise<Response>
  /** Runs the Worker's scheduled handler as a trigger of wrangler.toml at that time (epoch ms) would. */
  scheduled: (cron: string, at: number) => Promise<void>
  /** Stops workerd, gives the folder back; nothing stays alive. Safe to call twice. */
  close: () => Promise<void>
}

const host = '127.0.0.1'

/**
 * Runs the Worker as deployed, with the bindings of wrangler.toml, on a folder of local state: builds it,
 * applies the migrations, then serves. Miniflare is driven directly, without the proxy of `wrangler dev`.
 *
 * @throws {Refusal} when the folder or the port is in use or the Worker does not build; other errors on
 *   a migration that fails
 */
export async function openRuntime(options: RuntimeOptions): Promise<Runtime> {
  const { state, port: wantedPort = 0, entry, log = complain } = options
  const build = await buildWorker(entry)
  const folder = await StateFolder.take(state)
  const undo: (() => unknown)[] = [() => folder.release()]
  let closing: Promise<void> | undefined
  const close = () => {
    closing ??= (async () => {
      for (const step of undo.reverse()) await step()
    })()
    return closing
  }
  try {
    if (wantedPort !== 0) await refuseTakenPort(wantedPort)
    const secrets = folder.secrets(build.secrets)
    const notes = noteProcesses(folder, wantedPort)
    undo.push(notes.stop)
    const miniflare = await startMiniflare({ ...options, log, port: wantedPort }, build, secrets)
    undo.push(() => miniflare.dispose())
    const port = Number((await miniflare.ready.catch(explainStart(wantedPort))).port)
    notes.listensOn(port)
    for (const [binding, migrations] of Object.entries(build.migrations)) {
      await applyMigrations(await database(miniflare, binding), migrations)
    }
    const scheduled = async (cron: string, at: number) => {
      const worker = await miniflare.getWorker()
      await worker.scheduled({ cron, scheduledTime: new Date(at) })
    }
    const fire = (cron: string, at: number) =>
      void scheduled(cron, at).catch((error) =>
        log({ level: 'error', message: `Cron ${cron} failed: ${error}` }),
      )
    undo.push(startCron(build.crons, fire))
    const url = `http://localhost:${port}`
    const db = await database(miniflare, 'DB')
    return {
      url,
      state,
      secrets,
      db,
      fetch: (path, init) => fetch(new URL(path, url), init),
      scheduled,
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}

/** The SQLite file of the Worker's only database: to read or fill directly while no runtime has the folder. */
export function databaseFile(state: string): string {
  const files = globSync(join(state, 'v3', 'd1', 'miniflare-D1DatabaseObject', '*.sqlite'))
  const [file, ...others] = files.filter((name) => !name.endsWith('metadata.sqlite'))
  if (file === undefined || others.length > 0)
    throw new Error(`Not one database in ${state}: ${files.length}`)
  return file
}

async function database(miniflare: Miniflare, binding: string): Promise<D1Database> {
  // The same interface twice: Miniflare declares it by its own copy of the workers' types.
  return (await miniflare.getD1Database(binding)) as unknown as D1Database
}

/**
 * Keeps `server.json` true. Miniflare does not tell the number of the workerd that it starts, and starts again
 * after a crash; Node announces every child it starts.
 */
function noteProcesses(
  folder: StateFolder,
  firstPort: number,
): { listensOn: (port: number) => void; stop: () => void } {
  const node = identify(process.pid)
  if (node === null) throw new Error('This system does not tell about its processes')
  let port = firstPort
  let workerd: ProcessIdentity | null = null
  const note = () => folder.record({ port, node, workerd })
  const onChild = (message: unknown) => {
    const child = (message as { process: ChildProcess }).process
    child.once('spawn', () => {
      if (child.pid === undefined || !child.spawnfile.includes('workerd')) return
      workerd = identify(child.pid)
      note()
    })
  }
  subscribe('child_process', onChild)
  const stop = () => void unsubscribe('child_process', onChild)
  const listensOn = (actual: number) => {
    port = actual
    note()
  }
  return { listensOn, stop }
}

async function startMiniflare(
  { port, log, state }: Required<Omit<RuntimeOptions, 'entry'>>,
  build: WorkerBuild,
  secrets: Record<string, string>,
): Promise<Miniflare> {
  // Links in messages lead here; a port that is free only becomes known when they are made already.
  const origin = port === 0 ? {} : { ORIGIN: `http://localhost:${port}` }
  const workers = await workersOf(build, { ...origin, ...secrets })
  const options = convertV4MiniflareOptions({
    workers,
    host,
    port,
    cf: false, // it would ask the network where we are
    log: new Log(LogLevel.WARN),
    logRequests: false,
    handleStructuredLogs: log,
    telemetry: { enabled: false },
    // The layout of wrangler, so that `wrangler d1 execute --local --persist-to <state>` reads the same data.
    resourcePersistencePath: join(state, 'v3'),
  })
  // Miniflare would answer signals by an exit at once with its own code: how to stop is the caller's decision.
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
  const before = signals.map((signal) => process.listeners(signal))
  const miniflare = new Miniflare(options)
  for (const [index, signal] of signals.entries()) {
    for (const listener of process.listeners(signal)) {
      if (!before[index]?.includes(listener)) process.off(signal, listener)
    }
  }
  return miniflare
}

/**
 * The Worker, and beside it one for static assets. A deployment asks for an asset before the Worker runs, at no
 * cost; Miniflare's simulation of that halves the speed of every request. So the files of the assets folder are
 * routed to their own Worker by their paths, and everything else goes straight to ours.
 */
async function workersOf(build: WorkerBuild, bindings: Record<string, string>): Promise<V4WorkerOptions[]> {
  const { assets, ...options } = build.options
  const names = (await readdir(build.folder, { recursive: true })).sort()
  const modules = names.flatMap((path) => {
    const type = moduleTypes[extname(path)]
    return type && path !== 'build.json' && path !== 'README.md'
      ? [{ type, path: join(build.folder, path) }]
      : []
  })
  modules.sort((a, b) => Number(b.path.endsWith(build.entry)) - Number(a.path.endsWith(build.entry)))
  const main = {
    ...options,
    name: 'dawr',
    modules,
    modulesRoot: build.folder,
    bindings: { ...options.bindings, ...bindings },
  }
  if (!assets) return [main]
  const files = (await readdir(assets.directory, { recursive: true, withFileTypes: true })).filter((file) =>
    file.isFile(),
  )
  const paths = files.map((file) => relative(assets.directory, join(file.parentPath, file.name)))
  const forAssets = {
    name: 'assets',
    compatibilityDate: options.compatibilityDate ?? '',
    modules: true,
    script: 'export default { fetch: (request, env) => env.ASSETS.fetch(request) }',
    assets: { ...assets, binding: 'ASSETS', routerConfig: { has_user_worker: false } },
    routes: paths.map((path) => `*/${path.replaceAll('\\', '/')}*`),
  }
  const serviceBindings = {
    ...options.serviceBindings,
    ...(assets.binding ? { [assets.binding]: 'assets' } : {}),
  }
  return [{ ...main, serviceBindings }, forAssets]
}

const moduleTypes: Record<string, 'ESModule' | 'CompiledWasm' | 'Data' | 'Text'> = {
  '.js': 'ESModule',
  '.wasm': 'CompiledWasm',
  '.bin': 'Data',
  '.txt': 'Text',
  '.html': 'Text',
  '.sql': 'Text',
}

/** Something that answers on the port counts, on either loopback address: `localhost` may mean both. */
async function refuseTakenPort(port: number): Promise<void> {
  const answers = (address: string) =>
    new Promise<boolean>((resolve) => {
      const socket = connect({ port, host: address }, () => resolve(true))
      socket.once('error', () => resolve(false)).once('connect', () => socket.destroy())
    })
  if ((await Promise.all([answers(host), answers('::1')])).includes(true)) throw new Refusal(portTaken(port))
}

const portTaken = (port: number) =>
  `Port ${port} is in use by another program. Stop that, or choose another port: PORT=<port> npm start`

function explainStart(port: number): (error: Error & { code?: string }) => never {
  return (error) => {
    throw error.code === 'ERR_ADDRESS_IN_USE' ? new Refusal(portTaken(port)) : error
  }
}

function complain({ level, message }: LogLine): void {
  if (level === 'error' || level === 'warn') console.error(message)
}
