import { DurableObject } from 'cloudflare:workers'
import { limits } from '../config.ts'
import { newId, newReference } from '../kernel/ids.ts'
import { ok, type Result, refuse } from '../kernel/result.ts'
import { dayBounds, localDate, MINUTE_MS } from '../kernel/time.ts'
import { closedToNewcomers, configuring } from './configured.ts'
import { Learning } from './learning.ts'
import { Live, type LiveView } from './live.ts'
import {
  type Answer,
  type Asked,
  type Asking,
  type Done,
  type Kept,
  type NeedsSetup,
  type Order,
  outcomeOf,
  type Seen,
  timeOf,
} from './order.ts'
import { Outbox, sendTo } from './outbox.ts'
import { Promising } from './promising.ts'
import {
  type Actor,
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
import { mayTouch } from './rules/scope.ts'
import type { Setup } from './setup.ts'
import { type Due, QueueStorage } from './storage.ts'
import { type Display, displayOf, type Snapshot, snapshotOf, type TicketView, ticketView } from './views.ts'
import { type Waits, waitsAt } from './waits/waits.ts'

const system = { actor: { kind: 'system', id: 'system' }, channel: 'api' } as const
const referenceDraws = 5
/** A timer that fails is tried again after this, and twice that, and so on. */
const timerRetryMs = 60_000

/** The time at which somebody looks: the location's own, where that is a simulated one. */
const nowFor = ({ wallNow, clock = 0 }: Asking, { testMode }: Setup, { queue }: QueueState): number =>
  testMode ? Math.max(clock, queue.at) : wallNow

/**
 * The live queue of one location: a thin shell over the rules. It holds their state in memory, keeps each change with
 * its events in one transaction, runs what is due, tells the sockets, and hands the events to D1.
 */
export class LocationQueue extends DurableObject<Env> {
  readonly #kept: QueueStorage
  readonly #live: Live
  readonly #outbox: Outbox
  readonly #learning: Learning
  readonly #promising: Promising
  /** What the storage holds, in memory; gone when a change throws, and read again. */
  #state: QueueState | undefined
  #setupKept: Setup | undefined
  /** When the alarm rings; undefined while that is not known. */
  #armedFor: number | null | undefined
  /** What the change under way has done so far. */
  #events: QueueEvent[] = []
  #keys = new Map<string, RowKey>()

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env)
    this.#kept = new QueueStorage(ctx.storage)
    this.#live = new Live(ctx)
    this.#learning = new Learning(this.#kept)
    this.#promising = new Promising(this.#kept, this.#learning)
    const location = () => this.#kept.fact('location') ?? ''
    this.#outbox = new Outbox(this.#kept, (events) => sendTo(this.env.DB, location(), events))
  }

  /** Carries a command out, or gives again what it did before. */
  async carry(order: Order): Promise<Answer> {
    const setup = this.#welcome(order)
    if (!setup) return { needs: 'setup' }
    const answer = this.#carry(order, setup)
    await this.#rearm(setup)
    return answer
  }

  /** Takes a set-up over, unless it has a later one. */
  async configure(location: string, setup: Setup, now: number): Promise<void> {
    const known = this.#setup()
    if (known && known.revision >= setup.revision) return
    if (known) this.#settle(now, known)
    this.#changing(() => {
      this.#state ??= stateFrom(newQueue(localDate(now, setup.zone), setup.settings))
      for (const command of configuring(this.#state, setup)) {
        const applied = this.#apply(command, now)
        if (applied.ok || applied.problem.code === 'wrong_state') continue // as it is already
        throw new Error(`the rules refuse a set-up: ${JSON.stringify(applied.problem)}`)
      }
      this.#kept.setFact('location', location)
      this.#kept.setFact('setup', JSON.stringify(setup))
      this.#setupKept = setup
      this.#learning.forget()
      this.#setMidnight(this.#state, setup)
    })
    await this.#rearm(setup)
  }

  /** The whole queue as the desk sees it, unless that was seen at event `seen`. */
  async snapshot(asking: Asking, seen?: string): Promise<Seen<Snapshot> | NeedsSetup> {
    return this.#view(asking, seen, snapshotOf)
  }

  /** The queue as the hall sees it. */
  async display(asking: Asking, seen?: string): Promise<Seen<Display> | NeedsSetup> {
    const calls = () => this.#kept.calls(limits.callsShown)
    return this.#view(asking, seen, (state, setup, waits) => displayOf(state, setup, waits, calls()))
  }

  /** A ticket to whoever may see it; `view` is undefined too where there is no such ticket for them. */
  async ticket(
    asking: Asking,
    id: string,
    actor: Actor,
    seen?: string,
  ): Promise<Seen<TicketView> | NeedsSetup> {
    return this.#view(asking, seen, (state, _, waits) => {
      const ticket = state.tickets.get(id)
      return ticket && mayTouch(actor, ticket) ? ticketView(state, ticket, waits) : undefined
    })
  }

  /** Runs everything due up to a simulated time, each at its own. */
  async advance(now: number): Promise<void> {
    const setup = this.#setup()
    if (!setup?.testMode) return
    this.#settle(now, setup)
    await this.#rearm(setup)
  }

  /** Who a secret belongs to, as D1 last said: so that a desk goes on while D1 is away. */
  async vouched(hash: string, now: number): Promise<string | undefined> {
    return this.#kept.vouched(hash, now - limits.vouchMs)
  }

  /** Lets go of a credential, named by its id or by the hash of its secret, and closes its sockets. */
  async forget(idOrHash: string): Promise<void> {
    this.#live.close(this.#kept.unvouch(idOrHash) ?? idOrHash)
  }

  /** Hands over what D1, which has the events up to `highest`, lacks. Answers where both stand then. */
  async catchUp(highest: number): Promise<{ seq: number; drained: number }> {
    // A D1 that was set back to an earlier time is given again what it has lost; what it has, it refuses.
    if (highest < this.#kept.drained()) this.#kept.setFact('drained', String(highest))
    const seq = this.#loaded()?.queue.seq ?? 0
    if (this.#kept.drained() < seq) await this.#outbox.drain(Date.now)
    const setup = this.#setup()
    if (setup) await this.#rearm(setup)
    return { seq, drained: this.#kept.drained() }
  }

  /** Opens a live socket; the address carries what the client file has checked. 409 asks for the set-up. */
  override async fetch(request: Request): Promise<Response> {
    const { asking, view, actor, since } = JSON.parse(
      new URL(request.url).searchParams.get('ask') ?? 'null',
    ) as {
      asking: Asking
      view: LiveView
      actor: Actor
      since: number
    }
    const setup = this.#welcome(asking)
    const state = this.#loaded()
    if (!setup || !state) return new Response(null, { status: 409 })
    if (view.kind === 'ticket') {
      const ticket = state.tickets.get(view.ticket)
      if (!ticket || !mayTouch(actor, ticket)) return new Response(null, { status: 404 })
    }
    const waits = this.#learning.waits(state, setup, nowFor(asking, setup, state))
    return this.#live.accept(view, asking.vouch?.id ?? actor.id, since, state, setup, waits, this.#kept)
  }

  override async webSocketMessage(): Promise<void> {
    // Pages only listen; a ping is answered without waking the object.
  }

  override async webSocketClose(socket: WebSocket, code: number): Promise<void> {
    // What a peer that vanished leaves behind may not be said back.
    socket.close(code === 1005 || code === 1006 || code === 1015 ? 1000 : code)
  }

  override async alarm(): Promise<void> {
    this.#armedFor = null
    const setup = this.#setup()
    if (!setup) return
    const now = Date.now()
    try {
      if (!setup.testMode) this.#settle(now, setup)
      if (this.#outbox.isDue(now)) await this.#outbox.drain(Date.now)
    } finally {
      await this.#rearm(setup)
    }
  }

  /** Notes who comes; the set-up, unless D1 has a later one. */
  #welcome({ setupRevision, vouch, wallNow }: Asking): Setup | undefined {
    const setup = this.#setup()
    if (!setup || (setupRevision ?? 0) > setup.revision) return undefined
    if (vouch) this.#kept.vouch(vouch.hash, vouch.id, vouch.principal, wallNow, limits.vouchMs / 4)
    return setup
  }

  #view<T>(
    asking: Asking,
    seen: string | undefined,
    of: (state: QueueState, setup: Setup, waits: Waits) => T | undefined,
  ): Seen<T> | NeedsSetup {
    const setup = this.#welcome(asking)
    const state = this.#loaded()
    if (!setup || !state) return { needs: 'setup' }
    const { seq } = state.queue
    const now = nowFor(asking, setup, state)
    const tag = `${seq}-${Math.floor(waitsAt(state, now) / MINUTE_MS)}`
    const view = seen === tag ? undefined : of(state, setup, this.#learning.waits(state, setup, now))
    return { seq, tag, zone: setup.zone, view }
  }

  /** Work on state and storage together, then what follows from it. What throws leaves neither changed. */
  #changing<T>(work: () => T): T {
    this.#loaded()
    this.#events = []
    this.#keys = new Map()
    let done: T
    try {
      done = this.#kept.transaction(() => {
        const worked = work()
        if (this.#events.length > 0) this.#settleDebts()
        return worked
      })
    } catch (error) {
      this.#state = undefined
      this.#setupKept = undefined
      this.#learning.forget()
      this.#promising.forget()
      throw error
    }
    this.#follow(this.#events, [...this.#keys.values()])
    return done
  }

  /** What the events of a change owe: their way to D1, and that what they teach is not lost. */
  #settleDebts(): void {
    this.#outbox.expect(Date.now())
    const [state, setup] = [this.#state, this.#setup()]
    if (state && setup) this.#learning.keep(state, setup)
  }

  /** Tells the sockets and D1; what goes wrong here undoes nothing. */
  #follow(events: QueueEvent[], keys: RowKey[]): void {
    const [first, state, setup] = [events[0], this.#state, this.#setup()]
    if (!first || !state || !setup) return
    try {
      const waits = this.#learning.waits(state, setup, state.queue.at)
      this.#live.tell(state, setup, waits, { from: first.seq - 1, events, keys }, this.#kept)
    } catch (error) {
      console.error(
        JSON.stringify({ level: 'error', message: 'sockets were not told', error: String(error) }),
      )
    }
    if (!this.#outbox.backingOff) this.ctx.waitUntil(this.#drain(setup))
  }

  async #drain(setup: Setup): Promise<void> {
    await this.#outbox.drain(Date.now)
    await this.#rearm(setup)
  }

  #carry(order: Order, setup: Setup): Result<Done> {
    const known = this.#kept.command(order.name)
    if (known) {
      if (known.fingerprint !== order.fingerprint) return refuse('key_reused')
      return ok(this.#done(JSON.parse(known.answer) as Kept, true))
    }
    const now = timeOf(order, setup.testMode, this.#loaded()?.queue.at ?? 0)
    if (!now.ok) return now
    const gone = closedToNewcomers(setup, order.command)
    if (gone) return gone
    this.#settle(now.value, setup)
    return this.#changing(() => {
      const state = this.#loaded()
      if (!state) throw new Error('a queue with a set-up and without state')
      const { command } = order
      const applied =
        command.verb === 'join' ? this.#join(command, now.value, setup) : this.#apply(command, now.value)
      if (!applied.ok) return this.#earlier(applied, state) ?? applied
      const kept = outcomeOf(command, applied.value, state)
      this.#kept.keepCommand(order.name, order.wallNow, {
        fingerprint: order.fingerprint,
        answer: JSON.stringify(kept),
      })
      return ok(this.#done(kept, false))
    })
  }

  /** Whoever has a ticket already is answered with it. */
  #earlier(
    { problem }: Extract<Result<unknown>, { ok: false }>,
    state: QueueState,
  ): Result<Done> | undefined {
    const ticket = problem.code === 'already_exists' ? problem.facts?.ticket : undefined
    const known = typeof ticket === 'string' && state.tickets.has(ticket)
    return known ? ok(this.#done({ seq: state.queue.seq, ticket, desk: null }, true)) : undefined
  }

  /** Draws names for who joins, and what to tell them of their wait: the rules say first where they would stand. */
  #join(asked: Extract<Asked, { verb: 'join' }>, now: number, setup: Setup): Result<QueueEvent[]> {
    for (let draw = 1; ; draw++) {
      const drawn = { ticket: newId('tkt', now), visit: newId('vis', now), reference: newReference() }
      const tried = { ...asked, ...drawn }
      const told = this.#state ? this.#promising.told(this.#state, setup, tried, now) : {}
      const joined = this.#apply({ ...tried, ...told }, now)
      const taken =
        !joined.ok && joined.problem.code === 'already_exists' && joined.problem.facts === undefined
      if (!taken || draw === referenceDraws) return joined
    }
  }

  /** Decides, changes the state, and writes rows, events and timers; refuses without a trace. */
  #apply(command: Command, now: number): Result<QueueEvent[]> {
    const state = this.#state
    if (!state) throw new Error('a command before the queue was loaded')
    const decided = decide(state, command, now)
    if (!decided.ok) return decided
    const keys = new Map<string, RowKey>()
    for (const event of decided.value) {
      for (const key of evolve(state, event)) keys.set(`${key.table} ${key.id}`, key)
    }
    const setup = this.#setup()
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
      this.#apply({ verb: 'requote', ...renewal, ...system }, at)
    this.#promising.watchNext(state, at)
  }

  #setMidnight({ queue }: QueueState, { zone }: Setup): void {
    this.#kept.setDue('day', 'day', dayBounds(queue.date, zone)[1])
  }

  /** Runs what is due up to `now`, each at its own time and by itself: one that fails comes again and stops no other. */
  #settle(now: number, setup: Setup): void {
    for (let due = this.#kept.nextTimer(now); due; due = this.#kept.nextTimer(now)) {
      const timer = due
      try {
        this.#changing(() => this.#run(timer, setup))
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
    if (kind !== 'day') {
      const ran = this.#apply({ verb: kind, ticket: id, ...system }, at)
      if (!ran.ok) this.#kept.setDue(kind, id, null)
      return
    }
    this.#apply({ verb: 'start_day', date: localDate(at, setup.zone), ...system }, at)
    this.#setMidnight(state, setup)
    this.#kept.forgetCommands(Date.now() - limits.queueCommandMs)
    this.#learning.keep(state, setup, true)
    this.#kept.forgetEvents(at - limits.queueEventMs)
  }

  #done({ seq, ticket, desk }: Kept, repeated: boolean): Done {
    const [state, setup] = [this.#loaded(), this.#setup()]
    const found = ticket === null ? undefined : state?.tickets.get(ticket)
    const waits = state && setup && this.#learning.waits(state, setup, state.queue.at)
    return {
      seq,
      ticket: waits && found ? ticketView(state, found, waits) : null,
      desk: (desk === null ? undefined : state?.desks.get(desk)) ?? null,
      repeated,
    }
  }

  #loaded(): QueueState | undefined {
    if (!this.#state) {
      const rows = this.#kept.load()
      this.#state = rows && stateFrom(rows)
    }
    return this.#state
  }

  #setup(): Setup | undefined {
    if (!this.#setupKept) {
      const text = this.#kept.fact('setup')
      this.#setupKept = text === undefined ? undefined : (JSON.parse(text) as Setup)
    }
    return this.#setupKept
  }

  /** The one alarm: the soonest of what is due by the wall's clock. */
  async #rearm({ testMode }: Setup): Promise<void> {
    const at = this.#kept.nextAlarm(testMode) ?? null
    if (this.#armedFor === undefined) this.#armedFor = await this.ctx.storage.getAlarm()
    if (at === this.#armedFor) return
    this.#armedFor = at
    if (at === null) await this.ctx.storage.deleteAlarm()
    else await this.ctx.storage.setAlarm(at)
  }
}
