import { type Refused, refuse } from '../kernel/result.ts'
import type { Caller, Context } from '../platform/context.ts'
import { type Statement, statement, type Values } from '../platform/database.ts'
import type { CredentialRow } from './tables.ts'

export const roles = ['admin', 'staff', 'partner'] as const
export type Role = (typeof roles)[number]

/**
 * What a key or session may do:
 * `config` set up the organisation · `keys` issue and revoke keys · `events` read the event stream, partners of their own, and be told of it by webhooks ·
 * `bookings` make, confirm, cancel bookings · `desk` see and change everybody's bookings, past the cut-off too ·
 * `work` make, see and move on work orders · `capacity` override capacity with a reason · `time` move a test-mode location's clock.
 */
export const scopes = ['config', 'keys', 'events', 'bookings', 'desk', 'work', 'capacity', 'time'] as const
export type Scope = (typeof scopes)[number]

/** The scopes a role has unless a key is issued with fewer; no key has more. */
export const roleScopes: Record<Role, readonly Scope[]> = {
  admin: scopes,
  staff: ['bookings', 'desk', 'work', 'capacity'],
  partner: ['bookings', 'events', 'time'],
}

/** Somebody known. `actor` is what events and audit call them. */
export type Principal = {
  role: Role | 'customer' | 'public'
  id: string
  actor: string
  partnerId: string | null
  scopes: readonly string[]
  testMode: boolean
}

/** Values that SQL needs to know the caller: `hash` finds a credential, `callerName` stands in where there is none. */
export function callerValues(caller: Caller): Values {
  switch (caller.kind) {
    case 'public':
      return { callerName: 'public', hash: null }
    case 'link':
      return { callerName: caller.subject, hash: null }
    case 'secret':
      return { callerName: null, hash: caller.hash }
  }
}

/** Condition on a `credential c`: it may act at `:wallNow`. Revocation therefore holds from the next request on. */
export const liveCredential = `c.kind IN ('key', 'session') AND c.revoked_at IS NULL AND (c.expires_at IS NULL OR c.expires_at > :wallNow)`

/** Reads the caller's credential; part of the first batch of every verb. */
export const credentialStatement = (context: Context): Statement =>
  statement(`SELECT c.* FROM credential c WHERE c.hash = :hash AND ${liveCredential}`, {
    ...callerValues(context.caller),
    wallNow: context.wallNow,
  })

/** The principal behind the caller, from the rows of `credentialStatement`; undefined for a secret that is not valid. */
export function principalOf(caller: Caller, rows: Record<string, unknown>[]): Principal | undefined {
  if (caller.kind === 'public') {
    return { role: 'public', id: 'public', actor: 'public', partnerId: null, scopes: [], testMode: false }
  }
  if (caller.kind === 'link') {
    const id = caller.subject
    return { role: 'customer', id, actor: `customer:${id}`, partnerId: null, scopes: [], testMode: false }
  }
  const row = rows[0] as CredentialRow | undefined
  if (!row) return undefined
  return {
    role: row.role as Role,
    id: row.id,
    actor: row.id,
    partnerId: row.partner_id,
    scopes: JSON.parse(row.scopes) as string[],
    testMode: row.test_mode === 1,
  }
}

export const unauthenticated = (): Refused =>
  refuse('unauthenticated', { detail: 'Send a valid key as "Authorization: Bearer <key>".' })

/** Refuses a principal who is unknown or lacks the scope; the first line of a verb. */
export function lacks(principal: Principal | undefined, scope: Scope): Refused | undefined {
  if (!principal || principal.role === 'public') return unauthenticated()
  if (!principal.scopes.includes(scope)) {
    return refuse('out_of_scope', { detail: `This needs the scope "${scope}".` })
  }
  return undefined
}

/** Whoever works here, by key or session; not partners, customers or the public. */
export const isStaff = (principal: Principal): boolean =>
  principal.role === 'admin' || principal.role === 'staff'

/** A test-mode key reaches test-mode locations only, a live key of a partner live ones only; the rest is not there. */
export const reaches = (principal: Principal, location: { testMode: boolean }): boolean =>
  principal.role === 'partner'
    ? principal.testMode === location.testMode
    : location.testMode || !principal.testMode
