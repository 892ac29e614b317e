import { integer, sqliteTable, text } from 'drizzle-orm/sqlite-core'

/** How a location's queue is set up; its object keeps a copy and asks for this one when the revision has moved. */
export const queue = sqliteTable('queue', {
  location_id: text().primaryKey(),
  /** JSON, checked by the schema of `contract.ts` when written. */
  setup: text().notNull(),
  revision: integer().notNull(),
})

export type QueueSetupRow = typeof queue.$inferSelect
