import {
  byPlace,
  countOvertaken,
  enterHere,
  insertSorted,
  type Line,
  leaveHere,
  newLine,
  overtakenOf,
  removeSorted,
} from './line.ts'
import type { Desk, Pass, QueueRow, Rows, Service, Settings, Ticket, UndoRow } from './types.ts'
import { liveStatuses } from './types.ts'

/**
 * The rows with the indexes that make a command cost the same however many wait. Indexes are derived: `stateFrom`
 * builds them from the rows, `evolve` keeps them, nobody else writes.
 */
export type QueueState = {
  queue: QueueRow
  services: Map<string, Service>
  desks: Map<string, Desk>
  /** Of the day; those that are over too, for undo and for repeated check-ins. */
  tickets: Map<string, Ticket>
  passes: Pass[]
  undos: Map<number, UndoRow>
  /** Waiting tickets by line: a service, or `@` and the one desk that may call them. */
  lines: Map<string, Line>
  /** Those here who may not be called before a time, soonest first; they stand among the away until then. */
  sleepers: Ticket[]
  /** Live ticket by id of customer or device, by reference and by number. */
  holders: Map<string, string>
  references: Map<string, string>
  numbers: Map<string, string>
  /** Last ticket of a booking. */
  bookings: Map<string, string>
  /** Command that an undo of this desk or ticket would take back. */
  undoable: Map<string, number>
}

export const newQueue = (date: string, settings: Settings): Rows => ({
  queue: { seq: 0, at: 0, date, joinsClosed: false, settings },
  services: [],
  desks: [],
  tickets: [],
  passes: [],
  undos: [],
})

/** Takes the rows over: they are the state's own from now on. */
export function stateFrom(rows: Rows): QueueState {
  const byId = <T extends { id: string }>(list: T[]) => new Map(list.map((one) => [one.id, one]))
  const tickets = rows.tickets.toSorted((a, b) => a.arrival - b.arrival)
  const state: QueueState = {
    queue: rows.queue,
    services: byId(rows.services),
    desks: byId(rows.desks),
    tickets: byId(tickets),
    passes: rows.passes.toSorted((a, b) => a.seq - b.seq),
    undos: new Map(rows.undos.toSorted((a, b) => a.command - b.command).map((undo) => [undo.command, undo])),
    lines: new Map(),
    sleepers: [],
    holders: new Map(),
    references: new Map(),
    numbers: new Map(),
    bookings: new Map(),
    undoable: new Map(),
  }
  for (const ticket of tickets) {
    register(state, ticket)
    if (ticket.status === 'waiting') enterLine(state, ticket)
  }
  for (const pass of state.passes) countPass(state, pass, 1)
  for (const { command, tickets, desks } of rows.undos) {
    for (const { id } of [...tickets, ...desks]) state.undoable.set(id, command)
  }
  return state
}

/** Every row, sorted; shares the rows with the state. */
export function rowsOf(state: QueueState): Rows {
  const sorted = <T extends { id: string }>(map: Map<string, T>) =>
    [...map.values()].sort((a, b) => (a.id < b.id ? -1 : 1))
  return {
    queue: state.queue,
    services: sorted(state.services),
    desks: sorted(state.desks),
    tickets: sorted(state.tickets),
    passes: [...state.passes],
    undos: [...state.undos.values()].sort((a, b) => a.command - b.command),
  }
}

export const isLive = (ticket: Ticket): boolean => (liveStatuses as readonly string[]).includes(ticket.status)

/** Whether somebody is taken to be here. */
export const isPresent = ({ presence }: Pick<Ticket, 'presence'>): boolean =>
  presence === 'on_site' || presence === 'unknown'

/** Time before which Next passes a ticket over, wherever the person is; 0 if there is none. */
export const wakesAt = ({ dueAt, deferredUntil }: Ticket): number => Math.max(dueAt ?? 0, deferredUntil ?? 0)

export const lineName = ({ service, onlyDesk }: Pick<Ticket, 'service' | 'onlyDesk'>): string =>
  onlyDesk === null ? service : `@${onlyDesk}`

