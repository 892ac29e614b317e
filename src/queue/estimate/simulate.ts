import { draw, drawPace, drawVisit, firstFree, nextShift, opensAt } from './free.ts'
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
import { nearNormal, type Random } from './random.ts'
import type { Shift } from './situation.ts'

const never = Number.POSITIVE_INFINITY

/**
 * Plays the queue forward `samples` times: always the desk that is free first calls whoever is first among those it
 * serves. Somebody who would have left by then takes no time, but how long they would have waited is known.
 *
 * @returns waits in ms from now, `samples` in a row for each ticket as given; Infinity for not called any more
 */
export function simulate(plan: Plan, tickets: number, samples: number, random: Random): Float64Array {
  const waits = new Float64Array(tickets * samples)
  const visitMs = new Float64Array(plan.visitMs.length)
  const freeAt = new Float64Array(plan.desks.length)
  const head = new Int32Array(plan.lanes)
  const shifts = plan.desks.map(() => undefined as Shift | undefined)
  const withNewcomers = matters(plan)
  for (let sample = 0; sample < samples; sample++) {
    drawPace(plan, random, visitMs)
    for (let d = 0; d < plan.desks.length; d++) {
      freeAt[d] = firstFree(plan, d, visitMs, random)
      shifts[d] = presentShift(plan, d)
    }
    head.set(plan.laneStart.subarray(0, plan.lanes))
    playOnce(plan, sample, samples, random, { waits, visitMs, freeAt, head, shifts, withNewcomers })
  }
  return waits
}

type Board = {
  waits: Float64Array
  visitMs: Float64Array
  freeAt: Float64Array
  head: Int32Array
  shifts: (Shift | undefined)[]
  withNewcomers: boolean
}

/** The shift a desk works in now, or the one for which it will open; none for a desk that nobody planned. */
function presentShift(plan: Plan, d: number): Shift | undefined {
  const { status, since, shifts } = plan.desks[d] as Plan['desks'][number]
  if (status === 'closed') return nextShift(shifts, since)
  return shifts.findLast(({ from }) => from <= plan.now) ?? shifts[0]
}

function playOnce(plan: Plan, sample: number, samples: number, random: Random, board: Board): void {
  const { now, lanes, services, laneStart, laneService, place, waited, order, serves } = plan
  const { waits, visitMs, freeAt, head, shifts, withNewcomers } = board
  const newcomers = withNewcomers ? drawNewcomers(plan, random) : noNewcomers()
  const desks = freeAt.length
  /** How eager to leave people are in this sample against what is expected. */
  const eager = Math.exp(plan.urgeError * nearNormal(random) - (plan.urgeError * plan.urgeError) / 2)
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
      const next = nextShift(plan.desks[d]?.shifts ?? [], shift.from)
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
    } else {
      freeAt[d] = nextComing(newcomers)
      continue
    }
    if (ticket >= 0) {
      waits[ticket * samples + sample] = t - now
      left--
    }
    if (!stays(plan, eager, before, t - since, random)) continue
    const service = laneService[lane] as number
    const meanMs = visitMs[d * services + service] as number
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

/** Whether somebody who has waited for `beforeMs` still does after `moreMs` more. */
function stays({ urge }: Plan, eager: number, beforeMs: number, moreMs: number, random: Random): boolean {
  const last = urge.length - 1
  const start = urge[Math.min(last, (beforeMs / stepMs) | 0)] as number
  const end = urge[Math.min(last, ((beforeMs + moreMs) / stepMs) | 0)] as number
  return (bearing[(random() * bearing.length) | 0] as number) > eager * (end - start)
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
