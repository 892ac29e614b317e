import type { Verb } from './commands.ts'
import type { EventType, QueueEvent } from './events.ts'
import {
  enterLine,
  isLive,
  leaveLine,
  overtakenBy,
  type QueueState,
  register,
  turnPassed,
  unregister,
} from './state.ts'
import type { Desk, Service, Ticket, UndoRow } from './types.ts'

/** Where a row is kept. A key whose row is gone is to be deleted. */
export type RowKey = { table: 'queue' | 'service' | 'desk' | 'ticket' | 'pass' | 'undo'; id: string }

/** Commands of staff and of timers that can be taken back. Nobody takes back what a customer did. */
const undoableVerbs: ReadonlySet<Verb> = new Set([
  'leave',
  'call_given',
  'start',
  'finish',
  'pause',
  'resume',
  'transfer',
  'missed',
  'reinstate',
  'defer',
  'reorder',
  'next',
  'call_next',
  'open_desk',
  'close_desk',
  'break_desk',
])

/** What changes nothing that an undo would put back. */
const quiet: ReadonlySet<EventType> = new Set(['called_again', 'requoted'])

/** Writes rows on behalf of one event: indexes, revisions and what an undo needs are kept on the way. */
export class Change {
  readonly keys: RowKey[] = [{ table: 'queue', id: 'queue' }]
  readonly #state: QueueState
  readonly #event: QueueEvent
  readonly #undoable: boolean

  constructor(state: QueueState, event: QueueEvent) {
    this.#state = state
    this.#event = event
    const { kind } = event.actor
    this.#undoable = undoableVerbs.has(event.verb) && (kind === 'staff' || kind === 'system')
  }

  ticket(id: string, values: Partial<Ticket>): void {
    const state = this.#state
    const ticket = state.tickets.get(id) as Ticket
    this.#remember(id, (undo) => {
      const waits = ticket.status === 'waiting'
      const known = waits && {
        overtaken: overtakenBy(state, ticket),
        turnPassedAt: turnPassed(state, ticket),
      }
      undo.tickets.push({ ...ticket, ...known })
    })
    const wasLive = isLive(ticket)
    if (ticket.status === 'waiting') leaveLine(state, ticket)
    ticket.countedFrom = state.queue.seq
    // A new place has a budget of its own; else the old one would go before those who came first.
    if ((values.from ?? 0) > ticket.from) ticket.overtaken = 0
    Object.assign(ticket, values)
    ticket.revision++
    if (ticket.status === 'waiting') enterLine(state, ticket)
    if (wasLive !== isLive(ticket)) (wasLive ? unregister : register)(state, ticket)
    this.keys.push({ table: 'ticket', id })
  }

  desk(id: string, values: Partial<Desk>): void {
    const desk = this.#state.desks.get(id) as Desk
    this.#remember(id, (undo) => undo.desks.push({ ...desk }))
    Object.assign(desk, values)
    desk.revision++
    this.keys.push({ table: 'desk', id })
  }

  /** Lets go of a visit, if it is the one that this desk has. */
  freeDesk(id: string | null, ticket: string): void {
    if (id !== null && this.#state.desks.get(id)?.ticket === ticket) this.desk(id, { ticket: null })
  }

  service(id: string, values: Partial<Service>): void {
    const service = this.#state.services.get(id) as Service
    Object.assign(service, values)
    service.revision++
    this.keys.push({ table: 'service', id })
  }

  add(ticket: Ticket): void {
    this.#state.tickets.set(ticket.id, ticket)
    register(this.#state, ticket)
    enterLine(this.#state, ticket)
    this.keys.push({ table: 'ticket', id: ticket.id })
  }

  /** Lets go of a ticket that is over. */
  remove({ id, booking }: Ticket): void {
    const { tickets, bookings } = this.#state
    tickets.delete(id)
    if (booking !== null && bookings.get(booking) === id) bookings.delete(booking)
    this.keys.push({ table: 'ticket', id })
  }

  /** Keeps the row as it is before the command, the first time the command touches it. */
  #remember(id: string, keep: (undo: UndoRow) => void): void {
    const { undos, undoable } = this.#state
    const { first, verb, at } = this.#event
    const earlier = undoable.get(id)
    if (earlier === first || quiet.has(this.#event.type)) return
    if (earlier !== undefined) this.dropUndo(earlier)
    if (!this.#undoable) return
    const undo = undos.get(first) ?? { command: first, verb, at, tickets: [], desks: [] }
    undos.set(first, undo)
    undoable.set(id, first)
    keep(undo)
    this.keys.push({ table: 'undo', id: String(first) })
  }

  dropUndo(command: number): void {
    const { undos, undoable } = this.#state
    const { tickets = [], desks = [] } = undos.get(command) ?? {}
    for (const { id } of tickets) undoable.delete(id)
    for (const { id } of desks) undoable.delete(id)
    undos.delete(command)
    this.keys.push({ table: 'undo', id: String(command) })
  }
}
