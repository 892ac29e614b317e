import { ok, type Refused, type Result, refuse } from '../kernel/result.ts'
import { type Context, commandOf } from '../platform/context.ts'
import { brokenConstraint, type Outcome, type Statement, type Values } from '../platform/database.ts'
import { eventStatement, type NewEvent, type PriorEvent, priorEvent } from '../platform/events.ts'
import {
  callerValues,
  credentialStatement,
  lacks,
  liveCredential,
  type Principal,
  principalOf,
  type Scope,
  unauthenticated,
} from './principal.ts'

/** What a change answers; `repeated` if it had been made before, by the same command or otherwise. */
export type Done<T> = { value: T; repeated: boolean }

/** A condition in SQL with its values: `wallNow`, or named `guard...`, so that they meet no column of a row. */
export type Guard = { sql: string; values: Values }

/** A decision on what was read: the event, and the writes that happen with it or not at all. */
export type Plan<T> = {
  event: Omit<NewEvent, 'actor'>
  /** That what was read still holds. All writes of the batch must leave it true for the next of them. */
  guard?: Guard
  writes: (guard: Guard) => Statement[]
  value: T
}

/** Who may: whoever has a scope, or as a rule of its own says. */
export type Needs = Scope | ((principal: Principal | undefined) => Refused | undefined)

/**
 * Somebody else changed the same thing between the read and the write: it is then decided anew. Of all who try at once one
 * gets through each time, so this many can change one location together.
 */
const attempts = 12

/** The credential that was read is still good, so that a revocation in between takes hold. */
const stillLive = `EXISTS (SELECT 1 FROM credential c WHERE c.hash = :guardHash AND ${liveCredential})`

/**
 * Makes one change as decided by `plan`: one read batch, one write batch, one event. A plan that finds nothing to do
 * answers with `Done`. `again` reads what a repeated command made or changed.
 * Refuses with `unauthenticated`, `out_of_scope`, `key_reused`, `overloaded`, and whatever `plan` refuses with.
 */
export async function carryOut<T>(
  context: Context,
  needs: Needs,
  reads: Statement[],
  again: (subject: string) => Promise<Result<T>>,
  plan: (read: Outcome[], principal: Principal) => Result<Plan<T> | Done<T>>,
): Promise<Result<Done<T>>> {
  const command = commandOf(context)
  const caller = callerValues(context.caller)
  if (context.caller.kind === 'public') return unauthenticated()
  for (let attempt = 1; attempt <= attempts; attempt++) {
    const [credential, prior, ...read] = await context.db.batch([
      credentialStatement(context),
      priorEvent(caller, command),
      ...reads,
    ])
    const principal = principalOf(context.caller, credential?.rows ?? [])
    const refused = typeof needs === 'string' ? lacks(principal, needs) : needs(principal)
    if (refused || !principal) return refused ?? unauthenticated()
    const before = prior?.rows[0] as PriorEvent | undefined
    if (before) return repeat(before, command.fingerprint, again)

    const planned = plan(read, principal)
    if (!planned.ok) return planned
    const decided = planned.value
    if ('repeated' in decided) return ok(decided)
    const guard = withCaller(context, decided.guard)
    const event = { ...decided.event, actor: principal.actor }
    try {
      const [appended] = await context.db.batch([
        eventStatement(event, caller, command, guard.sql, guard.values),
        ...decided.writes(guard),
      ])
      if (appended?.changes) return ok({ value: decided.value, repeated: false })
    } catch (error) {
      // The same command at once, or a reference that was drawn at once: the next attempt sees it.
      if (!/^event\.command$|\.reference$/.test(brokenConstraint(error) ?? '')) throw error
    }
  }
  return refuse('overloaded', { detail: 'It is being changed by others; try again.' })
}

async function repeat<T>(
  before: PriorEvent,
  fingerprint: string,
  again: (subject: string) => Promise<Result<T>>,
): Promise<Result<Done<T>>> {
  if (before.fingerprint !== fingerprint) {
    return refuse('key_reused', { detail: 'This Idempotency-Key was used for another request.' })
  }
  const value = await again(before.subject)
  return value.ok ? ok({ value: value.value, repeated: true }) : value
}

function withCaller(context: Context, guard: Guard | undefined): Guard {
  // A customer's link cannot be revoked.
  const caller = context.caller.kind === 'link' ? 'true' : stillLive
  return {
    sql: guard ? `${caller} AND ${guard.sql}` : caller,
    values: {
      ...guard?.values,
      guardHash: context.caller.kind === 'secret' ? context.caller.hash : null,
      wallNow: context.wallNow,
    },
  }
}
