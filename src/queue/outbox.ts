import { Database, statement } from '../platform/database.ts'
import type { QueueEvent } from './rules/index.ts'

/**
 * Appends a queue's events to the one stream, unique on (location, source_seq): handed over twice, they are there
 * once. A check-in makes its booking checked_in, and the end of its visit makes it fulfilled, in the same transaction.
 */
export async function outboxTo(d1: D1Database, location: string, events: QueueEvent[]): Promise<void> {
  const rows = events.map(({ seq, at, type, actor, reason, ...rest }) => ({
    seq,
    at,
    type: `queue.${type}`,
    actor: actor.kind === 'system' ? 'system' : actor.id,
    reason,
    subject: 'ticket' in rest ? rest.ticket : 'desk' in rest ? rest.desk : location,
    data: rest,
  }))
  const values = { location, events: JSON.stringify(rows) }
  await new Database(d1, 'first-primary').batch([
    statement(
      `INSERT INTO event (at, type, location_id, subject, revision, actor, reason, data, source_seq)
       SELECT value->>'at', value->>'type', :location, coalesce(value->>'subject', :location), value->>'seq', value->>'actor',
              value->>'reason', value->'data', value->>'seq'
       FROM json_each(:events) WHERE true
       ON CONFLICT (location_id, source_seq) WHERE source_seq IS NOT NULL DO NOTHING`,
      values,
    ),
    statement(
      `UPDATE booking SET status = 'checked_in', revision = revision + 1, changed_at = joined.at, changed_by = joined.actor,
         change_reason = NULL, command = NULL, fingerprint = NULL
       FROM (SELECT value->>'at' AS at, value->>'actor' AS actor, value->'data'->>'booking' AS booking
             FROM json_each(:events) WHERE value->>'type' = 'queue.joined') joined
       WHERE booking.id = joined.booking AND booking.location_id = :location AND booking.status = 'confirmed'`,
      values,
    ),
  ])
}
