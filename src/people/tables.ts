import { sql } from 'drizzle-orm'
import { check, index, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'

/** An intermediary that books for its own customers: agent, reseller, outsourced desk. */
export const partner = sqliteTable('partner', {
  id: text().primaryKey(),
  name: text().notNull(),
  revision: integer().notNull(),
  created_at: integer().notNull(),
})

/**
 * Whoever may act: API keys, browser sessions and the one-time links that start one. Only the SHA-256 of the
 * secret is kept. A test-mode key reaches test-mode locations only, a live key of a partner live ones only.
 */
export const credential = sqliteTable(
  'credential',
  {
    hash: text().primaryKey(),
    id: text().notNull(),
    kind: text().notNull(),
    role: text().notNull(),
    partner_id: text(),
    /** JSON array of scopes. */
    scopes: text().notNull(),
    label: text().notNull(),
    test_mode: integer().notNull(),
    created_at: integer().notNull(),
    expires_at: integer(),
    revoked_at: integer(),
    revision: integer().notNull(),
  },
  (t) => [
    uniqueIndex('credential_id').on(t.id),
    check('credential_kind', sql`kind IN ('key', 'session', 'link')`),
    check('credential_role', sql`role IN ('admin', 'staff', 'partner')`),
    check('credential_partner', sql`(role = 'partner') = (partner_id IS NOT NULL)`),
  ],
)

/** Who was shown personal data of whom, once an hour; let go of after `limits.accessDays`. */
export const accessLog = sqliteTable(
  'access_log',
  {
    id: text().primaryKey(),
    at: integer().notNull(),
    /** Hours since 1970: reading on is one access. */
    hour: integer().notNull(),
    /** Id of a key or session. */
    actor: text().notNull(),
    what: text().notNull(),
    /** What was read: an id; of a list that of its location. */
    subject: text().notNull(),
  },
  (t) => [
    uniqueIndex('access_once').on(t.subject, t.actor, t.what, t.hour),
    index('access_subject').on(t.subject, t.id),
  ],
)

export type AccessRow = typeof accessLog.$inferSelect
export type PartnerRow = typeof partner.$inferSelect
export type CredentialRow = typeof credential.$inferSelect
