import type { Hours, Interval, Weekly } from '../../src/location/hours.ts'

/** Short words for opening hours in tests. */
export const open = (from: string, to: string): Interval => ({ from, to })

export const everyDay = (intervals: Interval[]): Weekly => ({
  mon: intervals,
  tue: intervals,
  wed: intervals,
  thu: intervals,
  fri: intervals,
  sat: intervals,
  sun: intervals,
})

export const weeklyOnly = (weekly: Weekly): Hours => ({ weekly, seasons: [], exceptions: [] })
