import { limits } from '../config.ts'
import { ok, type Result, refuse, refuseField } from '../kernel/result.ts'
import {
  addDays,
  DAY_MS,
  datesFrom,
  dayBounds,
  daysBetween,
  epochDay,
  formatInstant,
  HOUR_MS,
} from '../kernel/time.ts'
import { credentialStatement, lacks, principalOf, timeAt, unauthenticated } from '../people/index.ts'
import type { Context } from '../platform/context.ts'
import { readCursor, writeCursor } from '../platform/cursor.ts'
import { type Catalogue, catalogueOf } from './catalogue.ts'
import type { CalendarDay, SlotView } from './contract.ts'
import { Occupancy } from './occupancy.ts'
import { claimer, listSlots, outsideWindow, partyOf, type Slot } from './planner.ts'
import { admit } from './steps.ts'
import {
  type BookingView,
  bookingStatement,
  catalogueStatements,
  doorStatement,
  firstRow,
  listStatement,
  locationStatement,
  type OverdueRow,
  occupancyStatements,
  type TakenRow,
} from './store.ts'

/** One booking, to its customer, its partner and the desk. */
export async function readBooking(context: Context, id: string): Promise<Result<BookingView>> {
  if (context.caller.kind === 'public') return unauthenticated()
  const [credential, door, booking] = await context.db.batch([
    credentialStatement(context),
    doorStatement(context, id),
    bookingStatement(id),
  ])
  const seen = admit(principalOf(context.caller, credential?.rows ?? []), firstRow(door), firstRow(booking))
  return seen.ok ? ok(seen.value.booking) : seen
}

export type ListInput = {
  locationId?: string | undefined
  /** Local dates of the start, both included. */
  from?: string | undefined
  to?: string | undefined
  reference?: string | undefined
  after?: string | undefined
  limit: number
}

/** Bookings by start: the desk sees all, a partner its own. */
export async function listBookings(
  context: Context,
  input: ListInput,
): Promise<Result<{ bookings: BookingView[]; next: string | null }>> {
  if (context.caller.kind === 'public') return unauthenticated()
  const after = input.after === undefined ? undefined : readCursor(input.after)
  if (input.after !== undefined && !after)
    return refuseField('query.after', 'cursor', 'Not a cursor of this list.')
  const [credential, located] = await context.db.batch([
    credentialStatement(context),
    locationStatement(input.locationId ?? ''),
  ])
  const principal = principalOf(context.caller, credential?.rows ?? [])
  const refused = lacks(principal, 'bookings')
  if (refused || !principal) return refused ?? unauthenticated()
  const zone = firstRow<{ zone: string }>(located)?.zone
  if (input.locationId && !zone) return refuse('not_found', { detail: 'There is no such location.' })
  const rows = (await context.db.rows(
    listStatement({
      location: input.locationId,
      partner: principal.partnerId,
      testMode: principal.role === 'partner' ? principal.testMode : undefined,
      reference: input.reference,
      from: input.from === undefined ? undefined : dayBounds(input.from, zone ?? 'UTC')[0],
      to: input.to === undefined ? undefined : dayBounds(input.to, zone ?? 'UTC')[1],
      after: after && { startsAt: after.key, id: after.id },
      limit: input.limit,
    }),
  )) as BookingView[]
  const bookings = rows.slice(0, input.limit)
  const last = bookings.at(-1)
  return ok({
    bookings,
    next: rows.length > input.limit && last ? writeCursor(last.starts_at, last.id) : null,
  })
}

type Range = { from: string; to: string; quantities?: Record<string, number> | undefined }
type Seen = { catalogue: Catalogue; now: number; listed: Listed[] }
type Listed = { slot: Slot; status: SlotView['status']; vacancies: number; capacity: number }

/**
 * What can be booked: one round trip, whatever the range. Of a slot that has ended nothing is said.
 * Quantities default to one of the first unit.
 */
