import { parseInstant } from '../kernel/time.ts'
import type { Context } from '../platform/context.ts'
import { statement } from '../platform/database.ts'
import { type AppContext, problemResponse, router } from '../platform/http.ts'
import { calling, type QueueEnv } from './client.ts'
import { readDisplay } from './reading.ts'

/**
 * What a queue does after others, most of whom know nothing of queues: its timers follow the clock of a test-mode location, and
 * its objects forget a credential that was revoked. Mounted before the routes that it follows; if its own part fails,
 * the request fails, and repeating it under its key does what is left.
 */
export const queueFollows = router()

queueFollows.use('/v1/locations/:id/advance', async (c: AppContext, next) => {
  await next()
  if (!c.res.ok || c.req.method !== 'POST') return
  const { simulatedNow } = (await c.res.clone().json()) as { simulatedNow: string }
  const now = parseInstant(simulatedNow)
  const location = c.req.param('id')
  if (now === undefined || location === undefined || !(await hasQueue(c.get('context'), location))) return
  const advanced = await calling(c.env, location, (queue) => queue.advance(now))
  if (!advanced.ok) c.res = problemResponse(c, advanced.problem)
})

// Another set-up and other opening hours take hold with the next look at the queue: this one.
for (const path of ['/queue/setup', '/exceptions/:date', ''])
  queueFollows.use(`/v1/locations/:id${path}`, async (c: AppContext, next) => {
    await next()
    if (c.res.ok && c.req.method !== 'GET')
      await readDisplay(c.get('context'), c.env, c.req.param('id') ?? '')
  })

queueFollows.use('/v1/keys/:id/revoke', async (c: AppContext, next) => {
  await next()
  const id = c.req.param('id')
  if (c.res.ok && id !== undefined) await forgetCredential(c.get('context'), c.env, id)
})

queueFollows.use('/sign-out', async (c: AppContext, next) => {
  await next()
  const { caller } = c.get('context')
  if (c.req.method === 'POST' && caller.kind === 'secret')
    await forgetCredential(c.get('context'), c.env, caller.hash)
})

const hasQueue = async ({ db }: Context, location: string): Promise<boolean> =>
  (await db.rows(statement('SELECT 1 FROM queue WHERE location_id = :location', { location }))).length > 0

/** A revocation takes hold in every queue at once, sockets included. */
async function forgetCredential({ db }: Context, env: QueueEnv, idOrHash: string): Promise<void> {
  const queues = (await db.rows(statement('SELECT location_id FROM queue'))) as { location_id: string }[]
  await Promise.all(
    queues.map(({ location_id }) => calling(env, location_id, (queue) => queue.forget(idOrHash))),
  )
}
