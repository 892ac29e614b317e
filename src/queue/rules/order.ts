import { byArrival, byPlace, countBefore, type Line, longestHere, protectedFrom } from './line.ts'
import { isPresent, lineName, lineOf, type QueueState, wakesAt } from './state.ts'
import type { Desk, Place, Settings, Ticket } from './types.ts'

/** The order of the queue; docs/queue.md explains it with examples. Read only: nothing here changes the state. */

/**
 * The place of somebody who arrives at `at`. `dueAt`: until then an appointment that is early waits behind all others.
 * A credit moves the place, never the right: whoever is passed because of it counts it as being overtaken.
 */
export function placeAtJoin(
  { appointments, priorities }: Settings,
  at: number,
  seq: number,
  appointmentAt: number | null,
  priority: string | null,
): Place & { dueAt: number | null } {
  const credit = priority === null ? 0 : (priorities[priority] ?? 0)
  if (appointmentAt === null || at > appointmentAt + appointments.lateMs) {
    return { key: at - credit, rank: seq, from: at, dueAt: null }
  }
  const due = appointmentAt - appointments.windowMs
  return {
    key: appointmentAt - appointments.creditMs - credit,
    rank: seq,
    from: Math.max(at, due),
    dueAt: due > at ? due : null,
  }
}

/** The place of somebody who gives up the earlier one and stands in line from `at`. */
export const placeAnew = (ticket: Ticket, at: number, seq: number): Place =>
  at > ticket.key
    ? { key: at, rank: seq, from: Math.max(ticket.from, at) }
    : { key: ticket.key, rank: ticket.rank, from: Math.max(ticket.from, at) }

/** Before everybody in the ticket's line. */
export function placeInFront(state: QueueState, ticket: Ticket): Place {
  const { here, away } = lineOf(state, ticket)
  const [a, b] = [here.find((one) => one !== ticket), away.find((one) => one !== ticket)]
  const first = a && b ? (byPlace(a, b) < 0 ? a : b) : (a ?? b)
  return first ? { key: first.key, rank: first.rank - 1, from: ticket.from } : placeOf(ticket)
}

/**
 * Right after another in the same line. Undefined if no number is left between the two: places are halved, and the
 * fortieth insertion at the very same spot finds none.
 */
export function placeAfter(state: QueueState, ticket: Ticket, other: Ticket): Place | undefined {
  const { here, away } = lineOf(state, other)
  const behind = (sorted: Ticket[]) => sorted.find((one) => one !== ticket && byPlace(one, other) > 0)
  const [a, b] = [behind(here), behind(away)]
  const follower = a && b ? (byPlace(a, b) < 0 ? a : b) : (a ?? b)
  const movesBack = byPlace(other, ticket) > 0
  const from = movesBack ? Math.max(ticket.from, other.from) : ticket.from
  if (follower?.key !== other.key) return { key: other.key, rank: other.rank + 1, from }
  const rank = (other.rank + follower.rank) / 2
  return rank > other.rank && rank < follower.rank ? { key: other.key, rank, from } : undefined
}

export const placeOf = ({ key, rank, from }: Place): Place => ({ key, rank, from })

/** Names of the lines whose tickets this desk may call. */
export const reachOf = (desk: Desk): string[] => [...desk.services, `@${desk.id}`]

export const inReach = (desk: Desk, ticket: Ticket): boolean =>
  ticket.onlyDesk === null ? desk.services.includes(ticket.service) : ticket.onlyDesk === desk.id

/** Calls `see` for those in reach who slept until a time that has come since the last event. */
function eachWoken(state: QueueState, desk: Desk, at: number, see: (ticket: Ticket) => void): void {
  for (const ticket of state.sleepers) {
    if (wakesAt(ticket) > at) return
    if (inReach(desk, ticket)) see(ticket)
  }
}

function linesOf(state: QueueState, desk: Desk): Line[] {
  const lines: Line[] = []
  for (const name of reachOf(desk)) {
    const line = state.lines.get(name)
    if (line) lines.push(line)
  }
  return lines
}

/**
 * Whom Next calls to a desk, or undefined if nobody can be called:
 * 1 the first place of those here whose turn can come, unless that would overtake somebody whose budget is used up:
 *   then whoever of those has waited longest;
 * 2 if there is none, the first appointment that is here early;
 * 3 if there is none, the first who is on the way and says to be here soon enough.
 */
export function nextFor(state: QueueState, desk: Desk, at: number): Ticket | undefined {
  const lines = linesOf(state, desk)
  let first: Ticket | undefined
  const consider = (ticket: Ticket | undefined) => {
    if (ticket && (!first || byPlace(ticket, first) < 0)) first = ticket
  }
  for (const line of lines) consider(line.here[0])
  eachWoken(state, desk, at, consider)
  if (first) return protectedAgainst(state, desk, first, at) ?? first
  for (const { away } of lines) consider(away.find((ticket) => isPresent(ticket) && !isDeferred(ticket, at)))
  if (first) return first
  const soon = at + state.queue.settings.callAheadMs
  for (const { away } of lines)
    consider(away.find((ticket) => comesBy(ticket, soon) && !isDeferred(ticket, at)))
  return first
}

const isDeferred = ({ deferredUntil }: Ticket, at: number): boolean =>
  deferredUntil !== null && deferredUntil > at
const comesBy = ({ presence, etaAt }: Ticket, at: number): boolean =>
  presence === 'on_the_way' && etaAt !== null && etaAt <= at

/** Who may not be overtaken by `passer` at this desk any more; of several, who has waited longest by right. */
export function protectedAgainst(
  state: QueueState,
  desk: Desk,
  passer: Ticket,
  at: number,
): Ticket | undefined {
  const budget = state.queue.settings.overtakeBudget
  let longest: Ticket | undefined
  const consider = (ticket: Ticket | undefined) => {
    if (ticket && ticket !== passer && (!longest || byArrival(ticket, longest) < 0)) longest = ticket
  }
  for (const line of linesOf(state, desk)) consider(protectedFrom(line, passer, budget))
  eachWoken(state, desk, at, (ticket) => {
    if (ticket.overtaken >= budget && byArrival(ticket, passer) < 0) consider(ticket)
  })
  return longest
}

/** The lines in the desk's reach in which calling `passer` goes past somebody: here and longer in line, or away and before. */
export function passedLines(state: QueueState, desk: Desk, passer: Ticket, at: number): string[] {
  const passed = new Set<string>()
  for (const name of reachOf(desk)) {
    const line = state.lines.get(name)
    if (!line) continue
    const longest = longestHere(line)
    const away = line.away[0] === passer ? line.away[1] : line.away[0]
    if ((longest && byArrival(longest, passer) < 0) || (away && byPlace(away, passer) < 0)) passed.add(name)
  }
  eachWoken(state, desk, at, (ticket) => {
    if (byArrival(ticket, passer) < 0) passed.add(lineName(ticket))
  })
  return [...passed]
}

/** How many stand before a waiting ticket in its line, those who are away included. */
export function ahead(state: QueueState, ticket: Ticket): number {
  const { here, away } = lineOf(state, ticket)
  return countBefore(here, ticket) + countBefore(away, ticket)
}
