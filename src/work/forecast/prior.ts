import { addToCurve, binOf, type Curve } from './curve.ts'
import type { Entry, Model } from './model.ts'

/** Equally likely deviations of a bell (logistic quantiles, scaled to a deviation of one). */
const bell = Array.from({ length: 32 }, (_, i) => {
  const share = (i + 0.5) / 32
  return (Math.log(share / (1 - share)) * Math.sqrt(3)) / Math.PI
})

/** With nothing configured: some days, or hours, or weeks, and it counts like half an example. */
const unknown = { medianMs: 3 * 86_400_000, spread: 1.2, counts: 0.5 }
const configured = { spread: 0.8, counts: 4 }

/** Adds what is expected before anything was seen: a log-normal around the nominal time of this stage and the next. */
export function priorOf(model: Model, entry: Entry, inStage: number, curve: Curve): void {
  const from = model.stages.findIndex(({ stage }) => stage === entry.stage)
  const nominalMs = model.stages.slice(Math.max(0, from)).reduce((sum, one) => sum + one.nominalMs, 0)
  const { spread, counts } = nominalMs > 0 ? configured : unknown
  // What has lasted long goes on for long: the rest is never expected to be shorter than a part of what was.
  const medianMs = Math.max((nominalMs || unknown.medianMs) - inStage, inStage / 2, 60_000)
  const weight = counts / bell.length
  for (const deviation of bell)
    addToCurve(curve, binOf(Math.log(medianMs) + spread * deviation), weight, true)
}
