import { limits } from '../../config.ts'
import { type Estimate, estimate } from '../estimate/estimate.ts'
import { seededRandom } from '../estimate/random.ts'
import type { Situation, WaitingTicket } from '../estimate/situation.ts'
import type { Place } from '../opening.ts'
import { promiseOf, type QueueState, type Ticket } from '../rules/index.ts'
import { countBefore } from '../rules/line.ts'
import { isHere, lineOf } from '../rules/state.ts'
import type { QuoteRecord, Wait } from '../views.ts'
import type { Learned } from './learned.ts'
import { countOf, type Entry, entriesAt, exactForAll, forwards, listsOf } from './line-up.ts'
import { samplesFor } from './quote.ts'
import { reasonOf } from './reason.ts'
import { isIdleFor, standing } from './situation.ts'

const minuteMs = 60_000

/** At which time waits are computed: that of the last event, then by the minute. */
export const waitsAt = (state: QueueState, now: number): number =>
  Math.max(state.queue.at, Math.floor(now / minuteMs) * minuteMs)

/** The remaining waits of a queue at one event and minute, computed together when the first is asked for. */
export class Waits {
  readonly #state: QueueState
  readonly #learned: Learned
  readonly #setup: Known
  readonly #at: number
  #all: All | undefined

  constructor(state: QueueState, learned: Learned, setup: Known, now: number) {
    this.#state = state
    this.#learned = learned
    this.#setup = setup
    this.#at = waitsAt(state, now)
  }

  /** Of a ticket; null once it does not wait. */
  of(ticket: Ticket): Wait | null {
    if (ticket.status !== 'waiting') return null
    const at = this.#at
    const promise = promiseOf(ticket)
    // What was told at this very moment is what is shown.
    const {
      p10: from,
      p50: median,
      p90: to,
      ahead,
      reason,
    } = promise?.madeAt === at ? promise : this.#toldTo(ticket)
    const { desks, paceMs, appointments, closesAt, main } = reason
    return {
      ...{ from, to, median },
      promisedBy: ticket.quote?.p90 ?? null,
      renewedBy: ticket.renewed && ticket.renewed !== 'none' ? ticket.renewed.p90 : null,
      quotedAt: promise?.madeAt ?? null,
      beBackBy: from === null ? null : Math.max(at, from - limits.wayMs),
      ahead,
      reason: { ahead, desks, paceSeconds: Math.round(paceMs / 1000), appointments, closesAt, main },
    }
  }

  /** For somebody who would join now; null if nobody can say. */
  ofService(id: string): { from: number; to: number | null } | null {
    const told = this.#computed().newcomers.get(id)
    if (!told || !Number.isFinite(told.p10)) return null
    const at = this.#at
    return {
      from: Math.round(at + told.p10),
      to: Number.isFinite(told.p90) ? Math.round(at + told.p90) : null,
    }
  }

  /** How often what was told lately held. */
  recordOf(service: string): QuoteRecord | null {
    const told = this.#learned.told[service]
    if (!told || told.length === 0) return null
    return {
      told: told.length,
      inside: told.filter(({ inside }) => inside).length,
      kept: told.filter(({ kept }) => kept).length,
    }
  }

  #toldTo(ticket: Ticket) {
    const at = this.#at
    const { entry, told } = this.#estimateOf(ticket)
    const { model } = this.#learned
    const early = Math.max(at, ticket.deferredUntil ?? 0)
    const instant = (ms: number) => (Number.isFinite(ms) ? Math.max(early, Math.round(at + ms)) : null)
    return {
      ...{ p10: instant(told.p10), p50: instant(told.p50), p90: instant(told.p90), ahead: told.ahead },
      reason: reasonOf(model, this.#computed().standing, at, entry, told, ticket.deferredUntil),
    }
  }

  /** A ticket by itself, or between the entries around it. */
  #estimateOf(ticket: Ticket): { entry: WaitingTicket; told: Estimate } {
    const { lists, newcomers } = this.#computed()
    const line = lineOf(this.#state, ticket)
    const tickets = isHere(this.#state, ticket) ? line.here : line.away
    const { entries, told } = lists.get(tickets) as Told
    const index = countBefore(tickets, ticket)
    const at = entries.findLastIndex(({ from }) => from <= index)
    const [entry, first] = [entries[at] as Entry, told[at] as Estimate]
    if (entry.people === 1) return { entry, told: first }
    const next = told[at + 1] ?? newcomers.get(ticket.service) ?? first
    const share = (index - entry.from) / entry.people
    const between = (a: number, b: number) => (share === 0 ? a : a + (b - a) * share)
    return {
      entry: { ...entry, joinedAt: ticket.legAt },
      told: {
        p10: between(first.p10, next.p10),
        p50: between(first.p50, next.p50),
        p90: between(first.p90, next.p90),
        ahead: first.ahead + index - entry.from,
      },
    }
  }

  #computed(): All {
    this.#all ??= compute(this.#state, this.#learned, this.#setup, this.#at)
    return this.#all
  }
}

type Known = Place & { services: { id: string }[] }
type Told = { entries: Entry[]; told: Estimate[] }
type All = {
  standing: Omit<Situation, 'tickets'>
  lists: Map<readonly Ticket[], Told>
  newcomers: Map<string, Estimate>
}

function compute(state: QueueState, learned: Learned, setup: Known, at: number): All {
  const { services } = setup
  const lists = listsOf(state)
  const people = countOf(lists)
  const exact = people <= exactForAll
  const idle = isIdleFor(state)
  const entryOf = entriesAt(at, state.queue.settings.keepPlaceMs, idle)
  const lined = lists.map((list) => forwards(list, exact, lists.length, entryOf))
  const asking = services.map(
    ({ id }): WaitingTicket => ({
      service: id,
      joinedAt: at,
      place: lined
        .flatMap((entries) => entries.at(-1) ?? [])
        .filter(({ service, desk, dueAt }) => service === id && desk === null && dueAt === null)
        .reduce((last, { place }) => Math.max(last, place + 1), at),
      dueAt: null,
      desk: null,
      people: 0,
    }),
  )
  const stands = standing(state, learned, setup, at)
  const situation = { ...stands, tickets: [...lined.flat(), ...asking] }
  const random = seededRandom(Math.imul(state.queue.seq, 0x9e3779b1) ^ Math.floor(at / minuteMs))
  const told = estimate(learned.model, situation, at, samplesFor(people), random)
  let next = 0
  const take = (count: number) => {
    next += count
    return told.slice(next - count, next)
  }
  const byList = lists.map(({ tickets }, index): [readonly Ticket[], Told] => {
    const entries = lined[index] as Entry[]
    return [tickets, { entries, told: take(entries.length) }]
  })
  const last = take(services.length)
  const newcomers = services.map(({ id }, index): [string, Estimate] => [id, last[index] as Estimate])
  return { standing: stands, lists: new Map(byList), newcomers: new Map(newcomers) }
}
