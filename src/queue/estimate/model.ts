import { type Arrivals, newArrivals } from './arrivals.ts'
import { type Calibration, newCalibration } from './calibrate.ts'
import { type Duration, drawable, newDuration } from './duration.ts'
import { addToLevel, type Level, levelOf, newLevel } from './level.ts'
import { newPatience, type Patience } from './patience.ts'
import { newShape, type Shape, variationOf } from './shape.ts'
import { newShowing, type Showing } from './showing.ts'

/** What is configured: the rest is learned. Milliseconds. */
export type ModelConfig = {
  services: { id: string; nominalMs: number }[]
  /** From a call until the desk gives up on somebody who does not come. */
  graceMs: number
}

/** How long visits for a service last at a desk of usual pace, in milliseconds. */
export type ServicePace = { nominalMs: number; level: Level; shape: Shape }

/** How much longer than usual visits last at a desk: a sum of ratios and its weight; both fade. */
export type DeskPace = { sum: number; weight: number }

/** All that was learned at one location; plain data, so that it can be stored as it is. */
export type Model = {
  graceMs: number
  services: Record<string, ServicePace>
  desks: Record<string, DeskPace>
  /** Pace of the whole location these days against its services' means; more is slower. */
  tempo: Level
  /** From a call to the start of the visit. */
  walk: Duration
  missed: { came: number; missed: number }
  /** After a visit, while people wait: until the desk calls the next one. */
  turn: Duration
  /** A break, or a desk that is left for a while. */
  away: Duration
  /** Opening after the time on the roster. */
  late: Duration
  patience: Patience
  arrivals: Record<string, Arrivals>
  showing: Showing
  calibration: Calibration
}

const minuteMs = 60_000
/** A configured duration is usually off by up to a third. */
const nominalError = 0.3
const serviceMemories = [600, 6000]
const tempoMemories = [120, 400, 0]
/** A drift has to show before it is believed: on its first days an office has none. */
const tempoScores = [-3, -3, 0]
const tempoError = 0.2
/** A desk's own pace leans on the usual one as if on so many visits. */
const deskLeaning = 30

export function newModel({ services, graceMs }: ModelConfig): Model {
  const model: Model = {
    graceMs,
    services: {},
    desks: {},
    tempo: newLevel(1, tempoMemories, tempoScores),
    walk: newDuration(0.5, 1, minuteMs / 2, 0.6),
    missed: { came: 19, missed: 1 },
    turn: newDuration(0.02, 50, 5 * minuteMs, 1),
    away: newDuration(1, 1, 10 * minuteMs, 1),
    late: newDuration(0.5, 4, 2 * minuteMs, 1),
    patience: newPatience(),
    arrivals: {},
    showing: newShowing(),
    calibration: newCalibration(),
  }
  for (const { id, nominalMs } of services) serviceOf(model, id, nominalMs)
  return model
}

/** The service's pace; one that was never configured is expected to be like the others. */
export function serviceOf(model: Model, id: string, nominalMs?: number): ServicePace {
  const known = model.services[id]
  if (known) return known
  const others = Object.values(model.services)
  const mean = nominalMs ?? others.reduce((sum, one) => sum + one.nominalMs / others.length, 0)
  const made = {
    nominalMs: mean || 10 * minuteMs,
    level: newLevel(mean || 10 * minuteMs, serviceMemories),
    shape: newShape(),
  }
  model.services[id] = made
  return made
}

export function deskOf(model: Model, id: string): DeskPace {
  model.desks[id] ??= { sum: 0, weight: 0 }
  return model.desks[id]
}

export function arrivalsOf(model: Model, group: string): Arrivals {
  model.arrivals[group] ??= newArrivals()
  return model.arrivals[group]
}

/** A desk's pace against the usual one, and the weight of what that rests on. */
export function deskPaceOf(model: Model, id: string): { ratio: number; weight: number } {
  const { sum, weight } = model.desks[id] ?? { sum: 0, weight: 0 }
  return { ratio: (deskLeaning + sum) / (deskLeaning + weight), weight: deskLeaning + weight }
}

/** Mean of a service in ms, and the variance of that estimate in parts of its square. */
export const baseOf = ({ level, shape }: ServicePace) => levelOf(level, variationOf(shape), nominalError)

/** The location's tempo as seen in visits of that spread. */
export const tempoOf = ({ tempo }: Model, spread: number) => levelOf(tempo, spread, tempoError)

/** Learns one visit of a service, in ms at a desk of usual pace. */
export function addToPace(model: Model, { level, shape }: ServicePace, ms: number, ratio: number): void {
  const spread = variationOf(shape)
  addToLevel(level, ms, spread, nominalError)
  addToLevel(model.tempo, ratio, spread, tempoError)
}

/** The chance that somebody who is called does not come. */
export const missedChance = ({ missed }: Model): number => missed.missed / (missed.came + missed.missed)

/** From a call to the start of the visit, in milliseconds; of those who come. */
export function usualWalkMs({ walk }: Model): number {
  const { chance, meanMs } = drawable(walk)
  return chance * meanMs
}

/** Mean length of a visit for the service at the desk, in milliseconds. */
export function meanVisitMs(model: Model, service: string, desk: string): number {
  const pace = serviceOf(model, service)
  const spread = variationOf(pace.shape)
  return baseOf(pace).mean * tempoOf(model, spread).mean * deskPaceOf(model, desk).ratio
}
