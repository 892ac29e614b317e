import { base64, newId } from '../kernel/ids.ts'
import { ok, type Result, refuse, refuseField } from '../kernel/result.ts'
import { formatInstant, HOUR_MS } from '../kernel/time.ts'
import {
  carryOut,
  credentialStatement,
  type Done,
  lacks,
  type Principal,
  principalOf,
  unauthenticated,
} from '../people/index.ts'
import type { Context } from '../platform/context.ts'
import { type PageQuery, pageOf, pageValues } from '../platform/page.ts'
import type { IssuedWebhook, WebhookBody, WebhookChange, WebhookView } from './contract.ts'
import { urlFault } from './rules/endpoint.ts'
import type { WebhookRow } from './tables.ts'
import {
  endpointAt,
  endpointStatement,
  endpointsOf,
  insertEndpoint,
  updateEndpoint,
} from './webhook-store.ts'

/** Endpoints of webhooks: partners have their own, the organisation's are configured by keys with the scope `events`. */

/** After a rotation both secrets sign for a day, so that nobody has to change over at one moment. */
const formerHours = 24

/** The secret of an endpoint: an HMAC of its id and the number of its rotations. Nothing of it is stored (docs/adr/0003). */
export async function secretOf(linkSecret: string, id: string, version: number): Promise<string> {
  const encoder = new TextEncoder()
  const key = await crypto.subtle.importKey(
    'raw',
    encoder.encode(linkSecret),
    { name: 'HMAC', hash: 'SHA-256' },
    false,
    ['sign'],
  )
  const mac = await crypto.subtle.sign('HMAC', key, encoder.encode(`webhook/${id}/${version}`))
  return `whsec_${base64(new Uint8Array(mac))}`
}

const webhookView = (row: WebhookRow): WebhookView => ({
  id: row.id,
  partnerId: row.partner_id,
  testMode: row.test_mode === 1,
  url: row.url,
  types: JSON.parse(row.types) as string[],
  failing: row.failing,
  disabledAt: row.disabled_at === null ? null : formatInstant(row.disabled_at, 'UTC'),
  createdAt: formatInstant(row.created_at, 'UTC'),
  revision: row.revision,
})

const mine = (principal: Principal, row: WebhookRow | undefined): row is WebhookRow =>
  row !== undefined &&
  (principal.role === 'partner'
    ? row.partner_id === principal.partnerId && (row.test_mode === 1) === principal.testMode
    : row.test_mode === 1 || !principal.testMode)

const missing = () => refuse('not_found', { detail: 'There is no such endpoint.' })

async function withSecret(
  done: Result<Done<WebhookRow>>,
  linkSecret: string,
): Promise<Result<Done<IssuedWebhook>>> {
  if (!done.ok) return done
  const { value: row, repeated } = done.value
  const secret = await secretOf(linkSecret, row.id, row.version)
  return ok({ value: { ...webhookView(row), secret }, repeated })
}

const again = (context: Context) => async (id: string) => {
  const [row] = await context.db.rows(endpointStatement(id))
  return row ? ok(row as WebhookRow) : missing()
}

/** Adds an endpoint. Its secret is in the answer, here and after a rotation, and can be read nowhere else. */
export async function createWebhook(
  context: Context,
  linkSecret: string,
  input: WebhookBody,
): Promise<Result<Done<IssuedWebhook>>> {
  const done = await carryOut(context, 'events', [], again(context), (_, principal) => {
    const testMode = input.testMode ?? principal.testMode
    const fits =
      principal.role === 'partner' ? testMode === principal.testMode : testMode || !principal.testMode
    if (!fits) return refuseField('testMode', 'test_only', 'It is of the mode of the key.')
    const fault = urlFault(input.url, testMode)
    if (fault) return refuseField('url', 'not_public', fault)
    const at = context.wallNow
    const row: WebhookRow = {
      id: newId('whk', at),
      partner_id: principal.partnerId,
      test_mode: Number(testMode),
      url: input.url,
      types: JSON.stringify(input.types),
      version: 1,
      former_until: null,
      failing: 0,
      disabled_at: null,
      created_at: at,
      revision: 1,
    }
    return ok({
      event: {
        at,
        type: 'webhook.created',
        subject: row.id,
        revision: 1,
        data: { partner: row.partner_id, testMode, types: input.types },
      },
      writes: (guard) => [insertEndpoint(row, guard)],
      value: row,
    })
  })
  return withSecret(done, linkSecret)
}

/** Changes one endpoint of the caller's as `change` says; both see the revision that was read. */
function changeEndpoint(
  context: Context,
  id: string,
  type: string,
  change: (row: WebhookRow) => Result<Partial<WebhookRow>>,
): Promise<Result<Done<WebhookRow>>> {
  return carryOut(context, 'events', [endpointStatement(id)], again(context), ([read], principal) => {
    const before = read?.rows[0] as WebhookRow | undefined
    if (!mine(principal, before)) return missing()
    const changes = change(before)
    if (!changes.ok) return changes
    const row = { ...before, ...changes.value, revision: before.revision + 1 }
    return ok({
      event: {
        at: context.wallNow,
        type,
        subject: id,
        revision: row.revision,
        data: { changed: Object.keys(changes.value) },
      },
      guard: endpointAt(id, before.revision),
      writes: (guard) => [updateEndpoint(row, guard)],
      value: row,
    })
  })
}

/** Changes where it leads and what of, switches it off, or on again after it was disabled. */
export async function changeWebhook(
  context: Context,
  id: string,
  { revision, enabled, url, types }: WebhookChange,
): Promise<Result<Done<WebhookView>>> {
  const done = await changeEndpoint(context, id, 'webhook.changed', (row) => {
    if (revision !== row.revision)
      return refuse('stale_revision', {
        detail: `It is at revision ${row.revision}.`,
        facts: { revision: row.revision },
      })
    const fault = url === undefined ? undefined : urlFault(url, row.test_mode === 1)
    if (fault) return refuseField('url', 'not_public', fault)
    return ok({
      ...(url !== undefined && { url }),
      ...(types && { types: JSON.stringify(types) }),
      ...(enabled === true && { disabled_at: null, failing: 0 }),
      ...(enabled === false && { disabled_at: row.disabled_at ?? context.wallNow }),
    })
  })
  return done.ok ? ok({ ...done.value, value: webhookView(done.value.value) }) : done
}

/** Gives an endpoint another secret; the one before signs as well for a day. */
export async function rotateWebhook(
  context: Context,
  linkSecret: string,
  id: string,
): Promise<Result<Done<IssuedWebhook>>> {
  const done = await changeEndpoint(context, id, 'webhook.rotated', (row) =>
    ok({ version: row.version + 1, former_until: context.wallNow + formerHours * HOUR_MS }),
  )
  return withSecret(done, linkSecret)
}

/** The caller's endpoints, in the order in which they were made; without their secrets. */
export async function listWebhooks(
  context: Context,
  query: PageQuery,
): Promise<Result<{ webhooks: WebhookView[]; next: string | null }>> {
  const page = pageValues(query)
  if (!page.ok) return page
  const [credential, found] = await context.db.batch([
    credentialStatement(context),
    endpointsOf(context, page.value),
  ])
  const principal = principalOf(context.caller, credential?.rows ?? [])
  const refused = lacks(principal, 'events')
  if (refused || !principal) return refused ?? unauthenticated()
  const { rows, next } = pageOf<WebhookRow>(found?.rows ?? [], query.limit)
  return ok({ webhooks: rows.map(webhookView), next })
}
