/** How far the levels of quantiles are moved so that announced ranges hold as often as they say. */
type Moved = { p10: number; p50: number; p90: number }

/** By how many were ahead: what a simulation does not know shows differently at the head of a line and at its end. */
export type Calibration = Moved[]

export type Quote = { p10: number; p50: number; p90: number; ahead: number }

/** Never further than this: a quote stays a statement about the simulation. */
const mostMoved = 0.08
/** Step for one outcome: it takes hundreds to move by a tenth. */
const step = 0.0015
/** Ahead at least: nobody, one, two, four, eight. */
const groups = [0, 1, 2, 4, 8]

export const newCalibration = (): Calibration => groups.map(() => ({ p10: 0, p50: 0, p90: 0 }))

const movedOf = (calibration: Calibration, ahead: number): Moved =>
  calibration[groups.findLastIndex((from) => ahead >= from)] as Moved

/**
 * Learns how a quote turned out (Robbins and Monro's stochastic approximation of a quantile, with bounds). Of people
 * who left, the wait they would have had counts, where it is known.
 *
 * @param waitedMs from the quote to the call
 */
export function calibrate(calibration: Calibration, quote: Quote, waitedMs: number): void {
  const moved = movedOf(calibration, quote.ahead)
  const move = (from: number, level: number, held: boolean) =>
    Math.min(mostMoved, Math.max(-mostMoved, from + step * (level - (held ? 1 : 0))))
  moved.p10 = move(moved.p10, 0.1, waitedMs <= quote.p10)
  moved.p50 = move(moved.p50, 0.5, waitedMs <= quote.p50)
  moved.p90 = move(moved.p90, 0.9, waitedMs <= quote.p90)
}

/** The levels at which the simulated waits are read, in rising order. */
export function levelsOf(calibration: Calibration, ahead: number): [number, number, number] {
  const { p10, p50, p90 } = movedOf(calibration, ahead)
  return [Math.max(0.01, 0.1 + p10), 0.5 + p50, Math.min(0.995, 0.9 + p90)]
}
