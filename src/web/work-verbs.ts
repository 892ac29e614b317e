import { readDigits } from '../kernel/format.ts'
import { minorDigits } from '../kernel/money.ts'
import { isWallTime, parseDate, resolveWall } from '../kernel/time.ts'
import type { LocalText } from '../platform/wire.ts'
import { alternativeKinds, type lineKinds, type Shown } from '../work/index.ts'
import type { MessageKey } from './say.ts'

/** What the forms of the work pages ask of a work order; what is not whole is for the contract to refuse. */

export type Fields = Record<string, string>

/** An amount as people type it, `38.50` or `٣٨٫٥٠`, in minor units; null when it is something else. */
export function readAmount(text: string, currency: string): number | null {
  const digits = minorDigits(currency)
  const [, whole, part = ''] =
    /^(\d{1,8})(?:[.,٫](\d{1,3}))?$/.exec(readDigits(text).replace(/\s/g, '')) ?? []
  return whole === undefined || part.length > digits ? null : Number(whole + part.padEnd(digits, '0'))
}

/** The instant of a wall time as an input of the browser sends it, in the zone of the location; undefined when it is none. */
export function readWall(text: string, zone: string): number | undefined {
  const [, day = '', time = ''] = /^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2})/.exec(readDigits(text)) ?? []
  const date = parseDate(day)
  if (date === undefined || !isWallTime(time)) return undefined
  const resolved = resolveWall(date, time, zone)
  // What the clock shows twice is the first of them: nobody is let wait for the other.
  return resolved.kind === 'fold' ? resolved.earlier : resolved.at
}

export const kindMessages = {
  labour: 'work.kind_labour',
  part: 'work.kind_part',
  tax: 'work.kind_tax',
  discount: 'work.kind_discount',
} as const satisfies Record<(typeof lineKinds)[number], MessageKey>

type Asked = { kind: string; name: string; amount: number; optional: boolean }

/** A field that says nothing the contract could be asked about. */
export type Unread = { field: string; key: MessageKey }

/** Rows of a quote; a name that stands on the price list needs no amount. */
export function readLines(
  fields: Fields,
  currency: string,
  prices: readonly { name: LocalText; kind: string; amount: number }[],
): Asked[] | Unread {
  const lines: Asked[] = []
  for (let row = 1; fields[`quote-name-${row}`] !== undefined; row++) {
    const [name, typed] = [
      fields[`quote-name-${row}`]?.trim() ?? '',
      fields[`quote-amount-${row}`]?.trim() ?? '',
    ]
    if (name === '' && typed === '') continue
    const listed = prices.find((price) => Object.values(price.name).includes(name))
    const read = typed === '' ? null : readAmount(typed, currency)
    if (read === null && (typed !== '' || !listed))
      return { field: `quote-amount-${row}`, key: 'work.fault_amount' }
    const kind = fields[`quote-kind-${row}`] ?? 'labour'
    const amount = read === null ? (listed?.amount ?? 0) : kind === 'discount' ? -read : read
    lines.push({
      kind: read === null && listed ? listed.kind : kind,
      name,
      amount,
      optional: fields[`quote-optional-${row}`] === '1',
    })
  }
  return lines
}

/** The command that a form of the desk's page stands for. */
export function commandIn(fields: Fields, { order, location, prices }: Shown): { body: object } | Unread {
  const { currency } = order.price
  const { verb } = fields
  switch (verb) {
    case 'advance':
      return { body: { verb, to: fields.to } }
    case 'quote': {
      const lines = readLines(fields, currency, prices)
      if ('key' in lines) return lines
      if (lines.length === 0) return { field: 'quote-name-1', key: 'work.fault_nothing_asked' }
      const typed = fields['quote-limit']?.trim() ?? ''
      const limit = typed === '' ? undefined : readAmount(typed, currency)
      if (limit === null) return { field: 'quote-limit', key: 'work.fault_amount' }
      return { body: { verb, lines, ...(limit !== undefined && { priceLimit: limit }) } }
    }
    case 'pause': {
      const typed = fields['pause-until']?.trim() ?? ''
      const until = typed === '' ? undefined : readWall(typed, location.zone)
      if (typed !== '' && until === undefined) return { field: 'pause-until', key: 'work.fault_time' }
      const expected = until === undefined ? {} : { until: new Date(until).toISOString() }
      return { body: { verb, reason: fields['pause-reason'], ...expected } }
    }
    case 'offer': {
      const alternatives = alternativeKinds
        .filter((kind) => fields[`offer-${kind}`] === '1')
        .map((kind) => {
          const name = fields[`offer-${kind}-name`]?.trim() ?? ''
          return { kind, ...(name !== '' && { name }) }
        })
      return alternatives.length === 0
        ? { field: 'offer', key: 'work.fault_no_offer' }
        : { body: { verb, alternatives } }
    }
    case 'assign': {
      const person = fields['assign-person']?.trim() ?? ''
      return { body: { verb, to: person === '' ? null : { person } } }
    }
    case 'work_line': {
      const line = Number(fields.line)
      const typed = fields[`actual-${line}`]?.trim() ?? ''
      const actual = typed === '' ? undefined : readAmount(typed, currency)
      if (actual === null) return { field: `actual-${line}`, key: 'work.fault_amount' }
      return { body: { verb, line, ...(actual !== undefined && { actual }) } }
    }
    case 'bill': {
      const amounts: { line: number; amount: number }[] = []
      for (const { line } of order.lines) {
        const typed = fields[`bill-${line}`]?.trim() ?? ''
        const amount = typed === '' ? undefined : readAmount(typed, currency)
        if (amount === null) return { field: `bill-${line}`, key: 'work.fault_amount' }
        if (amount !== undefined) amounts.push({ line, amount })
      }
      return { body: { verb, amounts } }
    }
    case 'cancel':
      return { body: { verb, reason: fields['cancel-reason'] } }
    case 'reopen': {
      const note = fields['reopen-note']?.trim() ?? ''
      return { body: { verb, ...(note !== '' && { note }) } }
    }
    default:
      return { body: { verb } }
  }
}

/** Where on the page of an order a refusal of the contract or the rules is said. */
export const fieldOfVerb: Record<string, string> = {
  quote: 'quote-name-1',
  decide: 'approve',
  offer: 'offer',
  choose: 'choice',
  pause: 'pause-until',
  assign: 'assign-person',
  cancel: 'cancel-reason',
  reopen: 'reopen-note',
}

const faults: Record<string, MessageKey> = {
  above_limit: 'job.above_limit',
  above_approved: 'work.fault_above_approved',
  above_ceiling: 'work.fault_above_ceiling',
  below_nothing: 'work.fault_below_nothing',
  nothing_asked: 'work.fault_nothing_asked',
  not_later: 'work.fault_not_later',
  in_past: 'work.fault_in_past',
  too_large: 'work.fault_too_large',
  no_image: 'work.fault_no_image',
}
/** What is said of a rule that a field broke. */
export const faultMessage = (rule: string | undefined): MessageKey =>
  (rule !== undefined && Object.hasOwn(faults, rule) && faults[rule]) || 'fault.other'
