import { parseInstant } from '../kernel/time.ts'
import { type AppContext, router } from '../platform/http.ts'
import { learnWork } from './learn.ts'
import { settleLocation } from './sweep.ts'

/**
 * What work orders do when the clock of a test-mode location was moved. Mounted before the route that it follows; if its own
 * part fails, the request fails, and repeating it under its key does what is left.
 */
export const workFollows = router()

workFollows.use('/v1/locations/:id/advance', async (c: AppContext, next) => {
  await next()
  const location = c.req.param('id')
  if (!c.res.ok || c.req.method !== 'POST' || location === undefined) return
  const { simulatedNow } = (await c.res.clone().json()) as { simulatedNow: string }
  const now = parseInstant(simulatedNow)
  if (now === undefined) return
  const { db } = c.get('context')
  await learnWork(db)
  await settleLocation(db, location, now)
})
