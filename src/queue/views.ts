import { ahead, type Desk, isLive, type QueueState, type Ticket } from './rules/index.ts'
import type { Setup } from './setup.ts'

/** What is told of a queue. Nothing here names a person: numbers, references and ids only. */

/** A ticket as its holder and the desk know it. Times are epoch ms. */
export type TicketView = Pick<
  Ticket,
  | 'id'
  | 'number'
  | 'reference'
  | 'service'
  | 'channel'
  | 'status'
  | 'desk'
  | 'party'
  | 'priority'
  | 'presence'
  | 'etaAt'
  | 'reachable'
  | 'booking'
  | 'appointmentAt'
  | 'arrivedAt'
  | 'deferredUntil'
  | 'deferrals'
  | 'calls'
  | 'calledAt'
  | 'graceEndsAt'
  | 'startedAt'
  | 'pausedAt'
  | 'pauseReason'
  | 'askedAt'
  | 'endedAt'
  | 'revision'
> & {
  /** How many stand before it in its line; null once it does not wait. */
  ahead: number | null
}

export function ticketView(state: QueueState, ticket: Ticket): TicketView {
  const {
    id,
    number,
    reference,
    service,
    channel,
    status,
    desk,
    party,
    priority,
    presence,
    etaAt,
    reachable,
  } = ticket
  const { booking, appointmentAt, arrivedAt, deferredUntil, deferrals, calls, calledAt, graceEndsAt } = ticket
  const { startedAt, pausedAt, pauseReason, askedAt, endedAt, revision } = ticket
  return {
    ...{ id, number, reference, service, channel, status, desk, party, priority, presence, etaAt, reachable },
    ...{ booking, appointmentAt, arrivedAt, deferredUntil, deferrals, calls, calledAt, graceEndsAt },
    ...{ startedAt, pausedAt, pauseReason, askedAt, endedAt, revision },
    ahead: status === 'waiting' ? ahead(state, ticket) : null,
  }
}

/** The whole queue at one event. */
export type Snapshot = {
  seq: number
  /** Time of the last event, epoch ms. */
  at: number
  date: string
  joinsClosed: boolean
  services: { id: string; letter: string; joinsClosed: boolean; waiting: number }[]
  desks: (Desk & { name: string })[]
  /** Live ones, in the order in which they joined. */
  tickets: TicketView[]
}

export function deskSnapshot(state: QueueState, setup: Setup): Snapshot {
  const { seq, at, date, joinsClosed } = state.queue
  const names = new Map(setup.desks.map(({ id, name }) => [id, name]))
  return {
    seq,
    at,
    date,
    joinsClosed,
    services: inOrder(setup.services, state.services).map(({ id, letter, joinsClosed: closed }) => ({
      id,
      letter,
      joinsClosed: closed,
      waiting: waitingFor(state, id),
    })),
    desks: inOrder(setup.desks, state.desks).map((desk) => ({
      ...desk,
      name: names.get(desk.id) ?? desk.id,
    })),
    tickets: [...state.tickets.values()].filter(isLive).map((ticket) => ticketView(state, ticket)),
  }
}

/** As configured; what is no longer configured comes last. */
function inOrder<T extends { id: string }>(configured: { id: string }[], known: Map<string, T>): T[] {
  const rank = new Map(configured.map(({ id }, index) => [id, index]))
  const rankOf = ({ id }: T) => rank.get(id) ?? configured.length
  return [...known.values()].sort((a, b) => rankOf(a) - rankOf(b) || (a.id < b.id ? -1 : 1))
}

const waitingFor = (state: QueueState, service: string): number => {
  const line = state.lines.get(service)
  return line ? line.here.length + line.away.length : 0
}
