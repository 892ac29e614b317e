import type { Guard } from '../people/index.ts'
import { type Statement, statement, type Values } from '../platform/database.ts'
import type { NewEvent } from '../platform/events.ts'
import type { Order } from './rules/order.ts'
import type { LineRow, OrderRow, PhotoRow, QuoteRow } from './tables.ts'

/** Work orders in SQL. Verbs compose these statements into one batch each. */

export const setupStatement = (location: string): Statement =>
  statement('SELECT * FROM work_setup WHERE location_id = :location', { location })

export const writeSetup = (values: Values, guard: Guard): Statement =>
  statement(
    `INSERT INTO work_setup (location_id, setup, revision) SELECT :location_id, :setup, :revision WHERE ${guard.sql}
     ON CONFLICT (location_id) DO UPDATE SET setup = excluded.setup, revision = excluded.revision`,
    { ...values, ...guard.values },
  )

export const modelStatement = (location: string, service: string): Statement =>
  statement('SELECT model FROM work_model WHERE location_id = :location AND service = :service', {
    location,
    service,
  })

/** Work orders of a service that are in hand. */
const inHand = (location: string, service: string) => `(SELECT count(*) FROM work_order x
  WHERE x.location_id = ${location} AND x.due_at IS NOT NULL AND x.service = ${service}
    AND x.status NOT IN ('ready', 'collected', 'declined', 'quote_expired'))`

export const loadStatement = (location: string, service: string): Statement =>
  statement(`SELECT ${inHand(':location', ':service')} AS load`, { location, service })

/** An order as its holder reads it: seven selects of one batch, in the order that `readingOf` takes. */
export const orderStatements = (id: string): Statement[] => [
  statement('SELECT * FROM work_order WHERE id = :id', { id }),
  statement('SELECT l.* FROM work_order o JOIN location l ON l.id = o.location_id WHERE o.id = :id', { id }),
  statement(
    'SELECT s.* FROM work_order o JOIN work_setup s ON s.location_id = o.location_id WHERE o.id = :id',
    { id },
  ),
  statement('SELECT * FROM work_line WHERE order_id = :id ORDER BY line', { id }),
  statement('SELECT * FROM work_quote WHERE order_id = :id ORDER BY version', { id }),
  statement('SELECT * FROM work_invoice WHERE order_id = :id', { id }),
  statement('SELECT * FROM work_photo WHERE order_id = :id ORDER BY at, id', { id }),
  statement('SELECT at, type, actor, reason, data FROM event WHERE subject = :id ORDER BY seq', { id }),
]

/** What a promise rests on besides: the model of the order's service, and how much of it is in hand. */
export const outlookStatements = (id: string): Statement[] => [
  statement(
    `SELECT m.model FROM work_order o JOIN work_model m ON m.location_id = o.location_id AND m.service = o.service
     WHERE o.id = :id`,
    { id },
  ),
  statement(`SELECT ${inHand('o.location_id', 'o.service')} AS load FROM work_order o WHERE o.id = :id`, {
    id,
  }),
]

/** A change of an order, with what it was: all but the order itself, which comes last and moves the revision. */
export const partStatements = (before: Order, after: Order, guard: Guard): Statement[] =>
  partsStatements([{ before, after }], guard)

const lineKey = ({ order_id, line }: LineRow) => `${order_id} ${line}`
const quoteKey = ({ order_id, version }: QuoteRow) => `${order_id} ${version}`

