import { limits } from '../config.ts'
import type { QueueEvent, QueueState } from './rules/index.ts'
import type { Setup } from './setup.ts'
import type { QueueStorage } from './storage.ts'
import { type Learned, newLearned, observe, teach } from './waits/learned.ts'
import { Waits, waitsAt } from './waits/waits.ts'

/** What a queue's object has learned: in memory, kept now and then, and learned again from the events since. */
export class Learning {
  readonly #kept: Pick<QueueStorage, 'fact' | 'setFact' | 'events'>
  #learned: Learned | undefined
  /** The event up to which it is kept. */
  #keptSeq = 0
  #waits: { seq: number; at: number; waits: Waits } | undefined

  constructor(kept: Pick<QueueStorage, 'fact' | 'setFact' | 'events'>) {
    this.#kept = kept
  }

  /** As of the last event of the state. */
  upTo({ queue }: QueueState, setup: Setup): Learned {
    this.#learned ??= this.#load(setup)
    while (this.#learned.seq < queue.seq) {
      const events = this.#kept.events(this.#learned.seq, limits.replayEvents)
      for (const event of events) observe(this.#learned, event, setup.zone)
      if (events.length === 0) this.#learned.seq = queue.seq
    }
    return this.#learned
  }

  /** Learns from an event that has just been kept; kept itself now and then, in the transaction of the event. */
  see(event: QueueEvent, setup: Setup): void {
    if (this.#learned?.seq === event.seq - 1) observe(this.#learned, event, setup.zone)
  }

  /** Keeps what was learned, if that is long ago; `now` before events are let go. */
  keep(state: QueueState, setup: Setup, now = false): void {
    if (!now && state.queue.seq - this.#keptSeq < limits.learnedEvents) return
    const learned = this.upTo(state, setup)
    this.#kept.setFact('learned', JSON.stringify(learned))
    this.#keptSeq = learned.seq
  }

  /** A change came to nothing, or the set-up is another: what is kept counts, and the events. */
  forget(): void {
    this.#learned = undefined
    this.#waits = undefined
  }

  /** The waits at `now`, in epoch ms; computed once for an event and a minute. */
  waits(state: QueueState, setup: Setup, now: number): Waits {
    const { seq } = state.queue
    const at = waitsAt(state, now)
    if (this.#waits?.seq !== seq || this.#waits.at !== at)
      this.#waits = { seq, at, waits: new Waits(state, this.upTo(state, setup), setup, now) }
    return this.#waits.waits
  }

  #load(setup: Setup): Learned {
    const text = this.#kept.fact('learned')
    const learned =
      text === undefined
        ? newLearned(setup, Number(this.#kept.fact('learned_from')))
        : (JSON.parse(text) as Learned)
    this.#keptSeq = learned.seq
    teach(learned, setup)
    return learned
  }
}
