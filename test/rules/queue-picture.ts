import { overtakenBy, type QueueState, type Ticket } from '../../src/queue/rules/index.ts'
import { turnPassed } from '../../src/queue/rules/state.ts'

/** What a queue looks like, comparable. */

/** A row without what moves on by itself, or is counted elsewhere: promises are, one by one. */
export function settled(row: object | undefined): object {
  const { revision, countedFrom, overtaken, turnPassedAt, ...known } = { ...row } as Partial<Ticket>
  const { quoteOpen, renewed, renewals, ...rest } = known
  return rest
}

/** All that a state knows beside its rows, comparable. */
export function indexesOf(state: QueueState): unknown {
  const names = (map: Map<string, unknown>) => [...map].sort(([a], [b]) => (a < b ? -1 : 1))
  const lines = names(state.lines).map(([name, line]) => {
    const { here, away } = line as { here: Ticket[]; away: Ticket[] }
    return [name, here.map((ticket) => [ticket.id, overtakenBy(state, ticket)]), away.map(({ id }) => id)]
  })
  return {
    lines: lines.filter(([, here, away]) => (here as []).length + (away as []).length > 0),
    sleepers: state.sleepers.map(({ id }) => id),
    names: [state.holders, state.references, state.numbers, state.bookings, state.undoable].map(names),
    turns: [...state.tickets.values()]
      .filter(({ status }) => status === 'waiting')
      .map((ticket) => [ticket.id, turnPassed(state, ticket)])
      .sort(),
  }
}

/** Order, promises and counts as everybody feels them: what an undo must restore to the letter. */
export function pictureOf(state: QueueState): string {
  const { lines, names, turns } = indexesOf(state) as { lines: unknown; names: unknown[]; turns: unknown }
  const rows = [...state.tickets.values(), ...state.desks.values()].map((row) => settled(row))
  const services = [...state.services.values()].map(({ id, lastNumber }) => [id, lastNumber])
  // Which command can be undone next is not restored.
  return JSON.stringify([lines, turns, names.slice(0, -1), rows, services])
}
