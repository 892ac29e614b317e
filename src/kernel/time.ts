/**
 * Time in zones. Instants are epoch milliseconds, dates are local ('2026-11-30'), wall times are minutes on a
 * clock ('09:15'; '24:00' is the end of a date). Nothing here reads the clock.
 *
 * Temporal is asked for one thing, where a zone changes its offset; the answers are kept, and everything else is
 * arithmetic on them, because a calendar asks for hundreds of zoned times in one request.
 */
import { Temporal } from 'temporal-polyfill/implementation'

export const MINUTE_MS = 60_000
export const HOUR_MS = 60 * MINUTE_MS
/** A day of 24 hours; a local date lasts 23 to 25 of them, or another number where a zone changes by more. */
export const DAY_MS = 24 * HOUR_MS

/** Logs from before the turn of the century can be replayed. */
const FIRST_YEAR = 1990
const LAST_YEAR = 2100

/** A stretch of time, `from` included and `until` not, in which a zone keeps one offset; all in ms. */
type Stretch = { from: number; until: number; offset: number }

/** Stretches are looked up and kept by spans of this length, so that no zone's whole history is ever searched. */
const SPAN_MS = 366 * DAY_MS
const known = new Map<string, Map<number, Stretch[]>>()

function findStretches(zone: string, span: number): Stretch[] {
  const end = (span + 1) * SPAN_MS
  const found: Stretch[] = []
  for (let from = span * SPAN_MS; from < end; ) {
    const zoned = Temporal.Instant.fromEpochMilliseconds(from).toZonedDateTimeISO(zone)
    const change = zoned.getTimeZoneTransition('next')?.epochMilliseconds ?? end
    const until = Math.min(change, end)
    found.push({ from, until, offset: zoned.offsetNanoseconds / 1e6 })
    from = until
  }
  return found
}

/** The last stretch that was asked for: the slots of a place come one after another. */
let latest: Stretch = { from: 0, until: 0, offset: 0 }
let latestZone = ''

function stretchAt(at: number, zone: string): Stretch {
  if (zone === latestZone && at >= latest.from && at < latest.until) return latest
  latest = lookUpStretch(at, zone)
  latestZone = zone
  return latest
}

function lookUpStretch(at: number, zone: string): Stretch {
  let spans = known.get(zone)
  if (!spans) {
    spans = new Map()
    known.set(zone, spans)
  }
  const span = Math.floor(at / SPAN_MS)
  let stretches = spans.get(span)
  if (!stretches) {
    stretches = findStretches(zone, span)
    spans.set(span, stretches)
  }
  for (const stretch of stretches) if (at < stretch.until) return stretch
  throw new RangeError(`no offset of ${zone} at ${at}`)
}

/** The offset from UTC in ms, positive to the east, that clocks in the zone keep at the instant. */
export const offsetAt = (at: number, zone: string): number => stretchAt(at, zone).offset

/** Whether this is the name of an IANA zone as the IANA spells it; a bare offset ('+01:00') is none. */
export function isZone(zone: string): boolean {
  if (!/^[A-Z][A-Za-z0-9/_+-]{0,49}$/.test(zone)) return false
  try {
    return Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(zone).timeZoneId === zone
  } catch {
    return false
  }
}

const twoDigits = (n: number): string => (n < 10 ? `0${n}` : String(n))

/** The number that the digits of a part of a text make; NaN where one is no digit. Faster here than a pattern. */
function digits(text: string, from: number, until: number): number {
  let n = 0
  for (let i = from; i < until; i++) {
    const digit = text.charCodeAt(i) - 48
    n = digit >= 0 && digit <= 9 ? n * 10 + digit : Number.NaN
  }
  return n
}

/** The number of a date of the years 1000 to 2999, NaN for anything else. */
function dayNumber(date: string): number {
  const year = digits(date, 0, 4)
  const month = digits(date, 5, 7)
  const ms = Date.UTC(year, month - 1, digits(date, 8, 10))
  const formed = date.length === 10 && date[4] === '-' && date[7] === '-' && year >= 1000 && year < 3000
  // Date.UTC takes 30 February for 2 March.
  return formed && new Date(ms).getUTCMonth() === month - 1 ? ms / DAY_MS : Number.NaN
}

