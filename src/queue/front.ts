import { limits } from '../config.ts'
import type { QueueEvent, QueueState, RowKey, Ticket } from './rules/index.ts'
import { byPlace, countBefore, type Line } from './rules/line.ts'
import { lineName } from './rules/state.ts'

/** The front of a line, and pages of it: a desk needs whoever may be next, however many wait. */

type Place = Pick<Ticket, 'key' | 'rank' | 'arrival'>

/** The next in a line in the order of calls, here and away together; `from` is how many stand before the first. */
export function inLine(
  { here, away }: Line,
  most: number,
  after?: Place,
): { from: number; tickets: Ticket[] } {
  const start = (sorted: Ticket[]) => {
    if (!after) return 0
    const before = countBefore(sorted, after as Ticket)
    const at = sorted[before]
    return at && byPlace(at, after) === 0 ? before + 1 : before
  }
  let [i, j] = [start(here), start(away)]
  const from = i + j
  const tickets: Ticket[] = []
  while (tickets.length < most) {
    const [a, b] = [here[i], away[j]]
    if (!a && !b) break
    if (a && (!b || byPlace(a, b) < 0)) {
      tickets.push(a)
      i++
    } else if (b) {
      tickets.push(b)
      j++
    }
  }
  return { from, tickets }
}

/** The tickets that a desk is shown at first: those not waiting any more but live, and the front of each line. */
export function shownOf(state: QueueState): { ticket: Ticket; ahead: number | null }[] {
  const shown: { ticket: Ticket; ahead: number | null }[] = []
  for (const ticket of state.tickets.values()) {
    const { status } = ticket
    if (status === 'called' || status === 'serving' || status === 'paused')
      shown.push({ ticket, ahead: null })
  }
  // Lines come into being in any order; the same queue is to look the same.
  for (const name of [...state.lines.keys()].sort()) {
    const { tickets } = inLine(state.lines.get(name) as Line, limits.frontTickets)
    for (const [ahead, ticket] of tickets.entries()) shown.push({ ticket, ahead })
  }
  return shown
}

/** Events after which nobody has left the front of a line. */
const leavesNobody: ReadonlySet<QueueEvent['type']> = new Set([
  'joined',
  'requoted',
  'called_again',
  'started',
])

/** Who has come into the front of a long line because others left it. */
export function comeForward(
  state: QueueState,
  events: readonly QueueEvent[],
  keys: readonly RowKey[],
): Ticket[] {
  if (events.every(({ type }) => leavesNobody.has(type))) return []
  const changed = keys.flatMap(({ table, id }) => (table === 'ticket' ? (state.tickets.get(id) ?? []) : []))
  const names = new Set(changed.map(lineName))
  for (const event of events) if (event.type === 'transferred') names.add(event.fromService)
  return [...names].flatMap((name) => {
    const line = state.lines.get(name)
    if (!line || line.here.length + line.away.length <= limits.frontTickets - changed.length) return []
    return inLine(line, limits.frontTickets).tickets.slice(-changed.length)
  })
}
