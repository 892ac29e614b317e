import { app } from './app.ts'
import { sweep } from './booking/index.ts'
import { attend, consume, type Errand } from './notify/index.ts'
import { forgetAccesses } from './people/index.ts'
import { Database } from './platform/database.ts'
import { projectPromises } from './promises/index.ts'
import { sweepQueues } from './queue/index.ts'
import { learnWork, sweepWork } from './work/index.ts'

export { LocationQueue } from './queue/index.ts'

export default {
  fetch: app.fetch,
  scheduled: async ({ scheduledTime }, env) => {
    const db = new Database(env.DB)
    await sweep({ db, wallNow: scheduledTime })
    await sweepQueues(db, env)
    await learnWork(db)
    await sweepWork(db, scheduledTime)
    await attend(env, scheduledTime)
    await projectPromises(db)
    await forgetAccesses(db, scheduledTime)
  },
  queue: async (batch, env) => {
    await consume(batch, env, Date.now())
    if (batch.messages.some(({ body }) => 'look' in body)) await projectPromises(new Database(env.DB))
  },
} satisfies ExportedHandler<Env, Errand>
