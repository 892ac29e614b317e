import { type Statement, statement } from '../platform/database.ts'
import type { PageValues } from '../platform/page.ts'
import type { Guard } from './change.ts'
import type { CredentialRow, PartnerRow } from './tables.ts'

/** Partners and credentials in SQL. Each write carries the guard of its event, so that both happen or neither. */

export const partnerStatement = (id: string | undefined): Statement =>
  statement('SELECT * FROM partner WHERE id = :id', { id })

const page = (from: string, where: string) =>
  `SELECT * FROM ${from} WHERE ${where} AND id > :afterId ORDER BY id LIMIT :limit`

export const partnersStatement = (values: PageValues): Statement => statement(page('partner', 'true'), values)

export const insertPartner = (row: PartnerRow, guard: Guard): Statement =>
  statement(
    `INSERT INTO partner (id, name, revision, created_at) SELECT :id, :name, :revision, :created_at WHERE ${guard.sql}`,
    { ...row, ...guard.values },
  )

export const credentialById = (id: string): Statement =>
  statement('SELECT * FROM credential WHERE id = :id', { id })

export const credentialsStatement = (kind: string, testOnly: boolean, values: PageValues): Statement =>
  statement(page('credential', 'kind = :kind AND test_mode >= :testOnly'), {
    ...values,
    kind,
    testOnly: Number(testOnly),
  })

export const insertCredential = (row: CredentialRow, guard: Guard): Statement =>
  statement(
    `INSERT INTO credential (
       hash, id, kind, role, partner_id, scopes, label, test_mode, created_at, expires_at, revoked_at, revision
     )
     SELECT :hash, :id, :kind, :role, :partner_id, :scopes, :label, :test_mode, :created_at, :expires_at, :revoked_at, :revision
     WHERE ${guard.sql}`,
    { ...row, ...guard.values },
  )

/** Ends a credential: from the next request on it opens nothing. */
export const revokeCredential = (id: string, now: number, guard: Guard): Statement =>
  statement(
    `UPDATE credential SET revoked_at = :now, revision = revision + 1
     WHERE id = :id AND revoked_at IS NULL AND ${guard.sql}`,
    { id, now, ...guard.values },
  )

/** That a credential has not been ended meanwhile; `guard` for the writes that come with its ending. */
export const notRevoked = (id: string): Guard => ({
  sql: 'EXISTS (SELECT 1 FROM credential WHERE id = :guardCredential AND revoked_at IS NULL)',
  values: { guardCredential: id },
})

export const credentialExists = (id: string): Guard => ({
  sql: 'EXISTS (SELECT 1 FROM credential WHERE id = :guardCredential)',
  values: { guardCredential: id },
})

/** The session behind a cookie, if it has not been ended. */
export const sessionStatement = (hash: string): Statement =>
  statement(`SELECT * FROM credential WHERE hash = :hash AND kind = 'session' AND revoked_at IS NULL`, {
    hash,
  })

/** A one-time link that can still be used. */
export const linkStatement = (hash: string, now: number): Statement =>
  statement(
    `SELECT * FROM credential WHERE hash = :hash AND kind = 'link' AND revoked_at IS NULL AND expires_at > :now`,
    { hash, now },
  )

/** That no administrator's key is good; `guard` of the first one. */
export const noAdminKey: Guard = {
  sql: `NOT EXISTS (
    SELECT 1 FROM credential c WHERE c.role = 'admin' AND c.kind = 'key' AND c.revoked_at IS NULL
      AND (c.expires_at IS NULL OR c.expires_at > :wallNow)
  )`,
  values: {},
}
