import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  addDays,
  DAY_MS,
  dateOfEpochDay,
  datesFrom,
  dayBounds,
  daysBetween,
  epochDay,
  formatInstant,
  isWallTime,
  isZone,
  localDate,
  localTime,
  MINUTE_MS,
  minutesOf,
  offsetAt,
  parseDate,
  parseInstant,
  resolveWall,
  wallOf,
  weekday,
} from '../../src/kernel/time.ts'
import { clockMs, shownAt, transitionsOf, zones } from './clocks.ts'

const iso = (at: number, zone: string) => formatInstant(at, zone)
const anyZone = fc.constantFrom(...zones)
const anyInstant = fc
  .integer({ min: Date.UTC(1990, 0, 2) / 1000, max: Date.UTC(2100, 11, 30) / 1000 })
  .map((seconds) => seconds * 1000)
const anyDay = fc.integer({ min: epochDay('1990-01-01'), max: epochDay('2100-12-31') })

/** The date and the wall time of a clock; the end of a date is shown as the next date's '00:00'. */
const split = (clock: number) => shownAt(clock).split(' ') as [date: string, time: string]

describe('every transition of every zone, 2026 to 2028', () => {
  const transitions = zones.flatMap((zone) => transitionsOf(zone, 2026, 2028))

  test('the scan finds them', () => {
    expect(zones.length).toBeGreaterThan(400)
    expect(transitions.length).toBeGreaterThan(600)
    const lengths = new Set(transitions.map(({ before, after }) => Math.abs(after - before) / MINUTE_MS))
    expect([...lengths]).toEqual(expect.arrayContaining([30, 60, 120]))
  })

  test('date and time shown are those of Intl, up to the minute of the change', () => {
    const wrong = transitions.filter(({ zone, at }) =>
      [-DAY_MS, -MINUTE_MS, 0, MINUTE_MS, DAY_MS].some((by) => {
        const [date, time] = split(clockMs(at + by, zone))
        return localDate(at + by, zone) !== date || localTime(at + by, zone) !== time
      }),
    )
    expect(wrong).toEqual([])
    const early = transitions.filter(({ zone, at, before }) => offsetAt(at - 1, zone) !== before - at)
    expect(early).toEqual([])
  })

  test('wall times around and within resolve to a gap, a fold or one instant', () => {
    for (const { zone, at, before, after } of transitions) {
      const [low, high] = before < after ? [before, after] : [after, before]
      for (let clock = low - 30 * MINUTE_MS; clock <= high + 30 * MINUTE_MS; clock += 15 * MINUTE_MS) {
        const inside = low <= clock && clock < high
        const expected = !inside
          ? { kind: 'once', at: at + clock - (clock < low ? before : after) }
          : before < after
            ? { kind: 'gap', at, before: split(before)[1], after: split(after)[1] }
            : { kind: 'fold', earlier: at + clock - before, later: at + clock - after }
        // What happens before the clock is put back to `low`, and after, is shown once: up to `high`, from `high`.
        const [date, time] = split(clock)
        expect({ zone, ...resolveWall(date, time, zone) }).toEqual({ zone, ...expected })
      }
    }
  })

  test('bounds of dates begin with the first minute the calendar shows, and join', () => {
    for (const { zone, before, after } of transitions) {
      const [first] = split(Math.min(before, after) - DAY_MS)
      for (const date of datesFrom(first, addDays(first, 3))) {
        const [start, end] = dayBounds(date, zone)
        expect(split(clockMs(start, zone))[0]).toBe(date)
        expect(split(clockMs(start - MINUTE_MS, zone))[0]).toBe(addDays(date, -1))
        expect(dayBounds(addDays(date, 1), zone)[0]).toBe(end)
      }
      const whole = dayBounds(first, zone, addDays(first, 3))
      expect(whole[1] - whole[0]).toBe(4 * DAY_MS - (after - before))
    }
  })
})

