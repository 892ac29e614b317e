import { ok, type Result, refuse, refuseField } from '../../kernel/result.ts'
import type { WorkCommandBody, WorkVerb } from '../contract.ts'
import type { LineRow, OrderRow, QuoteRow } from '../tables.ts'
import {
  type Alternative,
  type AlternativeKind,
  isOpen,
  readAlternatives,
  writeAlternatives,
} from './alternatives.ts'
import { isDone, isOver, mayAdvance, type PauseReason, type Stage, type Status, steps } from './life.ts'
import type { Deed, Order, Step } from './order.ts'
import {
  approvedTotal,
  askedTotal,
  billOf,
  ceilingOf,
  checkAsked,
  decideQuote,
  linesOf,
  openQuote,
} from './quote.ts'

/** What a command makes of a work order, or why not. Pure: time and configuration come in. */

export type Config = {
  /** Stages that the service uses. */
  used: readonly Stage[]
  quoteMs: number
  tolerancePercent: number
  linesMost: number
  /** What the holder of an order's link may approve in all, minor units; undefined where they decide alone. */
  approvesTo: (order: OrderRow) => number | undefined
  /** The later date that could be told of an order now; null where the forecast knows of none. */
  laterDate: (order: OrderRow, now: number) => number | null
}

/** Reopening makes another order and is decided where that one is made. */
export type Command = Exclude<WorkCommandBody, { verb: 'reopen' }>
/** Instants of a command in epoch ms, as its schema has checked them. */
export type Instants = { expiresAt?: number | undefined; until?: number | undefined }

/** What the holder of the order's link may do. */
const customerVerbs: readonly WorkVerb[] = ['decide', 'choose', 'cancel']
export const isForCustomers = (verb: WorkVerb): boolean => customerVerbs.includes(verb)

const wrongState = ({ order }: Order) =>
  refuse('wrong_state', { detail: `The work order is ${order.status}.`, facts: { status: order.status } })

const to = (from: Order, status: Status, more: Partial<OrderRow> = {}): Order => ({
  ...from,
  order: { ...from.order, status, pause_reason: null, pause_until: null, ...more },
})
const leadsTo = ({ order }: Order, status: Status): boolean => steps[order.status as Status].includes(status)

export function decide(
  from: Order,
  command: Command,
  instants: Instants,
  deed: Deed,
  config: Config,
): Result<Step> {
  switch (command.verb) {
    case 'advance':
      return advance(from, command, config)
    case 'quote':
      return quote(from, command, instants.expiresAt, deed, config)
    case 'decide':
      return decideLines(from, command, deed, config)
    case 'continue':
      return from.order.status === 'quote_expired' && approvedTotal(from.lines) > 0
        ? ok({ after: to(from, 'approved'), type: 'approved', basis: 'quote' })
        : wrongState(from)
    case 'offer':
      return offer(from, command.alternatives, deed, config)
    case 'choose':
      return choose(from, command, deed)
    case 'pause':
      return pause(from, command.reason, instants.until, command.basis, deed)
    case 'resume':
      return from.order.status === 'paused'
        ? ok({ after: to(from, 'in_progress'), type: 'in_progress', basis: command.basis })
        : wrongState(from)
    case 'assign':
      return isOver(from.order.status as Status)
        ? wrongState(from)
        : ok({
            after: { ...from, order: { ...from.order, assignee: command.to && JSON.stringify(command.to) } },
            type: 'assigned',
            basis: 'told',
            data: { pool: command.to?.poolId ?? null },
          })
    case 'work_line':
      return workLine(from, command.line, command.actual, deed)
    case 'bill':
      return bill(from, command.amounts, deed)
    case 'cancel':
      return cancel(from, command.reason, deed)
  }
}

function advance(
  from: Order,
  { to: next, basis }: Command & { verb: 'advance' },
  { used }: Config,
): Result<Step> {
  const status = from.order.status as Status
  if (!mayAdvance(used, status, next)) return wrongState(from)
  return ok({ after: to(from, next), type: next, basis })
}

/** Ends the open quote: its lines lapse. */
const without = (
  from: Order,
  ended: QuoteRow | undefined,
  how: 'replaced' | 'withdrawn' | 'expired',
  at: number,
): Order =>
  ended
    ? {
        ...from,
        quotes: from.quotes.map((one) => (one === ended ? { ...one, status: how, decided_at: at } : one)),
        lines: from.lines.map((line) =>
          line.version === ended.version && line.decision === 'open'
            ? { ...line, decision: 'lapsed', decided_at: at }
            : line,
        ),
      }
    : from

