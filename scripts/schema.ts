// `npm run schema`: writes migrations/schema.sql, the sum of all migrations. `npm run check` compares the two.
import { globSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { root } from './worker-build.ts'

export const schemaFile = join(root, 'migrations', 'schema.sql')

const kinds = ['table', 'index', 'view', 'trigger']

/**
 * A database built from all migrations.
 *
 * @throws with the migration's name when one does not run
 */
function migrated(folder: string): DatabaseSync {
  const database = new DatabaseSync(':memory:')
  for (const file of globSync(join(folder, '[0-9]*.sql')).sort()) {
    try {
      database.exec(readFileSync(file, 'utf8'))
    } catch (error) {
      throw new Error(`${basename(file)}: ${error instanceof Error ? error.message : error}`)
    }
  }
  return database
}

const partsOf = (database: DatabaseSync) =>
  database
    .prepare('SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL')
    .all()
    .map((row) => ({ type: String(row.type), name: String(row.name), sql: String(row.sql) }))
    .sort((a, b) => kinds.indexOf(a.type) - kinds.indexOf(b.type) || (a.name < b.name ? -1 : 1))

/**
 * The schema of a database built from all migrations, as SQLite keeps it: tables with their CHECKs and WITHOUT
 * ROWID, indexes, views and triggers. A migration that rebuilds a table drops its triggers without a word;
 * here that shows.
 *
 * @throws with the migration's name when one does not run
 */
export function schemaOfMigrations(folder = join(root, 'migrations')): string {
  const database = migrated(folder)
  const statements = partsOf(database).map(({ sql }) => `${sql.replaceAll('\t', '  ')};\n`)
  database.close()
  return [
    '-- The sum of all migrations, written by `npm run schema`. It is never applied itself.\n',
    ...statements,
  ].join('\n')
}

/** The statements that make at once what all migrations make one after the other, their rows included. */
export function statementsOfMigrations(): string[] {
  const database = migrated(join(root, 'migrations'))
  const parts = partsOf(database)
  const rows = parts
    .filter(({ type }) => type === 'table')
    .flatMap(({ name }) => {
      const columns = database.prepare(`SELECT name FROM pragma_table_info('${name}')`).all()
      const quoted = columns.map((column) => `quote("${column.name}")`).join(` || ',' || `)
      const values = database.prepare(`SELECT ${quoted} AS list FROM "${name}"`).all()
      return values.map(({ list }) => `INSERT INTO "${name}" VALUES (${list})`)
    })
  database.close()
  const made = parts.map(({ sql }) => sql)
  const triggers = parts.filter(({ type }) => type === 'trigger').map(({ sql }) => sql)
  return [...made.slice(0, made.length - triggers.length), ...rows, ...triggers]
}

if (import.meta.main) writeFileSync(schemaFile, schemaOfMigrations())