/** The number of a date, counted in days from 1970-01-01. Throws on what is no date. */
export function epochDay(date: string): number {
  const day = dayNumber(date)
  if (Number.isNaN(day)) throw new RangeError(`not a date: ${date}`)
  return day
}

/** The last date that was written out: the slots of a date come one after another. */
let lastDay = Number.NaN
let lastDate = ''

/** The date with this number; the inverse of `epochDay`. */
export function dateOfEpochDay(day: number): string {
  if (day === lastDay) return lastDate
  const date = new Date(day * DAY_MS)
  lastDay = day
  lastDate = `${date.getUTCFullYear()}-${twoDigits(date.getUTCMonth() + 1)}-${twoDigits(date.getUTCDate())}`
  return lastDate
}

/** The text itself if it is a date of the years 1990 to 2100 that exists ('2026-02-29' does not). */
export function parseDate(text: string): string | undefined {
  const year = digits(text, 0, 4)
  return !Number.isNaN(dayNumber(text)) && year >= FIRST_YEAR && year <= LAST_YEAR ? text : undefined
}

/** The date `days` later, or earlier when negative, by the calendar alone. */
export const addDays = (date: string, days: number): string => dateOfEpochDay(epochDay(date) + days)

/** How many days after `from` the date `to` is. */
export const daysBetween = (from: string, to: string): number => epochDay(to) - epochDay(from)

/** Every date from `from` to `to`, both included; none when `to` is earlier. */
export function datesFrom(from: string, to: string): string[] {
  const first = epochDay(from)
  return Array.from({ length: Math.max(0, epochDay(to) - first + 1) }, (_, i) => dateOfEpochDay(first + i))
}

/** The day of the week of a date as ISO 8601 counts: 1 is Monday, 7 is Sunday. */
export const weekday = (date: string): number => ((((epochDay(date) + 3) % 7) + 7) % 7) + 1

/** Whether this is a wall time on which something can start, '00:00' to '23:59'. */
export const isWallTime = (text: string): boolean => /^([01]\d|2[0-3]):[0-5]\d$/.test(text)

/** The minutes from '00:00' to a wall time, 0 to 1440. */
export function minutesOf(time: string): number {
  const minutes = digits(time, 0, 2) * 60 + digits(time, 3, 5)
  const formed = time.length === 5 && time[2] === ':' && digits(time, 3, 5) < 60
  if (!formed || !(minutes <= 1440)) throw new RangeError(`not a wall time: ${time}`)
  return minutes
}

/** The wall time at so many minutes from '00:00', 0 to 1440; the inverse of `minutesOf`. */
export const wallOf = (minutes: number): string =>
  `${twoDigits(Math.floor(minutes / 60))}:${twoDigits(minutes % 60)}`

/** The date that a calendar in the zone shows at the instant. */
export const localDate = (at: number, zone: string): string =>
  dateOfEpochDay(Math.floor((at + offsetAt(at, zone)) / DAY_MS))

/** The wall time that a clock in the zone shows at the instant; seconds are dropped. */
export const localTime = (at: number, zone: string): string =>
  new Date(at + offsetAt(at, zone)).toISOString().slice(11, 16)

/** The minutes since '00:00' that a clock in the zone shows at the instant, with what is finer as a fraction. */
export const minuteOfDay = (at: number, zone: string): number =>
  ((at + offsetAt(at, zone)) % DAY_MS) / MINUTE_MS

/**
 * When a clock in the zone shows a wall time on a date: `once`; never, in a `gap` that the clock jumps at the instant
 * `at`, from `before` to `after`; or twice, in a `fold`.
 */
export type Resolved =
  | { kind: 'once'; at: number }
  | { kind: 'gap'; at: number; before: string; after: string }
  | { kind: 'fold'; earlier: number; later: number }

