// Installs what is missing, in plain Node 20: `npm start` and `npm test` call it before anything else.
//   node scripts/setup.mjs               installs unless this lock file is installed for this platform
//   node scripts/setup.mjs --installed   only writes the mark; npm calls it when an installation has ended
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { identify, lives } from './processes.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const markFile = join(root, 'node_modules', '.dawr-setup')
const lockFile = join(root, '.setup-lock')
const waitStepMs = 200

/** What a finished installation leaves in the mark: it holds for one lock file on one platform. */
function wantedMark() {
  const lock = readFileSync(join(root, 'package-lock.json'))
  return createHash('sha256').update(lock).update(`${process.platform}-${process.arch}`).digest('hex')
}

/** @param {string} file */
function readIfThere(file) {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return null
  }
}

const isInstalled = () => readIfThere(markFile) === wantedMark()

/** The living owner of the lock, or null when the lock is free or was left by a dead process. */
function lockOwner() {
  try {
    const owner = JSON.parse(readIfThere(lockFile) ?? 'null')
    return owner !== null && lives(owner) ? owner : null
  } catch {
    return null
  }
}

/** Takes the lock if nobody living has it. The file is made whole beside its place and linked into it. */
function tryLock() {
  const mine = `${lockFile}.${process.pid}`
  writeFileSync(mine, JSON.stringify(identify(process.pid)))
  try {
    if (readIfThere(lockFile) !== null && lockOwner() === null) {
      // Left by a dead process. Whoever moves it away has it alone; a living lock moved by mistake goes back.
      const stale = `${mine}.stale`
      renameSync(lockFile, stale)
      const moved = JSON.parse(readFileSync(stale, 'utf8'))
      if (lives(moved)) linkSync(stale, lockFile)
      rmSync(stale, { force: true })
    }
    linkSync(mine, lockFile)
    return true
  } catch {
    return false
  } finally {
    rmSync(mine, { force: true })
  }
}

/**
 * npm started by npm inherits the outer one's idea of the package and a PATH that finds the Node about to be
 * replaced; the user's own npm settings (`npm_config_*`) stay.
 */
function cleanEnvironment() {
  const inherited = /^(npm_(lifecycle|package|command|execpath|node_execpath)|INIT_CWD$|NODE_ENV$)/i
  const env = { ...process.env }
  for (const name of Object.keys(env)) if (inherited.test(name)) delete env[name]
  const path = (env.PATH ?? '').split(delimiter)
  env.PATH = path.filter((dir) => !dir.replaceAll('\\', '/').includes('node_modules/.bin')).join(delimiter)
  return env
}

function install() {
  console.log('Installing the packages of package-lock.json (once, about half a minute) ...')
  // Warnings are left out: they only say that some packages want a newer Node, which is one of the packages.
  const run = spawnSync('npm', ['ci', '--include=dev', '--ignore-scripts=false', '--loglevel=error'], {
    cwd: root,
    env: cleanEnvironment(),
    stdio: ['ignore', 'inherit', 'inherit'],
    shell: process.platform === 'win32',
  })
  if (run.error) throw run.error
  if (run.status !== 0) {
    console.error(`npm ci failed (${run.signal ?? `exit code ${run.status}`}); its messages are above.`)
    process.exit(run.status ?? 1)
  }
  // Written by the postinstall hook already, unless the user's npm runs no scripts.
  writeFileSync(markFile, wantedMark())
}

async function setUp() {
  if (isInstalled()) return
  for (let told = false; !tryLock(); await pause(waitStepMs)) {
    const owner = lockOwner()
    if (owner === null || told) continue
    console.log(`Another installation runs here (process ${owner.pid}); waiting for it ...`)
    told = true
  }
  const release = () => rmSync(lockFile, { force: true })
  process.once('exit', release)
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1))
  if (!isInstalled()) install()
}

if (process.argv.includes('--installed')) writeFileSync(markFile, wantedMark())
else await setUp()
