// Plain JavaScript that Node 20 runs: the setup needs it before Node 24 and TypeScript are there.
import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'

/**
 * Who a process is, so that a recycled number is never mistaken for it: its start time and its command.
 * @typedef {{ pid: number, started: string, command: string }} ProcessIdentity
 */

/**
 * The identity of a living process; null when there is none with that number, or it is already a zombie.
 * @param {number} pid
 * @returns {ProcessIdentity | null}
 */
export function identify(pid) {
  return process.platform === 'linux' ? identifyByProc(pid) : identifyByPs(pid)
}

/**
 * True while exactly this process (same number, same start) lives.
 * @param {ProcessIdentity} identity
 */
export function lives(identity) {
  return identify(identity.pid)?.started === identity.started
}

/** @param {number} pid */
function identifyByProc(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The second field is the command in brackets and may hold spaces: count from its closing bracket.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    // The first thread may be gone before others that still hold the ports.
    const ended = fields[0] === 'X' || (fields[0] === 'Z' && readdirSync(`/proc/${pid}/task`).length <= 1)
    if (ended) return null
    // Start times count from the boot: the boot's own id keeps two boots apart.
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').join(' ').trim()
    return { pid, started: `${boot}:${fields[19]}`, command }
  } catch {
    return null
  }
}

/** @param {number} pid */
function identifyByPs(pid) {
  try {
    const read = (/** @type {string} */ field) =>
      execFileSync('ps', ['-o', `${field}=`, '-p', String(pid)], {
        encoding: 'utf8',
        env: { ...process.env, LC_ALL: 'C', TZ: 'UTC' },
        stdio: ['ignore', 'pipe', 'ignore'],
      }).trim()
    const [state, started, command] = [read('stat'), read('lstart'), read('command')]
    return state.startsWith('Z') || started === '' ? null : { pid, started, command }
  } catch {
    return null
  }
}
