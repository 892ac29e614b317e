import { limits } from '../../config.ts'
import type { Place } from '../opening.ts'
import { type CommandOf, promiseOf, type QueueState, renewalsMost, type Ticket } from '../rules/index.ts'
import { wakesAt } from '../rules/state.ts'
import type { Learned } from './learned.ts'
import { quoteFor } from './quote.ts'

/** Promises that have passed and promises that can be made only now: whose they are, and when to look again. */

export type Renewal = Pick<CommandOf<'requote'>, 'ticket' | 'quote' | 'unquoted'>

function* waitingIn({ lines }: QueueState): Generator<Ticket> {
  for (const { here, away } of lines.values()) {
    yield* here
    yield* away
  }
}

const mayBePromised = (ticket: Ticket): boolean => ticket.renewals < renewalsMost

/** What is to be promised at `at`; as many as one look may make, those whose promise has passed before the others. */
export function* renewals(
  state: QueueState,
  learned: Learned,
  place: Place,
  at: number,
  newId: () => string,
): Generator<Renewal> {
  const waiting = [...waitingIn(state)].filter(mayBePromised)
  const passed = waiting.filter((ticket) => (promiseOf(ticket)?.p90 ?? Number.POSITIVE_INFINITY) <= at)
  const without = waiting.filter((ticket) => !promiseOf(ticket))
  /** Where nothing can be promised to one, nothing can be to the others. */
  const hopeless = new Set<string>()
  let left = limits.quotesAtOnce
  for (const ticket of [...passed, ...without]) {
    const had = promiseOf(ticket)
    const line = `${ticket.service} ${ticket.onlyDesk}`
    if (!had && hopeless.has(line)) continue
    if (left-- === 0) return
    const wakes = wakesAt(ticket)
    const asker = { ...ticket, dueAt: wakes > at ? wakes : null }
    const told = quoteFor(state, learned, place, asker, at, state.queue.seq + 1)
    if ('unquoted' in told) {
      if (had) yield { ticket: ticket.id, quote: null, unquoted: told.unquoted }
      else if (told.unquoted !== 'next') hopeless.add(line)
      continue
    }
    // A notice that the next one overtakes is none.
    const least = ticket.quote ? at + limits.renewalMs * 2 ** ticket.renewals : 0
    const quote = { id: newId(), ...told.quote, p90: Math.max(told.quote.p90, least) }
    yield { ticket: ticket.id, quote }
  }
}

/** When the next promise passes, or somebody without one is to be looked at; null if nobody waits for that. */
export function nextLook(state: QueueState, at: number): number | null {
  let next = Number.POSITIVE_INFINITY
  let without = false
  for (const ticket of waitingIn(state)) {
    if (!mayBePromised(ticket)) continue
    const promise = promiseOf(ticket)
    if (promise) next = Math.min(next, promise.p90)
    else without = true
  }
  if (without && anyOpen(state)) next = Math.min(next, at + limits.quoteAgainMs)
  return Number.isFinite(next) ? Math.max(next, at + 1) : null
}

/** When a ticket that has just changed is to be looked at; null for never. */
export function lookFor(state: QueueState, ticket: Ticket): number | null {
  if (ticket.status !== 'waiting' || !mayBePromised(ticket)) return null
  const promise = promiseOf(ticket)
  if (promise) return promise.p90
  return anyOpen(state) ? state.queue.at + limits.quoteAfterMs : null
}

const anyOpen = ({ desks }: QueueState): boolean => {
  for (const { status } of desks.values()) if (status === 'open') return true
  return false
}
