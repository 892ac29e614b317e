import { newId } from '../kernel/ids.ts'
import type { Guard } from '../people/index.ts'
import { type Statement, statement } from '../platform/database.ts'
import type { Ended, Planned } from './rules/plan.ts'
import type { DeliveryRow } from './tables.ts'

/** Deliveries in SQL. A delivery is open until it has ended; whoever works on one says so by a lease. */

const reader = 'deliveries'

export const cursorStatement = (): Statement =>
  statement('SELECT seq FROM cursor WHERE reader = :reader', { reader })

export const eventsAfterCursor = (limit: number): Statement =>
  statement(
    'SELECT * FROM event WHERE seq > (SELECT seq FROM cursor WHERE reader = :reader) ORDER BY seq LIMIT :limit',
    { reader, limit },
  )

export const endpointsStatement = (): Statement =>
  statement('SELECT * FROM webhook WHERE disabled_at IS NULL')

/** Whose the subjects of events are, by their bookings, by who joined for them, and by what their work came with. */
export const ownersStatement = (subjects: string[]): Statement =>
  statement(
    `SELECT s.value AS subject, coalesce(b.partner_id, j.data->>'partner', w.partner_id) AS partner
     FROM json_each(:subjects) s
       LEFT JOIN event j ON j.subject = s.value AND j.type = 'queue.joined'
       LEFT JOIN booking b ON b.id = s.value
       LEFT JOIN work_order w ON w.id = s.value
     WHERE partner IS NOT NULL`,
    { subjects: JSON.stringify(subjects) },
  )

/** The subjects that somebody can be told about, with what a message about them is planned on. */
export const aboutStatement = (subjects: string[]): Statement =>
  statement(
    `SELECT s.value AS subject, l.id AS location, l.zone, m.settings, b.status, b.starts_at, b.ends_at,
       w.first_promised_at,
       j.data->>'number' AS number, j.data->>'booking' AS booking, q.setup
     FROM json_each(:subjects) s
       LEFT JOIN booking b ON b.id = s.value
       LEFT JOIN event j ON j.subject = s.value AND j.type = 'queue.joined'
       LEFT JOIN booking came ON came.id = j.data->>'booking'
       LEFT JOIN work_order w ON w.id = s.value
       LEFT JOIN recipient r ON r.subject = s.value
       JOIN location l ON l.id = coalesce(b.location_id, j.location_id, w.location_id)
       LEFT JOIN messaging m ON m.location_id = l.id
       LEFT JOIN queue q ON q.location_id = l.id
     WHERE coalesce(b.contact, came.contact, w.contact, r.contact, w.account) IS NOT NULL`,
    { subjects: JSON.stringify(subjects) },
  )

export type AboutRow = {
  subject: string
  location: string
  zone: string
  settings: string | null
  status: string | null
  starts_at: number | null
  ends_at: number | null
  number: string | null
  booking: string | null
  first_promised_at: number | null
  setup: string | null
}

export const modesStatement = (): Statement => statement('SELECT id, test_mode FROM location')

/** That nobody else has come further in the meantime; all of a step's statements hold on to it. */
const stillAt = 'EXISTS (SELECT 1 FROM cursor WHERE reader = :reader AND seq = :from)'

/**
 * One step of the cursor: what became pointless is dropped, what is planned is written, each once whoever plans it, and
 * the cursor moves. All of it or nothing.
 */
