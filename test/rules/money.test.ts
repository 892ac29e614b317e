import { describe, expect, test } from 'vitest'
import { addMoney, isCurrency, minorDigits } from '../../src/kernel/money.ts'

describe('money', () => {
  test.each([
    ['EUR', 2],
    ['HUF', 2],
    ['JPY', 0],
    ['KWD', 3],
    ['IQD', 3],
  ])('%s has %d minor digits', (currency, digits) => {
    expect(isCurrency(currency)).toBe(true)
    expect(minorDigits(currency)).toBe(digits)
  })

  test.each(['', 'eur', 'EURO', 'ABC', 'toString'])('%j is no currency', (code) => {
    expect(isCurrency(code)).toBe(false)
  })

  test('amounts of one currency add up; of two, or past what is exact, they never do', () => {
    expect(addMoney({ amount: 1250, currency: 'EUR' }, { amount: -250, currency: 'EUR' })).toEqual({
      amount: 1000,
      currency: 'EUR',
    })
    expect(() => addMoney({ amount: 1, currency: 'EUR' }, { amount: 1, currency: 'USD' })).toThrow(TypeError)
    const most = { amount: Number.MAX_SAFE_INTEGER, currency: 'EUR' }
    expect(() => addMoney(most, { amount: 1, currency: 'EUR' })).toThrow(RangeError)
  })
})
