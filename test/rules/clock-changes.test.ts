import { describe, expect, test } from 'vitest'
import {
  addDays,
  DAY_MS,
  datesFrom,
  formatInstant,
  HOUR_MS,
  MINUTE_MS,
  wallOf,
} from '../../src/kernel/time.ts'
import { type Hours, walkStarts } from '../../src/location/hours.ts'
import { clockMs, shownAt, type Transition, transitionsOf, zones } from './clocks.ts'
import { everyDay, open, weeklyOnly } from './opening.ts'

const days = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const

/*
 * The oracle: clocks read from Intl every quarter of an hour around a transition, and the meaning of hours applied to those
 * readings one by one. It knows nothing of offsets, gaps and folds.
 */

const STEP_MS = 15 * MINUTE_MS
const dateOf = (clock: number) => shownAt(clock).slice(0, 10)

/** Readings of the clock, in order: the instants, the dates and the minutes since midnight that it shows. */
type Readings = { at: number[]; minute: number[]; date: string[]; indexesOf: Map<string, number[]> }

function readings(zone: string, from: number, until: number): Readings {
  const at = Array.from({ length: (until - from) / STEP_MS }, (_, i) => from + i * STEP_MS)
  const clocks = at.map((instant) => clockMs(instant, zone))
  const date = clocks.map(dateOf)
  return {
    at,
    minute: clocks.map((clock) => (clock % DAY_MS) / MINUTE_MS),
    date,
    indexesOf: Map.groupBy(at.keys(), (i) => date[i] as string),
  }
}

/** The hours of each date as minutes, for the oracle. */
type Plan = Map<string, [from: number, to: number][]>

function openReadings({ at, minute, indexesOf }: Readings, plan: Plan): boolean[] {
  const isOpenAt = at.map(() => false)
  for (const [date, intervals] of plan) {
    const ofDate = indexesOf.get(date) ?? []
    for (const [from, to] of intervals) {
      const lies = (i: number) => from <= (minute[i] as number) && (minute[i] as number) < to
      const first = ofDate.find(lies)
      if (first !== undefined) isOpenAt.fill(true, first, (ofDate.findLast(lies) as number) + 1)
    }
  }
  return isOpenAt
}

/** Every start the oracle knows of, by the date shown when it begins. */
function expectedStarts(shown: Readings, isOpenAt: boolean[], everyMs: number, durationMs: number) {
  const firstOfFullDay = new Set<number>()
  for (const indexes of shown.indexesOf.values()) {
    if (indexes.every((i) => isOpenAt[i])) firstOfFullDay.add(indexes[0] as number)
  }
  const openFor = isOpenAt.map(() => 0)
  for (let i = openFor.length - 1; i >= 0; i--) openFor[i] = isOpenAt[i] ? (openFor[i + 1] ?? 0) + STEP_MS : 0
  const starts = new Map<string, number[]>()
  let anchor = 0
  for (const [i, at] of shown.at.entries()) {
    if (!isOpenAt[i]) continue
    if (!isOpenAt[i - 1] || firstOfFullDay.has(i)) anchor = at
    if ((at - anchor) % everyMs !== 0 || (openFor[i] as number) < durationMs) continue
    const date = shown.date[i] as string
    const ofDate = starts.get(date)
    if (ofDate) ofDate.push(at)
    else starts.set(date, [at])
  }
  return starts
}

/** Hours on the clock, as ms from any midnight, laid on dates: what crosses midnight becomes two that touch. */
function planOf(stretches: [from: number, to: number][]): Plan {
  const plan: Plan = new Map()
  for (let [from, to] of stretches) {
    while (from < to) {
      const midnight = Math.floor(from / DAY_MS) * DAY_MS
      const until = Math.min(to, midnight + DAY_MS)
      const date = dateOf(midnight)
      plan.set(date, [
        ...(plan.get(date) ?? []),
        [(from - midnight) / MINUTE_MS, (until - midnight) / MINUTE_MS],
      ])
      from = until
    }
  }
  return plan
}

const intervalsOf = (plan: Plan, date: string) =>
  (plan.get(date) ?? []).map(([from, to]) => open(wallOf(from), wallOf(to)))

/** The plan as weekly hours; it spans less than a week, so that each weekday stands for one date. */
function weeklyOf(plan: Plan): Hours {
  const weekly = everyDay([])
  for (const date of plan.keys()) {
    const isoDay = new Date(`${date}T00:00:00Z`).getUTCDay() || 7
    weekly[days[isoDay - 1] as (typeof days)[number]] = intervalsOf(plan, date)
  }
  return weeklyOnly(weekly)
}

/** Hours that touch a transition in every way, as stretches on the clock. */
function touching(before: number, after: number): [from: number, to: number][][] {
  const [low, high] = before < after ? [before, after] : [after, before]
  const midnight = Math.floor(low / DAY_MS) * DAY_MS
  const near = [low - 150 * MINUTE_MS, low - 45 * MINUTE_MS, low, low + 15 * MINUTE_MS, high]
  near.push(high + 45 * MINUTE_MS, high + 3 * HOUR_MS)
  if (high - low > 30 * MINUTE_MS) near.push(high - 15 * MINUTE_MS)
  const pairs = near.flatMap((from) =>
    near.filter((to) => to > from).map((to): [number, number] => [from, to]),
  )
  const nightly = (from: number, to: number) =>
    [-2, -1, 0, 1].map((day): [number, number] => [
      midnight + day * DAY_MS + from,
      midnight + day * DAY_MS + to,
    ])
  return [
    ...pairs.map((pair) => [pair]),
    // Two openings on either side of the middle, which a fold joins and a gap cuts short.
    [
      [low - HOUR_MS, low + 15 * MINUTE_MS],
      [low + 30 * MINUTE_MS, high + HOUR_MS],
    ],
    nightly(20 * HOUR_MS, 26 * HOUR_MS),
    nightly(22.5 * HOUR_MS, 24.5 * HOUR_MS),
    nightly(9 * HOUR_MS, 17 * HOUR_MS),
    nightly(0, 24 * HOUR_MS),
    // Open from the evening before to the morning after the day after.
    [[midnight - 7 * HOUR_MS, midnight + 33 * HOUR_MS]],
  ]
}