describe('dates', () => {
  test.each([
    ['2026-02-28', true],
    ['2026-02-29', false],
    ['2028-02-29', true],
    ['2100-02-29', false],
    ['1990-01-01', true],
    ['1989-12-31', false],
    ['2100-12-31', true],
    ['2101-01-01', false],
    ['2026-13-01', false],
    ['2026-00-10', false],
    ['2026-01-00', false],
    ['2026-1-01', false],
    ['2026-01-01 ', false],
    ['+02026-01-01', false],
    ['0026-01-01', false],
    ['٢٠٢٦-٠١-٠١', false],
    ['', false],
  ])('parseDate(%j) takes it: %s', (text, taken) => {
    expect(parseDate(text)).toBe(taken ? text : undefined)
  })

  test('a number that is no date is a bug', () => {
    expect(() => epochDay('2026-02-29')).toThrow(RangeError)
    expect(() => addDays('tomorrow', 1)).toThrow(RangeError)
  })

  test('numbers, differences and weekdays agree', () => {
    expect(epochDay('1970-01-01')).toBe(0)
    expect([weekday('2026-11-30'), weekday('2026-11-29'), weekday('2024-02-29')]).toEqual([1, 7, 4])
    expect(datesFrom('2028-02-28', '2028-03-01')).toEqual(['2028-02-28', '2028-02-29', '2028-03-01'])
    expect(datesFrom('2026-01-02', '2026-01-01')).toEqual([])
    fc.assert(
      fc.property(anyDay, fc.integer({ min: -1000, max: 1000 }), (day, by) => {
        const date = dateOfEpochDay(day)
        expect(epochDay(date)).toBe(day)
        expect(daysBetween(date, addDays(date, by))).toBe(by)
        expect(weekday(date)).toBe(new Date(day * DAY_MS).getUTCDay() || 7)
      }),
    )
  })
})

describe('wall times', () => {
  test.each([
    ['00:00', true],
    ['23:59', true],
    ['24:00', false],
    ['24:01', false],
    ['9:00', false],
    ['12:60', false],
    ['12:00:00', false],
    ['12:00\n', false],
  ])('%j starts: %s', (text, starts) => {
    expect(isWallTime(text)).toBe(starts)
  })

  test('minutes and back', () => {
    for (let minutes = 0; minutes <= 1440; minutes++) expect(minutesOf(wallOf(minutes))).toBe(minutes)
    for (const none of ['24:01', '25:00', '12:60', '9:00', '1a:00', '12-00', '12:000']) {
      expect(() => minutesOf(none)).toThrow(RangeError)
    }
  })
})

describe('zones', () => {
  test('every zone of the runtime is one', () => {
    expect(zones.filter((zone) => !isZone(zone))).toEqual([])
  })

  test.each(['Asia/Kolkata', 'Asia/Calcutta', 'US/Eastern', 'Etc/GMT+3', 'EST5EDT', 'GB-Eire'])(
    'so is %s',
    (zone) => {
      expect(isZone(zone)).toBe(true)
    },
  )

  test.each([
    '',
    'utc',
    'europe/amsterdam',
    '+01:00',
    'UTC+1',
    'Z',
    'Mars/Olympus',
    'Europe/Amsterdam ',
    '../etc',
    'x'.repeat(1e5),
  ])('%.20j is none', (zone) => {
    expect(isZone(zone)).toBe(false)
  })
})

