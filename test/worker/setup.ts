// Runs before each file of test/worker/, inside workerd.
//
// A test reaches the Worker and its bindings so:
//   import { env, exports } from 'cloudflare:workers'
//   const response = await exports.default.fetch('http://dawr.test/v1/...')   through the whole Worker
//   await env.DB.prepare('SELECT ...').all()                                  the database, as the migrations leave it
//
// Each file has a database of its own, made here; the tests of a file share it. So make a fresh location per
// test and look only at that. `reset()` of 'cloudflare:test' also drops the tables: to begin again within a
// file, call it and then `makeTables()`.
import { env } from 'cloudflare:workers'
import { inject, vi } from 'vitest'

declare module 'vitest' {
  interface ProvidedContext {
    migrations: { name: string; queries: string[] }[]
    schema: string[]
  }
}

/** All that the migrations make, in one round trip: one after the other they take longer than most files. */
export async function makeTables(): Promise<void> {
  await env.DB.batch(inject('schema').map((sql) => env.DB.prepare(sql)))
}

await makeTables()
// A line a request is much to read.
vi.spyOn(console, 'log').mockReturnValue()
// The platform's queue is on its own way, which is not to come between two looks at what is stored.
vi.spyOn(env.DELIVERIES, 'send').mockResolvedValue({} as QueueSendResponse)
