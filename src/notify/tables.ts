import { sql } from 'drizzle-orm'
import { check, index, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'

/** How far a reader of the event stream has come: an outbox is a cursor. */
export const cursor = sqliteTable('cursor', {
  reader: text().primaryKey(),
  seq: integer().notNull(),
})

/**
 * One message or webhook on its way, or what became of it. It holds ids, times and codes only: words and addresses are
 * put together when it is sent or shown, so an erasure leaves nothing behind here.
 */
export const delivery = sqliteTable(
  'delivery',
  {
    id: text().primaryKey(),
    kind: text().notNull(),
    subject: text().notNull(),
    location_id: text(),
    revision: integer().notNull(),
    /** Empty for the customer; else the id of the webhook's endpoint. */
    recipient: text().notNull(),
    event_seq: integer().notNull(),
    /** Deliveries of a lane go out one after another, in the order of their events. */
    lane: text().notNull(),
    status: text().notNull(),
    /** By the location's clock: not before this; a retry moves it. */
    due_at: integer().notNull(),
    /** By the wall clock: until then somebody is at it. */
    busy_until: integer(),
    attempts: integer().notNull(),
    /** JSON: what the message tells, as it was when it was planned. */
    facts: text().notNull(),
    channel: text(),
    language: text(),
    /** What the provider calls it. */
    provider_id: text(),
    reason: text(),
    created_at: integer().notNull(),
    ended_at: integer(),
  },
  (t) => [
    uniqueIndex('delivery_once').on(t.subject, t.kind, t.revision, t.recipient),
    index('delivery_due').on(t.due_at).where(sql`ended_at IS NULL`),
    index('delivery_lane').on(t.lane, t.event_seq).where(sql`ended_at IS NULL`),
    index('delivery_location').on(t.location_id, t.id),
    check('delivery_status', sql`status IN ('waiting', 'sending', 'sent', 'stored', 'failed', 'dropped')`),
    check('delivery_end', sql`(ended_at IS NULL) = (status IN ('waiting', 'sending'))`),
  ],
)

/** How a customer wants to be told, where they said so; for a ticket also where. Emptied by an erasure. */
export const recipient = sqliteTable('recipient', {
  subject: text().primaryKey(),
  location_id: text().notNull(),
  /** JSON: e-mail, phone, language. Null for a booking, whose contact stands with it. */
  contact: text(),
  /** JSON array of the channels that they agreed to. */
  channels: text().notNull(),
  revision: integer().notNull(),
})

/** What a location sends and when, where it is not as usual. */
export const messaging = sqliteTable('messaging', {
  location_id: text().primaryKey(),
  /** JSON, checked by the schema of `contract.ts` when written. */
  settings: text().notNull(),
  revision: integer().notNull(),
})

/** Where somebody wants to be told of events. Its secret is derived from the deployment's, and stored nowhere. */
export const webhook = sqliteTable('webhook', {
  id: text().primaryKey(),
  /** Null for the organisation itself. */
  partner_id: text(),
  test_mode: integer().notNull(),
  url: text().notNull(),
  /** JSON array of types of events, such as `booking.confirmed` and `booking.*`; empty for all. */
  types: text().notNull(),
  /** Of the secret. */
  version: integer().notNull(),
  /** Until then the secret before this one signs as well, epoch ms of the wall clock. */
  former_until: integer(),
  /** Failed attempts in a row. */
  failing: integer().notNull(),
  disabled_at: integer(),
  created_at: integer().notNull(),
  revision: integer().notNull(),
})

export type DeliveryRow = typeof delivery.$inferSelect
export type RecipientRow = typeof recipient.$inferSelect
export type MessagingRow = typeof messaging.$inferSelect
export type WebhookRow = typeof webhook.$inferSelect
