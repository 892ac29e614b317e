import { ok, refuseField } from '../../../kernel/result.ts'
import { serviceOf, spans } from './desk.ts'
import {
  type Decision,
  deskFor,
  noReason,
  notIn,
  type Situation,
  serviceFor,
  ticketFor,
  wrongState,
} from './situation.ts'

/** A visit that pauses, moves on or stays open too long. */

/** The visit waits for something; the desk is free for others. */
export function pause(situation: Situation<'pause'>): Decision {
  const found = ticketFor(situation)
  if (!found.ok) return found
  const { id, desk } = found.value
  const fault = notIn(found.value, 'serving') ?? noReason(situation.command)
  return fault ?? ok([{ type: 'paused', ticket: id, desk: desk as string }])
}

/** At the desk where it was or another one that serves it. */
export function resume(situation: Situation<'resume'>): Decision {
  const { state, command, at } = situation
  const found = ticketFor(situation)
  if (!found.ok) return found
  const ticket = found.value
  const desk = deskFor(state, command.desk)
  if (!desk.ok) return desk
  const fault = notIn(ticket, 'paused')
  if (fault) return fault
  const { status, services, ticket: visit } = desk.value
  if (status !== 'open') return wrongState('The desk is not open.', { desk: status })
  if (visit !== null) return wrongState('The desk has a visit already.', { desk: status, ticket: visit })
  if (!services.includes(ticket.service)) return wrongState('This desk does not serve that.')
  const { servedMs, pausedMs } = spans(ticket, at)
  const askAt = at + Math.max(0, serviceOf(state, ticket).p99Ms - servedMs)
  return ok([{ type: 'resumed', ticket: ticket.id, desk: command.desk, pausedMs, askAt }])
}

/** Closes the leg and opens another; arrival, place, promise and number stay. */
export function transfer(situation: Situation<'transfer'>): Decision {
  const { state, command, at } = situation
  const found = ticketFor(situation)
  if (!found.ok) return found
  const ticket = found.value
  const fault = notIn(ticket, 'waiting', 'called', 'serving', 'paused')
  if (fault) return fault
  const service = serviceFor(state, command.service ?? ticket.service)
  if (!service.ok) return service
  const desk = command.desk === undefined ? undefined : deskFor(state, command.desk)
  if (desk && !desk.ok) return desk
  if (desk && !desk.value.services.includes(service.value.id)) {
    return refuseField('desk', 'service', 'This desk does not serve that.')
  }
  const to = desk?.value.id ?? null
  const stays = service.value.id === ticket.service && to === ticket.onlyDesk
  if (stays && ticket.status === 'waiting') return wrongState('It waits there already.')
  const { id, leg, status, startedAt, askedAt } = ticket
  return ok([
    {
      type: 'transferred',
      ticket: id,
      leg,
      was: status,
      fromService: ticket.service,
      fromDesk: ticket.desk,
      startedAt,
      ...spans(ticket, at),
      learn: startedAt !== null && askedAt === null,
      service: service.value.id,
      desk: to,
    },
  ])
}

/** A timer's flag on a visit open longer than its P99. It changes nothing but what is learned. */
export function ask(situation: Situation<'ask'>): Decision {
  const { at } = situation
  const found = ticketFor(situation)
  if (!found.ok) return found
  const { id, desk, startedAt, askAt } = found.value
  const fault = notIn(found.value, 'serving')
  if (fault) return fault
  if (askAt === null || at < askAt) return wrongState('It is not to be asked about now.', { askAt })
  return ok([{ type: 'asked', ticket: id, desk: desk as string, openMs: at - (startedAt as number) }])
}

/** The answer that it still goes on; it asks again after as long once more. */
export function stillGoing(situation: Situation<'still_going'>): Decision {
  const { state, at } = situation
  const found = ticketFor(situation)
  if (!found.ok) return found
  const { id, desk, askedAt } = found.value
  const fault = notIn(found.value, 'serving')
  if (fault) return fault
  if (askedAt === null) return wrongState('Nobody asked.')
  const askAt = at + serviceOf(state, found.value).p99Ms
  return ok([{ type: 'answered', ticket: id, desk: desk as string, askAt }])
}
