import { DurableObject } from 'cloudflare:workers'
import { limits } from '../config.ts'
import { newId, newReference } from '../kernel/ids.ts'
import { ok, type Result, refuse } from '../kernel/result.ts'
import { localDate } from '../kernel/time.ts'
import { Live, type LiveView } from './live.ts'
import { outboxTo } from './outbox.ts'
import {
  type Command,
  type Desk,
  decide,
  dueOf,
  evolve,
  type Join,
  newQueue,
  type QueueEvent,
  type QueueState,
  type RowKey,
  stateFrom,
  type Ticket,
} from './rules/index.ts'
import type { Setup } from './setup.ts'
import { type Due, QueueStorage } from './storage.ts'
import { deskSnapshot, type Snapshot, type TicketView, ticketView } from './views.ts'

/** A command on its way to the object, with what its door knows. Times are epoch ms. */
export type Order = {
  location: string
  /** Revision of the set-up in D1; undefined while D1 cannot be asked, and the object goes on with what it has. */
  setupRevision: number | undefined
  command: Asked
  /** Caller and idempotency key: carried out once. */
  name: string
  fingerprint: string
  wallNow: number
  /** Time of a test-mode location as D1 or the caller has it. */
  simulatedNow: number | undefined
}

/** A join without what the object draws for it. */
export type Asked =
  | Exclude<Command, Join>
  | (Omit<Command & Join, 'ticket' | 'visit' | 'reference'> & { verb: 'join' })

export type Done = {
  seq: number
  ticket: TicketView | null
  desk: Desk | null
  /** Nothing new happened: the command came before, or whoever joins had a ticket. */
  repeated: boolean
}
/** `setup`: the object has an older set-up than D1; give it the present one and ask again. */
export type Answer = Result<Done> | { ok: false; needs: 'setup' }

/** What is kept of an answer, to give it again. */
type Kept = { seq: number; ticket: string | null; desk: string | null }

/** Timers of the queue itself; the outbox has its own clock, the wall's. */
const timers = ['missed', 'ask'] as const satisfies Due['kind'][]
const drainFirstMs = 1_000
const drainMostMs = 60_000
const referenceDraws = 5

/**
 * The live queue of one location: a thin shell over the rules. It holds their state in memory, keeps each change with
 * its events in one transaction, runs what is due, tells the sockets, and hands the events to D1.
 */
