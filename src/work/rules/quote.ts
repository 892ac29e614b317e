import { type FieldError, ok, type Result, refuse, refuseField } from '../../kernel/result.ts'
import type { LineRow, QuoteRow } from '../tables.ts'

/** Quotes: what is asked, what was approved of it, and what may be billed. Amounts are minor units. Pure. */

export const lineKinds = ['labour', 'part', 'tax', 'discount'] as const
export type LineKind = (typeof lineKinds)[number]

export type AskedLine = {
  kind: LineKind
  name: string
  amount: number
  optional: boolean
  /** Counted from 1 within the quote. */
  of?: number | undefined
}

/** Chosen by the customer; tax and discount go with what is chosen. */
const isChosen = ({ kind }: { kind: string }): boolean => kind === 'labour' || kind === 'part'

const sum = (amounts: number[]): number => amounts.reduce((total, amount) => total + amount, 0)

const withDecision = (lines: LineRow[], decision: LineRow['decision']): LineRow[] =>
  lines.filter((line) => line.decision === decision)
export const approvedTotal = (lines: LineRow[]): number =>
  sum(withDecision(lines, 'approved').map(({ amount }) => amount))
export const askedTotal = (lines: LineRow[]): number =>
  sum(withDecision(lines, 'open').map(({ amount }) => amount))
/** What was done so far cost, where that was noted; what was done as quoted, as quoted. */
export const actualTotal = (lines: LineRow[]): number =>
  sum(lines.filter(({ worked_at }) => worked_at !== null).map(({ actual, amount }) => actual ?? amount))

/** What an invoice stays under: the ceiling that was agreed last. */
export const ceilingOf = (quotes: QuoteRow[]): number | null =>
  quotes.filter(({ status }) => status === 'decided').toSorted((a, b) => b.version - a.version)[0]?.ceiling ??
  null

export const openQuote = (quotes: QuoteRow[]): QuoteRow | undefined =>
  quotes.find(({ status }) => status === 'open')

/** Errors of what is asked, by field paths below `lines`. */
export function checkAsked(lines: AskedLine[], atMost: number, known: number): FieldError[] {
  const errors: FieldError[] = []
  const fault = (path: string, rule: string, message: string) => errors.push({ path, rule, message })
  if (known + lines.length > atMost) fault('lines', 'too_many', `A work order has at most ${atMost} lines.`)
  for (const [i, line] of lines.entries()) {
    if (line.kind === 'discount' ? line.amount > 0 : line.amount < 0)
      fault(`lines.${i}.amount`, 'sign', 'A discount is negative, everything else is not.')
    if (line.of === undefined) continue
    const other = lines[line.of - 1]
    if (isChosen(line) || !other || !isChosen(other))
      fault(`lines.${i}.of`, 'no_such_line', 'Tax or a discount is of a line of labour or of a part.')
  }
  if (!lines.some(isChosen)) fault('lines', 'nothing_asked', 'It has a line of labour or a part.')
  return errors
}

/** The lines of a new quote, numbered on from those that there are. */
export function linesOf(
  asked: AskedLine[],
  {
    order,
    version,
    after,
    tolerancePercent,
  }: { order: string; version: number; after: number; tolerancePercent: number },
): LineRow[] {
  return asked.map(({ kind, name, amount, optional, of }, i) => ({
    order_id: order,
    line: after + i + 1,
    version,
    kind,
    name,
    amount,
    amount_most: amount + (amount > 0 ? Math.floor((amount * tolerancePercent) / 100) : 0),
    optional: Number(optional),
    of_line: of === undefined ? null : after + of,
    decision: 'open',
    decided_at: null,
    worked_at: null,
    worked_by: null,
    actual: null,
    billed: null,
  }))
}

export type Decided = { lines: LineRow[]; quote: QuoteRow; approved: number[]; refused: number[] }

/**
 * What becomes of a quote's lines: those approved, and the tax and discounts that go with them; the rest is refused. The
 * ceiling is what all approved lines may come to with their tolerance, and never above the customer's own limit or what
 * whoever decides may approve in all (`approvesTo`).
 */
