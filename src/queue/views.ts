import type { LocalText } from '../platform/wire.ts'
import { inLine, shownOf } from './front.ts'
import { openAt } from './opening.ts'
import {
  ahead,
  type Desk,
  type MainReason,
  type QueueEvent,
  type QueueState,
  type RowKey,
  type Ticket,
} from './rules/index.ts'
import type { Setup } from './setup.ts'
import type { Waits } from './waits/waits.ts'

/** What is told of a queue. Nothing here names a person: numbers, references and ids only. Times are epoch ms. */

/** A ticket as the desk knows it, without what moves when others move. */
export type DeskTicket = Pick<
  Ticket,
  | 'id'
  | 'number'
  | 'reference'
  | 'service'
  | 'onlyDesk'
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
  | 'dueAt'
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
  /** Sorts the tickets of one line: of a service, or of the one desk that may call them. */
  order: [key: number, rank: number, arrival: number]
}

export function deskTicket(ticket: Ticket): DeskTicket {
  const { id, number, reference, service, onlyDesk, channel, status, desk, party, priority } = ticket
  const { presence, etaAt, reachable, booking, appointmentAt, arrivedAt, dueAt, deferredUntil } = ticket
  const { deferrals, calls, calledAt, graceEndsAt, startedAt, pausedAt, pauseReason, askedAt } = ticket
  const { endedAt, revision, key, rank, arrival } = ticket
  return {
    ...{ id, number, reference, service, onlyDesk, channel, status, desk, party, priority },
    ...{ presence, etaAt, reachable, booking, appointmentAt, arrivedAt, dueAt, deferredUntil },
    ...{ deferrals, calls, calledAt, graceEndsAt, startedAt, pausedAt, pauseReason, askedAt },
    ...{ endedAt, revision, order: [key, rank, arrival] },
  }
}

/** How often what was told lately held. */
export type QuoteRecord = { told: number; inside: number; kept: number }

/** The remaining wait of somebody, and why. Times are epoch ms; null where nobody can say. */
export type Wait = {
  from: number | null
  to: number | null
  median: number | null
  /** The first promise; the one that took its place, once it had passed; when the one that counts was made. */
  promisedBy: number | null
  renewedBy: number | null
  quotedAt: number | null
  beBackBy: number | null
  ahead: number
  reason: {
    ahead: number
    desks: number
    paceSeconds: number
    appointments: number
    closesAt: number | null
    main: MainReason
  }
}

/** A ticket as its holder knows it; `ahead` is how many stand before it in its line, null once it does not wait. */
export type TicketView = Omit<DeskTicket, 'order'> & {
  ahead: number | null
  wait: Wait | null
  record: QuoteRecord | null
}

/** As it stands in the views of a desk. */
export type ShownTicket = DeskTicket & { ahead: number | null }

export const aheadOf = (state: QueueState, ticket: Ticket): number | null =>
  ticket.status === 'waiting' ? ahead(state, ticket) : null

export const shownTicket = (state: QueueState, ticket: Ticket): ShownTicket => ({
  ...deskTicket(ticket),
  ahead: aheadOf(state, ticket),
})

export function ticketView(state: QueueState, ticket: Ticket, waits: Waits): TicketView {
  const { order: _, ...view } = deskTicket(ticket)
  return {
    ...view,
    ahead: aheadOf(state, ticket),
    wait: waits.of(ticket),
    record: waits.recordOf(ticket.service),
  }
}

export type ServiceView = {
  id: string
  letter: string
  name: LocalText
  joinsClosed: boolean
  waiting: number
  /** For somebody who would join now. */
  wait: { from: number; to: number | null } | null
  record: QuoteRecord | null
}
export type DeskView = Desk & { name: string }

/** A desk as the hall sees it: the number that is called to it or served there. */
export type DisplayDesk = Pick<DeskView, 'id' | 'name' | 'status' | 'breakEndsAt'> & {
  number: string | null
  visit: 'called' | 'serving' | null
}

/** A call as it is announced: each once, in the order of `seq`. */
export type Call = { seq: number; at: number; number: string; desk: string; deskName: string; again: boolean }

/** What every view of the queue begins with. `at` is the time of the last event. */
export type Head = {
  seq: number
  at: number
  date: string
  joinsClosed: boolean
  opensAt: number | null
  services: ServiceView[]
}

/** The queue at one event, with the front of each line. */
export type Snapshot = Head & {
  desks: DeskView[]
  tickets: ShownTicket[]
  missed: (DeskTicket & { ahead: null })[]
}
/** `calls` are the last ones, for who asks now and then; who has seen up to a `seq` announces what came after it. */
export type Display = Head & { desks: DisplayDesk[]; calls: Call[] }

