import { sql } from 'drizzle-orm'
import { check, index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'

/** How a location's queue is set up; its object keeps a copy and asks for this one when the revision has moved. */
export const queue = sqliteTable('queue', {
  location_id: text().primaryKey(),
  /** JSON, checked by the schema of `contract.ts` when written. */
  setup: text().notNull(),
  revision: integer().notNull(),
})

export type QueueSetupRow = typeof queue.$inferSelect

/** What people were told of their waits, and what became of it: a projection of the queue's events (`ledger.ts`). */
export const queueQuote = sqliteTable(
  'queue_quote',
  {
    id: text().primaryKey(),
    location_id: text().notNull(),
    ticket_id: text().notNull(),
    service: text().notNull(),
    channel: text().notNull(),
    /** 0 for the first promise of a ticket. */
    renewal: integer().notNull(),
    made_at: integer().notNull(),
    p10: integer().notNull(),
    p50: integer().notNull(),
    p90: integer().notNull(),
    ahead: integer().notNull(),
    outcome: text(),
    ended_at: integer(),
    /** Null where nobody knows: of those who left before. */
    inside: integer(),
    kept: integer(),
  },
  (t) => [
    index('queue_quote_made').on(t.location_id, t.made_at, t.id),
    check('queue_quote_outcome', sql`outcome IN ('called', 'left', 'replaced', 'day_over')`),
    check('queue_quote_end', sql`(outcome IS NULL) = (ended_at IS NULL)`),
  ],
)
export type QuoteRow = typeof queueQuote.$inferSelect

/** How many first promises have ended, how many of them within their range, how many kept. Moved by a trigger alone. */
export const queueRecord = sqliteTable(
  'queue_record',
  {
    location_id: text().notNull(),
    service: text().notNull(),
    channel: text().notNull(),
    told: integer().notNull(),
    inside: integer().notNull(),
    kept: integer().notNull(),
  },
  (t) => [primaryKey({ columns: [t.location_id, t.service, t.channel] })],
)
