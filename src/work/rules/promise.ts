import { HOUR_MS, MINUTE_MS } from '../../kernel/time.ts'
import type { OrderRow } from '../tables.ts'
import type { AlternativeKind } from './alternatives.ts'
import { isDone, isOver, type Status, waitsForCustomer } from './life.ts'

/** When a job is promised, and when the promise must be looked at again. Pure: the forecast is handed in. */

/** What will become of a job that is in hand: instants in epoch ms. */
export type Outlook = { p50: number; p90: number; chanceBy: (at: number) => number }

/** Foresees an order as it stands, from `now`, or from the end that its pause is expected to have. */
export type Foresee = (order: OrderRow, now: number) => Outlook

export type PromiseRules = {
  foresee: Foresee
  /** The hour that is told for an instant. */
  hourOf: (at: number) => number
  /** Below this chance of being kept, a promise is replaced. */
  tellBelow: number
  /** Whether the first date is given when the work is received, or when its price is approved. */
  promiseAt: 'intake' | 'approval'
  /** Of work that another system kept: the date that was told there with this step, in place of a forecast. */
  elsewhere?: { told: number | undefined }
  /** What the customer can choose when a date slips. */
  whenLate: readonly AlternativeKind[]
}

/** What an event tells of a promise: `at` null where the date hangs on the customer's answer. */
export type Told = {
  kind: 'ready_by'
  at: number | null
  first: boolean
  was: number | null
  /** The forecast that it rests on, 9 of 10. */
  p90: number | null
}

/** Who is to act on another date must hear of it before the old one: cron comes every five minutes. */
const leadMs = 30 * MINUTE_MS
/** Nobody is told another date more often than this, unless the old one is about to pass. */
const restMs = HOUR_MS
/** Due at no time of its own. */
export const someday = Date.parse('2100-01-01T00:00:00Z')

export type Promised = Pick<OrderRow, 'promised_at' | 'first_promised_at' | 'often_at' | 'due_at'>

/**
 * Of its quotes: when the open one ends, and whether anything has been approved; and the later date that the customer has
 * just chosen.
 */
export type Agreed = { quoteEnds: number | null; approved: boolean; date?: number | undefined }

/** What a work order promises once it stands as `order` says, with what its event tells of it. */
export function promiseOf(
  order: OrderRow,
  { quoteEnds, approved, date }: Agreed,
  now: number,
  rules: PromiseRules,
): Promised & { told: Told | undefined } {
  const status = order.status as Status
  const { promised_at: was, first_promised_at: first } = order
  const none = { often_at: null, told: undefined }
  const kept = { promised_at: was, first_promised_at: first, ...none }
  const withdrawn = (due_at: number | null) => ({
    ...{ promised_at: null, first_promised_at: first, often_at: null, due_at },
    told: was === null ? undefined : ({ kind: 'ready_by', at: null, first: false, was, p90: null } as const),
  })
  if (status === 'cancelled') return withdrawn(null)
  if (isOver(status)) return { ...kept, due_at: null }
  if (isDone(status)) return { ...kept, due_at: someday }
  if (waitsForCustomer(order)) return withdrawn(quoteEnds ?? someday)
  if (rules.elsewhere) return asTold(order, rules.elsewhere.told ?? was, now)
  if (first === null && rules.promiseAt === 'approval' && !approved && !isApproved(order))
    return { ...kept, due_at: someday }

  const outlook = rules.foresee(order, now)
  const often_at = Math.round(outlook.p50)
  const holds = (at: number) => now < at - leadMs && outlook.chanceBy(at) >= rules.tellBelow
  const chosen = date !== undefined && holds(date) ? date : undefined
  if (chosen === undefined && was !== null && holds(was))
    return { ...kept, often_at, due_at: lookAgainAt(order, was, now, rules) }
  const promised_at = chosen ?? dateFrom(outlook, was, now, rules)
  return {
    promised_at,
    first_promised_at: first ?? promised_at,
    often_at,
    due_at: lookAgainAt(order, promised_at, now, rules),
    told: { kind: 'ready_by', at: promised_at, first: first === null, was, p90: Math.round(outlook.p90) },
  }
}

/** The hour that is told of what is foreseen now; later than the one before. */
function dateFrom({ p90 }: Outlook, was: number | null, now: number, { hourOf }: PromiseRules): number {
  const least = Math.max(now + restMs + leadMs, was === null ? 0 : was + 1)
  return hourOf(Math.max(p90, least))
}

/** The date that would be told if the one that stands were given up now; null where that would be no later one. */
export function laterDate(order: OrderRow, now: number, rules: PromiseRules): number | null {
  const was = order.promised_at
  const outlook = rules.foresee(order, now)
  return was !== null && outlook.p90 > was ? dateFrom(outlook, was, now, rules) : null
}

/** As another system promised it, due at once: whoever looks next foresees it by what is known here. */
function asTold(
  { promised_at: was, first_promised_at: first }: OrderRow,
  at: number | null,
  now: number,
): Promised & { told: Told | undefined } {
  return {
    promised_at: at,
    first_promised_at: first ?? at,
    often_at: null,
    due_at: at === null ? now : Math.min(now, at - 1),
    told: at === was ? undefined : { kind: 'ready_by', at, first: first === null, was, p90: null },
  }
}

/** Work is going on at an approved price. */
const isApproved = ({ status }: OrderRow): boolean =>
  ['approved', 'scheduled', 'in_progress', 'paused', 'quality_check'].includes(status)

/**
 * The time at which, if nothing happens, the chance of keeping the promise falls below the limit; at the latest so long
 * before it passes that another date can still be told.
 */
function lookAgainAt(
  order: OrderRow,
  promised: number,
  now: number,
  { foresee, tellBelow }: PromiseRules,
): number {
  const last = promised - leadMs
  let [well, ill] = [Math.min(last, now + restMs), last]
  const holds = (at: number) => foresee(order, at).chanceBy(promised) >= tellBelow
  if (well >= ill || holds(ill)) return ill
  if (!holds(well)) return well
  // A handful of forecasts is near enough: when it is due, it is foreseen anew.
  const near = Math.max(5 * MINUTE_MS, (ill - well) / 12)
  while (ill - well > near) {
    const middle = Math.floor((well + ill) / 2)
    if (holds(middle)) well = middle
    else ill = middle
  }
  return ill
}
