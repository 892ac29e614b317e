import { ok, type Refused } from '../../../kernel/result.ts'
import type { EventBody } from '../events.ts'
import { inReach, nextFor, passedLines, protectedAgainst, reachOf } from '../order.ts'
import { callableMs } from '../promise.ts'
import type { QueueState } from '../state.ts'
import type { Desk, Service, Ticket } from '../types.ts'
import {
  type Decision,
  deskFor,
  fresh,
  noReason,
  notIn,
  type Situation,
  ticketFor,
  waitEnd,
  wrongState,
} from './situation.ts'

/** Calls and visits: what happens at a desk. */

export const serviceOf = (state: QueueState, ticket: Ticket): Service =>
  state.services.get(ticket.service) as Service

/** Calls whoever is next for the desk. `wrong_state` if the desk is not open, not free, or nobody can be called. */
export function callNext({ state, command, at }: Situation<'call_next'>): Decision {
  const desk = deskFor(state, command.desk)
  if (!desk.ok) return desk
  const known = fresh(desk.value, command)
  if (!known.ok) return known
  const fault = notReady(desk.value)
  if (fault) return fault
  const event = called(state, desk.value, at)
  return event ? ok([event]) : nobody(state, desk.value)
}

/** The one key: starts the visit that was called, or finishes the one that runs and calls the next, if there is one. */
export function next({ state, command, at }: Situation<'next'>): Decision {
  const desk = deskFor(state, command.desk)
  if (!desk.ok) return desk
  const known = fresh(desk.value, command)
  if (!known.ok) return known
  const { status, ticket: id } = desk.value
  const ticket = id === null ? undefined : state.tickets.get(id)
  if (ticket?.status === 'called') return ok([started(state, ticket, at)])
  if (!ticket) {
    const fault = notReady(desk.value)
    if (fault) return fault
  }
  const call = status === 'open' ? called(state, desk.value, at) : undefined
  if (!ticket) return call ? ok([call]) : nobody(state, desk.value)
  return ok([finished(ticket, at), ...(call ? [call] : [])])
}

/** Calls this one. Past somebody whose budget is used up only for a reason, which stays on record. */
export function callGiven(situation: Situation<'call_given'>): Decision {
  const { state, command, at } = situation
  const found = ticketFor(situation)
  if (!found.ok) return found
  const ticket = found.value
  const desk = deskFor(state, command.desk)
  if (!desk.ok) return desk
  const fault = notIn(ticket, 'waiting') ?? notReady(desk.value)
  if (fault) return fault
  if (!inReach(desk.value, ticket))
    return wrongState('This desk does not serve that.', { desk: command.desk })
  const spared = protectedAgainst(state, desk.value, ticket, at)
  if (spared && noReason(command)) {
    return wrongState('Somebody who came earlier has been passed over too often: say why.', {
      protected: spared.id,
    })
  }
  return ok([calling(state, desk.value, ticket, at, 'given', !spared)])
}

export function callAgain(situation: Situation<'call_again'>): Decision {
  const { state, at } = situation
  const found = ticketFor(situation)
  if (!found.ok) return found
  const ticket = found.value
  const fault = notIn(ticket, 'called')
  if (fault) return fault
  const { intervalMs, max } = state.queue.settings.callAgain
  const again = (ticket.lastCallAt as number) + intervalMs
  if (at < again) return wrongState('They were called just now.', { notBefore: again })
  // The first call is not an "again".
  if (ticket.calls > max) return wrongState('They have been called often enough.', { calls: ticket.calls })
  const graceEndsAt = at + serviceOf(state, ticket).graceMs
  const desk = ticket.desk as string
  return ok([{ type: 'called_again', ticket: ticket.id, desk, calls: ticket.calls + 1, graceEndsAt }])
}

export function start(situation: Situation<'start'>): Decision {
  const found = ticketFor(situation)
  if (!found.ok) return found
  return notIn(found.value, 'called') ?? ok([started(situation.state, found.value, situation.at)])
}

/** Ends a visit, now or when it really ended. */
export function finish(situation: Situation<'finish'>): Decision {
  const { command, at } = situation
  const found = ticketFor(situation)
  if (!found.ok) return found
  const ticket = found.value
  const fault = notIn(ticket, 'serving', 'paused')
  if (fault) return fault
  const { endedAt } = command
  if (endedAt === undefined) return ok([finished(ticket, at)])
  const last = ticket.pausedAt ?? at
  if (endedAt < (ticket.startedAt as number) + ticket.pausedMs || endedAt > last) {
    return wrongState('It did not run at that time.', { startedAt: ticket.startedAt, until: last })
  }
  return ok([finished(ticket, at, endedAt)])
}

function notReady(desk: Desk): Refused | undefined {
  if (desk.status !== 'open') return wrongState('The desk is not open.', { desk: desk.status })
  return desk.ticket === null
    ? undefined
    : wrongState('The desk has a visit already.', { desk: desk.status, ticket: desk.ticket })
}

function nobody(state: QueueState, desk: Desk): Refused {
  const away = reachOf(desk).reduce((sum, name) => sum + (state.lines.get(name)?.away.length ?? 0), 0)
  return wrongState('Nobody who can be called waits for this desk.', { nobody: true, away })
}

function called(state: QueueState, desk: Desk, at: number): EventBody | undefined {
  const ticket = nextFor(state, desk, at)
  return ticket && calling(state, desk, ticket, at, 'next', true)
}

const calling = (
  state: QueueState,
  desk: Desk,
  ticket: Ticket,
  at: number,
  how: 'next' | 'given',
  counted: boolean,
): EventBody => ({
  type: 'called',
  ticket: ticket.id,
  desk: desk.id,
  how,
  ...waitEnd(ticket, at, 'called'),
  callableMs: callableMs(ticket, at),
  graceEndsAt: at + serviceOf(state, ticket).graceMs,
  passed: passedLines(state, desk, ticket, at),
  counted,
})

export const started = (state: QueueState, ticket: Ticket, at: number): EventBody => ({
  type: 'started',
  ticket: ticket.id,
  desk: ticket.desk as string,
  wayMs: at - (ticket.calledAt as number),
  askAt: at + serviceOf(state, ticket).p99Ms,
})

/** How long a started visit was served and paused until `endedAt`. */
export function spans(ticket: Ticket, endedAt: number): { servedMs: number; pausedMs: number } {
  if (ticket.startedAt === null) return { servedMs: 0, pausedMs: 0 }
  const open = ticket.pausedAt === null ? 0 : Math.max(0, endedAt - ticket.pausedAt)
  const pausedMs = ticket.pausedMs + open
  return { servedMs: endedAt - ticket.startedAt - pausedMs, pausedMs }
}

/** `reallyEndedAt` answers the question that an overlong visit asked; without it nobody knows, and nothing is learned. */
function finished(ticket: Ticket, at: number, reallyEndedAt?: number): EventBody {
  const endedAt = reallyEndedAt ?? at
  return {
    type: 'finished',
    ticket: ticket.id,
    service: ticket.service,
    desk: ticket.desk as string,
    startedAt: ticket.startedAt as number,
    endedAt,
    ...spans(ticket, endedAt),
    learn: ticket.askedAt === null || reallyEndedAt !== undefined,
  }
}
