import { calibrate, type Quote } from '../../src/queue/estimate/calibrate.ts'
import { estimate } from '../../src/queue/estimate/estimate.ts'
import { learn } from '../../src/queue/estimate/learn.ts'
import { type Model, newModel } from '../../src/queue/estimate/model.ts'
import { type Random, seededRandom } from '../../src/queue/estimate/random.ts'
import type { DeskNow, DueAppointment, Shift, WaitingTicket } from '../../src/queue/estimate/situation.ts'
import type { Join, LogEvent, Meta } from './log.ts'

const minuteMs = 60_000
const dayMs = 86_400_000
/** Places of a class, and of appointments that are due, lie so far apart that no arrival bridges them. */
const classMs = 1e13

type Ticket = WaitingTicket & { id: string; quote: { at: number; quote: Quote } | null; called: number }
type Desk = {
  status: DeskNow['status']
  since: number
  ticket: Ticket | null
  /** When it finished with people waiting and did not call at once; null while it turns to nobody. */
  turningSince: number | null
  calls: number
  served: Map<string, number>
}

/** The queue of a log as the product would know it, learning and announcing as it goes. */
export class Office {
  readonly #meta: Meta
  readonly #model: Model
  readonly #random: Random
  readonly #samples: number
  readonly #tickets = new Map<string, Ticket>()
  readonly #waiting = new Set<Ticket>()
  /** Left before they were called; their wait is known once somebody behind them is called. */
  readonly #gone = new Set<Ticket>()
  readonly #desks = new Map<string, Desk>()
  readonly #bookings = new Map<string, DueAppointment>()
  readonly #services = new Map<string, number>()
  readonly #groups = new Map<string, number>()
  #shifts = new Map<string, Shift[]>()
  #day = -1

  constructor(meta: Meta, samples: number, seed: number) {
    this.#meta = meta
    this.#samples = samples
    this.#random = seededRandom(seed)
    const services = meta.services.map(({ id, nominalMin }) => ({ id, nominalMs: nominalMin * minuteMs }))
    this.#model = newModel({ services, graceMs: meta.graceMs })
    for (const { id } of services) this.#services.set(id, 0)
  }

