import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as pause } from 'node:timers/promises'
import { identify, lives, type ProcessIdentity } from './processes.mjs'
import { Refusal } from './refusal.ts'

/** What `<state>/server.json` says of the server that uses the folder, or used it last. */
export type ServerRecord = { port: number; node: ProcessIdentity; workerd: ProcessIdentity | null }

const orphanGoneWithinMs = 5_000
// A server killed this moment may still be on its way out, with the lock.
const lockWaitMs = 1_000

/**
 * One folder of local state, held by this process alone.
 *
 * The hold is a lock of the operating system (by SQLite, which is the part of Node that has them): it ends
 * with the process however that ends, so it can be neither stale nor taken twice.
 */
export class StateFolder {
  readonly path: string
  readonly #lock: DatabaseSync
  readonly #recordFile: string

  private constructor(path: string, lock: DatabaseSync) {
    this.path = path
    this.#lock = lock
    this.#recordFile = join(path, 'server.json')
  }

  /**
   * Takes the folder, making it when it is new, and ends the runtime that a killed server left in it.
   *
   * @throws {Refusal} when another living server uses the folder
   */
  static async take(path: string): Promise<StateFolder> {
    mkdirSync(path, { recursive: true })
    const lock = new DatabaseSync(join(path, 'server.lock'), { timeout: lockWaitMs })
    try {
      lock.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE')
    } catch (error) {
      lock.close()
      if (!(error instanceof Error && error.message.includes('locked'))) throw error
      throw new Refusal(inUse(path, readRecord(join(path, 'server.json'))))
    }
    const folder = new StateFolder(path, lock)
    await folder.#endOrphan()
    return folder
  }

  /** Notes who serves from this folder, for the next start and for people. Written whole or not at all. */
  record(server: ServerRecord): void {
    const draft = `${this.#recordFile}.new`
    writeFileSync(draft, `${JSON.stringify(server, null, 2)}\n`)
    renameSync(draft, this.#recordFile)
  }

  /** Secrets of this folder by name, made once and readable by their owner alone. */
  secrets(names: string[]): Record<string, string> {
    const file = join(this.path, 'secrets.json')
    const secrets: Record<string, string> = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {}
    const missing = names.filter((name) => secrets[name] === undefined)
    for (const name of missing) secrets[name] = randomBytes(32).toString('base64url')
    if (missing.length > 0) writeFileSync(file, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600 })
    return secrets
  }

  /** Gives the folder back after a clean stop. */
  release(): void {
    rmSync(this.#recordFile, { force: true })
    this.#lock.close()
  }

  /**
   * A server whose Node process was killed leaves its workerd alive, serving and writing. We hold the lock, so
   * its Node process is gone; the number, start time and command of what it noted prove that the workerd is its own.
   */
  async #endOrphan(): Promise<void> {
    const record = readRecord(this.#recordFile)
    if (record && lives(record.node)) throw new Refusal(inUse(this.path, record)) // a disk without locks
    const workerd = record?.workerd
    if (!workerd || !lives(workerd) || !identify(workerd.pid)?.command.includes('workerd')) return
    process.kill(workerd.pid, 'SIGKILL')
    const deadline = Date.now() + orphanGoneWithinMs
    while (lives(workerd)) {
      if (Date.now() > deadline)
        throw new Refusal(`A runtime left by a killed server does not end: ${workerd.pid}.`)
      await pause(20)
    }
    console.log(`Ended the runtime that a killed server had left (process ${workerd.pid}).`)
  }
}

function readRecord(file: string): ServerRecord | null {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return null
  }
}

function inUse(path: string, record: ServerRecord | null): string {
  const who =
    record && lives(record.node) ? ` on http://localhost:${record.port} (process ${record.node.pid})` : ''
  return (
    `Dawr already runs${who} with the state folder ${path}.\n` +
    'Stop it first, or choose another folder: DAWR_STATE=<folder> PORT=<port> npm start'
  )
}
