import type { WorkEvent } from '../../scripts/backtest/work-log.ts'
import { type Random, seededRandom } from '../../src/queue/estimate/random.ts'

export const hourMs = 3_600_000
const start = Date.UTC(2026, 0, 5, 8)

export const exponential = (meanMs: number, random: Random): number => -Math.log(1 - random()) * meanMs

const bell = (random: Random) => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())

/** A log-normal of the given median and deviation of its logarithm. */
const skewed = (medianMs: number, spread: number, random: Random) =>
  medianMs * Math.exp(spread * bell(random))

/** A log of jobs, one a given number of hours on average, each with its stages and how long it is in them. */
export function playedJobs(
  count: number,
  everyHours: number,
  seed: number,
  path: (random: Random, index: number, openedAt: number) => [string, number][],
): WorkEvent[] {
  const random = seededRandom(seed)
  const events: WorkEvent[] = []
  let openedAt = start
  for (let index = 0; index < count; index++) {
    openedAt += Math.round(exponential(everyHours * hourMs, random))
    const caseId = `job ${index}`
    let t = openedAt
    for (const [at, [stage, ms]] of path(random, index, openedAt).entries()) {
      events.push({ t, type: at === 0 ? 'open' : 'stage', caseId, stage })
      t += Math.max(1, Math.round(ms))
    }
    events.push({ t, type: 'done', caseId })
  }
  return events.sort((a, b) => a.t - b.t).filter(({ t }) => t <= openedAt)
}

/** Received and worked on, for as long as chance has it: nothing to be learned but two means. */
export const plainJobs = (seed: number): WorkEvent[] =>
  playedJobs(450, 8, seed, (random) => [
    ['received', exponential(48 * hourMs, random)],
    ['in_progress', exponential(24 * hourMs, random)],
  ])

/** From the 180th job on, all takes three times as long. */
export const slowingJobs = (seed: number): WorkEvent[] =>
  playedJobs(450, 6, seed, (random, index) => {
    const slower = index < 180 ? 1 : 3
    return [
      ['received', slower * exponential(12 * hourMs, random)],
      ['in_progress', slower * skewed(24 * hourMs, 0.6, random)],
    ]
  })

/** One bench and a line before it: how long a job takes hangs on how many are there. */
export function queuedJobs(seed: number): WorkEvent[] {
  let freeAt = 0
  return playedJobs(450, 5, seed, (random, _, openedAt) => {
    const begins = Math.max(openedAt, freeAt)
    freeAt = begins + skewed(4 * hourMs, 0.6, random)
    return [
      ['approved', begins - openedAt],
      ['in_progress', freeAt - begins],
    ]
  })
}
