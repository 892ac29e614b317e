import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  addDays,
  DAY_MS,
  datesFrom,
  dayBounds,
  formatInstant,
  HOUR_MS,
  MINUTE_MS,
  wallOf,
} from '../../src/kernel/time.ts'
import {
  checkHours,
  covers,
  departuresOn,
  type Exception,
  type Hours,
  hasHours,
  type Interval,
  isOpen,
  openingAt,
  openRuns,
  type Season,
  type Weekly,
  walkStarts,
} from '../../src/location/hours.ts'
import { everyDay, open, weeklyOnly } from './opening.ts'

describe('the meaning of hours, by example', () => {
  const amsterdam = 'Europe/Amsterdam'
  const shown = (hours: Hours, from: string, to = from, zone = amsterdam) =>
    openRuns(hours, zone, from, to).map((run) => [
      formatInstant(run.start, zone),
      formatInstant(run.end, zone),
    ])
  const night = weeklyOnly(everyDay([open('20:00', '24:00'), open('00:00', '02:30')]))

  test('a night is one run, given whole from either of its dates', () => {
    const run = ['2026-06-05T20:00:00+02:00', '2026-06-06T02:30:00+02:00']
    expect(shown(night, '2026-06-05')).toContainEqual(run)
    expect(shown(night, '2026-06-06')).toContainEqual(run)
    expect(shown(night, '2026-06-04')).not.toContainEqual(run)
  })

  test('its grid goes on over midnight from its opening, and each date lists its own part', () => {
    const starts = (date: string) =>
      walkStarts(night, amsterdam, date, date, 50 * MINUTE_MS, 50 * MINUTE_MS).map((at) =>
        formatInstant(at, amsterdam).slice(5, 16),
      )
    expect(starts('2026-06-06')).toEqual([
      '06-06T00:10',
      '06-06T01:00',
      '06-06T20:00',
      '06-06T20:50',
      '06-06T21:40',
      '06-06T22:30',
      '06-06T23:20',
    ])
  })

  test('a night in which the clock jumps closes at the jump; one in which it goes back stays open to the last', () => {
    expect(shown(night, '2026-03-28')).toContainEqual([
      '2026-03-28T20:00:00+01:00',
      '2026-03-29T03:00:00+02:00',
    ])
    expect(shown(night, '2026-10-24')).toContainEqual([
      '2026-10-24T20:00:00+02:00',
      '2026-10-25T02:30:00+01:00',
    ])
  })

  test('hours that lie wholly in a gap open nothing', () => {
    expect(shown(weeklyOnly(everyDay([open('02:15', '02:45')])), '2026-03-29')).toEqual([])
  })

  test('closing at the first time of a fold is closing once', () => {
    expect(shown(weeklyOnly(everyDay([open('01:00', '02:00')])), '2026-10-25')).toEqual([
      ['2026-10-25T01:00:00+02:00', '2026-10-25T02:00:00+02:00'],
    ])
  })

  test.each([
    ['earlier', '2026-10-25T02:15:00+02:00', '2026-10-25T02:45:00+02:00'],
    ['later', '2026-10-25T02:15:00+01:00', '2026-10-25T02:45:00+01:00'],
  ] as const)('an exception in a fold means the %s', (fold, start, end) => {
    const exceptions = [{ date: '2026-10-25', intervals: [open('02:15', '02:45')], fold }]
    expect(shown({ ...weeklyOnly(everyDay([])), exceptions }, '2026-10-25')).toEqual([[start, end]])
  })

  test('the end of a date is no wall time in a fold at the next midnight', () => {
    const exceptions: Exception[] = [
      { date: '2026-10-31', intervals: [open('20:00', '24:00')], fold: 'later' },
    ]
    const hours = { ...weeklyOnly(everyDay([])), exceptions }
    expect(shown(hours, '2026-10-31', '2026-10-31', 'America/Havana')).toEqual([
      ['2026-10-31T20:00:00-04:00', '2026-11-01T00:00:00-04:00'],
    ])
  })

  test('a place that never closes starts its grid anew every date, and is open over any midnight', () => {
    const always = weeklyOnly(everyDay([open('00:00', '24:00')]))
    const starts = walkStarts(always, amsterdam, '2026-03-28', '2026-03-30', 7 * HOUR_MS, 5 * HOUR_MS)
    expect(starts.map((at) => formatInstant(at, amsterdam).slice(8, 16))).toEqual([
      '28T00:00',
      '28T07:00',
      '28T14:00',
      '28T21:00',
      '29T00:00',
      '29T08:00',
      '29T15:00',
      '29T22:00',
      '30T00:00',
      '30T07:00',
      '30T14:00',
      '30T21:00',
    ])
    const from = Date.UTC(2026, 2, 1)
    expect(isOpen(always, amsterdam, from, from + 40 * DAY_MS)).toBe(true)
  })

  test('the longest duration fits up to the last start, be it before a date of 23 h', () => {
    const always = weeklyOnly(everyDay([open('00:00', '24:00')]))
    const walk = (date: string, durationMs: number) =>
      walkStarts(always, amsterdam, date, date, 15 * MINUTE_MS, durationMs)
    expect(walk('2026-03-28', 48 * HOUR_MS)).toHaveLength(96)
    expect(walk('2026-10-25', 48 * HOUR_MS)).toHaveLength(100)
    expect(() => walk('2026-03-28', 48 * HOUR_MS + 1)).toThrow(RangeError)
    expect(() => walkStarts(always, amsterdam, '2026-10-25', '2026-10-25', 0, HOUR_MS)).toThrow(RangeError)
  })

  test('intervals within one another, though refused when written, open what they cover', () => {
    expect(
      shown(weeklyOnly(everyDay([open('09:00', '17:00'), open('10:00', '11:00')])), '2026-06-05'),
    ).toEqual([['2026-06-05T09:00:00+02:00', '2026-06-05T17:00:00+02:00']])
  })

  test('open means the whole of the interval, and an interval has a length', () => {
    const hours = weeklyOnly(everyDay([open('09:00', '17:00')]))
    const nine = Date.UTC(2026, 5, 5, 7)
    expect(isOpen(hours, amsterdam, nine, nine + 8 * HOUR_MS)).toBe(true)
    expect(isOpen(hours, amsterdam, nine, nine + 8 * HOUR_MS + 1)).toBe(false)
    expect(isOpen(hours, amsterdam, nine - 1, nine + HOUR_MS)).toBe(false)
    expect(isOpen(hours, amsterdam, nine, nine)).toBe(false)
    expect(isOpen(hours, amsterdam, nine + HOUR_MS, nine)).toBe(false)
  })

  test('departures: none in a gap, one in a fold, in order', () => {
    const on = (date: string, times: string[]) =>
      departuresOn(date, times, amsterdam).map((at) => formatInstant(at, amsterdam))
    expect(on('2026-03-29', ['04:00', '02:30', '01:00'])).toEqual([
      '2026-03-29T01:00:00+01:00',
      '2026-03-29T04:00:00+02:00',
    ])
    expect(on('2026-10-25', ['02:30', '03:00'])).toEqual([
      '2026-10-25T02:30:00+02:00',
      '2026-10-25T03:00:00+01:00',
    ])
  })
})