/** The same of several orders at once. */
export function partsStatements(changes: { before: Order; after: Order }[], guard: Guard): Statement[] {
  const lines = changes.flatMap(({ after }) => after.lines)
  const quotes = changes.flatMap(({ after }) => after.quotes)
  const oldLines = new Map(changes.flatMap(({ before }) => before.lines).map((line) => [lineKey(line), line]))
  const oldQuotes = new Map(
    changes.flatMap(({ before }) => before.quotes).map((quote) => [quoteKey(quote), quote]),
  )
  const differ = (columns: (keyof LineRow)[]) =>
    lines.filter((line) => {
      const old = oldLines.get(lineKey(line))
      return old && columns.some((column) => old[column] !== line[column])
    })
  const of = (rows: object[]) => ({ rows: JSON.stringify(rows), ...guard.values })
  const when = (rows: object[], sql: string) => (rows.length > 0 ? [statement(sql, of(rows))] : [])
  const setLines = (columns: (keyof LineRow)[]) =>
    when(
      differ(columns),
      `UPDATE work_line SET ${columns.map((column) => `${column} = j.value->>'${column}'`).join(', ')}
       FROM json_each(:rows) j
       WHERE order_id = j.value->>'order_id' AND line = j.value->>'line' AND ${guard.sql}`,
    )
  const ended = quotes.filter((quote) => {
    const old = oldQuotes.get(quoteKey(quote))
    return old && old.status !== quote.status
  })
  const invoices = changes.flatMap(({ before, after }) =>
    after.invoice && !before.invoice ? [after.invoice] : [],
  )
  return [
    // While its quote is open still: the database lets nobody approve a line of one that is not.
    ...setLines(['decision', 'decided_at']),
    ...when(
      ended,
      `UPDATE work_quote SET status = j.value->>'status', ceiling = j.value->>'ceiling',
         decided_at = j.value->>'decided_at', decided_by = j.value->>'decided_by'
       FROM json_each(:rows) j
       WHERE order_id = j.value->>'order_id' AND version = j.value->>'version' AND ${guard.sql}`,
    ),
    ...when(
      quotes.filter((quote) => !oldQuotes.has(quoteKey(quote))),
      insertFrom('work_quote', quoteColumns, guard),
    ),
    ...when(
      lines.filter((line) => !oldLines.has(lineKey(line))),
      insertFrom('work_line', lineColumns, guard),
    ),
    ...setLines(['worked_at', 'worked_by', 'actual']),
    ...setLines(['billed']),
    ...when(invoices, insertFrom('work_invoice', ['order_id', 'total', 'at', 'by'], guard)),
  ]
}

const quoteColumns: (keyof QuoteRow)[] = [
  'order_id',
  'version',
  'status',
  'price_limit',
  'ceiling',
  'made_at',
  'expires_at',
  'decided_at',
  'decided_by',
]
const lineColumns: (keyof LineRow)[] = [
  'order_id',
  'line',
  'version',
  'kind',
  'name',
  'amount',
  'amount_most',
  'optional',
  'of_line',
  'decision',
]
const insertFrom = (table: string, columns: string[], guard: Guard): string =>
  `INSERT INTO ${table} (${columns.join(', ')})
   SELECT ${columns.map((column) => `value->>'${column}'`).join(', ')} FROM json_each(:rows) WHERE ${guard.sql}`

/** What can change of an order. */
const changing: (keyof OrderRow)[] = [
  'status',
  'pause_reason',
  'pause_until',
  'assignee',
  'status_at',
  'stage_before',
  'stage_before_at',
  'load',
  'ours_ms',
  'waited_ms',
  'promised_at',
  'first_promised_at',
  'often_at',
  'alternatives',
  'due_at',
  'revision',
  'changed_at',
  'changed_by',
]

export const updateOrder = (row: OrderRow, guard: Guard): Statement =>
  statement(
    `UPDATE work_order SET ${changing.map((column) => `${column} = :${column}`).join(', ')}
     WHERE id = :id AND ${guard.sql}`,
    { ...row, ...guard.values },
  )

const orderColumns: (keyof OrderRow)[] = [
  ...([
    'id',
    'reference',
    'location_id',
    'service',
    'origin_id',
    'booking_id',
    'ticket_id',
    'account',
    'partner_id',
    'channel',
  ] as const),
  ...(['contact', 'items', 'note', 'created_at'] as const),
  ...changing,
]

export const insertOrder = (row: OrderRow, guard: Guard): Statement =>
  statement(
    `INSERT INTO work_order (${orderColumns.join(', ')})
     SELECT ${orderColumns.map((column) => `:${column}`).join(', ')} WHERE ${guard.sql}`,
    { ...row, ...guard.values },
  )

/** Several orders at once, each of which goes through one step. */
export const insertOrders = (rows: OrderRow[], guard: Guard): Statement =>
  statement(insertFrom('work_order', orderColumns, guard), { rows: JSON.stringify(rows), ...guard.values })

export const updateOrders = (rows: OrderRow[], guard: Guard): Statement =>
  statement(
    `UPDATE work_order SET ${changing.map((column) => `${column} = j.value->>'${column}'`).join(', ')}
     FROM json_each(:rows) j WHERE work_order.id = j.value->>'id' AND ${guard.sql}`,
    { rows: JSON.stringify(rows), ...guard.values },
  )

