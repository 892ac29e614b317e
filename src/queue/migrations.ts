/** The tables of a location's object. Append-only: each runs once in each object, in this order, and never changes. */
export const migrations: readonly Migration[] = [
  {
    id: '0000_queue',
    sql: `
      CREATE TABLE row (kind TEXT NOT NULL, id TEXT NOT NULL, seq INTEGER NOT NULL, json TEXT NOT NULL, PRIMARY KEY (kind, id)) WITHOUT ROWID;
      CREATE INDEX row_seq ON row (seq);
      CREATE TABLE event (seq INTEGER PRIMARY KEY, json TEXT NOT NULL);
      CREATE INDEX event_call ON event (seq) WHERE json->>'type' IN ('called', 'called_again');
      CREATE TABLE command (name TEXT PRIMARY KEY, at INTEGER NOT NULL, fingerprint TEXT NOT NULL, answer TEXT NOT NULL) WITHOUT ROWID;
      CREATE INDEX command_at ON command (at);
      CREATE TABLE due (kind TEXT NOT NULL, id TEXT NOT NULL, at INTEGER NOT NULL, tries INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (kind, id)) WITHOUT ROWID;
      CREATE INDEX due_at ON due (at);
      CREATE TABLE vouched (hash TEXT PRIMARY KEY, id TEXT NOT NULL, at INTEGER NOT NULL, principal TEXT NOT NULL) WITHOUT ROWID;
      CREATE TABLE fact (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
    `,
  },
  {
    // Events before this one do not say enough to learn from.
    id: '0001_waits',
    sql: `INSERT INTO fact SELECT 'learned_from', coalesce(max(seq), 0) FROM event`,
  },
]

export type Migration = { id: string; sql: string }

/**
 * The migrations that an object still needs.
 *
 * @throws when one that it had is gone or reads otherwise now: what was built by one text is not fit for another
 */
export function pending(had: readonly Migration[], now: readonly Migration[]): readonly Migration[] {
  for (const [index, { id, sql }] of had.entries()) {
    const known = now[index]
    if (known?.id !== id || known.sql !== sql) throw new Error(`migration ${id} has changed since it ran`)
  }
  return now.slice(had.length)
}

export function migrate(storage: DurableObjectStorage, now: readonly Migration[] = migrations): void {
  const { sql } = storage
  storage.transactionSync(() => {
    sql.exec(
      'CREATE TABLE IF NOT EXISTS migration (position INTEGER PRIMARY KEY, id TEXT NOT NULL, sql TEXT NOT NULL)',
    )
    const had = sql.exec<Migration>('SELECT id, sql FROM migration ORDER BY position').toArray()
    for (const migration of pending(had, now)) {
      sql.exec(migration.sql)
      sql.exec('INSERT INTO migration (id, sql) VALUES (?, ?)', migration.id, migration.sql)
    }
  })
}
