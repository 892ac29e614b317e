import { sha256 } from '../kernel/ids.ts'
import { ok, type Result, refuse } from '../kernel/result.ts'
import { parseInstant } from '../kernel/time.ts'
import { type Location, locationOf } from '../location/index.ts'
import {
  callerValues,
  credentialStatement,
  type Principal,
  principalOf,
  reaches,
  unauthenticated,
} from '../people/index.ts'
import { type Context, commandOf } from '../platform/context.ts'
import { statement } from '../platform/database.ts'
import { setupFor, setupStatement } from './configure.ts'
import type { CommandBody, JoinBody } from './contract.ts'
import type { Answer, Asked, Done, LocationQueue, Order } from './object.ts'
import type { Actor, Channel } from './rules/index.ts'
import type { Setup } from './setup.ts'
import type { QueueSetupRow } from './tables.ts'
import type { Snapshot, TicketView } from './views.ts'

/**
 * The one way to a location's object: names, who is let in, retries, overload. D1 says who asks and how the queue is set
 * up; while it is away, the object vouches for whom it has seen and goes on with the set-up that it has.
 */

export type QueueEnv = Pick<Env, 'QUEUE'>

/** The object's methods as seen from outside: plain values come and go. */
type Queue = Pick<
  LocationQueue,
  'carry' | 'configure' | 'snapshot' | 'ticket' | 'vouch' | 'vouched' | 'fetch'
>

const queueOf = (env: QueueEnv, location: string): Queue =>
  env.QUEUE.get(env.QUEUE.idFromName(location)) as unknown as Queue

const tries = 3

/** Calls the object, again where the platform says that it may help; every command carries its key, so none is doubled. */
async function calling<T>(call: () => Promise<T>): Promise<Result<T>> {
  for (let attempt = 1; ; attempt++) {
    try {
      return ok(await call())
    } catch (error) {
      const { retryable, overloaded } = error as { retryable?: boolean; overloaded?: boolean }
      if (overloaded || attempt === tries) {
        if (overloaded || retryable)
          return refuse('overloaded', { detail: 'The queue is very busy; try again.' })
        throw error
      }
      if (!retryable) throw error
    }
  }
}

type Known = {
  principal: Principal
  /** Undefined while D1 is away. */
  location: Location | undefined
  setup: Setup | undefined
}

/** Who asks, and what D1 knows of the queue. */
async function look(context: Context, env: QueueEnv, locationId: string): Promise<Result<Known>> {
  const { hash } = callerValues(context.caller)
  try {
    const [credential, found, setup] = await context.db.batch([
      credentialStatement(context),
      statement('SELECT * FROM location WHERE id = :locationId', { locationId }),
      setupStatement(locationId),
    ])
    const principal = principalOf(context.caller, credential?.rows ?? [])
    if (!principal) return unauthenticated()
    const location = found?.rows[0] && locationOf(found.rows[0] as Parameters<typeof locationOf>[0])
    const row = setup?.rows[0] as QueueSetupRow | undefined
    if (!location || location.archived || !row || !reaches(principal, location)) {
      return refuse('not_found', { detail: 'There is no such queue.' })
    }
    return ok({ principal, location, setup: setupFor(row, location) })
  } catch {
    if (typeof hash !== 'string') {
      const principal = principalOf(context.caller, [])
      return principal ? ok({ principal, location: undefined, setup: undefined }) : unauthenticated()
    }
    const vouched = await queueOf(env, locationId).vouched(hash, context.wallNow)
    if (vouched === undefined)
      return refuse('overloaded', { detail: 'Who you are cannot be checked at the moment.' })
    return ok({ principal: JSON.parse(vouched) as Principal, location: undefined, setup: undefined })
  }
}

/** Carries an order out, giving the object the present set-up where it asks for it. */
async function carry(
  context: Context,
  env: QueueEnv,
  locationId: string,
  known: Known,
  command: Asked,
): Promise<Result<Done>> {
  const { key, fingerprint } = commandOf(context)
  const { hash } = callerValues(context.caller)
  const { principal, location, setup } = known
  const simulatedNow =
    context.simulatedNow ?? (location?.testMode ? (location.simulatedNow ?? undefined) : undefined)
  if (context.simulatedNow !== undefined && !principal.scopes.includes('time')) {
    return refuse('out_of_scope', { detail: 'This needs the scope "time".' })
  }
  const order: Order = {
    location: locationId,
    setupRevision: setup?.revision,
    command,
    name: `${principal.partnerId ?? principal.id} ${key}`,
    fingerprint,
    wallNow: context.wallNow,
    simulatedNow,
  }
  const queue = queueOf(env, locationId)
  let answer: Result<Answer> = await calling(() => queue.carry(order))
  if (answer.ok && 'needs' in answer.value && setup) {
    const now = simulatedNow ?? context.wallNow
    const configured = await calling(() => queue.configure(locationId, setup, now))
    if (!configured.ok) return configured
    if (!configured.value.ok) return configured.value
    if (typeof hash === 'string') await queue.vouch(hash, context.wallNow, JSON.stringify(principal))
    answer = await calling(() => queue.carry(order))
  }
  if (!answer.ok) return answer
  return 'needs' in answer.value
    ? refuse('overloaded', { detail: 'The queue is being set up.' })
    : answer.value
}

