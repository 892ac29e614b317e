// `npm run schema`: writes migrations/schema.sql, the sum of all migrations. `npm run check` compares the two.
import { globSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { root } from './worker-build.ts'

export const schemaFile = join(root, 'migrations', 'schema.sql')

const kinds = ['table', 'index', 'view', 'trigger']

/**
 * The schema of a database built from all migrations, as SQLite keeps it: tables with their CHECKs and WITHOUT
 * ROWID, indexes, views and triggers. A migration that rebuilds a table drops its triggers without a word;
 * here that shows.
 *
 * @throws with the migration's name when one does not run
 */
export function schemaOfMigrations(folder = join(root, 'migrations')): string {
  const database = new DatabaseSync(':memory:')
  for (const file of globSync(join(folder, '[0-9]*.sql')).sort()) {
    try {
      database.exec(readFileSync(file, 'utf8'))
    } catch (error) {
      throw new Error(`${basename(file)}: ${error instanceof Error ? error.message : error}`)
    }
  }
  const rows = database.prepare('SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL').all()
  database.close()
  const statements = rows
    .map((row) => ({ type: String(row.type), name: String(row.name), sql: String(row.sql) }))
    .sort((a, b) => kinds.indexOf(a.type) - kinds.indexOf(b.type) || (a.name < b.name ? -1 : 1))
    .map(({ sql }) => `${sql.replaceAll('\t', '  ')};\n`)
  return [
    '-- The sum of all migrations, written by `npm run schema`. It is never applied itself.\n',
    ...statements,
  ].join('\n')
}

if (import.meta.main) writeFileSync(schemaFile, schemaOfMigrations())
