import { sql } from 'drizzle-orm'
import { index, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'

/**
 * The one stream of what happened (Law 5): appended in the transaction of the fact, never changed, never deleted.
 * It is the audit too, and the record of idempotent commands: `command` is unique, so a command has one effect.
 * Events carry ids, never personal data.
 */
export const event = sqliteTable(
  'event',
  {
    seq: integer().primaryKey(),
    at: integer().notNull(),
    type: text().notNull(),
    location_id: text(),
    subject: text().notNull(),
    revision: integer().notNull(),
    actor: text().notNull(),
    reason: text(),
    /** Caller and idempotency key; null where nobody asked (an expiry). */
    command: text(),
    /** SHA-256 of what was asked, to tell a repeat from another request under the same key. */
    fingerprint: text(),
    data: text().notNull(),
    /** Position in the stream of the object that it came from; null for what D1 owns. */
    source_seq: integer(),
  },
  (t) => [
    uniqueIndex('event_command').on(t.command).where(sql`command IS NOT NULL`),
    uniqueIndex('event_source').on(t.location_id, t.source_seq).where(sql`source_seq IS NOT NULL`),
    index('event_subject').on(t.subject, t.seq),
  ],
)

export type EventRow = typeof event.$inferSelect
