import { limits } from '../config.ts'
import { ok, type Result, refuseField } from '../kernel/result.ts'
import {
  addDays,
  datesFrom,
  dayBounds,
  daysBetween,
  epochDay,
  formatInstant,
  localDate,
  MINUTE_MS,
  parseDate,
  parseInstant,
  resolveWall,
  weekday,
} from '../kernel/time.ts'
import {
  covers,
  departuresOn,
  type Filling,
  fillings,
  groupNeeds,
  type Hours,
  openRuns,
  type Pool,
  type Run,
  type Service,
  walkStarts,
} from '../location/index.ts'

import type { Catalogue } from './catalogue.ts'

/**
 * The one planner (Law 3): what lists a slot is what books it. Pure: configuration in, slots and claims out. Whether
 * capacity is left is decided by the write; `occupancy.ts` foretells it from the same claims.
 */

/** Something that can be booked as a whole. Instants are epoch ms. */
export type Slot = {
  /** The location's date on which it starts. */
  date: string
  /** The last date of which it takes a day or night. */
  lastDate: string
  start: number
  end: number
  /** Last instant at which it can be booked. */
  bookUntil: number
  /** Last instant at which customer or partner may cancel it. */
  cancelUntil: number
}

/** Units of a pool for its buckets [from, to). */
export type PlannedClaim = { pool: string; from: number; to: number; units: number }
/** `groups[group][alternative][claim]`: every group must be filled, by any one of its alternatives. */
export type Groups = PlannedClaim[][][]

/** What is asked for, priced: quantities by unit id. */
export type Party = {
  lines: { unit: string; quantity: number; price: number }[]
  places: number
  price: number
}

/** Every slot that starts on the dates `from` to `to`, in order; of a service sold by nights each single night. */
export function listSlots(catalogue: Catalogue, from: string, to: string): Slot[] {
  const { location, service } = catalogue
  const { hours, zone } = location
  switch (service.kind) {
    case 'slots': {
      const [every, duration] = [service.startEveryMinutes * MINUTE_MS, service.durationMinutes * MINUTE_MS]
      const starts = walkStarts(hours, zone, from, to, every, duration)
      return starts.map((start) => timed(catalogue, start, duration)).filter(worked(catalogue, from, to))
    }
    case 'departures': {
      const duration = service.durationMinutes * MINUTE_MS
      const runs = openRuns(hours, zone, from, to)
      return datesFrom(from, to)
        .flatMap((date) => departuresOn(date, timesOn(service, date), zone))
        .filter((start) => covers(runs, start, start + duration))
        .map((start) => timed(catalogue, start, duration))
        .filter(worked(catalogue, from, to))
    }
    case 'opening_hours':
      return openDates(hours, zone, from, to).map(({ date, start, end }) => ({
        date,
        lastDate: date,
        start,
        end,
        bookUntil: end - (service.lastEntryMinutes + service.leadTimeMinutes) * MINUTE_MS,
        cancelUntil: cancelUntil(service, start),
      }))
    case 'nights':
      return openDates(hours, zone, from, to).map(({ date }) => stay(catalogue, date, addDays(date, 1)))
  }
}

/** Whether there is anybody for each need of a slot, free or not: where nobody works, nothing is offered. */
function worked(catalogue: Catalogue, from: string, to: string): (slot: Slot) => boolean {
  if (![...catalogue.pools.values()].some(keepsHours)) return () => true
  const claims = claimer(catalogue, from, addDays(to, 1))
  return (slot) => claims(slot, 1).every(({ length }) => length > 0)
}

/** A pool by days is worked or not for the whole day, which its capacity says. */
const keepsHours = ({ hours, bucketMinutes }: Pool): boolean => hours !== null && bucketMinutes < 1440

const cancelUntil = ({ cancelCutOffMinutes }: Service, start: number) =>
  start - cancelCutOffMinutes * MINUTE_MS

const timed = ({ location: { zone }, service }: Catalogue, start: number, duration: number): Slot => ({
  date: localDate(start, zone),
  lastDate: localDate(start + duration - 1, zone),
  start,
  end: start + duration,
  bookUntil: start - service.leadTimeMinutes * MINUTE_MS,
  cancelUntil: cancelUntil(service, start),
})

/**
 * A slot as it is listed and asked for: a local start with its offset, a date, or the dates of arrival and departure.
 * Written out only where it is read: a calendar counts thousands of slots and names none.
 */
export function nameOf({ location, service }: Catalogue, { start, date, lastDate }: Slot): string {
  switch (service.kind) {
    case 'opening_hours':
      return date
    case 'nights':
      return `${date}/${addDays(lastDate, 1)}`
    default:
      return formatInstant(start, location.zone)
  }
}

