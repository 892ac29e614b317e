import { ok, type Refused, refuseField } from '../../../kernel/result.ts'
import type { EventBody } from '../events.ts'
import { endsOf } from '../promise.ts'
import type { QueueState } from '../state.ts'
import type { QuoteEnd, Settings } from '../types.ts'
import { type Decision, deskFor, fresh, type Situation, serviceFor, wrongState } from './situation.ts'

/** Desks, joins, the day and what is configured. */

export function openDesk({ state, command }: Situation<'open_desk'>): Decision {
  const desk = deskFor(state, command.desk)
  if (!desk.ok) return desk
  const known = fresh(desk.value, command)
  if (!known.ok) return known
  if (desk.value.status === 'open') return wrongState('The desk is open.', { desk: 'open' })
  return ok([{ type: 'desk_opened', desk: command.desk }])
}

/** No calls from now on; a visit already at the desk is finished there. */
export function closeDesk({ state, command }: Situation<'close_desk'>): Decision {
  const desk = deskFor(state, command.desk)
  if (!desk.ok) return desk
  const known = fresh(desk.value, command)
  if (!known.ok) return known
  if (desk.value.status === 'closed') return wrongState('The desk is closed.', { desk: 'closed' })
  return ok([{ type: 'desk_closed', desk: command.desk }])
}

/** The planned end is for those who wait and for the estimate; somebody opens the desk again. */
export function breakDesk({ state, command, at }: Situation<'break_desk'>): Decision {
  const desk = deskFor(state, command.desk)
  if (!desk.ok) return desk
  const known = fresh(desk.value, command)
  if (!known.ok) return known
  if (desk.value.status === 'closed') return wrongState('The desk is closed.', { desk: 'closed' })
  if (command.endsAt <= at) return refuseField('endsAt', 'past', 'A break ends later than now.')
  return ok([{ type: 'desk_break', desk: command.desk, endsAt: command.endsAt }])
}

export const closeJoins = (situation: Situation<'close_joins'>): Decision => setJoins(situation, true)
export const openJoins = (situation: Situation<'open_joins'>): Decision => setJoins(situation, false)

/** What was closed by hand stays so until somebody opens it, or the day is over: the hours open what they closed. */
function setJoins(
  { state, command }: Situation<'close_joins'> | Situation<'open_joins'>,
  closed: boolean,
): Decision {
  const service = command.service === undefined ? undefined : serviceFor(state, command.service)
  if (service && !service.ok) return service
  const row = service?.value ?? state.queue
  if (row.joinsClosed === closed) {
    return wrongState(closed ? 'Joins are closed.' : 'Joins are open.', { joinsClosed: closed })
  }
  if (!closed && !service && command.actor.kind === 'system' && !state.queue.closedByHours) {
    return wrongState('Joins were closed by hand.', { joinsClosed: true })
  }
  return ok([{ type: closed ? 'joins_closed' : 'joins_opened', service: service?.value.id ?? null }])
}

/** Whatever was promised for the day that is over has come to its end. */
export function startDay({ state, command, at }: Situation<'start_day'>): Decision {
  const { date } = state.queue
  if (command.date <= date) return wrongState('That day has begun.', { date })
  const ends: QuoteEnd[] = []
  for (const ticket of state.tickets.values())
    if (ticket.status === 'waiting') ends.push(...endsOf(ticket, at, 'day_over'))
  return ok([{ type: 'day_started', date: command.date, ends }])
}

/** One event for each thing that differs from what is known. */
export function configure({ state, command }: Situation<'configure'>): Decision {
  const fault = configurationFault(state, command)
  if (fault) return fault
  const events: EventBody[] = []
  for (const { id, letter, graceMs, p99Ms } of command.services) {
    const known = state.services.get(id)
    if (known?.letter === letter && known.graceMs === graceMs && known.p99Ms === p99Ms) continue
    events.push({ type: 'service_configured', service: id, letter, graceMs, p99Ms })
  }
  for (const { id, services } of command.desks) {
    if (state.desks.get(id)?.services.join() === services.join()) continue
    events.push({ type: 'desk_configured', desk: id, services })
  }
  const { settings } = command
  if (settings && JSON.stringify(settings) !== JSON.stringify(state.queue.settings)) {
    events.push({ type: 'settings_configured', settings })
  }
  return events.length > 0 ? ok(events) : wrongState('It is configured like that.')
}

function configurationFault(
  state: QueueState,
  { services, desks, settings }: Situation<'configure'>['command'],
): Refused | undefined {
  const letters = new Map([...state.services.values()].map(({ id, letter }) => [id, letter]))
  for (const { id, letter } of services) letters.set(id, letter)
  if (new Set(letters.values()).size < letters.size) {
    return refuseField('services', 'letter', 'Two services have the same letter.')
  }
  const unknown = desks.flatMap((desk) => desk.services).find((id) => !letters.has(id))
  if (unknown !== undefined) return refuseField('desks', 'service', `There is no service ${unknown}.`)
  return settings && settingsFault(settings)
}

/** The relations between settings on which the order rests. */
function settingsFault({
  appointments,
  deferrals,
  keepPlaceMs,
  overtakeBudget,
}: Settings): Refused | undefined {
  if (appointments.creditMs < appointments.windowMs) {
    const rule = 'An appointment that is due stands at least as early as its right.'
    return refuseField('settings.appointments.creditMs', 'window', rule)
  }
  if (deferrals.maxMs > keepPlaceMs) {
    return refuseField(
      'settings.deferrals.maxMs',
      'keep_place',
      'A deferral is no longer than a place is kept.',
    )
  }
  return overtakeBudget >= 0
    ? undefined
    : refuseField('settings.overtakeBudget', 'range', 'A budget is not negative.')
}
