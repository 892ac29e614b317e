import { ok, type Result, refuse, refuseField } from '../../../kernel/result.ts'
import type { EventBody } from '../events.ts'
import { placeAtJoin, placeOf } from '../order.ts'
import type { QueueState } from '../state.ts'
import type { Presence, Service } from '../types.ts'
import { type Decision, type Situation, serviceFor, wrongState } from './situation.ts'

/**
 * Joins by link, kiosk, phone, front desk, partner, or by the check-in of a booking.
 * Errors: `already_exists` with the fact `ticket` if the booking or one of the holders has one (that ticket is the
 * answer), or without it if the reference is taken (draw again); `wrong_state` if joins are closed.
 */
export function join({ state, command, at, seq }: Situation<'join'>): Decision {
  const service = serviceFor(state, command.service)
  if (!service.ok) return service
  const earlier = earlierTicket(state, command)
  if (earlier !== undefined) {
    return refuse('already_exists', { detail: 'There is a ticket for them.', facts: { ticket: earlier } })
  }
  if (state.tickets.has(command.ticket) || state.references.has(command.reference)) {
    return refuse('already_exists', { detail: 'This reference is in use.' })
  }
  const closed = closedTo(state, service.value, command)
  if (closed) return closed
  const presence = presenceOf(command)
  const fault = faults(state, command, presence, at)
  if (fault && !fault.ok) return fault
  const { actor, booking, priority = null } = command
  const { dueAt, ...place } = placeAtJoin(state.queue.settings, at, seq, booking?.at ?? null, priority)
  const event: EventBody = {
    type: 'joined',
    ticket: command.ticket,
    visit: command.visit,
    reference: command.reference,
    number: nextNumber(state, service.value),
    service: command.service,
    partner: actor.kind === 'partner' ? actor.id : null,
    holders: command.holders,
    booking: booking?.id ?? null,
    appointmentAt: booking?.at ?? null,
    party: command.party,
    priority,
    reachable: command.reachable,
    quote: command.quote ?? null,
    unquoted: command.unquoted ?? null,
    presence,
    etaAt: presence === 'on_the_way' ? (command.etaAt ?? null) : null,
    dueAt,
    place: placeOf(place),
  }
  return ok([event])
}

/**
 * Whoever has an appointment was promised to be seen. Outside the opening hours staff may still let in who stands at the
 * door; what was closed by hand is closed to everybody.
 */
function closedTo(
  { queue }: QueueState,
  { joinsClosed }: Service,
  { actor, booking }: Situation<'join'>['command'],
) {
  if (booking !== undefined || !(queue.joinsClosed || joinsClosed)) return undefined
  if (joinsClosed || !queue.closedByHours)
    return wrongState('Nobody can join any more today.', { joinsClosed: true })
  return actor.kind === 'staff'
    ? undefined
    : wrongState('It is closed: people can join again when it opens.', { joinsClosed: true })
}

/** A booking has one ticket, whatever became of it, unless its holder left; a holder has one live ticket. */
function earlierTicket(state: QueueState, { booking, holders }: Situation<'join'>['command']) {
  const checkedIn = booking && state.bookings.get(booking.id)
  if (checkedIn !== undefined && state.tickets.get(checkedIn)?.status !== 'left') return checkedIn
  return holders.map((holder) => state.holders.get(holder)).find((ticket) => ticket !== undefined)
}

function presenceOf({ presence, channel }: Situation<'join'>['command']): Presence {
  return presence ?? (channel === 'kiosk' || channel === 'front_desk' ? 'on_site' : 'remote')
}

function faults(
  state: QueueState,
  { actor, party, priority, reason, etaAt }: Situation<'join'>['command'],
  presence: Presence,
  at: number,
): Result<never> | undefined {
  if (!Number.isInteger(party) || party < 1) return refuseField('party', 'range', 'At least one person.')
  if (presence === 'on_the_way' && (etaAt === undefined || etaAt < at)) {
    return refuseField('etaAt', 'required', 'Say when they will be here.')
  }
  if (priority === undefined) return undefined
  if (actor.kind !== 'staff' && actor.kind !== 'system') {
    return refuse('out_of_scope', { detail: 'Only staff give a priority.' })
  }
  if (state.queue.settings.priorities[priority] === undefined) {
    return refuseField('priority', 'unknown', 'There is no such class of priority.')
  }
  return reason?.trim() ? undefined : refuseField('reason', 'required', 'A priority is given for a reason.')
}

/** The service's letter and its next number of the day; one that is still in use since yesterday is passed over. */
function nextNumber(state: QueueState, { letter, lastNumber }: Service): string {
  let number = lastNumber + 1
  while (state.numbers.has(`${letter}${number}`)) number++
  return `${letter}${number}`
}
