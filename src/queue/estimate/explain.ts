import { type Model, meanVisitMs, missedChance, usualWalkMs } from './model.ts'
import { mayCall } from './plan.ts'
import { cameShare } from './showing.ts'
import type { DeskNow, Situation, WaitingTicket } from './situation.ts'

/** Why a wait is as long as it is. The parts are milliseconds and add up to the median that was announced. */
export type Explanation = {
  ahead: number
  /** Desks that may call this ticket and are not closed. */
  desks: number
  /** From one call to the next at such a desk, in milliseconds. */
  paceMs: number
  /** Appointments that will come before this ticket, as far as people come. */
  appointments: number
  /** When the place closes, or before that the last of the desks that may call it leaves though people wait. */
  closesAt: number | null
  parts: {
    /** Until the first of the desks is done with the visit it has. */
    serving: number
    /** People ahead, shared among the desks. */
    ahead: number
    /** Appointments, shared among the desks. */
    appointments: number
    /** What is left: desks that open, close and pause, people who leave or pass. May be negative. */
    changes: number
  }
}

/**
 * Explains one ticket's announced wait.
 *
 * @param index of the ticket in the situation
 * @param announced people ahead and the median wait in ms, as estimated; the median is finite
 */
export function explain(
  model: Model,
  situation: Situation,
  now: number,
  index: number,
  announced: { ahead: number; p50: number },
): Explanation {
  const ticket = situation.tickets[index] as WaitingTicket
  const able = situation.desks.filter((desk) => mayCall(desk, ticket))
  const present = able.filter(({ status }) => status !== 'closed')
  const sharing = Math.max(1, present.length)
  const paceMs = mean(
    (present.length > 0 ? present : able).map((desk) => cycleMs(model, ticket.service, desk)),
  )
  const due = situation.appointments.filter(
    ({ at, place }) => place < ticket.place && at <= now + announced.p50,
  )
  const appointments = due.length * cameShare(model.showing)
  const serving = present.length === 0 ? 0 : Math.min(...present.map((desk) => leftMs(model, desk, now)))
  const parts = {
    serving,
    ahead: (announced.ahead * paceMs) / sharing,
    appointments: (appointments * paceMs) / sharing,
    changes: 0,
  }
  parts.changes = announced.p50 - parts.serving - parts.ahead - parts.appointments
  return {
    ahead: announced.ahead,
    desks: present.length,
    paceMs,
    appointments,
    closesAt: earlier(lastCallAt(able), situation.closesAt ?? null),
    parts,
  }
}

const mean = (values: number[]) =>
  values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length

/** From one call to the next, on average: the visit, the way to the desk, or the grace for who does not come. */
const cycleMs = (model: Model, service: string, desk: DeskNow) => {
  const missed = missedChance(model)
  return missed * model.graceMs + (1 - missed) * (usualWalkMs(model) + meanVisitMs(model, service, desk.id))
}

/** Until the desk is free by the mean; half a visit more for one that lasts longer than that. */
function leftMs(model: Model, desk: DeskNow, now: number): number {
  if (desk.service === null) return 0
  const visitMs = meanVisitMs(model, desk.service, desk.id)
  if (desk.status === 'called') return usualWalkMs(model) + visitMs
  return desk.status === 'serving' ? Math.max(visitMs - (now - desk.since), visitMs / 2) : 0
}

const earlier = (a: number | null, b: number | null): number | null =>
  a === null || b === null ? (a ?? b) : Math.min(a, b)

/** When the last desk leaves; null if one of them drains or has no roster. */
function lastCallAt(able: DeskNow[]): number | null {
  let last: number | null = null
  for (const { status, shifts } of able) {
    const end = shifts.at(-1)
    if (!end) {
      if (status !== 'closed') return null
      continue
    }
    if (end.drains) return null
    last = Math.max(last ?? end.to, end.to)
  }
  return last
}
