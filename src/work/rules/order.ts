import type { InvoiceRow, LineRow, OrderRow, QuoteRow } from '../tables.ts'
import { alternativesAfter, isOpen, readAlternatives, writeAlternatives } from './alternatives.ts'
import { clockAt, isOver, type Status, stageOf } from './life.ts'
import { type Agreed, type PromiseRules, promiseOf, type Told } from './promise.ts'
import { openQuote } from './quote.ts'

/** A work order as a whole, and what a change makes of it. Pure. */

export type Order = {
  order: OrderRow
  lines: LineRow[]
  quotes: QuoteRow[]
  invoice: InvoiceRow | undefined
}

/** Who does it, and when (epoch ms). */
export type Deed = { at: number; actor: string; by: 'staff' | 'customer' | 'office' | 'system' }

/** One transition: the order as a verb leaves it, and what is told of it. */
export type Step = {
  after: Order
  type: string
  reason?: string | null
  basis: string
  data?: Record<string, unknown>
  /** A later date that the customer chooses with it, epoch ms. */
  date?: number | undefined
}

/** What came of a promise: told with the step that settles it. */
export type Outcome =
  | { kind: 'ready_by'; at: number; first: number; kept: boolean }
  | { kind: 'price_not_above'; at: number; amount: number; kept: boolean }

/** A step with its clock, its promise and its event. */
export type Finished = {
  after: Order
  event: { at: number; type: string; reason: string | null; data: Record<string, unknown> }
}

/**
 * Completes a step: the stretch that ends is counted as ours or as waiting, the promise is made, kept or moved, and the event
 * tells all of it. `before` is undefined for an order that is just received.
 */
export function finish(
  before: Order | undefined,
  step: Step,
  deed: Deed,
  { load, ...rules }: PromiseRules & { load: number },
): Finished {
  const { order } = step.after
  const was = before?.order
  const moved = was && (was.status !== order.status || was.pause_reason !== order.pause_reason)
  const entered: OrderRow = {
    ...order,
    ...(moved && {
      ...clockAt(was, deed.at),
      status_at: deed.at,
      stage_before: stageOf(was),
      stage_before_at: was.status_at,
      load,
    }),
    revision: (was?.revision ?? 0) + 1,
    changed_at: deed.at,
    changed_by: deed.actor,
  }
  const { told, ...promised } = promiseOf(entered, agreedIn(step), deed.at, rules)
  const known = readAlternatives(entered.alternatives)
  // The date that somebody has just chosen is no slip.
  const offers = rules.elsewhere || told?.at === step.date ? [] : rules.whenLate
  const possible = alternativesAfter(known, entered, told, offers)
  const isNew = possible.some(({ offered }) => offered === entered.revision)
  const outcomes = was ? outcomesOf(was, entered, step, deed.at) : []
  const promises: (Told | { kind: 'price_not_above'; amount: number })[] = told ? [told] : []
  const decided = step.after.quotes.find(
    ({ version, status }) =>
      status === 'decided' && before?.quotes.find((quote) => quote.version === version)?.status !== 'decided',
  )
  if (typeof decided?.ceiling === 'number')
    promises.push({ kind: 'price_not_above', amount: decided.ceiling })
  return {
    after: { ...step.after, order: { ...entered, ...promised, alternatives: writeAlternatives(possible) } },
    event: {
      at: deed.at,
      type: `work.${step.type === 'promise_moved' && !told ? 'promise_held' : step.type}`,
      reason: step.reason ?? null,
      data: {
        service: entered.service,
        ...(moved && { from: was.status }),
        status: entered.status,
        ...(entered.pause_reason !== null && { pause: entered.pause_reason }),
        by: deed.by,
        basis: step.basis,
        ...((moved || !was) && { load }),
        ...step.data,
        ...(promises.length > 0 && { promises }),
        ...(outcomes.length > 0 && { outcomes }),
        ...(isNew && {
          alternatives: possible.flatMap((one) =>
            isOpen(one, deed.at) ? [{ kind: one.kind, at: one.at }] : [],
          ),
        }),
      },
    },
  }
}

const agreedIn = ({ after: { quotes, lines }, date }: Step): Agreed => ({
  quoteEnds: openQuote(quotes)?.expires_at ?? null,
  approved: lines.some(({ decision }) => decision === 'approved'),
  date,
})

function outcomesOf(was: OrderRow, now: OrderRow, step: Step, at: number): Outcome[] {
  const outcomes: Outcome[] = []
  const first = was.first_promised_at
  if (now.status === 'ready' && was.status !== 'ready' && first !== null)
    outcomes.push({ kind: 'ready_by', at: was.promised_at ?? first, first, kept: at <= first })
  const total = step.type === 'billed' ? step.after.invoice?.total : undefined
  if (total !== undefined) outcomes.push({ kind: 'price_not_above', at, amount: total, kept: true })
  return outcomes
}

/** How long the order has been ours and how long it has waited by `now`; together the time since it was received. */
export function clockOf(order: OrderRow, now: number): { oursMs: number; waitedMs: number } {
  const clock = isOver(order.status as Status) ? order : clockAt(order, now)
  return { oursMs: clock.ours_ms, waitedMs: clock.waited_ms }
}
