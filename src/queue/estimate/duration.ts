import { addToLevel, type Level, levelOf, newLevel } from './level.ts'
import { addToShape, newShape, type Shape, tableOf, tamed, variationOf } from './shape.ts'

/** A duration that often is none at all: a pause after a visit, a desk that opens late. Milliseconds. */
export type Duration = { none: number; some: number; level: Level; shape: Shape }

const memory = 2000
const pacing = 500
/** The expected mean may well be half off. */
const priorError = 0.5

/** @param chance how often it is expected to be more than none, which counts like `weight` observations */
export const newDuration = (chance: number, weight: number, meanMs: number, spread: number): Duration => ({
  none: (1 - chance) * weight,
  some: chance * weight,
  level: newLevel(meanMs, [pacing]),
  shape: newShape(spread),
})

/** Learns one duration; less than `atLeastMs` is none. */
export function addToDuration(duration: Duration, ms: number, atLeastMs = 1): void {
  const keep = 1 - 1 / memory
  duration.none *= keep
  duration.some *= keep
  if (ms < atLeastMs) {
    duration.none += 1
    return
  }
  duration.some += 1
  const { mean } = levelOf(duration.level, variationOf(duration.shape), priorError)
  const ratio = tamed(duration.shape, ms / mean)
  addToShape(duration.shape, ratio)
  addToLevel(duration.level, ratio * mean, variationOf(duration.shape), priorError)
}

const chanceOf = ({ none, some }: Duration): number => some / (none + some)

/** Ready to be drawn from: the chance that it is more than none, its mean then, and equally likely ratios to that. */
export type Drawable = { chance: number; meanMs: number; ratios: Float64Array }

export function drawable(duration: Duration): Drawable {
  const { mean } = levelOf(duration.level, variationOf(duration.shape), priorError)
  return { chance: chanceOf(duration), meanMs: mean, ratios: tableOf(duration.shape) }
}
