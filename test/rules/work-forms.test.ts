import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type JobLine, totalOf } from '../../src/web/job.ts'
import { readAmount, readLines, readWall } from '../../src/web/work-verbs.ts'
import { approvedTotal, decideQuote, linesOf } from '../../src/work/rules/quote.ts'
import type { QuoteRow } from '../../src/work/tables.ts'

/** What people type into the forms of work orders, and what they are shown before they send it. */

describe('an amount', () => {
  test.each([
    ['38.50', 'EUR', 3_850],
    ['38,5', 'EUR', 3_850],
    ['38', 'EUR', 3_800],
    [' 1 250.05 ', 'EUR', 125_005],
    ['٣٨٫٥٠', 'SAR', 3_850],
    ['۳۸', 'EUR', 3_800],
    ['0', 'EUR', 0],
    ['1450', 'JPY', 1_450],
    ['1.450', 'KWD', 1_450],
    ['12345678.99', 'EUR', 1_234_567_899],
  ])('%s %s is %d', (typed, currency, amount) => expect(readAmount(typed, currency)).toBe(amount))

  test.each(['', '-1', '1.2.3', '1,234.50', '38.505', 'ten', '1e3', '0x10', '123456789', '.5', '5.'])(
    '%s is none',
    (typed) => expect(readAmount(typed, 'EUR')).toBe(null),
  )

  test('of a currency without minor units has no part', () => expect(readAmount('14.5', 'JPY')).toBe(null))
})

describe('a wall time', () => {
  const at = (typed: string) => {
    const read = readWall(typed, 'Europe/Amsterdam')
    return read === undefined ? undefined : new Date(read).toISOString()
  }
  test('is read in the zone of the location', () =>
    expect(at('2026-11-30T12:00')).toBe('2026-11-30T11:00:00.000Z'))
  test('that the clock jumps over is when it jumps', () =>
    expect(at('2026-03-29T02:30')).toBe('2026-03-29T01:00:00.000Z'))
  test('that the clock shows twice is the first', () =>
    expect(at('2026-10-25T02:30')).toBe('2026-10-25T00:30:00.000Z'))
  test.each(['', '2026-11-30', '2026-02-30T12:00', '2026-11-30T25:00', 'soon'])('%s is none', (typed) =>
    expect(at(typed)).toBe(undefined),
  )
})

test('a line of the price list needs its name alone, in whichever language', () => {
  const prices = [{ name: { en: 'Chain', nl: 'Ketting' }, kind: 'part', amount: 3_850 }]
  const row = { 'quote-kind-1': 'labour', 'quote-name-1': 'Ketting', 'quote-amount-1': '' }
  expect(readLines(row, 'EUR', prices)).toEqual([
    { kind: 'part', name: 'Ketting', amount: 3_850, optional: false },
  ])
  expect(readLines({ ...row, 'quote-name-1': 'Zadel' }, 'EUR', prices)).toEqual({
    field: 'quote-amount-1',
    key: 'work.fault_amount',
  })
  expect(readLines({ 'quote-name-1': '', 'quote-amount-1': '' }, 'EUR', prices)).toEqual([])
})

const quote: QuoteRow = {
  ...{ order_id: 'wrk_1', version: 1, status: 'open', price_limit: null, ceiling: null },
  ...{ made_at: 0, expires_at: 1, decided_at: null, decided_by: null },
}

test('the total in sight is the total that is agreed', () => {
  const chosen = fc.record({
    kind: fc.constantFrom('labour' as const, 'part' as const),
    amount: fc.nat({ max: 9_999 }),
  })
  const along = fc.record({
    kind: fc.constant('tax' as const),
    amount: fc.nat({ max: 999 }),
    of: fc.nat({ max: 4 }),
  })
  let several = 0
  fc.assert(
    fc.property(
      fc.array(chosen, { minLength: 1, maxLength: 4 }),
      fc.array(along, { maxLength: 3 }),
      fc.nat({ max: 15 }),
      (main, extras, ticks) => {
        const asked = [
          ...main.map((line) => ({ ...line, name: 'x', optional: false })),
          ...extras.map(({ of, ...line }) => ({
            ...{ ...line, name: 'y', optional: false },
            ...(of > 0 && of <= main.length && { of }),
          })),
        ]
        const lines = linesOf(asked, { order: 'wrk_1', version: 1, after: 0, tolerancePercent: 0 })
        const approve = main.flatMap((_, at) => (ticks & (1 << at) ? [at + 1] : []))
        if (approve.length > 1) several++
        const decided = decideQuote(lines, quote, approve, { at: 0, actor: 'x' })
        const shown = lines.map(({ line, kind, amount, of_line }) => ({ line, kind, amount, of: of_line }))
        expect(totalOf(shown as JobLine[], approve)).toBe(decided.ok && approvedTotal(decided.value.lines))
      },
    ),
  )
  expect(several).toBeGreaterThan(20)
})
