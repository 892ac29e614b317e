import { newId } from '../kernel/ids.ts'
import type { Learning } from './learning.ts'
import {
  type Command,
  decide,
  type Join,
  type QueueEvent,
  type QueueState,
  type RowKey,
} from './rules/index.ts'
import type { Setup } from './setup.ts'
import type { QueueStorage } from './storage.ts'
import { quoteFor } from './waits/quote.ts'
import { lookFor, nextLook, type Renewal, renewals } from './waits/renewals.ts'

const never = Number.POSITIVE_INFINITY

/** What a queue's object promises, and its one timer for all promises: it rings when the soonest of them has passed. */
export class Promising {
  readonly #kept: Pick<QueueStorage, 'due' | 'setDue'>
  readonly #learning: Learning
  /** When the timer rings; undefined while that is not known. */
  #ringsAt: number | undefined

  constructor(kept: Pick<QueueStorage, 'due' | 'setDue'>, learning: Learning) {
    this.#kept = kept
    this.#learning = learning
  }

  /** What to tell somebody who joins: the rules say first where they would stand. */
  told(
    state: QueueState,
    setup: Setup,
    join: Command & { verb: 'join' },
    now: number,
  ): Pick<Join, 'quote' | 'unquoted'> {
    const decided = decide(state, join, now)
    const event = decided.ok ? decided.value[0] : undefined
    if (event?.type !== 'joined') return {}
    const { seq, at, service, dueAt, place } = event
    const asker = { ...place, service, dueAt, onlyDesk: null, legAt: at, arrival: seq }
    const told = quoteFor(state, this.#learning.upTo(state, setup), setup, asker, at, seq)
    return 'quote' in told ? { quote: { id: newId('qot', at), ...told.quote } } : told
  }

  /** Sets the timer for the tickets that changed; to now where a desk that opens lets promises be made. */
  watch(state: QueueState, events: readonly QueueEvent[], keys: Iterable<RowKey>): void {
    let soon = events.some(({ type }) => type === 'desk_opened') ? state.queue.at : never
    for (const { table, id } of keys) {
      const ticket = table === 'ticket' ? state.tickets.get(id) : undefined
      if (ticket) soon = Math.min(soon, lookFor(state, ticket) ?? never)
    }
    this.#ringsAt ??= this.#kept.due('promise', 'promise')?.at ?? never
    if (soon < this.#ringsAt) this.#ring(soon)
  }

  /** The promises to be made now that it has rung. */
  due(state: QueueState, setup: Setup, at: number): Renewal[] {
    const learned = this.#learning.upTo(state, setup)
    return [...renewals(state, learned, setup, at, () => newId('qot', at))]
  }

  /** Sets the timer for the next of all promises. */
  watchNext(state: QueueState, at: number): void {
    this.#ring(nextLook(state, at) ?? never)
  }

  /** A change came to nothing: what is stored counts. */
  forget(): void {
    this.#ringsAt = undefined
  }

  #ring(at: number): void {
    this.#ringsAt = at
    this.#kept.setDue('promise', 'promise', at === never ? null : at)
  }
}
