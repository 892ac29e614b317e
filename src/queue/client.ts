import { ok, type Result, refuse } from '../kernel/result.ts'
import { type Location, locationIn, locationStatement } from '../location/index.ts'
import {
  callerValues,
  credentialStatement,
  type Principal,
  principalOf,
  reaches,
  unauthenticated,
} from '../people/index.ts'
import type { Context } from '../platform/context.ts'
import type { Outcome } from '../platform/database.ts'
import { setupFor, setupStatement } from './configure.ts'
import type { LocationQueue } from './object.ts'
import type { Asking, NeedsSetup } from './order.ts'
import type { Actor } from './rules/index.ts'
import type { Setup } from './setup.ts'
import type { QueueSetupRow } from './tables.ts'

/**
 * The one way to a location's object: names, who is let in, retries, overload. D1 says who asks and how the queue is set
 * up; while it is away, the object vouches for whom it has seen and goes on with the set-up that it has.
 */

export type QueueEnv = Pick<Env, 'QUEUE'>

/** The object's methods as seen from outside: plain values come and go. */
export type Queue = Pick<
  LocationQueue,
  | 'carry'
  | 'configure'
  | 'snapshot'
  | 'written'
  | 'line'
  | 'find'
  | 'display'
  | 'ticket'
  | 'advance'
  | 'vouched'
  | 'forget'
  | 'catchUp'
  | 'fetch'
>

const tries = 3
const pauseMs = 50

/**
 * Calls a location's object, again where the platform says that it may help; every command carries its key, so none is
 * doubled. `overloaded` is answered at once: to try again is for the caller, later.
 */
export async function calling<T>(
  env: QueueEnv,
  location: string,
  call: (queue: Queue) => Promise<T>,
): Promise<Result<T>> {
  for (let attempt = 1; ; attempt++) {
    try {
      // A stub that failed once may be broken: each attempt has its own.
      return ok(await call(env.QUEUE.get(env.QUEUE.idFromName(location)) as unknown as Queue))
    } catch (error) {
      const { retryable, overloaded } = error as { retryable?: boolean; overloaded?: boolean }
      if (!retryable && !overloaded) throw error
      if (overloaded || attempt === tries)
        return refuse('overloaded', { detail: 'The queue is very busy; try again.' })
      await new Promise((resolve) => setTimeout(resolve, pauseMs * 2 ** attempt * Math.random()))
    }
  }
}

export type Known = {
  principal: Principal
  asking: Asking
  /** Undefined while D1 is away, as is the set-up. */
  location: Location | undefined
  setup: Setup | undefined
}

/** Who asks, and what D1 knows of the queue. Refuses with `unauthenticated`, `not_found`; `overloaded` if nobody knows. */
export async function look(context: Context, env: QueueEnv, locationId: string): Promise<Result<Known>> {
  let read: Outcome[]
  try {
    read = await context.db.batch([
      credentialStatement(context),
      locationStatement(locationId),
      setupStatement(locationId),
    ])
  } catch (error) {
    console.warn(
      JSON.stringify({ level: 'warn', message: 'a queue goes on without D1', error: String(error) }),
    )
    return lookWithoutD1(context, env, locationId)
  }
  const [credential, found, setup] = read
  const row = setup?.rows[0] as QueueSetupRow | undefined
  const principal = principalOf(context.caller, credential?.rows ?? [])
  const { hash } = callerValues(context.caller)
  if (!principal) {
    // It may have been good until now: the object is not to vouch for it when D1 is away.
    if (row && typeof hash === 'string' && hash !== '')
      await calling(env, locationId, (queue) => queue.forget(hash))
    return unauthenticated()
  }
  const location = locationIn(found)
  if (!location || location.archived || !row || !reaches(principal, location)) {
    return refuse('not_found', { detail: 'There is no such queue.' })
  }
  const known = setupFor(row, location)
  const vouch =
    typeof hash === 'string' ? { hash, id: principal.id, principal: JSON.stringify(principal) } : undefined
  return ok({
    principal,
    asking: {
      location: locationId,
      setupRevision: known.revision,
      wallNow: context.wallNow,
      clock: location.testMode ? (location.simulatedNow ?? undefined) : undefined,
      vouch,
    },
    location,
    setup: known,
  })
}

/** Links say themselves what they open; for whoever comes with a secret, the object vouches. */
async function lookWithoutD1(context: Context, env: QueueEnv, locationId: string): Promise<Result<Known>> {
  const { hash } = callerValues(context.caller)
  let principal = principalOf(context.caller, [])
  if (typeof hash === 'string') {
    const vouched = await calling(env, locationId, (queue) => queue.vouched(hash, context.wallNow))
    if (!vouched.ok) return vouched
    if (vouched.value === undefined)
      return refuse('overloaded', { detail: 'Who you are cannot be checked at the moment.' })
    principal = JSON.parse(vouched.value) as Principal
  }
  if (!principal) return unauthenticated()
  const asking = {
    location: locationId,
    setupRevision: undefined,
    wallNow: context.wallNow,
    clock: undefined,
    vouch: undefined,
  }
  return ok({ principal, asking, location: undefined, setup: undefined })
}

/** Asks the object, giving it the present set-up where it wants it. */
export async function asked<T extends object>(
  env: QueueEnv,
  { asking, location, setup }: Known,
  call: (queue: Queue) => Promise<T | NeedsSetup>,
): Promise<Result<T>> {
  let answer = await calling(env, asking.location, call)
  if (answer.ok && 'needs' in answer.value && setup) {
    const now = location?.simulatedNow ?? asking.wallNow
    const configured = await calling(env, asking.location, (queue) =>
      queue.configure(asking.location, setup, now),
    )
    if (!configured.ok) return configured
    answer = await calling(env, asking.location, call)
  }
  if (!answer.ok) return answer
  return 'needs' in answer.value
    ? refuse('overloaded', { detail: 'The queue is being set up.' })
    : ok(answer.value)
}

/** Who acts, as the rules know them. */
export function actorOf(principal: Principal): Actor {
  switch (principal.role) {
    case 'admin':
    case 'staff':
      return { kind: 'staff', id: principal.actor }
    case 'partner':
      return { kind: 'partner', id: principal.partnerId ?? principal.id }
    case 'customer':
      return { kind: 'customer', id: principal.id.split('/')[1] ?? principal.id }
    case 'public':
      return { kind: 'customer', id: 'public' }
  }
}

/** Refuses whose link leads to another queue; a booking's link may have a ticket in any. */
export const elsewhere = ({ role, id }: Principal, location: string) =>
  role === 'customer' && id.includes('/') && !id.startsWith(`${location}/`)
    ? refuse('not_found', { detail: 'There is no such ticket.' })
    : undefined

export const needsDesk = ({ scopes }: Principal) =>
  scopes.includes('desk') ? undefined : refuse('out_of_scope', { detail: 'This needs the scope "desk".' })
