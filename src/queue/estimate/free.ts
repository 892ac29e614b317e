import type { Plan } from './plan.ts'
import { nearNormal, type Random } from './random.ts'
import { remaining, shareBelow, tableSize } from './shape.ts'
import type { Shift } from './situation.ts'

/** A duration drawn from equally likely ratios, or none. */
export type Drawn = { chance: number; meanMs: number; ratios: Float64Array }

export function draw({ chance, meanMs, ratios }: Drawn, random: Random): number {
  const uniform = random()
  if (uniform >= chance) return 0
  return meanMs * (ratios[Math.min(tableSize - 1, ((uniform / chance) * tableSize) | 0)] as number)
}

/** What is left of a duration that has lasted for `passedMs`. */
function rest({ meanMs, ratios }: Drawn, passedMs: number, random: Random): number {
  const passed = passedMs / meanMs
  return meanMs * remaining(ratios, passed, shareBelow(ratios, passed), random())
}

/** One sample's pace: how long a visit lasts at each desk for each service, as far as that is known. */
export function drawPace(plan: Plan, random: Random, visitMs: Float64Array): void {
  const { services } = plan
  // The services of a location are slow or fast together as often as apart.
  for (let s = 0; s < services; s++) {
    const error = plan.serviceError[s] as number
    const factor = Math.exp(error * nearNormal(random) - (error * error) / 2)
    for (let d = 0; d < plan.desks.length; d++)
      visitMs[d * services + s] = (plan.visitMs[d * services + s] as number) * factor
  }
  for (let d = 0; d < plan.desks.length; d++) {
    const error = plan.deskError[d] as number
    const factor = Math.exp(error * nearNormal(random) - (error * error) / 2)
    for (let s = 0; s < services; s++)
      visitMs[d * services + s] = (visitMs[d * services + s] as number) * factor
  }
}

/** A visit from its call to its end; somebody who does not come costs the grace. */
export function drawVisit(plan: Plan, service: number, meanMs: number, random: Random): number {
  const uniform = (random() - plan.missed) / (1 - plan.missed)
  if (uniform < 0) return plan.graceMs
  const ratio = plan.ratios[service * tableSize + ((uniform * tableSize) | 0)] as number
  return draw(plan.walk, random) + meanMs * ratio
}

/** When a desk can make its first call in one sample. */
export function firstFree(plan: Plan, d: number, visitMs: Float64Array, random: Random): number {
  const { now } = plan
  const desk = plan.desks[d] as Plan['desks'][number]
  const passed = Math.max(0, now - desk.since)
  const service = plan.currentService[d] as number
  switch (desk.status) {
    case 'closed':
      return opensAt(plan, nextShift(desk.shifts, desk.since), random)
    case 'away':
      return now + rest(plan.away, passed, random)
    case 'free':
      return passed < 1000 ? now : now + rest(plan.turn, passed, random)
    case 'called': {
      const walked = shareBelow(plan.walk.ratios, passed / plan.walk.meanMs)
      const comes = (1 - plan.missed) * (1 - plan.walk.chance * walked)
      if (random() * (comes + plan.missed) >= comes) return now + Math.max(0, plan.graceMs - passed)
      const ratio = plan.ratios[service * tableSize + ((random() * tableSize) | 0)] as number
      const visit = ratio * (visitMs[d * plan.services + service] as number)
      return now + rest(plan.walk, passed, random) + visit + draw(plan.turn, random)
    }
    case 'serving': {
      const meanMs = visitMs[d * plan.services + service] as number
      const ratios = plan.ratios.subarray(service * tableSize, (service + 1) * tableSize)
      return now + rest({ chance: 1, meanMs, ratios }, passed, random) + draw(plan.turn, random)
    }
  }
}

export const nextShift = (shifts: Shift[], after: number): Shift | undefined =>
  shifts.find(({ from, to }) => from > after && to > from)

/** When a desk opens for a shift: not before now, and as late as desks do. */
export function opensAt(plan: Plan, shift: Shift | undefined, random: Random): number {
  if (!shift) return Number.POSITIVE_INFINITY
  if (shift.from >= plan.now) return shift.from + draw(plan.late, random)
  return plan.now + rest(plan.late, plan.now - shift.from, random)
}
