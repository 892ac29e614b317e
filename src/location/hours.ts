/**
 * The opening hours of a location: rules on local wall time, and the instants they mean.
 *
 * An interval is open from the first to the last instant whose wall time lies in it. So what starts or ends in a gap
 * does so when the clock jumps; in a fold it opens at the first occurrence and closes at the last.
 */
import { limits } from '../config.ts'
import type { FieldError } from '../kernel/result.ts'
import {
  addDays,
  DAY_MS,
  dateOfEpochDay,
  dayBounds,
  epochDay,
  localDate,
  minutesOf,
  resolveMinutes,
  resolveWall,
  weekday,
} from '../kernel/time.ts'

/** Wall times, `from` before `to`; `to` may be '24:00'. A night is two intervals that touch at midnight. */
export type Interval = { from: string; to: string }
export type Weekly = Record<(typeof days)[number], Interval[]>
/** Other weekly hours between two dates, both included. */
export type Season = { name?: string | undefined; from: string; to: string; weekly: Weekly }
/** Which occurrence is meant where a wall time exists twice. */
export type Fold = 'earlier' | 'later'
/** The hours of one date, midnight to midnight, whatever else applies; no interval: closed. */
export type Exception = {
  date: string
  intervals: Interval[]
  reason?: string | undefined
  fold?: Fold | undefined
}
/** An exception goes before a season, a season before the weekly hours. */
export type Hours = { weekly: Weekly; seasons: Season[]; exceptions: Exception[] }

/**
 * A stretch of instants that is open without a break, [start, end). Starts are counted from an anchor: the opening, and
 * anew the start of every later date that is open from its first to its last instant, so that a place that never
 * closes has a grid too, the same whatever dates are asked.
 */
export type Run = { start: number; end: number; anchors: number[] }

/** In the order of ISO weekdays. */
const days = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const

/** A run is followed so many dates past the last one asked: enough for `LONGEST_MS`, even over a day of 23 h. */
const AHEAD_DAYS = 3
/** How far ahead the next opening is looked for: mostly within the week, and after more than a season. */
const LOOK_AHEAD_DAYS = [7, 400]
/** The longest duration that starts can be walked for. */
const LONGEST_MS = 2 * DAY_MS

const instantOf = (date: string, time: string, zone: string, fold: Fold): number => {
  const resolved = resolveWall(date, time, zone)
  return resolved.kind === 'fold' ? resolved[fold] : resolved.at
}

/** Where the last instant before a closing time ends. */
function closingOf(date: string, to: string, zone: string, fold: Fold | undefined): number {
  // The end of a date is no wall time of that date, so there is nothing to choose.
  if (fold && to !== '24:00') return instantOf(date, to, zone, fold)
  // At the first wall time of a fold, all that lies before it has been shown once only.
  const lastMinute = resolveMinutes(date, minutesOf(to) - 1, zone)
  return instantOf(date, to, zone, lastMinute.kind === 'fold' ? 'later' : 'earlier')
}

/**
 * The open runs that have an instant on the dates `fromDate` to `toDate` (both included), in order. They join across
 * midnight and are whole, with two bounds: a run that was open all of the date before `fromDate` is given from the
 * start of that date, and a run is followed to the end of the third date after `toDate`.
 */
export function openRuns(hours: Hours, zone: string, fromDate: string, toDate: string): Run[] {
  const exceptions = new Map(hours.exceptions.map((exception) => [exception.date, exception]))
  const [windowStart, windowEnd] = dayBounds(fromDate, zone, toDate)
  const lastDay = epochDay(toDate)
  const runs: Run[] = []
  for (let day = epochDay(fromDate) - 1; day <= lastDay + AHEAD_DAYS; day++) {
    const date = dateOfEpochDay(day)
    const [dayStart, dayEnd] = dayBounds(date, zone)
    if (day > lastDay && (runs.at(-1)?.end ?? 0) < dayStart) break
    const exception = exceptions.get(date)
    const rule =
      exception ?? hours.seasons.find((season) => season.from <= date && date <= season.to) ?? hours
    const intervals =
      'weekly' in rule ? rule.weekly[days[weekday(date) - 1] as (typeof days)[number]] : rule.intervals
    for (const { from, to } of intervals.toSorted((a, b) => (a.from < b.from ? -1 : 1))) {
      const start = instantOf(date, from, zone, exception?.fold ?? 'earlier')
      const end = closingOf(date, to, zone, exception?.fold)
      if (start >= end) continue
      const run = runs.at(-1)
      if (run && start <= run.end) run.end = Math.max(run.end, end)
      else runs.push({ start, end, anchors: [start] })
    }
    const run = runs.at(-1)
    if (run && run.start < dayStart && dayStart < dayEnd && dayEnd <= run.end) run.anchors.push(dayStart)
  }
  return runs.filter((run) => run.end > windowStart && run.start < windowEnd)
}

