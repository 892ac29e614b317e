import {
  type ActorKind,
  type Command,
  decide,
  dueOf,
  evolve,
  newQueue,
  type QueueState,
  type Settings,
  type Status,
  stateFrom,
  type Ticket,
} from '../../src/queue/rules/index.ts'
import { pictureOf } from './queue-picture.ts'
import { Watch } from './queue-watch.ts'
import { minutes, quote, type Said, settings } from './queues.ts'

/** Whole days at a queue, drawn from a seed: people who come early and late, defer, vanish and return, staff who err. */

/** What is tried; a canary breaks one of them. */
export type Rules = { decide: typeof decide; evolve: typeof evolve; settings?: (drawn: Settings) => Settings }
export const rules: Rules = { decide, evolve }

/** How often each verb was accepted and refused, and each event and refusal was seen. */
export type Tally = Map<string, number>

type Draw = (below: number) => number

/** Mulberry32: small, fast, and the same everywhere. */
export function drawing(seed: number): Draw {
  let state = seed >>> 0
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return (((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296) * below
  }
}

const opening = Date.parse('2026-11-22T08:00:00Z')
const ids: Record<ActorKind, string> = {
  customer: '',
  staff: 'staff-1',
  partner: 'partner-1',
  system: 'timer',
  kiosk: 'kiosk-1',
}
const channelOf = {
  customer: 'web',
  staff: 'front_desk',
  partner: 'partner',
  system: 'api',
  kiosk: 'kiosk',
} as const

/** Runs one day; throws what the watch finds, with the step it was found at. */
export function runDay(seed: number, tally: Tally = new Map(), tried: Rules = rules): void {
  const day = new Day(seed, tally, tried)
  try {
    day.run()
  } catch (error) {
    throw new Error(`seed ${seed}, step ${day.steps}: ${(error as Error).message}`, { cause: error })
  }
}

class Day {
  steps = 0
  readonly #draw: Draw
  readonly #promises: Draw
  readonly #tally: Tally
  readonly #rules: Rules
  readonly #state: QueueState
  readonly #watch: Watch
  #now = opening
  #joined = 0
  readonly #services: string[]
  readonly #desks: string[]

  constructor(seed: number, tally: Tally, tried: Rules) {
    this.#draw = drawing(seed)
    this.#promises = drawing(-seed)
    this.#tally = tally
    this.#rules = tried
    const drawn: Settings = {
      ...settings,
      overtakeBudget: this.#below(5),
      reinstate: { ...settings.reinstate, to: this.#one(['front', 'after', 'end']), places: this.#below(4) },
      callAgain: { intervalMs: 20_000, max: 1 + this.#below(2) },
    }
    this.#state = stateFrom(newQueue('2026-11-22', drawn))
    this.#watch = new Watch(this.#state)
    // After the watch: it keeps to what was drawn.
    this.#state.queue.settings = tried.settings?.(drawn) ?? drawn
    this.#services = ['A', 'B', 'C'].slice(0, 1 + this.#below(3))
    this.#desks = ['d1', 'd2', 'd3', 'd4'].slice(0, 1 + this.#below(4))
    this.#carry({
      verb: 'configure',
      ...{ actor: { kind: 'system', id: 'setup' }, channel: 'api' },
      services: this.#services.map((id) => ({ id, letter: id, graceMs: minutes(2), p99Ms: minutes(4) })),
      desks: this.#desks.map((id, index) => ({
        id,
        services: this.#services.filter(
          (_, service) => service === index % this.#services.length || this.#chance(0.4),
        ),
      })),
    })
    for (const desk of this.#desks) this.#do('staff', { verb: 'open_desk', desk })
  }

  run(): void {
    const most = 100 + this.#below(80)
    for (; this.steps < most; this.steps++) {
      this.#now += 5_000 + Math.floor(this.#draw(70_000))
      for (const ticket of [...this.#state.tickets.values()]) this.#timer(ticket)
      this.#requote()
      this.#step()
      if (this.#chance(0.01)) this.#watch.checkRows()
    }
    this.#do('system', { verb: 'start_day', date: '2026-11-23' })
    for (; this.steps < most + 10; this.steps++) this.#step()
    this.#watch.checkRows()
  }

  #below(below: number): number {
    return Math.floor(this.#draw(below))
  }

  #chance(probability: number): boolean {
    return this.#draw(1) < probability
  }

  #one<T>(from: readonly T[]): T {
    return from[this.#below(from.length)] as T
  }

  /** A ticket in one of these states, mostly; sometimes any, to be refused. */
  #ticket(...wanted: Status[]): string {
    const tickets = [...this.#state.tickets.values()]
    const fitting = this.#chance(0.9) ? tickets.filter(({ status }) => wanted.includes(status)) : tickets
    return this.#one(fitting.length > 0 ? fitting : tickets)?.id ?? 'nobody'
  }

  #timer(ticket: Ticket): void {
    const due = dueOf(ticket)
    if (!due || due.at > this.#now || this.#chance(due.verb === 'missed' ? 0.85 : 0.5)) return
    this.#do('system', { verb: due.verb, ticket: due.ticket })
  }

  /** Draws by itself: what else happens on a day does not hang on it. */
  #requote(): void {
    for (const { id, status } of [...this.#state.tickets.values()]) {
      if (status !== 'waiting' || this.#promises(10) > 1) continue
      const told = { quote: quote(`q-${id}-${this.#state.queue.seq}`, this.#now) }
      const unquoted = this.#promises(10) < 1 ? { quote: null, unquoted: 'no_desk' as const } : {}
      const timer = { actor: { kind: 'system', id: ids.system }, channel: 'api' } as const
      this.#carry({ verb: 'requote', ticket: id, ...told, ...unquoted, ...timer })
    }
  }

  #step(): void {
    let left = this.#draw(total)
    const action = actions.find(([weight]) => {
      left -= weight
      return left < 0
    })
    const said = (action as Action)[1](this)
    if (said) this.#do(...said)
  }

  /** Carries a command out as somebody; now and then in a way that must be refused, or with an undo at once. */
  #do(kind: ActorKind, said: Said): void {
    const ticket = 'ticket' in said ? said.ticket : undefined
    const id = kind === 'customer' ? (ticket ?? 'nobody') : ids[kind]
    const command = { actor: { kind, id }, channel: channelOf[kind], ...said } as Command
    if (this.#chance(0.02)) command.expectedRevision = 1
    if (this.#chance(0.02))
      command.actor = { kind: this.#one(['customer', 'kiosk', 'partner']), id: 'another' }
    const before = kind === 'staff' && this.#chance(0.03) ? pictureOf(this.#timeTold()) : undefined
    const { seq } = this.#state.queue
    if (!this.#carry(command) || before === undefined) return
    // Only what was just done: anything else would be an earlier command's undo.
    if ([...this.#state.undoable.values()].every((first) => first <= seq)) return
    const touched = [...this.#state.undoable].find(([, first]) => first === seq + 1)
    if (!touched) return
    const [row] = touched
    const target = this.#state.desks.has(row) ? { desk: row } : { ticket: row }
    if (
      !this.#carry({
        verb: 'undo',
        actor: { kind: 'staff', id: ids.staff },
        channel: 'front_desk',
        ...target,
      })
    )
      return
    if (pictureOf(this.#state) !== before) throw new Error('undo: the queue is not as it was')
  }

  /** The state after an event that changes nothing but the time: who has slept until now is awake. */
  #timeTold(): QueueState {
    const service = this.#services[0] as string
    const verb = this.#state.services.get(service)?.joinsClosed ? 'open_joins' : 'close_joins'
    const back = verb === 'open_joins' ? 'close_joins' : 'open_joins'
    const sender = { actor: { kind: 'system', id: ids.system }, channel: 'api' } as const
    this.#carry({ verb, service, ...sender })
    this.#carry({ verb: back, service, ...sender })
    return this.#state
  }

  #carry(command: Command): boolean {
    const decision = this.#rules.decide(this.#state, command, this.#now)
    if (!decision.ok) {
      this.#told(`${command.verb} refused`)
      this.#told(`${decision.problem.code}`)
      return false
    }
    for (const event of decision.value) {
      this.#watch.saw(event, this.#rules.evolve(this.#state, event))
      this.#told(event.type)
    }
    this.#told(`${command.verb} accepted`)
    this.#watch.check()
    return true
  }

  #told(what: string): void {
    this.#tally.set(what, (this.#tally.get(what) ?? 0) + 1)
  }

  /** Somebody comes: walks in, joins from afar, checks an appointment in early or late, or comes a second time. */
  arrive(): [ActorKind, Said] {
    const again = this.#chance(0.1) && this.#joined > 0
    const person = again ? 1 + this.#below(this.#joined) : ++this.#joined
    const booked = this.#chance(0.35)
    const booking = { id: `booking-${person}`, at: this.#now + minutes(this.#below(80) - 25) }
    const kind = this.#one(['customer', 'customer', 'staff', 'staff', 'kiosk', 'partner'] as const)
    const presence = this.#one(['remote', 'on_site', 'on_site', 'on_site', 'on_the_way', 'unknown'] as const)
    const priority =
      kind === 'staff' && this.#chance(0.15) ? { priority: 'wheelchair', reason: 'a wheelchair' } : {}
    const ticket = `t${this.#state.queue.seq}`
    const said: Said = {
      verb: 'join',
      ...{
        ticket,
        visit: `v-${ticket}`,
        reference: `r-${again ? person : ticket}`,
        service: this.#one(this.#services),
      },
      ...{
        party: this.#chance(0.97) ? 1 + this.#below(4) : 0,
        holders: [`person-${person}`],
        reachable: true,
      },
      ...{ presence, etaAt: this.#now + minutes(this.#below(12)) },
      ...{ quote: quote(`q-${ticket}`, this.#now) },
      ...(booked && { booking }),
      ...priority,
    }
    return [kind, said]
  }

  /** Whoever is not served does something by phone. */
  wander(): [ActorKind, Said] {
    const ticket = this.#ticket('waiting', 'waiting', 'called', 'paused')
    const presence = this.#one(['on_site', 'on_site', 'on_the_way', 'remote', 'unknown'] as const)
    const kind = this.#one(['customer', 'customer', 'staff', 'kiosk'] as const)
    return [kind, { verb: 'presence', ticket, presence, etaAt: this.#now + minutes(this.#below(10) - 1) }]
  }

  defer(): [ActorKind, Said] {
    const ticket = this.#ticket('waiting', 'waiting', 'waiting', 'called')
    return [
      this.#chance(0.8) ? 'customer' : 'staff',
      { verb: 'defer', ticket, byMs: minutes(this.#below(17)) },
    ]
  }

  leave(): [ActorKind, Said] {
    const kind = this.#one(['customer', 'staff', 'system'] as const)
    const reason = this.#chance(0.8) ? { reason: 'went home' } : {}
    return [kind, { verb: 'leave', ticket: this.#ticket('waiting', 'called', 'paused'), ...reason }]
  }

  desk(verb: 'next' | 'call_next' | 'open_desk' | 'close_desk'): [ActorKind, Said] {
    return ['staff', { verb, desk: this.#one(this.#desks) }]
  }

  breaks(): [ActorKind, Said] {
    const endsAt = this.#now + minutes(this.#below(30) - 2)
    return ['staff', { verb: 'break_desk', desk: this.#one(this.#desks), endsAt }]
  }

  given(): [ActorKind, Said] {
    const reason = this.#chance(0.4) ? { reason: 'in a hurry' } : {}
    return [
      'staff',
      { verb: 'call_given', ticket: this.#ticket('waiting'), desk: this.#one(this.#desks), ...reason },
    ]
  }

  visit(verb: 'start' | 'call_again' | 'still_going', status: Status): [ActorKind, Said] {
    return ['staff', { verb, ticket: this.#ticket(status) }]
  }

  finish(): [ActorKind, Said] {
    const really = this.#chance(0.3) ? { endedAt: this.#now - minutes(this.#below(10)) } : {}
    return ['staff', { verb: 'finish', ticket: this.#ticket('serving', 'serving', 'paused'), ...really }]
  }

  pause(): [ActorKind, Said] {
    const reason = this.#chance(0.9) ? { reason: 'a paper is missing' } : {}
    return ['staff', { verb: 'pause', ticket: this.#ticket('serving'), ...reason }]
  }

  resume(): [ActorKind, Said] {
    return ['staff', { verb: 'resume', ticket: this.#ticket('paused'), desk: this.#one(this.#desks) }]
  }

  transfer(): [ActorKind, Said] {
    const ticket = this.#ticket('waiting', 'called', 'serving', 'paused')
    const service = this.#chance(0.7) ? { service: this.#one(this.#services) } : {}
    const desk = this.#chance(0.4) ? { desk: this.#one(this.#desks) } : {}
    return ['staff', { verb: 'transfer', ticket, ...service, ...desk }]
  }

  missed(): [ActorKind, Said] {
    const reason = this.#chance(0.3) ? { reason: 'nobody came' } : {}
    return ['staff', { verb: 'missed', ticket: this.#ticket('called'), ...reason }]
  }

  reinstate(): [ActorKind, Said] {
    return [this.#one(['staff', 'customer']), { verb: 'reinstate', ticket: this.#ticket('missed') }]
  }

  reorder(): [ActorKind, Said] {
    const target = this.#one([
      { to: 'front' },
      { to: 'end' },
      { to: 'after', ticket: this.#ticket('waiting') },
    ] as const)
    return ['staff', { verb: 'reorder', ticket: this.#ticket('waiting'), target, reason: 'they ask for it' }]
  }

  reachability(): [ActorKind, Said] {
    return ['staff', { verb: 'reachability', ticket: this.#ticket('waiting'), reachable: this.#chance(0.5) }]
  }

  undo(): [ActorKind, Said] {
    if (this.#chance(0.5)) return ['staff', { verb: 'undo', desk: this.#one(this.#desks) }]
    return [
      'staff',
      { verb: 'undo', ticket: this.#ticket('waiting', 'called', 'serving', 'served', 'left', 'missed') },
    ]
  }

  joins(verb: 'close_joins' | 'open_joins'): [ActorKind, Said] {
    return ['staff', { verb, ...(this.#chance(0.5) && { service: this.#one(this.#services) }) }]
  }
}

type Action = [weight: number, act: (day: Day) => [ActorKind, Said]]
const actions: Action[] = [
  [30, (day) => day.arrive()],
  [34, (day) => day.desk('next')],
  [4, (day) => day.desk('call_next')],
  [4, (day) => day.given()],
  [8, (day) => day.visit('start', 'called')],
  [3, (day) => day.visit('call_again', 'called')],
  [4, (day) => day.visit('still_going', 'serving')],
  [4, (day) => day.finish()],
  [6, (day) => day.pause()],
  [8, (day) => day.resume()],
  [4, (day) => day.transfer()],
  [3, (day) => day.missed()],
  [3, (day) => day.reinstate()],
  [4, (day) => day.reorder()],
  [12, (day) => day.wander()],
  [10, (day) => day.defer()],
  [3, (day) => day.leave()],
  [2, (day) => day.reachability()],
  [6, (day) => day.undo()],
  [2, (day) => day.desk('close_desk')],
  [5, (day) => day.desk('open_desk')],
  [2, (day) => day.breaks()],
  [1, (day) => day.joins('close_joins')],
  [3, (day) => day.joins('open_joins')],
]
const total = actions.reduce((sum, [weight]) => sum + weight, 0)