async function look(context: Context, service: string, range: Range, days: number): Promise<Result<Seen>> {
  const span = daysBetween(range.from, range.to) + 1
  if (span < 1) return refuseField('query.to', 'reversed', 'It is before `from`.', 'invalid_request')
  if (span > days)
    return refuseField('query.to', 'too_long', `At most ${days} days at once.`, 'invalid_request')
  const [from, to] = reach(range)
  const [credential, ...rest] = await context.db.batch([
    credentialStatement(context),
    ...catalogueStatements(service),
    ...occupancyStatements(service, from, to, context),
  ])
  const principal = principalOf(context.caller, credential?.rows ?? [])
  if (!principal) return unauthenticated()
  const catalogue = catalogueOf(rest)
  if (!catalogue) return refuse('not_found', { detail: 'There is no such service.' })
  const now = timeAt(context, catalogue.location, principal)
  if (!now.ok) return now
  const first = catalogue.service.units[0]?.id ?? ''
  const party = partyOf(
    catalogue.service,
    range.quantities ?? { [first]: Math.max(1, catalogue.service.units[0]?.min ?? 1) },
  )
  if (!party.ok) return party
  const [tallies, overdue] = rest.slice(3)
  const occupancy = new Occupancy(
    catalogue.pools,
    (tallies?.rows ?? []) as TakenRow[],
    (overdue?.rows ?? []) as OverdueRow[],
  )
  const claims = claimer(catalogue, range.from, addDays(range.to, 1))
  const listed = listSlots(catalogue, range.from, range.to)
    .filter((slot) => slot.end > now.value)
    .map((slot): Listed => {
      const groups = claims(slot, party.value.places)
      const left = occupancy.left(groups)
      const outside = outsideWindow(catalogue, slot, now.value)
      if (outside) return { slot, status: outside, ...left }
      if (!occupancy.fits(groups)) return { slot, status: 'sold_out', ...left }
      return { slot, status: left.vacancies * 2 < left.capacity ? 'limited' : 'available', ...left }
    })
  return ok({ catalogue, now: now.value, listed })
}

/** Instants that surely enclose every bucket of the dates in any zone, with the longest slot and its buffers. */
function reach({ from, to }: Range): [from: number, to: number] {
  return [epochDay(from) * DAY_MS - 22 * HOUR_MS, epochDay(to) * DAY_MS + DAY_MS + 44 * HOUR_MS]
}

export async function availability(
  context: Context,
  service: string,
  range: Range,
): Promise<Result<{ zone: string; slots: SlotView[] }>> {
  const seen = await look(context, service, range, limits.slotDays)
  if (!seen.ok) return seen
  const { zone } = seen.value.catalogue.location
  const slots = seen.value.listed.map(({ slot, ...left }) => ({
    slot: slot.name,
    start: formatInstant(slot.start, zone),
    end: formatInstant(slot.end, zone),
    ...left,
  }))
  return ok({ zone, slots })
}

/** One answer per day: the best of its slots. */
export async function calendar(
  context: Context,
  service: string,
  range: Range,
): Promise<Result<{ zone: string; days: CalendarDay[] }>> {
  const seen = await look(context, service, range, limits.calendarDays)
  if (!seen.ok) return seen
  const { catalogue, listed } = seen.value
  const byDate = Map.groupBy(listed, ({ slot }) => slot.date)
  const days = datesFrom(range.from, range.to).map((date): CalendarDay => {
    const slots = byDate.get(date) ?? []
    const bookable = slots.filter(({ status }) => status === 'available' || status === 'limited')
    return {
      date,
      status: bestOf(slots.map(({ status }) => status)),
      slots: bookable.length,
      vacancies: Math.max(0, ...bookable.map(({ vacancies }) => vacancies)),
    }
  })
  return ok({ zone: catalogue.location.zone, days })
}

const order = ['available', 'limited', 'sold_out', 'too_soon', 'beyond_horizon'] as const

const bestOf = (statuses: SlotView['status'][]): CalendarDay['status'] =>
  order.find((status) => statuses.includes(status)) ?? 'closed'
