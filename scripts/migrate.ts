import type { D1Database } from '@cloudflare/workers-types'
import type { WorkerBuild } from './worker-build.ts'

/**
 * Brings a database up to date, with the table and meaning of `wrangler d1 migrations apply`: each migration
 * that the table does not name yet runs whole or not at all, together with the row that names it.
 *
 * @returns names of the migrations applied now
 * @throws with the migration's name when one of its statements is refused; the ones before it stay applied
 */
export async function applyMigrations(
  db: D1Database,
  { table, list }: WorkerBuild['migrations'][string],
): Promise<string[]> {
  await db
    .prepare(
      `CREATE TABLE IF NOT EXISTS ${table} (
         id INTEGER PRIMARY KEY AUTOINCREMENT,
         name TEXT UNIQUE,
         applied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL
       )`,
    )
    .run()
  const { results } = await db.prepare(`SELECT name FROM ${table}`).all<{ name: string }>()
  const applied = new Set(results.map((row) => row.name))
  const wanted = list.filter((migration) => !applied.has(migration.name))
  for (const { name, queries } of wanted) {
    const note = db.prepare(`INSERT INTO ${table} (name) VALUES (?)`).bind(name)
    try {
      await db.batch([...queries.map((query) => db.prepare(query)), note])
    } catch (error) {
      throw new Error(`Migration ${name} failed: ${error instanceof Error ? error.message : error}`, {
        cause: error,
      })
    }
  }
  return wanted.map((migration) => migration.name)
}