/** Many events of one command, told in this order. */
export const tellAll = (events: (NewEvent & { location: string })[], guard: Guard): Statement =>
  statement(
    `INSERT INTO event (at, type, location_id, subject, revision, actor, reason, fingerprint, data)
     SELECT e.value->>'at', e.value->>'type', e.value->>'location', e.value->>'subject', e.value->>'revision',
       e.value->>'actor', e.value->>'reason', '', e.value->>'data'
     FROM json_each(:rows) e WHERE ${guard.sql} ORDER BY e.key`,
    { rows: JSON.stringify(events), ...guard.values },
  )

/** What one request brought, in its order. */
export const broughtStatement = (subject: string): Statement =>
  statement(
    `SELECT o.id, o.reference, o.status FROM event e, json_each(e.data, '$.orders') j
     JOIN work_order o ON o.id = j.value WHERE e.subject = :subject ORDER BY j.key`,
    { subject },
  )

/** That the order is at this revision still, and the clock of its location not past `now`. */
export const orderAt = ({ id, revision, location_id }: OrderRow, now: number): Guard => ({
  sql: `EXISTS (SELECT 1 FROM work_order WHERE id = :guardOrder AND revision = :guardRevision)
    AND ${clockNotPast}`,
  values: { guardOrder: id, guardRevision: revision, guardLocation: location_id, guardNow: now },
})

const clockNotPast = `EXISTS (
  SELECT 1 FROM location WHERE id = :guardLocation AND (test_mode = 0 OR simulated_now <= :guardNow)
)`

/** That the order is at this revision still: for what time does, whatever the clock says meanwhile. */
export const revisionAt = ({ id, revision }: OrderRow): Guard => ({
  sql: 'EXISTS (SELECT 1 FROM work_order WHERE id = :guardOrder AND revision = :guardRevision)',
  values: { guardOrder: id, guardRevision: revision },
})

/** That the location takes in work still, as it was set up, and its clock is not past `now`. */
export const intakeAt = (location: string, revision: number, now: number): Guard => ({
  sql: `${clockNotPast} AND EXISTS (
    SELECT 1 FROM work_setup s JOIN location l ON l.id = s.location_id
    WHERE s.location_id = :guardLocation AND s.revision = :guardSetup AND l.archived_at IS NULL
  )`,
  values: { guardLocation: location, guardSetup: revision, guardNow: now },
})

/** Moves a test-mode location's clock to what a command brought with it. */
export const moveClock = (location: string, now: number, guard: Guard): Statement =>
  statement(
    `UPDATE location SET simulated_now = :now
     WHERE id = :location AND test_mode = 1 AND simulated_now < :now AND ${guard.sql}`,
    { location, now, ...guard.values },
  )

/** The booking that work comes with, and the partner behind it or behind the ticket. */
export const cameWith = (booking: string | undefined, ticket: string | undefined): Statement =>
  statement(
    `SELECT b.location_id, b.contact,
       coalesce(b.partner_id, (
         SELECT data->>'partner' FROM event WHERE subject = :ticket AND type = 'queue.joined'
       )) AS partner
     FROM (SELECT :booking AS id) asked LEFT JOIN booking b ON b.id = asked.id`,
    { booking, ticket },
  )

export const insertPhoto = (row: PhotoRow, guard: Guard): Statement =>
  statement(
    `INSERT INTO work_photo (id, order_id, subject, line, type, bytes, at, by)
     SELECT :id, :order_id, :subject, :line, :type, :bytes, :at, :by WHERE ${guard.sql}`,
    { ...row, ...guard.values },
  )

export type BoardFilter = {
  location: string
  over: boolean
  status?: string | undefined
  service?: string | undefined
  reference?: string | undefined
  after?: { key: number; id: string } | undefined
  limit: number
}

