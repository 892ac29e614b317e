import { minuteOfDay } from '../../kernel/time.ts'
import type { DeskNow, Situation } from '../estimate/situation.ts'
import { closingAfter, type Place } from '../opening.ts'
import { type Desk, inReach, type QueueState, type Ticket } from '../rules/index.ts'
import { longestHere } from '../rules/line.ts'
import { reachOf } from '../rules/order.ts'
import type { Learned } from './learned.ts'

/** The queue as it stands at `now`, but for the tickets that wait. */
export function standing(
  state: QueueState,
  { model, freeSince }: Learned,
  place: Place,
  now: number,
): Omit<Situation, 'tickets'> {
  const { appointments, priorities } = state.queue.settings
  const groups = [
    { id: 'booked', offsetMs: -appointments.creditMs },
    // Who walks in stands behind everybody, those who came in the same moment too.
    { id: 'walk-in', offsetMs: 1000 },
    ...Object.entries(priorities).map(([id, creditMs]) => ({ id: `class ${id}`, offsetMs: -creditMs })),
  ]
  return {
    desks: [...state.desks.values()]
      .sort((a, b) => (a.id < b.id ? -1 : 1))
      .map((desk) => deskNow(state, desk, freeSince[desk.id] ?? now, now)),
    // The queue knows of a booking when it checks in; those who will are expected as they usually come.
    appointments: [],
    groups: groups.filter(({ id }) => model.arrivals[id] !== undefined),
    closesAt: closingAfter(place, now),
    dayMinute: minuteOfDay(now, place.zone),
  }
}

function deskNow(state: QueueState, desk: Desk, freeSince: number, now: number): DeskNow {
  const { id, status, breakEndsAt, services } = desk
  const visit = desk.ticket === null ? undefined : state.tickets.get(desk.ticket)
  const after =
    status === 'break' && breakEndsAt !== null
      ? [{ from: breakEndsAt, to: Number.POSITIVE_INFINITY, drains: true }]
      : []
  const known = { id, services: [...services], service: visit?.service ?? null }
  // Who is there is served to the end, whatever the desk does then.
  const shifts = status === 'open' ? [] : [{ from: 0, to: now, drains: false }, ...after]
  if (visit?.status === 'called') return { ...known, status: 'called', since: visit.calledAt ?? now, shifts }
  if (visit?.startedAt)
    return { ...known, status: 'serving', since: visit.startedAt + visit.pausedMs, shifts }
  if (status !== 'open') return { ...known, status: 'closed', since: 0, shifts: after }
  const since = Math.max(freeSince, callableSince(state, desk) ?? now)
  return { ...known, status: 'free', since, shifts }
}

/** Since when somebody stands there whom the desk can call; null if nobody does. */
function callableSince({ lines }: QueueState, desk: Desk): number | null {
  let since: number | null = null
  for (const name of reachOf(desk)) {
    const line = lines.get(name)
    const longest = line && longestHere(line)
    if (!longest) continue
    const from = Math.max(longest.from, longest.cameAt ?? 0)
    since = Math.min(since ?? from, from)
  }
  return since
}

/** Whether a desk that may call the ticket is free and has nobody to call. */
export const isIdleFor =
  (state: QueueState) =>
  (ticket: Pick<Ticket, 'service' | 'onlyDesk'>): boolean => {
    for (const desk of state.desks.values()) {
      const free = desk.status === 'open' && desk.ticket === null
      if (free && inReach(desk, ticket as Ticket) && callableSince(state, desk) === null) return true
    }
    return false
  }
