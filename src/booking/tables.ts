import { sql } from 'drizzle-orm'
import { check, index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'

/**
 * A booking in any state of its life; a hold is a booking with `hold_until`. Triggers (migrations) guard its steps,
 * write its events, and release its claims.
 */
export const booking = sqliteTable(
  'booking',
  {
    id: text().primaryKey(),
    /** Short code that is said and typed at the desk; unique while the booking is open. */
    reference: text().notNull(),
    location_id: text().notNull(),
    service_id: text().notNull(),
    status: text().notNull(),
    /** Name of the slot as it is listed: a local start, a date, or two dates. */
    slot: text().notNull(),
    starts_at: integer().notNull(),
    ends_at: integer().notNull(),
    /** JSON: quantity and price of each unit, as sold. */
    units: text().notNull(),
    places: integer().notNull(),
    /** Sum in minor units of the location's currency. */
    price: integer().notNull(),
    hold_until: integer(),
    /** No extension goes past this. */
    hold_limit: integer().notNull(),
    /** Last moment at which customer or partner may cancel, as promised when it was made. */
    cancel_until: integer().notNull(),
    channel: text().notNull(),
    partner_id: text(),
    partner_reference: text(),
    /** JSON: name, e-mail, phone, language. Nulled by an erasure. */
    contact: text(),
    /** Free words with a cancellation. Nulled by an erasure; the event carries only the reason's code. */
    note: text(),
    created_at: integer().notNull(),
    confirmed_at: integer(),
    revision: integer().notNull(),
    changed_at: integer().notNull(),
    changed_by: text().notNull(),
    change_reason: text(),
    command: text(),
    fingerprint: text(),
  },
  (t) => [
    uniqueIndex('booking_reference')
      .on(t.reference)
      .where(sql`status IN ('held', 'offered', 'awaiting_approval', 'confirmed', 'checked_in')`),
    index('booking_start').on(t.location_id, t.starts_at, t.id),
    index('booking_partner').on(t.partner_id, t.starts_at, t.id).where(sql`partner_id IS NOT NULL`),
    check(
      'booking_status',
      sql`status IN ('held', 'offered', 'awaiting_approval', 'confirmed', 'checked_in', 'fulfilled', 'no_show', 'declined', 'cancelled', 'expired')`,
    ),
    check('booking_hold', sql`(status IN ('held', 'offered')) = (hold_until IS NOT NULL)`),
  ],
)

/** Units of a pool taken for buckets [from_bucket, to_bucket), buffers included. Never deleted: it is released. */
export const claim = sqliteTable(
  'claim',
  {
    booking_id: text().notNull(),
    seq: integer().notNull(),
    pool_id: text().notNull(),
    from_bucket: integer().notNull(),
    to_bucket: integer().notNull(),
    units: integer().notNull(),
    hold_until: integer(),
    claimed_at: integer().notNull(),
    released_at: integer(),
  },
  (t) => [
    primaryKey({ columns: [t.booking_id, t.seq] }),
    index('claim_due').on(t.pool_id, t.hold_until).where(sql`hold_until IS NOT NULL`),
    check('claim_units', sql`units > 0`),
    check('claim_range', sql`from_bucket < to_bucket`),
  ],
)

/** What is taken of a pool in a bucket; a bucket without a row is free. Moved by the triggers on claims alone. */
export const tally = sqliteTable(
  'tally',
  {
    pool_id: text().notNull(),
    bucket: integer().notNull(),
    taken: integer().notNull(),
    capacity: integer().notNull(),
    /** 1 where the capacity was set for this bucket and no longer follows the pool's. */
    overridden: integer().notNull().default(0),
  },
  (t) => [
    primaryKey({ columns: [t.pool_id, t.bucket] }),
    check('tally_never_over', sql`taken BETWEEN 0 AND capacity`),
  ],
)

export type BookingRow = typeof booking.$inferSelect
export type ClaimRow = typeof claim.$inferSelect
export type TallyRow = typeof tally.$inferSelect
