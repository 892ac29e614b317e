import { always, type Calendar } from './calendar.ts'
import type { Job, Model } from './model.ts'

/** When a job will be done, counted in ms of the clock from the `now` it was asked for. */
export type Forecast = {
  p50Ms: number
  p90Ms: number
  /** The chance, from 0 to 1, that it is done within so many ms of the clock. */
  within(ms: number): number
}

const weekMs = 7 * 86_400_000

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
  _load: number,
  now: number,
  calendar: Calendar = always,
): Forecast {
  const inStage = calendar.elapsed(job.enteredAt, now)
  const same = model.past.filter(({ stage, remaining }) => stage === job.stage && remaining > inStage)
  const rest = (same.length >= 10 ? same : model.past)
    .map(({ remaining }) => Math.max(0, remaining - inStage))
    .sort((a, b) => a - b)
  const at = (level: number) =>
    calendar.after(now, rest[Math.floor(level * (rest.length - 1))] ?? level * weekMs) - now
  return {
    p50Ms: at(0.5),
    p90Ms: at(0.9),
    within: (ms) => rest.filter((one) => one <= calendar.elapsed(now, now + ms)).length / (rest.length || 1),
  }
}
