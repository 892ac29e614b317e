import { ok, type Result, refuse } from '../kernel/result.ts'
import { formatInstant } from '../kernel/time.ts'
import {
  callerValues,
  carryOut,
  credentialStatement,
  type Done,
  lacks,
  principalOf,
} from '../people/index.ts'
import type { Context } from '../platform/context.ts'
import { type Statement, statement } from '../platform/database.ts'
import { pageOf, pageValues } from '../platform/page.ts'
import type { DeliveryQuery, DeliveryView } from './contract.ts'
import { tryAgain } from './store.ts'
import type { DeliveryRow } from './tables.ts'
import { ofCaller } from './webhook-store.ts'

/** What became of messages and webhooks, and trying again what failed. */

const instant = (at: number | null) => (at === null || at === 0 ? null : formatInstant(at, 'UTC'))

const viewOf = (row: DeliveryRow): DeliveryView => ({
  id: row.id,
  kind: row.kind as DeliveryView['kind'],
  subject: row.subject,
  locationId: row.location_id,
  webhookId: row.kind === 'webhook' ? row.recipient : null,
  status: row.status as DeliveryView['status'],
  channel: row.channel as DeliveryView['channel'],
  dueAt: instant(row.due_at),
  attempts: row.attempts,
  reason: row.reason,
  createdAt: formatInstant(row.created_at, 'UTC'),
  endedAt: instant(row.ended_at),
})

/** Partners see what goes to their own endpoints; a test key what is of tests; others everything. */
const seen = `FROM delivery d JOIN credential c ON c.hash = :hash
  LEFT JOIN webhook w ON w.id = d.recipient LEFT JOIN location l ON l.id = d.location_id
  WHERE CASE WHEN w.id IS NULL THEN c.role <> 'partner' AND coalesce(l.test_mode, 0) >= c.test_mode ELSE ${ofCaller} END`

const oneSeen = ({ caller }: Context, id: string): Statement =>
  statement(`SELECT d.* ${seen} AND d.id = :id`, { ...callerValues(caller), id })

/** Deliveries in the order in which they were planned (scope `events`); of partners those to their own endpoints. */
export async function listDeliveries(
  context: Context,
  query: DeliveryQuery,
): Promise<Result<{ deliveries: DeliveryView[]; next: string | null }>> {
  const page = pageValues(query)
  if (!page.ok) return page
  const [credential, found] = await context.db.batch([
    credentialStatement(context),
    statement(
      `SELECT d.* ${seen} AND d.id > :afterId ${query.status ? 'AND d.status = :status' : ''}
       ORDER BY d.id LIMIT :limit`,
      { ...callerValues(context.caller), ...page.value, status: query.status },
    ),
  ])
  const refused = lacks(principalOf(context.caller, credential?.rows ?? []), 'events')
  if (refused) return refused
  const { rows, next } = pageOf<DeliveryRow>(found?.rows ?? [], query.limit)
  return ok({ deliveries: rows.map(viewOf), next })
}

/** Tries a failed delivery again, from the beginning (scope `events`). Refuses with `wrong_state` what did not fail. */
export async function retryDelivery(context: Context, id: string): Promise<Result<Done<DeliveryView>>> {
  const again = async () => {
    const [row] = await context.db.rows(oneSeen(context, id))
    return row ? ok(viewOf(row as DeliveryRow)) : refuse('not_found')
  }
  return carryOut(context, 'events', [oneSeen(context, id)], again, ([read]) => {
    const row = read?.rows[0] as DeliveryRow | undefined
    if (!row) return refuse('not_found', { detail: 'There is no such delivery.' })
    if (row.status !== 'failed')
      return refuse('wrong_state', { detail: `It is ${row.status}.`, facts: { status: row.status } })
    return ok({
      event: {
        at: context.wallNow,
        type: 'delivery.retried',
        location: row.location_id,
        subject: id,
        revision: 1,
        data: { kind: row.kind, subject: row.subject, after: row.attempts },
      },
      guard: {
        sql: "EXISTS (SELECT 1 FROM delivery WHERE id = :guardDelivery AND status = 'failed')",
        values: { guardDelivery: id },
      },
      writes: (guard) => [tryAgain(id, guard)],
      value: viewOf({ ...row, status: 'waiting', attempts: 0, due_at: 0, ended_at: null, reason: null }),
    })
  })
}
