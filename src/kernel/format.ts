/**
 * Dates, times, digits, week and money as people of a language read them in a country. Instants are epoch ms and are
 * read in an IANA zone that is given with each; plain dates are `YYYY-MM-DD`. The calendar is the Gregorian one.
 */
import { minorDigits } from './money.ts'

/** ISO weekday: 1 is Monday, 7 is Sunday. */
export type Weekday = 1 | 2 | 3 | 4 | 5 | 6 | 7

export type Locale = {
  /** What Intl and the page's `lang` are given, such as `ar-SA`. */
  tag: string
  hourCycle: 'h12' | 'h23'
  firstDay: Weekday
}

export type Money = { amountMinor: number; currency: string }
export type PartOfDay = 'night' | 'morning' | 'afternoon' | 'evening'

type CountryFacts = Intl.Locale & {
  getWeekInfo?: () => { firstDay: number }
  weekInfo?: { firstDay: number }
  getHourCycles?: () => string[]
  hourCycles?: string[]
}

const formatters = new Map<string, unknown>()

/** Making an Intl formatter costs a thousand times as much as using it. */
function kept<T>(name: string, make: () => T): T {
  const found = formatters.get(name) as T | undefined
  if (found) return found
  const made = make()
  formatters.set(name, made)
  return made
}

/**
 * `en` in Riyadh: a pair that Unicode has no data for would fall back to American dates, so English falls back to
 * the international form; hours and week follow the country whatever the language.
 */
export function localeFor(language: string, country: string): Locale {
  return kept(`locale ${language} ${country}`, () => {
    const wanted = `${language}-${country}`
    const known = new Intl.DateTimeFormat(wanted).resolvedOptions().locale.startsWith(wanted)
    const facts = new Intl.Locale(`und-${country}`) as CountryFacts
    const week = facts.getWeekInfo?.() ?? facts.weekInfo
    const hours = facts.getHourCycles?.() ?? facts.hourCycles
    return {
      tag: known ? wanted : language === 'en' ? 'en-001' : language,
      hourCycle: hours?.[0] === 'h12' ? 'h12' : 'h23',
      firstDay: (week?.firstDay ?? 1) as Weekday,
    }
  })
}

