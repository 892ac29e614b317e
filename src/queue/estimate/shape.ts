/**
 * The shape of a duration apart from its mean: how the ratio of a duration to what was expected is spread. A
 * histogram over the logarithm of the ratio, blended with the log-normal of the same mean and spread, which is all
 * there is while few have been seen. Old observations fade.
 */
export type Shape = {
  /** Weight of what was observed, by bin of the logarithm; fades. */
  bins: number[]
  /** Sums over the same observations: weight, logarithm, its square. */
  weight: number
  sum: number
  squares: number
  /** Sums of the ratio itself and of its square. */
  ratios: number
  ratioSquares: number
  /** Counts the observations, so that a table made from the shape knows its age. */
  version: number
}

const binCount = 120
const binWidth = 0.1
const lowest = -7.5

/** Observations that fade to a third after this many more. */
const memory = 4000
/** The log-normal counts like so many observations beside the histogram. */
const blendWeight = 25
/** Ratios further from the middle than this many spreads are taken as this far: a visit that was forgotten. */
const outlier = 4
const priorWeight = 12

/** Points of a table of quantiles; each stands for 1/1024 of all cases. */
export const tableSize = 1024

/** @param spread standard deviation of the logarithm that is expected before anything was seen; 0.7 for services */
export const newShape = (spread = 0.7): Shape => ({
  bins: new Array<number>(binCount).fill(0),
  weight: priorWeight,
  // So that the mean of the ratio is one.
  sum: (-priorWeight * spread * spread) / 2,
  squares: priorWeight * (spread * spread + spread ** 4 / 4),
  ratios: priorWeight,
  ratioSquares: priorWeight * Math.exp(spread * spread),
  version: 0,
})

const middleOf = (shape: Shape) => shape.sum / shape.weight
const spreadOf = (shape: Shape) =>
  Math.sqrt(Math.max(0.01, shape.squares / shape.weight - middleOf(shape) ** 2))

/** The ratio as far as it may teach: outliers are drawn in to four spreads from the middle. */
export function tamed(shape: Shape, ratio: number): number {
  const [middle, reach] = [middleOf(shape), outlier * spreadOf(shape)]
  return Math.exp(Math.min(middle + reach, Math.max(Math.max(lowest, middle - 1.5 * reach), Math.log(ratio))))
}

/** Learns one ratio of a duration to its expected mean. */
export function addToShape(shape: Shape, ratio: number): void {
  const near = tamed(shape, Math.max(ratio, 1e-9))
  const log = Math.log(near)
  const keep = 1 - 1 / memory
  for (let bin = 0; bin < binCount; bin++) shape.bins[bin] = (shape.bins[bin] as number) * keep
  const bin = Math.min(binCount - 1, Math.max(0, Math.floor((log - lowest) / binWidth)))
  shape.bins[bin] = (shape.bins[bin] as number) + 1
  shape.weight = shape.weight * keep + 1
  shape.sum = shape.sum * keep + log
  shape.squares = shape.squares * keep + log * log
  shape.ratios = shape.ratios * keep + near
  shape.ratioSquares = shape.ratioSquares * keep + near * near
  shape.version++
}

/** Standard deviation of the ratio in parts of its mean. */
export const variationOf = ({ weight, ratios, ratioSquares }: Shape): number =>
  Math.sqrt(Math.max(0.01, (ratioSquares * weight) / (ratios * ratios) - 1))

const tables = new WeakMap<Shape, { ratios: Float64Array; version: number }>()

/** The shape as ratios in rising order, all equally likely, of mean one; kept until the shape learns more. */
export function tableOf(shape: Shape): Float64Array {
  const kept = tables.get(shape)
  if (kept?.version === shape.version) return kept.ratios
  const ratios = makeTable(shape)
  tables.set(shape, { ratios, version: shape.version })
  return ratios
}

function makeTable(shape: Shape): Float64Array {
  const [middle, spread] = [middleOf(shape), spreadOf(shape)]
  const upTo = new Float64Array(binCount + 1)
  const seen = shape.bins.reduce((sum, weight) => sum + weight, 0)
  let before = normalBelow((lowest - middle) / spread)
  for (let bin = 0; bin < binCount; bin++) {
    const below = normalBelow((lowest + (bin + 1) * binWidth - middle) / spread)
    const weight = ((shape.bins[bin] as number) + blendWeight * (below - before)) / (seen + blendWeight)
    upTo[bin + 1] = (upTo[bin] as number) + weight
    before = below
  }
  const ratios = new Float64Array(tableSize)
  const all = upTo[binCount] as number
  let bin = 0
  for (let i = 0; i < tableSize; i++) {
    const wanted = (all * (i + 0.5)) / tableSize
    while (bin < binCount - 1 && (upTo[bin + 1] as number) < wanted) bin++
    const [from, to] = [upTo[bin] as number, upTo[bin + 1] as number]
    ratios[i] = Math.exp(lowest + (bin + (to > from ? (wanted - from) / (to - from) : 0.5)) * binWidth)
  }
  const mean = ratios.reduce((sum, ratio) => sum + ratio, 0) / tableSize
  for (let i = 0; i < tableSize; i++) ratios[i] = (ratios[i] as number) / mean
  return ratios
}

/** The part of a standard normal distribution below z (Abramowitz and Stegun 26.2.17, exact to 1e-7). */
function normalBelow(z: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(z))
  const tail =
    0.3989422804 *
    Math.exp((-z * z) / 2) *
    t *
    (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))))
  return z > 0 ? 1 - tail : tail
}

/** The share of cases below a ratio, from 0 to 1. */
export function shareBelow(ratios: Float64Array, ratio: number): number {
  let [low, high] = [0, ratios.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((ratios[middle] as number) < ratio) low = middle + 1
    else high = middle
  }
  if (low === 0 || low === ratios.length) return low / ratios.length
  const [a, b] = [ratios[low - 1] as number, ratios[low] as number]
  return (low - 0.5 + (b > a ? (ratio - a) / (b - a) : 0)) / ratios.length
}

/** Beyond this share the table is too thin to say how much longer: what is left grows with what has passed. */
const thin = 1 - 4 / tableSize

/** How much longer, as a ratio, something goes on that has gone on for `passed`, of which `below` is the share. */
export function remaining(ratios: Float64Array, passed: number, below: number, uniform: number): number {
  if (below >= thin) return -Math.log(1 - uniform) * passed * 0.4
  const at = (below + (1 - below) * uniform) * ratios.length - 0.5
  const low = Math.max(0, Math.floor(at))
  const a = ratios[Math.min(low, ratios.length - 1)] as number
  const b = ratios[Math.min(low + 1, ratios.length - 1)] as number
  return Math.max(0, a + (b - a) * Math.max(0, at - low) - passed)
}