/** Who acts, as the rules know them, and by which channel; `named` is what staff say. */
function senderOf(principal: Principal, named?: Channel): { actor: Actor; channel: Channel } {
  switch (principal.role) {
    case 'admin':
    case 'staff':
      return { actor: { kind: 'staff', id: principal.actor }, channel: named ?? 'front_desk' }
    case 'partner':
      return { actor: { kind: 'partner', id: principal.partnerId ?? principal.id }, channel: 'partner' }
    case 'customer': {
      const [, ticket] = principal.id.split('/')
      return { actor: { kind: 'customer', id: ticket ?? principal.id }, channel: 'web' }
    }
    case 'public':
      return { actor: { kind: 'customer', id: 'public' }, channel: 'web' }
  }
}

/** Whether the caller's link, if that is what they have, leads to this queue. */
const linksHere = (principal: Principal, location: string): boolean =>
  principal.role !== 'customer' || principal.id.startsWith(`${location}/`)

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
  const staff = principal.scopes.includes('desk')
  if (principal.role === 'partner' && !principal.scopes.includes('bookings')) return refuse('out_of_scope')
  if (input.channel !== undefined && !staff)
    return refuse('out_of_scope', { detail: 'Only staff name the channel.' })
  const booking =
    input.bookingId === undefined
      ? ok(undefined)
      : await bookingToCheckIn(context, known.value, locationId, input)
  if (!booking.ok) return booking
  const etaAt = input.etaAt === undefined ? undefined : parseInstant(input.etaAt)
  return carry(context, env, locationId, known.value, {
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
}

/** The booking behind a check-in, if the caller may act on it and it is for this service of this location. */
async function bookingToCheckIn(
  context: Context,
  { principal, setup }: Known,
  locationId: string,
  { bookingId, service }: JoinBody,
): Promise<Result<{ id: string; at: number }>> {
  const [row] = (await context.db.rows(
    statement(
      'SELECT id, location_id, service_id, starts_at, status, partner_id FROM booking WHERE id = :bookingId',
      {
        bookingId,
      },
    ),
  )) as {
    id: string
    location_id: string
    service_id: string
    starts_at: number
    status: string
    partner_id: string | null
  }[]
  const mine =
    principal.scopes.includes('desk') ||
    principal.id === row?.id ||
    (principal.partnerId !== null && principal.partnerId === row?.partner_id)
  if (!row || row.location_id !== locationId || !mine)
    return refuse('not_found', { detail: 'There is no such booking.' })
  if (row.status !== 'confirmed' && row.status !== 'checked_in') {
    return refuse('wrong_state', { detail: `The booking is ${row.status}.`, facts: { status: row.status } })
  }
  const served = setup?.services.find(({ id }) => id === service)
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
  if (!linksHere(principal, locationId)) return refuse('not_found', { detail: 'There is no such ticket.' })
  if ((principal.role === 'staff' || principal.role === 'admin') && !principal.scopes.includes('desk')) {
    return refuse('out_of_scope', { detail: 'This needs the scope "desk".' })
  }
  if (principal.role === 'partner' && !principal.scopes.includes('bookings')) return refuse('out_of_scope')
  return carry(context, env, locationId, known.value, { ...timesOf(input), ...senderOf(principal) } as Asked)
}

const minuteMs = 60_000

/** Wire times and durations as the rules have them. */
function timesOf(input: CommandBody): object {
  switch (input.verb) {
    case 'defer': {
      const { byMinutes, ...rest } = input
      return { ...rest, byMs: byMinutes * minuteMs }
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

/** The queue as the desk sees it. */
export async function readQueue(
  context: Context,
  env: QueueEnv,
  locationId: string,
): Promise<Result<{ snapshot: Snapshot; zone: string }>> {
  if (context.caller.kind === 'public') return unauthenticated()
  const known = await look(context, env, locationId)
  if (!known.ok) return known
  const { principal, location, setup } = known.value
  if (!principal.scopes.includes('desk'))
    return refuse('out_of_scope', { detail: 'This needs the scope "desk".' })
  const queue = queueOf(env, locationId)
  let snapshot = await calling(() => queue.snapshot())
  if (snapshot.ok && snapshot.value === undefined && setup) {
    await queue.configure(locationId, setup, location?.simulatedNow ?? context.wallNow)
    snapshot = await calling(() => queue.snapshot())
  }
  if (!snapshot.ok) return snapshot
  return snapshot.value ? ok({ snapshot: snapshot.value, zone: setup?.zone ?? 'UTC' }) : refuse('not_found')
}

/** One ticket, to its holder, its partner's desk, and staff. */
export async function readTicket(
  context: Context,
  env: QueueEnv,
  locationId: string,
  id: string,
): Promise<Result<{ ticket: TicketView; zone: string }>> {
  if (context.caller.kind === 'public') return unauthenticated()
  const known = await look(context, env, locationId)
  if (!known.ok) return known
  const { principal, setup } = known.value
  const mine =
    principal.role === 'customer' ? principal.id === `${locationId}/${id}` : principal.scopes.includes('desk')
  const found = mine ? await calling(() => queueOf(env, locationId).ticket(id)) : ok(undefined)
  if (!found.ok) return found
  return found.value
    ? ok({ ticket: found.value, zone: setup?.zone ?? 'UTC' })
    : refuse('not_found', { detail: 'There is no such ticket.' })
}
