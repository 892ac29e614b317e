import { ratesOf } from './arrivals.ts'
import { drawable } from './duration.ts'
import { type DeskStart, startOf } from './free.ts'
import { arrivalsOf, baseOf, deskPaceOf, type Model, missedChance, serviceOf, tempoOf } from './model.ts'
import { urgeOf } from './patience.ts'
import { tableOf, tableSize, variationOf } from './shape.ts'
import { showingTable } from './showing.ts'
import type { DeskNow, Situation, WaitingTicket } from './situation.ts'

/** A situation and a model as typed arrays, ready to be simulated often. */
export type Plan = ReturnType<typeof planOf>

export function planOf(model: Model, situation: Situation, now: number) {
  const { tickets, appointments, groups } = situation
  // A desk that is closed and that nobody planned to open plays no part.
  const desks = situation.desks.filter(({ status, shifts }) => status !== 'closed' || shifts.length > 0)
  const lanes = new Lanes(situation)
  const line = lineUp(tickets, lanes, now)
  const paces = pacesOf(model, desks, lanes.services)
  const patience = urgeOf(model.patience)
  const lastPlace = line.early.length > 0 ? Number.POSITIVE_INFINITY : Math.max(...line.place)
  const [walk, turn, away, late] = [model.walk, model.turn, model.away, model.late].map(drawable) as [
    ReturnType<typeof drawable>,
    ReturnType<typeof drawable>,
    ReturnType<typeof drawable>,
    ReturnType<typeof drawable>,
  ]
  return {
    now,
    ...line,
    ...paces,
    lanes: lanes.all.length,
    services: lanes.services.length,
    laneService: Int32Array.from(lanes.all, ({ service }) => lanes.of(service, null)),
    /** By desk and lane: 1 if the desk may call the lane. */
    serves: Uint8Array.from(desks.flatMap((desk) => lanes.all.map((lane) => (mayCall(desk, lane) ? 1 : 0)))),
    starts: desks.map((desk, d): DeskStart => {
      const service = desk.service === null ? -1 : lanes.of(desk.service, null)
      const doing = {
        closed: () => late,
        away: () => away,
        free: () => turn,
        called: () => walk,
        serving: () => ({
          chance: 1,
          meanMs: paces.visitMs[d * lanes.services.length + service] as number,
          ratios: paces.ratios.subarray(service * tableSize, (service + 1) * tableSize),
        }),
      }
      return startOf(desk, service, doing[desk.status](), now)
    }),
    missed: missedChance(model),
    graceMs: model.graceMs,
    urge: patience.urge,
    urgeError: patience.error,
    walk,
    turn,
    late,
    /** Nobody with a later place than this can make anybody wait. */
    lastPlace,
    appointments: appointments
      .filter(({ place }) => place < lastPlace)
      .map((one) => ({ lane: lanes.of(one.service, null), at: one.at, place: one.place })),
    showing: showingTable(model.showing),
    groups: groups
      .filter(({ offsetMs }) => now + offsetMs < lastPlace)
      .map(({ id, offsetMs }) => groupOf(model, id, offsetMs, situation.dayMinute, lanes)),
    dayMinute: situation.dayMinute,
  }
}

type Lane = { service: string; desk: string | null }

export const mayCall = (desk: DeskNow, { service, desk: own }: Lane): boolean =>
  own === null ? desk.services.includes(service) : own === desk.id

/** The people whom the same desks may call: first one lane for each service, then those of tickets for one desk. */
class Lanes {
  readonly services: string[]
  readonly all: Lane[]
  readonly #index = new Map<string, number>()

  constructor({ tickets, appointments, desks }: Situation) {
    const named = [...tickets, ...appointments].map(({ service }) => service)
    const served = desks.flatMap(({ services, service }) =>
      service === null ? services : [...services, service],
    )
    this.services = [...new Set([...named, ...served])]
    this.all = this.services.map((service) => ({ service, desk: null }))
    for (const [index, service] of this.services.entries()) this.#index.set(service, index)
  }

