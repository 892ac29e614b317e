/** What clocks and calendars of a zone show, according to Intl alone: the other side of every test of zoned time. */

const MINUTE_MS = 60_000
const DAY_MS = 1440 * MINUTE_MS

export const zones = [...new Set([...Intl.supportedValuesOf('timeZone'), 'UTC'])]

const formats = new Map<string, Intl.DateTimeFormat>()

/** The clock in the zone, to the minute, as the epoch ms at which a clock on UTC shows the same. */
export function clockMs(at: number, zone: string): number {
  let format = formats.get(zone)
  if (!format) {
    format = new Intl.DateTimeFormat('en-GB', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
    })
    formats.set(zone, format)
  }
  const shown = format.format(at)
  const part = (from: number, to: number) => Number(shown.slice(from, to))
  return Date.UTC(part(6, 10), part(3, 5) - 1, part(0, 2), part(12, 14), part(15, 17))
}

/** 'YYYY-MM-DD HH:MM' of such a number. */
export const shownAt = (ms: number): string => new Date(ms).toISOString().slice(0, 16).replace('T', ' ')

/** An instant `at` which clocks are put from `before` to `after`, both as `clockMs`. */
export type Transition = { zone: string; at: number; before: number; after: number }

/** Every transition of the years, found by comparing offsets a day apart and halving where they differ. */
export function transitionsOf(zone: string, firstYear: number, lastYear: number): Transition[] {
  const names = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    weekday: 'narrow',
    timeZoneName: 'longOffset',
  })
  const offset = (at: number) => names.format(at).slice(3)
  const found: Transition[] = []
  const end = Date.UTC(lastYear + 1, 0)
  let before = offset(Date.UTC(firstYear, 0))
  for (let day = Date.UTC(firstYear, 0); day < end; day += DAY_MS) {
    const after = offset(day + DAY_MS)
    if (after === before) continue
    let low = day
    let high = day + DAY_MS
    while (high - low > MINUTE_MS) {
      const middle = low + Math.floor((high - low) / 2 / MINUTE_MS) * MINUTE_MS
      if (offset(middle) === before) low = middle
      else high = middle
    }
    found.push({ zone, at: high, before: clockMs(low, zone) + high - low, after: clockMs(high, zone) })
    before = after
  }
  return found
}
