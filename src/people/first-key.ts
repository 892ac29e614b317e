import { newId, newSecret, sha256 } from '../kernel/ids.ts'
import { ok, type Result, refuse } from '../kernel/result.ts'
import type { Context } from '../platform/context.ts'
import type { Database } from '../platform/database.ts'
import { uncommanded } from '../platform/events.ts'
import type { IssuedKey } from './contract.ts'
import { factsOf, keyView } from './keys.ts'
import { roleScopes } from './principal.ts'
import { isFirstKeyLink, newLink, signInPath } from './sign-in.ts'
import {
  credentialExists,
  insertCredential,
  linkStatement,
  noAdminKey,
  notRevoked,
  revokeCredential,
} from './store.ts'
import type { CredentialRow } from './tables.ts'

/**
 * The first administrator's key. Nobody can ask for it over the network: whoever starts the deployment, and so can
 * write its database anyway, puts a link there (`npm start -- --empty` does, and prints its address). The link is an
 * administrator's without any scope, so it starts no session; its page exchanges it for a key that is shown once. It
 * works once, for an hour, and only while no administrator's key is good; so it is also the way back in for whoever
 * has lost or revoked the last one.
 */

/** Puts a link for the first key into the database; undefined if somebody has an administrator's key already. */
export async function firstAdminLink(context: {
  db: Database
  wallNow: number
}): Promise<{ path: string; expiresAt: number } | undefined> {
  const at = context.wallNow
  const { token, row } = await newLink('admin', [], 'First key', false, at)
  const guard = { ...noAdminKey, values: { wallNow: at } }
  const [issued] = await context.db.batch([
    uncommanded(
      { at, type: 'link.issued', subject: row.id, revision: 1, actor: 'system', data: factsOf(row) },
      guard,
    ),
    insertCredential(row, guard),
  ])
  return issued?.changes ? { path: signInPath(token), expiresAt: row.expires_at ?? at } : undefined
}

/** Exchanges such a link for the first key. The secret is in this answer and nowhere else. */
export async function claimFirstKey(context: Context, token: string): Promise<Result<IssuedKey>> {
  const at = context.wallNow
  const [found] = await context.db.rows(linkStatement(await sha256(token), at))
  const link = found as CredentialRow | undefined
  const used = refuse('not_found', { detail: 'This link was used before, or is too old.' })
  if (!link || !isFirstKeyLink(link)) return used
  const secret = newSecret('dawr_live')
  const key: CredentialRow = {
    ...link,
    hash: await sha256(secret),
    id: newId('key', at),
    kind: 'key',
    scopes: JSON.stringify(roleScopes.admin),
    created_at: at,
    expires_at: null,
    revision: 1,
  }
  const unused = notRevoked(link.id)
  const guard = { sql: `${unused.sql} AND ${noAdminKey.sql}`, values: { ...unused.values, wallNow: at } }
  const [issued] = await context.db.batch([
    uncommanded(
      { at, type: 'key.issued', subject: key.id, revision: 1, actor: link.id, data: factsOf(key) },
      guard,
    ),
    insertCredential(key, guard),
    revokeCredential(link.id, at, credentialExists(key.id)),
  ])
  return issued?.changes ? ok({ ...keyView(key), secret }) : used
}