  /** Takes in one event; returns what is announced if it is a join that queued. */
  see(event: Exclude<LogEvent, { type: 'meta' }>): Quote | null {
    this.#turnDay(event.t)
    switch (event.type) {
      case 'roster':
        this.#shifts = new Map()
        for (const { counter, from, to, drain } of event.shifts)
          this.#shifts.set(counter, [...(this.#shifts.get(counter) ?? []), { from, to, drains: drain }])
        for (const counter of this.#shifts.keys()) this.#desk(counter, event.t)
        return null
      case 'book':
        this.#bookings.set(event.bookingId, {
          service: event.service,
          at: event.apptAt,
          place: event.apptAt - classMs,
        })
        return null
      case 'open':
        this.#open(event.counter, event.t)
        return null
      case 'close':
        this.#close(event.counter, event.reason, event.t)
        return null
      case 'join':
        return this.#join(event, event.t)
      case 'abandon':
        this.#leave(event.ticketId, event.t)
        return null
      case 'call':
        this.#call(event.ticketId, event.counter, event.t)
        return null
      case 'start':
        this.#start(event.ticketId, event.counter, event.t)
        return null
      case 'complete':
      case 'noshow':
        this.#free(event.ticketId, event.counter, event.t, event.type === 'complete')
        return null
      case 'dayend':
        return null
    }
  }

  #turnDay(t: number): void {
    const day = Math.floor(t / dayMs)
    if (day === this.#day) return
    if (this.#day >= 0) learn(this.#model, { kind: 'dayOver' })
    this.#day = day
    for (const [id, { at }] of this.#bookings) {
      if (at > t) continue
      learn(this.#model, { kind: 'booked', minutes: null })
      this.#bookings.delete(id)
    }
    this.#gone.clear()
  }

  #desk(id: string, t: number): Desk {
    let desk = this.#desks.get(id)
    if (!desk) {
      desk = { status: 'closed', since: t, ticket: null, turningSince: null, calls: 0, served: new Map() }
      this.#desks.set(id, desk)
    }
    return desk
  }

  #open(counter: string, t: number): void {
    if (counter.startsWith('x-')) return
    const desk = this.#desk(counter, t)
    const shift = this.#shifts.get(counter)?.findLast(({ from }) => from <= t)
    if (desk.status === 'closed' && shift && shift.from > desk.since)
      learn(this.#model, { kind: 'opened', lateMs: t - shift.from })
    this.#comeBack(desk, t)
    if (desk.ticket === null) Object.assign(desk, { status: 'free', since: t })
  }

  #close(counter: string, reason: string, t: number): void {
    if (counter.startsWith('x-')) return
    const desk = this.#desk(counter, t)
    if (reason === 'shift' || reason === 'day') {
      Object.assign(desk, { status: 'closed', since: t, turningSince: null })
      return
    }
    if (desk.status === 'free' && desk.since === t) desk.turningSince = t
    Object.assign(desk, { status: 'away', since: t })
  }

  /** A desk opens or calls: how long it was away, or took to turn to the next, is known. */
  #comeBack(desk: Desk, t: number): void {
    if (desk.status === 'away') learn(this.#model, { kind: 'returned', awayMs: t - desk.since })
    if (desk.turningSince !== null) learn(this.#model, { kind: 'turned', awayMs: t - desk.turningSince })
    desk.turningSince = null
  }

  #join(join: Join, t: number): Quote | null {
    const { service, apptAt, bookingId } = join
    if (!this.#services.has(service)) this.#services.set(service, 0)
    if (bookingId !== undefined && this.#bookings.delete(bookingId))
      learn(this.#model, { kind: 'booked', minutes: (t - (apptAt as number)) / minuteMs })
    const { group, offsetMs } = this.#groupOf(join)
    const dayMinute = (t % dayMs) / minuteMs
    if (apptAt === undefined) {
      this.#groups.set(group, offsetMs)
      learn(this.#model, { kind: 'arrived', group, service, dayMinute })
    }
    const ticket: Ticket = {
      id: join.ticketId,
      service,
      joinedAt: t,
      place: apptAt === undefined ? t + offsetMs : apptAt - classMs,
      dueAt: apptAt !== undefined && apptAt > t ? apptAt : null,
      desk: null,
      quote: null,
      called: 0,
    }
    this.#tickets.set(ticket.id, ticket)
    this.#waiting.add(ticket)
    if (!join.queued) return null
    const quote = this.#announce(ticket, t, dayMinute)
    ticket.quote = { at: t, quote }
    return quote
  }

  #groupOf({ priority = 0, apptAt }: Join): { group: string; offsetMs: number } {
    const { type, creditMs } = this.#meta.discipline
    if (apptAt !== undefined) return { group: 'booked', offsetMs: 0 }
    if (type === 'priority') return { group: `class ${priority}`, offsetMs: priority * classMs }
    if (type === 'fifo') return { group: `class ${priority}`, offsetMs: -(creditMs?.[String(priority)] ?? 0) }
    return { group: 'walk-in', offsetMs: 0 }
  }

  #announce(ticket: Ticket, t: number, dayMinute: number): Quote {
    const tickets = [...this.#waiting]
    const desks = [...this.#desks].map(([id, desk]): DeskNow => {
      const status = desk.status
      return {
        id,
        services: this.#servicesOf(desk),
        status,
        since: desk.since,
        service: desk.ticket?.service ?? null,
        shifts: this.#shifts.get(id) ?? [],
      }
    })
    const estimates = estimate(
      this.#model,
      {
        tickets,
        desks,
        appointments: [...this.#bookings.values()].filter(({ at }) => at < t + 4 * 60 * minuteMs),
        groups: [...this.#groups].map(([id, offsetMs]) => ({ id, offsetMs })),
        dayMinute,
      },
      t,
      this.#samples,
      this.#random,
    )
    return estimates[tickets.indexOf(ticket)] as Quote
  }

  /** The log does not say who may serve what: a desk serves what it has served, and all while it is new. */
  #servicesOf(desk: Desk): string[] {
    const calls = [...this.#services.values()].reduce((a, b) => a + b, 0)
    return [...this.#services]
      .filter(([id, count]) => desk.served.has(id) || (desk.calls * count) / calls < 5 || calls === 0)
      .map(([id]) => id)
  }

  #leave(id: string, t: number): void {
    const ticket = this.#tickets.get(id)
    if (!ticket || !this.#waiting.delete(ticket)) return
    learn(this.#model, { kind: 'waited', ms: t - ticket.joinedAt, left: true })
    if (ticket.quote) this.#gone.add(ticket)
  }

  #call(id: string, counter: string, t: number): void {
    const ticket = this.#tickets.get(id)
    if (!ticket || !this.#waiting.delete(ticket)) return
    ticket.called = t
    if (ticket.quote) {
      calibrate(this.#model.calibration, ticket.quote.quote, t - ticket.quote.at)
      learn(this.#model, { kind: 'waited', ms: t - ticket.joinedAt, left: false })
    }
    for (const gone of this.#gone) {
      const early = gone.dueAt !== null && gone.dueAt > t
      if (early || gone.place > ticket.place || !gone.quote) continue
      calibrate(this.#model.calibration, gone.quote.quote, t - gone.quote.at)
      this.#gone.delete(gone)
    }
    if (counter.startsWith('x-')) return
    const desk = this.#desk(counter, t)
    this.#comeBack(desk, t)
    desk.calls++
    desk.served.set(ticket.service, (desk.served.get(ticket.service) ?? 0) + 1)
    this.#services.set(ticket.service, (this.#services.get(ticket.service) ?? 0) + 1)
    Object.assign(desk, { status: 'called', since: t, ticket })
  }

  #start(id: string, counter: string, t: number): void {
    const ticket = this.#tickets.get(id)
    const desk = this.#desks.get(counter)
    if (!ticket || !desk || desk.ticket !== ticket) return
    learn(this.#model, { kind: 'came', walkMs: t - ticket.called })
    Object.assign(desk, { status: 'serving', since: t })
  }

  #free(id: string, counter: string, t: number, served: boolean): void {
    const ticket = this.#tickets.get(id)
    this.#tickets.delete(id)
    const desk = this.#desks.get(counter)
    if (!ticket || !desk || desk.ticket !== ticket) return
    if (served)
      learn(this.#model, { kind: 'visit', service: ticket.service, desk: counter, ms: t - desk.since })
    else learn(this.#model, { kind: 'missed' })
    const able = new Set(this.#servicesOf(desk))
    const someWait = [...this.#waiting].some(({ service }) => able.has(service))
    Object.assign(desk, { status: 'free', since: t, ticket: null, turningSince: someWait ? t : null })
  }
}
