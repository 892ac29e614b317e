import { limits } from '../config.ts'
import { newId, newReference } from '../kernel/ids.ts'
import type { Result } from '../kernel/result.ts'
import { dayBounds, localDate } from '../kernel/time.ts'
import { configuring } from './configured.ts'
import type { Learning } from './learning.ts'
import { openAt } from './opening.ts'
import type { Asked } from './order.ts'
import { Promising } from './promising.ts'
import {
  type Command,
  decide,
  dueOf,
  evolve,
  newQueue,
  type QueueEvent,
  type QueueState,
  type RowKey,
  stateFrom,
  type Ticket,
} from './rules/index.ts'
import type { Setup } from './setup.ts'
import type { Due, QueueStorage } from './storage.ts'

const system = { actor: { kind: 'system', id: 'system' }, channel: 'api' } as const
const referenceDraws = 5
/** A timer that fails is tried again after this, and twice that, and so on. */
const timerRetryMs = 60_000

/** What a change is followed by: `expect` in its transaction, `follow` after it. */
type Followers = { expect: () => void; follow: (events: QueueEvent[], keys: RowKey[]) => void }

/**
 * Moves a queue: by commands and by what is due. State in memory and storage change together, in one transaction for
 * each change, or not at all.
 */
export class Moving {
  readonly #kept: QueueStorage
  readonly #learning: Learning
  readonly #promising: Promising
  readonly #followers: Followers
  /** What the storage holds, in memory; gone when a change throws, and read again. */
  #state: QueueState | undefined
  #setup: Setup | undefined
  /** What the change under way has done so far. */
  #events: QueueEvent[] = []
  #keys = new Map<string, RowKey>()

  constructor(kept: QueueStorage, learning: Learning, followers: Followers) {
    this.#kept = kept
    this.#learning = learning
    this.#promising = new Promising(kept, learning)
    this.#followers = followers
  }

  get state(): QueueState | undefined {
    if (!this.#state) {
      const rows = this.#kept.load()
      this.#state = rows && stateFrom(rows)
    }
    return this.#state
  }

  get setup(): Setup | undefined {
    if (!this.#setup) {
      const text = this.#kept.fact('setup')
      this.#setup = text === undefined ? undefined : (JSON.parse(text) as Setup)
    }
    return this.#setup
  }

  /** Takes a set-up over. */
  configure(location: string, setup: Setup, now: number): void {
    const known = this.setup
    if (known) this.settle(now, known)
    this.#state = this.state ?? stateFrom(newQueue(localDate(now, setup.zone), setup.settings))
    this.changing((state) => {
      for (const command of configuring(state, setup)) {
        const applied = this.apply(command, now)
        if (applied.ok || applied.problem.code === 'wrong_state') continue // as it is already
        throw new Error(`the rules refuse a set-up: ${JSON.stringify(applied.problem)}`)
      }
      this.#kept.setFact('location', location)
      this.#kept.setFact('setup', JSON.stringify(setup))
      this.#setup = setup
      this.#learning.forget()
      this.#setMidnight(state, setup)
      // What somebody opened or closed by hand stays so, whatever else has changed.
      if (!known || JSON.stringify(known.hours) !== JSON.stringify(setup.hours))
        this.#keepHours(setup, Math.max(now, state.queue.at))
    })
  }

