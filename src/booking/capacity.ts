import { limits } from '../config.ts'
import { ok, type Result, refuse, refuseField } from '../kernel/result.ts'
import { epochDay, localDate, MINUTE_MS, parseDate, parseInstant } from '../kernel/time.ts'
import { type Location, locationIn, type Pool, poolOf } from '../location/index.ts'
import {
  callerValues,
  credentialStatement,
  type Done,
  lacks,
  principalOf,
  reaches,
  timeAt,
  unauthenticated,
} from '../people/index.ts'
import { type Context, commandOf } from '../platform/context.ts'
import { eventStatement, type PriorEvent, priorEvent } from '../platform/events.ts'
import {
  bookingsInTheWay,
  capacityGuard,
  poolStatements,
  type Stretch,
  setCapacity,
} from './capacity-store.ts'
import type { CapacityBody, CapacityView } from './contract.ts'
import { expireDue, firstRow, moveClock } from './store.ts'

/**
 * Sets how much a pool has, for good or for some buckets: a doctor away, chairs added. It is how staff override: the
 * guard stays, what it guards is raised, and who did it and why stands in the stream (Law 1). Below what is taken it
 * is refused as `capacity_in_use`, with the bookings that stand in the way.
 */
export async function changeCapacity(
  context: Context,
  poolId: string,
  input: CapacityBody,
): Promise<Result<Done<CapacityView>>> {
  const command = commandOf(context)
  const caller = callerValues(context.caller)
  const [credential, prior, poolRow, locationRow] = await context.db.batch([
    credentialStatement(context),
    priorEvent(caller, command),
    ...poolStatements(poolId),
  ])
  const principal = principalOf(context.caller, credential?.rows ?? [])
  const refused = lacks(principal, 'capacity')
  if (refused || !principal) return refused ?? unauthenticated()
  const row = firstRow<Parameters<typeof poolOf>[0]>(poolRow)
  const location = locationIn(locationRow)
  if (!row || !location) return refuse('not_found', { detail: 'There is no such pool.' })
  const pool = poolOf(row)
  if (!reaches(principal, location)) return refuse('not_found', { detail: 'There is no such pool.' })
  const view = (revision: number, repeated: boolean): Result<Done<CapacityView>> => {
    const { capacity, from = null, to = null } = input
    return ok({ value: { poolId, capacity, from, to, revision }, repeated })
  }
  const done = firstRow<PriorEvent>(prior)
  if (done) return done.fingerprint === command.fingerprint ? view(done.revision, true) : refuse('key_reused')

  const now = timeAt(context, location, principal)
  if (!now.ok) return now
  const buckets = bucketsBetween(pool, location, input, now.value)
  if (!buckets.ok) return buckets
  const stretch: Stretch = {
    pool: pool.id,
    capacity: input.capacity,
    revision: pool.revision,
    ...buckets.value,
  }
  const outcomes = await context.db.batch([
    expireDue([pool.id], now.value),
    ...(context.simulatedNow === undefined ? [] : [moveClock(location.id, now.value)]),
    eventStatement(
      {
        at: now.value,
        type: 'pool.capacity_changed',
        location: location.id,
        subject: pool.id,
        revision: pool.revision + 1,
        actor: principal.actor,
        reason: input.reason,
        data: {
          from: buckets.value.from,
          to: buckets.value.to,
          capacity: input.capacity,
          before: pool.capacity,
        },
      },
      caller,
      command,
      capacityGuard,
      stretch,
    ),
    ...setCapacity(stretch),
    bookingsInTheWay(stretch, limits.listed),
  ])
  const [changed, inTheWay] = outcomes.slice(-2)
  const revised = firstRow<{ revision: number }>(changed)
  if (revised) return view(revised.revision, false)
  const bookings = inTheWay?.rows ?? []
  if (bookings.length === 0)
    return refuse('stale_revision', { detail: 'The pool was changed at the same moment; try again.' })
  return refuse('capacity_in_use', { detail: 'Bookings already take more than that.', facts: { bookings } })
}

/** The buckets meant: from now on (`to` null), or those that the range touches. */
function bucketsBetween(
  pool: Pool,
  location: Location,
  { from, to }: CapacityBody,
  now: number,
): Result<{ from: number; to: number | null }> {
  const byDay = pool.bucketMinutes === 1440
  const size = pool.bucketMinutes * MINUTE_MS
  if (from === undefined || to === undefined) {
    return ok({ from: byDay ? epochDay(localDate(now, location.zone)) : Math.floor(now / size), to: null })
  }
  const edge = (text: string, round: (n: number) => number) => {
    if (byDay) return parseDate(text) === undefined ? undefined : epochDay(text)
    const at = parseInstant(text)
    return at === undefined ? undefined : round(at / size)
  }
  const first = edge(from, Math.floor)
  const end = edge(to, Math.ceil)
  const form = byDay ? 'This pool is counted by days: a date.' : 'An instant with its offset from UTC.'
  if (first === undefined) return refuseField('from', 'format', form)
  if (end === undefined) return refuseField('to', 'format', form)
  if (end <= first) return refuseField('to', 'reversed', 'It is not after `from`.')
  if (end - first > limits.bucketsAtOnce) {
    return refuseField('to', 'too_long', `At most ${limits.bucketsAtOnce} buckets at once.`)
  }
  return ok({ from: first, to: end })
}
