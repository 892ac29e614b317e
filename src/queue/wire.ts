import type { z } from '@hono/zod-openapi'
import { formatInstant } from '../kernel/time.ts'
import type { call, display, displayDesk, outcome, snapshot, ticket, wait } from './contract.ts'
import type { Done } from './order.ts'
import type { Desk } from './rules/index.ts'
import type { Call, DeskTicket, Display, DisplayDesk, Head, Snapshot, TicketView, Wait } from './views.ts'

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

/** As the desk sees it. */
export function wireDeskTicket<T extends DeskTicket | TicketView>({ booking, ...view }: T) {
  const times = Object.fromEntries(timesOfTicket.map((name) => [name, time(view[name])]))
  return { ...view, ...times, bookingId: booking } as unknown as z.infer<typeof snapshot>['tickets'][number]
}

/** As its holder sees it. */
export const wireTicket = (view: TicketView): z.infer<typeof ticket> => ({
  ...(wireDeskTicket(view) as unknown as z.infer<typeof ticket>),
  wait: wireWait(view.wait),
})

const timesOfWait = [
  'from',
  'to',
  'median',
  'promisedBy',
  'renewedBy',
  'quotedAt',
  'beBackBy',
] as const satisfies (keyof Wait)[]

export function wireWait(told: Wait | null): z.infer<typeof wait> | null {
  if (!told) return null
  const times = Object.fromEntries(timesOfWait.map((name) => [name, time(told[name])]))
  const { ahead, reason } = told
  return {
    ...(times as Record<(typeof timesOfWait)[number], string | null>),
    ahead,
    reason: { ...reason, closesAt: time(reason.closesAt) },
  }
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
export const wireHead = <T extends Head>(head: T) => ({
  ...head,
  at: formatInstant(head.at, 'UTC'),
  opensAt: time(head.opensAt),
  services: head.services.map((service) => ({
    ...service,
    wait: service.wait && { from: formatInstant(service.wait.from, 'UTC'), to: time(service.wait.to) },
  })),
})

export const wireOutcome = ({ seq, ticket: found, desk }: Done): z.infer<typeof outcome> => ({
  seq,
  ticket: found && wireTicket(found),
  desk: desk && wireDesk(desk),
})
export const wireSnapshot = (queue: Snapshot): z.infer<typeof snapshot> => ({
  ...wireHead(queue),
  desks: queue.desks.map(wireDesk),
  tickets: queue.tickets.map(wireDeskTicket),
  missed: queue.missed.map(wireDeskTicket),
})
export const wireDisplay = (shown: Display): z.infer<typeof display> => ({
  ...wireHead(shown),
  desks: shown.desks.map(wireDisplayDesk),
  calls: shown.calls.map(wireCall),
})