/** Whether any hours are given: a place without them has not said when it is open. */
export const hasHours = ({ weekly, seasons, exceptions }: Hours): boolean =>
  [weekly, ...seasons.map((season) => season.weekly)].some((week) =>
    Object.values(week).some(({ length }) => length > 0),
  ) || exceptions.some(({ intervals }) => intervals.length > 0)

export type Opening = { open: boolean; changesAt: number | null }

/**
 * Whether the location is open at an instant, and when that changes, epoch ms; `changesAt` is null where it stays open for
 * a week or more, and where no opening is in sight.
 */
export function openingAt(hours: Hours, zone: string, at: number): Opening {
  const date = localDate(at, zone)
  for (const days of LOOK_AHEAD_DAYS) {
    const run = openRuns(hours, zone, date, addDays(date, days)).find(({ end }) => end > at)
    if (!run) continue
    if (run.start > at) return { open: false, changesAt: run.start }
    const [, seen] = dayBounds(date, zone, addDays(date, days + AHEAD_DAYS))
    return { open: true, changesAt: run.end < seen ? run.end : null }
  }
  return { open: false, changesAt: null }
}

/** Whether the whole of [start, end) lies in one of the runs, which are in order and apart. */
export function covers(runs: Run[], start: number, end: number): boolean {
  let [low, high] = [0, runs.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((runs[middle] as Run).start <= start) low = middle + 1
    else high = middle
  }
  const run = runs[low - 1]
  return start < end && run !== undefined && end <= run.end
}

/** Whether the location is open without a break in [start, end), epoch ms; never for an empty or reversed interval. */
export const isOpen = (hours: Hours, zone: string, start: number, end: number): boolean =>
  start < end && covers(openRuns(hours, zone, localDate(start, zone), localDate(end - 1, zone)), start, end)

/**
 * Every start on the dates `fromDate` to `toDate` (both included), ascending: the multiples of `everyMs` from an anchor of a
 * run at which [start, start + durationMs) fits into the run. A start belongs to the one date on which it begins, and
 * is the same whatever dates are asked with it. `durationMs` is at most 48 h.
 */
export function walkStarts(
  hours: Hours,
  zone: string,
  fromDate: string,
  toDate: string,
  everyMs: number,
  durationMs: number,
): number[] {
  if (!(everyMs > 0) || !(durationMs > 0) || durationMs > LONGEST_MS) {
    throw new RangeError(`cannot walk every ${everyMs} ms for ${durationMs} ms`)
  }
  const [windowStart, windowEnd] = dayBounds(fromDate, zone, toDate)
  const starts: number[] = []
  for (const { end, anchors } of openRuns(hours, zone, fromDate, toDate)) {
    for (const [i, anchor] of anchors.entries()) {
      const until = Math.min(windowEnd, anchors[i + 1] ?? end)
      const steps = Math.max(0, Math.ceil((windowStart - anchor) / everyMs))
      for (let at = anchor + steps * everyMs; at < until && at + durationMs <= end; at += everyMs) {
        starts.push(at)
      }
    }
  }
  return starts
}

/**
 * The instants, ascending, at which departures listed by wall time run on a date: a time in a gap does not run that day, a
 * time in a fold runs once, at its first occurrence.
 */
export const departuresOn = (date: string, times: string[], zone: string): number[] =>
  times
    .map((time) => resolveWall(date, time, zone))
    .filter((departure) => departure.kind !== 'gap')
    .map((departure) => (departure.kind === 'fold' ? departure.earlier : departure.at))
    .sort((a, b) => a - b)

