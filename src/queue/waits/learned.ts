import { MINUTE_MS, minuteOfDay } from '../../kernel/time.ts'
import { calibrate } from '../estimate/calibrate.ts'
import { learn } from '../estimate/learn.ts'
import { type Model, newModel, serviceOf } from '../estimate/model.ts'
import type { PastVisit, QueueEvent, QuoteEnd } from '../rules/index.ts'

/** What a queue has learned from its own events: a projection of them, plain data, and the same whoever makes it. */
export type Learned = {
  /** The last event that it has learned from. */
  seq: number
  model: Model
  /** By desk: since when it is free, and when the break that it is on was to end. */
  freeSince: Record<string, number>
  breakEnds: Record<string, number>
  /** Who left before they were called: the wait they would have had is known once somebody behind them is called. */
  gone: { service: string; key: number; end: QuoteEnd }[]
  /** By service: how the last first promises held, oldest first. */
  told: Record<string, Told[]>
}
export type Told = { id: string; inside: boolean; kept: boolean }

/** Of so many quotes the record is made that people read. */
const toldMost = 200
const goneMost = 200

export type Teaching = { zone: string; services: { id: string; nominalMs: number; graceMs: number }[] }

/** @param seq of the event after which it learns */
export function newLearned({ services }: Teaching, seq = 0): Learned {
  const graceMs = services.reduce((sum, one) => sum + one.graceMs / services.length, 0)
  return { seq, model: newModel({ services, graceMs }), freeSince: {}, breakEnds: {}, gone: [], told: {} }
}

/** Takes a set-up over: a service that is new is expected to last what is configured. */
export function teach({ model }: Learned, { services }: Teaching): void {
  model.graceMs = services.reduce((sum, one) => sum + one.graceMs / services.length, 0)
  for (const { id, nominalMs } of services) serviceOf(model, id, nominalMs)
}

/** The group of arrivals that come to their places by the same rule. */
export const groupOf = (appointmentAt: number | null, priority: string | null): string =>
  appointmentAt !== null ? 'booked' : priority === null ? 'walk-in' : `class ${priority}`

/** Learns from the next event. Changes `learned`. */
export function observe(learned: Learned, event: QueueEvent, zone: string): void {
  const { model, freeSince, breakEnds } = learned
  const { at } = event
  const free = (desk: string | null) => {
    if (desk !== null) freeSince[desk] = at
  }
  switch (event.type) {
    case 'joined': {
      const { service, appointmentAt, priority } = event
      if (appointmentAt !== null) learn(model, { kind: 'booked', minutes: (at - appointmentAt) / MINUTE_MS })
      const dayMinute = minuteOfDay(at, zone)
      learn(model, { kind: 'arrived', group: groupOf(appointmentAt, priority), service, dayMinute })
      break
    }
    case 'called': {
      const since = freeSince[event.desk]
      delete freeSince[event.desk]
      // Only where somebody could have been called all the while, the desk was what was waited for.
      if (since !== undefined && event.callableMs >= at - since)
        learn(model, { kind: 'turned', awayMs: at - since })
      if (event.learn) learn(model, { kind: 'waited', ms: event.waitedMs, left: false })
      hold(learned, event.service, event.ends, at)
      overtake(learned, event.service, event.key, at)
      break
    }
    case 'left':
      free(event.desk)
      if (event.learn) learn(model, { kind: 'waited', ms: event.waitedMs, left: true })
      leave(learned, event.service, event.key, event.ends)
      break
    case 'started':
      learn(model, { kind: 'came', walkMs: event.wayMs })
      break
    case 'missed':
      free(event.desk)
      learn(model, { kind: 'missed' })
      break
    case 'finished':
      free(event.desk)
      if (event.learn)
        learn(model, { kind: 'visit', service: event.service, desk: event.desk, ms: event.servedMs })
      break
    case 'transferred':
      free(event.fromDesk)
      if (event.learn && event.fromDesk !== null)
        learn(model, { kind: 'visit', service: event.fromService, desk: event.fromDesk, ms: event.servedMs })
      break
    case 'paused':
    case 'deferred':
      free(event.desk)
      break
    case 'desk_break':
      breakEnds[event.desk] = event.endsAt
      break
    case 'desk_opened': {
      const ends = breakEnds[event.desk]
      if (ends !== undefined) learn(model, { kind: 'opened', lateMs: Math.max(0, at - ends) })
      delete breakEnds[event.desk]
      free(event.desk)
      break
    }
    case 'desk_closed':
      delete breakEnds[event.desk]
      break
    case 'day_started':
      learn(model, { kind: 'dayOver' })
      learned.gone = []
      break
    case 'visit_imported':
      observePast(model, event, zone)
      break
    case 'day_imported':
      learn(model, { kind: 'dayOver' })
      break
    case 'undone':
      for (const { id, ticket } of event.desks) if (ticket === null) free(id)
      for (const [service, told] of Object.entries(learned.told))
        learned.told[service] = told.filter(({ id }) => !event.reopens.includes(id))
      break
  }
  learned.seq = event.seq
}

/** What a visit that was noted elsewhere teaches, as if its events had come one by one. */
function observePast(model: Model, past: PastVisit, zone: string): void {
  const { service, desk, joinedAt, calledAt, startedAt, endedAt } = past
  const dayMinute = minuteOfDay(joinedAt, zone)
  learn(model, { kind: 'arrived', group: groupOf(null, null), service, dayMinute })
  learn(model, { kind: 'waited', ms: (calledAt ?? endedAt) - joinedAt, left: calledAt === null })
  if (calledAt === null || desk === null) return
  if (startedAt === null) {
    learn(model, { kind: 'missed' })
    return
  }
  learn(model, { kind: 'came', walkMs: startedAt - calledAt })
  learn(model, { kind: 'visit', service, desk, ms: endedAt - startedAt })
}

/** Quotes whose wait ended with a call: the record and the levels of quantiles learn from the first promise. */
function hold(learned: Learned, service: string, ends: QuoteEnd[], at: number): void {
  for (const end of ends) {
    if (!end.first) continue
    keepTold(learned, service, end)
    calibrateBy(learned.model, end, at)
  }
}

function leave(learned: Learned, service: string, key: number, ends: QuoteEnd[]): void {
  for (const end of ends) {
    if (!end.first) continue
    keepTold(learned, service, end)
    learned.gone.push({ service, key, end })
    if (learned.gone.length > goneMost) learned.gone.shift()
  }
}

/** Somebody is called: those who stood before them and left would have been called by now. */
function overtake(learned: Learned, service: string, key: number, at: number): void {
  const { gone, model } = learned
  if (gone.length === 0) return
  learned.gone = gone.filter((one) => {
    if (one.service !== service || one.key > key) return true
    calibrateBy(model, one.end, at)
    return false
  })
}

const calibrateBy = ({ calibration }: Model, { madeAt, p10, p50, p90, ahead }: QuoteEnd, at: number): void =>
  calibrate(calibration, { p10: p10 - madeAt, p50: p50 - madeAt, p90: p90 - madeAt, ahead }, at - madeAt)

function keepTold({ told }: Learned, service: string, { id, inside, kept }: QuoteEnd): void {
  if (inside === null || kept === null) return
  told[service] ??= []
  const own = told[service]
  own.push({ id, inside, kept })
  if (own.length > toldMost) own.shift()
}
