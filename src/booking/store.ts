import { callerValues, liveCredential } from '../people/index.ts'
import type { Command, Context } from '../platform/context.ts'
import { type Outcome, type Statement, statement, type Values } from '../platform/database.ts'
import { commandName } from '../platform/events.ts'
import type { Groups } from './planner.ts'
import type { BookingRow, ClaimRow, TallyRow } from './tables.ts'

/** Bookings in SQL. Verbs compose these statements into one batch each. */

/** Buckets [from, to) of a pool that cannot take the units of `claim`, a json object with pool, from, to and units. */
const goesOver = `(
  EXISTS (
    SELECT 1 FROM tally t
    WHERE t.pool_id = claim.value->>'pool'
      AND t.bucket >= claim.value->>'from' AND t.bucket < claim.value->>'to'
      AND t.taken + (claim.value->>'units') > t.capacity
  )
  OR claim.value->>'units' > (SELECT p.capacity FROM pool p WHERE p.id = claim.value->>'pool')
    AND claim.value->>'to' - (claim.value->>'from') > (
      SELECT count(*) FROM tally t
      WHERE t.pool_id = claim.value->>'pool'
        AND t.bucket >= claim.value->>'from' AND t.bucket < claim.value->>'to'
    )
)`

/** Every write first expires the overdue holds of the pools that it may claim (Law 2). The event's time is the deadline. */
const expire = (due: string) => `UPDATE booking
  SET status = 'expired', changed_at = hold_until, hold_until = NULL, revision = revision + 1, changed_by = 'system',
      change_reason = NULL, command = NULL, fingerprint = NULL
  WHERE status = 'held' AND hold_until <= :now AND id IN (${due})`

export const expireDue = (pools: string[], now: number): Statement =>
  statement(
    expire(
      `SELECT c.booking_id FROM json_each(:pools) p JOIN claim c ON c.pool_id = p.value AND c.hold_until <= :now`,
    ),
    { pools: JSON.stringify(pools), now },
  )

/** Expires up to `limit` overdue holds of a location; RETURNING tells how many. */
export const sweepDue = (location: string, now: number, limit: number): Statement =>
  statement(
    `${expire(`SELECT c.booking_id FROM pool p JOIN claim c ON c.pool_id = p.id AND c.hold_until <= :now
      WHERE p.location_id = :location LIMIT :limit`)} RETURNING id`,
    { location, now, limit },
  )

export type NewBooking = Pick<
  BookingRow,
  | 'id'
  | 'reference'
  | 'location_id'
  | 'service_id'
  | 'slot'
  | 'starts_at'
  | 'ends_at'
  | 'units'
  | 'places'
  | 'price'
  | 'hold_limit'
  | 'cancel_until'
  | 'channel'
  | 'partner_id'
  | 'partner_reference'
  | 'contact'
> & { hold_until: number }

/**
 * The guarded insert. Claims come first and all at once, each group's first alternative that fits: either every group
 * has one, nothing was reconfigured since it was planned, and this command was not carried out before, or no row is
 * written. The booking is then made of the claims, and its event of the booking, by trigger.
 */