export function lineOf(state: QueueState, ticket: Ticket): Line {
  const name = lineName(ticket)
  const line = state.lines.get(name)
  if (line) return line
  const made = newLine()
  state.lines.set(name, made)
  return made
}

/** Whether a waiting ticket stands among those here, as of the last event. */
export const isHere = (state: QueueState, ticket: Ticket): boolean =>
  isPresent(ticket) && wakesAt(ticket) <= state.queue.at

/** How often a ticket has been overtaken up to now. */
export const overtakenBy = (state: QueueState, ticket: Ticket): number =>
  ticket.status === 'waiting' && isHere(state, ticket)
    ? overtakenOf(lineOf(state, ticket), ticket)
    : ticket.overtaken

/** When the turn of somebody who is away was first passed, or null. */
export function turnPassed(state: QueueState, ticket: Ticket): number | null {
  if (ticket.turnPassedAt !== null || isHere(state, ticket)) return ticket.turnPassedAt
  const line = lineName(ticket)
  for (const pass of state.passes) {
    const since = pass.seq > ticket.countedFrom && pass.at >= ticket.from
    if (since && byPlace(pass, ticket) > 0 && pass.lines.includes(line)) return pass.at
  }
  return null
}

const bySleep = (a: Ticket, b: Ticket): number => wakesAt(a) - wakesAt(b) || a.arrival - b.arrival

export function enterLine(state: QueueState, ticket: Ticket): void {
  const line = lineOf(state, ticket)
  if (isHere(state, ticket)) {
    enterHere(line, ticket, ticket.overtaken)
    return
  }
  insertSorted(line.away, ticket, byPlace)
  if (isPresent(ticket)) insertSorted(state.sleepers, ticket, bySleep)
}

/** Takes a ticket out of its line and writes into its row what the indexes knew of it. */
export function leaveLine(state: QueueState, ticket: Ticket): void {
  const line = lineOf(state, ticket)
  if (isHere(state, ticket)) {
    ticket.overtaken = leaveHere(line, ticket)
  } else {
    ticket.turnPassedAt = turnPassed(state, ticket)
    removeSorted(line.away, ticket, byPlace)
    if (isPresent(ticket)) removeSorted(state.sleepers, ticket, bySleep)
  }
}

/** Brings the time of the state to `at`: whoever slept until then is here from now on. */
export function wake(state: QueueState, at: number): void {
  let woken = 0
  for (const ticket of state.sleepers) {
    if (wakesAt(ticket) > at) break
    woken++
  }
  const awake = woken > 0 ? state.sleepers.splice(0, woken) : []
  state.queue.at = at
  for (const ticket of awake) {
    const line = lineOf(state, ticket)
    removeSorted(line.away, ticket, byPlace)
    enterHere(line, ticket, ticket.overtaken)
  }
}

/** Counts a pass for those it overtook, or takes it back. */
export function countPass(state: QueueState, pass: Pass, by: 1 | -1): void {
  if (!pass.counted) return
  const last = pass.seq === state.queue.seq
  const wasHere = (ticket: Ticket) => ticket.countedFrom < pass.seq && wakesAt(ticket) <= pass.at
  for (const name of pass.lines) {
    const line = state.lines.get(name)
    // Just now everybody in the line is concerned; afterwards some have come since.
    if (line) countOvertaken(line, pass, by, last && by === 1 ? undefined : wasHere)
  }
}

/** Enters a ticket into the indexes by name; only live tickets are found by holder, reference and number. */
export function register(state: QueueState, ticket: Ticket): void {
  if (ticket.booking !== null) state.bookings.set(ticket.booking, ticket.id)
  if (!isLive(ticket)) return
  state.references.set(ticket.reference, ticket.id)
  state.numbers.set(ticket.number, ticket.id)
  for (const holder of ticket.holders) state.holders.set(holder, ticket.id)
}

export function unregister(state: QueueState, ticket: Ticket): void {
  state.references.delete(ticket.reference)
  state.numbers.delete(ticket.number)
  for (const holder of ticket.holders) state.holders.delete(holder)
}
