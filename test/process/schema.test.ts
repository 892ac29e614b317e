import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { schemaOfMigrations } from '../../scripts/schema.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dawr-schema-'))
  writeFileSync(
    join(folder, '0000_a.sql'),
    'CREATE TABLE a (id TEXT PRIMARY KEY, n CHECK (n > 0)) WITHOUT ROWID;',
  )
  writeFileSync(
    join(folder, '0001_t.sql'),
    `CREATE TRIGGER t AFTER INSERT ON a BEGIN SELECT 1; END;
     CREATE UNIQUE INDEX i ON a (n) WHERE n > 5;`,
  )
})
afterEach(() => rmSync(folder, { recursive: true }))

test('the schema has tables with their rules, indexes and triggers, in that order', () => {
  const [, table, index, trigger] = schemaOfMigrations(folder).split('\n\n')
  expect(table).toBe('CREATE TABLE a (id TEXT PRIMARY KEY, n CHECK (n > 0)) WITHOUT ROWID;')
  expect(index).toBe('CREATE UNIQUE INDEX i ON a (n) WHERE n > 5;')
  expect(trigger).toBe('CREATE TRIGGER t AFTER INSERT ON a BEGIN SELECT 1; END;\n')
})

test('a migration that rebuilds a table, and so drops its trigger and index, shows', () => {
  const rebuild = `CREATE TABLE b (id TEXT PRIMARY KEY, n CHECK (n > 0)) WITHOUT ROWID;
    INSERT INTO b SELECT * FROM a; DROP TABLE a; ALTER TABLE b RENAME TO a;`
  writeFileSync(join(folder, '0002_rebuild.sql'), rebuild)
  const schema = schemaOfMigrations(folder)
  expect(schema).toContain('CREATE TABLE "a" (id TEXT PRIMARY KEY, n CHECK (n > 0)) WITHOUT ROWID;')
  expect(schema).not.toMatch(/TRIGGER|INDEX/)
})

test('schema.sql beside the migrations is none of them, and a broken one is named', () => {
  const before = schemaOfMigrations(folder)
  writeFileSync(join(folder, 'schema.sql'), 'CREATE TABLE sum (x);')
  expect(schemaOfMigrations(folder)).toBe(before)
  writeFileSync(join(folder, '0002_broken.sql'), 'CREATE TABLE a (x);')
  expect(() => schemaOfMigrations(folder)).toThrow('0002_broken.sql: table a already exists')
})
