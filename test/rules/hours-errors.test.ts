import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { limits } from '../../src/config.ts'
import { addDays, wallOf } from '../../src/kernel/time.ts'
import {
  checkHours,
  type Exception,
  type Hours,
  type Interval,
  type Season,
  type Weekly,
} from '../../src/location/hours.ts'
import { everyDay, open, weeklyOnly } from './opening.ts'

describe('what is wrong with hours', () => {
  const amsterdam = 'Europe/Amsterdam'
  const errorsOf = (hours: Partial<Hours>, zone = amsterdam) =>
    checkHours({ ...weeklyOnly(everyDay([])), ...hours }, zone).map(({ path, rule }) => `${path} ${rule}`)
  const monday = (...intervals: Interval[]): Weekly => ({ ...everyDay([]), mon: intervals })
  const season = (from: string, to: string, weekly = everyDay([])): Season => ({ from, to, weekly })
  const exception = (date: string, ...intervals: Interval[]): Exception => ({ date, intervals })

  test.each<[string, Partial<Hours>, string[]]>([
    ['nothing', { weekly: everyDay([open('20:00', '24:00'), open('00:00', '02:00')]) }, []],
    ['nothing where intervals touch', { weekly: monday(open('12:00', '18:00'), open('08:00', '12:00')) }, []],
    ['reversed', { weekly: monday(open('20:00', '02:00')) }, ['weekly.mon.0.to to_not_after_from']],
    ['empty', { weekly: monday(open('08:00', '08:00')) }, ['weekly.mon.0.to to_not_after_from']],
    [
      'overlap',
      { weekly: monday(open('08:00', '12:00'), open('11:59', '13:00')) },
      ['weekly.mon.1 overlaps'],
    ],
    [
      'overlap around another',
      { weekly: monday(open('09:00', '10:00'), open('14:00', '15:00'), open('08:00', '18:00')) },
      ['weekly.mon.2 overlaps'],
    ],
    [
      'the hours of a season',
      { seasons: [season('2026-06-01', '2026-06-01', monday(open('10:00', '09:00')))] },
      ['seasons.0.weekly.mon.0.to to_not_after_from'],
    ],
    ['reversed season', { seasons: [season('2026-06-02', '2026-06-01')] }, ['seasons.0.to to_before_from']],
    [
      'seasons that share a date',
      { seasons: [season('2026-06-01', '2026-06-30'), season('2026-06-30', '2026-07-31')] },
      ['seasons.1 overlaps'],
    ],
    [
      'seasons that follow',
      { seasons: [season('2026-06-01', '2026-06-30'), season('2026-07-01', '2026-07-31')] },
      [],
    ],
    [
      'a date twice',
      { exceptions: [exception('2026-12-25'), exception('2026-12-26'), exception('2026-12-25')] },
      ['exceptions.2.date duplicate'],
    ],
    [
      'overlap on a date',
      { exceptions: [exception('2026-12-25', open('10:00', '12:00'), open('11:00', '13:00'))] },
      ['exceptions.0.intervals.1 overlaps'],
    ],
    [
      'a time in a gap',
      { exceptions: [exception('2026-03-29', open('00:00', '02:00'), open('02:59', '24:00'))] },
      [
        'exceptions.0.intervals.0.to time_does_not_exist',
        'exceptions.0.intervals.1.from time_does_not_exist',
      ],
    ],
    ['times beside a gap', { exceptions: [exception('2026-03-29', open('01:59', '03:00'))] }, []],
    [
      'a time in a fold',
      { exceptions: [exception('2026-10-25', open('01:59', '02:00'), open('02:59', '03:00'))] },
      ['exceptions.0.intervals.0.to time_is_ambiguous', 'exceptions.0.intervals.1.from time_is_ambiguous'],
    ],
    [
      'a fold decided',
      { exceptions: [{ ...exception('2026-10-25', open('02:00', '02:30')), fold: 'later' }] },
      [],
    ],
    ['weekly hours in gaps and folds', { weekly: everyDay([open('02:15', '02:45')]) }, []],
  ])('%s', (_, hours, errors) => {
    expect(errorsOf(hours)).toEqual(errors)
  })

  test('midnight that does not exist, and the end of the date before it, which does', () => {
    const hours = (date: string) => ({ exceptions: [exception(date, open('00:00', '24:00'))] })
    expect(errorsOf(hours('2026-03-29'), 'Asia/Beirut')).toEqual([
      'exceptions.0.intervals.0.from time_does_not_exist',
    ])
    expect(errorsOf(hours('2026-03-28'), 'Asia/Beirut')).toEqual([])
    expect(errorsOf(hours('2026-10-31'), 'America/Havana')).toEqual([])
    expect(errorsOf(hours('2026-11-01'), 'America/Havana')).toEqual([
      'exceptions.0.intervals.0.from time_is_ambiguous',
    ])
  })

  test('the message says what the clock does', () => {
    const hours = {
      ...weeklyOnly(everyDay([])),
      exceptions: [exception('2026-03-29', open('02:30', '04:00'))],
    }
    expect(checkHours(hours, amsterdam)[0]?.message).toBe(
      '02:30 does not exist on 2026-03-29: the clock goes from 02:00 to 03:00',
    )
  })

  test('each limit, and one past it', () => {
    const intervals = (n: number) =>
      Array.from({ length: n }, (_, i) => open(wallOf(i * 30), wallOf(i * 30 + 15)))
    const seasons = (n: number) =>
      Array.from({ length: n }, (_, i) => season(addDays('2026-01-01', i), addDays('2026-01-01', i)))
    const exceptions = (n: number) => Array.from({ length: n }, (_, i) => exception(addDays('2026-01-01', i)))
    const { intervalsPerDay } = limits
    expect(errorsOf({ weekly: monday(...intervals(intervalsPerDay)) })).toEqual([])
    expect(errorsOf({ weekly: monday(...intervals(intervalsPerDay + 1)) })).toEqual(['weekly.mon too_many'])
    expect(errorsOf({ exceptions: [exception('2026-06-01', ...intervals(intervalsPerDay + 1))] })).toEqual([
      'exceptions.0.intervals too_many',
    ])
    expect(errorsOf({ seasons: seasons(limits.seasons), exceptions: exceptions(limits.exceptions) })).toEqual(
      [],
    )
    expect(errorsOf({ seasons: seasons(limits.seasons + 1) })).toEqual(['seasons too_many'])
    expect(errorsOf({ exceptions: exceptions(limits.exceptions + 1) })).toEqual(['exceptions too_many'])
  })

  test('errors are found exactly where minutes are open twice or an interval has none', () => {
    const time = fc.integer({ min: 0, max: 96 }).map((quarters) => wallOf(quarters * 15))
    const interval = fc.record({ from: time, to: time })
    fc.assert(
      fc.property(fc.array(interval, { maxLength: 5 }), (intervals) => {
        const quarter = (at: number) => wallOf(at * 15)
        const twice = Array.from({ length: 96 }, (_, at) => quarter(at)).some(
          (at) => intervals.filter(({ from, to }) => from <= at && at < to).length > 1,
        )
        const wrong = twice || intervals.some(({ from, to }) => from >= to)
        expect(errorsOf({ weekly: monday(...intervals) }).length > 0).toBe(wrong)
      }),
    )
  })
})