export function planStatements(
  from: number,
  to: number,
  planned: Planned[],
  ended: Ended[],
  now: number,
): Statement[] {
  const values = { reader, from, to, now }
  const rows = planned.map((one) => ({ ...one, id: newId('dlv', now) }))
  const steps: Statement[] = []
  if (rows.length > 0)
    steps.push(
      statement(
        `INSERT INTO delivery (id, kind, subject, location_id, revision, recipient, event_seq, lane, status, due_at,
           attempts, facts, created_at)
         SELECT value->>'id', value->>'kind', value->>'subject', value->>'location', value->>'revision',
           value->>'recipient', value->>'eventSeq', value->>'lane', 'waiting', value->>'dueAt', 0, value->'facts', :now
         FROM json_each(:rows) WHERE ${stillAt}
         ON CONFLICT DO NOTHING`,
        { ...values, rows: JSON.stringify(rows) },
      ),
    )
  if (ended.length > 0)
    steps.push(
      statement(
        `UPDATE delivery SET status = 'dropped', reason = 'superseded', ended_at = :now, busy_until = NULL
         FROM json_each(:ended) e
         WHERE delivery.subject = e.value->>'subject' AND delivery.status = 'waiting'
           AND delivery.event_seq < e.value->>'before'
           AND delivery.kind IN (SELECT value FROM json_each(e.value, '$.kinds')) AND ${stillAt}`,
        { ...values, ended: JSON.stringify(ended) },
      ),
    )
  return [...steps, statement('UPDATE cursor SET seq = :to WHERE reader = :reader AND seq = :from', values)]
}

/** The time of a delivery's location: simulated where there is such a clock. */
const clock = `coalesce((SELECT simulated_now FROM location WHERE id = delivery.location_id), :wallNow)`

const isHead = `NOT EXISTS (
  SELECT 1 FROM delivery e
  WHERE e.lane = delivery.lane AND e.event_seq < delivery.event_seq AND e.ended_at IS NULL
)`

/**
 * Takes what is due, first of its lane and nobody's, to be handed to the queue. If it is lost on the way, it is taken
 * again once `busy_until` has passed; so is what somebody died over.
 */
export const takeDue = (wallNow: number, leaseMs: number, limit: number): Statement =>
  statement(
    `UPDATE delivery SET status = 'waiting', busy_until = :wallNow + :leaseMs
     WHERE id IN (
       SELECT id FROM delivery
       WHERE ended_at IS NULL AND due_at <= ${clock} AND (busy_until IS NULL OR busy_until <= :wallNow) AND ${isHead}
       ORDER BY due_at LIMIT :limit
     ) RETURNING id, kind`,
    { wallNow, leaseMs, limit },
  )

/** Claims a delivery: it is the caller's until the lease ends. Nobody is reminded of what is not to be. */
export const claim = (id: string, wallNow: number, leaseMs: number): Statement =>
  statement(
    `UPDATE delivery SET status = 'sending', attempts = attempts + 1, busy_until = :wallNow + :leaseMs
     WHERE id = :id AND due_at <= ${clock} AND ${isHead}
       AND (status = 'waiting' OR status = 'sending' AND busy_until <= :wallNow)
       AND (kind <> 'reminder' OR EXISTS (
         SELECT 1 FROM booking b WHERE b.id = delivery.subject AND b.status = 'confirmed' AND b.starts_at > ${clock}
       ))
     RETURNING attempts`,
    { id, wallNow, leaseMs },
  )

/** A reminder that could not be claimed because there is nothing to remind of. */
export const dropPointless = (id: string, wallNow: number): Statement =>
  statement(
    `UPDATE delivery SET status = 'dropped', reason = 'pointless', ended_at = ${clock}, busy_until = NULL
     WHERE id = :id AND status = 'waiting' AND kind = 'reminder' AND due_at <= ${clock} AND NOT EXISTS (
       SELECT 1 FROM booking b WHERE b.id = delivery.subject AND b.status = 'confirmed' AND b.starts_at > ${clock}
     )`,
    { id, wallNow },
  )

