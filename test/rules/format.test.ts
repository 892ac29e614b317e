import { describe, expect, test } from 'vitest'
import * as format from '../../src/kernel/format.ts'
import type { Language } from '../../src/web/languages.ts'

const { localeFor } = format
const noon = Date.UTC(2026, 10, 28, 12, 5)
/** Spaces differ between releases of ICU. */
const plain = (text: string) => text.replace(/[\u00a0\u2009\u202f]/g, ' ').replace(/[\u200e\u200f]/g, '')

const rows: [Language, string, string, string, string, number][] = [
  ['en', 'GB', 'Saturday, 28 November 2026', '12:05', '£14.50', 1],
  ['en', 'US', 'Saturday, November 28, 2026', '12:05 PM', '£14.50', 7],
  ['en', 'SA', 'Saturday, 28 November 2026', '12:05 pm', '£14.50', 7],
  ['nl', 'NL', 'zaterdag 28 november 2026', '12:05', '£ 14,50', 1],
  ['nl', 'SA', 'zaterdag 28 november 2026', '12:05 p.m.', '£ 14,50', 7],
  ['ar', 'SA', 'السبت، ٢٨ نوفمبر ٢٠٢٦', '١٢:٠٥ م', '١٤٫٥٠ UK£', 7],
  ['ar', 'EG', 'السبت، ٢٨ نوفمبر ٢٠٢٦', '١٢:٠٥ م', '١٤٫٥٠ UK£', 6],
  ['ar', 'GB', 'السبت، 28 نوفمبر 2026', '12:05', '14.50 UK£', 1],
]

describe.each(rows)('%s in %s', (language, country, date, time, money, firstDay) => {
  const locale = localeFor(language, country)

  test('writes the date, in the Gregorian calendar', () => {
    expect(format.formatDate(locale, noon, 'UTC')).toBe(date)
    expect(format.formatPlainDate(locale, '2026-11-28')).toBe(date)
  })

  test('writes the time as the country tells it', () => {
    expect(plain(format.formatTime(locale, noon, 'UTC'))).toBe(time)
  })

  test('writes money with the digits of the place', () => {
    expect(plain(format.formatMoney(locale, { amountMinor: 1450, currency: 'GBP' }))).toBe(money)
  })

  test('begins the week as the country does', () => {
    const days = format.weekdays(locale)
    expect(locale.firstDay).toBe(firstDay)
    expect(days.map(({ weekday }) => weekday)).toEqual(
      [0, 1, 2, 3, 4, 5, 6].map((n) => ((firstDay - 1 + n) % 7) + 1),
    )
    for (const { short } of days) expect(short.length).toBeLessThanOrEqual(4)
  })
})

test('the long name of each day stands for its number', () => {
  const days = format.weekdays(localeFor('en', 'SA'))
  expect(days.map(({ weekday, long }) => `${weekday} ${long}`)).toEqual([
    '7 Sunday',
    '1 Monday',
    '2 Tuesday',
    '3 Wednesday',
    '4 Thursday',
    '5 Friday',
    '6 Saturday',
  ])
  expect(format.weekdayOf('2026-11-28')).toBe(6)
  expect(format.weekdayOf('2026-11-29')).toBe(7)
})

describe('times', () => {
  const english = localeFor('en', 'GB')

  test('are read in the zone that is given, on both sides of a clock change', () => {
    const before = Date.UTC(2026, 9, 25, 0, 30)
    const after = Date.UTC(2026, 9, 25, 1, 30)
    expect(format.formatTime(english, before, 'Europe/Amsterdam')).toBe('02:30')
    expect(format.formatTime(english, after, 'Europe/Amsterdam')).toBe('02:30')
    expect(format.plainDateAt(Date.UTC(2026, 10, 28, 22), 'Asia/Riyadh')).toBe('2026-11-29')
  })

  test('make a range', () => {
    expect(format.formatTimeRange(english, noon, noon + 75 * 60_000, 'UTC')).toBe('12:05–13:20')
    expect(plain(format.formatTimeRange(localeFor('ar', 'SA'), noon, noon + 75 * 60_000, 'UTC'))).toBe(
      '١٢:٠٥–١:٢٠ م',
    )
  })

  test('have a part of the day', () => {
    const parts = [4, 5, 11, 12, 16, 17, 23].map((hour) =>
      format.partOfDay(Date.UTC(2026, 0, 1, hour), 'UTC'),
    )
    expect(parts).toEqual(['night', 'morning', 'morning', 'afternoon', 'afternoon', 'evening', 'evening'])
    expect(format.partOfDay(Date.UTC(2026, 0, 1, 21), 'UTC')).toBe('evening')
    expect(format.partOfDay(Date.UTC(2026, 0, 1, 21), 'Asia/Riyadh')).toBe('night')
  })

  test('have a zone with a name, and clocks that agree or not', () => {
    expect(format.zoneName(english, noon, 'Europe/Amsterdam')).toBe('Central European Time')
    expect(format.zoneName(localeFor('nl', 'NL'), noon, 'Europe/Amsterdam')).toBe('Midden-Europese tijd')
    expect(format.sameClock(noon, 'Europe/Amsterdam', 'Europe/Madrid')).toBe(true)
    expect(format.sameClock(noon, 'Europe/London', 'Africa/Lagos')).toBe(false)
    expect(format.sameClock(Date.UTC(2026, 6, 1), 'Europe/London', 'Africa/Lagos')).toBe(true)
  })
})

describe('amounts', () => {
  test.each([
    [1800, 'GBP', '£18'],
    [950, 'GBP', '£9.50'],
    [1450, 'JPY', 'JP¥1,450'],
    [1450, 'KWD', 'KWD 1.450'],
    [0, 'EUR', '€0'],
  ])('%d %s is %s', (amountMinor, currency, text) => {
    expect(plain(format.formatMoney(localeFor('en', 'GB'), { amountMinor, currency }))).toBe(text)
  })

  test.each([
    [15, '15 minutes'],
    [75, '75 minutes'],
    [60, '1 hour'],
    [120, '2 hours'],
    [150, '2 hours, 30 minutes'],
  ])('%d minutes are %s', (minutes, text) => {
    expect(format.formatMinutes(localeFor('en', 'GB'), minutes)).toBe(text)
  })
})

describe('what people type', () => {
  test.each([
    ['٢٠٢٦-١١-٢٨', '2026-11-28'],
    ['۰۱۲۳۴۵۶۷۸۹', '0123456789'],
    ['\u2068+٩٦٦ 11\u2069\u200f ١٢٣', '+966 11 123'],
    ['Amina 7KX3QA', 'Amina 7KX3QA'],
  ])('%j reads as %j', (typed, read) => {
    expect(format.readDigits(typed)).toBe(read)
  })

  test.each([
    ['٤', 4],
    [' 12 ', 12],
    ['۰', 0],
    ['999999', 999999],
    ['1000000', null],
    ['', null],
    ['-1', null],
    ['1.5', null],
    ['two', null],
    ['1e3', null],
  ])('%j is the number %j', (typed, value) => {
    expect(format.readWholeNumber(typed)).toBe(value)
  })
})
