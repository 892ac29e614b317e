import { DurableObject } from 'cloudflare:workers'
import { limits } from '../config.ts'
import { ok, type Result, refuse } from '../kernel/result.ts'
import { MINUTE_MS } from '../kernel/time.ts'
import { closedToNewcomers } from './configured.ts'
import { Learning } from './learning.ts'
import { Live, type LiveView } from './live.ts'
import { Moving } from './moving.ts'
import {
  type Answer,
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
import type { Actor, QueueEvent, QueueState, RowKey } from './rules/index.ts'
import { mayTouch } from './rules/scope.ts'
import type { Setup } from './setup.ts'
import { QueueStorage } from './storage.ts'
import {
  type Display,
  displayOf,
  type LinePage,
  linePage,
  type ShownTicket,
  type Snapshot,
  shownTicket,
  snapshotOf,
  type TicketView,
  ticketView,
} from './views.ts'
import { type Waits, waitsAt } from './waits/waits.ts'
import { wireSnapshot } from './wire.ts'

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
  readonly #moving: Moving
  /** When the alarm rings; undefined while that is not known. */
  #armedFor: number | null | undefined
  /** The queue as the desk was last sent it. */
  #written: { tag: string; setup: Setup; text: string } | undefined

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env)
    this.#kept = new QueueStorage(ctx.storage)
    this.#live = new Live(ctx)
    this.#learning = new Learning(this.#kept)
    const location = () => this.#kept.fact('location') ?? ''
    this.#outbox = new Outbox(this.#kept, (events) => sendTo(this.env.DB, location(), events))
    this.#moving = new Moving(this.#kept, this.#learning, {
      expect: () => this.#outbox.expect(Date.now()),
      follow: (events, keys) => this.#follow(events, keys),
    })
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
    const known = this.#moving.setup
    if (known && known.revision >= setup.revision) return
    this.#moving.configure(location, setup, now)
    await this.#rearm(setup)
  }

  /** The whole queue as the desk sees it, unless that was seen at event `seen`. */
  async snapshot(asking: Asking, seen?: string): Promise<Seen<Snapshot> | NeedsSetup> {
    return this.#view(asking, seen, snapshotOf)
  }

  /** The same as it goes over the wire: written once for an event and a minute, however many look on. */
  async written(asking: Asking, seen?: string): Promise<Seen<string> | NeedsSetup> {
    return this.#view(asking, seen, (state, setup, waits, tag) => {
      if (this.#written?.tag !== tag || this.#written.setup !== setup) {
        const text = JSON.stringify(wireSnapshot(snapshotOf(state, setup, waits)))
        this.#written = { tag, setup, text }
      }
      return this.#written.text
    })
  }

  /** A page of a line: a service's, or `@` and a desk's own; what comes after a place. */
  async line(
    asking: Asking,
    name: string,
    limit: number,
    after?: [key: number, rank: number, arrival: number],
  ): Promise<LinePage | NeedsSetup> {
    const state = this.#moving.state
    if (!this.#welcome(asking) || !state) return { needs: 'setup' }
    const [key, rank, arrival] = after ?? []
    const place = arrival === undefined ? undefined : { key: key ?? 0, rank: rank ?? 0, arrival }
    return linePage(state, name, limit, place)
  }

  /** A ticket of the day by its id or, while it is live, by its number or its reference. */
  async find(asking: Asking, said: string): Promise<{ ticket: ShownTicket | null } | NeedsSetup> {
    const state = this.#moving.state
    if (!this.#welcome(asking) || !state) return { needs: 'setup' }
    const { tickets, numbers, references } = state
    const ticket = tickets.get(numbers.get(said) ?? references.get(said) ?? said)
    return { ticket: ticket ? shownTicket(state, ticket) : null }
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
    const setup = this.#moving.setup
    if (!setup?.testMode) return
    this.#moving.settle(now, setup)
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
    const seq = this.#moving.state?.queue.seq ?? 0
    if (this.#kept.drained() < seq) await this.#outbox.drain(Date.now)
    const setup = this.#moving.setup
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
    const state = this.#moving.state
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
    const setup = this.#moving.setup
    if (!setup) return
    const now = Date.now()
    try {
      if (!setup.testMode) this.#moving.settle(now, setup)
      if (this.#outbox.isDue(now)) await this.#outbox.drain(Date.now)
    } finally {
      await this.#rearm(setup)
    }
  }

  /** Notes who comes; the set-up, unless D1 has a later one. */
  #welcome({ setupRevision, vouch, wallNow }: Asking): Setup | undefined {
    const setup = this.#moving.setup
    if (!setup || (setupRevision ?? 0) > setup.revision) return undefined
    if (vouch) this.#kept.vouch(vouch.hash, vouch.id, vouch.principal, wallNow, limits.vouchMs / 4)
    return setup
  }

  #view<T>(
    asking: Asking,
    seen: string | undefined,
    of: (state: QueueState, setup: Setup, waits: Waits, tag: string) => T | undefined,
  ): Seen<T> | NeedsSetup {
    const setup = this.#welcome(asking)
    const state = this.#moving.state
    if (!setup || !state) return { needs: 'setup' }
    const { seq } = state.queue
    const now = nowFor(asking, setup, state)
    const tag = `${seq}-${Math.floor(waitsAt(state, now) / MINUTE_MS)}`
    const view = seen === tag ? undefined : of(state, setup, this.#learning.waits(state, setup, now), tag)
    return { seq, tag, zone: setup.zone, view }
  }

  /** Tells the sockets and D1; what goes wrong here undoes nothing. */
  #follow(events: QueueEvent[], keys: RowKey[]): void {
    const [first, state, setup] = [events[0], this.#moving.state, this.#moving.setup]
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
    const now = timeOf(order, setup.testMode, this.#moving.state?.queue.at ?? 0)
    if (!now.ok) return now
    const gone = closedToNewcomers(setup, order.command)
    if (gone) return gone
    this.#moving.settle(now.value, setup)
    return this.#moving.changing((state) => {
      const { command } = order
      const applied =
        command.verb === 'join'
          ? this.#moving.join(command, now.value, setup)
          : this.#moving.apply(command, now.value)
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

  #done({ seq, ticket, desk }: Kept, repeated: boolean): Done {
    const [state, setup] = [this.#moving.state, this.#moving.setup]
    const found = ticket === null ? undefined : state?.tickets.get(ticket)
    const waits = state && setup && this.#learning.waits(state, setup, state.queue.at)
    return {
      seq,
      ticket: waits && found ? ticketView(state, found, waits) : null,
      desk: (desk === null ? undefined : state?.desks.get(desk)) ?? null,
      repeated,
    }
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
