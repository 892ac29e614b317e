import { ok, type Result, refuse, refuseField } from '../../../kernel/result.ts'
import type { EventBody } from '../events.ts'
import { placeAfter, placeAnew, placeInFront, placeOf } from '../order.ts'
import { promiseOf, renewalsMost, replacedBy } from '../promise.ts'
import { isPresent, lineOf, type QueueState, turnPassed } from '../state.ts'
import type { Place, Ticket } from '../types.ts'
import { started } from './desk.ts'
import {
  type Decision,
  displaced,
  noReason,
  notIn,
  type Situation,
  ticketFor,
  waitEnd,
  wrongState,
} from './situation.ts'

/** What changes a ticket that is not being served. */

/** Leaves, or is taken off the queue; whoever does so for a customer says why. */
export function leave(situation: Situation<'leave'>): Decision {
  const { command, at } = situation
  const found = ticketFor(situation)
  if (!found.ok) return found
  const { id, status, desk } = found.value
  const fault = notIn(found.value, 'waiting', 'called', 'paused')
  if (fault) return fault
  const unexplained = command.actor.kind === 'customer' ? undefined : noReason(command)
  if (unexplained) return unexplained
  const wait = waitEnd(found.value, at, 'left')
  return ok([{ type: 'left', ticket: id, was: status, desk: status === 'called' ? desk : null, ...wait }])
}

/** Once the grace is over; before that only staff, and with a reason. */
export function missed(situation: Situation<'missed'>): Decision {
  const { command, at } = situation
  const found = ticketFor(situation)
  if (!found.ok) return found
  const { id, desk, calls, graceEndsAt } = found.value
  const fault = notIn(found.value, 'called')
  if (fault) return fault
  const early = at < (graceEndsAt as number)
  if (early && (command.actor.kind !== 'staff' || noReason(command))) {
    return wrongState('They still have time to come.', { graceEndsAt })
  }
  return ok([{ type: 'missed', ticket: id, desk: desk as string, calls }])
}

/** Back from missed, to the place that the location's rule names; whoever gave up a place stands anew. */
export function reinstate(situation: Situation<'reinstate'>): Decision {
  const { state, at, seq } = situation
  const found = ticketFor(situation)
  if (!found.ok) return found
  const ticket = found.value
  const fault = notIn(ticket, 'missed') ?? displaced(state, ticket)
  if (fault) return fault
  const { windowMs, max, ...rule } = state.queue.settings.reinstate
  const until = (ticket.missedAt as number) + windowMs
  if (at > until) return wrongState('It is too late for that.', { until })
  if (ticket.reinstatements >= max) {
    return wrongState('They were taken back often enough.', { reinstatements: ticket.reinstatements })
  }
  const { here } = lineOf(state, ticket)
  const others = here.slice(0, rule.places)
  const last = others.at(-1)
  const end = placeAnew(ticket, at, seq)
  const place = {
    front: () => placeInFront(state, ticket),
    after: () => (last ? (placeAfter(state, ticket, last) ?? end) : placeInFront(state, ticket)),
    end: () => end,
  }[ticket.returnsAnew ? 'end' : rule.to]()
  return ok([{ type: 'reinstated', ticket: ticket.id, place }])
}

/**
 * "I need ten more minutes." The first deferral keeps the place if the time named lies within what the location keeps
 * it after the turn; from the second on the place counts from the time named, and then from each return.
 */
export function defer(situation: Situation<'defer'>): Decision {
  const { state, command, at, seq } = situation
  const found = ticketFor(situation)
  if (!found.ok) return found
  const ticket = found.value
  const { deferrals, keepPlaceMs } = state.queue.settings
  const fault = notIn(ticket, 'waiting', 'called')
  if (fault) return fault
  if (ticket.deferrals >= deferrals.max) {
    return wrongState('They have deferred often enough.', { deferrals: ticket.deferrals })
  }
  if (!(command.byMs > 0 && command.byMs <= deferrals.maxMs)) {
    return refuseField('byMs', 'range', `At most ${deferrals.maxMs / 60_000} minutes.`)
  }
  const until = at + command.byMs
  const passedAt = ticket.status === 'called' ? (ticket.turnPassedAt ?? at) : turnPassed(state, ticket)
  const again = ticket.deferrals > 0
  const givesUp = again || (passedAt !== null && until - passedAt > keepPlaceMs)
  const event: EventBody = {
    type: 'deferred',
    ticket: ticket.id,
    until,
    was: ticket.status,
    desk: ticket.status === 'called' ? ticket.desk : null,
    turnPassedAt: givesUp ? null : passedAt,
    returnsAnew: again,
    place: givesUp ? placeAnew(ticket, until, seq) : placeOf(ticket),
  }
  return ok([event])
}

