import type { WaitingTicket } from '../estimate/situation.ts'
import { isPresent, type QueueState, type Ticket } from '../rules/index.ts'
import { wakesAt } from '../rules/state.ts'

/**
 * The tickets of a queue as a simulation takes them. A long line is thinned: what is far away stands together, several
 * people as one entry, so that the work does not grow with the line.
 */
export type Entry = WaitingTicket & { from: number; people: number }

/** A list of tickets in their order: of a line, those here or those away. */
export type List = { line: string; tickets: readonly Ticket[] }

/** With so many in all the lines together nobody is put together with anybody: for one asker, and for all. */
export const exactForOne = 16
export const exactForAll = 48
/** Entries that stand by themselves; beyond, an entry stands for one more with each so many people. */
const nearMost = 24
const nearTarget = 6

export function listsOf(state: QueueState): List[] {
  const lists: List[] = []
  for (const [line, { here, away }] of state.lines) {
    if (here.length > 0) lists.push({ line, tickets: here })
    if (away.length > 0) lists.push({ line, tickets: away })
  }
  // Lines come into being in any order; the same queue is to be drawn the same.
  return lists.sort((a, b) => (a.line < b.line ? -1 : a.line > b.line ? 1 : 0))
}

export const countOf = (lists: readonly List[]): number =>
  lists.reduce((sum, { tickets }) => sum + tickets.length, 0)

/** All of a list, thinned towards its end; the last stands by itself. */
export function forwards({ tickets }: List, exact: boolean, lists: number, entryOf: EntryOf): Entry[] {
  const near = exact ? Number.POSITIVE_INFINITY : Math.max(8, Math.floor(nearMost / lists))
  const entries: Entry[] = []
  for (let from = 0; from < tickets.length; ) {
    const left = tickets.length - 1 - from
    const people = Math.max(1, Math.min(Math.floor(from / near), left))
    entries.push(entryOf(tickets[from] as Ticket, from, people, entries.at(-1)))
    from += people
  }
  return entries
}

/** The first `end` of a list, thinned towards its head: for somebody who stands behind them. */
export function upTo({ tickets }: List, end: number, exact: boolean, entryOf: EntryOf): Entry[] {
  const near = exact ? Number.POSITIVE_INFINITY : nearTarget
  const starts: number[] = []
  for (let to = end; to > 0; ) {
    to = Math.max(0, to - Math.max(1, Math.floor((end - to) / near)))
    starts.push(to)
  }
  const entries: Entry[] = []
  for (const [index, from] of starts.reverse().entries())
    entries.push(entryOf(tickets[from] as Ticket, from, (starts[index + 1] ?? end) - from, entries.at(-1)))
  return entries
}

type EntryOf = (first: Ticket, from: number, people: number, previous: Entry | undefined) => Entry

/** Places are told apart by their rank where their time is the same; a simulation wants one number. */
const apart = 1 / 1024

/**
 * @param idle whether a desk that may call this ticket is free, though it stands there: it is passed over until it comes
 */
export const entriesAt =
  (now: number, keepPlaceMs: number, idle: (ticket: Ticket) => boolean): EntryOf =>
  (ticket, from, people, previous) => ({
    service: ticket.service,
    joinedAt: ticket.legAt,
    place: Math.max(ticket.key, previous ? previous.place + apart : ticket.key),
    dueAt: people > 1 ? null : comesAt(ticket, now, keepPlaceMs, idle),
    desk: ticket.onlyDesk,
    from,
    people,
  })

/** Until when somebody is called only if nobody else waits; null for who can be called in turn. */
function comesAt(
  ticket: Ticket,
  now: number,
  keepPlaceMs: number,
  idle: (ticket: Ticket) => boolean,
): number | null {
  const wakes = wakesAt(ticket)
  if (wakes > now) return wakes
  if (isPresent(ticket)) return null
  if (ticket.presence === 'on_the_way' && ticket.etaAt !== null)
    return ticket.etaAt > now ? ticket.etaAt : null
  return idle(ticket) ? now + keepPlaceMs : null
}
