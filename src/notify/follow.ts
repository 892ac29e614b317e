import { type AppContext, router } from '../platform/http.ts'
import type { Errand } from './consume.ts'

/** Looks at what is to be told once something may have changed, at most so often; cron sees to what that misses. */
export const notifyFollows = router()

const lookSeconds = 1
let askedAt = Number.NEGATIVE_INFINITY

notifyFollows.use('*', async (c: AppContext, next) => {
  await next()
  if (c.req.method === 'GET' || c.res.status >= 400) return
  // When it was done, and not when it began: a look that was asked for since has not been taken yet and will see this too.
  const doneAt = Date.now()
  if (doneAt >= askedAt && doneAt < askedAt + lookSeconds * 1000) return
  askedAt = doneAt
  c.executionCtx.waitUntil(look(c.env))
})

async function look(env: Pick<Env, 'DELIVERIES'>): Promise<void> {
  try {
    await env.DELIVERIES.send({ look: true } satisfies Errand, { delaySeconds: lookSeconds })
  } catch (error) {
    console.warn(JSON.stringify({ level: 'warn', message: 'nobody looks until cron', error: String(error) }))
  }
}