export function reorder(situation: Situation<'reorder'>): Decision {
  const { state, command, at, seq } = situation
  const found = ticketFor(situation)
  if (!found.ok) return found
  const fault = notIn(found.value, 'waiting') ?? noReason(command)
  if (fault) return fault
  const place = targetPlace(state, found.value, command.target, at, seq)
  return place.ok ? ok([{ type: 'reordered', ticket: found.value.id, place: place.value }]) : place
}

function targetPlace(
  state: QueueState,
  ticket: Ticket,
  target: Situation<'reorder'>['command']['target'],
  at: number,
  seq: number,
): Result<Place> {
  if (target.to === 'front') return ok(placeInFront(state, ticket))
  if (target.to === 'end') return ok(placeAnew(ticket, at, seq))
  const other = state.tickets.get(target.ticket)
  if (!other) return refuse('not_found', { detail: 'No such ticket to stand after.' })
  if (other === ticket || other.status !== 'waiting' || lineOf(state, other) !== lineOf(state, ticket)) {
    return refuseField('target.ticket', 'line', 'It stands after another ticket of the same line.')
  }
  const place = placeAfter(state, ticket, other)
  return place ? ok(place) : wrongState('There is no room left at that spot.')
}

/**
 * "I am on my way", "I am here", "I went out". Coming within the time that the place is kept after one's turn finds it
 * as it was; later, or after giving it up, it counts from now. Being here ends a deferral, and starts the visit of
 * somebody who was called.
 */
export function presence(situation: Situation<'presence'>): Decision {
  const { state, command, at, seq } = situation
  const found = ticketFor(situation)
  if (!found.ok) return found
  const ticket = found.value
  const fault = notIn(ticket, 'waiting', 'called', 'paused')
  if (fault) return fault
  const etaAt = command.presence === 'on_the_way' ? command.etaAt : null
  if (etaAt === undefined || (etaAt !== null && etaAt < at)) {
    return refuseField('etaAt', 'required', 'Say when they will be here.')
  }
  const comes = command.presence === 'on_site'
  const waits = ticket.status === 'waiting'
  const returns = waits && !isPresent(ticket) && isPresent(command)
  const passedAt = waits ? turnPassed(state, ticket) : ticket.turnPassedAt
  const tooLate = passedAt !== null && at - passedAt > state.queue.settings.keepPlaceMs
  const givesUp = returns && (ticket.returnsAnew || tooLate)
  const event: EventBody = {
    type: 'presence_changed',
    ticket: ticket.id,
    presence: command.presence,
    etaAt,
    cameAt: comes ? (ticket.cameAt ?? at) : null,
    deferredUntil: comes ? null : ticket.deferredUntil,
    turnPassedAt: givesUp ? null : passedAt,
    place: givesUp ? placeAnew(ticket, at, seq) : placeOf(ticket),
  }
  return ok(comes && ticket.status === 'called' ? [event, started(state, ticket, at)] : [event])
}

export function reachability(situation: Situation<'reachability'>): Decision {
  const found = ticketFor(situation)
  if (!found.ok) return found
  const { id, reachable } = found.value
  const fault = notIn(found.value, 'waiting', 'called', 'serving', 'paused')
  if (fault) return fault
  if (reachable === situation.command.reachable) return wrongState('That is known.', { reachable })
  return ok([{ type: 'reachability_changed', ticket: id, reachable: !reachable }])
}

/** A new promise once the one that counted has passed, or the first one as soon as it can be made. */
export function requote(situation: Situation<'requote'>): Decision {
  const { command, at } = situation
  const found = ticketFor(situation)
  if (!found.ok) return found
  const ticket = found.value
  const fault = notIn(ticket, 'waiting')
  if (fault) return fault
  const promise = promiseOf(ticket)
  if (promise && at < promise.p90) return wrongState('The promise still stands.', { promisedBy: promise.p90 })
  if (!promise && !command.quote) return wrongState('Nothing can be promised yet.')
  if (ticket.renewals >= renewalsMost) return wrongState('It was promised anew often enough.')
  return ok([
    {
      type: 'requoted',
      ticket: ticket.id,
      service: ticket.service,
      joinedBy: ticket.channel,
      quote: command.quote,
      unquoted: command.unquoted ?? null,
      renewal: ticket.quote === null ? 0 : ticket.renewals + 1,
      ends: replacedBy(ticket, at),
    },
  ])
}
