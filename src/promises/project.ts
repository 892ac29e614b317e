import { limits } from '../config.ts'
import { type Database, type Statement, statement } from '../platform/database.ts'

/** From the stream to the ledger. A step takes some events in, in one batch with its cursor: each is taken in once. */

const reader = 'promises'

/** The events of this step, unless another has taken them in meanwhile. */
const inStep = `e.seq > :from AND e.seq <= :to AND EXISTS (SELECT 1 FROM cursor WHERE reader = :reader AND seq = :from)`

/** A confirmed booking of a time promises that time. */
const makeStarts = `INSERT INTO promise (event_seq, kind, subject, location_id, service, channel, first, made_at, due_at)
  SELECT e.seq, 'start_by', b.id, b.location_id, b.service_id, b.channel, 1, e.at, b.starts_at
  FROM event e JOIN booking b ON b.id = e.subject JOIN service s ON s.id = b.service_id AND s.kind = 'slots'
  WHERE e.type = 'booking.confirmed' AND ${inStep}`

/** A work order's event says itself what it promises. */
const makeWork = `INSERT INTO promise (event_seq, kind, subject, location_id, service, channel, first, made_at, due_at, amount)
  SELECT e.seq, p.value->>'kind', w.id, w.location_id, w.service, w.channel,
    NOT EXISTS (
      SELECT 1 FROM event b, json_each(b.data, '$.promises') q
      WHERE b.subject = w.id AND b.seq < e.seq AND q.value->>'kind' = p.value->>'kind'
        AND coalesce(q.value->>'at', q.value->>'amount') IS NOT NULL
    ),
    e.at, p.value->>'at', p.value->>'amount'
  FROM event e JOIN work_order w ON w.id = e.subject, json_each(e.data, '$.promises') p
  WHERE e.type LIKE 'work.%' AND coalesce(p.value->>'at', p.value->>'amount') IS NOT NULL AND ${inStep}`

/**
 * The time of an appointment is kept if its ticket is called by then. Whoever came later than that has given it back. A
 * call that is undone was none; of several in one step the last counts.
 */
const endStarts = `UPDATE promise SET outcome = x.outcome, ended_at = x.at
  FROM (
    SELECT booking, outcome, CASE WHEN outcome IS NOT NULL THEN at END AS at, max(seq) FROM (
      SELECT e.seq, e.at, e.subject AS booking, 'withdrawn' AS outcome FROM event e
      WHERE e.type IN ('booking.cancelled', 'booking.no_show') AND ${inStep}
      UNION ALL
      SELECT e.seq, e.at, b.id, CASE WHEN j.at > b.starts_at THEN 'withdrawn' WHEN e.at <= b.starts_at THEN 'kept' ELSE 'broken' END
      FROM event e JOIN event j ON j.subject = e.subject AND j.type = 'queue.joined' JOIN booking b ON b.id = j.data->>'booking'
      WHERE e.type = 'queue.called' AND ${inStep}
      UNION ALL
      SELECT e.seq, e.at, t.value->>'booking', NULL FROM event e, json_each(e.data, '$.tickets') t
      WHERE e.type = 'queue.undone' AND t.value->>'booking' IS NOT NULL AND t.value->>'calledAt' IS NULL AND ${inStep}
    ) GROUP BY booking
  ) x
  WHERE promise.kind = 'start_by' AND promise.subject = x.booking`

/** Another promise replaces the last one; the first stays until it is known whether it was kept. */
const replaceWork = `UPDATE promise SET outcome = 'replaced', ended_at = e.at
  FROM event e, json_each(e.data, '$.promises') p
  WHERE e.type LIKE 'work.%' AND ${inStep} AND promise.subject = e.subject AND promise.kind = p.value->>'kind'
    AND promise.event_seq < e.seq AND promise.first = 0 AND promise.outcome IS NULL`

const endWork = `UPDATE promise
  SET outcome = CASE WHEN coalesce(e.at <= promise.due_at, o.value->>'amount' <= promise.amount) THEN 'kept' ELSE 'broken' END,
    ended_at = e.at
  FROM event e, json_each(e.data, '$.outcomes') o
  WHERE e.type LIKE 'work.%' AND ${inStep} AND promise.subject = e.subject AND promise.kind = o.value->>'kind'
    AND promise.outcome IS NULL`

/** Nothing is left to be kept: called off, or given back as it was. */
const withdrawWork = `UPDATE promise SET outcome = 'withdrawn', ended_at = e.at
  FROM event e
  WHERE e.type IN ('work.cancelled', 'work.closed') AND ${inStep} AND promise.subject = e.subject AND promise.outcome IS NULL`

const steps = [makeStarts, makeWork, endStarts, replaceWork, endWork, withdrawWork]

const stepOf = (from: number, to: number): Statement[] =>
  [...steps, 'UPDATE cursor SET seq = :to WHERE reader = :reader AND seq = :from'].map((sql) =>
    statement(sql, { reader, from, to }),
  )

/** Brings the ledger up to the stream, or as near as one call may go: after changes, and by cron. */
export async function projectPromises(db: Database, most: number = limits.projectEvents): Promise<void> {
  for (let step = 0; step < limits.projectSteps; step++) {
    const [row] = await db.rows(
      statement(
        `SELECT c.seq AS "from", (SELECT max(seq) FROM (SELECT seq FROM event WHERE seq > c.seq ORDER BY seq LIMIT :most)) AS "to"
         FROM cursor c WHERE c.reader = :reader`,
        { reader, most },
      ),
    )
    const { from, to } = (row ?? {}) as { from?: number; to?: number | null }
    if (from === undefined || typeof to !== 'number') return
    await db.batch(stepOf(from, to))
  }
}
