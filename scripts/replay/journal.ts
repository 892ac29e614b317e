import { randomBytes } from 'node:crypto'
import { closeSync, existsSync, openSync, readFileSync, renameSync, truncateSync, writeSync } from 'node:fs'
import { Ending } from './ending.ts'

/** What is replayed, and how: an unfinished run is resumed by the same command only. */
export type Subject = Record<string, string | number>

type Line = [name: string, kept: unknown]

/**
 * What a run has been answered, by the name of the request: one line of JSON each, written before the next request.
 * It holds keys and links of the test-mode location, so only its owner may read it.
 */
export class Journal {
  /** Random: the run's Idempotency-Keys are its own. */
  readonly run: string
  readonly resumed: boolean
  readonly #kept: Map<string, unknown>
  readonly #file: number

  private constructor(run: string, resumed: boolean, kept: Map<string, unknown>, file: number) {
    this.run = run
    this.resumed = resumed
    this.#kept = kept
    this.#file = file
  }

  /**
   * The journal of the unfinished run in that file, or of a new one where there is none, it is finished, or `restart`.
   *
   * @throws {Ending} when the unfinished run is of something else
   */
  static open(path: string, subject: Subject, restart: boolean): Journal {
    const kept = restart ? new Map<string, unknown>() : readLines(path)
    const run = kept.get('run')
    if (typeof run === 'string' && !kept.has('finished')) {
      if (JSON.stringify(kept.get('subject')) !== JSON.stringify(subject)) {
        throw new Ending(
          2,
          `${path} belongs to an unfinished replay of something else: ${JSON.stringify(kept.get('subject'))}.\n` +
            'Finish that one, drop it with --restart, or name another file with --journal.',
        )
      }
      return new Journal(run, true, kept, openSync(path, 'a'))
    }
    if (existsSync(path)) renameSync(path, `${path}.1`)
    const journal = new Journal(randomBytes(12).toString('hex'), false, new Map(), openSync(path, 'a', 0o600))
    journal.keep('run', journal.run)
    journal.keep('subject', subject)
    return journal
  }

  has(name: string): boolean {
    return this.#kept.has(name)
  }

  get<T>(name: string): T | undefined {
    return this.#kept.get(name) as T | undefined
  }

  /** Synchronous on purpose: what is answered is on record before anything else is asked. */
  keep(name: string, value: unknown): void {
    writeSync(this.#file, `${JSON.stringify([name, value] satisfies Line)}\n`)
    this.#kept.set(name, value)
  }

  close(): void {
    closeSync(this.#file)
  }
}

/** A last line that was cut off by the end of its writer counts as never written. */
function readLines(path: string): Map<string, unknown> {
  if (!existsSync(path)) return new Map()
  const text = readFileSync(path, 'utf8')
  const whole = text.slice(0, text.lastIndexOf('\n') + 1)
  if (whole.length < text.length) truncateSync(path, Buffer.byteLength(whole))
  try {
    return new Map(whole.split('\n').flatMap((line) => (line ? [JSON.parse(line) as Line] : [])))
  } catch {
    throw new Ending(2, `${path} is not the journal of a replay; name another file with --journal.`)
  }
}