function checkIntervals(intervals: Interval[], path: string): FieldError[] {
  const errors: FieldError[] = []
  const { intervalsPerDay } = limits
  if (intervals.length > intervalsPerDay) {
    errors.push({ path, rule: 'too_many', message: `At most ${intervalsPerDay} intervals a day` })
  }
  const checked: Interval[] = []
  for (const [i, interval] of intervals.slice(0, intervalsPerDay).entries()) {
    const { from, to } = interval
    if (from >= to) {
      errors.push({
        path: `${path}.${i}.to`,
        rule: 'to_not_after_from',
        message: `${to} is not after ${from}; a night is one interval to 24:00 and one from 00:00 the next day`,
      })
      continue
    }
    const other = checked.find((before) => before.from < to && from < before.to)
    if (other) {
      const message = `${from}-${to} overlaps ${other.from}-${other.to}`
      errors.push({ path: `${path}.${i}`, rule: 'overlaps', message })
    }
    checked.push(interval)
  }
  return errors
}

/** Errors in weekly hours found at `path`: too many intervals, reversed and overlapping ones. */
export const checkWeekly = (weekly: Weekly, path: string): FieldError[] =>
  days.flatMap((day) => checkIntervals(weekly[day], `${path}.${day}`))

function checkSeasons(seasons: Season[]): FieldError[] {
  const errors: FieldError[] = []
  for (const [i, season] of seasons.entries()) {
    const path = `seasons.${i}`
    errors.push(...checkWeekly(season.weekly, `${path}.weekly`))
    if (season.from > season.to) {
      errors.push({
        path: `${path}.to`,
        rule: 'to_before_from',
        message: `${season.to} is before ${season.from}`,
      })
      continue
    }
    const other = seasons.slice(0, i).find((before) => before.from <= season.to && season.from <= before.to)
    if (other) {
      const message = `${season.from} to ${season.to} overlaps ${other.from} to ${other.to}`
      errors.push({ path, rule: 'overlaps', message })
    }
  }
  return errors
}

/** Errors of wall times that a dated rule names and that its date does not have, or has twice. */
function checkExists(exception: Exception, interval: Interval, path: string, zone: string): FieldError[] {
  return (['from', 'to'] as const).flatMap((side) => {
    const time = interval[side]
    if (time === '24:00') return []
    const resolved = resolveWall(exception.date, time, zone)
    if (resolved.kind === 'gap') {
      const message = `${time} does not exist on ${exception.date}: the clock goes from ${resolved.before} to ${resolved.after}`
      return [{ path: `${path}.${side}`, rule: 'time_does_not_exist', message }]
    }
    if (resolved.kind === 'fold' && !exception.fold) {
      const message = `${time} exists twice on ${exception.date}: say in fold whether the earlier or the later is meant`
      return [{ path: `${path}.${side}`, rule: 'time_is_ambiguous', message }]
    }
    return []
  })
}

function checkExceptions(exceptions: Exception[], zone: string): FieldError[] {
  const errors: FieldError[] = []
  const dates = new Set<string>()
  for (const [i, exception] of exceptions.entries()) {
    const path = `exceptions.${i}`
    if (dates.has(exception.date)) {
      errors.push({
        path: `${path}.date`,
        rule: 'duplicate',
        message: `${exception.date} has an exception already`,
      })
    }
    dates.add(exception.date)
    errors.push(...checkIntervals(exception.intervals, `${path}.intervals`))
    for (const [j, interval] of exception.intervals.slice(0, limits.intervalsPerDay).entries()) {
      errors.push(...checkExists(exception, interval, `${path}.intervals.${j}`, zone))
    }
  }
  return errors
}

/**
 * Everything that is wrong with hours whose dates and wall times are well formed, by field paths below the hours. No error:
 * `openRuns` means what was written. Past a limit of `config.ts` the rest of a list is not looked at.
 */
export function checkHours(hours: Hours, zone: string): FieldError[] {
  const errors = checkWeekly(hours.weekly, 'weekly')
  for (const path of ['seasons', 'exceptions'] as const) {
    if (hours[path].length > limits[path]) {
      errors.push({ path, rule: 'too_many', message: `At most ${limits[path]} ${path}` })
    }
  }
  errors.push(...checkSeasons(hours.seasons.slice(0, limits.seasons)))
  errors.push(...checkExceptions(hours.exceptions.slice(0, limits.exceptions), zone))
  return errors
}
