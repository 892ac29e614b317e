// `npm run check`: format, lint, types, generated files, layers and the database, side by side. Quiet when all
// is well; otherwise each part that is not says what it found.
import { execFile } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { breaches } from './house-rules.ts'
import { schemaFile, schemaOfMigrations } from './schema.ts'
import { cacheFolder, root } from './worker-build.ts'

/** A part gives what is wrong, or an empty text. */
type Part = () => string | Promise<string>

const bin = (name: string) => join(root, 'node_modules', '.bin', name)

/** What a tool says when it fails; nothing when it succeeds. */
function tool(name: string, ...args: string[]): Promise<string> {
  const env = {
    ...process.env,
    CI: '1',
    NO_COLOR: '1',
    WRANGLER_SEND_METRICS: 'false',
    WRANGLER_HIDE_BANNER: 'true',
  }
  return new Promise((resolve) => {
    const child = execFile(bin(name), args, { cwd: root, env, maxBuffer: 1e8 }, (error, stdout, stderr) =>
      resolve(error ? `${stdout}${stderr}`.trim() || error.message : ''),
    )
    child.stdin?.end()
  })
}

function checkHouse(): string {
  const folders = ['src', 'scripts', 'test', 'bench', 'docs'].filter((folder) =>
    existsSync(join(root, folder)),
  )
  const sources = new Map<string, string>()
  for (const folder of folders) {
    for (const entry of readdirSync(join(root, folder), { recursive: true, withFileTypes: true })) {
      const path = relative(root, join(entry.parentPath, entry.name)).replaceAll('\\', '/')
      if (entry.isFile() && /\.(tsx?|mjs|md)$/.test(path))
        sources.set(path, readFileSync(join(root, path), 'utf8'))
    }
  }
  return breaches(sources).join('\n')
}

function checkSchema(): string {
  const committed = readFileSync(schemaFile, 'utf8').split('\n\n')
  const built = schemaOfMigrations().split('\n\n')
  const missing = committed
    .filter((statement) => !built.includes(statement))
    .map((statement) => `- ${statement}`)
  const added = built
    .filter((statement) => !committed.includes(statement))
    .map((statement) => `+ ${statement}`)
  if (missing.length + added.length === 0) return ''
  return `The migrations do not add up to migrations/schema.sql. If that is meant: npm run schema\n${[...missing, ...added].join('\n')}`
}

/** Drizzle would write one more migration when the tables in the code differ from those of the migrations. */
async function checkDrift(): Promise<string> {
  await mkdir(cacheFolder, { recursive: true })
  const copy = mkdtempSync(join(cacheFolder, 'drift-'))
  try {
    cpSync(join(root, 'migrations'), copy, { recursive: true })
    const before = readdirSync(copy)
    const out = relative(root, copy) // it takes no absolute path
    const trouble = await tool(
      'drizzle-kit',
      'generate',
      '--dialect=sqlite',
      '--schema=./src/*/tables.ts',
      `--out=${out}`,
    )
    const added = readdirSync(copy).filter((name) => !before.includes(name))
    const sql = added.map((name) => readFileSync(join(copy, name), 'utf8')).join('\n')
    if (added.length > 0)
      return `The tables in the code and the migrations differ: npx drizzle-kit generate\n${sql}`
    return trouble
  } finally {
    rmSync(copy, { recursive: true })
  }
}

const parts: Record<string, Part> = {
  'format and lint': () =>
    tool('biome', 'check', '--error-on-warnings', '--colors=off', '--max-diagnostics=50'),
  'types of the Worker': () => tool('tsc', '--project', 'tsconfig.json'),
  'types of the tools': () => tool('tsc', '--project', 'tsconfig.tools.json'),
  'generated types': () => tool('wrangler', 'types', '--include-runtime=false', '--check'),
  'layers and style': checkHouse,
  'schema of the migrations': checkSchema,
  'drift of the tables': checkDrift,
}

const started = performance.now()
const results = await Promise.all(
  Object.entries(parts).map(async ([name, part]) => {
    const trouble = await Promise.resolve()
      .then(part)
      .catch((error) => String(error))
    if (trouble !== '') console.error(`\n== ${name}\n${trouble}`)
    return trouble === ''
  }),
)
const failed = results.filter((well) => !well).length
const seconds = ((performance.now() - started) / 1000).toFixed(1)
console.log(
  failed === 0
    ? `All ${results.length} checks are well (${seconds} s).`
    : `\n${failed} of ${results.length} checks failed (${seconds} s).`,
)
process.exitCode = failed === 0 ? 0 : 1