/* Hours at random, on quarters of an hour, in zones and a spring and autumn that move their clocks. */

const anyZone = fc.constantFrom(
  'Europe/Amsterdam',
  'America/Havana',
  'America/Santiago',
  'Australia/Lord_Howe',
  'UTC',
)
const anyDate = fc.integer({ min: 0, max: 364 }).map((day) => addDays('2026-01-01', day))
/** Intervals that neither overlap nor are reversed; they may touch each other and midnight. */
const anyIntervals = fc
  .uniqueArray(fc.integer({ min: 0, max: 96 }), { maxLength: 8 })
  .map((edges) => edges.toSorted((a, b) => a - b).map((quarters) => wallOf(quarters * 15)))
  .map((times) =>
    Array.from({ length: times.length >> 1 }, (_, i) =>
      open(times[2 * i] as string, times[2 * i + 1] as string),
    ),
  )
const someDay = fc.oneof(anyIntervals, fc.constant<Interval[]>([open('00:00', '24:00')]))
const anyWeekly: fc.Arbitrary<Weekly> = fc.record({
  mon: someDay,
  tue: someDay,
  wed: someDay,
  thu: someDay,
  fri: someDay,
  sat: someDay,
  sun: someDay,
})
const anyHours: fc.Arbitrary<Hours> = fc.record({
  weekly: anyWeekly,
  seasons: fc
    .array(fc.tuple(anyDate, fc.nat(60), anyWeekly), { maxLength: 1 })
    .map((drawn) => drawn.map(([from, days, weekly]): Season => ({ from, to: addDays(from, days), weekly }))),
  exceptions: fc
    .uniqueArray(fc.tuple(anyDate, anyIntervals), { maxLength: 5, selector: ([date]) => date })
    .map((drawn) => drawn.map(([date, intervals]): Exception => ({ date, intervals, fold: 'earlier' }))),
})

