import { ratesOf } from '../estimate/arrivals.ts'
import type { Estimate } from '../estimate/estimate.ts'
import { explain } from '../estimate/explain.ts'
import type { Model } from '../estimate/model.ts'
import { mayCall } from '../estimate/plan.ts'
import type { DeskNow, Situation, WaitingTicket } from '../estimate/situation.ts'
import type { MainReason, QuoteReason } from '../rules/index.ts'

const halfHourMs = 30 * 60_000

/** Why a ticket waits as long as it was estimated; `deferredUntil` is when they asked not to be called before. */
export function reasonOf(
  model: Model,
  standing: Omit<Situation, 'tickets'>,
  now: number,
  ticket: WaitingTicket,
  { p50, p90, ahead }: Estimate,
  deferredUntil: number | null = null,
): QuoteReason {
  const medianMs = Number.isFinite(p50) ? p50 : 0
  const told = explain(model, { ...standing, tickets: [ticket] }, now, 0, { ahead, p50: medianMs })
  const appointments = bookedBefore(model, standing, now, ticket.place, medianMs)
  const able = standing.desks.filter((desk) => mayCall(desk, ticket))
  // One that is closed or on a break serves whom it has, and calls nobody.
  const open = able.filter(({ status, shifts }) => status !== 'closed' && shifts.length === 0)
  const appointmentsMs = (appointments * told.paceMs) / Math.max(1, told.desks)
  const { parts } = told
  const reason = {
    desks: open.length,
    paceMs: Math.round(told.paceMs),
    appointments: Math.round(appointments * 10) / 10,
    closesAt: told.closesAt !== null && told.closesAt > now ? told.closesAt : null,
    parts: {
      servingMs: Math.round(parts.serving),
      aheadMs: Math.round(parts.ahead),
      appointmentsMs: Math.round(appointmentsMs),
      changesMs: Math.round(parts.changes - appointmentsMs),
    },
  }
  const comesBack = ({ shifts }: DeskNow) => shifts.some(({ to }) => to > now)
  const main = (): MainReason => {
    if (open.length === 0) return able.some(comesBack) ? 'break' : 'no_desk'
    if (deferredUntil !== null && deferredUntil > now) return 'deferred'
    if (ticket.dueAt !== null && ticket.dueAt > now) return 'early'
    if (!Number.isFinite(p90) || (reason.closesAt !== null && now + p90 > reason.closesAt)) return 'closing'
    if (reason.parts.appointmentsMs > reason.parts.aheadMs) return 'appointments'
    return ahead === 0 ? 'next' : 'ahead'
  }
  return { ...reason, main: main() }
}

/** How many booked people are expected to come within a wait and to stand before a place. */
function bookedBefore(
  { arrivals }: Model,
  { groups, dayMinute }: Omit<Situation, 'tickets'>,
  now: number,
  place: number,
  medianMs: number,
): number {
  const [booked, known] = [groups.find(({ id }) => id === 'booked'), arrivals.booked]
  if (!booked || !known) return 0
  const { rates } = ratesOf(known, dayMinute)
  const until = Math.min(now + medianMs, place - booked.offsetMs)
  const midnight = now - dayMinute * 60_000
  let expected = 0
  for (let half = Math.floor(dayMinute / 30); half < rates.length; half++) {
    const from = Math.max(now, midnight + half * halfHourMs)
    const to = Math.min(until, midnight + (half + 1) * halfHourMs)
    if (to <= from) break
    expected += (rates[half] as number) * (to - from)
  }
  return expected
}