/** Resolves a wall time given in minutes from '00:00', 0 to 1440; 1440 is the next date's '00:00'. */
export function resolveMinutes(date: string, minutes: number, zone: string): Resolved {
  const wall = epochDay(date) * DAY_MS + minutes * MINUTE_MS
  // No zone is further than a day from UTC, so the instant lies in a stretch that comes within a day of the wall time.
  let stretch = stretchAt(wall - DAY_MS, zone)
  let gap: Resolved | undefined
  let earlier: number | undefined
  let later = 0
  for (;;) {
    const clockEnds = stretch.until + stretch.offset
    if (stretch.from + stretch.offset <= wall && wall < clockEnds) {
      later = wall - stretch.offset
      earlier ??= later
    }
    if (stretch.until > wall + DAY_MS) break
    const next = stretchAt(stretch.until, zone)
    const clockStarts = next.from + next.offset
    if (clockEnds <= wall && wall < clockStarts) {
      const [before, after] = [clockEnds, clockStarts].map((ms) => new Date(ms).toISOString().slice(11, 16))
      gap = { kind: 'gap', at: next.from, before: before as string, after: after as string }
    }
    stretch = next
  }
  if (earlier === undefined) {
    if (!gap) throw new RangeError(`${date} +${minutes} min neither exists nor is skipped in ${zone}`)
    return gap
  }
  return earlier === later ? { kind: 'once', at: earlier } : { kind: 'fold', earlier, later }
}

/** Resolves a wall time, '00:00' to '24:00'. */
export const resolveWall = (date: string, time: string, zone: string): Resolved =>
  resolveMinutes(date, minutesOf(time), zone)

function dayStart(date: string, zone: string): number {
  const midnight = resolveMinutes(date, 0, zone)
  return midnight.kind === 'fold' ? midnight.earlier : midnight.at
}

/**
 * The instants of a local date, or of the dates up to and including `lastDate`: [start, end), usually 23 to 25 h a date.
 * Where midnight does not exist, the date starts when the clock has jumped it; a date that a zone skipped is empty.
 * Bounds of successive dates join without a break.
 */
export const dayBounds = (
  date: string,
  zone: string,
  lastDate: string = date,
): readonly [start: number, end: number] => [dayStart(date, zone), dayStart(addDays(lastDate, 1), zone)]

/** The instant as ISO 8601 in the zone, with seconds and offset: '2026-11-30T12:00:00+01:00'. Milliseconds are dropped. */
export function formatInstant(at: number, zone: string): string {
  const offset = offsetAt(at, zone)
  const sign = offset < 0 ? '-' : '+'
  const wall = at + offset
  const day = Math.floor(wall / DAY_MS)
  const seconds = Math.floor((wall - day * DAY_MS) / 1000)
  const time = `${wallOf(Math.floor(seconds / 60))}:${twoDigits(seconds % 60)}`
  return `${dateOfEpochDay(day)}T${time}${sign}${wallOf(Math.round(Math.abs(offset) / MINUTE_MS))}`
}

const INSTANT =
  /^(\d{4}-\d\d-\d\d)T((?:[01]\d|2[0-3]):[0-5]\d):([0-5]\d)(?:\.(\d{1,9}))?(?:Z|([+-])((?:[01]\d|2[0-3]):[0-5]\d))$/

/**
 * The instant, epoch ms, of an ISO 8601 time with seconds and with an offset or Z, in the years 1990 to 2100 UTC;
 * anything else is undefined. What is finer than a millisecond is dropped.
 */
export function parseInstant(text: string): number | undefined {
  const parts = INSTANT.exec(text)
  if (!parts) return undefined
  const [, date = '', time = '', seconds = '', fraction = '', sign, offset = '00:00'] = parts
  if (parseDate(date) === undefined) return undefined
  const wall = epochDay(date) * DAY_MS + minutesOf(time) * MINUTE_MS + Number(seconds) * 1000
  const shift = minutesOf(offset) * MINUTE_MS * (sign === '-' ? -1 : 1)
  const at = wall + Number(fraction.padEnd(3, '0').slice(0, 3)) - shift
  const year = new Date(at).getUTCFullYear()
  return year >= FIRST_YEAR && year <= LAST_YEAR ? at : undefined
}
