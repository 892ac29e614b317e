import { migrate } from './migrations.ts'
import { type QueueEvent, type QueueState, type RowKey, type Rows, rowAt } from './rules/index.ts'

/** Something to do at a time; `drain` at one of the wall's clock, the others at one of the location's. Epoch ms. */
export type Due = {
  kind: 'missed' | 'ask' | 'promise' | 'day' | 'hours' | 'drain'
  id: string
  at: number
  tries: number
}
export type Known = { fingerprint: string; answer: string }

const kinds = {
  service: 'services',
  desk: 'desks',
  ticket: 'tickets',
  pass: 'passes',
  undo: 'undos',
} as const

/**
 * What a location's object keeps in its own SQLite. Rows are JSON beside the number of the event that wrote them last,
 * so that whoever has seen the queue up to an event can be given what changed since.
 */
export class QueueStorage {
  readonly #storage: DurableObjectStorage
  readonly #sql: SqlStorage
  /** What is asked for with every command, in memory; read again after a change that came to nothing. */
  #due: Map<string, Due> | undefined
  readonly #facts = new Map<string, string>()
  readonly #vouched = new Map<string, { at: number; principal: string }>()

  constructor(storage: DurableObjectStorage) {
    this.#storage = storage
    this.#sql = storage.sql
    migrate(storage)
  }

  /** All of it or none of it; what throws inside takes nothing with it but the transaction. */
  transaction<T>(work: () => T): T {
    try {
      return this.#storage.transactionSync(work)
    } catch (error) {
      this.#due = undefined
      this.#facts.clear()
      throw error
    }
  }