  /** Work on state and storage together, then what follows from it. What throws leaves neither changed. */
  changing<T>(work: (state: QueueState) => T): T {
    const state = this.state
    if (!state) throw new Error('a change to a queue that is not set up')
    this.#events = []
    this.#keys = new Map()
    let done: T
    try {
      done = this.#kept.transaction(() => {
        const worked = work(state)
        if (this.#events.length > 0) this.#settleDebts(state)
        return worked
      })
    } catch (error) {
      this.#state = undefined
      this.#setup = undefined
      this.#learning.forget()
      this.#promising.forget()
      throw error
    }
    this.#followers.follow(this.#events, [...this.#keys.values()])
    return done
  }

  /** Draws names for who joins, and what to tell them of their wait: the rules say first where they would stand. */
  join(asked: Extract<Asked, { verb: 'join' }>, now: number, setup: Setup): Result<QueueEvent[]> {
    for (let draw = 1; ; draw++) {
      const drawn = { ticket: newId('tkt', now), visit: newId('vis', now), reference: newReference() }
      const tried = { ...asked, ...drawn }
      const told = this.#state ? this.#promising.told(this.#state, setup, tried, now) : {}
      const joined = this.apply({ ...tried, ...told }, now)
      const taken =
        !joined.ok && joined.problem.code === 'already_exists' && joined.problem.facts === undefined
      if (!taken || draw === referenceDraws) return joined
    }
  }

  /** Decides, changes the state, and writes rows, events and timers; refuses without a trace. */
  apply(command: Command, now: number): Result<QueueEvent[]> {
    const state = this.#state
    if (!state) throw new Error('a command before the queue was loaded')
    const decided = decide(state, command, now)
    if (!decided.ok) return decided
    const keys = new Map<string, RowKey>()
    for (const event of decided.value) {
      for (const key of evolve(state, event)) keys.set(`${key.table} ${key.id}`, key)
    }
    const setup = this.setup
    if (setup) for (const event of decided.value) this.#learning.see(event, setup)
    this.#kept.save(state, keys.values(), decided.value)
    this.#events.push(...decided.value)
    for (const [name, key] of keys) {
      this.#keys.set(name, key)
      if (key.table === 'ticket') this.#setTimers(key.id, state.tickets.get(key.id))
    }
    this.#promising.watch(state, decided.value, keys.values())
    return decided
  }

  #setTimers(id: string, ticket: Ticket | undefined): void {
    const due = ticket && dueOf(ticket)
    for (const verb of ['missed', 'ask'] as const)
      this.#kept.setDue(verb, id, due?.verb === verb ? due.at : null)
  }

  /** Makes the promises that are due, and sets the timer for the next. */
  #renew(state: QueueState, at: number, setup: Setup): void {
    for (const renewal of this.#promising.due(state, setup, at))
      this.apply({ verb: 'requote', ...renewal, ...system }, at)
    this.#promising.watchNext(state, at)
  }

  #setMidnight({ queue }: QueueState, { zone }: Setup): void {
    this.#kept.setDue('day', 'day', dayBounds(queue.date, zone)[1])
  }

  /** Closes joins outside the opening hours and opens them within, and sets the timer for the next change. */
  #keepHours(setup: Setup, at: number): void {
    const { open, changesAt } = openAt(setup, at)
    // The rules refuse what is so already.
    this.apply({ verb: open ? 'open_joins' : 'close_joins', ...system }, at)
    this.#kept.setDue('hours', 'hours', changesAt)
  }

  /** Runs what is due up to `now`, each at its own time and by itself: one that fails comes again and stops no other. */
  settle(now: number, setup: Setup): void {
    for (let due = this.#kept.nextTimer(now); due; due = this.#kept.nextTimer(now)) {
      const timer = due
      try {
        this.changing(() => this.#run(timer, setup))
      } catch (error) {
        const { kind, id, tries } = timer
        console.error(
          JSON.stringify({ level: 'error', message: `timer ${kind} failed`, id, error: String(error) }),
        )
        this.#kept.setDue(kind, id, now + timerRetryMs * 2 ** Math.min(tries, 10), tries + 1)
      }
    }
  }

  /** A timer that the rules refuse is over. */
  #run({ kind, id, at }: Due, setup: Setup): void {
    const state = this.#state
    if (!state || kind === 'drain') return
    if (kind === 'promise') {
      this.#renew(state, at, setup)
      return
    }
    if (kind === 'hours') {
      this.#keepHours(setup, at)
      return
    }
    if (kind !== 'day') {
      const ran = this.apply({ verb: kind, ticket: id, ...system }, at)
      if (!ran.ok) this.#kept.setDue(kind, id, null)
      return
    }
    this.apply({ verb: 'start_day', date: localDate(at, setup.zone), ...system }, at)
    this.#setMidnight(state, setup)
    this.#keepHours(setup, at)
    this.#kept.forgetCommands(Date.now() - limits.queueCommandMs)
    this.#learning.keep(state, setup, true)
    this.#kept.forgetEvents(at - limits.queueEventMs)
  }

  /** What the events of a change owe: their way to D1, and that what they teach is not lost. */
  #settleDebts(state: QueueState): void {
    this.#followers.expect()
    if (this.setup) this.#learning.keep(state, this.setup)
  }
}
