import { callerValues, type Guard } from '../people/index.ts'
import type { Context } from '../platform/context.ts'
import { type Statement, statement } from '../platform/database.ts'
import type { PageValues } from '../platform/page.ts'
import type { WebhookRow } from './tables.ts'

/** Endpoints of webhooks in SQL. */

export const endpointStatement = (id: string): Statement =>
  statement('SELECT * FROM webhook WHERE id = :id', { id })

export const endpointAt = (id: string, revision: number): Guard => ({
  sql: 'EXISTS (SELECT 1 FROM webhook WHERE id = :guardEndpoint AND revision = :guardRevision)',
  values: { guardEndpoint: id, guardRevision: revision },
})

/** Of a `webhook w`: that it is the caller's, as `c`. */
export const ofCaller = `(CASE c.role WHEN 'partner' THEN w.partner_id = c.partner_id AND w.test_mode = c.test_mode
  ELSE w.test_mode >= c.test_mode END)`

export const endpointsOf = ({ caller }: Context, page: PageValues): Statement =>
  statement(
    `SELECT w.* FROM webhook w JOIN credential c ON c.hash = :hash
     WHERE ${ofCaller} AND w.id > :afterId ORDER BY w.id LIMIT :limit`,
    { ...callerValues(caller), ...page },
  )

export const insertEndpoint = (row: WebhookRow, guard: Guard): Statement =>
  statement(
    `INSERT INTO webhook (id, partner_id, test_mode, url, types, version, former_until, failing, disabled_at, created_at,
       revision)
     SELECT :id, :partner_id, :test_mode, :url, :types, :version, :former_until, :failing, :disabled_at, :created_at,
       :revision WHERE ${guard.sql}`,
    { ...row, ...guard.values },
  )

export const updateEndpoint = (row: WebhookRow, guard: Guard): Statement =>
  statement(
    `UPDATE webhook SET url = :url, types = :types, version = :version, former_until = :former_until,
       failing = :failing, disabled_at = :disabled_at, revision = :revision
     WHERE id = :id AND ${guard.sql}`,
    { ...row, ...guard.values },
  )

/** Counts attempts that failed one after another; any success begins anew. */
export const countFailing = (id: string, failed: boolean): Statement =>
  failed
    ? statement('UPDATE webhook SET failing = failing + 1 WHERE id = :id', { id })
    : statement('UPDATE webhook SET failing = 0 WHERE id = :id AND failing > 0', { id })

/** Switches an endpoint off that has failed at least so often in a row, and tells of it once. */
export function disableFailing(id: string, failures: number, wallNow: number): Statement[] {
  const values = { id, failures, wallNow }
  const still = 'id = :id AND disabled_at IS NULL AND failing >= :failures'
  return [
    statement(
      `INSERT INTO event (at, type, subject, revision, actor, reason, data)
       SELECT :wallNow, 'webhook.disabled', id, revision + 1, 'system', NULL,
         json_object('partner', partner_id, 'failing', failing)
       FROM webhook WHERE ${still}`,
      values,
    ),
    statement(`UPDATE webhook SET disabled_at = :wallNow, revision = revision + 1 WHERE ${still}`, values),
  ]
}