export function holdStatements(
  booking: NewBooking,
  groups: Groups,
  planned: { revision: number; now: number; actor: string },
  context: Context,
  command: Command,
): Statement[] {
  const values: Values = {
    ...booking,
    ...callerValues(context.caller),
    key: command.key,
    fingerprint: command.fingerprint,
    groups: JSON.stringify(groups),
    planned: planned.revision,
    now: planned.now,
    actor: planned.actor,
  }
  return [
    statement(
      `INSERT INTO claim (booking_id, seq, pool_id, from_bucket, to_bucket, units, hold_until, claimed_at)
       WITH fitting AS (
         SELECT g.key AS grp, a.key AS alternative, a.value AS claims
         FROM json_each(:groups) g, json_each(g.value) a
         WHERE NOT EXISTS (SELECT 1 FROM json_each(a.value) claim WHERE ${goesOver})
       ), chosen AS (SELECT grp, min(alternative) AS alternative FROM fitting GROUP BY grp)
       SELECT :id, row_number() OVER (ORDER BY chosen.grp, claim.key) - 1, claim.value->>'pool', claim.value->>'from',
              claim.value->>'to', claim.value->>'units', :hold_until, :now
       FROM chosen JOIN fitting USING (grp, alternative), json_each(fitting.claims) claim
       WHERE (SELECT count(*) FROM chosen) = json_array_length(:groups)
         AND EXISTS (
           SELECT 1 FROM location
           WHERE id = :location_id AND revision = :planned AND (test_mode = 0 OR simulated_now <= :now)
         )
         AND NOT EXISTS (SELECT 1 FROM event WHERE command = ${commandName})`,
      values,
    ),
    statement(
      `INSERT INTO booking (
         id, reference, location_id, service_id, status, slot, starts_at, ends_at, units, places, price, hold_until,
         hold_limit, cancel_until, channel, partner_id, partner_reference, contact, created_at, revision, changed_at,
         changed_by, command, fingerprint
       )
       SELECT :id, :reference, :location_id, :service_id, 'held', :slot, :starts_at, :ends_at, :units, :places, :price,
              :hold_until, :hold_limit, :cancel_until, :channel, :partner_id, :partner_reference, :contact, :now, 1, :now,
              :actor, ${commandName}, :fingerprint
       WHERE EXISTS (SELECT 1 FROM claim WHERE booking_id = :id)
       RETURNING id`,
      values,
    ),
  ]
}

/** Moves a test-mode location's clock to what a command brought with it; a live location has none to move. */
export const moveClock = (location: string, now: number): Statement =>
  statement(
    `UPDATE location SET simulated_now = :now WHERE id = :location AND test_mode = 1 AND simulated_now < :now`,
    { location, now },
  )

/**
 * The door of a step in a booking's life: what is known of booking, location, caller and command, in the same round
 * trip as the step itself. `at` is the time that counts: simulated in a test-mode location, the door's elsewhere.
 */
const door = `SELECT b.id AS booking_id, l.id AS location_id, l.test_mode, l.simulated_now,
    CASE l.test_mode WHEN 1 THEN coalesce(:simulatedNow, l.simulated_now) ELSE :wallNow END AS at,
    (:simulatedNow IS NULL OR (l.test_mode = 1 AND :simulatedNow >= l.simulated_now
      AND instr(coalesce(c.scopes, ''), '"time"') > 0)) AS time_fits,
    coalesce(c.id, 'customer:' || :linkSubject) AS actor,
    coalesce(instr(c.scopes, '"desk"') > 0, 0) AS is_desk,
    (:linkSubject = b.id
      OR instr(coalesce(c.scopes, ''), '"bookings"') > 0
        AND (c.test_mode = l.test_mode OR c.test_mode = 0 AND c.role <> 'partner')
        AND (instr(c.scopes, '"desk"') > 0 OR c.partner_id = b.partner_id)) AS allowed,
    ${commandName} AS command,
    EXISTS (SELECT 1 FROM event WHERE command = ${commandName}) AS repeated
  FROM booking b JOIN location l ON l.id = b.location_id LEFT JOIN credential c ON c.hash = :hash AND ${liveCredential}
  WHERE b.id = :id`

export type DoorRow = {
  location_id: string
  test_mode: number
  simulated_now: number | null
  at: number
  time_fits: number
  is_desk: number
  allowed: number
}

function stepValues(context: Context, id: string): Values {
  return {
    ...callerValues(context.caller),
    id,
    wallNow: context.wallNow,
    simulatedNow: context.simulatedNow,
    linkSubject: context.caller.kind === 'link' ? context.caller.subject : null,
    key: context.command?.key,
    fingerprint: context.command?.fingerprint,
  }
}