function quote(
  from: Order,
  { lines: asked, priceLimit }: Pick<Command & { verb: 'quote' }, 'lines' | 'priceLimit'>,
  expiresAt: number | undefined,
  deed: Deed,
  config: Config,
): Result<Step> {
  if (from.order.status !== 'quoted' && !leadsTo(from, 'quoted')) return wrongState(from)
  const expires_at = expiresAt ?? deed.at + config.quoteMs
  if (expires_at <= deed.at) return refuseField('expiresAt', 'in_past', 'It lies in the future.')
  const made = withQuote(from, asked, priceLimit, expires_at, deed, config)
  if (!made.ok) return made
  const version = made.value.quotes.at(-1)?.version ?? 0
  const { lines } = made.value
  const most = config.approvesTo(from.order)
  const isOffices = most !== undefined && approvedTotal(lines) + askedTotal(lines) > most
  return ok({
    after: to(made.value, 'quoted'),
    type: 'quoted',
    basis: 'seen',
    data: {
      version,
      amounts: asked.map(({ kind, amount, optional }) => ({ kind, amount, optional })),
      expiresAt: expires_at,
      ...(isOffices && { office: true }),
    },
  })
}

/** The order with one more quote, in place of the one that was open. */
export function withQuote(
  from: Order,
  asked: (Command & { verb: 'quote' })['lines'],
  priceLimit: number | undefined,
  expires_at: number,
  deed: Deed,
  { linesMost, tolerancePercent }: Config,
): Result<Order> {
  const errors = checkAsked(asked, linesMost, from.lines.length)
  if (errors.length > 0) return refuse('invalid_field', { errors })
  const version = Math.max(0, ...from.quotes.map((one) => one.version)) + 1
  const order = from.order.id
  const rest = without(from, openQuote(from.quotes), 'replaced', deed.at)
  const after = Math.max(0, ...rest.lines.map(({ line }) => line))
  return ok({
    ...rest,
    quotes: [
      ...rest.quotes,
      {
        order_id: order,
        version,
        status: 'open',
        price_limit: priceLimit ?? null,
        ceiling: null,
        made_at: deed.at,
        expires_at,
        decided_at: null,
        decided_by: null,
      },
    ],
    lines: [...rest.lines, ...linesOf(asked, { order, version, after, tolerancePercent })],
  })
}

function decideLines(
  from: Order,
  { version, approve, basis }: Command & { verb: 'decide' },
  deed: Deed,
  { approvesTo }: Config,
): Result<Step> {
  const asked = openQuote(from.quotes)
  if (from.order.status !== 'quoted' || !asked) return wrongState(from)
  if (asked.version !== version)
    return refuse('stale_revision', {
      detail: `The quote that is open is version ${asked.version}.`,
      facts: { version: asked.version },
    })
  const decided = decideQuote(
    from.lines,
    asked,
    approve,
    deed,
    deed.by === 'customer' ? approvesTo(from.order) : undefined,
  )
  if (!decided.ok) return decided
  const { lines, quote: answered, approved, refused } = decided.value
  const goesOn = lines.some(({ decision }) => decision === 'approved')
  const quotes = from.quotes.map((one) => (one === asked ? answered : one))
  const type = goesOn ? 'approved' : 'declined'
  return ok({
    after: to({ ...from, lines, quotes }, type),
    type,
    basis: deed.by === 'staff' ? basis : 'quote',
    data: { version, approved, refused, ceiling: ceilingOf(quotes) },
  })
}

/** Before a date is missed: what the customer can choose instead. It takes the place of what they have not chosen yet. */
function offer(
  from: Order,
  asked: (Command & { verb: 'offer' })['alternatives'],
  deed: Deed,
  { laterDate }: Config,
): Result<Step> {
  const { order } = from
  if (order.promised_at === null || isDone(order.status as Status)) return wrongState(from)
  const twice = asked.findIndex(({ kind }, i) => asked.findIndex((one) => one.kind === kind) < i)
  if (twice >= 0) return refuseField(`alternatives.${twice}.kind`, 'duplicate', 'It stands here already.')
  const at = laterDate(order, deed.at)
  const later = asked.findIndex(({ kind }) => kind === 'later')
  if (later >= 0 && at === null)
    return refuseField(`alternatives.${later}.kind`, 'not_later', 'It is likely to be ready by then anyway.')
  const offered: Alternative[] = asked.map(({ kind, name }) => ({
    ...{ kind, name: name ?? null, at: kind === 'later' ? at : null },
    ...{ offered: order.revision + 1, chosenAt: null },
  }))
  const chosen = readAlternatives(order.alternatives).filter(({ chosenAt }) => chosenAt !== null)
  return ok({
    after: withAlternatives(from, [...chosen, ...offered]),
    type: 'alternatives_offered',
    basis: 'seen',
  })
}

const withAlternatives = (from: Order, alternatives: Alternative[]): Order => ({
  ...from,
  order: { ...from.order, alternatives: writeAlternatives(alternatives) },
})

