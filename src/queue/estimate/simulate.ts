import { draw, drawPace, drawVisit, drawVisits, firstFree, nextShift, opensAt, usualMs } from './free.ts'
import {
  type Comer,
  drawNewcomers,
  firstHere,
  letIn,
  matters,
  type Newcomers,
  nextComing,
  noNewcomers,
} from './newcomers.ts'
import { bearing, stepMs } from './patience.ts'
import type { Plan } from './plan.ts'
import { type Random, ratioNearOne } from './random.ts'
import type { Shift } from './situation.ts'

const never = Number.POSITIVE_INFINITY

/**
 * Plays the queue forward `samples` times: always the desk that is free first calls whoever is first among those it
 * serves. Somebody who would have left by then takes no time, but how long they would have waited is known.
 *
 * @returns waits in ms from now, `samples` in a row for each ticket as given; Infinity for not called any more
 */
export function simulate(plan: Plan, tickets: number, samples: number, random: Random): Float64Array {
  const desks = plan.starts.length
  const board: Board = {
    waits: new Float64Array(tickets * samples),
    slowerService: new Float64Array(plan.services),
    slowerDesk: new Float64Array(desks),
    freeAt: new Float64Array(desks),
    head: new Int32Array(plan.lanes),
    shifts: [],
    withNewcomers: matters(plan),
  }
  const { slowerService, slowerDesk, freeAt } = board
  const presentShifts = plan.starts.map(({ shift }) => shift)
  for (let sample = 0; sample < samples; sample++) {
    drawPace(plan.serviceError, random, slowerService)
    drawPace(plan.deskError, random, slowerDesk)
    for (let d = 0; d < desks; d++) {
      const service = plan.starts[d]?.service as number
      const slower = service < 0 ? 1 : (slowerService[service] as number) * (slowerDesk[d] as number)
      freeAt[d] = firstFree(plan, d, slower, random)
      board.shifts[d] = presentShifts[d]
    }
    for (let lane = 0; lane < plan.lanes; lane++) board.head[lane] = plan.laneStart[lane] as number
    playOnce(plan, sample, samples, random, board)
  }
  return board.waits
}

type Board = {
  waits: Float64Array
  /** This sample's pace against the estimated one. */
  slowerService: Float64Array
  slowerDesk: Float64Array
  freeAt: Float64Array
  head: Int32Array
  shifts: (Shift | undefined)[]
  withNewcomers: boolean
}

function playOnce(plan: Plan, sample: number, samples: number, random: Random, board: Board): void {
  const { now, lanes, services, laneStart, laneService, place, waited, order, serves, people } = plan
  const { waits, slowerService, slowerDesk, freeAt, head, shifts, withNewcomers } = board
  const newcomers = withNewcomers ? drawNewcomers(plan, random) : noNewcomers()
  const desks = freeAt.length
  /** How eager to leave people are in this sample against what is expected. */
  const eager = ratioNearOne(plan.urgeError, random)
  let left = order.length + plan.early.length
  while (left > 0) {
    let d = 0
    let t = never
    for (let i = 0; i < desks; i++) {
      const at = freeAt[i] as number
      if (at >= t) continue
      d = i
      t = at
    }
    if (t === never) break
    const shift = shifts[d]
    if (shift !== undefined && t >= shift.to && !shift.drains) {
      const next = nextShift(plan.starts[d]?.shifts ?? [], shift.from)
      shifts[d] = next
      freeAt[d] = Math.max(t, opensAt(plan, next, random))
      continue
    }

    let lane = -1
    let first = never
    for (let l = 0; l < lanes; l++) {
      const at = head[l] as number
      if (at === laneStart[l + 1] || serves[d * lanes + l] === 0 || (place[at] as number) >= first) continue
      lane = l
      first = place[at] as number
    }
    let ticket = -1
    let before = 0
    let since = now
    let count = 1
    const comer = withNewcomers ? callComer(plan, newcomers, d, t, first, random) : undefined
    if (comer !== undefined) {
      ticket = comer.ticket
      lane = comer.lane
      before = Math.max(0, now - comer.joinedAt)
      since = Math.max(now, comer.joinedAt)
    } else if (lane >= 0) {
      const at = head[lane] as number
      head[lane] = at + 1
      ticket = order[at] as number
      before = waited[at] as number
      count = people[at] as number
    } else {
      freeAt[d] = nextComing(newcomers)
      continue
    }
    if (ticket >= 0) {
      waits[ticket * samples + sample] = t - now
      left--
    }
    if (count === 0) continue
    const urge = eager * risen(plan.urge, before, t - since)
    const service = laneService[lane] as number
    const slower = (slowerService[service] as number) * (slowerDesk[d] as number)
    const meanMs = slower * (plan.visitMs[d * services + service] as number)
    if (count > 1) {
      // Those behind the first of them wait on meanwhile, and more of them leave.
      const halfMs = (count * Math.exp(-urge) * usualMs(plan, meanMs)) / 2
      const later = eager * risen(plan.urge, before, t + halfMs - since)
      freeAt[d] = t + drawVisits(plan, service, meanMs, count * Math.exp(-later), random)
      continue
    }
    const bears = bearing[(random() * bearing.length) | 0] as number
    if (bears <= urge) continue
    freeAt[d] = t + drawVisit(plan, service, meanMs, random) + draw(plan.turn, random)
  }
  if (left > 0) notCalled(plan, sample, samples, board, newcomers)
}

/** Takes out the newcomer whom the desk calls at `t`; none if the first in the lanes, at place `first`, is before. */
function callComer(
  plan: Plan,
  newcomers: Newcomers,
  d: number,
  t: number,
  first: number,
  random: Random,
): Comer | undefined {
  letIn(plan, newcomers, t, random)
  const index = firstHere(plan, newcomers, d, t)
  if (index < 0) return undefined
  const comer = newcomers.here[index] as Comer
  if (first < never && (comer.dueAt > t || comer.place > first)) return undefined
  newcomers.here.splice(index, 1)
  return comer
}

/** How much the urge to leave rises in `moreMs` for somebody who has waited for `beforeMs`. */
function risen(urge: Float64Array, beforeMs: number, moreMs: number): number {
  const last = urge.length - 1
  const start = urge[Math.min(last, (beforeMs / stepMs) | 0)] as number
  return (urge[Math.min(last, ((beforeMs + moreMs) / stepMs) | 0)] as number) - start
}

function notCalled(
  plan: Plan,
  sample: number,
  samples: number,
  { waits, head }: Board,
  { here }: Newcomers,
): void {
  for (let lane = 0; lane < plan.lanes; lane++)
    for (let at = head[lane] as number; at < (plan.laneStart[lane + 1] as number); at++)
      waits[(plan.order[at] as number) * samples + sample] = never
  for (const { ticket } of here) if (ticket >= 0) waits[ticket * samples + sample] = never
}