export const doorStatement = (context: Context, id: string): Statement =>
  statement(door, stepValues(context, id))

const step = (set: string, where: string) => `UPDATE booking
  SET ${set}, revision = booking.revision + 1, changed_at = door.at, changed_by = door.actor, command = door.command,
      fingerprint = :fingerprint
  FROM (${door}) door
  WHERE booking.id = door.booking_id AND door.allowed AND door.time_fits AND NOT door.repeated
    AND (:revision IS NULL OR booking.revision = :revision) AND ${where}
  RETURNING booking.id`

const stepClock = `UPDATE location SET simulated_now = :simulatedNow
  WHERE test_mode = 1 AND simulated_now < :simulatedNow
    AND id = (SELECT location_id FROM (${door}) door WHERE door.allowed AND door.time_fits)`

const confirmSql = step(
  `status = 'confirmed', hold_until = NULL, confirmed_at = door.at, change_reason = NULL,
   contact = coalesce(:contact, booking.contact), partner_reference = coalesce(:partnerReference, booking.partner_reference)`,
  `booking.status = 'held' AND booking.hold_until > door.at`,
)
const extendSql = step(
  `hold_until = min(door.at + :holdMs, booking.hold_limit), change_reason = NULL`,
  `booking.status = 'held' AND booking.hold_until > door.at
   AND min(door.at + :holdMs, booking.hold_limit) > booking.hold_until`,
)
const cancelSql = step(
  `status = 'cancelled', hold_until = NULL, change_reason = :reason, note = :note`,
  `(booking.status = 'held' AND booking.hold_until > door.at
    OR booking.status = 'confirmed' AND (door.is_desk OR door.at <= booking.cancel_until))`,
)

export type StepExtras = {
  revision?: number | undefined
  contact?: string | undefined
  partnerReference?: string | undefined
  holdMs?: number
  reason?: string
  note?: string | undefined
}

function stepStatements(sql: string, context: Context, id: string, extras: StepExtras): Statement[] {
  const values = { ...stepValues(context, id), ...extras }
  const moved = context.simulatedNow === undefined ? [] : [statement(stepClock, values)]
  return [statement(sql, values), ...moved]
}
export const confirmStatements = (context: Context, id: string, extras: StepExtras) =>
  stepStatements(confirmSql, context, id, extras)
export const extendStatements = (context: Context, id: string, extras: StepExtras) =>
  stepStatements(extendSql, context, id, extras)
export const cancelStatements = (context: Context, id: string, extras: StepExtras) =>
  stepStatements(cancelSql, context, id, extras)

/** A booking with all that its reader needs: names, zone, currency. */
const bookingColumns = `b.*, l.name AS location_name, l.zone, l.currency, l.country, l.address, l.test_mode,
  l.simulated_now, s.name AS service_name, s.kind AS service_kind, s.rules AS service_rules,
  (SELECT name FROM organisation) AS organisation, (SELECT name FROM partner WHERE id = b.partner_id) AS partner_name`

export type BookingView = BookingRow & {
  location_name: string
  zone: string
  currency: string
  country: string
  address: string | null
  test_mode: number
  simulated_now: number | null
  service_name: string
  service_kind: string
  /** JSON; names of units. */
  service_rules: string
  /** JSON; null until the organisation has a name. */
  organisation: string | null
  partner_name: string | null
}

const bookingJoin = `booking b JOIN location l ON l.id = b.location_id JOIN service s ON s.id = b.service_id`

export const bookingStatement = (id: string): Statement =>
  statement(`SELECT ${bookingColumns} FROM ${bookingJoin} WHERE b.id = :id`, { id })

/** What a plan was made on, as it is now: tells a plan that went stale from a slot that is sold out. */
export const plannedRevision = (location: string): Statement =>
  statement('SELECT revision, simulated_now FROM location WHERE id = :location', { location })

