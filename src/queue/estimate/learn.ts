import { addArrival, endDay } from './arrivals.ts'
import { addToDuration } from './duration.ts'
import { noticeableMs } from './free.ts'
import { addToPace, arrivalsOf, baseOf, deskOf, deskPaceOf, type Model, serviceOf, tempoOf } from './model.ts'
import { addToPatience } from './patience.ts'
import { addToShape, tamed, variationOf } from './shape.ts'
import { addToShowing } from './showing.ts'

/** Something that happened and can be learned from; durations in milliseconds. */
export type Observation =
  /** A visit ended that nobody doubts: one that was open longer than its P99 only once somebody answered for it. */
  | { kind: 'visit'; service: string; desk: string; ms: number }
  /** Somebody who was called came to the desk. */
  | { kind: 'came'; walkMs: number }
  | { kind: 'missed' }
  /** A wait ended: called, or left before. */
  | { kind: 'waited'; ms: number; left: boolean }
  /** A desk called again after a visit, with people waiting all the while; a break right after it counts in. */
  | { kind: 'turned'; awayMs: number }
  /** A desk that nobody planned to close came back. */
  | { kind: 'returned'; awayMs: number }
  | { kind: 'opened'; lateMs: number }
  /** Somebody joined: `group` are those who get their places by the same rule, at the local minute of the day. */
  | { kind: 'arrived'; group: string; service: string; dayMinute: number }
  /** Booked: when they came, in minutes after their time; null if never. */
  | { kind: 'booked'; minutes: number | null }
  | { kind: 'dayOver' }

const deskMemory = 1500
const missedMemory = 1500

/** Learns one observation, in the order in which things happened. Changes the model. */
export function learn(model: Model, seen: Observation): void {
  switch (seen.kind) {
    case 'visit':
      learnVisit(model, seen.service, seen.desk, seen.ms)
      break
    case 'came':
      addToDuration(model.walk, seen.walkMs)
      learnMissed(model, 1, 0)
      break
    case 'missed':
      learnMissed(model, 0, 1)
      break
    case 'waited':
      addToPatience(model.patience, seen.ms, seen.left)
      break
    case 'turned':
      addToDuration(model.turn, seen.awayMs, noticeableMs)
      break
    case 'returned':
      addToDuration(model.away, seen.awayMs)
      break
    case 'opened':
      addToDuration(model.late, seen.lateMs, noticeableMs)
      break
    case 'arrived':
      addArrival(arrivalsOf(model, seen.group), seen.service, seen.dayMinute)
      break
    case 'booked':
      addToShowing(model.showing, seen.minutes)
      break
    case 'dayOver':
      for (const arrivals of Object.values(model.arrivals)) endDay(arrivals)
  }
}

function learnVisit(model: Model, service: string, desk: string, ms: number): void {
  const pace = serviceOf(model, service)
  const own = deskOf(model, desk)
  const base = baseOf(pace).mean
  const tempo = tempoOf(model, variationOf(pace.shape)).mean
  const slow = deskPaceOf(model, desk).ratio
  const ratio = tamed(pace.shape, Math.max(ms, 1) / (base * tempo * slow))
  addToShape(pace.shape, ratio)
  addToPace(model, pace, ratio * base * tempo, ratio * tempo)
  own.sum = own.sum * (1 - 1 / deskMemory) + ratio * slow
  own.weight = own.weight * (1 - 1 / deskMemory) + 1
}

function learnMissed({ missed }: Model, came: number, gone: number): void {
  const keep = 1 - 1 / missedMemory
  missed.came = missed.came * keep + came
  missed.missed = missed.missed * keep + gone
}