  load(): Rows | undefined {
    const rows: Rows = {
      queue: undefined as never,
      services: [],
      desks: [],
      tickets: [],
      passes: [],
      undos: [],
    }
    for (const { kind, json } of this.#sql.exec<{ kind: string; json: string }>(
      'SELECT kind, json FROM row',
    )) {
      if (kind === 'queue') rows.queue = JSON.parse(json) as Rows['queue']
      else (rows[kinds[kind as keyof typeof kinds]] as unknown[]).push(JSON.parse(json))
    }
    return rows.queue && rows
  }

  /** Writes the rows behind the keys as they are now, and the events that made them so. */
  save(state: QueueState, keys: Iterable<RowKey>, events: readonly QueueEvent[]): void {
    for (const key of keys) {
      const row = rowAt(state, key)
      if (row === undefined) this.#sql.exec('DELETE FROM row WHERE kind = ? AND id = ?', key.table, key.id)
      else {
        this.#sql.exec(
          'INSERT OR REPLACE INTO row VALUES (?, ?, ?, ?)',
          key.table,
          key.id,
          state.queue.seq,
          JSON.stringify(row),
        )
      }
    }
    for (const event of events)
      this.#sql.exec('INSERT INTO event VALUES (?, ?)', event.seq, JSON.stringify(event))
  }

  /** Events after a position, in order. */
  events(after: number, limit: number): QueueEvent[] {
    return this.#sql
      .exec<{ json: string }>('SELECT json FROM event WHERE seq > ? ORDER BY seq LIMIT ?', after, limit)
      .toArray()
      .map(({ json }) => JSON.parse(json) as QueueEvent)
  }

  /** The last calls, in order. */
  calls(limit: number): QueueEvent[] {
    return this.#sql
      .exec<{ json: string }>(
        `SELECT json FROM event WHERE json->>'type' IN ('called', 'called_again') ORDER BY seq DESC LIMIT ?`,
        limit,
      )
      .toArray()
      .map(({ json }) => JSON.parse(json) as QueueEvent)
      .reverse()
  }

  /** Lets go of events that D1 has and that are older than a time. */
  forgetEvents(before: number): void {
    this.#sql.exec(`DELETE FROM event WHERE seq <= ? AND json->>'at' < ?`, this.drained(), before)
  }

  /** The rows that were written after an event. */
  rowsSince(seq: number): RowKey[] {
    return this.#sql
      .exec<{ kind: RowKey['table']; id: string }>('SELECT kind, id FROM row WHERE seq > ?', seq)
      .toArray()
      .map(({ kind, id }) => ({ table: kind, id }))
  }

  command(name: string): Known | undefined {
    return this.#sql.exec<Known>('SELECT fingerprint, answer FROM command WHERE name = ?', name).toArray()[0]
  }

  keepCommand(name: string, at: number, known: Known): void {
    this.#sql.exec('INSERT INTO command VALUES (?, ?, ?, ?)', name, at, known.fingerprint, known.answer)
  }

  forgetCommands(before: number): void {
    this.#sql.exec('DELETE FROM command WHERE at < ?', before)
  }

  /** Sets a due row, or takes it away where `at` is null. */
  setDue(kind: Due['kind'], id: string, at: number | null, tries = 0): void {
    const [dues, name] = [this.#dues(), `${kind} ${id}`]
    if (at !== null) {
      this.#sql.exec('INSERT OR REPLACE INTO due VALUES (?, ?, ?, ?)', kind, id, at, tries)
      dues.set(name, { kind, id, at, tries })
    } else if (dues.delete(name)) this.#sql.exec('DELETE FROM due WHERE kind = ? AND id = ?', kind, id)
  }

  /** Sets a due row unless there is one. */
  beginDue(kind: Due['kind'], id: string, at: number): void {
    if (!this.due(kind, id)) this.setDue(kind, id, at)
  }

  due(kind: Due['kind'], id: string): Due | undefined {
    return this.#dues().get(`${kind} ${id}`)
  }

  /** The soonest of the queue's own timers at or before a time. */
  nextTimer(until: number): Due | undefined {
    let next: Due | undefined
    for (const due of this.#dues().values()) {
      if (due.kind === 'drain' || due.at > until) continue
      if (!next || due.at < next.at || (due.at === next.at && nameOf(due) < nameOf(next))) next = due
    }
    return next
  }

  /** When the wall's clock has something to do; a test-mode queue's own timers wait for its clock. */
  nextAlarm(testMode: boolean): number | undefined {
    let next: number | undefined
    for (const { kind, at } of this.#dues().values())
      if ((!testMode || kind === 'drain') && (next === undefined || at < next)) next = at
    return next
  }

  /** One for each ticket at a desk, and four more: few enough to look through. */
  #dues(): Map<string, Due> {
    this.#due ??= new Map(
      this.#sql
        .exec<Due>('SELECT * FROM due')
        .toArray()
        .map((due) => [nameOf(due), due]),
    )
    return this.#due
  }

  /** How far the stream in D1 has this queue's events. */
  drained(): number {
    return Number(this.fact('drained') ?? 0)
  }

  /** Remembers who a secret belongs to, as D1 said at `at`; not again within `freshMs`. */
  vouch(hash: string, id: string, principal: string, at: number, freshMs: number): void {
    const known = this.#vouched.get(hash)
    if (known?.principal === principal && at - known.at < freshMs) return
    this.#sql.exec('INSERT OR REPLACE INTO vouched VALUES (?, ?, ?, ?)', hash, id, at, principal)
    this.#vouched.set(hash, { at, principal })
  }

  /** Who this was when D1 last said so, if that was after `since`. */
  vouched(hash: string, since: number): string | undefined {
    return this.#sql
      .exec<{ principal: string }>('SELECT principal FROM vouched WHERE hash = ? AND at > ?', hash, since)
      .toArray()[0]?.principal
  }

  /** Forgets a credential by its id or by the hash of its secret; its id, if it was known. */
  unvouch(idOrHash: string): string | undefined {
    this.#vouched.clear()
    return this.#sql
      .exec<{ id: string }>('DELETE FROM vouched WHERE hash = ? OR id = ? RETURNING id', idOrHash, idOrHash)
      .toArray()[0]?.id
  }

  fact(name: string): string | undefined {
    const known = this.#facts.get(name)
    if (known !== undefined) return known
    const [row] = this.#sql.exec<{ value: string }>('SELECT value FROM fact WHERE name = ?', name).toArray()
    if (row && row.value.length < shortFact) this.#facts.set(name, row.value)
    return row?.value
  }

  setFact(name: string, value: string): void {
    this.#sql.exec('INSERT OR REPLACE INTO fact VALUES (?, ?)', name, value)
    this.#facts.delete(name)
  }
}

const nameOf = ({ kind, id }: Pick<Due, 'kind' | 'id'>) => `${kind} ${id}`

/** Longer ones are read once and are kept by whoever reads them. */
const shortFact = 100
