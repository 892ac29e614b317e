import { sql } from 'drizzle-orm'
import { check, index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'

/** How a location takes in work: its work services with their stages, and what goes for all of them. */
export const workSetup = sqliteTable('work_setup', {
  location_id: text().primaryKey(),
  /** JSON, checked by the schema of `contract.ts` when written. */
  setup: text().notNull(),
  revision: integer().notNull(),
})

/** A job in any state of its life. Triggers (migrations) guard its steps and see that each is told by its event. */
export const workOrder = sqliteTable(
  'work_order',
  {
    id: text().primaryKey(),
    /** Short code that is said and typed at the desk; unique while the order is open. */
    reference: text().notNull(),
    location_id: text().notNull(),
    /** Id of a work service in the location's set-up. */
    service: text().notNull(),
    status: text().notNull(),
    pause_reason: text(),
    /** When the pause is expected to end. */
    pause_until: integer(),
    /** The order that this one is the rework of. */
    origin_id: text(),
    booking_id: text(),
    ticket_id: text(),
    /** Id of an account in the location's set-up: the organisation that it is for. */
    account: text(),
    /** The partner whose booking or ticket it came with, who may follow it. */
    partner_id: text(),
    channel: text().notNull(),
    /** JSON: name, e-mail, phone, language. Nulled by an erasure. */
    contact: text(),
    /** JSON: what was handed in. */
    items: text().notNull(),
    /** Free words. Nulled by an erasure. */
    note: text(),
    /** JSON: a person's name, a pool, or both. */
    assignee: text(),
    created_at: integer().notNull(),
    status_at: integer().notNull(),
    /** The stage or pause that it was in before this one, and since when. */
    stage_before: text(),
    stage_before_at: integer(),
    /** Work orders of the service that were in hand when it entered its stage, itself included. */
    load: integer().notNull(),
    /** Since `created_at`: how long it was for us to act, and how long it waited. */
    ours_ms: integer().notNull(),
    waited_ms: integer().notNull(),
    /** Ready by, as told last; null before it is promised and while it waits for the customer. */
    promised_at: integer(),
    first_promised_at: integer(),
    /** As foreseen at the last change: in half of such cases it is ready by then. */
    often_at: integer(),
    /** JSON: what the customer can choose where the date may not be kept, and what they have chosen. */
    alternatives: text(),
    /** When it must be looked at, whatever happens: a promise at risk, a quote that ends. Null once it is over. */
    due_at: integer(),
    revision: integer().notNull(),
    changed_at: integer().notNull(),
    changed_by: text().notNull(),
  },
  (t) => [
    uniqueIndex('work_order_reference').on(t.reference).where(sql`due_at IS NOT NULL`),
    index('work_order_board').on(t.location_id, t.due_at, t.id).where(sql`due_at IS NOT NULL`),
    index('work_order_over').on(t.location_id, t.id).where(sql`due_at IS NULL`),
    check(
      'work_status',
      sql`status IN ('received', 'diagnosing', 'quoted', 'approved', 'scheduled', 'in_progress', 'paused', 'quality_check', 'ready', 'collected', 'closed', 'declined', 'quote_expired', 'cancelled', 'reopened')`,
    ),
    check('work_pause', sql`(status = 'paused') = (pause_reason IS NOT NULL)`),
    check('work_over', sql`(due_at IS NULL) = (status IN ('closed', 'cancelled', 'reopened'))`),
    check(
      'work_clock',
      sql`ours_ms >= 0 AND waited_ms >= 0 AND ours_ms + waited_ms = status_at - created_at`,
    ),
    check('work_first_promise', sql`promised_at IS NULL OR first_promised_at IS NOT NULL`),
    // Whoever looks when it is due has the time to tell of another date before this one passes.
    check(
      'work_promise_watched',
      sql`promised_at IS NULL OR due_at < promised_at OR status IN ('ready', 'collected', 'closed', 'reopened')`,
    ),
  ],
)

/** A request for approval: the lines of its version, until it ends. */
export const workQuote = sqliteTable(
  'work_quote',
  {
    order_id: text().notNull(),
    version: integer().notNull(),
    status: text().notNull(),
    /** What the customer does not want to go above, minor units. */
    price_limit: integer(),
    /** What an invoice stays under, as agreed by the decision. */
    ceiling: integer(),
    made_at: integer().notNull(),
    expires_at: integer().notNull(),
    decided_at: integer(),
    decided_by: text(),
  },
  (t) => [
    primaryKey({ columns: [t.order_id, t.version] }),
    uniqueIndex('work_quote_open').on(t.order_id).where(sql`status = 'open'`),
    check(
      'work_quote_status',
      sql`status IN ('open', 'decided', 'refused', 'expired', 'replaced', 'withdrawn')`,
    ),
    check('work_quote_ceiling', sql`(status = 'decided') = (ceiling IS NOT NULL)`),
    check('work_quote_limit', sql`ceiling <= price_limit`),
  ],
)

/** A line of a quote, numbered through the order. Approved it stays approved; what is done and billed hangs on that. */
export const workLine = sqliteTable(
  'work_line',
  {
    order_id: text().notNull(),
    line: integer().notNull(),
    version: integer().notNull(),
    kind: text().notNull(),
    name: text().notNull(),
    /** Minor units; a discount is negative. */
    amount: integer().notNull(),
    /** With the tolerance; nothing above it is billed. */
    amount_most: integer().notNull(),
    optional: integer().notNull(),
    /** Tax or discount of one other line, decided with it. */
    of_line: integer(),
    decision: text().notNull(),
    decided_at: integer(),
    worked_at: integer(),
    worked_by: text(),
    actual: integer(),
    billed: integer(),
  },
  (t) => [
    primaryKey({ columns: [t.order_id, t.line] }),
    check('work_line_kind', sql`kind IN ('labour', 'part', 'tax', 'discount')`),
    check('work_line_sign', sql`(kind = 'discount' AND amount <= 0) OR (kind <> 'discount' AND amount >= 0)`),
    check('work_line_decision', sql`decision IN ('open', 'approved', 'refused', 'lapsed')`),
    check('work_line_worked', sql`worked_at IS NULL OR decision = 'approved'`),
    check('work_line_billed', sql`billed IS NULL OR (decision = 'approved' AND billed <= amount_most)`),
  ],
)

/** What was billed, once. */
export const workInvoice = sqliteTable('work_invoice', {
  order_id: text().primaryKey(),
  total: integer().notNull(),
  at: integer().notNull(),
  by: text().notNull(),
})

/** A picture of the work; its bytes are in R2 under `<order>/<id>`. */
export const workPhoto = sqliteTable(
  'work_photo',
  {
    id: text().primaryKey(),
    order_id: text().notNull(),
    subject: text().notNull(),
    line: integer(),
    type: text().notNull(),
    bytes: integer().notNull(),
    at: integer().notNull(),
    by: text().notNull(),
  },
  (t) => [
    index('work_photo_order').on(t.order_id, t.id),
    check('work_photo_subject', sql`subject IN ('intake', 'line', 'handover')`),
    check('work_photo_line', sql`(subject = 'line') = (line IS NOT NULL)`),
  ],
)

/** What was learned of a work service, and up to which event. */
export const workModel = sqliteTable(
  'work_model',
  {
    location_id: text().notNull(),
    service: text().notNull(),
    /** JSON, as `forecast/` keeps it. */
    model: text().notNull(),
    seq: integer().notNull(),
  },
  (t) => [primaryKey({ columns: [t.location_id, t.service] })],
)

export type WorkSetupRow = typeof workSetup.$inferSelect
export type OrderRow = typeof workOrder.$inferSelect
export type QuoteRow = typeof workQuote.$inferSelect
export type LineRow = typeof workLine.$inferSelect
export type InvoiceRow = typeof workInvoice.$inferSelect
export type PhotoRow = typeof workPhoto.$inferSelect
