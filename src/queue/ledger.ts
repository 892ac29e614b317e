import { ok, type Result, refuse, refuseField } from '../kernel/result.ts'
import { formatInstant } from '../kernel/time.ts'
import { locationIn, locationStatement } from '../location/index.ts'
import {
  callerValues,
  credentialStatement,
  lacks,
  principalOf,
  reaches,
  unauthenticated,
} from '../people/index.ts'
import type { Context } from '../platform/context.ts'
import { readCursor, writeCursor } from '../platform/cursor.ts'
import { type Statement, statement } from '../platform/database.ts'
import type { QueueRecord, QuotePage } from './ledger-contract.ts'
import type { QueueEvent, QuoteEnd } from './rules/index.ts'
import type { QuoteRow } from './tables.ts'

/** The ledger of what people were told of their waits: rows that follow from a queue's events, and reading them. */

/** What a run of events makes of the ledger; part of the batch that brings the events. Twice is the same as once. */
export function ledgerStatements(location: string, events: readonly QueueEvent[]): Statement[] {
  const made: object[] = []
  /** Of several in one batch the last counts: a call that was undone, and the next one. */
  const ends = new Map<string, (QuoteEnd & { at: number }) | { id: string }>()
  for (const event of events) {
    if ((event.type === 'joined' || event.type === 'requoted') && event.quote) {
      const { reason, ...quote } = event.quote
      const { ticket, service } = event
      const how =
        event.type === 'joined'
          ? { channel: event.channel, renewal: 0 }
          : { channel: event.joinedBy, renewal: event.renewal }
      made.push({ ...quote, ...how, ticket, service })
    }
    if ('ends' in event) for (const end of event.ends) ends.set(end.id, { ...end, at: event.at })
    if (event.type === 'undone') for (const id of event.reopens) ends.set(id, { id })
  }
  const statements: Statement[] = []
  if (made.length > 0) statements.push(statement(insert, { location, quotes: JSON.stringify(made) }))
  if (ends.size > 0) statements.push(statement(end, { location, ends: JSON.stringify([...ends.values()]) }))
  return statements
}

const insert = `INSERT INTO queue_quote (id, location_id, ticket_id, service, channel, renewal, made_at, p10, p50, p90, ahead)
  SELECT value->>'id', :location, value->>'ticket', value->>'service', value->>'channel', value->>'renewal',
    value->>'madeAt', value->>'p10', value->>'p50', value->>'p90', value->>'ahead'
  FROM json_each(:quotes) WHERE true
  ON CONFLICT (id) DO NOTHING`

/** The plus keeps SQLite from looking through all quotes of the location for each of them. */
const end = `UPDATE queue_quote SET outcome = e.outcome, ended_at = e.at, inside = e.inside, kept = e.kept
  FROM (
    SELECT value->>'id' AS id, value->>'outcome' AS outcome, value->>'at' AS at, value->>'inside' AS inside,
      value->>'kept' AS kept
    FROM json_each(:ends)
  ) e
  WHERE queue_quote.id = e.id AND +queue_quote.location_id = :location`

/** Quotes of a location in the order in which they were made, to staff with the scope `desk`. */
export async function readQuotes(
  context: Context,
  locationId: string,
  input: { after?: string | undefined; limit: number },
): Promise<Result<QuotePage>> {
  if (context.caller.kind === 'public') return unauthenticated()
  const after = input.after === undefined ? { key: 0, id: '' } : readCursor(input.after)
  if (!after) return refuseField('query.after', 'cursor', 'Not a cursor of this list.', 'invalid_request')
  const [credential, found, quotes] = await context.db.batch([
    credentialStatement(context),
    locationStatement(locationId),
    statement(
      `SELECT * FROM queue_quote WHERE location_id = :locationId AND (made_at, id) > (:madeAt, :id)
       ORDER BY made_at, id LIMIT :limit`,
      { ...callerValues(context.caller), locationId, madeAt: after.key, id: after.id, limit: input.limit },
    ),
  ])
  const principal = principalOf(context.caller, credential?.rows ?? [])
  const refused = lacks(principal, 'desk')
  if (refused || !principal) return refused ?? unauthenticated()
  const location = locationIn(found)
  if (!location || !reaches(principal, location)) return noQueue()
  const rows = (quotes?.rows ?? []) as QuoteRow[]
  const last = rows.at(-1)
  return ok({
    quotes: rows.map(quoteView),
    next: last && rows.length === input.limit ? writeCursor(last.made_at, last.id) : null,
  })
}

const time = (at: number) => formatInstant(at, 'UTC')
const bit = (value: number | null) => (value === null ? null : value === 1)

const quoteView = (row: QuoteRow): QuotePage['quotes'][number] => ({
  id: row.id,
  ticketId: row.ticket_id,
  service: row.service,
  channel: row.channel as QuotePage['quotes'][number]['channel'],
  renewal: row.renewal,
  madeAt: time(row.made_at),
  from: time(row.p10),
  median: time(row.p50),
  to: time(row.p90),
  ahead: row.ahead,
  outcome: row.outcome as QuotePage['quotes'][number]['outcome'],
  endedAt: row.ended_at === null ? null : time(row.ended_at),
  inside: bit(row.inside),
  kept: bit(row.kept),
})

const noQueue = () => refuse('not_found', { detail: 'There is no such queue.' })

/** How often first promises were kept, by service and channel: for everybody. */
export async function readRecord(context: Context, locationId: string): Promise<Result<QueueRecord>> {
  const [credential, found, counts] = await context.db.batch([
    credentialStatement(context),
    statement(
      'SELECT location.* FROM location JOIN queue ON queue.location_id = location.id WHERE location.id = :locationId',
      { locationId },
    ),
    statement(
      `SELECT service, channel, told, inside, kept FROM queue_record WHERE location_id = :locationId AND told > 0
       ORDER BY service, channel`,
      { locationId },
    ),
  ])
  const principal = principalOf(context.caller, credential?.rows ?? [])
  if (!principal) return unauthenticated()
  const location = locationIn(found)
  if (!location || location.archived || !reaches(principal, location)) return noQueue()
  return ok({ services: (counts?.rows ?? []) as QueueRecord['services'] })
}