/** One is chosen; the others are given up. */
function choose(
  from: Order,
  { kind, offered, basis }: { kind: AlternativeKind; offered: number; basis: string },
  deed: Deed,
): Result<Step> {
  const known = readAlternatives(from.order.alternatives)
  const open = known.filter((one) => isOpen(one, deed.at))
  const wanted = open.find((one) => one.kind === kind && one.offered === offered)
  if (open.length === 0) return wrongState(from)
  if (!wanted)
    return refuse('stale_revision', {
      detail: 'Something else is offered now.',
      facts: { offered: open.map((one) => ({ kind: one.kind, offered: one.offered })) },
    })
  const told = deed.by === 'staff' ? basis : 'seen'
  const after = withAlternatives(
    from,
    known.flatMap((one) =>
      one === wanted ? [{ ...one, chosenAt: deed.at }] : one.chosenAt === null ? [] : [one],
    ),
  )
  const data = { alternative: kind }
  if (kind === 'cancel')
    return ok({
      after: to(after, 'cancelled'),
      type: 'cancelled',
      reason: 'customer_asked',
      basis: told,
      data,
    })
  return ok({ after, type: 'alternative_chosen', basis: told, data, date: wanted.at ?? undefined })
}

function pause(
  from: Order,
  reason: PauseReason,
  until: number | undefined,
  basis: string,
  deed: Deed,
): Result<Step> {
  if (from.order.status !== 'paused' && !leadsTo(from, 'paused')) return wrongState(from)
  if (until !== undefined && until <= deed.at)
    return refuseField('until', 'in_past', 'It lies in the future.')
  return ok({
    after: to(from, 'paused', { pause_reason: reason, pause_until: until ?? null }),
    type: 'paused',
    reason,
    basis,
    data: { until: until ?? null },
  })
}

function workLine(from: Order, number: number, actual: number | undefined, deed: Deed): Result<Step> {
  const status = from.order.status
  if (status !== 'in_progress' && status !== 'quality_check') return wrongState(from)
  const line = from.lines.find((one) => one.line === number)
  if (!line) return refuseField('line', 'no_such_line', 'There is no such line.')
  if (line.decision !== 'approved')
    return refuseField('line', 'not_approved', 'Nobody works on a line that was not approved.')
  if (line.kind === 'tax' || line.kind === 'discount')
    return refuseField('line', 'no_work', 'There is nothing to be done for tax or a discount.')
  if (actual !== undefined && (actual < 0 || actual > line.amount_most))
    return refuseField('actual', 'above_approved', 'That is more than was approved: quote it.')
  const worked: LineRow = { ...line, worked_at: deed.at, worked_by: deed.actor, actual: actual ?? null }
  return ok({
    after: { ...from, lines: from.lines.map((one) => (one === line ? worked : one)) },
    type: 'line_worked',
    basis: 'seen',
    data: { line: number, amount: line.amount, actual: actual ?? line.amount },
  })
}

function bill(from: Order, amounts: (Command & { verb: 'bill' })['amounts'], deed: Deed): Result<Step> {
  const { status } = from.order
  if (from.invoice || (status !== 'ready' && status !== 'collected')) return wrongState(from)
  const billed = billOf(from.lines, ceilingOf(from.quotes), amounts)
  if (!billed.ok) return billed
  const { lines, total } = billed.value
  return ok({
    after: { ...from, lines, invoice: { order_id: from.order.id, total, at: deed.at, by: deed.actor } },
    type: 'billed',
    basis: 'quote',
    data: { total, ceiling: ceilingOf(from.quotes), estimated: approvedTotal(lines) },
  })
}

function cancel(from: Order, reason: string, deed: Deed): Result<Step> {
  if (!leadsTo(from, 'cancelled')) return wrongState(from)
  const begun = ['in_progress', 'paused', 'quality_check'].includes(from.order.status)
  if (deed.by !== 'staff' && (begun || from.lines.some(({ worked_at }) => worked_at !== null)))
    return refuse('wrong_state', {
      detail: 'The work has begun; ask the desk.',
      facts: { status: from.order.status },
    })
  const after = to(without(from, openQuote(from.quotes), 'withdrawn', deed.at), 'cancelled')
  return ok({ after, type: 'cancelled', reason, basis: 'told' })
}

/** What time alone does to an order that is due at `deed.at`: its quote ends, or its promise is looked at again. */
export function fallDue(from: Order, deed: Deed): Step {
  const asked = openQuote(from.quotes)
  if (from.order.status === 'quoted' && asked && asked.expires_at <= deed.at)
    return {
      after: to(without(from, asked, 'expired', deed.at), 'quote_expired'),
      type: 'quote_expired',
      basis: 'deadline',
      data: { version: asked.version },
    }
  return { after: from, type: 'promise_moved', basis: 'forecast' }
}
