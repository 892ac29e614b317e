import type { LogEvent } from '../backtest/log.ts'

/**
 * Days of a log of waits as steps to take at a desk, in the log's order and at its times. Pure.
 */

export type CallEvent = Exclude<LogEvent, { type: 'meta' }>

/** One command. Tickets are named as in the log, desks as `Seats` has them. */
export type Step = { t: number } & (
  | { verb: 'join'; ticket: string; service: string; priority: number }
  | { verb: 'open_desk' | 'close_desk'; desk: string }
  | { verb: 'call_given'; ticket: string; desk: string }
  | { verb: 'start' | 'finish' | 'leave' | 'missed'; ticket: string }
)

export type Seat = { id: string; name: string; services: Set<string> }
export type Counts = { joined: number; called: number; served: number; abandoned: number }

export type Days = {
  /** Epoch ms, [from, until): whole UTC dates. */
  from: number
  until: number
  /** Those before `from` bring the queue to where it stood then. */
  steps: Step[]
  seats: Seat[]
  /** What the log has in these days, by service. */
  counts: Map<string, Counts>
}

const dayMs = 86_400_000

/** `days` dates of the log from its `day`th on; the first is 1. */
export function daysOf(events: CallEvent[], day: number, days: number): Days {
  const from = (Math.floor((events[0]?.t ?? 0) / dayMs) + day - 1) * dayMs
  const until = from + days * dayMs
  const played = [
    ...standing(events.filter(({ t }) => t < from)),
    ...events.filter(({ t }) => t >= from && t < until),
  ]
  const services = new Map<string, string>()
  for (const event of played) if (event.type === 'join') services.set(event.ticketId, event.service)
  const seats = new Seats(played, services)
  return {
    from,
    until,
    steps: played.flatMap((event) => stepOf(event, seats)),
    seats: seats.all(),
    counts: countsOf(
      played.filter(({ t }) => t >= from),
      services,
    ),
  }
}

/** What brings about how things stood: all of each ticket that is still there, the opening of each desk that is. */
function standing(before: CallEvent[]): CallEvent[] {
  const kept = new Map<string, { line: number; event: CallEvent }[]>()
  for (const [line, event] of before.entries()) {
    const one = { line, event }
    if (event.type === 'open') kept.set(`desk ${event.counter}`, [one])
    else if (event.type === 'close') kept.delete(`desk ${event.counter}`)
    else if (event.type === 'join') kept.set(event.ticketId, [one])
    else if (event.type === 'call' || event.type === 'start') kept.get(event.ticketId)?.push(one)
    else if ('ticketId' in event) kept.delete(event.ticketId)
  }
  return [...kept.values()]
    .flat()
    .sort((a, b) => a.line - b.line)
    .map(({ event }) => event)
}

/**
 * A desk for each counter that took several calls. Whoever took one alone sits at whichever relief desk is free, so that
 * a log of hundreds of names fits into an office.
 */
class Seats {
  readonly #own = new Map<string, Seat>()
  readonly #relief: Seat[] = []
  readonly #relieving = new Map<string, Seat>()
  readonly #services: Set<string>

  constructor(played: CallEvent[], services: Map<string, string>) {
    this.#services = new Set(services.values())
    const calls = played.flatMap((event) => (event.type === 'call' ? [event] : []))
    for (const [name, taken] of Map.groupBy(calls, ({ counter }) => counter)) {
      if (taken.length < 2) continue
      const serves = new Set(taken.map(({ ticketId }) => services.get(ticketId) ?? ''))
      this.#own.set(name, { id: `desk-${this.#own.size + 1}`, name, services: serves })
    }
  }

  all = (): Seat[] => [...this.#own.values(), ...this.#relief]

  of = (counter: string): string => {
    const own = this.#own.get(counter) ?? this.#relieving.get(counter)
    if (own) return own.id
    const taken = new Set(this.#relieving.values())
    let seat = this.#relief.find((one) => !taken.has(one))
    if (!seat) {
      const number = this.#relief.length + 1
      seat = { id: `relief-${number}`, name: `Relief ${number}`, services: this.#services }
      this.#relief.push(seat)
    }
    this.#relieving.set(counter, seat)
    return seat.id
  }

  leave = (counter: string): string => {
    const desk = this.of(counter)
    this.#relieving.delete(counter)
    return desk
  }
}

function stepOf(event: CallEvent, seats: Seats): Step[] {
  const { t } = event
  switch (event.type) {
    case 'open':
      return [{ t, verb: 'open_desk', desk: seats.of(event.counter) }]
    case 'close':
      return [{ t, verb: 'close_desk', desk: seats.leave(event.counter) }]
    case 'join': {
      const { ticketId, service, priority = 0 } = event
      return [{ t, verb: 'join', ticket: ticketId, service, priority }]
    }
    case 'call':
      return [{ t, verb: 'call_given', ticket: event.ticketId, desk: seats.of(event.counter) }]
    case 'start':
      return [{ t, verb: 'start', ticket: event.ticketId }]
    case 'complete':
      return [{ t, verb: 'finish', ticket: event.ticketId }]
    case 'noshow':
      return [{ t, verb: 'missed', ticket: event.ticketId }]
    case 'abandon':
      return [{ t, verb: 'leave', ticket: event.ticketId }]
    default:
      return []
  }
}

const counted = { join: 'joined', call: 'called', complete: 'served', abandon: 'abandoned' } as const

export const noCounts = (): Counts => ({ joined: 0, called: 0, served: 0, abandoned: 0 })

function countsOf(events: CallEvent[], services: Map<string, string>): Map<string, Counts> {
  const counts = new Map([...new Set(services.values())].sort().map((id) => [id, noCounts()]))
  for (const event of events) {
    const what = counted[event.type as keyof typeof counted] as keyof Counts | undefined
    const of = what && 'ticketId' in event && counts.get(services.get(event.ticketId) ?? '')
    if (what && of) of[what]++
  }
  return counts
}

/** Where the server counted something else, by service and in words. */
export const countDifferences = (log: Map<string, Counts>, server: Map<string, Counts>): string[] =>
  [...new Set([...log.keys(), ...server.keys()])].flatMap((service) =>
    Object.entries(log.get(service) ?? noCounts()).flatMap(([what, wanted]) => {
      const got = (server.get(service) ?? noCounts())[what as keyof Counts]
      return got === wanted ? [] : [`${service}: ${got} ${what}, the log has ${wanted}`]
    }),
  )

/** The sums over all services. */
export const totalOf = (counts: Iterable<Counts>): Counts =>
  [...counts].reduce(
    (sum, one) => ({
      joined: sum.joined + one.joined,
      called: sum.called + one.called,
      served: sum.served + one.served,
      abandoned: sum.abandoned + one.abandoned,
    }),
    noCounts(),
  )
