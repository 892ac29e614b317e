import { limits } from '../config.ts'
import { ok, type Result } from '../kernel/result.ts'
import { formatInstant } from '../kernel/time.ts'
import { callerValues, credentialStatement, lacks, principalOf, unauthenticated } from '../people/index.ts'
import type { Context } from '../platform/context.ts'
import { type Statement, statement } from '../platform/database.ts'
import type { EventRow } from '../platform/tables.ts'
import type { Event, EventPage, EventQuery } from './contract.ts'

/** A test-mode key reads of test-mode locations alone. */
const within = `((SELECT test_mode FROM credential WHERE hash = :hash) = 0
  OR location_id IN (SELECT id FROM location WHERE test_mode = 1))`

/** Partners read of their own bookings and tickets, and of the work that came with them, where their key is for; everybody else of everything. */
const theirs = `((SELECT role FROM credential WHERE hash = :hash) <> 'partner' OR EXISTS (
  SELECT 1 FROM credential c JOIN location l ON l.id = event.location_id AND l.test_mode = c.test_mode
  WHERE c.hash = :hash AND c.partner_id = coalesce(
    (SELECT partner_id FROM booking WHERE id = event.subject),
    (SELECT j.data->>'partner' FROM event j WHERE j.subject = event.subject AND j.type = 'queue.joined'),
    (SELECT partner_id FROM work_order WHERE id = event.subject)
  )
))`

/**
 * The last event that one reading looks at: partners have few among many, and no reading goes through the whole stream.
 */
const horizon = `(SELECT CASE role WHEN 'partner' THEN :after + ${limits.eventsSearched} ELSE 9e15 END
  FROM credential WHERE hash = :hash)`

/** An event as the wire has it, pulled or pushed. */
export const eventView = (row: EventRow): Event => ({
  seq: row.seq,
  at: formatInstant(row.at, 'UTC'),
  type: row.type,
  locationId: row.location_id,
  subject: row.subject,
  revision: row.revision,
  actor: row.actor,
  reason: row.reason,
  data: JSON.parse(row.data) as Record<string, unknown>,
})

const lastStatement = (): Statement => statement('SELECT max(seq) AS seq FROM event')

/** The stream from a position on, or the history of one subject. A reader keeps `next` as its place. */
export async function readEvents(
  context: Context,
  { after, subject, limit }: EventQuery,
): Promise<Result<EventPage>> {
  if (context.caller.kind === 'public') return unauthenticated()
  const ofSubject = subject ? 'AND subject = :subject' : `AND seq <= ${horizon}`
  const [credential, found, end] = await context.db.batch([
    credentialStatement(context),
    statement(
      `SELECT * FROM event WHERE seq > :after AND ${within} AND ${theirs} ${ofSubject} ORDER BY seq LIMIT :limit`,
      { ...callerValues(context.caller), after, subject, limit },
    ),
    lastStatement(),
  ])
  const principal = principalOf(context.caller, credential?.rows ?? [])
  const refused = lacks(principal, 'events')
  if (refused) return refused
  const rows = (found?.rows ?? []) as EventRow[]
  const searched = Math.min(after + limits.eventsSearched, Number(end?.rows[0]?.seq ?? 0))
  // Whoever reads a part of the stream goes on behind all that was looked through.
  const next =
    principal?.role === 'partner' && !subject && rows.length < limit
      ? Math.max(after, searched)
      : (rows.at(-1)?.seq ?? after)
  return ok({ events: rows.map(eventView), next })
}
