/**
 * Rules of the house that no compiler knows: which file may import which, and a few of style. Pure: the files
 * come in, sentences about what is wrong go out. docs/architecture.md says why the layers are as they are.
 */

/** Sources by their path in the project, with forward slashes. */
export type Sources = ReadonlyMap<string, string>

const linesAtMost = 400
const vagueNames = /^(utils?|helpers?|managers?|misc|common)$/
/** The composition root: it puts everything together, so nothing imports it. */
const rootFiles = new Set(['src/index.ts', 'src/app.ts'])
const sharedFile = 'src/config.ts'
/** They follow the events of others, so nobody may come to depend on them. */
const listeners = new Set(['promises', 'notify'])
/** Rules without a platform: they run in any place, at any time that is handed to them. */
const purePath =
  /^src\/(kernel\/|queue\/estimate\/|[^/]+\/rules(\/|\.ts$)|(booking\/planner|location\/hours)\.ts$)/
const platformPackages = /^(cloudflare:|node:|hono(\/|$)|@hono\/|drizzle-orm(\/|$))/

/** What breaks a rule, one sentence each, in the order of the paths; empty when all is well. */
export function breaches(sources: Sources): string[] {
  const found: string[] = []
  for (const [path, source] of [...sources].sort(([a], [b]) => (a < b ? -1 : 1))) {
    found.push(...breachesOfStyle(path, source))
    if (!path.startsWith('src/') || path.endsWith('.test.ts')) continue
    for (const wanted of importsOf(source)) {
      const reason = forbidden(path, wanted)
      if (reason !== null) found.push(`${path} imports ${wanted}: ${reason}`)
    }
  }
  return found
}

function breachesOfStyle(path: string, source: string): string[] {
  const found: string[] = []
  const lines = source.split('\n').length - 1
  if (lines > linesAtMost)
    found.push(`${path} has ${lines} lines: a file of more than ${linesAtMost} is not read at a sitting`)
  const parts = path.replace(/\.\w+$/, '').split('/')
  for (const part of parts)
    if (vagueNames.test(part)) found.push(`${path}: a name like "${part}" says nothing`)
  const open = /\b(TODO|FIXME|XXX)\b/.exec(source)
  if (open && path !== 'scripts/house-rules.ts')
    found.push(`${path} has a ${open[0]}: do it, or open an issue`)
  return found
}

/** Everything a module names in an import, an export from, or an import(). */
function importsOf(source: string): string[] {
  const statement =
    /^\s*(?:import|export)\b[^'"`;()]*?\bfrom\s*['"]([^'"]+)['"]|^\s*import\s*['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]/gm
  return [...source.matchAll(statement)].map((match) => match[1] ?? match[2] ?? match[3] ?? '')
}

/** Why a file may not import that, or null when it may. */
function forbidden(from: string, wanted: string): string | null {
  if (!wanted.startsWith('.')) return forbiddenPackage(from, wanted)
  const to = resolve(from, wanted)
  if (!to.startsWith('src/')) return 'the Worker imports from src/ only'
  if (rootFiles.has(from)) return throughIndex(from, to)
  if (rootFiles.has(to)) return 'nothing imports the composition root'
  if (to === sharedFile) return null
  const [layer, target] = [folderOf(from), folderOf(to)]
  if (purePath.test(from) && target === 'platform') return 'a pure file imports no platform'
  if (layer === target) return null
  if (from === sharedFile || layer === 'kernel')
    return target === 'kernel' ? null : 'kernel and config import only the kernel'
  if (layer === 'platform')
    return target === 'kernel' ? null : 'the platform knows nothing above it but the kernel'
  if (target === 'kernel' || target === 'platform') return null
  if (target === 'web') return 'pages are on top: no feature imports them'
  if (listeners.has(target)) return `${target} reads events and is imported by the composition root alone`
  return throughIndex(from, to)
}

function forbiddenPackage(from: string, wanted: string): string | null {
  if (wanted.startsWith('temporal-polyfill')) {
    if (from !== 'src/kernel/time.ts') return 'src/kernel/time.ts is the only importer of Temporal'
    return wanted === 'temporal-polyfill/implementation'
      ? null
      : 'its main entry follows a half-working native Temporal'
  }
  return purePath.test(from) && platformPackages.test(wanted) ? 'a pure file imports no platform' : null
}

function throughIndex(from: string, to: string): string | null {
  const feature = folderOf(to)
  const inside =
    feature === '' || feature === 'kernel' || feature === 'platform' || feature === folderOf(from)
  return inside || /^src\/[^/]+\/index\.tsx?$/.test(to)
    ? null
    : `a feature is reached only through src/${feature}/index.ts`
}

/** The folder under src/ that a file belongs to; empty for files directly in it. */
function folderOf(path: string): string {
  const parts = path.split('/')
  return parts.length > 2 ? (parts[1] ?? '') : ''
}

function resolve(from: string, wanted: string): string {
  const parts = from.split('/').slice(0, -1)
  for (const part of wanted.split('/')) {
    if (part === '..') parts.pop()
    else if (part !== '.') parts.push(part)
  }
  return parts.join('/')
}
