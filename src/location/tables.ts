import { sql } from 'drizzle-orm'
import { check, index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core'

/** What the business configures. Texts for people and rules are JSON, checked by the schemas of `contract.ts` when written. */

export const organisation = sqliteTable('organisation', {
  id: text().primaryKey(),
  name: text().notNull(),
  revision: integer().notNull(),
})

export const location = sqliteTable(
  'location',
  {
    id: text().primaryKey(),
    name: text().notNull(),
    zone: text().notNull(),
    currency: text().notNull(),
    country: text().notNull(),
    address: text(),
    hours: text().notNull(),
    test_mode: integer().notNull(),
    /** Simulated time of a test-mode location (Law 11), epoch ms; null for a live one. */
    simulated_now: integer(),
    /** Moves with every change of the location, its pools and its services: what was planned on an older one is planned again. */
    revision: integer().notNull(),
    created_at: integer().notNull(),
    archived_at: integer(),
  },
  () => [check('location_time', sql`(test_mode = 1) = (simulated_now IS NOT NULL)`)],
)

export const pool = sqliteTable(
  'pool',
  {
    id: text().primaryKey(),
    location_id: text().notNull(),
    name: text().notNull(),
    /** Minutes in one bucket: 5 or 15; 1 for a departure's single bucket; 1440 for a local day or night. */
    bucket_minutes: integer().notNull(),
    capacity: integer().notNull(),
    /** Own weekly hours of a person or room; null = whenever the location is open. */
    hours: text(),
    revision: integer().notNull(),
    archived_at: integer(),
  },
  (t) => [
    index('pool_location').on(t.location_id),
    check('pool_bucket', sql`bucket_minutes IN (1, 5, 15, 1440)`),
    check('pool_capacity', sql`capacity >= 0`),
  ],
)

export const service = sqliteTable(
  'service',
  {
    id: text().primaryKey(),
    location_id: text().notNull(),
    name: text().notNull(),
    kind: text().notNull(),
    rules: text().notNull(),
    revision: integer().notNull(),
    archived_at: integer(),
  },
  (t) => [
    index('service_location').on(t.location_id),
    check('service_kind', sql`kind IN ('slots', 'departures', 'opening_hours', 'nights')`),
  ],
)

export type OrganisationRow = typeof organisation.$inferSelect
export type LocationRow = typeof location.$inferSelect
export type PoolRow = typeof pool.$inferSelect
export type ServiceRow = typeof service.$inferSelect
