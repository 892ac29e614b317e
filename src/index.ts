import { app } from './app.ts'
import { sweep } from './booking/index.ts'
import { Database } from './platform/database.ts'

export { LocationQueue } from './queue/index.ts'

export default {
  fetch: app.fetch,
  scheduled: async ({ scheduledTime }, env) => {
    await sweep({ db: new Database(env.DB), wallNow: scheduledTime })
  },
} satisfies ExportedHandler<Env>