export function headOf(state: QueueState, setup: Setup, waits: Waits): Head {
  const { seq, at, date, joinsClosed, closedByHours } = state.queue
  const opensAt = closedByHours ? openAt(setup, at).changesAt : null
  const waiting = waitingByService(state)
  const names = new Map(setup.services.map(({ id, name }) => [id, name]))
  const services = inOrder(setup.services, state.services)
    .map(({ id, letter, joinsClosed: closed }) => ({
      id,
      letter,
      name: names.get(id) ?? { en: id },
      joinsClosed: closed || !names.has(id),
      waiting: waiting.get(id) ?? 0,
      wait: waits.ofService(id),
      record: waits.recordOf(id),
    }))
    .filter(({ id, waiting: count }) => names.has(id) || count > 0)
  return { seq, at, date, joinsClosed, opensAt, services }
}

/** The desks, or those of them that changed. One that is not configured any more is there while it has a visit. */
export function desksOf(state: QueueState, setup: Setup, changed?: readonly RowKey[]): DeskView[] {
  const names = new Map(setup.desks.map(({ id, name }) => [id, name]))
  const wanted = changed && new Set(changed.flatMap(({ table, id }) => (table === 'desk' ? id : [])))
  return inOrder(setup.desks, state.desks)
    .filter(({ id, ticket }) => (wanted ? wanted.has(id) : names.has(id) || ticket !== null))
    .map((desk) => ({ ...desk, name: names.get(desk.id) ?? desk.id }))
}

export function displayDesk(
  { tickets }: QueueState,
  { id, name, status, breakEndsAt, ticket }: DeskView,
): DisplayDesk {
  const visit = ticket === null ? undefined : tickets.get(ticket)
  return {
    ...{ id, name, status, breakEndsAt },
    number: visit?.number ?? null,
    visit: visit === undefined ? null : visit.status === 'called' ? 'called' : 'serving',
  }
}

export const snapshotOf = (state: QueueState, setup: Setup, waits: Waits): Snapshot => ({
  ...headOf(state, setup, waits),
  desks: desksOf(state, setup),
  tickets: shownOf(state).map(({ ticket, ahead }) => ({ ...deskTicket(ticket), ahead })),
  missed: [...state.tickets.values()]
    .filter((ticket) => mayReturn(state, ticket))
    .map((ticket) => ({ ...deskTicket(ticket), ahead: null })),
})

/** A page of a line, in the order of calls. */
export type LinePage = { tickets: ShownTicket[]; more: boolean }

/** What comes in a line after a place. */
export function linePage(
  state: QueueState,
  name: string,
  limit: number,
  after?: Pick<Ticket, 'key' | 'rank' | 'arrival'>,
): LinePage {
  const line = state.lines.get(name)
  if (!line) return { tickets: [], more: false }
  const { from, tickets } = inLine(line, limit + 1, after)
  return {
    tickets: tickets.slice(0, limit).map((ticket, i) => ({ ...deskTicket(ticket), ahead: from + i })),
    more: tickets.length > limit,
  }
}

/** Whether somebody who was missed can still be taken back. */
function mayReturn({ queue }: QueueState, { status, missedAt, reinstatements }: Ticket): boolean {
  const { windowMs, max } = queue.settings.reinstate
  return status === 'missed' && queue.at <= (missedAt ?? 0) + windowMs && reinstatements < max
}

export const displayOf = (
  state: QueueState,
  setup: Setup,
  waits: Waits,
  calls: readonly QueueEvent[],
): Display => ({
  ...headOf(state, setup, waits),
  desks: desksOf(state, setup).map((desk) => displayDesk(state, desk)),
  calls: callsIn(calls, state, setup),
})

/** The calls among events, of all tickets or of one. Those of a day that is over are not announced any more. */
export function callsIn(
  events: readonly QueueEvent[],
  state: QueueState,
  setup: Setup,
  only?: string,
): Call[] {
  const nameOf = (desk: string) => setup.desks.find(({ id }) => id === desk)?.name ?? desk
  return events.flatMap((event) => {
    if (event.type !== 'called' && event.type !== 'called_again') return []
    const { seq, at, ticket, desk, type } = event
    const number = state.tickets.get(ticket)?.number
    if (number === undefined || (only !== undefined && only !== ticket)) return []
    return { seq, at, number, desk, deskName: nameOf(desk), again: type === 'called_again' }
  })
}

/** As configured; what is no longer configured comes last. */
function inOrder<T extends { id: string }>(configured: { id: string }[], known: Map<string, T>): T[] {
  const rank = new Map(configured.map(({ id }, index) => [id, index]))
  const rankOf = ({ id }: T) => rank.get(id) ?? configured.length
  return [...known.values()].sort((a, b) => rankOf(a) - rankOf(b) || (a.id < b.id ? -1 : 1))
}

function waitingByService({ lines }: QueueState): Map<string, number> {
  const counts = new Map<string, number>()
  const add = (service: string, count: number) => counts.set(service, (counts.get(service) ?? 0) + count)
  for (const [name, { here, away }] of lines) {
    if (!name.startsWith('@')) add(name, here.length + away.length)
    else for (const { service } of [...here, ...away]) add(service, 1)
  }
  return counts
}