/** The open stretches of one date alone. */
function openOn(hours: Hours, zone: string, date: string): [start: number, end: number][] {
  const [dayStart, dayEnd] = dayBounds(date, zone)
  return openRuns(hours, zone, date, date).map((run) => [
    Math.max(run.start, dayStart),
    Math.min(run.end, dayEnd),
  ])
}

describe('whether it is open, and when that changes', () => {
  const zone = 'Europe/Amsterdam'
  const office = everyDay([open('09:00', '12:00'), open('13:00', '17:00')])
  const winter = { from: '2026-12-01', to: '2027-02-28', weekly: office }
  const round = everyDay([open('00:00', '24:00')])
  test.each<[string, Hours, string, boolean, string | null]>([
    ['before opening', weeklyOnly(office), '2026-11-23T08:59:59+01:00', false, '2026-11-23T09:00:00+01:00'],
    ['at opening', weeklyOnly(office), '2026-11-23T09:00:00+01:00', true, '2026-11-23T12:00:00+01:00'],
    ['at closing', weeklyOnly(office), '2026-11-23T12:00:00+01:00', false, '2026-11-23T13:00:00+01:00'],
    ['at night', weeklyOnly(office), '2026-11-23T17:00:00+01:00', false, '2026-11-24T09:00:00+01:00'],
    [
      'over a night in which the clock jumps',
      weeklyOnly(everyDay([open('20:00', '24:00'), open('00:00', '06:00')])),
      '2026-03-28T23:00:00+01:00',
      true,
      '2026-03-29T06:00:00+02:00',
    ],
    ['round the clock', weeklyOnly(round), '2026-11-23T09:00:00+01:00', true, null],
    [
      'round the clock, but for a date',
      { weekly: round, seasons: [], exceptions: [{ date: '2026-11-26', intervals: [] }] },
      '2026-11-23T09:00:00+01:00',
      true,
      '2026-11-26T00:00:00+01:00',
    ],
    [
      'out of season',
      { weekly: everyDay([]), seasons: [winter], exceptions: [] },
      '2026-04-01T09:00:00+02:00',
      false,
      '2026-12-01T09:00:00+01:00',
    ],
    ['closed for good', weeklyOnly(everyDay([])), '2026-11-23T09:00:00+01:00', false, null],
  ])('%s', (_, hours, at, isOpenThen, changes) => {
    expect(openingAt(hours, zone, Date.parse(at))).toEqual({
      open: isOpenThen,
      changesAt: changes === null ? null : Date.parse(changes),
    })
  })

  test('hours are given where there is any interval', () => {
    const none = weeklyOnly(everyDay([]))
    expect(hasHours(none)).toBe(false)
    expect(hasHours({ ...none, exceptions: [{ date: '2026-11-26', intervals: [] }] })).toBe(false)
    expect(
      hasHours({ ...none, exceptions: [{ date: '2026-11-26', intervals: [open('09:00', '10:00')] }] }),
    ).toBe(true)
    expect(hasHours({ ...none, seasons: [winter] })).toBe(true)
    expect(hasHours(weeklyOnly(office))).toBe(true)
  })
})