/** A delivery with all that its message or webhook is made of. */
const detailed = `SELECT delivery.*, l.name AS location_name, l.zone, l.country, l.address, l.test_mode, l.simulated_now,
    (SELECT name FROM organisation) AS organisation, 
    coalesce(b.reference, w.reference) AS reference,
    CASE delivery.recipient WHEN 'office' THEN (
      SELECT a.value->'office' FROM work_setup t, json_each(t.setup, '$.accounts') a
      WHERE t.location_id = w.location_id AND a.value->>'id' = w.account
    ) ELSE coalesce(b.contact, w.contact) END AS own_contact,
    s.name AS service_name, s.kind AS service_kind, r.contact AS given_contact,
    coalesce(r.channels, came.channels) AS agreed
  FROM delivery
    LEFT JOIN location l ON l.id = delivery.location_id
    LEFT JOIN booking b ON b.id = coalesce(delivery.facts->>'booking', delivery.subject)
    LEFT JOIN service s ON s.id = b.service_id
    LEFT JOIN work_order w ON w.id = delivery.subject
    LEFT JOIN recipient r ON r.subject = delivery.subject
    LEFT JOIN recipient came ON came.subject = delivery.facts->>'booking'`

export type Detailed = DeliveryRow & {
  location_name: string | null
  zone: string | null
  country: string | null
  address: string | null
  test_mode: number | null
  simulated_now: number | null
  organisation: string | null
  reference: string | null
  own_contact: string | null
  service_name: string | null
  service_kind: string | null
  given_contact: string | null
  agreed: string | null
}

export const detailedStatement = (id: string): Statement =>
  statement(`${detailed} WHERE delivery.id = :id`, { id })

/** Messages of a location, newest first, before an id; webhooks are not among them. */
export const messagesStatement = (location: string, before: string, limit: number): Statement =>
  statement(
    `${detailed} WHERE delivery.location_id = :location AND delivery.id < :before AND delivery.kind <> 'webhook'
       AND delivery.status <> 'dropped'
     ORDER BY delivery.id DESC LIMIT :limit`,
    { location, before, limit },
  )

export const eventAndEndpoint = (id: string): Statement[] => [
  statement('SELECT * FROM event WHERE seq = (SELECT event_seq FROM delivery WHERE id = :id)', { id }),
  statement('SELECT * FROM webhook WHERE id = (SELECT recipient FROM delivery WHERE id = :id)', { id }),
]

export type Ending = {
  status: 'sent' | 'stored' | 'failed' | 'dropped'
  channel?: string | undefined
  language?: string | undefined
  providerId?: string | undefined
  reason?: string | undefined
}

/**
 * Ends a delivery. What was sent is sent, whoever has it by now; any other end is only for who has claimed it last
 * (`attempt`).
 */
export const end = (id: string, attempt: number, ending: Ending, wallNow: number): Statement =>
  statement(
    `UPDATE delivery SET status = :status, channel = :channel, language = :language, provider_id = :providerId,
       reason = :reason, busy_until = NULL, ended_at = ${clock}
     WHERE id = :id AND (
       status = 'sending' AND attempts = :attempt OR :status IN ('sent', 'stored') AND ended_at IS NULL
     )`,
    { id, attempt, ...ending, wallNow },
  )

/** Puts a delivery back, to be tried again so many ms later by its location's clock. */
export const putBack = (
  id: string,
  attempt: number,
  waitMs: number,
  reason: string,
  wallNow: number,
): Statement =>
  statement(
    `UPDATE delivery SET status = 'waiting', due_at = ${clock} + :waitMs, busy_until = NULL, reason = :reason
     WHERE id = :id AND status = 'sending' AND attempts = :attempt`,
    { id, attempt, waitMs, reason, wallNow },
  )

/** Records what the queue has given up on: a bug of ours, or D1 away for long. A verb tries it again. */
export const failDead = (ids: string[], wallNow: number): Statement =>
  statement(
    `UPDATE delivery SET status = 'failed', reason = 'dead_letter', busy_until = NULL, ended_at = ${clock}
     WHERE id IN (SELECT value FROM json_each(:ids)) AND ended_at IS NULL`,
    { ids: JSON.stringify(ids), wallNow },
  )

/** Begins a failed delivery anew. */
export const tryAgain = (id: string, guard: Guard): Statement =>
  statement(
    `UPDATE delivery SET status = 'waiting', attempts = 0, due_at = 0, busy_until = NULL, reason = NULL, ended_at = NULL
     WHERE id = :id AND ${guard.sql}`,
    { id, ...guard.values },
  )
