// Runs before each file of test/worker/, inside workerd.
//
// A test reaches the Worker and its bindings so:
//   import { env, exports } from 'cloudflare:workers'
//   const response = await exports.default.fetch('http://dawr.test/v1/...')   through the whole Worker
//   await env.DB.prepare('SELECT ...').all()                                  the database, as the migrations leave it
//
// Files share a workerd, as starting one for each took a third of the time; each begins with a database and objects of
// its own, without the fakes of the file before it. Tests of a file share them: make a fresh location per test and
// look only at that. Modules are not loaded again: what a helper remembers must hold in the next file too.
import { reset } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { inject, vi } from 'vitest'

declare module 'vitest' {
  interface ProvidedContext {
    migrations: { name: string; queries: string[] }[]
    schema: string[]
  }
}

/** Takes away all that is stored; asked once, the platform now and then leaves the database. */
export async function empty(): Promise<void> {
  const tables = env.DB.prepare("SELECT count(*) AS n FROM sqlite_master WHERE name = 'event'")
  do await reset()
  while ((await tables.first('n')) !== 0)
}

/** All that the migrations make, in one round trip: one after the other they take longer than most files. */
async function makeTables(): Promise<void> {
  await env.DB.batch(inject('schema').map((sql) => env.DB.prepare(sql)))
}

vi.useRealTimers()
vi.restoreAllMocks()
await empty()
await makeTables()
// A line a request is much to read.
vi.spyOn(console, 'log').mockReturnValue()
// The platform's queue is on its own way, which is not to come between two looks at what is stored.
vi.spyOn(env.DELIVERIES, 'send').mockResolvedValue({} as QueueSendResponse)
