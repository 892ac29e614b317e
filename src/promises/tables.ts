import { sql } from 'drizzle-orm'
import { check, index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'

/**
 * What somebody was promised about a booking or a work order, and what became of it: a projection of the event stream, made
 * anew by emptying it and beginning its cursor again. What was promised to those in a queue stands in `queue_quote`.
 */
export const promise = sqliteTable(
  'promise',
  {
    /** The event that makes it. */
    event_seq: integer().notNull(),
    kind: text().notNull(),
    subject: text().notNull(),
    location_id: text().notNull(),
    service: text().notNull(),
    channel: text().notNull(),
    /** The first of its kind to this subject: the one that counts, whatever was promised after it. */
    first: integer().notNull(),
    made_at: integer().notNull(),
    /** By when, epoch ms; or at most how much, in minor units. */
    due_at: integer(),
    amount: integer(),
    outcome: text(),
    ended_at: integer(),
  },
  (t) => [
    primaryKey({ columns: [t.event_seq, t.kind] }),
    index('promise_subject').on(t.subject, t.kind),
    index('promise_location').on(t.location_id, t.made_at),
    check('promise_kind', sql`kind IN ('start_by', 'ready_by', 'price_not_above')`),
    check(
      'promise_about',
      sql`(due_at IS NULL) = (kind = 'price_not_above') AND (due_at IS NULL) <> (amount IS NULL)`,
    ),
    check('promise_outcome', sql`outcome IN ('kept', 'broken', 'replaced', 'withdrawn')`),
    check('promise_end', sql`(outcome IS NULL) = (ended_at IS NULL)`),
  ],
)
