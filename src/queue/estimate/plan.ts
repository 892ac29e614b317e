import { ratesOf } from './arrivals.ts'
import { drawable } from './duration.ts'
import { arrivalsOf, baseOf, deskPaceOf, type Model, missedChance, serviceOf, tempoOf } from './model.ts'
import { urgeOf } from './patience.ts'
import { tableOf, tableSize } from './shape.ts'
import { showingTable } from './showing.ts'
import type { Situation } from './situation.ts'

/**
 * A situation and a model as typed arrays, ready to be simulated often. A lane is the people whom the same desks may
 * call; tickets lie lane by lane, each in the order of places.
 */
export type Plan = ReturnType<typeof planOf>

export function planOf(model: Model, situation: Situation, now: number) {
  const { tickets, desks, appointments, groups } = situation
  const services = [
    ...new Set([
      ...tickets.map(({ service }) => service),
      ...appointments.map(({ service }) => service),
      ...desks.flatMap((desk) => [...desk.services, ...(desk.service === null ? [] : [desk.service])]),
    ]),
  ]
  const serviceIndex = new Map(services.map((id, index) => [id, index]))
  const indexOf = (service: string) => serviceIndex.get(service) as number

  // Lanes 0 to services - 1 are the services; those of a ticket for one desk come after.
  const lanes = services.map((service) => ({ service, desk: null as string | null }))
  const laneOf = (service: string, desk: string | null) => {
    if (desk === null) return indexOf(service)
    const known = lanes.findIndex((lane) => lane.service === service && lane.desk === desk)
    return known >= 0 ? known : lanes.push({ service, desk }) - 1
  }
  const laneOfTicket = tickets.map(({ service, desk }) => laneOf(service, desk))
  const isEarly = tickets.map(({ dueAt }) => dueAt !== null && dueAt > now)
  const order = tickets
    .map((_, index) => index)
    .filter((index) => !isEarly[index])
    .sort(
      (a, b) =>
        (laneOfTicket[a] as number) - (laneOfTicket[b] as number) ||
        (tickets[a]?.place as number) - (tickets[b]?.place as number),
    )
  const laneStart = new Int32Array(lanes.length + 1)
  for (const index of order) {
    const next = (laneOfTicket[index] as number) + 1
    laneStart[next] = (laneStart[next] as number) + 1
  }
  for (let lane = 0; lane < lanes.length; lane++)
    laneStart[lane + 1] = (laneStart[lane + 1] as number) + (laneStart[lane] as number)

  const serves = new Uint8Array(desks.length * lanes.length)
  const visitMs = new Float64Array(desks.length * services.length)
  const ratios = new Float64Array(services.length * tableSize)
  const serviceError = new Float64Array(services.length)
  const deskError = new Float64Array(desks.length)
  for (const [s, service] of services.entries()) {
    const known = serviceOf(model, service)
    const table = tableOf(known.shape)
    ratios.set(table.ratios, s * tableSize)
    const base = baseOf(known)
    const tempo = tempoOf(model, table.spread)
    serviceError[s] = Math.sqrt(base.error + tempo.error)
    for (const [d, desk] of desks.entries()) {
      const pace = deskPaceOf(model, desk.id)
      visitMs[d * services.length + s] = base.mean * tempo.mean * pace.ratio
      deskError[d] = table.spread / Math.sqrt(pace.weight)
    }
  }
  for (const [d, desk] of desks.entries()) {
    for (const [l, lane] of lanes.entries()) {
      const can = lane.desk === null ? desk.services.includes(lane.service) : lane.desk === desk.id
      serves[d * lanes.length + l] = can ? 1 : 0
    }
  }

  const patience = urgeOf(model.patience)
  const early = tickets.map((_, index) => index).filter((index) => isEarly[index])
  const lastPlace =
    early.length > 0
      ? Number.POSITIVE_INFINITY
      : tickets.reduce((last, { place }) => Math.max(last, place), Number.NEGATIVE_INFINITY)
  return {
    now,
    lanes: lanes.length,
    services: services.length,
    desks,
    /** Of the tickets as given: the order in which they lie in the lanes. */
    order: Int32Array.from(order),
    laneStart,
    laneService: Int32Array.from(lanes, ({ service }) => indexOf(service)),
    place: Float64Array.from(order, (index) => tickets[index]?.place as number),
    waited: Float64Array.from(order, (index) => now - (tickets[index]?.joinedAt as number)),
    early: early.map((index) => ({
      ticket: index,
      lane: laneOfTicket[index] as number,
      place: tickets[index]?.place as number,
      dueAt: tickets[index]?.dueAt as number,
      joinedAt: tickets[index]?.joinedAt as number,
    })),
    serves,
    visitMs,
    ratios,
    serviceError,
    deskError,
    currentService: Int32Array.from(desks, ({ service }) => (service === null ? -1 : indexOf(service))),
    missed: missedChance(model),
    graceMs: model.graceMs,
    urge: patience.urge,
    urgeError: patience.error,
    walk: drawable(model.walk),
    turn: drawable(model.turn),
    away: drawable(model.away),
    late: drawable(model.late),
    lastPlace,
    /** Those who can still pass somebody who waits. */
    appointments: appointments
      .filter(({ place }) => place < lastPlace)
      .map((one) => ({ lane: indexOf(one.service), at: one.at, place: one.place })),
    showing: showingTable(model.showing),
    groups: groups
      .filter(({ offsetMs }) => now + offsetMs < lastPlace)
      .map(({ id, offsetMs }) => groupOf(model, id, offsetMs, situation.dayMinute, serviceIndex)),
    dayMinute: situation.dayMinute,
  }
}

function groupOf(
  model: Model,
  id: string,
  offsetMs: number,
  dayMinute: number,
  serviceIndex: Map<string, number>,
) {
  const arrivals = arrivalsOf(model, id)
  const known = Object.entries(arrivals.services).filter(([service]) => serviceIndex.has(service))
  const all = known.reduce((sum, [, weight]) => sum + weight, 0)
  let below = 0
  return {
    offsetMs,
    ...ratesOf(arrivals, dayMinute),
    services: known.map(([service, weight]) => {
      below += weight / all
      return { lane: serviceIndex.get(service) as number, below }
    }),
  }
}
