import { type Estimate, estimate } from '../estimate/estimate.ts'
import { seededRandom } from '../estimate/random.ts'
import type { WaitingTicket } from '../estimate/situation.ts'
import type { Place } from '../opening.ts'
import type { MainReason, QueueState, Quote, Place as Standing } from '../rules/index.ts'
import { byPlace } from '../rules/line.ts'
import type { Learned } from './learned.ts'
import { countOf, type Entry, entriesAt, exactForOne, listsOf, upTo } from './line-up.ts'
import { reasonOf } from './reason.ts'
import { isIdleFor, standing } from './situation.ts'

/** So many simulations are enough for people to read; of a long line half: its chances even out. */
export const samplesFor = (people: number): number => (people > 200 ? 75 : 150)

/** Somebody who is about to join, or a ticket that waits. */
export type Asker = Standing & {
  service: string
  onlyDesk: string | null
  legAt: number
  dueAt: number | null
  arrival: number
}

/** A quote without its id, or why none can be given. */
export type Quoted = { quote: Omit<Quote, 'id'> } | { unquoted: MainReason }

/**
 * What to tell somebody of their wait. Nothing is told where a desk is free for them, or where nobody can say when one
 * will be. The cost is that of a short line however long it is.
 *
 * @param seed of the simulation: the same for the same event
 */
export function quoteFor(
  state: QueueState,
  learned: Learned,
  place: Place,
  asker: Asker,
  now: number,
  seed: number,
): Quoted {
  const idle = isIdleFor(state)
  if (idle(asker) && (asker.dueAt ?? 0) <= now) return { unquoted: 'next' }
  const lists = listsOf(state)
  const people = countOf(lists)
  const exact = people <= exactForOne
  const entryOf = entriesAt(now, state.queue.settings.keepPlaceMs, idle)
  const before: Entry[] = []
  // An asker of later places does not take anybody's time from this one.
  for (const list of lists) before.push(...upTo(list, indexOf(list.tickets, asker), exact, entryOf))
  const key = before
    .filter(({ service, desk }) => service === asker.service && desk === asker.onlyDesk)
    .reduce((last, entry) => Math.max(last, entry.place + 1 / 1024), asker.key)
  const own: WaitingTicket = {
    service: asker.service,
    joinedAt: asker.legAt,
    place: key,
    dueAt: asker.dueAt,
    desk: asker.onlyDesk,
  }
  const situation = { ...standing(state, learned, place, now), tickets: [...before, own] }
  const { model } = learned
  const random = seededRandom(seed)
  const [told] = estimate(model, situation, now, samplesFor(people), random, before.length) as [Estimate]
  const reason = reasonOf(model, situation, now, own, told)
  if (!Number.isFinite(told.p90)) return { unquoted: reason.main }
  if (told.p90 <= 0) return { unquoted: 'next' }
  const at = (ms: number) => Math.round(now + ms)
  const { p10, p50, p90, ahead } = told
  return { quote: { madeAt: now, p10: at(p10), p50: at(p50), p90: at(p90), ahead, reason } }
}

/** How many of a list stand before the place; a ticket that is in it does not count itself. */
function indexOf(tickets: readonly Placed[], asker: Asker): number {
  let [low, high] = [0, tickets.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (byPlace(tickets[middle] as Placed, asker) < 0) low = middle + 1
    else high = middle
  }
  return low
}
type Placed = Parameters<typeof byPlace>[0]
