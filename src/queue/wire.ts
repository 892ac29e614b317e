import type { z } from '@hono/zod-openapi'
import { formatInstant } from '../kernel/time.ts'
import type { call, display, displayDesk, outcome, snapshot, ticket } from './contract.ts'
import type { Done } from './order.ts'
import type { Desk } from './rules/index.ts'
import type { Call, DeskTicket, Display, DisplayDesk, Head, Snapshot, TicketView } from './views.ts'

/** Views as they go over the wire, by the API and by sockets alike: instants in UTC, as the queue's zone is the location's. */

const timesOfTicket = [
  'etaAt',
  'appointmentAt',
  'arrivedAt',
  'dueAt',
  'deferredUntil',
  'calledAt',
  'graceEndsAt',
  'startedAt',
  'pausedAt',
  'askedAt',
  'endedAt',
] as const

const time = (at: number | null): string | null => (at === null ? null : formatInstant(at, 'UTC'))

/** Of a holder's view, a desk's or both. */
export function wireTicket<T extends DeskTicket | TicketView>({ booking, ...view }: T) {
  const times = Object.fromEntries(timesOfTicket.map((name) => [name, time(view[name])]))
  return { ...view, ...times, bookingId: booking } as unknown as z.infer<typeof ticket> &
    Pick<DeskTicket, 'order'>
}

export const wireDesk = <T extends Desk>(desk: T) => ({
  ...desk,
  services: [...desk.services],
  breakEndsAt: time(desk.breakEndsAt),
})
export const wireDisplayDesk = (desk: DisplayDesk): z.infer<typeof displayDesk> => ({
  ...desk,
  breakEndsAt: time(desk.breakEndsAt),
})
export const wireCall = (made: Call): z.infer<typeof call> => ({ ...made, at: formatInstant(made.at, 'UTC') })
export const wireHead = <T extends Head>(head: T) => ({ ...head, at: formatInstant(head.at, 'UTC') })

export const wireOutcome = ({ seq, ticket: found, desk }: Done): z.infer<typeof outcome> => ({
  seq,
  ticket: found && wireTicket(found),
  desk: desk && wireDesk(desk),
})
export const wireSnapshot = (queue: Snapshot): z.infer<typeof snapshot> => ({
  ...wireHead(queue),
  desks: queue.desks.map(wireDesk),
  tickets: queue.tickets.map(wireTicket),
})
export const wireDisplay = (shown: Display): z.infer<typeof display> => ({
  ...wireHead(shown),
  desks: shown.desks.map(wireDisplayDesk),
  calls: shown.calls.map(wireCall),
})
