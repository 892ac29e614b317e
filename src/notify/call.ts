import { Webhook } from 'standardwebhooks'
import { eventView } from '../events/index.ts'
import type { Database, Statement } from '../platform/database.ts'
import type { EventRow } from '../platform/tables.ts'
import { post, type Sent } from './adapters/adapter.ts'
import { outcomeOf } from './outcome.ts'
import { end, eventAndEndpoint } from './store.ts'
import type { WebhookRow } from './tables.ts'
import { countFailing, disableFailing } from './webhook-store.ts'
import { secretOf } from './webhooks.ts'

/** Webhooks as Standard Webhooks has them: https://www.standardwebhooks.com */

/** Only this says that nobody wants it there any more. */
const gone = 410

/** Signs and sends one event to one endpoint; `wallNow` is the time that the receiver compares with its own clock. */
async function call(
  id: string,
  event: EventRow,
  endpoint: WebhookRow,
  linkSecret: string,
  wallNow: number,
): Promise<Sent> {
  const data = eventView(event)
  const body = JSON.stringify({ type: data.type, timestamp: data.at, data })
  const versions =
    (endpoint.former_until ?? 0) > wallNow ? [endpoint.version, endpoint.version - 1] : [endpoint.version]
  const secrets = await Promise.all(versions.map((version) => secretOf(linkSecret, endpoint.id, version)))
  const signatures = secrets.map((secret) => new Webhook(secret).sign(id, new Date(wallNow), body))
  const headers = {
    'Content-Type': 'application/json',
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(wallNow / 1000)),
    'webhook-signature': signatures.join(' '),
  }
  return post(endpoint.url, { headers, body }, { refuses: (status) => status === gone })
}

/**
 * Sends a claimed webhook and writes down what came of it. An endpoint that has taken nothing for days, or says that it is
 * gone, is disabled; what waits for it fails, and can be tried again or pulled.
 */
export async function sendWebhook(
  db: Database,
  linkSecret: string,
  id: string,
  attempt: number,
  wallNow: number,
): Promise<void> {
  const [read, found] = await db.batch(eventAndEndpoint(id))
  const event = read?.rows[0] as EventRow | undefined
  const endpoint = found?.rows[0] as WebhookRow | undefined
  if (!event || !endpoint || endpoint.disabled_at !== null) {
    await db.batch([end(id, attempt, { status: 'failed', reason: 'disabled' }, wallNow)])
    return
  }
  const sent = await call(id, event, endpoint, linkSecret, wallNow)
  const { statement, last } = outcomeOf(id, attempt, 'webhook', sent, {}, wallNow)
  const after: Statement[] = [countFailing(endpoint.id, sent.outcome !== 'sent')]
  if (last && sent.outcome !== 'sent')
    after.push(...disableFailing(endpoint.id, sent.outcome === 'refused' ? 1 : attempt, wallNow))
  await db.batch([statement, ...after])
}