const timesOn = (service: Service & { kind: 'departures' }, date: string): string[] =>
  service.departures.filter(({ days }) => days.includes(weekday(date))).map(({ time }) => time)

/** The dates on which it is open at all, with the first opening and the last closing of each. */
function openDates(hours: Hours, zone: string, from: string, to: string) {
  const runs = openRuns(hours, zone, from, to)
  return datesFrom(from, to).flatMap((date) => {
    const [dayStart, dayEnd] = dayBounds(date, zone)
    const open = runs.filter((run) => run.start < dayEnd && run.end > dayStart)
    const [first, last] = [open[0], open.at(-1)]
    return first && last
      ? [{ date, start: Math.max(first.start, dayStart), end: Math.min(last.end, dayEnd) }]
      : []
  })
}

/** A stay can be booked until the end of the day of arrival. A wall time that does not exist is when the clock jumps. */
function stay({ location: { zone }, service }: Catalogue, arrival: string, departure: string): Slot {
  if (service.kind !== 'nights') throw new Error('only nights are stayed')
  const at = (date: string, time: string) => {
    const resolved = resolveWall(date, time, zone)
    return resolved.kind === 'fold' ? resolved.earlier : resolved.at
  }
  const start = at(arrival, service.checkIn)
  const [, arrivalEnd] = dayBounds(arrival, zone)
  return {
    date: arrival,
    lastDate: addDays(departure, -1),
    start,
    end: at(departure, service.checkOut),
    bookUntil: arrivalEnd - 1 - service.leadTimeMinutes * MINUTE_MS,
    cancelUntil: cancelUntil(service, start),
  }
}

/** The slot of that name, by listing its date: nothing can be booked that would not be listed. */
export function findSlot(catalogue: Catalogue, name: string): Result<Slot> {
  const { location, service } = catalogue
  if (service.kind === 'nights') return findStay(catalogue, name)
  const at = parseInstant(name)
  const date = service.kind === 'opening_hours' ? parseDate(name) : at && localDate(at, location.zone)
  if (!date) {
    const form = service.kind === 'opening_hours' ? 'a date' : 'a start with its offset from UTC'
    return refuseField('slot', 'format', `The slot of this service is ${form}, as the availability names it.`)
  }
  const slots = listSlots(catalogue, date, date)
  const slot = slots.find((one) => (service.kind === 'opening_hours' ? one.date === date : one.start === at))
  return slot ? ok(slot) : noSlot(slots.length === 0)
}

function findStay(catalogue: Catalogue, name: string): Result<Slot> {
  const { location, service } = catalogue
  const [arrival, departure] = name.split('/').map(parseDate)
  if (service.kind !== 'nights' || !arrival || !departure || name.length !== 21) {
    return refuseField('slot', 'format', 'The slot of a stay is its dates, arrival/departure.')
  }
  const nights = daysBetween(arrival, departure)
  if (nights < 1 || nights > service.maxNights) {
    return refuseField('slot', 'nights', `A stay has 1 to ${service.maxNights} nights.`)
  }
  const last = addDays(departure, -1)
  const open = openDates(location.hours, location.zone, arrival, last)
  return open.length === nights ? ok(stay(catalogue, arrival, departure)) : noSlot(true)
}

const noSlot = (closed: boolean) =>
  closed
    ? refuseField('slot', 'closed', 'It is closed then.', 'not_bookable')
    : refuseField('slot', 'not_a_slot', 'Nothing starts at that time.', 'not_bookable')

/**
 * Tells why a slot cannot be booked at `now` whatever is free, or undefined; the horizon is looked up once for all. The
 * desk books an appointment until it ends: whoever stands there came late to what is still free.
 */
export function outsideWindow({ location, service }: Catalogue, now: number, atDesk = false) {
  const untilEnd = atDesk && service.kind === 'slots'
  const horizon = addDays(localDate(now, location.zone), service.horizonDays)
  return (slot: Slot): 'too_soon' | 'beyond_horizon' | undefined => {
    if (untilEnd ? now >= slot.end : now > slot.bookUntil) return 'too_soon'
    return slot.date > horizon ? 'beyond_horizon' : undefined
  }
}