/** One that divides every day, and one that divides none and needs two hours. */
const grids = [
  { everyMs: 15 * MINUTE_MS, durationMs: 15 * MINUTE_MS },
  { everyMs: 75 * MINUTE_MS, durationMs: 120 * MINUTE_MS },
]

type Case = { hours: Hours; everyMs: number; durationMs: number; starts: Map<string, number[]> }

function casesOf({ zone, at, before, after }: Transition): Case[] {
  const shown = readings(zone, at - 3.5 * DAY_MS, at + 3 * DAY_MS)
  return touching(before, after).flatMap((stretches) => {
    const plan = planOf(stretches)
    const hours = weeklyOf(plan)
    const isOpenAt = openReadings(shown, plan)
    return grids.map(({ everyMs, durationMs }) => {
      const starts = expectedStarts(shown, isOpenAt, everyMs, durationMs)
      return { hours, everyMs, durationMs, starts }
    })
  })
}

/** The dates compared: those the transition touches and one on either side; what lies further off bounds the readings. */
function datesAround({ before, after }: Transition): string[] {
  return datesFrom(addDays(dateOf(Math.min(before, after)), -1), addDays(dateOf(Math.max(before, after)), 1))
}

const same = (a: number[], b: number[]) => a.length === b.length && a.every((value, i) => value === b[i])

/** Compares what a zone walks, for the dates at once and perhaps one by one, with the oracle; answers how many starts. */
function compare(zone: string, dates: string[], cases: Case[], oneByOne: boolean): number {
  let count = 0
  for (const { hours, everyMs, durationMs, starts } of cases) {
    const expected = dates.map((date) => starts.get(date) ?? [])
    const walk = (from: string, to: string) => walkStarts(hours, zone, from, to, everyMs, durationMs)
    const atOnce = walk(dates[0] as string, dates.at(-1) as string)
    const walked = oneByOne ? dates.map((date) => walk(date, date)) : expected
    if (!same(atOnce, expected.flat()) || !dates.every((_, i) => same(walked[i] ?? [], expected[i] ?? []))) {
      // Said in full only where it fails, or the words would take most of the test's time.
      const say = (found: number[]) => found.map((at) => formatInstant(at, zone))
      const asked = { zone, everyMs, durationMs, hours: hours.weekly }
      expect({ asked, atOnce: say(atOnce) }).toEqual({ asked, atOnce: say(expected.flat()) })
      expect({ asked, walked: walked.map(say) }).toEqual({ asked, walked: expected.map(say) })
    }
    count += atOnce.length
  }
  return count
}

describe('starts on days when the clock changes are the ones a clock reader finds', () => {
  // Four seconds alone; the limit is for a machine that does much else.
  test('every zone, every transition of 2026 to 2028', { timeout: 60_000 }, () => {
    // Zones that change the same clocks at the same instants share one oracle. Each is walked for itself, the first of
    // them date by date as well.
    const transitions = zones.flatMap((zone) => transitionsOf(zone, 2026, 2028))
    const alike = Map.groupBy(transitions, ({ at, before, after }) => `${at} ${before} ${after}`)
    let starts = 0
    for (const group of alike.values()) {
      const first = group[0] as Transition
      const cases = casesOf(first)
      for (const { zone } of group) starts += compare(zone, datesAround(first), cases, zone === first.zone)
    }
    expect(transitions.length).toBeGreaterThan(600)
    expect(starts).toBeGreaterThan(transitions.length * 1000)
  })

  // By name: half an hour, two hours, at midnight and round it, offsets of :30 and :45, a fast of 30 days.
  test.each([
    ['Australia/Lord_Howe', 2026, 2028],
    ['Antarctica/Troll', 2026, 2028],
    ['Asia/Beirut', 2026, 2028],
    ['Africa/Cairo', 2026, 2028],
    ['America/Santiago', 2026, 2028],
    ['America/Asuncion', 2023, 2024],
    ['America/Havana', 2026, 2028],
    ['America/Nuuk', 2026, 2028],
    ['Atlantic/Azores', 2026, 2028],
    ['America/St_Johns', 2026, 2028],
    ['Australia/Adelaide', 2026, 2028],
    ['Pacific/Chatham', 2026, 2028],
    ['Asia/Tehran', 2021, 2022],
    ['Asia/Kathmandu', 1985, 1986],
    ['Africa/Casablanca', 2023, 2025],
  ])('%s, %d to %d', (zone, firstYear, lastYear) => {
    const transitions = transitionsOf(zone, firstYear, lastYear)
    expect(transitions.length).toBeGreaterThan(0)
    for (const transition of transitions) {
      expect(compare(zone, datesAround(transition), casesOf(transition), true)).toBeGreaterThan(0)
    }
  })
})
