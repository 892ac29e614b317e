import type { Plan } from './plan.ts'
import { type Random, ratioNearOne } from './random.ts'
import { drawShowing } from './showing.ts'

const minuteMs = 60_000
const halfHourMinutes = 30

/** Those who are not in the lanes of a plan: who comes later, and appointments that are early. One sample's worth. */
export type Newcomers = {
  /** Known beforehand, by the time they are here; `next` is the first who is not here yet. */
  coming: Comer[]
  next: number
  /** How busy each group is in this sample against what is expected. */
  busy: number[]
  /** Next arrival of each group, and when the first of them comes. */
  nextOfGroup: number[]
  nextArrival: number
  here: Comer[]
}

/** `ticket`: index in the situation's tickets, -1 for somebody who has not joined yet. */
export type Comer = {
  ticket: number
  lane: number
  place: number
  dueAt: number
  hereAt: number
  joinedAt: number
}

export const matters = (plan: Plan): boolean =>
  plan.early.length + plan.appointments.length + plan.groups.length > 0

export const noNewcomers = (): Newcomers => ({
  coming: [],
  next: 0,
  busy: [],
  nextOfGroup: [],
  nextArrival: Number.POSITIVE_INFINITY,
  here: [],
})

/** Who comes in one sample, drawn anew. */
export function drawNewcomers(plan: Plan, random: Random): Newcomers {
  const { now, early, appointments, groups } = plan
  const coming: Comer[] = early.map((one) => ({ ...one, hereAt: now }))
  for (const { lane, at, place } of appointments) {
    const minutes = drawShowing(plan.showing, (now - at) / minuteMs, random())
    if (minutes === null) continue
    const hereAt = Math.max(now, at + (minutes + random() - 0.5) * minuteMs)
    coming.push({ ticket: -1, lane, place, dueAt: at, hereAt, joinedAt: hereAt })
  }
  coming.sort((a, b) => a.hereAt - b.hereAt)
  const busy = groups.map(({ error }) => ratioNearOne(error, random))
  const nextOfGroup = groups.map((_, group) => arrivalAfter(plan, group, busy[group] as number, now, random))
  return { coming, next: 0, busy, nextOfGroup, nextArrival: Math.min(...nextOfGroup), here: [] }
}

/** When the next of a group comes after `t`: a Poisson process whose rate changes each half-hour of the day. */
function arrivalAfter(plan: Plan, group: number, busy: number, t: number, random: Random): number {
  const { rates, offsetMs } = plan.groups[group] as Plan['groups'][number]
  let units = -Math.log(1 - random())
  let at = t
  while (at + offsetMs < plan.lastPlace) {
    const minute = plan.dayMinute + (at - plan.now) / minuteMs
    const halfHour = Math.floor(minute / halfHourMinutes)
    if (halfHour >= rates.length) break
    const rate = busy * (rates[halfHour] as number)
    const left = ((halfHour + 1) * halfHourMinutes - minute) * minuteMs
    if (units < rate * left) {
      at += units / rate
      return at + offsetMs < plan.lastPlace ? at : Number.POSITIVE_INFINITY
    }
    units -= rate * left
    at += Math.max(left, 1)
  }
  return Number.POSITIVE_INFINITY
}

/** Lets in everybody who has come by `t`. */
export function letIn(plan: Plan, newcomers: Newcomers, t: number, random: Random): void {
  const { coming, here, nextOfGroup } = newcomers
  while (newcomers.next < coming.length) {
    const comer = coming[newcomers.next] as Comer
    if (comer.hereAt > t) break
    here.push(comer)
    newcomers.next++
  }
  while (newcomers.nextArrival <= t) {
    const at = newcomers.nextArrival
    const group = nextOfGroup.indexOf(at)
    const { services, offsetMs } = plan.groups[group] as Plan['groups'][number]
    const uniform = random()
    const lane = services.find(({ below }) => uniform < below)?.lane ?? services[0]?.lane
    if (lane !== undefined)
      here.push({ ticket: -1, lane, place: at + offsetMs, dueAt: at, hereAt: at, joinedAt: at })
    nextOfGroup[group] = arrivalAfter(plan, group, newcomers.busy[group] as number, at, random)
    newcomers.nextArrival = Math.min(...nextOfGroup)
  }
}

/** When the next of them comes. */
export const nextComing = ({ coming, next, nextArrival }: Newcomers): number =>
  Math.min(coming[next]?.hereAt ?? Number.POSITIVE_INFINITY, nextArrival)

/** Index in `here` of the one a desk would call first, those who are due before those who are early; -1 if none. */
export function firstHere(plan: Plan, { here }: Newcomers, desk: number, t: number): number {
  let best = -1
  let [bestDue, bestPlace] = [false, 0]
  for (let i = 0; i < here.length; i++) {
    const { lane, dueAt, place } = here[i] as Comer
    if (plan.serves[desk * plan.lanes + lane] === 0) continue
    const due = dueAt <= t
    if (best < 0 || (due && !bestDue) || (due === bestDue && place < bestPlace)) {
      best = i
      bestDue = due
      bestPlace = place
    }
  }
  return best
}
