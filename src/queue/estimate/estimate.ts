import { levelsOf } from './calibrate.ts'
import type { Model } from './model.ts'
import { type Plan, planOf } from './plan.ts'
import { quantileOf } from './quantile.ts'
import type { Random } from './random.ts'
import { simulate } from './simulate.ts'
import type { Situation } from './situation.ts'

/**
 * Remaining wait in ms until the call, by how likely it is over by then; Infinity where the desks would have closed
 * before. `ahead`: people with a place before this one whom a desk may call that may call this one too.
 */
export type Estimate = { p10: number; p50: number; p90: number; ahead: number }

/**
 * The remaining waits of all tickets, in their order, from one simulation of the queue as it stands.
 *
 * @param samples how often the queue is played forward; 150 is enough for people to read
 * @param from index of the first ticket whose wait is wanted
 */
export function estimate(
  model: Model,
  situation: Situation,
  now: number,
  samples: number,
  random: Random,
  from = 0,
): Estimate[] {
  const plan = planOf(model, situation, now)
  const waits = simulate(plan, situation.tickets.length, samples, random)
  const ahead = aheadOf(plan, situation)
  return situation.tickets.slice(from).map((_, index) => {
    const ticket = from + index
    const [low, middle, high] = levelsOf(model.calibration, ahead[ticket] as number)
    const own = waits.subarray(ticket * samples, (ticket + 1) * samples)
    return {
      p10: quantileOf(own, low),
      p50: quantileOf(own, middle),
      p90: quantileOf(own, high),
      ahead: ahead[ticket] as number,
    }
  })
}

function aheadOf(plan: Plan, situation: Situation): Int32Array {
  const { lanes, serves, order, place, people, laneStart, early } = plan
  const shares = (a: number, b: number) =>
    plan.starts.some((_, d) => serves[d * lanes + a] === 1 && serves[d * lanes + b] === 1)
  const rivals = Array.from({ length: lanes }, (_, a) =>
    Array.from({ length: lanes }, (_, b) => b).filter((b) => a === b || shares(a, b)),
  )
  const ahead = new Int32Array(situation.tickets.length)
  /** People in the lanes up to each place of them. */
  const upTo = new Float64Array(order.length + 1)
  for (let at = 0; at < order.length; at++) upTo[at + 1] = (upTo[at] as number) + (people[at] as number)
  for (let lane = 0; lane < lanes; lane++) {
    for (let at = laneStart[lane] as number; at < (laneStart[lane + 1] as number); at++) {
      let before = 0
      for (const rival of rivals[lane] as number[])
        before += countBefore(plan, upTo, rival, place[at] as number)
      ahead[order[at] as number] = before
    }
  }
  for (const one of early) {
    let before = early.filter(({ lane, place }) => place < one.place && shares(lane, one.lane)).length
    for (const rival of rivals[one.lane] as number[])
      before += countBefore(plan, upTo, rival, Number.POSITIVE_INFINITY)
    ahead[one.ticket] = before
  }
  return ahead
}

/** How many of a lane have a place before the given one. */
function countBefore({ laneStart, place }: Plan, upTo: Float64Array, lane: number, before: number): number {
  const start = laneStart[lane] as number
  let low = start
  let high = laneStart[lane + 1] as number
  while (low < high) {
    const middle = (low + high) >> 1
    if ((place[middle] as number) < before) low = middle + 1
    else high = middle
  }
  return (upTo[low] as number) - (upTo[start] as number)
}
