import { clockMs, shownAt } from '../../rules/clocks.ts'

/**
 * What can be booked, said again in the plainest way: clocks read from Intl, free units counted from the claims, pools
 * chosen by trying. It shares no code with the planner, and no cleverness.
 */

const minute = 60_000
const dayMs = 1440 * minute

export type Opening = [from: string, to: string]
/** Seven days from Monday. */
export type Week = Opening[][]
export type PlainPool = { minutes: number; capacity: number; week: Week | null }
export type PlainNeed = { of: string[]; take: 'places' | 'one' }
export type PlainService = {
  needs: PlainNeed[]
  leadTimeMinutes: number
  horizonDays: number
} & (
  | { kind: 'slots'; durationMinutes: number; startEveryMinutes: number; before: number; after: number }
  | {
      kind: 'departures'
      durationMinutes: number
      departures: { time: string; days: number[] }[]
      before: number
      after: number
    }
  | { kind: 'opening_hours'; lastEntryMinutes: number }
  | { kind: 'nights'; checkIn: string; checkOut: string; maxNights: number }
)
export type World = {
  zone: string
  week: Week
  exceptions: Map<string, Opening[]>
  pools: Map<string, PlainPool>
  /** Capacities set for single buckets, by `pool bucket`. */
  set: Map<string, number>
}
export type Live = {
  pool_id: string
  from_bucket: number
  to_bucket: number
  units: number
  hold_until: number | null
  released_at: number | null
}
type Piece = { start: number; end: number }
export type PlainSlot = {
  name: string
  date: string
  lastDate: string
  start: number
  end: number
  until: number
}
export type Verdict = 'free' | 'sold_out' | 'too_soon' | 'beyond_horizon' | 'closed' | 'not_a_slot' | 'nights'

const dayOf = (date: string) => Date.parse(date) / dayMs
export const later = (date: string, days: number) => shownAt((dayOf(date) + days) * dayMs).slice(0, 10)
export const dateAt = (at: number, zone: string) => shownAt(clockMs(at, zone)).slice(0, 10)

const instants = new Map<string, number>()

/** When a clock shows this; never asked of a time that is skipped or comes twice. */
export function instantOf(date: string, time: string, zone: string): number {
  const asked = `${date} ${time} ${zone}`
  let at = instants.get(asked)
  if (at === undefined) {
    const wall = Date.parse(date) + (Number(time.slice(0, 2)) * 60 + Number(time.slice(3))) * minute
    const near = wall - (clockMs(wall, zone) - wall)
    at = near - (clockMs(near, zone) - wall)
    instants.set(asked, at)
  }
  return at
}

/** An instant as it is written: the local time and its offset. */
export function written(at: number, zone: string): string {
  const wall = clockMs(at, zone)
  const offset = Math.abs(wall - at) / minute
  const two = (n: number) => String(n).padStart(2, '0')
  const sign = wall < at ? '-' : '+'
  return `${shownAt(wall).replace(' ', 'T')}:00${sign}${two(Math.floor(offset / 60))}:${two(offset % 60)}`
}

const openOn = (openings: Opening[], date: string, zone: string): Piece[] =>
  openings.map(([from, to]) => ({ start: instantOf(date, from, zone), end: instantOf(date, to, zone) }))

const ofWeek = (week: Week, date: string): Opening[] => week[(dayOf(date) + 3) % 7] ?? []

/** The pieces in which it is open on a date. */
const piecesOn = ({ zone, week, exceptions }: World, date: string): Piece[] =>
  openOn(exceptions.get(date) ?? ofWeek(week, date), date, zone)

/** Whether pieces, joined where they touch, cover it; those of the dates around it are asked for. */
function covered(slot: Piece, date: string, on: (date: string) => Piece[]): boolean {
  let reached = slot.start
  for (let day = -1; day <= 4; day++) {
    for (const { start, end } of on(later(date, day))) {
      if (start <= reached) reached = Math.max(reached, end)
    }
  }
  return reached >= slot.end
}

/** Every slot that starts on the date. */
export function slotsOn(world: World, service: PlainService, date: string): PlainSlot[] {
  const { zone } = world
  const pieces = piecesOn(world, date)
  const lead = service.leadTimeMinutes * minute
  const timed = (start: number, minutes: number): PlainSlot[] => {
    const end = start + minutes * minute
    return covered({ start, end }, date, (one) => piecesOn(world, one)) &&
      worked(world, service, { start, end, date })
      ? [
          {
            name: written(start, zone),
            date,
            lastDate: dateAt(end - 1, zone),
            start,
            end,
            until: start - lead,
          },
        ]
      : []
  }
  const [first, last] = [pieces[0], pieces.at(-1)]
  switch (service.kind) {
    case 'slots':
      return pieces.flatMap(({ start, end }) => {
        const every = service.startEveryMinutes * minute
        const starts = Array.from({ length: Math.ceil((end - start) / every) }, (_, i) => start + i * every)
        return starts.flatMap((at) => timed(at, service.durationMinutes))
      })
    case 'departures':
      return service.departures
        .filter(({ days }) => days.includes(((dayOf(date) + 3) % 7) + 1))
        .map(({ time }) => time)
        .toSorted()
        .flatMap((time) => timed(instantOf(date, time, zone), service.durationMinutes))
    case 'opening_hours': {
      if (!first || !last) return []
      const until = last.end - service.lastEntryMinutes * minute - lead
      return [{ name: date, date, lastDate: date, start: first.start, end: last.end, until }]
    }
    case 'nights':
      return first ? [stay(world, service, date, later(date, 1))] : []
  }
}

