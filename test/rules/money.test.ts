import { describe, expect, test } from 'vitest'
import { isCurrency, minorDigits } from '../../src/kernel/money.ts'

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
})