/** Open orders by when they are due, or those that are over, the newest first; one more than asked tells of more. */
export function boardStatement(filter: BoardFilter): Statement {
  const { over, status, service, reference, after } = filter
  const where = [
    `location_id = :location AND due_at IS ${over ? 'NULL' : 'NOT NULL'}`,
    status && 'status = :status',
    service && 'service = :service',
    reference && 'reference = :reference',
    after && (over ? 'id < :afterId' : '(due_at, id) > (:afterKey, :afterId)'),
  ].filter(Boolean)
  return statement(
    `SELECT * FROM work_order WHERE ${where.join(' AND ')} ORDER BY ${over ? 'id DESC' : 'due_at, id'} LIMIT :limit`,
    {
      location: filter.location,
      status,
      service,
      reference,
      afterKey: after?.key,
      afterId: after?.id,
      limit: filter.limit + 1,
    },
  )
}

export const modelsStatement = (location: string): Statement =>
  statement('SELECT service, model FROM work_model WHERE location_id = :location', { location })

const dueOrders = `SELECT id FROM work_order
  WHERE location_id = :location AND due_at <= :at AND due_at IS NOT NULL AND (:only IS NULL OR id = :only)
  ORDER BY due_at, id LIMIT :limit`

/** What is due at a location by a time, or one order of it, with its quotes: three selects of one batch. */
export function dueStatements(location: string, at: number, only: string | null, limit: number): Statement[] {
  const values = { location, at, only, limit }
  return [
    statement(`SELECT * FROM work_order WHERE id IN (${dueOrders})`, values),
    statement(`SELECT * FROM work_line WHERE order_id IN (${dueOrders}) ORDER BY line`, values),
    statement(`SELECT * FROM work_quote WHERE order_id IN (${dueOrders}) ORDER BY version`, values),
  ]
}

const timeThere = 'iif(l.test_mode = 1, l.simulated_now, :wallNow)'

/** Locations where something is due, each with its time: simulated, or that of all live ones. */
export const dueLocations = (wallNow: number): Statement =>
  statement(
    `SELECT l.id, ${timeThere} AS at FROM location l WHERE EXISTS (
       SELECT 1 FROM work_order o WHERE o.location_id = l.id AND o.due_at IS NOT NULL AND o.due_at <= ${timeThere}
     ) ORDER BY l.id`,
    { wallNow },
  )

export const namesInUse = (location: string): Statement =>
  statement(
    `SELECT DISTINCT service, iif(due_at IS NULL, NULL, account) AS account
     FROM work_order WHERE location_id = :location`,
    { location },
  )

/** The row that says how far in the stream was learned. */
const cursorRow = `location_id = '' AND service = ''`
const learnedTo = `coalesce((SELECT seq FROM work_model WHERE ${cursorRow}), 0)`

/** How far was learned, and how far the stream is; nothing new where no location takes in work. */
export const learnedUpTo = (): Statement =>
  statement(
    `SELECT ${learnedTo} AS after,
       iif(EXISTS (SELECT 1 FROM work_setup), (SELECT coalesce(max(seq), 0) FROM event), ${learnedTo}) AS last`,
  )

export const workEvents = (limit: number): Statement =>
  statement(
    `SELECT seq, at, type, location_id, subject, data FROM event
     WHERE seq > ${learnedTo} AND subject GLOB 'wrk_*' AND EXISTS (SELECT 1 FROM work_setup)
     ORDER BY seq LIMIT :limit`,
    { limit },
  )

const named = (sql: string, ids: string[]): Statement =>
  statement(`${sql} IN (SELECT value FROM json_each(:ids))`, { ids: JSON.stringify(ids) })
export const locationsNamed = (ids: string[]) => named('SELECT * FROM location WHERE id', ids)
export const setupsNamed = (ids: string[]) => named('SELECT * FROM work_setup WHERE location_id', ids)
export const modelsNamed = (ids: string[]) => named('SELECT * FROM work_model WHERE location_id', ids)

/** Keeps what was learned between two places in the stream, unless somebody else has learned it meanwhile. */
export function writeModels(
  models: { location: string; service: string; model: object }[],
  after: number,
  upTo: number,
): Statement[] {
  const write = (location: string, service: string, model: string) =>
    statement(
      `INSERT INTO work_model (location_id, service, model, seq)
       SELECT :location, :service, :model, :upTo WHERE ${learnedTo} = :after
       ON CONFLICT (location_id, service) DO UPDATE SET model = excluded.model, seq = excluded.seq`,
      { location, service, model, upTo, after },
    )
  return [
    ...models.map(({ location, service, model }) => write(location, service, JSON.stringify(model))),
    write('', '', '{}'),
  ]
}
