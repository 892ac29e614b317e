import { ask, type Key, makeKey, rows } from '../fixtures.ts'
import { claimsOf } from '../recount.ts'
import type { Configuration } from './generated.ts'
import {
  instantOf,
  judge,
  later,
  type Opening,
  type PlainService,
  slotNamed,
  slotsOn,
  takenBy,
  type Verdict,
  type Week,
  type World,
  written,
} from './oracle.ts'

/** A generated location set up over the API, with the oracle's world beside it, and what is asked of the two. */

export const minute = 60_000
export const parties = [{ adult: 1 }, { adult: 2 }, { family: 1 }, { adult: 1, family: 1 }] as const
export const placesOf = [1, 2, 4, 5] as const
const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']

/** How often each thing happened, over all runs: a fuzz that does nothing proves nothing. */
export const seen = new Map<string, number>()
export const count = (what: string) => seen.set(what, (seen.get(what) ?? 0) + 1)

export const intervals = (openings: Opening[]) => openings.map(([from, to]) => ({ from, to }))
const weekly = (week: Week) =>
  Object.fromEntries(weekdays.map((day, i) => [day, intervals(week[i] as Opening[])]))

export type Held = { id: string; token: string }
export type Stage = {
  location: string
  first: string
  world: World
  services: { id: string; plain: PlainService; cutOff: number }[]
  keys: { admin: Key; partner: Key }
  held: Held[]
  /** The most each bucket ever had. */
  ever: Map<string, number>
}

async function made(path: string, body: unknown, key: Key): Promise<string> {
  const answer = await ask('POST', path, body, { key })
  if (answer.status !== 201) throw new Error(`${path}: ${JSON.stringify(answer.body)}`)
  return answer.body.id as string
}

const bucketNames = { quarter: '15min', five: '5min', departure: 'departure', day: 'day' } as const
const bucketMinutes = { quarter: 15, five: 5, departure: 1, day: 1440 } as const

export async function setUp({ place, week, pools, shifts, services }: Configuration): Promise<Stage> {
  const [zone, first] = place
  const keys = { admin: await makeKey('admin'), partner: await makeKey('partner') }
  const location = await made(
    '/v1/locations',
    {
      name: { en: 'Generated' },
      zone,
      currency: 'GBP',
      country: 'GB',
      hours: { weekly: weekly(week) },
      simulatedNow: written(instantOf(first, '08:00', zone), zone),
    },
    keys.admin,
  )
  const world: World = { zone, week, exceptions: new Map(), pools: new Map(), set: new Map() }
  const ids = new Map<string, string>()
  const needed = new Set(services.flatMap(({ needs }) => needs.flatMap(({ of }) => of)))
  for (const [kind, capacities] of Object.entries(pools) as [keyof typeof pools, number[]][]) {
    for (const [i, capacity] of capacities.entries()) {
      const name = `${kind}${i}`
      if (!needed.has(name)) continue
      const own = shifts[name] ?? null
      const body = { name, bucket: bucketNames[kind], capacity, hours: own && weekly(own) }
      const id = await made(`/v1/locations/${location}/pools`, body, keys.admin)
      ids.set(name, id)
      world.pools.set(id, { minutes: bucketMinutes[kind], capacity, week: own })
    }
  }
  const unit = (id: string, places: number) => ({ id, name: { en: id }, places, price: 100 * places })
  const stage: Stage = { location, first, world, services: [], keys, held: [], ever: new Map() }
  for (const service of services) {
    const needs = service.needs.map(({ of, take }) => ({ of: of.map((name) => ids.get(name) ?? ''), take }))
    const body = {
      ...service,
      needs,
      name: { en: service.kind },
      units: [unit('adult', 1), unit('family', 4)],
    }
    const id = await made(`/v1/locations/${location}/services`, { ...body, maxHoldMinutes: 30 }, keys.admin)
    const plain =
      'bufferBeforeMinutes' in service
        ? { ...service, needs, before: service.bufferBeforeMinutes, after: service.bufferAfterMinutes }
        : { ...service, needs }
    stage.services.push({ id, plain, cutOff: service.cancelCutOffMinutes })
  }
  return stage
}

/** What time it is there, and what is taken by then. */
export type State = { now: number; taken: Map<string, number> }
export async function look({ location }: Stage): Promise<State> {
  const [claims, [clock]] = await Promise.all([
    claimsOf(location),
    rows<{ now: number }>('SELECT simulated_now AS now FROM location WHERE id = ?', location),
  ])
  const now = clock?.now ?? 0
  return { now, taken: takenBy(claims, now) }
}

export const at = <T>(list: readonly T[], n: number): T => list[n % list.length] as T
/** Dates that the tests look at: the day before the first to three days past it. */
export const datesOf = ({ first }: Stage) => [-1, 0, 1, 2, 3].map((days) => later(first, days))

/** What an answer to a hold says. */
export function said({
  status,
  body,
}: {
  status: number
  body: { code?: string; errors?: { rule: string }[] }
}): string {
  if (status === 201) return 'free'
  return body.code === 'sold_out' ? 'sold_out' : (body.errors?.[0]?.rule ?? `${status} ${body.code}`)
}

/** What must be said to a party that asks for that name. */
export function expected(
  { services, world }: Stage,
  state: State,
  service: number,
  name: string,
  party: number,
  atDesk = false,
): Verdict {
  const { plain } = at(services, service)
  const slot = slotNamed(world, plain, name)
  return typeof slot === 'string'
    ? slot
    : judge(world, plain, slot, at(placesOf, party), state.taken, state.now, atDesk)
}

export const holdOf = (stage: Stage, service: number, slot: string, party: number, more: object = {}) => ({
  serviceId: at(stage.services, service).id,
  slot,
  units: at(parties, party),
  ...more,
})

/** A name to ask for: one of the first slots that are sold at the moment, or any time at all. */
export function nameOf(stage: Stage, { now }: State, service: number, pick: number): string {
  const { plain } = at(stage.services, service)
  const slots = datesOf(stage).flatMap((date) => slotsOn(stage.world, plain, date))
  const sold = slots.filter((slot) => {
    const verdict = judge(stage.world, plain, slot, 0, new Map(), now)
    return verdict === 'free' || verdict === 'sold_out'
  })
  const any = timeIn(stage, service, pick)
  if (pick > 2 || sold.length === 0) return any
  const { date, name } = at(sold, pick)
  return plain.kind === 'nights' ? `${date}/${later(date, 1 + (pick % plain.maxNights))}` : name
}

/** A name of the form that the service's slots have, on one of the dates. */
export function timeIn(stage: Stage, service: number, pick: number): string {
  const { plain } = at(stage.services, service)
  const date = at(datesOf(stage), pick)
  if (plain.kind === 'nights') return `${date}/${later(date, pick % (plain.maxNights + 2))}`
  if (plain.kind === 'opening_hours') return date
  return written(
    instantOf(date, '00:00', stage.world.zone) + ((pick * 37) % 288) * 5 * minute,
    stage.world.zone,
  )
}
