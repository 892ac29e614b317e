import { limits } from '../config.ts'
import { newId, newSecret, sha256 } from '../kernel/ids.ts'
import { type FieldError, ok, type Result, refuse } from '../kernel/result.ts'
import { DAY_MS, formatInstant, parseInstant } from '../kernel/time.ts'
import type { Context } from '../platform/context.ts'
import { type PageQuery, pageOf, pageValues } from '../platform/page.ts'
import { carryOut, type Done } from './change.ts'
import type { IssuedKey, Key, KeyBody } from './contract.ts'
import {
  credentialStatement,
  lacks,
  type Principal,
  principalOf,
  roleScopes,
  unauthenticated,
} from './principal.ts'
import {
  credentialById,
  credentialsStatement,
  insertCredential,
  notRevoked,
  partnerStatement,
  revokeCredential,
} from './store.ts'
import type { CredentialRow } from './tables.ts'

const instant = (at: number | null) => (at === null ? null : formatInstant(at, 'UTC'))

export const keyView = (row: CredentialRow): Key => ({
  id: row.id,
  kind: row.kind as Key['kind'],
  role: row.role as Key['role'],
  partnerId: row.partner_id,
  label: row.label,
  scopes: JSON.parse(row.scopes) as string[],
  testMode: row.test_mode === 1,
  createdAt: formatInstant(row.created_at, 'UTC'),
  expiresAt: instant(row.expires_at),
  revokedAt: instant(row.revoked_at),
  revision: row.revision,
})

/** What an event tells of a credential. A label is free text and stays out. */
export const factsOf = (row: CredentialRow) => ({
  role: row.role,
  partner: row.partner_id,
  scopes: JSON.parse(row.scopes) as string[],
  testMode: row.test_mode === 1,
  expiresAt: row.expires_at,
})

/**
 * Issues an API key. Nobody gives what they do not have: its scopes are among the role's and the issuer's, and a
 * test-mode key issues test-mode keys. The secret is made here, answered once, and kept as a hash.
 */
export async function issueKey(context: Context, input: KeyBody): Promise<Result<Done<IssuedKey>>> {
  const secret = newSecret(input.testMode ? 'dawr_test' : 'dawr_live')
  const hash = await sha256(secret)
  const again = async (id: string): Promise<Result<IssuedKey>> => {
    const [row] = await context.db.rows(credentialById(id))
    return row ? ok({ ...keyView(row as CredentialRow), secret: null }) : refuse('not_found')
  }
  return carryOut(context, 'keys', [partnerStatement(input.partnerId)], again, ([partner], principal) => {
    const at = context.wallNow
    const expiresAt = input.expiresAt === undefined ? null : Number(parseInstant(input.expiresAt))
    const scopes = [...new Set(input.scopes ?? roleScopes[input.role])]
    const errors = [
      ...checkPartner(input, partner?.rows.length === 1),
      ...checkExpiry(expiresAt, at),
      ...checkGrant(principal, input.role, scopes, input.testMode),
    ]
    if (errors.length > 0) return refuse('invalid_field', { errors })
    const row: CredentialRow = {
      hash,
      id: newId('key', at),
      kind: 'key',
      role: input.role,
      partner_id: input.partnerId ?? null,
      scopes: JSON.stringify(scopes),
      label: input.label,
      test_mode: Number(input.testMode),
      created_at: at,
      expires_at: expiresAt,
      revoked_at: null,
      revision: 1,
    }
    return ok({
      event: { at, type: 'key.issued', subject: row.id, revision: 1, data: factsOf(row) },
      writes: (guard) => [insertCredential(row, guard)],
      value: { ...keyView(row), secret },
    })
  })
}

function checkPartner({ role, partnerId }: KeyBody, known: boolean): FieldError[] {
  const path = 'partnerId'
  if (role === 'partner') {
    if (!partnerId) return [{ path, rule: 'required', message: 'A key of this role belongs to a partner.' }]
    return known ? [] : [{ path, rule: 'unknown_partner', message: 'There is no such partner.' }]
  }
  return partnerId
    ? [{ path, rule: 'not_allowed', message: `A key of the role ${role} is no partner's.` }]
    : []
}

function checkExpiry(expiresAt: number | null, now: number): FieldError[] {
  const path = 'expiresAt'
  if (expiresAt === null) return []
  if (expiresAt <= now) return [{ path, rule: 'in_past', message: 'It lies in the future.' }]
  return expiresAt > now + limits.keyDays * DAY_MS
    ? [
        {
          path,
          rule: 'too_late',
          message: `At most ${limits.keyDays} days from now; without it, it does not end.`,
        },
      ]
    : []
}

/** Whether this principal may give a credential of that role, those scopes and that mode. */
export function checkGrant(
  principal: Principal,
  role: keyof typeof roleScopes,
  wanted: readonly string[],
  testMode: boolean,
): FieldError[] {
  const allowed = (scope: string) =>
    roleScopes[role].some((one) => one === scope) && principal.scopes.includes(scope)
  const refused = wanted.filter((scope) => !allowed(scope))
  const errors: FieldError[] = []
  if (refused.length > 0) {
    const message = `The role ${role} or your own key does not have ${refused.join(', ')}.`
    errors.push({ path: 'scopes', rule: 'scope_not_allowed', message })
  }
  if (principal.testMode && !testMode) {
    errors.push({
      path: 'testMode',
      rule: 'test_only',
      message: 'A test-mode key gives test-mode keys only.',
    })
  }
  return errors
}

/** Keys, or sessions or links, in the order in which they were made; their secrets are nowhere. */
export async function listKeys(
  context: Context,
  query: PageQuery & { kind: Key['kind'] },
): Promise<Result<{ keys: Key[]; next: string | null }>> {
  const page = pageValues(query)
  if (!page.ok) return page
  const [credential] = await context.db.batch([credentialStatement(context)])
  const principal = principalOf(context.caller, credential?.rows ?? [])
  const refused = lacks(principal, 'keys')
  if (refused || !principal) return refused ?? unauthenticated()
  const read = await context.db.rows(credentialsStatement(query.kind, principal.testMode, page.value))
  const { rows, next } = pageOf<CredentialRow>(read, query.limit)
  return ok({ keys: rows.map(keyView), next })
}

/**
 * Ends a key, session or unused link: it opens nothing from the next request on. Once is enough; again changes nothing.
 * Who ends the last administrator's key gets back in by `npm start -- --empty` (see first-key.ts).
 */
export function revokeKey(context: Context, id: string): Promise<Result<Done<Key>>> {
  const again = async () => {
    const [row] = await context.db.rows(credentialById(id))
    return row ? ok(keyView(row as CredentialRow)) : refuse('not_found')
  }
  return carryOut(context, 'keys', [credentialById(id)], again, ([read], principal) => {
    const row = read?.rows[0] as CredentialRow | undefined
    if (!row || (principal.testMode && row.test_mode === 0)) {
      return refuse('not_found', { detail: 'There is no such key.' })
    }
    if (row.revoked_at !== null) return ok({ value: keyView(row), repeated: true })
    const at = context.wallNow
    const revision = row.revision + 1
    return ok({
      event: { at, type: `${row.kind}.revoked`, subject: id, revision },
      guard: notRevoked(id),
      writes: (guard) => [revokeCredential(id, at, guard)],
      value: keyView({ ...row, revoked_at: at, revision }),
    })
  })
}