  of(service: string, desk: string | null): number {
    if (desk === null) return this.#index.get(service) as number
    const known = this.all.findIndex((lane) => lane.service === service && lane.desk === desk)
    return known >= 0 ? known : this.all.push({ service, desk }) - 1
  }

  /** A service that somebody who comes later may want; -1 for one that nobody here wants or serves. */
  wanted(service: string): number {
    return this.#index.get(service) ?? -1
  }
}

/** The tickets lane by lane, each in the order of places, and apart from them those who are early. */
function lineUp(tickets: WaitingTicket[], lanes: Lanes, now: number) {
  const laneOf = tickets.map(({ service, desk }) => lanes.of(service, desk))
  const isEarly = (index: number) => (tickets[index]?.dueAt ?? 0) > now
  const all = tickets.map((_, index) => index)
  const order = all
    .filter((index) => !isEarly(index))
    .sort(
      (a, b) =>
        (laneOf[a] as number) - (laneOf[b] as number) ||
        (tickets[a]?.place as number) - (tickets[b]?.place as number),
    )
  const laneStart = new Int32Array(lanes.all.length + 1)
  let at = 0
  for (let lane = 0; lane < lanes.all.length; lane++) {
    laneStart[lane] = at
    while (at < order.length && laneOf[order[at] as number] === lane) at++
  }
  laneStart[lanes.all.length] = at
  return {
    /** Indexes of the tickets as given, and where each lane begins among them. */
    order: Int32Array.from(order),
    laneStart,
    place: Float64Array.from(order, (index) => tickets[index]?.place as number),
    waited: Float64Array.from(order, (index) => now - (tickets[index]?.joinedAt as number)),
    people: Float64Array.from(order, (index) => tickets[index]?.people ?? 1),
    early: all.filter(isEarly).map((ticket) => {
      const { place, joinedAt, dueAt } = tickets[ticket] as WaitingTicket
      return { ticket, lane: laneOf[ticket] as number, place, joinedAt, dueAt: dueAt as number }
    }),
  }
}

/** Mean visits by desk and service in ms, the shapes of the services, and how far all that may be off. */
function pacesOf(model: Model, desks: DeskNow[], services: string[]) {
  const visitMs = new Float64Array(desks.length * services.length)
  const ratios = new Float64Array(services.length * tableSize)
  const serviceError = new Float64Array(services.length)
  const deskError = new Float64Array(desks.length)
  const variation = new Float64Array(services.length)
  for (const [s, service] of services.entries()) {
    const known = serviceOf(model, service)
    const spread = variationOf(known.shape)
    const [base, tempo] = [baseOf(known), tempoOf(model, spread)]
    ratios.set(tableOf(known.shape), s * tableSize)
    variation[s] = spread
    serviceError[s] = Math.sqrt(base.error + tempo.error)
    for (const [d, { id }] of desks.entries()) {
      const pace = deskPaceOf(model, id)
      visitMs[d * services.length + s] = base.mean * tempo.mean * pace.ratio
      deskError[d] = spread / Math.sqrt(pace.weight)
    }
  }
  return { visitMs, ratios, variation, serviceError, deskError }
}

/** Those who may still come: at which rates, off by how much, and into which lanes. */
function groupOf(model: Model, id: string, offsetMs: number, dayMinute: number, lanes: Lanes) {
  const arrivals = arrivalsOf(model, id)
  const known = Object.entries(arrivals.services)
    .map(([service, weight]) => ({ lane: lanes.wanted(service), weight }))
    .filter(({ lane }) => lane >= 0)
  const all = known.reduce((sum, { weight }) => sum + weight, 0)
  let below = 0
  const services = known.map(({ lane, weight }) => {
    below += weight / all
    return { lane, below }
  })
  return { offsetMs, ...ratesOf(arrivals, dayMinute), services }
}