describe('ISO 8601', () => {
  test.each([
    ['2026-11-30T12:00:00+01:00', Date.UTC(2026, 10, 30, 11)],
    ['2026-11-30T12:00:00Z', Date.UTC(2026, 10, 30, 12)],
    ['2026-11-30T12:00:00-00:00', Date.UTC(2026, 10, 30, 12)],
    ['2026-11-30T12:00:00.5Z', Date.UTC(2026, 10, 30, 12, 0, 0, 500)],
    ['2026-11-30T12:00:00.123999Z', Date.UTC(2026, 10, 30, 12, 0, 0, 123)],
    ['2026-11-30T00:15:30-03:30', Date.UTC(2026, 10, 30, 3, 45, 30)],
    ['1990-01-01T00:00:00Z', Date.UTC(1990, 0)],
    ['1990-01-01T00:00:00+00:01', undefined],
    ['2100-12-31T23:59:59Z', Date.UTC(2101, 0) - 1000],
    ['2100-12-31T23:59:59-00:01', undefined],
    ['2026-11-30T12:00:00', undefined],
    ['2026-11-30T12:00+01:00', undefined],
    ['2026-11-30T24:00:00Z', undefined],
    ['2026-11-30T12:00:60Z', undefined],
    ['2026-11-30T12:00:00+24:00', undefined],
    ['2026-11-30T12:00:00+0100', undefined],
    ['2026-11-30T12:00:00+01:00[Europe/Amsterdam]', undefined],
    ['2026-11-30 12:00:00Z', undefined],
    ['2026-11-30t12:00:00z', undefined],
    ['2026-02-29T12:00:00Z', undefined],
    [' 2026-11-30T12:00:00Z', undefined],
    ['2026-11-30T12:00:00Z\n', undefined],
    ['', undefined],
  ])('parseInstant(%j) is %s', (text, at) => {
    expect(parseInstant(text)).toBe(at)
  })

  test.each([
    ['Europe/Amsterdam', '2026-11-30T12:00:00+01:00'],
    ['UTC', '2026-11-30T11:00:00+00:00'],
    ['Asia/Kathmandu', '2026-11-30T16:45:00+05:45'],
    ['America/St_Johns', '2026-11-30T07:30:00-03:30'],
    ['Pacific/Chatham', '2026-12-01T00:45:00+13:45'],
    ['Australia/Lord_Howe', '2026-11-30T22:00:00+11:00'],
  ])('formatInstant in %s', (zone, shown) => {
    expect(iso(Date.UTC(2026, 10, 30, 11, 0, 0, 999), zone)).toBe(shown)
  })

  test('what is written is read back, in every zone', () => {
    fc.assert(
      fc.property(anyInstant, anyZone, (at, zone) => {
        expect(parseInstant(iso(at, zone))).toBe(at)
        expect(iso(at, zone).slice(0, 16)).toBe(shownAt(clockMs(at, zone)).replace(' ', 'T'))
      }),
      { numRuns: 300 },
    )
  })
})

describe('dates that a zone makes short, long, late or not at all', () => {
  test.each([
    ['Europe/Amsterdam', '2026-03-29', '2026-03-29T00:00:00+01:00', 23],
    ['Europe/Amsterdam', '2026-10-25', '2026-10-25T00:00:00+02:00', 25],
    ['Australia/Lord_Howe', '2026-10-04', '2026-10-04T00:00:00+10:30', 23.5],
    ['Australia/Lord_Howe', '2026-04-05', '2026-04-05T00:00:00+11:00', 24.5],
    ['Antarctica/Troll', '2026-03-29', '2026-03-29T00:00:00+00:00', 22],
    ['Asia/Beirut', '2026-03-29', '2026-03-29T01:00:00+03:00', 23],
    ['Africa/Cairo', '2026-04-24', '2026-04-24T01:00:00+03:00', 23],
    ['America/Santiago', '2026-09-06', '2026-09-06T01:00:00-03:00', 23],
    ['America/Santiago', '2026-04-04', '2026-04-04T00:00:00-03:00', 25],
    ['America/Asuncion', '2024-10-06', '2024-10-06T01:00:00-03:00', 23],
    ['America/Havana', '2026-11-01', '2026-11-01T00:00:00-04:00', 25],
    ['America/Nuuk', '2026-03-28', '2026-03-28T00:00:00-02:00', 23],
    ['Pacific/Apia', '2011-12-30', '2011-12-31T00:00:00+14:00', 0],
  ])('%s on %s starts at %s and lasts %d h', (zone, date, start, hours) => {
    const [from, to] = dayBounds(date, zone)
    expect(iso(from, zone)).toBe(start)
    expect((to - from) / (60 * MINUTE_MS)).toBe(hours)
  })

  test('a time of a skipped date is in the gap', () => {
    expect(resolveWall('2011-12-30', '10:00', 'Pacific/Apia').kind).toBe('gap')
  })
})