function stay({ zone }: World, service: PlainService, arrival: string, departure: string): PlainSlot {
  if (service.kind !== 'nights') throw new Error('not a stay')
  return {
    name: `${arrival}/${departure}`,
    date: arrival,
    lastDate: later(departure, -1),
    start: instantOf(arrival, service.checkIn, zone),
    end: instantOf(departure, service.checkOut, zone),
    until: instantOf(later(arrival, 1), '00:00', zone) - 1 - service.leadTimeMinutes * minute,
  }
}

/** Buckets of a pool that a slot takes. */
export function bucketsOf(service: PlainService, pool: PlainPool, slot: PlainSlot): number[] {
  const [before, after] = 'before' in service ? [service.before, service.after] : [0, 0]
  const [start, end] = [slot.start - before * minute, slot.end + after * minute]
  const size = pool.minutes * minute
  if (pool.minutes === 1) return [Math.floor(slot.start / size)]
  const buckets: number[] = []
  if (pool.minutes === 1440) {
    for (let day = dayOf(slot.date); day <= dayOf(slot.lastDate); day++) buckets.push(day)
  } else {
    for (let bucket = Math.floor(start / size); bucket * size < end; bucket++) buckets.push(bucket)
  }
  return buckets
}

/** Units taken, by `pool bucket`, by the claims that count at `now`. */
export function takenBy(claims: Live[], now: number): Map<string, number> {
  const taken = new Map<string, number>()
  for (const { pool_id, from_bucket, to_bucket, units, hold_until, released_at } of claims) {
    if (released_at !== null || (hold_until !== null && hold_until <= now)) continue
    for (let bucket = from_bucket; bucket < to_bucket; bucket++) {
      const at = `${pool_id} ${bucket}`
      taken.set(at, (taken.get(at) ?? 0) + units)
    }
  }
  return taken
}

type When = Pick<PlainSlot, 'start' | 'end' | 'date'>

/** Whether whoever it is works then. What is counted by days is there all day. */
function works(world: World, { week, minutes }: PlainPool, slot: When): boolean {
  return (
    week === null ||
    minutes === 1440 ||
    covered(slot, slot.date, (date) => openOn(ofWeek(week, date), date, world.zone))
  )
}

/** Whether somebody works then for each need, one for each. */
function worked(world: World, { needs }: PlainService, slot: When): boolean {
  const there = (id: string) => {
    const pool = world.pools.get(id)
    return pool !== undefined && works(world, pool, slot) ? 1 : 0
  }
  return fits(needs, 1, there)
}

/** Units of the pool that are free for the slot; none where whoever it is does not work then. */
function freeOf(
  world: World,
  service: PlainService,
  slot: PlainSlot,
  id: string,
  taken: Map<string, number>,
): number {
  const pool = world.pools.get(id)
  if (!pool) return 0
  if (!works(world, pool, slot)) return 0
  return Math.min(
    ...bucketsOf(service, pool, slot).map((bucket) => {
      const at = `${id} ${bucket}`
      return (world.set.get(at) ?? pool.capacity) - (taken.get(at) ?? 0)
    }),
  )
}

/** Whether each need can have a pool of its own, by trying them all. */
function fits(
  needs: PlainNeed[],
  places: number,
  free: (pool: string) => number,
  used: string[] = [],
): boolean {
  const [need, ...rest] = needs
  if (!need) return true
  const units = need.take === 'one' ? 1 : places
  return need.of.some(
    (id) => !used.includes(id) && free(id) >= units && fits(rest, places, free, [...used, id]),
  )
}

/** What is to be said of a slot to a party of so many places. */
export function judge(
  world: World,
  service: PlainService,
  slot: PlainSlot,
  places: number,
  taken: Map<string, number>,
  now: number,
  atDesk = false,
): Verdict {
  if (atDesk && service.kind === 'slots' ? now >= slot.end : now > slot.until) return 'too_soon'
  if (slot.date > later(dateAt(now, world.zone), service.horizonDays)) return 'beyond_horizon'
  return fits(service.needs, places, (id) => freeOf(world, service, slot, id, taken)) ? 'free' : 'sold_out'
}

/** Places left for single ones, or undefined where needs share candidates and it takes more than a sum to tell. */
export function left(world: World, service: PlainService, slot: PlainSlot, taken: Map<string, number>) {
  const all = service.needs.flatMap(({ of }) => of)
  if (new Set(all).size < all.length) return undefined
  const sums = service.needs.map(({ of }) =>
    of.reduce((sum, id) => sum + freeOf(world, service, slot, id, taken), 0),
  )
  return Math.min(...sums)
}

/** The slot that a name asks for, or why there is none. */
export function slotNamed(world: World, service: PlainService, name: string): PlainSlot | Verdict {
  if (service.kind === 'nights') {
    const [arrival = '', departure = ''] = name.split('/')
    const nights = dayOf(departure) - dayOf(arrival)
    if (nights < 1 || nights > service.maxNights) return 'nights'
    const dates = Array.from({ length: nights }, (_, i) => later(arrival, i))
    const open = dates.every((date) => piecesOn(world, date).length > 0)
    return open ? stay(world, service, arrival, departure) : 'closed'
  }
  const date = service.kind === 'opening_hours' ? name : dateAt(Date.parse(name), world.zone)
  const slots = slotsOn(world, service, date)
  const found = slots.find((slot) => slot.name === name)
  return found ?? (slots.length === 0 ? 'closed' : 'not_a_slot')
}
