/** How far the levels of quantiles are moved so that announced ranges hold as often as they say. */
export type Calibration = { p10: number; p50: number; p90: number; outcomes: number }

export type Quote = { p10: number; p50: number; p90: number }

/** Never further than this: a quote stays a statement about the simulation. */
const mostMoved = 0.06
/** Step for one outcome; the first ones may move more, so that a new office settles within days. */
const step = 0.0015

export const newCalibration = (): Calibration => ({ p10: 0, p50: 0, p90: 0, outcomes: 0 })

/**
 * Learns how a quote turned out (Robbins and Monro's stochastic approximation of a quantile, with bounds). Of people
 * who left, the wait they would have had counts, where it is known.
 *
 * @param waitedMs from the quote to the call
 */
export function calibrate(calibration: Calibration, quote: Quote, waitedMs: number): void {
  const move = (moved: number, level: number, held: boolean) =>
    Math.min(mostMoved, Math.max(-mostMoved, moved + step * (level - (held ? 1 : 0))))
  calibration.p10 = move(calibration.p10, 0.1, waitedMs <= quote.p10)
  calibration.p50 = move(calibration.p50, 0.5, waitedMs <= quote.p50)
  calibration.p90 = move(calibration.p90, 0.9, waitedMs <= quote.p90)
  calibration.outcomes++
}

/** The levels at which the simulated waits are read, in rising order. */
export const levelsOf = ({ p10, p50, p90 }: Calibration): [number, number, number] => [
  Math.max(0.01, 0.1 + p10),
  0.5 + p50,
  Math.min(0.995, 0.9 + p90),
]
