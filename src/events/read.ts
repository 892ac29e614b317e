import { ok, type Result } from '../kernel/result.ts'
import { formatInstant } from '../kernel/time.ts'
import { callerValues, credentialStatement, lacks, principalOf, unauthenticated } from '../people/index.ts'
import type { Context } from '../platform/context.ts'
import { statement } from '../platform/database.ts'
import type { EventRow } from '../platform/tables.ts'
import type { EventPage, EventQuery } from './contract.ts'

/** A test-mode key reads of test-mode locations alone. */
const within = `((SELECT test_mode FROM credential WHERE hash = :hash) = 0
  OR location_id IN (SELECT id FROM location WHERE test_mode = 1))`

/** The stream from a position on, or the history of one subject. A reader keeps `next` as its place. */
export async function readEvents(
  context: Context,
  { after, subject, limit }: EventQuery,
): Promise<Result<EventPage>> {
  if (context.caller.kind === 'public') return unauthenticated()
  const [credential, found] = await context.db.batch([
    credentialStatement(context),
    statement(
      `SELECT * FROM event WHERE seq > :after AND ${within} ${subject ? 'AND subject = :subject' : ''}
       ORDER BY seq LIMIT :limit`,
      { ...callerValues(context.caller), after, subject, limit },
    ),
  ])
  const refused = lacks(principalOf(context.caller, credential?.rows ?? []), 'events')
  if (refused) return refused
  const rows = (found?.rows ?? []) as EventRow[]
  return ok({
    events: rows.map((row) => ({
      seq: row.seq,
      at: formatInstant(row.at, 'UTC'),
      type: row.type,
      locationId: row.location_id,
      subject: row.subject,
      revision: row.revision,
      actor: row.actor,
      reason: row.reason,
      data: JSON.parse(row.data) as Record<string, unknown>,
    })),
    next: rows.at(-1)?.seq ?? after,
  })
}
