import type { Drawable } from './duration.ts'
import type { Plan } from './plan.ts'
import { aroundZero, type Random, ratioNearOne } from './random.ts'
import { remaining, shareBelow, tableSize } from './shape.ts'
import type { DeskNow, Shift } from './situation.ts'

/** A desk that has been free for less than this calls at once. */
export const noticeableMs = 1000

/** How a desk stands when a simulation begins, with all of it that is the same in every sample. */
export type DeskStart = {
  status: DeskNow['status']
  /** Of the visit that is called or served; -1 for none. */
  service: number
  /** What goes on now, how long it has lasted against its mean, and the share of such that end sooner. */
  current: Drawable
  passed: number
  below: number
  /** The shift it works in now, or the one for which it will open; none for a desk that nobody planned. */
  shift: Shift | undefined
  shifts: Shift[]
}

/** @param current what the desk is busy with by its status: a visit, a way, a turn, a break, or being late */
export function startOf(desk: DeskNow, service: number, current: Drawable, now: number): DeskStart {
  const { status, shifts } = desk
  const closed = status === 'closed'
  const shift = closed
    ? nextShift(shifts, desk.since)
    : (shifts.findLast(({ from }) => from <= now) ?? shifts[0])
  const passedMs = now - (closed && shift ? shift.from : desk.since)
  const passed = passedMs < noticeableMs ? 0 : passedMs / current.meanMs
  return { status, service, current, passed, below: shareBelow(current.ratios, passed), shift, shifts }
}

export const nextShift = (shifts: Shift[], after: number): Shift | undefined =>
  shifts.find(({ from, to }) => from > after && to > from)

export function draw({ chance, meanMs, ratios }: Drawable, random: Random): number {
  const uniform = random()
  if (uniform >= chance) return 0
  return meanMs * (ratios[Math.min(tableSize - 1, ((uniform / chance) * tableSize) | 0)] as number)
}

/** What is left of what a desk is busy with. */
const rest = ({ current, passed, below }: DeskStart, random: Random): number =>
  current.meanMs * remaining(current.ratios, passed, below, random())

/** One sample's pace: by how much services and desks are slower than estimated, as far as that is known. */
export function drawPace(errors: Float64Array, random: Random, slower: Float64Array): void {
  for (let i = 0; i < errors.length; i++) slower[i] = ratioNearOne(errors[i] as number, random)
}

/** A visit from its call to its end; somebody who does not come costs the grace. */
export function drawVisit(plan: Plan, service: number, meanMs: number, random: Random): number {
  const uniform = (random() - plan.missed) / (1 - plan.missed)
  if (uniform < 0) return plan.graceMs
  const ratio = plan.ratios[service * tableSize + ((uniform * tableSize) | 0)] as number
  return draw(plan.walk, random) + meanMs * ratio
}

/** From one call to the next at a desk, on average. */
export const usualMs = ({ missed, graceMs, walk, turn }: Plan, meanMs: number): number =>
  (1 - missed) * (meanMs + walk.chance * walk.meanMs) + missed * graceMs + turn.chance * turn.meanMs

/** Several visits one after another: as many means, spread as far as so many of them together are. */
export function drawVisits(
  plan: Plan,
  service: number,
  meanMs: number,
  count: number,
  random: Random,
): number {
  const { walk, turn } = plan
  const spread =
    meanMs * (plan.variation[service] as number) + walk.chance * walk.meanMs + turn.chance * turn.meanMs
  return Math.max(0, usualMs(plan, meanMs) * count + spread * Math.sqrt(count) * aroundZero(random))
}

/**
 * When a desk can make its first call in one sample.
 *
 * @param slower by how much visits for its current service at this desk are slower in this sample
 */
export function firstFree(plan: Plan, d: number, slower: number, random: Random): number {
  const { now, missed, walk, turn } = plan
  const start = plan.starts[d] as DeskStart
  switch (start.status) {
    case 'closed':
      if (!start.shift) return Number.POSITIVE_INFINITY
      return start.passed > 0 ? now + rest(start, random) : opensAt(plan, start.shift, random)
    case 'away':
      return now + rest(start, random)
    case 'free':
      return start.passed > 0 ? now + rest(start, random) : now
    case 'called': {
      const comes = (1 - missed) * (1 - walk.chance * start.below)
      if (random() * (comes + missed) >= comes)
        return now + Math.max(0, plan.graceMs - start.passed * walk.meanMs)
      const ratio = plan.ratios[start.service * tableSize + ((random() * tableSize) | 0)] as number
      const visit = ratio * slower * (plan.visitMs[d * plan.services + start.service] as number)
      return now + rest(start, random) + visit + draw(turn, random)
    }
    case 'serving':
      return now + slower * rest(start, random) + draw(turn, random)
  }
}

/** When a desk opens for a shift that is still to come: as late as desks do. */
export const opensAt = (plan: Plan, shift: Shift | undefined, random: Random): number =>
  shift ? shift.from + draw(plan.late, random) : Number.POSITIVE_INFINITY