export function decideQuote(
  lines: LineRow[],
  quote: QuoteRow,
  approve: readonly number[],
  deed: { at: number; actor: string },
  approvesTo?: number,
): Result<Decided> {
  const asked = lines.filter(({ version }) => version === quote.version)
  const choosable = asked.filter(isChosen).map(({ line }) => line)
  const stranger = approve.findIndex((line) => !choosable.includes(line))
  if (stranger >= 0)
    return refuseField(`approve.${stranger}`, 'no_such_line', 'This quote asks for no such labour or part.')
  const approves = (line: LineRow): boolean =>
    isChosen(line)
      ? approve.includes(line.line)
      : line.of_line === null
        ? approve.length > 0
        : approve.includes(line.of_line)
  const decided = asked.map((line) => ({
    ...line,
    decision: approves(line) ? 'approved' : 'refused',
    decided_at: deed.at,
  }))
  const after = lines.map((line) => decided.find((one) => one.line === line.line) ?? line)
  const total = approvedTotal(after)
  const limit = Math.min(
    quote.price_limit ?? Number.POSITIVE_INFINITY,
    approvesTo ?? Number.POSITIVE_INFINITY,
  )
  if (total < 0) return refuseField('approve', 'below_nothing', 'Together this would be less than nothing.')
  if (approve.length > 0 && total > limit) {
    const [rule, message] =
      limit === approvesTo
        ? ['above_account', 'Together this is for the office of the account to approve.']
        : ['above_limit', 'Together this costs more than the limit that was set.']
    return refuse('invalid_field', {
      detail: message,
      errors: [{ path: 'approve', rule, message }],
      facts: { total, limit },
    })
  }
  const most = sum(withDecision(after, 'approved').map(({ amount_most }) => amount_most))
  const numbers = (decision: string) =>
    decided.filter((one) => one.decision === decision).map(({ line }) => line)
  return ok({
    lines: after,
    quote: {
      ...quote,
      ...(approve.length > 0 ? { status: 'decided', ceiling: Math.min(most, limit) } : { status: 'refused' }),
      decided_at: deed.at,
      decided_by: deed.actor,
    },
    approved: numbers('approved'),
    refused: numbers('refused'),
  })
}

/**
 * The lines as billed, and their sum: labour and parts that were worked on, with what goes with them. Refuses with
 * `invalid_field` what was not approved or worked on, an amount above a line's tolerance, and a sum above the ceiling.
 */
export function billOf(
  lines: LineRow[],
  ceiling: number | null,
  amounts: readonly { line: number; amount: number }[],
): Result<{ lines: LineRow[]; total: number }> {
  const named = new Map(amounts.map(({ line, amount }) => [line, amount]))
  const worked = new Set(lines.filter(({ worked_at }) => worked_at !== null).map(({ line }) => line))
  const isDue = (line: LineRow): boolean =>
    line.decision === 'approved' &&
    (isChosen(line)
      ? worked.has(line.line)
      : line.of_line === null
        ? worked.size > 0
        : worked.has(line.of_line))
  const billed = lines.map((line) =>
    isDue(line) ? { ...line, billed: named.get(line.line) ?? line.actual ?? line.amount } : line,
  )
  for (const [i, { line }] of amounts.entries()) {
    const one = billed.find((row) => row.line === line)
    if (!one || !isDue(one))
      return refuseField(
        `amounts.${i}.line`,
        'not_billable',
        'This line was not approved, or nothing was done for it.',
      )
  }
  const dear = billed.find((line) => line.billed !== null && line.billed > line.amount_most)
  if (dear)
    return refuse('invalid_field', {
      errors: [
        { path: 'amounts', rule: 'above_approved', message: `Line ${dear.line} was approved at less.` },
      ],
      facts: { line: dear.line, most: dear.amount_most },
    })
  const total = sum(billed.map((line) => line.billed ?? 0))
  if (total < 0) return refuseField('amounts', 'below_nothing', 'Together this would be less than nothing.')
  if (total > (ceiling ?? 0))
    return refuse('invalid_field', {
      errors: [{ path: 'amounts', rule: 'above_ceiling', message: 'Together this is above the ceiling.' }],
      facts: { total, ceiling },
    })
  return ok({ lines: billed, total })
}
