import { addToCurve, binOf, type Curve, newCurve } from './curve.ts'
import type { Entry, Example, Model } from './model.ts'
import { type View, views } from './views.ts'

/** Ages and gaps are compared as logarithms, but what is well below an hour is alike. */
const alikeMs = 3_600_000
/** What an example of another stage counts, while there are few of the same. */
const otherStage = 0.01
const fewOfStage = 30
/** A load can make a job longer or shorter by this factor at most. */
const mostGrowth = Math.log(8)
/** What each view lets an example count that is so many jobs old; made once, for it is asked for all the time. */
const remembered = 2000
const recalls = views.map(({ memory }) =>
  Float64Array.from({ length: remembered + 1 }, (_, since) => Math.exp(-since / memory)),
)

/**
 * What remained to be done after past entries, each counted by how like the present one it is (Beran 1981: Kaplan and
 * Meier's estimate with kernel weights), once for each view.
 *
 * @param inStage working ms since the entry: only examples that stayed longer count
 * @param open examples of jobs that are still open, and what each of them counts
 */
export function curvesOf(
  model: Model,
  entry: Entry,
  inStage: number,
  open: Example[],
  openWeight: number,
): Curve[] {
  const curves = views.map(newCurve)
  const same = model.past.reduce((count, { stage }) => count + (stage === entry.stage ? 1 : 0), 0)
  for (const example of model.past)
    if (same < fewOfStage || example.stage === entry.stage) weigh(model, entry, inStage, example, 1, curves)
  for (const example of open)
    if (example.stage === entry.stage) weigh(model, entry, inStage, example, openWeight, curves)
  return curves
}

function weigh(
  model: Model,
  entry: Entry,
  inStage: number,
  example: Example,
  counts: number,
  curves: Curve[],
): void {
  const sameStage = example.stage === entry.stage
  const left = example.remaining - inStage
  if (sameStage ? example.stayed < inStage : left < 0) return
  const weight = sameStage ? counts : otherStage * counts
  const sameBefore = example.before === entry.before
  const ages = Math.log((example.age + alikeMs) / (entry.age + alikeMs))
  const gaps = Math.log((example.gap + alikeMs) / (entry.gap + alikeMs))
  const paths = ages * ages + gaps * gaps
  const pressures =
    entry.pressure === null || example.pressure === null ? 0 : Math.log(entry.pressure / example.pressure)
  const grown = Math.min(mostGrowth, Math.max(-mostGrowth, pressures))
  const logLeft = Math.log(Math.max(left, 1))
  const since = Math.min(remembered, model.ended - example.job)
  for (let i = 0; i < views.length; i++) {
    const view = views[i] as View
    const off = pressures / view.byPressure
    const distance = 1 + (view.byPath ? paths : 0) + off * off
    const like = (sameBefore ? 1 : view.otherBefore) / (distance * distance)
    const bin = binOf(logLeft + view.growth * grown)
    const recall = (recalls[i] as Float64Array)[since] as number
    addToCurve(curves[i] as Curve, bin, weight * like * recall, example.done)
  }
}