/** Checks and prices what is asked for. */
export function partyOf(service: Service, quantities: Record<string, number>): Result<Party> {
  const lines: Party['lines'] = []
  for (const [id, quantity] of Object.entries(quantities)) {
    const unit = service.units.find((one) => one.id === id)
    if (!unit) {
      const known = service.units.map((one) => one.id).join(', ')
      return refuseField(`units.${id}`, 'unknown_unit', `This service sells ${known}.`)
    }
    if (quantity === 0) continue
    if (quantity < unit.min || quantity > unit.max) {
      return refuseField(`units.${id}`, 'quantity', `From ${unit.min} to ${unit.max} of this unit.`)
    }
    lines.push({ unit: id, quantity, price: unit.price })
  }
  const sum = (of: (line: Party['lines'][number]) => number) =>
    lines.reduce((total, line) => total + of(line), 0)
  const placesOf = new Map(service.units.map((unit) => [unit.id, unit.places]))
  const places = sum((line) => line.quantity * (placesOf.get(line.unit) ?? 0))
  if (places < 1) return refuseField('units', 'empty', 'At least one place is booked.')
  if (places > limits.places)
    return refuseField('units', 'too_many', `At most ${limits.places} places in one booking.`)
  return ok({ lines, places, price: sum((line) => line.quantity * line.price) })
}

/**
 * What a hold of `places` in a slot must claim. A group without alternatives: nobody works at that time. The claims are
 * good until the next slot is asked: a calendar asks for thousands, so they are written over and not made anew.
 */
export type Claimer = (slot: Slot, places: number) => Groups

/** The claimer for slots that start on the dates `from` to `to`; what is the same for all of them is done once. */
export function claimer(catalogue: Catalogue, from: string, to: string): Claimer {
  const { location, service, pools } = catalogue
  const groups = groupNeeds(service.needs.map(({ of }) => of))
  const runs = new Map<string, Run[]>()
  for (const pool of pools.values()) {
    if (!pool.hours || !keepsHours(pool)) continue
    const hours = { weekly: pool.hours, seasons: [], exceptions: [] }
    runs.set(pool.id, openRuns(hours, location.zone, from, to))
  }
  const fillingsWithout = (absent: string[], places: number): Filling[][] =>
    groups.map((group) =>
      fillings(
        group.map((index) => {
          const { of, take } = service.needs[index] as Service['needs'][number]
          return {
            units: take === 'places' ? places : 1,
            of: of.filter((id) => pools.get(id)?.archived === false && !absent.includes(id)),
            key: of.join(),
          }
        }),
      ),
    )
  const known = new Map<string, Draft>()
  const place = bucketsBy(service)
  return (slot, places) => {
    let key = String(places)
    const absent: string[] = []
    for (const [id, working] of runs) if (!covers(working, slot.start, slot.end)) absent.push(id)
    if (absent.length > 0) key += ` ${absent}`
    let draft = known.get(key)
    if (!draft) {
      draft = draftOf(fillingsWithout(absent, places), pools)
      known.set(key, draft)
    }
    for (const { claim, bucketMinutes } of draft.claims) place(claim, bucketMinutes, slot)
    return draft.groups
  }
}

/** Groups whose claims have no buckets yet; each claim once, whatever number of alternatives it is part of. */
type Draft = { groups: Groups; claims: { claim: PlannedClaim; bucketMinutes: number }[] }

function draftOf(ways: Filling[][], pools: Map<string, Pool>): Draft {
  const claims = new Map<string, Draft['claims'][number]>()
  const claimOf = ({ pool, units }: Filling[number]): PlannedClaim => {
    const key = `${pool} ${units}`
    const known = claims.get(key)
    if (known) return known.claim
    const claim = { pool, from: 0, to: 0, units }
    claims.set(key, { claim, bucketMinutes: (pools.get(pool) as Pool).bucketMinutes })
    return claim
  }
  const groups = ways.map((alternatives) => alternatives.map((filling) => filling.map(claimOf)))
  return { groups, claims: [...claims.values()] }
}

/** Gives a claim the buckets that a slot covers, buffers included. */
function bucketsBy(service: Service): (claim: PlannedClaim, bucketMinutes: number, slot: Slot) => void {
  const buffered = 'bufferBeforeMinutes' in service
  const before = buffered ? service.bufferBeforeMinutes * MINUTE_MS : 0
  const after = buffered ? service.bufferAfterMinutes * MINUTE_MS : 0
  return (claim, bucketMinutes, { start, end, date, lastDate }) => {
    const size = bucketMinutes * MINUTE_MS
    if (bucketMinutes === 1440) {
      claim.from = epochDay(date)
      claim.to = epochDay(lastDate) + 1
    } else if (bucketMinutes === 1) {
      // A departure is one bucket, however long it takes.
      claim.from = Math.floor(start / size)
      claim.to = claim.from + 1
    } else {
      claim.from = Math.floor((start - before) / size)
      claim.to = Math.ceil((end + after) / size)
    }
  }
}