export class LocationQueue extends DurableObject<Env> {
  readonly #kept: QueueStorage
  readonly #live: Live
  #state: QueueState | undefined
  #draining = false

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env)
    this.#kept = new QueueStorage(ctx.storage)
    this.#live = new Live(ctx)
  }

  /** Carries a command out, or gives again what it did before. */
  async carry(order: Order): Promise<Answer> {
    const setup = this.#setup()
    if (!setup || (order.setupRevision !== undefined && order.setupRevision !== setup.revision)) {
      return { ok: false, needs: 'setup' }
    }
    const answer = this.#changing(() => this.#carry(order, setup))
    await this.#rearm(setup)
    return answer
  }

  /** Takes a set-up over; desks and services that it no longer has are closed to newcomers, not taken away. */
  async configure(location: string, setup: Setup, now: number): Promise<Result<true>> {
    const done = this.#changing(() => {
      this.#kept.setFact('location', location)
      this.#kept.setFact('setup', JSON.stringify(setup))
      if (!this.#state) {
        const rows = newQueue(localDate(now, setup.zone), setup.settings)
        this.#state = stateFrom(rows)
      }
      const { services, desks, settings } = setup
      const applied = this.#apply(
        {
          verb: 'configure',
          actor: { kind: 'system', id: 'system' },
          channel: 'api',
          services: services.map(({ id, letter, graceMs, p99Ms }) => ({ id, letter, graceMs, p99Ms })),
          desks: desks.map(({ id, services: served }) => ({ id, services: served })),
          settings,
        },
        now,
      )
      return applied.ok ? ok(true as const) : applied
    })
    await this.#rearm(setup)
    return done
  }

  /** The whole queue as the desk sees it. */
  async snapshot(): Promise<Snapshot | undefined> {
    const state = this.#loaded()
    const setup = this.#setup()
    return state && setup && deskSnapshot(state, setup)
  }

  async ticket(id: string): Promise<TicketView | undefined> {
    const state = this.#loaded()
    const ticket = state?.tickets.get(id)
    return state && ticket && ticketView(state, ticket)
  }

  /** Runs everything due up to a simulated time, each at its own. */
  async advance(now: number): Promise<void> {
    const setup = this.#setup()
    if (!setup?.testMode) return
    this.#changing(() => this.#settle(now, setup))
    await this.#rearm(setup)
  }

  /** Who a secret belongs to, as D1 last said: so that a desk goes on while D1 is away. */
  async vouched(hash: string, now: number): Promise<string | undefined> {
    return this.#kept.vouched(hash, now - limits.vouchMs)
  }

  async vouch(hash: string, now: number, principal: string): Promise<void> {
    this.#kept.vouch(hash, now, principal)
  }

  override async fetch(request: Request): Promise<Response> {
    const url = new URL(request.url)
    const view = JSON.parse(url.searchParams.get('view') ?? 'null') as LiveView | null
    const [state, setup] = [this.#loaded(), this.#setup()]
    if (!view || !state || !setup) return new Response(null, { status: 404 })
    return this.#live.accept(view, state, setup, Number(url.searchParams.get('since') ?? -1), this.#kept)
  }

  override async webSocketMessage(): Promise<void> {
    // Pages only listen; a ping is answered without waking the object.
  }

  override async webSocketClose(socket: WebSocket, code: number): Promise<void> {
    socket.close(code === 1006 ? 1000 : code)
  }

  override async alarm(): Promise<void> {
    const setup = this.#setup()
    const now = Date.now()
    if (setup && !setup.testMode) this.#changing(() => this.#settle(now, setup))
    if (this.#kept.nextDue(['drain'], now)) await this.#drain()
    if (setup) await this.#rearm(setup)
  }

  /** Work on state and storage together. What throws leaves neither changed: the state is read again. */
  #changing<T>(work: () => T): T {
    const before = this.#loaded()?.queue.seq ?? 0
    try {
      const done = this.#kept.transaction(work)
      const state = this.#state
      const setup = this.#setup()
      if (state && setup && state.queue.seq > before) {
        this.#live.tell(state, setup, before, this.#kept)
        this.ctx.waitUntil(this.#drain())
      }
      return done
    } catch (error) {
      this.#state = undefined
      throw error
    }
  }

  #carry(order: Order, setup: Setup): Result<Done> {
    const known = this.#kept.command(order.name)
    if (known) {
      if (known.fingerprint !== order.fingerprint) return refuse('key_reused')
      return ok(this.#done(JSON.parse(known.answer) as Kept, true))
    }
    const state = this.#loaded()
    if (!state) throw new Error('a queue with a set-up and without state')
    if (!setup.testMode && order.simulatedNow !== undefined) return refuse('time_not_allowed')
    const now = setup.testMode ? Math.max(order.simulatedNow ?? 0, state.queue.at) : order.wallNow
    this.#settle(now, setup)
    const applied =
      order.command.verb === 'join' ? this.#join(order.command, now) : this.#apply(order.command, now)
    if (!applied.ok) return this.#earlier(applied, state) ?? applied
    const kept = outcomeOf(applied.value, state.queue.seq)
    this.#kept.keepCommand(order.name, order.wallNow, {
      fingerprint: order.fingerprint,
      answer: JSON.stringify(kept),
    })
    return ok(this.#done(kept, false))
  }

  /** Whoever has a ticket already is answered with it. */
  #earlier(
    { problem }: Extract<Result<unknown>, { ok: false }>,
    state: QueueState,
  ): Result<Done> | undefined {
    const ticket = problem.code === 'already_exists' ? problem.facts?.ticket : undefined
    if (typeof ticket !== 'string') return undefined
    return ok(this.#done({ seq: state.queue.seq, ticket, desk: null }, true))
  }

  #join(asked: Extract<Asked, { verb: 'join' }>, now: number): Result<QueueEvent[]> {
    for (let draw = 1; ; draw++) {
      const drawn = { ticket: newId('tkt', now), visit: newId('vis', now), reference: newReference() }
      const joined = this.#apply({ ...asked, ...drawn }, now)
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
    this.#kept.save(state, keys.values(), decided.value)
    for (const { table, id } of keys.values())
      if (table === 'ticket') this.#setTimers(id, state.tickets.get(id))
    return decided
  }

  #setTimers(id: string, ticket: Ticket | undefined): void {
    const due = ticket && dueOf(ticket)
    for (const verb of timers) this.#kept.setDue(verb, id, due?.verb === verb ? due.at : null)
  }

  /** Runs what is due up to `now`, each at its own time, and begins the day. A timer that is refused is over. */
  #settle(now: number, setup: Setup): void {
    const state = this.#loaded()
    if (!state) return
    for (let due = this.#kept.nextDue(timers, now); due; due = this.#kept.nextDue(timers, now)) {
      const { kind, id } = due
      const told = { actor: { kind: 'system', id: 'system' }, channel: 'api', ticket: id } as const
      const ran = this.#apply({ ...told, verb: kind as (typeof timers)[number] }, due.at)
      if (!ran.ok) this.#kept.setDue(kind, id, null)
    }
    const date = localDate(now, setup.zone)
    if (date > state.queue.date) {
      this.#apply({ verb: 'start_day', date, actor: { kind: 'system', id: 'system' }, channel: 'api' }, now)
      this.#kept.forgetCommands(now - limits.queueCommandMs)
    }
  }

  #done({ seq, ticket, desk }: Kept, repeated: boolean): Done {
    const state = this.#loaded()
    const found = ticket === null ? undefined : state?.tickets.get(ticket)
    return {
      seq,
      ticket: state && found ? ticketView(state, found) : null,
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
    const text = this.#kept.fact('setup')
    return text === undefined ? undefined : (JSON.parse(text) as Setup)
  }

  /** The one alarm: the soonest of what is due. A test-mode queue's own timers wait for its clock. */
  async #rearm(setup: Setup): Promise<void> {
    const kinds: Due['kind'][] = setup.testMode ? ['drain'] : [...timers, 'drain']
    const due = this.#kept.nextDue(kinds, Number.MAX_SAFE_INTEGER)
    if (due) await this.ctx.storage.setAlarm(due.at)
    else await this.ctx.storage.deleteAlarm()
  }

  /** Hands events to D1, in order, each once there. While D1 is away it tries again, ever more slowly, up to a minute. */
  async #drain(): Promise<void> {
    if (this.#draining) return
    this.#draining = true
    try {
      const location = this.#kept.fact('location') ?? ''
      for (;;) {
        const after = Number(this.#kept.fact('drained') ?? 0)
        const events = this.#kept.events(after, limits.drainEvents)
        const last = events.at(-1)
        if (!last) break
        await outboxTo(this.env.DB, location, events)
        this.#kept.setFact('drained', String(last.seq))
      }
      this.#kept.setDue('drain', 'drain', null)
    } catch (error) {
      const tries = this.#kept.nextDue(['drain'], Number.MAX_SAFE_INTEGER)?.tries ?? 0
      const waitMs = Math.min(drainMostMs, drainFirstMs * 2 ** tries)
      this.#kept.setDue('drain', 'drain', Date.now() + waitMs, tries + 1)
      console.warn(
        JSON.stringify({ level: 'warn', message: 'events wait for D1', tries, error: String(error) }),
      )
      const setup = this.#setup()
      if (setup) await this.#rearm(setup)
    } finally {
      this.#draining = false
    }
  }
}

/** What an answer names: the ticket of the last event about one, and the desk where it happened. */
function outcomeOf(events: QueueEvent[], seq: number): Kept {
  const named = (name: 'ticket' | 'desk') => {
    for (const event of events.toReversed()) {
      const id = (event as Partial<Record<typeof name, string | null>>)[name]
      if (typeof id === 'string') return id
    }
    return null
  }
  return { seq, ticket: named('ticket'), desk: named('desk') }
}
