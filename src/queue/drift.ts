import type { Database } from '../platform/database.ts'
import { statement } from '../platform/database.ts'
import { calling, type QueueEnv } from './client.ts'

/** How far a queue and the stream in D1 are apart, by the number of the last event that each has. */
export type Drift = { location: string; queue: number; stream: number; left: number }

const atOnce = 10

/**
 * Compares every queue with the stream in D1 (Law 9) and has it hand over what is missing there. Reports each that was
 * apart, and how many events still are (`left`); what a queue does not know of, it does not guess.
 */
export async function sweepQueues(db: Database, env: QueueEnv): Promise<Drift[]> {
  const queues = (await db.rows(
    statement(
      `SELECT location_id AS location,
         (SELECT coalesce(max(source_seq), 0) FROM event WHERE event.location_id = queue.location_id AND source_seq IS NOT NULL) AS stream
       FROM queue ORDER BY location_id`,
    ),
  )) as { location: string; stream: number }[]
  const apart: Drift[] = []
  for (let from = 0; from < queues.length; from += atOnce) {
    const compared = await Promise.all(queues.slice(from, from + atOnce).map((one) => compare(env, one)))
    for (const drift of compared) {
      if (drift.queue === drift.stream) continue
      console.warn(JSON.stringify({ level: 'warn', message: 'a queue and its stream were apart', ...drift }))
      apart.push(drift)
    }
  }
  return apart
}

async function compare(
  env: QueueEnv,
  { location, stream }: { location: string; stream: number },
): Promise<Drift> {
  const caught = await calling(env, location, (queue) => queue.catchUp(stream))
  if (!caught.ok) return { location, queue: Number.NaN, stream, left: Number.NaN }
  const { seq, drained } = caught.value
  return { location, queue: seq, stream, left: seq - drained }
}
