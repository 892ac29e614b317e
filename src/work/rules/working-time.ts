import {
  addDays,
  DAY_MS,
  dateOfEpochDay,
  dayBounds,
  epochDay,
  HOUR_MS,
  localDate,
  offsetAt,
} from '../../kernel/time.ts'
import { type Hours, openRuns } from '../../location/index.ts'
import type { Calendar } from '../forecast/index.ts'

/** Working time: the time at which a location is open. */

/** A place that does not open within this is reckoned by the clock, so that no question goes on for ever. */
const aheadMostDays = 400
const blockDays = 32

type Stretch = { start: number; end: number }

/** How working time runs at a location; opening hours are looked up in blocks and kept for as long as this lives. */
export function workingTime(hours: Hours, zone: string): Calendar & { hourOf: (at: number) => number } {
  const blocks = new Map<number, Stretch[]>()
  const block = (index: number): Stretch[] => {
    let found = blocks.get(index)
    if (!found) {
      const from = dateOfEpochDay(index * blockDays)
      const to = addDays(from, blockDays - 1)
      const [first, last] = dayBounds(from, zone, to)
      found = openRuns(hours, zone, from, to).map(({ start, end }) => ({
        start: Math.max(start, first),
        end: Math.min(end, last),
      }))
      blocks.set(index, found)
    }
    return found
  }
  const indexOf = (at: number) => Math.floor(epochDay(localDate(at, zone)) / blockDays)

  const elapsed = (from: number, to: number): number => {
    if (to <= from) return 0
    let sum = 0
    for (let index = indexOf(from); index <= indexOf(to); index++)
      for (const { start, end } of block(index)) sum += Math.max(0, Math.min(end, to) - Math.max(start, from))
    return sum
  }

  const after = (from: number, ms: number): number => {
    let left = ms
    const last = indexOf(from + aheadMostDays * DAY_MS)
    for (let index = indexOf(from); index <= last; index++)
      for (const { start, end } of block(index)) {
        const begin = Math.max(start, from)
        if (end <= begin) continue
        if (left <= end - begin) return begin + left
        left -= end - begin
      }
    return from + ms
  }

  /** The first full hour on the clock there that is not before `at` and at which it is open, or closes. */
  const hourOf = (at: number): number => {
    const isOpen = block(indexOf(at)).some(({ start, end }) => start <= at && at <= end)
    const from = isOpen ? at : after(at, 0)
    const offset = offsetAt(from, zone)
    const hour = Math.ceil((from + offset) / HOUR_MS) * HOUR_MS - offset
    const open = block(indexOf(from)).find(({ start, end }) => start <= from && from <= end)
    return open ? Math.min(hour, open.end) : hour
  }

  return { elapsed, after, hourOf }
}
