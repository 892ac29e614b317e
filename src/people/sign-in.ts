import { limits } from '../config.ts'
import { newId, newSecret, sha256 } from '../kernel/ids.ts'
import { ok, type Result, refuse } from '../kernel/result.ts'
import { formatInstant, HOUR_MS, MINUTE_MS } from '../kernel/time.ts'
import type { Context } from '../platform/context.ts'
import { uncommanded } from '../platform/events.ts'
import { carryOut, type Done } from './change.ts'
import type { SignInLink, SignInLinkBody } from './contract.ts'
import { checkGrant, factsOf } from './keys.ts'
import { type Role, roleScopes } from './principal.ts'
import {
  credentialById,
  insertCredential,
  linkStatement,
  notRevoked,
  revokeCredential,
  sessionStatement,
} from './store.ts'
import type { CredentialRow } from './tables.ts'

/**
 * Sessions of people at a desk. A key makes a one-time link; whoever opens it gets a page with a button, and the button
 * exchanges the link for a session in that browser. Link and session are credentials, kept as hashes.
 */

/** Where a one-time link leads. The page only asks; it is a POST that uses the link up, so that no preview does. */
export const signInPath = (token: string): string => `/sign-in/${token}`

/** A new one-time link; it has no scopes if it is to make the first key instead of a session. */
export async function newLink(
  role: Role,
  scopes: readonly string[],
  label: string,
  testMode: boolean,
  now: number,
) {
  const token = newSecret('dawr_link')
  const row: CredentialRow = {
    hash: await sha256(token),
    id: newId('lnk', now),
    kind: 'link',
    role,
    partner_id: null,
    scopes: JSON.stringify(scopes),
    label,
    test_mode: Number(testMode),
    created_at: now,
    expires_at: now + limits.signInLinkMinutes * MINUTE_MS,
    revoked_at: null,
    revision: 1,
  }
  return { token, row }
}

const viewOf = (row: CredentialRow, path: string | null): SignInLink => ({
  id: row.id,
  path,
  expiresAt: formatInstant(row.expires_at ?? 0, 'UTC'),
})

/** Makes a one-time link, for a colleague, that starts a session with all the scopes of the role. */
export async function createSignInLink(
  context: Context,
  input: SignInLinkBody,
): Promise<Result<Done<SignInLink>>> {
  const at = context.wallNow
  const scopes = roleScopes[input.role]
  const again = async (id: string) => {
    const [row] = await context.db.rows(credentialById(id))
    return row ? ok(viewOf(row as CredentialRow, null)) : refuse('not_found')
  }
  const live = await newLink(input.role, scopes, input.label, false, at)
  return carryOut(context, 'keys', [], again, (_, principal) => {
    const row = { ...live.row, test_mode: Number(principal.testMode) }
    const errors = checkGrant(principal, input.role, scopes, principal.testMode)
    if (errors.length > 0) return refuse('invalid_field', { errors })
    return ok({
      event: { at, type: 'link.issued', subject: row.id, revision: 1, data: factsOf(row) },
      writes: (guard) => [insertCredential(row, guard)],
      value: viewOf(row, signInPath(live.token)),
    })
  })
}

const used = () => refuse('not_found', { detail: 'This link was used before, or is too old.' })

/** What a link is good for, without using it: the page asks this before it shows its button. */
export async function readSignInLink(
  context: Context,
  token: string,
): Promise<Result<{ makes: 'session' | 'first_key' }>> {
  const [row] = await context.db.rows(linkStatement(await sha256(token), context.wallNow))
  if (!row) return used()
  return ok({ makes: isFirstKeyLink(row as CredentialRow) ? 'first_key' : 'session' })
}

export const isFirstKeyLink = (row: CredentialRow): boolean => row.role === 'admin' && row.scopes === '[]'

export type Session = {
  /** For the session cookie, and for nothing else. */
  secret: string
  /** Epoch ms, when the cookie ends too. */
  expiresAt: number
  role: Role
}

/**
 * Starts a session with a one-time link and ends the link, together: of two who use it at once, one gets a session and
 * the other `not_found`. It needs no idempotency key, as the link itself can be used only once.
 */
export async function exchangeLink(context: Context, token: string): Promise<Result<Session>> {
  const at = context.wallNow
  const [found] = await context.db.rows(linkStatement(await sha256(token), at))
  const link = found as CredentialRow | undefined
  if (!link || isFirstKeyLink(link)) return used()
  const secret = newSecret('dawr_session')
  const expiresAt = at + limits.sessionHours * HOUR_MS
  const session: CredentialRow = {
    ...link,
    hash: await sha256(secret),
    id: newId('ses', at),
    kind: 'session',
    created_at: at,
    expires_at: expiresAt,
    revision: 1,
  }
  const guard = notRevoked(link.id)
  const [started] = await context.db.batch([
    uncommanded(
      {
        at,
        type: 'session.started',
        subject: session.id,
        revision: 1,
        actor: link.id,
        data: factsOf(session),
      },
      guard,
    ),
    insertCredential(session, guard),
    revokeCredential(link.id, at, guard),
  ])
  return started?.changes ? ok({ secret, expiresAt, role: session.role as Role }) : used()
}

/** Ends the caller's own session. Without one there is nothing to end, and nothing is said about it. */
export async function signOut(context: Context): Promise<void> {
  if (context.caller.kind !== 'secret') return
  const at = context.wallNow
  const [found] = await context.db.rows(sessionStatement(context.caller.hash))
  const session = found as CredentialRow | undefined
  if (!session) return
  const guard = notRevoked(session.id)
  const revision = session.revision + 1
  await context.db.batch([
    uncommanded({ at, type: 'session.ended', subject: session.id, revision, actor: session.id }, guard),
    revokeCredential(session.id, at, guard),
  ])
}
