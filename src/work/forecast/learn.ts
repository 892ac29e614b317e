import { always, type Calendar } from './calendar.ts'
import type { Model } from './model.ts'

/** Something that happened to a job, in the order in which things happened; `at` in epoch ms. */
export type Seen =
  /** It entered a stage, the first of which opens it. `load`: jobs open then that the same people work on. */
  | { kind: 'entered'; job: string; stage: string; at: number; load: number }
  | { kind: 'done'; job: string; at: number }
  /** It ended without being done: declined, cancelled. */
  | { kind: 'dropped'; job: string; at: number }

const mostExamples = 2000

/** Learns one thing that happened. Changes the model. Of a job that it does not know, an end says nothing. */
export function learn(model: Model, seen: Seen, calendar: Calendar = always): void {
  const job = model.open[seen.job]
  if (seen.kind === 'entered') {
    const opened = job ?? { openedAt: seen.at, entries: [] }
    model.open[seen.job] = opened
    opened.entries.push({
      stage: seen.stage,
      age: calendar.elapsed(opened.openedAt, seen.at),
      load: seen.load,
    })
    return
  }
  if (!job) return
  delete model.open[seen.job]
  const end = calendar.elapsed(job.openedAt, seen.at)
  for (const [index, entry] of job.entries.entries()) {
    const left = job.entries[index + 1]?.age ?? end
    model.past.push({
      ...entry,
      stayed: left - entry.age,
      remaining: end - entry.age,
      done: seen.kind === 'done',
    })
  }
  if (model.past.length > mostExamples) model.past.splice(0, model.past.length - mostExamples)
}
