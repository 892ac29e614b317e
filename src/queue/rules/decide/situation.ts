import { ok, type Refused, type Result, refuse, refuseField } from '../../../kernel/result.ts'
import type { Command, CommandOf, Verb } from '../commands.ts'
import type { EventBody } from '../events.ts'
import { endsOf, isPlainWait } from '../promise.ts'
import { mayTouch } from '../scope.ts'
import type { QueueState } from '../state.ts'
import type { Desk, Service, Status, Ticket } from '../types.ts'

/** What a verb decides on. */
export type Situation<V extends Verb> = {
  state: QueueState
  command: CommandOf<V>
  at: number
  /** Of the first event that this command would emit. */
  seq: number
}

export type Decision = Result<EventBody[]>

export const wrongState = (detail: string, facts: Record<string, unknown> = {}): Refused =>
  refuse('wrong_state', { detail, facts })

/** The ticket that a command names: there, the actor's own if it must be, unchanged since it was read. */
export function ticketFor({
  state,
  command,
}: {
  state: QueueState
  command: Command & { ticket: string }
}): Result<Ticket> {
  const ticket = state.tickets.get(command.ticket)
  if (!ticket || !mayTouch(command.actor, ticket)) return refuse('not_found', { detail: 'No such ticket.' })
  return fresh(ticket, command)
}

export function deskFor(state: QueueState, id: string): Result<Desk> {
  const desk = state.desks.get(id)
  return desk ? ok(desk) : refuse('not_found', { detail: 'No such desk.' })
}

export function serviceFor(state: QueueState, id: string): Result<Service> {
  const service = state.services.get(id)
  return service ? ok(service) : refuse('not_found', { detail: 'No such service.' })
}

export function fresh<T extends { revision: number }>(row: T, { expectedRevision }: Command): Result<T> {
  return expectedRevision === undefined || expectedRevision === row.revision
    ? ok(row)
    : refuse('stale_revision', { facts: { revision: row.revision } })
}

/** Refuses a ticket that is in none of these states. */
export const notIn = (ticket: Ticket, ...allowed: Status[]): Refused | undefined =>
  allowed.includes(ticket.status)
    ? undefined
    : wrongState(`The ticket is ${ticket.status}.`, { status: ticket.status, allowed })

export const noReason = ({ reason }: Command): Refused | undefined =>
  reason?.trim() ? undefined : refuseField('reason', 'required', 'Say why: it stays on record.')

/** What an event says of a wait that ends with it. */
export const waitEnd = (ticket: Ticket, at: number, outcome: 'called' | 'left') => ({
  service: ticket.service,
  key: ticket.key,
  waitedMs: at - ticket.legAt,
  learn: ticket.status === 'waiting' && isPlainWait(ticket),
  ends: endsOf(ticket, at, outcome),
})

/** A ticket that comes back to life must not meet another with its reference, its number or its holder. */
export function displaced(state: QueueState, ticket: Ticket): Refused | undefined {
  const { id, booking } = ticket
  const others = [
    state.references.get(ticket.reference),
    state.numbers.get(ticket.number),
    booking === null ? undefined : state.bookings.get(booking),
    ...ticket.holders.map((holder) => state.holders.get(holder)),
  ]
  const other = others.find((one) => one !== undefined && one !== id)
  return other === undefined
    ? undefined
    : refuse('already_exists', { detail: 'Another ticket has taken its place.', facts: { ticket: other } })
}