/** The booking that a repeated command made, whatever its id. */
export const bookingOfCommand = (context: Context): Statement =>
  statement(
    `SELECT ${bookingColumns} FROM ${bookingJoin} WHERE b.id = (SELECT subject FROM event WHERE command = ${commandName})`,
    { ...callerValues(context.caller), key: context.command?.key },
  )

export type ListFilter = {
  location?: string | undefined
  partner?: string | null | undefined
  /** Restricts to test-mode locations, or to live ones. */
  testMode?: boolean | undefined
  reference?: string | undefined
  from?: number | undefined
  to?: number | undefined
  after?: { startsAt: number; id: string } | undefined
  limit: number
}

/** Bookings by start, a page at a time; one more than asked tells whether there is another page. */
export function listStatement(filter: ListFilter): Statement {
  const where = [
    filter.location && 'b.location_id = :location',
    filter.partner && 'b.partner_id = :partner',
    filter.testMode !== undefined && 'l.test_mode = :testMode',
    filter.reference && `b.reference = :reference`,
    filter.from !== undefined && 'b.starts_at >= :from',
    filter.to !== undefined && 'b.starts_at < :to',
    filter.after && '(b.starts_at, b.id) > (:afterStart, :afterId)',
  ].filter(Boolean)
  return statement(
    `SELECT ${bookingColumns} FROM ${bookingJoin} WHERE ${where.join(' AND ') || 'true'}
     ORDER BY b.starts_at, b.id LIMIT :limit`,
    {
      location: filter.location,
      partner: filter.partner,
      reference: filter.reference,
      from: filter.from,
      to: filter.to,
      testMode: Number(filter.testMode),
      afterStart: filter.after?.startsAt,
      afterId: filter.after?.id,
      limit: filter.limit + 1,
    },
  )
}

const servicePools = `SELECT DISTINCT p.* FROM service s, json_each(s.rules, '$.needs') n, json_each(n.value, '$.of') o
  JOIN pool p ON p.id = o.value WHERE s.id = :service`

/** All that the planner needs of a service, its location and pools: three selects of one batch. */
export const catalogueStatements = (service: string): Statement[] => [
  statement('SELECT * FROM service WHERE id = :service', { service }),
  statement(
    `SELECT l.*, (SELECT name FROM organisation) AS organisation
     FROM service s JOIN location l ON l.id = s.location_id WHERE s.id = :service`,
    { service },
  ),
  statement(servicePools, { service }),
]

/**
 * What is taken between two instants, and which of it is overdue: two selects, subtracted in code (a correlated
 * subquery would read the tallies once per claim). `now` is the location's: simulated where there is such a clock.
 */
export const occupancyStatements = (
  service: string,
  from: number,
  to: number,
  { wallNow, simulatedNow }: Pick<Context, 'wallNow' | 'simulatedNow'>,
): Statement[] => {
  const values = { service, from, to, wallNow, simulatedNow }
  return [
    statement(
      `SELECT t.pool_id, t.bucket, t.taken, t.capacity FROM (${servicePools}) p
       JOIN tally t ON t.pool_id = p.id
         AND t.bucket BETWEEN :from / (p.bucket_minutes * 60000) AND :to / (p.bucket_minutes * 60000)`,
      values,
    ),
    statement(
      `SELECT c.pool_id, c.from_bucket, c.to_bucket, c.units FROM (${servicePools}) p
       JOIN claim c ON c.pool_id = p.id
         AND c.hold_until <= (
           SELECT CASE test_mode WHEN 1 THEN coalesce(:simulatedNow, simulated_now) ELSE :wallNow END
           FROM location WHERE id = p.location_id
         )`,
      values,
    ),
  ]
}

export type TakenRow = Pick<TallyRow, 'pool_id' | 'bucket' | 'taken' | 'capacity'>
export type OverdueRow = Pick<ClaimRow, 'pool_id' | 'from_bucket' | 'to_bucket' | 'units'>

export const firstRow = <T>(outcome: Outcome | undefined): T | undefined => outcome?.rows[0] as T | undefined