describe('hours at random', () => {
  test('runs are in order, apart from each other, and anchored from their start on', () => {
    fc.assert(
      fc.property(anyHours, anyZone, anyDate, fc.nat(10), (hours, zone, from, length) => {
        const runs = openRuns(hours, zone, from, addDays(from, length))
        for (const [i, run] of runs.entries()) {
          expect(run.start).toBeLessThan(run.end)
          expect(run.start).toBeGreaterThan(runs[i - 1]?.end ?? 0)
          expect(run.anchors[0]).toBe(run.start)
          expect(run.anchors).toEqual([...new Set(run.anchors)].sort((a, b) => a - b))
          expect(run.anchors.at(-1)).toBeLessThan(run.end)
        }
      }),
    )
  })

  test('an exception decides its date alone, then a season its dates, then the week', () => {
    fc.assert(
      fc.property(anyHours, anyZone, anyDate, (hours, zone, date) => {
        const dates = [date, ...hours.exceptions.map((exception) => exception.date)]
        for (const on of [...dates, ...hours.seasons.flatMap((season) => [season.from, season.to])]) {
          const exception = hours.exceptions.find((one) => one.date === on)
          const season = hours.seasons.find((one) => one.from <= on && on <= one.to)
          const alone = exception
            ? { ...weeklyOnly(everyDay([])), exceptions: [exception] }
            : weeklyOnly(season?.weekly ?? hours.weekly)
          expect(openOn(hours, zone, on)).toEqual(openOn(alone, zone, on))
        }
      }),
    )
  })

  test('a long range lists what its parts list, and every start is open for its duration', () => {
    const grid = fc.integer({ min: 1, max: 40 }).map((n) => n * 15 * MINUTE_MS)
    fc.assert(
      fc.property(
        anyHours,
        anyZone,
        anyDate,
        fc.nat(6),
        grid,
        grid,
        (hours, zone, from, length, every, duration) => {
          const dates = datesFrom(from, addDays(from, length))
          const whole = walkStarts(hours, zone, from, dates.at(-1) as string, every, duration)
          expect(dates.flatMap((date) => walkStarts(hours, zone, date, date, every, duration))).toEqual(whole)
          expect(whole).toEqual([...new Set(whole)].sort((a, b) => a - b))
          expect(whole.filter((start) => !isOpen(hours, zone, start, start + duration))).toEqual([])
        },
      ),
    )
  })

  test('the runs of a range hold what is open, and nothing else', () => {
    fc.assert(
      fc.property(
        anyHours,
        anyZone,
        anyDate,
        fc.nat(95),
        fc.integer({ min: 1, max: 96 }),
        (hours, zone, date, q, n) => {
          const start = dayBounds(date, zone)[0] + q * 15 * MINUTE_MS
          const quarters = Array.from({ length: n }, (_, i) => start + i * 15 * MINUTE_MS)
          const each = quarters.every((at) => isOpen(hours, zone, at, at + 15 * MINUTE_MS))
          const runs = openRuns(hours, zone, date, addDays(date, 2))
          expect(covers(runs, start, start + n * 15 * MINUTE_MS)).toBe(each)
        },
      ),
    )
  })

  test('hours at random have no error, but for times in a gap', () => {
    fc.assert(
      fc.property(anyHours, anyZone, (hours, zone) => {
        const others = checkHours(hours, zone).filter(({ rule }) => rule !== 'time_does_not_exist')
        expect(others).toEqual([])
      }),
    )
  })
})
