import { sha256 } from '../kernel/ids.ts'
import { ok, type Result, refuse } from '../kernel/result.ts'
import { MINUTE_MS, parseInstant } from '../kernel/time.ts'
import { type Principal, unauthenticated } from '../people/index.ts'
import { type Context, commandOf } from '../platform/context.ts'
import { type Outcome, statement } from '../platform/database.ts'
import { actorOf, asked, elsewhere, type Known, look, needsDesk, type QueueEnv } from './client.ts'
import type { CommandBody, JoinBody } from './contract.ts'
import type { Asked, Done, Order } from './order.ts'
import type { Channel } from './rules/index.ts'

/** The verbs of the queue. Each is carried out by the location's object; here is who may ask, and for what. */

/** Has the location's object carry a command out. */
export async function carry(
  context: Context,
  env: QueueEnv,
  known: Known,
  command: Asked,
): Promise<Result<Done>> {
  const { key, fingerprint } = commandOf(context)
  const { principal, asking } = known
  if (context.simulatedNow !== undefined && !principal.scopes.includes('time')) {
    return refuse('out_of_scope', { detail: 'This needs the scope "time".' })
  }
  const order: Order = {
    ...asking,
    command,
    name: `${principal.partnerId ?? principal.id} ${key}`,
    fingerprint,
    simulatedNow: context.simulatedNow,
  }
  const answer = await asked(env, known, (queue) => queue.carry(order))
  return answer.ok ? answer.value : answer
}

/** Who acts, and by which channel; `named` is what staff say. A machine in the hall has the key of staff, not their rights. */
export function senderOf(principal: Principal, named?: Channel) {
  const actor = actorOf(principal)
  if (actor.kind === 'staff' && named === 'kiosk')
    return { actor: { kind: 'kiosk', id: actor.id } as const, channel: named }
  const own: Channel = actor.kind === 'staff' ? 'front_desk' : actor.kind === 'partner' ? 'partner' : 'web'
  return { actor, channel: named ?? own }
}

/** Joins: anybody for themselves, staff and partners for others. Whoever has a live ticket already is given that one. */
export async function joinQueue(
  context: Context,
  env: QueueEnv,
  locationId: string,
  input: JoinBody,
): Promise<Result<Done>> {
  const known = await look(context, env, locationId)
  if (!known.ok) return known
  const { principal } = known.value
  if (principal.role === 'partner' && !principal.scopes.includes('bookings')) return refuse('out_of_scope')
  if (input.channel !== undefined && !principal.scopes.includes('desk'))
    return refuse('out_of_scope', { detail: 'Only staff name the channel.' })
  const booking =
    input.bookingId === undefined
      ? ok(undefined)
      : await bookingToCheckIn(context, known.value, locationId, input)
  if (!booking.ok) return booking
  const etaAt = input.etaAt === undefined ? undefined : parseInstant(input.etaAt)
  const done = await carry(context, env, known.value, {
    verb: 'join',
    ...senderOf(principal, input.channel),
    service: input.service,
    party: input.party,
    holders: input.device === undefined ? [] : [await sha256(`${locationId} ${input.device}`)],
    presence: input.presence,
    etaAt,
    booking: booking.value,
    priority: input.priority,
    reason: input.reason,
    reachable: input.reachable,
  })
  if (done.ok && !done.value.ticket)
    return refuse('wrong_state', { detail: 'The day of that ticket is over.' })
  return done
}

type BookingRow = {
  id: string
  location_id: string
  service_id: string
  starts_at: number
  status: string
  partner_id: string | null
}

/** The booking behind a check-in, if the caller may act on it and it is for this service of this location. */
async function bookingToCheckIn(
  context: Context,
  { principal, setup }: Known,
  locationId: string,
  { bookingId, service }: JoinBody,
): Promise<Result<{ id: string; at: number }>> {
  // Only D1 knows of bookings: while it is away, a check-in is told so, and anybody can join without one.
  const unknown = () => refuse('overloaded', { detail: 'Bookings cannot be checked at the moment.' })
  if (!setup) return unknown()
  let read: Outcome[]
  try {
    read = await context.db.batch([
      statement(
        'SELECT id, location_id, service_id, starts_at, status, partner_id FROM booking WHERE id = :bookingId',
        { bookingId },
      ),
    ])
  } catch {
    return unknown()
  }
  const row = read[0]?.rows[0] as BookingRow | undefined
  const mine =
    principal.scopes.includes('desk') ||
    principal.id === row?.id ||
    (principal.partnerId !== null && principal.partnerId === row?.partner_id)
  if (!row || row.location_id !== locationId || !mine)
    return refuse('not_found', { detail: 'There is no such booking.' })
  if (row.status !== 'confirmed' && row.status !== 'checked_in') {
    return refuse('wrong_state', { detail: `The booking is ${row.status}.`, facts: { status: row.status } })
  }
  const served = setup.services.find(({ id }) => id === service)
  if (!served?.bookable.includes(row.service_id)) {
    return refuse('invalid_field', {
      errors: [{ path: 'service', rule: 'another_service', message: 'The booking is for something else.' }],
    })
  }
  return ok({ id: row.id, at: row.starts_at })
}

/** Any other verb of the queue. Customers act on their own ticket, staff on all; who may do what stands in `rules/scope.ts`. */
export async function commandQueue(
  context: Context,
  env: QueueEnv,
  locationId: string,
  input: CommandBody,
): Promise<Result<Done>> {
  if (context.caller.kind === 'public') return unauthenticated()
  const known = await look(context, env, locationId)
  if (!known.ok) return known
  const { principal } = known.value
  const { role } = principal
  const refused =
    elsewhere(principal, locationId) ??
    (role === 'staff' || role === 'admin' ? needsDesk(principal) : undefined)
  if (refused) return refused
  if (role === 'partner' && !principal.scopes.includes('bookings')) return refuse('out_of_scope')
  return carry(context, env, known.value, { ...timesOf(input), ...senderOf(principal) } as Asked)
}

/** Wire times and durations as the rules have them. */
function timesOf(input: CommandBody): object {
  switch (input.verb) {
    case 'defer': {
      const { byMinutes, ...rest } = input
      return { ...rest, byMs: byMinutes * MINUTE_MS }
    }
    case 'break_desk':
      return { ...input, endsAt: parseInstant(input.endsAt) }
    case 'finish':
      return { ...input, endedAt: input.endedAt && parseInstant(input.endedAt) }
    case 'presence':
      return { ...input, etaAt: input.etaAt && parseInstant(input.etaAt) }
    default:
      return input
  }
}
