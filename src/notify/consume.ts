import { Database } from '../platform/database.ts'
import { readWaiting } from '../queue/index.ts'
import type { ProviderSecrets } from './adapters/index.ts'
import { adaptersOf } from './adapters/index.ts'
import { type Due, handOver, plan } from './attend.ts'
import { deliver, type Office } from './deliver.ts'
import { failDead } from './store.ts'

/** What goes through the queue: that there may be something to tell, or one delivery by its id. Never words. */
export type Errand = { look: true } | { delivery: string }

export type NotifyEnv = Pick<Env, 'DB' | 'DELIVERIES' | 'WEBHOOKS' | 'QUEUE' | 'LINK_SECRET'> &
  ProviderSecrets & { ORIGIN: string }

const deadLetters = 'dawr-deliveries-dead'

const officeOf = (env: NotifyEnv, db: Database): Office => ({
  db,
  origin: env.ORIGIN,
  linkSecret: env.LINK_SECRET,
  adapters: adaptersOf(env),
})

/**
 * Plans what is to be told and hands over what is due: after changes, every few minutes by cron, and when simulated time
 * moves. Whatever was left lying by a death is picked up here. `wallNow` in epoch ms.
 */
export async function attend(env: NotifyEnv, wallNow: number): Promise<void> {
  const db = new Database(env.DB, 'first-primary')
  await plan(db, wallNow, (location) => readWaiting(env, location, wallNow))
  await handOver(db, wallNow, async (due) => {
    const [calls, messages] = [true, false].map((called) =>
      due.filter(({ kind }) => (kind === 'webhook') === called),
    )
    await Promise.all([sendTo(env.WEBHOOKS, calls ?? []), sendTo(env.DELIVERIES, messages ?? [])])
  })
}

const sendTo = (queue: Queue, due: Due[]) =>
  due.length > 0 && queue.sendBatch(due.map(({ id }) => ({ body: { delivery: id } satisfies Errand })))

/**
 * Runs the errands of a batch. An errand that throws is repeated by the platform and comes to the dead letters in the end,
 * where it is written down as failed.
 */
export async function consume(batch: MessageBatch<Errand>, env: NotifyEnv, wallNow: number): Promise<void> {
  const db = new Database(env.DB, 'first-primary')
  if (batch.queue === deadLetters) {
    const ids = batch.messages.flatMap(({ body }) => ('delivery' in body ? [body.delivery] : []))
    await db.batch([failDead(ids, wallNow)])
    return
  }
  const office = officeOf(env, db)
  await Promise.all(
    batch.messages.map(async (message) => {
      try {
        if ('delivery' in message.body) await deliver(office, message.body.delivery, wallNow)
        message.ack()
      } catch (error) {
        console.error(JSON.stringify({ level: 'error', message: 'a delivery failed', error: String(error) }))
        message.retry({ delaySeconds: 2 ** message.attempts })
      }
    }),
  )
  // What has ended lets the next of its lane go.
  await attend(env, wallNow)
}
