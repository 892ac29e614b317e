/**
 * How likely a job is done by when: weights of examples that ended, and of some that were still open, in bins of the
 * logarithm of the working time that was left.
 */
export type Curve = { ended: Float64Array; open: Float64Array; total: number; squares: number }

const lowest = Math.log(30_000)
/** Bins of 5%, from half a minute to three years. */
const width = 0.05
const bins = 300

export const newCurve = (): Curve => ({
  ended: new Float64Array(bins),
  open: new Float64Array(bins),
  total: 0,
  squares: 0,
})

export const binOf = (logMs: number): number =>
  Math.min(bins - 1, Math.max(0, Math.floor((logMs - lowest) / width)))

const msAt = (bin: number) => (bin <= 0 ? 0 : Math.exp(lowest + bin * width))

export function addToCurve(curve: Curve, bin: number, weight: number, done: boolean): void {
  const side = done ? curve.ended : curve.open
  side[bin] = (side[bin] as number) + weight
  curve.total += weight
  curve.squares += weight * weight
}

/** Adds another curve so that all of its weight counts as much as given. */
export function mixInto(curve: Curve, other: Curve, weight: number): void {
  const part = weight / other.total
  for (let i = 0; i < bins; i++) {
    curve.ended[i] = (curve.ended[i] as number) + part * (other.ended[i] as number)
    curve.open[i] = (curve.open[i] as number) + part * (other.open[i] as number)
  }
  curve.total += weight
  curve.squares += (weight * other.squares) / other.total / other.total
}

/** How many examples of equal weight would be as good (Kish 1965). */
export const sizeOf = ({ total, squares }: Curve): number => (total * total) / squares

/** The share that is not done after each bin, by Kaplan and Meier; the last bin always ends it. */
export function lastingOf({ ended, open, total }: Curve): Float64Array {
  const lasting = new Float64Array(bins)
  let [share, atRisk] = [1, total]
  for (let i = 0; i < bins; i++) {
    const done = ended[i] as number
    if (done > 0) share *= Math.max(0, 1 - done / Math.max(atRisk, done))
    atRisk -= done + (open[i] as number)
    lasting[i] = atRisk <= 1e-9 * total ? 0 : share
  }
  return lasting
}

/** Working ms after which the share `level` is done; equally likely within a bin. */
export function timeOf(lasting: Float64Array, level: number): number {
  const left = 1 - level
  let [low, high] = [0, bins - 1]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((lasting[middle] as number) > left) low = middle + 1
    else high = middle
  }
  const before = low === 0 ? 1 : (lasting[low - 1] as number)
  const after = lasting[low] as number
  return msAt(low + (before > after ? (before - left) / (before - after) : 1))
}

/** The share that is done after so many working ms. */
export function shareAt(lasting: Float64Array, ms: number): number {
  const exact = Math.max(0, (Math.log(Math.max(ms, 1)) - lowest) / width)
  const bin = Math.min(bins - 1, Math.floor(exact))
  const before = bin === 0 ? 1 : (lasting[bin - 1] as number)
  const passed = ms <= 0 ? 0 : bin === 0 ? Math.min(1, ms / msAt(1)) : Math.min(1, exact - bin)
  return 1 - (before + ((lasting[bin] as number) - before) * passed)
}
