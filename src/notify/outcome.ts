import type { Statement } from '../platform/database.ts'
import type { Sent } from './adapters/index.ts'
import { retryAfter } from './rules/retry.ts'
import { end, putBack } from './store.ts'

/** What an attempt came to, written down; `last` tells that there is not to be another. */
export function outcomeOf(
  id: string,
  attempt: number,
  what: 'message' | 'webhook',
  sent: Sent,
  by: { channel?: string; language?: string },
  wallNow: number,
): { statement: Statement; last: boolean } {
  if (sent.outcome === 'sent') {
    const { providerId } = sent
    return { statement: end(id, attempt, { status: 'sent', ...by, providerId }, wallNow), last: true }
  }
  const { reason } = sent
  const waitMs = sent.outcome === 'retry' ? retryAfter(what, attempt, sent.askedMs) : undefined
  return waitMs === undefined
    ? { statement: end(id, attempt, { status: 'failed', ...by, reason }, wallNow), last: true }
    : { statement: putBack(id, attempt, waitMs, reason, wallNow), last: false }
}
