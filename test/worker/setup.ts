// Runs before each file of test/worker/, inside workerd.
//
// A test reaches the Worker and its bindings so:
//   import { env, exports } from 'cloudflare:workers'
//   const response = await exports.default.fetch('http://dawr.test/v1/...')   through the whole Worker
//   await env.DB.prepare('SELECT ...').all()                                  the database, already migrated
//
// Each file has a database of its own, made here; the tests of a file share it. So make a fresh location per
// test and look only at that. `reset()` of 'cloudflare:test' also drops the tables: to begin again within a
// file, call it and then `migrate()`.
import { applyD1Migrations } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { inject } from 'vitest'

declare module 'vitest' {
  interface ProvidedContext {
    migrations: { name: string; queries: string[] }[]
  }
}

/** Brings this file's database up to date with migrations/. */
export async function migrate(): Promise<void> {
  await applyD1Migrations(env.DB, inject('migrations'))
}

await migrate()