const dateShapes = {
  full: { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' },
  long: { weekday: 'long', day: 'numeric', month: 'long' },
  short: { day: 'numeric', month: 'short' },
  weekday: { weekday: 'short' },
  day: { day: 'numeric' },
  month: { month: 'long', year: 'numeric' },
} as const satisfies Record<string, Intl.DateTimeFormatOptions>
export type DateShape = keyof typeof dateShapes

const dateFormat = (locale: Locale, shape: DateShape, zone: string) =>
  kept(`date ${locale.tag} ${shape} ${zone}`, () => {
    return new Intl.DateTimeFormat(locale.tag, { ...dateShapes[shape], calendar: 'gregory', timeZone: zone })
  })

const timeFormat = (locale: Locale, zone: string) =>
  kept(`time ${locale.tag} ${locale.hourCycle} ${zone}`, () => {
    const { tag, hourCycle } = locale
    const hour = hourCycle === 'h23' ? '2-digit' : 'numeric'
    return new Intl.DateTimeFormat(tag, { hour, minute: '2-digit', hourCycle, timeZone: zone })
  })

/** A plain date as the instant of its midnight in UTC, for formats and weekdays alone. */
const plainDay = (date: string) => Date.parse(`${date}T00:00:00Z`)

export const formatDate = (locale: Locale, at: number, zone: string, shape: DateShape = 'full') =>
  dateFormat(locale, shape, zone).format(at)

export const formatPlainDate = (locale: Locale, date: string, shape: DateShape = 'full') =>
  dateFormat(locale, shape, 'UTC').format(plainDay(date))

export const formatTime = (locale: Locale, at: number, zone: string) => timeFormat(locale, zone).format(at)

/** `11:00–12:15`; says the dates too when the two are not on one day. */
export const formatTimeRange = (locale: Locale, from: number, to: number, zone: string) =>
  timeFormat(locale, zone).formatRange(from, to)

/** The date that a wall calendar in the zone shows at an instant, `YYYY-MM-DD`. */
export const plainDateAt = (at: number, zone: string) =>
  kept(`plain ${zone}`, () => new Intl.DateTimeFormat('sv-SE', { timeZone: zone })).format(at)

export const weekdayOf = (date: string) => (new Date(plainDay(date)).getUTCDay() || 7) as Weekday

/** The seven days in the country's order. `short` is one letter where the short names of the language are long. */
export function weekdays(locale: Locale): { weekday: Weekday; short: string; long: string }[] {
  return kept(`weekdays ${locale.tag} ${locale.firstDay}`, () => {
    const names = (form: 'long' | 'short' | 'narrow') => {
      const format = new Intl.DateTimeFormat(locale.tag, { weekday: form, timeZone: 'UTC' })
      return Array.from({ length: 7 }, (_, day) => format.format(Date.UTC(2024, 0, locale.firstDay + day)))
    }
    const long = names('long')
    const short = names('short').some((name) => name.length > 4) ? names('narrow') : names('short')
    return long.map((name, day) => ({
      weekday: (((locale.firstDay - 1 + day) % 7) + 1) as Weekday,
      long: name,
      short: short[day] ?? name,
    }))
  })
}

const hourFormat = (zone: string) =>
  kept(
    `hour ${zone}`,
    () => new Intl.DateTimeFormat('en', { hour: '2-digit', hourCycle: 'h23', timeZone: zone }),
  )

export function partOfDay(at: number, zone: string): PartOfDay {
  const hour = Number(hourFormat(zone).format(at))
  return hour < 5 ? 'night' : hour < 12 ? 'morning' : hour < 17 ? 'afternoon' : 'evening'
}

const namePart = (format: Intl.DateTimeFormat, at: number) =>
  format.formatToParts(at).find((part) => part.type === 'timeZoneName')?.value ?? ''

/** What people call the time of a zone, such as Central European Time. */
export const zoneName = (locale: Locale, at: number, zone: string) =>
  namePart(
    kept(`zone ${locale.tag} ${zone}`, () => {
      return new Intl.DateTimeFormat(locale.tag, { timeZone: zone, timeZoneName: 'longGeneric' })
    }),
    at,
  )

const offsetAt = (at: number, zone: string) =>
  namePart(
    kept(
      `offset ${zone}`,
      () => new Intl.DateTimeFormat('en', { timeZone: zone, timeZoneName: 'longOffset' }),
    ),
    at,
  )

/** Whether two zones show the same time at an instant. */
export const sameClock = (at: number, zone: string, other: string) =>
  offsetAt(at, zone) === offsetAt(at, other)

export const formatNumber = (locale: Locale, value: number) =>
  kept(`number ${locale.tag}`, () => new Intl.NumberFormat(locale.tag)).format(value)

/** Minor units are those of the currency: 1450 is 14.50 in EUR, 1450 in JPY, 1.450 in KWD. Whole amounts are short. */
export function formatMoney(locale: Locale, { amountMinor, currency }: Money): string {
  const digits = minorDigits(currency)
  const format = kept(`money ${locale.tag} ${currency}`, () => {
    return new Intl.NumberFormat(locale.tag, {
      style: 'currency',
      currency,
      minimumFractionDigits: digits,
      maximumFractionDigits: digits,
      trailingZeroDisplay: 'stripIfInteger',
    })
  })
  return format.format(amountMinor / 10 ** digits)
}

const formatUnit = (locale: Locale, name: 'hour' | 'minute' | 'second', value: number) =>
  kept(`${name} ${locale.tag}`, () => {
    return new Intl.NumberFormat(locale.tag, { style: 'unit', unit: name, unitDisplay: 'long' })
  }).format(value)

/** `15 minutes`, `1 hour 30 minutes`. */
export function formatMinutes(locale: Locale, minutes: number): string {
  const hours = minutes < 100 && minutes % 60 !== 0 ? 0 : Math.floor(minutes / 60)
  const rest = minutes - hours * 60
  const parts = [
    hours > 0 ? formatUnit(locale, 'hour', hours) : '',
    rest > 0 || hours === 0 ? formatUnit(locale, 'minute', rest) : '',
  ]
  return formatList(locale, parts.filter(Boolean), 'unit')
}

/** `6 minutes, 20 seconds`. */
export function formatSeconds(locale: Locale, seconds: number): string {
  const [minutes, rest] = [Math.floor(seconds / 60), seconds % 60]
  const parts = [
    minutes > 0 ? formatMinutes(locale, minutes) : '',
    rest > 0 || minutes === 0 ? formatUnit(locale, 'second', rest) : '',
  ]
  return formatList(locale, parts.filter(Boolean), 'unit')
}

const formatList = (locale: Locale, items: string[], type: 'conjunction' | 'unit' = 'conjunction') =>
  kept(`list ${locale.tag} ${type}`, () => new Intl.ListFormat(locale.tag, { type, style: 'long' })).format(
    items,
  )

/**
 * What somebody typed, with Arabic-Indic (٠-٩) and Persian (۰-۹) digits as 0-9 and without the invisible marks of
 * direction that come along when a number is pasted. For every field and query that may hold a digit.
 */
export const readDigits = (text: string): string =>
  text
    .replace(/[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]/g, '')
    .replace(/[\u0660-\u0669\u06f0-\u06f9]/g, (digit) => String(digit.charCodeAt(0) & 0xf))

/** A whole number of at most six digits in any of those digits, or null when it is something else. */
export function readWholeNumber(text: string): number | null {
  const digits = readDigits(text).trim()
  return /^\d{1,6}$/.test(digits) ? Number(digits) : null
}

/** Letters, or digits and signs in a row, that would upset the order of words in a line of the other direction. */
const upsets = { ltr: /[\u0590-\u08ff\ufb1d-\ufefc]/, rtl: /[A-Za-z\u00c0-\u024f]|[+\d].*\d/ }

/** Fences a text off (first strong isolate), so that a Latin code keeps its place in an Arabic sentence, and back. */
export const isolate = (direction: 'ltr' | 'rtl', text: string): string =>
  upsets[direction].test(text) ? `\u2068${text}\u2069` : text
