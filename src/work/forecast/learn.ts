import { always, type Calendar } from './calendar.ts'
import { busyMs, type Forecast, onTheClock, outlook, pressureOf } from './forecast.ts'
import type { Entry, Model, OpenEntry, OpenJob } from './model.ts'

/** Something that happened to a job, in the order in which things happened; `at` in epoch ms. */
export type Seen =
  /** It entered a stage, the first of which opens it. `load`: jobs open then that the same people work on. */
  | { kind: 'entered'; job: string; stage: string; at: number; load: number }
  | { kind: 'done'; job: string; at: number }
  /** It ended without being done: declined, cancelled. */
  | { kind: 'dropped'; job: string; at: number }

const mostExamples = 2000
const mostLately = 30
const mostLives = 300
/** Of one job, so many entries are kept: of a longer one every second, and again. */
const mostEntries = 80
const mostExamplesOfJob = 40

/**
 * Learns one thing that happened. Changes the model. Of a job that it does not know, an end says nothing.
 *
 * @returns for a stage that was entered what is foreseen then, by which the model judges itself later; else null
 */
export function learn(model: Model, seen: Seen, calendar: Calendar = always): Forecast | null {
  const job = model.open[seen.job]
  if (seen.kind === 'entered') return enter(model, seen, job, calendar)
  if (!job) return null
  delete model.open[seen.job]
  const idle = Object.keys(model.open).length === 0
  model.busy = { ms: busyMs(model, seen.at, calendar), until: idle ? null : seen.at }
  const lived = calendar.elapsed(job.openedAt, seen.at)
  if (seen.kind === 'done') {
    for (const [index, entry] of job.entries.entries()) judge(model, entry, lived - entry.age, index === 0)
    model.ended++
    keep(model.lately, model.busy.ms, mostLately)
    keep(model.lives, lived, mostLives)
  }
  remember(model, job, lived, seen.kind === 'done')
  return null
}

function enter(
  model: Model,
  { job: id, stage, at, load }: Seen & { kind: 'entered' },
  job: OpenJob | undefined,
  calendar: Calendar,
): Forecast {
  const opened = job ?? { openedAt: at, entries: [] }
  const last = opened.entries.at(-1)
  const age = calendar.elapsed(opened.openedAt, at)
  const entry: Entry = {
    stage,
    before: last?.stage ?? null,
    age,
    gap: age - (last?.age ?? age),
    pressure: pressureOf(model, load, at, calendar),
  }
  const foreseen = outlook(model, entry, 0, at, calendar)
  const said = model.past.length > 0 ? { p90: Math.round(foreseen.p90), views: foreseen.views } : null
  opened.entries.push({ ...entry, said })
  if (opened.entries.length > mostEntries)
    opened.entries = opened.entries.filter((_, index) => index % 2 === 0 || index > mostEntries / 2)
  model.open[id] = opened
  model.busy.until ??= at
  return onTheClock(foreseen, at, calendar)
}

function remember(model: Model, { entries }: OpenJob, lived: number, done: boolean): void {
  const step = Math.max(1, entries.length / mostExamplesOfJob)
  for (let at = 0; at < entries.length; at += step) {
    const index = Math.floor(at)
    const { said: _, ...entry } = entries[index] as OpenEntry
    const stayed = (entries[index + 1]?.age ?? lived) - entry.age
    model.past.push({ ...entry, stayed, remaining: lived - entry.age, done, job: model.ended })
  }
  if (model.past.length > mostExamples) model.past.splice(0, model.past.length - mostExamples)
}

/** How slowly the losses of views are forgotten, and how slowly the usual loss moves. */
const remembering = 0.998
const usual = 0.01
/** Steps of the level of P90 for one outcome, and how far it may go. */
const steps = { opening: 0.001, later: 0.001 }
const mostMoved = 0.02

/** What an announcement was worth, now that the job is done. */
function judge(model: Model, { said }: OpenEntry, remaining: number, opening: boolean): void {
  if (!said) return
  const lost = said.views.map(([p50, p90]) => pinball(remaining, p50, 0.5) + pinball(remaining, p90, 0.9))
  const mean = lost.reduce((a, b) => a + b, 0) / lost.length
  model.usualLoss = model.usualLoss === 0 ? mean : model.usualLoss + usual * (mean - model.usualLoss)
  for (const [i, losses] of model.losses.entries()) {
    const against = ((lost[i] as number) - mean) / Math.max(1, model.usualLoss)
    losses.all = losses.all * remembering + against
    if (opening) losses.opening = losses.opening * remembering + against
  }
  const which = opening ? 'opening' : 'later'
  const moved = model.moved[which] + steps[which] * (0.9 - (remaining <= said.p90 ? 1 : 0))
  model.moved[which] = Math.min(mostMoved, Math.max(-mostMoved, moved))
}

/** What announcing a quantile costs (Koenker and Bassett 1978). */
const pinball = (value: number, quantile: number, level: number) =>
  value >= quantile ? level * (value - quantile) : (1 - level) * (quantile - value)

function keep(list: number[], value: number, most: number): void {
  list.push(value)
  if (list.length > most) list.shift()
}
