import { limits } from '../config.ts'
import { ok, type Result, refuse, refuseField } from '../kernel/result.ts'
import {
  addDays,
  DAY_MS,
  datesFrom,
  daysBetween,
  epochDay,
  formatInstant,
  HOUR_MS,
  localDate,
} from '../kernel/time.ts'
import { credentialStatement, principalOf, timeAt, unauthenticated } from '../people/index.ts'
import type { Context } from '../platform/context.ts'
import { type Catalogue, catalogueOf } from './catalogue.ts'
import type { CalendarDay, SlotView } from './contract.ts'
import { Occupancy } from './occupancy.ts'
import {
  claimer,
  findSlot,
  listSlots,
  nameOf,
  outsideWindow,
  type Party,
  partyOf,
  type Slot,
} from './planner.ts'
import { catalogueStatements, type OverdueRow, occupancyStatements, type TakenRow } from './store.ts'

/** Local dates, both included, and how many of each unit; without quantities, one of the first unit. */
export type Range = { from: string; to: string; quantities?: Record<string, number> | undefined }

/** A slot with what is left of it for the party asked. */
export type Listed = { slot: Slot; status: SlotView['status']; vacancies: number; capacity: number }

export type Browsed = {
  catalogue: Catalogue
  /** The location's time, epoch ms. */
  now: number
  party: Party
  listed: Listed[]
  /** Judges a slot that is not in the list: a stay of several nights within the range. */
  judge: (name: string) => Listed | undefined
}

/** What can be booked: one round trip, whatever the range. Of a slot that has ended nothing is said. */
export async function browse(context: Context, serviceId: string, range: Range): Promise<Result<Browsed>> {
  const span = daysBetween(range.from, range.to) + 1
  if (span < 1) return refuseField('query.to', 'reversed', 'It is before `from`.', 'invalid_request')
  if (span > limits.calendarDays) return tooLong(limits.calendarDays)
  const [from, to] = reach(range)
  const [credential, ...rest] = await context.db.batch([
    credentialStatement(context),
    ...catalogueStatements(serviceId),
    ...occupancyStatements(serviceId, from, to, context),
  ])
  const principal = principalOf(context.caller, credential?.rows ?? [])
  if (!principal) return unauthenticated()
  const catalogue = catalogueOf(rest)
  if (!catalogue) return refuse('not_found', { detail: 'There is no such service.' })
  const now = timeAt(context, catalogue.location, principal)
  if (!now.ok) return now
  const party = partyOf(catalogue.service, range.quantities ?? oneOfTheFirst(catalogue))
  if (!party.ok) return party

  const [tallies, overdue] = rest.slice(3)
  const occupancy = new Occupancy(
    catalogue.pools,
    (tallies?.rows ?? []) as TakenRow[],
    (overdue?.rows ?? []) as OverdueRow[],
  )
  const claims = claimer(catalogue, range.from, addDays(range.to, 1))
  const outsideNow = outsideWindow(catalogue, now.value, principal.scopes.includes('desk'))
  const listed = (slot: Slot): Listed => {
    const { vacancies, capacity, fits } = occupancy.left(claims(slot, party.value.places))
    const inside = fits ? (vacancies * 2 < capacity ? 'limited' : 'available') : 'sold_out'
    return { slot, status: outsideNow(slot) ?? inside, vacancies, capacity }
  }
  // A calendar shows the month's past days too; no slot lasts two days, so what began before has ended.
  const lately = localDate(now.value - 2 * DAY_MS, catalogue.location.zone)
  return ok({
    catalogue,
    now: now.value,
    party: party.value,
    listed: listSlots(catalogue, range.from > lately ? range.from : lately, range.to)
      .filter((slot) => slot.end > now.value)
      .map(listed),
    judge: (name) => {
      const slot = findSlot(catalogue, name)
      return slot.ok ? listed(slot.value) : undefined
    },
  })
}

const tooLong = (days: number) =>
  refuseField('query.to', 'too_long', `At most ${days} days at once.`, 'invalid_request')

function oneOfTheFirst({ service: { units } }: Catalogue): Record<string, number> {
  const [first] = units
  return first ? { [first.id]: Math.max(1, first.min) } : {}
}

/** Instants that surely enclose every bucket of the dates in any zone, with the longest slot and its buffers. */
function reach({ from, to }: Range): [from: number, to: number] {
  return [epochDay(from) * DAY_MS - 22 * HOUR_MS, epochDay(to) * DAY_MS + DAY_MS + 44 * HOUR_MS]
}

export const isBookable = ({ status }: Listed): boolean => status === 'available' || status === 'limited'

/** Slots of up to seven days. */
export async function availability(
  context: Context,
  serviceId: string,
  range: Range,
): Promise<Result<{ zone: string; slots: SlotView[] }>> {
  if (daysBetween(range.from, range.to) >= limits.slotDays) return tooLong(limits.slotDays)
  const seen = await browse(context, serviceId, range)
  if (!seen.ok) return seen
  const { catalogue } = seen.value
  const { zone } = catalogue.location
  const slots = seen.value.listed.map(({ slot, ...left }) => ({
    slot: nameOf(catalogue, slot),
    start: formatInstant(slot.start, zone),
    end: formatInstant(slot.end, zone),
    ...left,
  }))
  return ok({ zone, slots })
}

/** Days, each as good as the best of its slots. */
export async function calendar(
  context: Context,
  serviceId: string,
  range: Range,
): Promise<Result<{ zone: string; days: CalendarDay[] }>> {
  const seen = await browse(context, serviceId, range)
  return seen.ok
    ? ok({ zone: seen.value.catalogue.location.zone, days: daysOf(seen.value.listed, range) })
    : seen
}

export function daysOf(listed: Listed[], { from, to }: Range): CalendarDay[] {
  const days = new Map<string, CalendarDay>()
  for (const date of datesFrom(from, to)) days.set(date, { date, status: 'closed', slots: 0, vacancies: 0 })
  for (const one of listed) {
    const day = days.get(one.slot.date)
    if (!day) continue
    if (rank[one.status] < rank[day.status]) day.status = one.status
    if (!isBookable(one)) continue
    day.slots += 1
    day.vacancies = Math.max(day.vacancies, one.vacancies)
  }
  return [...days.values()]
}

/** Best first. */
const rank = { available: 0, limited: 1, sold_out: 2, too_soon: 3, beyond_horizon: 4, closed: 5 } as const
