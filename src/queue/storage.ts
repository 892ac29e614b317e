import { type QueueEvent, type QueueState, type RowKey, type Rows, rowAt } from './rules/index.ts'

/**
 * What a location's object keeps in its own SQLite. Rows are JSON beside the number of the event that wrote them last,
 * so that whoever has seen the queue up to an event can be given what changed since.
 */

/** Append-only: each runs once in each object, in this order. A landed one never changes. */
const migrations: readonly { id: string; sql: string }[] = [
  {
    id: '0000_queue',
    sql: `
      CREATE TABLE row (kind TEXT NOT NULL, id TEXT NOT NULL, seq INTEGER NOT NULL, json TEXT NOT NULL, PRIMARY KEY (kind, id)) WITHOUT ROWID;
      CREATE INDEX row_seq ON row (seq);
      CREATE TABLE event (seq INTEGER PRIMARY KEY, json TEXT NOT NULL);
      CREATE TABLE command (name TEXT PRIMARY KEY, at INTEGER NOT NULL, fingerprint TEXT NOT NULL, answer TEXT NOT NULL) WITHOUT ROWID;
      CREATE INDEX command_at ON command (at);
      CREATE TABLE due (kind TEXT NOT NULL, id TEXT NOT NULL, at INTEGER NOT NULL, tries INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (kind, id)) WITHOUT ROWID;
      CREATE INDEX due_at ON due (at);
      CREATE TABLE vouched (hash TEXT PRIMARY KEY, at INTEGER NOT NULL, principal TEXT NOT NULL) WITHOUT ROWID;
      CREATE TABLE fact (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
    `,
  },
]

export type Due = { kind: 'missed' | 'ask' | 'drain'; id: string; at: number; tries: number }
export type Known = { fingerprint: string; answer: string }

const kinds = {
  service: 'services',
  desk: 'desks',
  ticket: 'tickets',
  pass: 'passes',
  undo: 'undos',
} as const

export class QueueStorage {
  readonly #storage: DurableObjectStorage
  readonly #sql: SqlStorage

  constructor(storage: DurableObjectStorage) {
    this.#storage = storage
    this.#sql = storage.sql
    storage.transactionSync(() => {
      this.#sql.exec('CREATE TABLE IF NOT EXISTS migration (id TEXT PRIMARY KEY) WITHOUT ROWID')
      const done = new Set(
        this.#sql
          .exec<{ id: string }>('SELECT id FROM migration')
          .toArray()
          .map(({ id }) => id),
      )
      for (const { id, sql } of migrations) {
        if (done.has(id)) continue
        this.#sql.exec(sql)
        this.#sql.exec('INSERT INTO migration VALUES (?)', id)
      }
    })
  }

  /** All of it or none of it; what throws inside takes nothing with it but the transaction. */
  transaction<T>(work: () => T): T {
    return this.#storage.transactionSync(work)
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
  save(state: QueueState, keys: Iterable<RowKey>, events: QueueEvent[]): void {
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

  /** Rows of tickets, desks and services that were written after an event. */
  rowsSince(seq: number): RowKey[] {
    return this.#sql
      .exec<{ kind: RowKey['table']; id: string }>(
        `SELECT kind, id FROM row WHERE seq > ? AND kind IN ('ticket', 'desk', 'service')`,
        seq,
      )
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
    if (at === null) this.#sql.exec('DELETE FROM due WHERE kind = ? AND id = ?', kind, id)
    else this.#sql.exec('INSERT OR REPLACE INTO due VALUES (?, ?, ?, ?)', kind, id, at, tries)
  }

  /** The soonest of these kinds at or before a time. */
  nextDue(kinds: readonly Due['kind'][], until: number): Due | undefined {
    return this.#sql
      .exec<Due>(
        `SELECT * FROM due WHERE at <= ? AND kind IN (SELECT value FROM json_each(?)) ORDER BY at, kind, id LIMIT 1`,
        until,
        JSON.stringify(kinds),
      )
      .toArray()[0]
  }

  vouch(hash: string, at: number, principal: string): void {
    this.#sql.exec('INSERT OR REPLACE INTO vouched VALUES (?, ?, ?)', hash, at, principal)
  }

  /** Who this was when D1 last said so, if that was after `since`. */
  vouched(hash: string, since: number): string | undefined {
    return this.#sql
      .exec<{ principal: string }>('SELECT principal FROM vouched WHERE hash = ? AND at > ?', hash, since)
      .toArray()[0]?.principal
  }

  unvouch(hash: string): void {
    this.#sql.exec('DELETE FROM vouched WHERE hash = ?', hash)
  }

  fact(name: string): string | undefined {
    return this.#sql.exec<{ value: string }>('SELECT value FROM fact WHERE name = ?', name).toArray()[0]
      ?.value
  }

  setFact(name: string, value: string): void {
    this.#sql.exec('INSERT OR REPLACE INTO fact VALUES (?, ?)', name, value)
  }
}
