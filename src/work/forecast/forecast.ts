import { always, type Calendar } from './calendar.ts'
import { lastingOf, mixInto, newCurve, shareAt, sizeOf, timeOf } from './curve.ts'
import type { Entry, Example, Job, Model } from './model.ts'
import { priorOf } from './prior.ts'
import { curvesOf } from './weigh.ts'

/** When a job will be done, counted in ms of the clock from the `now` it was asked for. */
export type Forecast = {
  p50Ms: number
  p90Ms: number
  /** The chance, from 0 to 1, that it is done within so many ms of the clock. */
  within(ms: number): number
}

/**
 * How long until a job is done, from what was learned and how it stands.
 *
 * @param load jobs open now that the same people work on, as given to `learn`
 * @param now epoch ms, not before the job entered its stage
 * @param calendar the location's working time; the same at each call for one model
 */
export function forecast(
  model: Model,
  job: Job,
  load: number,
  now: number,
  calendar: Calendar = always,
): Forecast {
  const entry: Entry = {
    stage: job.stage,
    before: job.before?.stage ?? null,
    age: calendar.elapsed(job.openedAt, job.enteredAt),
    gap: job.before ? calendar.elapsed(job.before.enteredAt, job.enteredAt) : 0,
    pressure: pressureOf(model, load, now, calendar),
  }
  const inStage = calendar.elapsed(job.enteredAt, now)
  return onTheClock(outlook(model, entry, inStage, now, calendar), now, calendar)
}

export const onTheClock = ({ lasting, p50, p90 }: Outlook, now: number, calendar: Calendar): Forecast => ({
  p50Ms: calendar.after(now, p50) - now,
  p90Ms: calendar.after(now, p90) - now,
  within: (ms) => shareAt(lasting, calendar.elapsed(now, now + ms)),
})

/** How fast the losses of a view cost it its weight. */
const strictness = 0.3
/** What a job that is still open counts against one that ended. */
const openWeight = 0.1

/** All that is foreseen of one entry, in working ms; `views`: P50 and P90 of each view. */
export type Outlook = { lasting: Float64Array; p50: number; p90: number; views: [number, number][] }

/** @param inStage working ms since the entry */
export function outlook(
  model: Model,
  entry: Entry,
  inStage: number,
  now: number,
  calendar: Calendar,
): Outlook {
  const opening = entry.before === null
  const curves = curvesOf(model, entry, inStage, openExamples(model, now, calendar), openWeight)
  for (const curve of curves) priorOf(model, entry, inStage, curve)
  const weights = weightsOf(model, opening)
  const mixed = newCurve()
  for (const [i, curve] of curves.entries()) mixInto(mixed, curve, weights[i] as number)
  const jobs = Math.min(jobsOf(model), sizeOf(mixed))
  // Of n, the next is below the k-th with a chance of k/(n + 1): with few jobs, read a little higher.
  const high = 0.9 + 0.9 / (1 + jobs) + (opening ? model.moved.opening : model.moved.later)
  const lasting = lastingOf(mixed)
  return {
    lasting,
    p50: timeOf(lasting, 0.5),
    p90: timeOf(lasting, Math.min(0.99, high)),
    views: curves.map((curve) => {
      const own = lastingOf(curve)
      return [Math.round(timeOf(own, 0.5)), Math.round(timeOf(own, 0.9))]
    }),
  }
}

const jobsOf = ({ past, ended }: Model) => ended - (past[0]?.job ?? ended)

/** What each view counts: the less it lost lately, the more. Openings are judged half by openings alone. */
function weightsOf(model: Model, opening: boolean): number[] {
  const losses = model.losses.map(({ all, opening: own }) => (opening ? 0.5 * all + own : all))
  const least = Math.min(...losses)
  const weights = losses.map((loss) => Math.exp(-strictness * (loss - least)))
  const sum = weights.reduce((a, b) => a + b, 0)
  return weights.map((weight) => weight / sum)
}

const fewestEnded = 5

/**
 * How long the open jobs would take at the pace of late, in working ms (Little's law, 1961).
 *
 * @returns null while too few have ended
 */
export function pressureOf(model: Model, load: number, now: number, calendar: Calendar): number | null {
  const { lately } = model
  if (lately.length < fewestEnded) return null
  const each = Math.max(1, busyMs(model, now, calendar) - (lately[0] as number)) / (lately.length - 1)
  return (load + 1) * each
}

/** Working ms so far in which a job was open: a workshop without work is not slow. */
export const busyMs = ({ busy }: Model, now: number, calendar: Calendar): number =>
  busy.ms + (busy.until === null ? 0 : calendar.elapsed(busy.until, now))

/** A job older than nearly all that ended was rather forgotten than is slow. */
const forgottenAbove = 0.95
const mostEntries = 20
const fewestLives = 10

/** What is known of jobs that are still open: that they are not done yet. */
function openExamples(model: Model, now: number, calendar: Calendar): Example[] {
  const { lives } = model
  if (lives.length < fewestLives) return []
  const sorted = [...lives].sort((a, b) => a - b)
  const longest = sorted[Math.floor(forgottenAbove * (sorted.length - 1))] as number
  const examples: Example[] = []
  for (const { openedAt, entries } of Object.values(model.open)) {
    const age = calendar.elapsed(openedAt, now)
    if (age > longest) continue
    const step = Math.max(1, entries.length / mostEntries)
    for (let at = 0; at < entries.length; at += step) {
      const index = Math.floor(at)
      const { said: _, ...entry } = entries[index] as (typeof entries)[number]
      const until = entries[index + 1]?.age ?? age
      const remaining = age - entry.age
      if (remaining > 0)
        examples.push({ ...entry, stayed: until - entry.age, remaining, done: false, job: model.ended })
    }
  }
  return examples
}
