import { IntlMessageFormat } from 'intl-messageformat'
import { formatDate, formatTime, isolate, type Locale, localeFor } from '../../kernel/format.ts'
import type { Kind } from './kinds.ts'
import { ar } from './words/ar.ts'
import { en } from './words/en.ts'
import { nl } from './words/nl.ts'

/** A message in words: in the reader's language, with the clock and the formats of the location's country. */

export const languages = ['en', 'nl', 'ar'] as const
export type Language = (typeof languages)[number]
export type Words = Record<keyof typeof en, string>
export const words: Record<Language, Words> = { en, nl, ar }

export const directionOf = (language: Language) => (language === 'ar' ? 'rtl' : 'ltr')

type LocalText = { en?: string | undefined; nl?: string | undefined; ar?: string | undefined }

/** Everything that a message may tell. */
export type Told = {
  kind: Kind
  place: LocalText
  address: string | null
  zone: string
  country: string
  service: LocalText | null
  serviceKind: string | null
  reference: string | null
  /** Addresses of the customer's own pages. */
  link: string
  cancel: string
  startsAt?: number | undefined
  endsAt?: number | undefined
  number?: string | undefined
  desk?: string | undefined
  ahead?: number | undefined
  /** What can be chosen on the page that `link` leads to; `at` is when it would be ready, epoch ms. */
  choices?: { kind: 'later' | 'loan' | 'collect' | 'cancel'; at: number | null }[] | undefined
}

export type Written = {
  language: Language
  subject: string
  text: string
  /** For channels where each sign costs. */
  short: string
  html: string
}

const compiled = new Map<string, IntlMessageFormat>()

function say(
  language: Language,
  locale: Locale,
  key: keyof Words,
  values: Record<string, string | number>,
): string {
  const name = `${locale.tag} ${key}`
  let format = compiled.get(name)
  if (!format) {
    format = new IntlMessageFormat(words[language][key], locale.tag, undefined, { ignoreTag: true })
    compiled.set(name, format)
  }
  const fenced = Object.entries(values).map(([argument, value]) => [
    argument,
    typeof value === 'string' ? isolate(directionOf(language), value) : value,
  ])
  return String(format.format(Object.fromEntries(fenced)))
}

const inLanguage = (language: Language, text: LocalText | null): string =>
  text?.[language] ?? languages.map((other) => text?.[other]).find((found) => found !== undefined) ?? ''

function whenOf(
  language: Language,
  locale: Locale,
  {
    startsAt,
    endsAt = startsAt,
    zone,
    serviceKind,
  }: Pick<Told, 'startsAt' | 'endsAt' | 'zone' | 'serviceKind'>,
): string {
  if (startsAt === undefined || endsAt === undefined) return ''
  const date = formatDate(locale, startsAt, zone)
  if (serviceKind === 'opening_hours') return date
  if (serviceKind === 'nights')
    return say(language, locale, 'when.stay', { arrival: date, departure: formatDate(locale, endsAt, zone) })
  return say(language, locale, 'when.moment', { date, time: formatTime(locale, startsAt, zone) })
}

/** What can be chosen, each on a line of its own; nothing where there is no choice. */
function choicesOf(language: Language, locale: Locale, { choices = [], zone }: Told): string {
  const lines = choices.map(({ kind, at }) => {
    const when =
      at === null ? '' : whenOf(language, locale, { startsAt: at, endsAt: at, zone, serviceKind: null })
    return `– ${say(language, locale, `choice.${kind}`, { when })}`
  })
  return lines.length > 0 ? `\n\n${[say(language, locale, 'choice.lead', {}), ...lines].join('\n')}` : ''
}

/** Writes a message. Pure: the same facts give the same words. */
export function write(told: Told, language: Language): Written {
  const locale = localeFor(language, told.country)
  const place = inLanguage(language, told.place)
  const values = {
    place,
    where: told.address ? `${place}, ${told.address}` : place,
    service: inLanguage(language, told.service),
    when: whenOf(language, locale, told),
    reference: told.reference ?? told.number ?? '',
    link: told.link,
    cancel: told.cancel,
    number: told.number ?? '',
    desk: told.desk ?? '',
    ahead: told.ahead ?? 0,
  }
  const part = (name: 'subject' | 'text' | 'short') => say(language, locale, `${told.kind}.${name}`, values)
  const [subject, text] = [part('subject'), `${part('text')}${choicesOf(language, locale, told)}`]
  return { language, subject, text, short: part('short'), html: htmlOf(language, locale.tag, subject, text) }
}

const entities: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}
const escaped = (text: string) => text.replace(/[&<>"']/g, (sign) => entities[sign] ?? sign)

/** The text as the plainest page there is, its addresses as links; escaped before anything else. */
function htmlOf(language: Language, tag: string, subject: string, text: string): string {
  const linked = (line: string) =>
    escaped(line).replace(/https?:\/\/[^\s\u2068\u2069]+/g, (href) => `<a href="${href}">${href}</a>`)
  const paragraphs = text.split('\n\n').map((part) => `<p>${part.split('\n').map(linked).join('<br>')}</p>`)
  return `<!doctype html><html lang="${tag}" dir="${directionOf(language)}"><head><meta charset="utf-8"><title>${escaped(subject)}</title></head><body>${paragraphs.join('')}</body></html>`
}
