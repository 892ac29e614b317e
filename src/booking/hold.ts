import { newId, newReference } from '../kernel/ids.ts'
import { ok, type Result, refuse, refuseField } from '../kernel/result.ts'
import { MINUTE_MS } from '../kernel/time.ts'
import {
  callerValues,
  credentialStatement,
  lacks,
  type Principal,
  principalOf,
  reaches,
  timeAt,
  unauthenticated,
} from '../people/index.ts'
import { type Command, type Context, commandOf } from '../platform/context.ts'
import { brokenConstraint, type Outcome } from '../platform/database.ts'
import { type PriorEvent, priorEvent } from '../platform/events.ts'
import { type Catalogue, catalogueOf } from './catalogue.ts'
import type { HoldBody } from './contract.ts'
import {
  claimer,
  findSlot,
  type Groups,
  nameOf,
  outsideWindow,
  type Party,
  partyOf,
  type Slot,
} from './planner.ts'
import {
  type BookingView,
  bookingOfCommand,
  bookingStatement,
  catalogueStatements,
  expireDue,
  firstRow,
  holdStatements,
  moveClock,
  type NewBooking,
  plannedRevision,
} from './store.ts'

export type Done = { booking: BookingView; repeated: boolean }

/** A plan goes stale when somebody reconfigures the location between the read and the write; it is then made anew. */
const attempts = 4

/**
 * Holds a slot: one read batch, one write batch. Anybody may hold for themselves; a key holds in its partner's or its
 * staff's name. Refuses with `not_bookable` (closed, no such slot, outside lead time or horizon), `sold_out`,
 * `invalid_field`, `not_found`, `key_reused`.
 */
export async function hold(context: Context, input: HoldBody): Promise<Result<Done>> {
  const command = commandOf(context)
  for (let attempt = 1; attempt <= attempts; attempt++) {
    const read = await context.db.batch([
      credentialStatement(context),
      priorEvent(callerValues(context.caller), command),
      bookingOfCommand(context),
      ...catalogueStatements(input.serviceId),
    ])
    const [credential, prior, done, ...catalogueRows] = read
    const principal = principalOf(context.caller, credential?.rows ?? [])
    const refused = mayHold(principal, input)
    if (refused) return refused
    if (!principal) return unauthenticated()
    const repeated = repeatOf(firstRow(prior), firstRow(done), command)
    if (repeated) return repeated

    const catalogue = catalogueOf(catalogueRows)
    if (!catalogue || !reaches(principal, catalogue.location))
      return refuse('not_found', { detail: 'There is no such service.' })
    const now = timeAt(context, catalogue.location, principal)
    if (!now.ok) return now
    const plan = planHold(catalogue, input, now.value, principal)
    if (!plan.ok) return plan

    const written = await write(context, command, principal, catalogue, input, plan.value, now.value)
    if (written !== 'again') return written
  }
  return refuse('overloaded', { detail: 'The location is being reconfigured; try again.' })
}

function mayHold(principal: Principal | undefined, input: HoldBody) {
  if (!principal) return unauthenticated()
  const known = principal.role !== 'public' && principal.role !== 'customer'
  if (known) {
    const refused = lacks(principal, 'bookings')
    if (refused) return refused
  }
  if (input.channel && !principal.scopes.includes('desk')) {
    return refuseField('channel', 'staff_only', 'Only staff name the channel.')
  }
  return undefined
}

/** What a command answers when it comes again: the booking as it is now, or that its key stands for something else. */
export function repeatOf(
  prior: PriorEvent | undefined,
  booking: BookingView | undefined,
  command: Command,
): Result<Done> | undefined {
  if (!prior) return undefined
  if (prior.fingerprint !== command.fingerprint || !booking) {
    return refuse('key_reused', { detail: 'This Idempotency-Key was used for another request.' })
  }
  return ok({ booking, repeated: true })
}

type HoldPlan = { slot: Slot; party: Party; groups: Groups }

function planHold(
  catalogue: Catalogue,
  input: HoldBody,
  now: number,
  { scopes }: Principal,
): Result<HoldPlan> {
  const party = partyOf(catalogue.service, input.units)
  if (!party.ok) return party
  const slot = findSlot(catalogue, input.slot)
  if (!slot.ok) return slot
  const outside = outsideWindow(catalogue, now, scopes.includes('desk'))(slot.value)
  if (outside) {
    const message =
      outside === 'too_soon' ? 'It is too late to book this.' : 'It cannot be booked so far ahead.'
    return refuseField('slot', outside, message, 'not_bookable')
  }
  const { date, lastDate } = slot.value
  const groups = claimer(catalogue, date, lastDate)(slot.value, party.value.places)
  return ok({ slot: slot.value, party: party.value, groups })
}

async function write(
  context: Context,
  command: Command,
  principal: Principal,
  catalogue: Catalogue,
  input: HoldBody,
  { slot, party, groups }: HoldPlan,
  now: number,
): Promise<Result<Done> | 'again'> {
  const { location, service } = catalogue
  const holdLimit = now + service.maxHoldMinutes * MINUTE_MS
  const booking: NewBooking = {
    id: newId('bkg', now),
    reference: newReference(),
    location_id: location.id,
    service_id: service.id,
    slot: nameOf(catalogue, slot),
    starts_at: slot.start,
    ends_at: slot.end,
    units: JSON.stringify(party.lines),
    places: party.places,
    price: party.price,
    hold_until: Math.min(now + (input.holdMinutes ?? service.holdMinutes) * MINUTE_MS, holdLimit),
    hold_limit: holdLimit,
    cancel_until: slot.cancelUntil,
    channel: input.channel ?? channelOf(principal),
    partner_id: principal.partnerId,
    partner_reference: input.partnerReference ?? null,
    contact: input.contact ? JSON.stringify(input.contact) : null,
  }
  const pools = [...new Set(groups.flat(2).map(({ pool }) => pool))]
  const clock = context.simulatedNow === undefined ? [] : [moveClock(location.id, now)]
  const planned = { revision: location.revision, now, actor: principal.actor }
  let outcomes: Outcome[]
  try {
    outcomes = await context.db.batch([
      expireDue(pools, now),
      ...clock,
      ...holdStatements(booking, groups, planned, context, command),
      bookingStatement(booking.id),
      priorEvent(callerValues(context.caller), command),
      plannedRevision(location.id),
    ])
  } catch (error) {
    if (brokenConstraint(error) === 'booking.reference') return 'again'
    throw error
  }
  const [made, prior, current] = outcomes.slice(-3)
  const row = firstRow<BookingView>(made)
  if (row) return ok({ booking: row, repeated: false })
  const state = firstRow<{ revision: number; simulated_now: number | null }>(current)
  const moved = state?.revision !== location.revision || (state.simulated_now ?? now) > now
  if (firstRow(prior) || moved) return 'again'
  return refuse('sold_out', { detail: 'Not enough is left at that time.' })
}

function channelOf(principal: Principal): string {
  switch (principal.role) {
    case 'partner':
      return 'partner'
    case 'staff':
      return 'front_desk'
    case 'admin':
      return 'api'
    default:
      return 'web'
  }
}
