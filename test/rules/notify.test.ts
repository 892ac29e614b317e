import { IntlMessageFormat } from 'intl-messageformat'
import { describe, expect, test } from 'vitest'
import { urlFault, wants } from '../../src/notify/rules/endpoint.ts'
import { kinds } from '../../src/notify/rules/kinds.ts'
import { messagesOf } from '../../src/notify/rules/plan.ts'
import { retryAfter } from '../../src/notify/rules/retry.ts'
import { afterQuiet, reminderAt, usual } from '../../src/notify/rules/settings.ts'
import { languages, type Told, words, write } from '../../src/notify/rules/write.ts'

const at = (text: string) => Date.parse(text)
const zone = 'Europe/Amsterdam'

describe('quiet hours', () => {
  test('last until the morning, by the clock of the place', () => {
    const quiet = (text: string) => new Date(afterQuiet(at(text), usual, zone)).toISOString()
    expect(quiet('2026-11-21T20:30:00Z')).toBe('2026-11-22T07:00:00.000Z')
    expect(quiet('2026-11-22T03:00:00Z')).toBe('2026-11-22T07:00:00.000Z')
    expect(quiet('2026-11-22T07:00:00Z')).toBe('2026-11-22T07:00:00.000Z')
    expect(quiet('2026-11-22T19:59:00Z')).toBe('2026-11-22T19:59:00.000Z')
    // The night in which the clock goes back has an hour more.
    expect(quiet('2026-10-24T20:00:00Z')).toBe('2026-10-25T07:00:00.000Z')
    expect(afterQuiet(at('2026-11-22T03:00:00Z'), { ...usual, quiet: null }, zone)).toBe(
      at('2026-11-22T03:00:00Z'),
    )
    const noon = { ...usual, quiet: { from: '12:00', to: '14:00' } }
    expect(afterQuiet(at('2026-11-22T11:30:00Z'), noon, zone)).toBe(at('2026-11-22T13:00:00Z'))
  })

  test('put a reminder off, or before them where it would come too late', () => {
    const remind = (start: string, hours: number, now = '2026-11-01T00:00:00Z') => {
      const found = reminderAt(at(start), { ...usual, reminderHours: hours }, zone, at(now))
      return found === undefined ? undefined : new Date(found).toISOString()
    }
    expect(remind('2026-11-24T12:00:00Z', 24)).toBe('2026-11-23T12:00:00.000Z')
    expect(remind('2026-11-24T10:00:00Z', 4)).toBe('2026-11-24T07:00:00.000Z')
    expect(remind('2026-11-24T07:15:00Z', 2)).toBe('2026-11-23T20:00:00.000Z')
    expect(remind('2026-11-24T12:00:00Z', 24, '2026-11-23T12:00:00Z')).toBeUndefined()
    expect(reminderAt(0, { ...usual, reminderHours: null }, zone, -1)).toBeUndefined()
  })
})

describe('a later time than was promised', () => {
  const about = { zone, settings: usual, work: { firstPromisedAt: at('2026-11-24T10:00:00Z') } }
  const slip = (from: string, was: string | null, to: string | null, first = false) => {
    const promise = { kind: 'ready_by', at: to && at(to), was: was && at(was), first }
    const event = {
      seq: 1,
      at: at(from),
      type: 'work.paused',
      location: 'loc_1',
      subject: 'wrk_1',
      revision: 3,
      data: { promises: [promise] },
    }
    return messagesOf(event, about).map(({ kind, dueAt, facts }) => [
      kind,
      new Date(dueAt).toISOString(),
      facts.startsAt,
    ])
  }

  test('is told with the event that makes it, whatever that is', () => {
    const to = '2026-11-26T10:00:00Z'
    expect(slip('2026-11-23T12:00:00Z', '2026-11-24T10:00:00Z', to)).toEqual([
      ['late', '2026-11-23T12:00:00.000Z', at(to)],
    ])
    // Earlier, the first of all, or none while it hangs on the customer: nobody is late.
    expect(slip('2026-11-23T12:00:00Z', '2026-11-28T10:00:00Z', to)).toEqual([])
    expect(slip('2026-11-23T12:00:00Z', null, to, true)).toEqual([])
    expect(slip('2026-11-23T12:00:00Z', '2026-11-24T10:00:00Z', null)).toEqual([])
    // Promised anew after the customer was asked: late only if later than what was said first.
    expect(slip('2026-11-23T12:00:00Z', null, to)).toHaveLength(1)
    expect(slip('2026-11-23T12:00:00Z', null, '2026-11-24T09:00:00Z')).toEqual([])
  })

  test('wakes nobody, unless what was promised would pass in silence', () => {
    const to = '2026-11-26T10:00:00Z'
    expect(slip('2026-11-23T22:00:00Z', '2026-11-24T10:00:00Z', to)[0]?.[1]).toBe('2026-11-24T07:00:00.000Z')
    expect(slip('2026-11-23T22:00:00Z', '2026-11-24T06:00:00Z', to)[0]?.[1]).toBe('2026-11-23T22:00:00.000Z')
  })
})

test('tries are ever further apart, and end after hours for a message and after days for a webhook', () => {
  const all = (what: 'message' | 'webhook') =>
    Array.from({ length: 20 }, (_, i) => retryAfter(what, i + 1)).filter((ms) => ms !== undefined)
  for (const what of ['message', 'webhook'] as const)
    expect(all(what)).toEqual(all(what).toSorted((a, b) => a - b))
  const hours = (what: 'message' | 'webhook') => all(what).reduce((sum, ms) => sum + ms, 0) / 3_600_000
  expect(hours('message')).toBeLessThan(5)
  expect(hours('webhook')).toBeGreaterThan(72)
  expect(retryAfter('message', 1, 90_000)).toBe(90_000)
  expect(retryAfter('message', 1, 1e12)).toBe(86_400_000)
})

describe('an endpoint', () => {
  test('is on the public internet', () => {
    const spellings =
      '127.0.0.1 127.1 0x7f000001 2130706433 0177.0.0.1 10.1.2.3 169.254.169.254 [::1] [fd00::1] [::ffff:10.0.0.1] localhost LOCALHOST localhost. a.localhost printer.local db.internal router.lan metadata 100.64.0.1 8.8.8.8'
    for (const host of spellings.split(' '))
      expect([host, urlFault(`https://${host}/x`, false)]).toEqual([host, expect.any(String)])
    for (const url of [
      'http://example.org',
      'ftp://example.org',
      'https://u:p@example.org',
      'https://example.org/#a',
      'no',
      'https://',
    ])
      expect([url, urlFault(url, false)]).toEqual([url, expect.any(String)])
    expect(urlFault('https://example.org:8443/a?b=c', false)).toBeUndefined()
    expect(urlFault('http://localhost:8080/', true)).toBeUndefined()
    expect(urlFault('http://10.0.0.1/', true)).toEqual(expect.any(String))
  })

  test('wants what is its own, of its mode, and of its types', () => {
    const event = { type: 'booking.confirmed', owner: 'ptn_1', testMode: false }
    const all = { partner: null, testMode: false, types: [] }
    expect(wants(all, event)).toBe(true)
    expect(wants({ ...all, partner: 'ptn_1' }, event)).toBe(true)
    expect(wants({ ...all, partner: 'ptn_2' }, event)).toBe(false)
    expect(wants({ ...all, partner: 'ptn_2' }, { ...event, owner: null })).toBe(false)
    expect(wants({ ...all, testMode: true }, event)).toBe(false)
    expect(wants({ ...all, testMode: true }, { ...event, testMode: null })).toBe(false)
    expect(wants({ ...all, types: ['booking.*'] }, event)).toBe(true)
    expect(wants({ ...all, types: ['queue.*', 'booking.held'] }, event)).toBe(false)
  })
})

const told: Told = {
  kind: 'confirmed',
  place: { en: 'Museum <b>&', ar: 'متحف' },
  address: '12 Wharf Lane',
  zone: 'Europe/London',
  country: 'GB',
  service: { en: 'Tour', ar: 'جولة' },
  serviceKind: 'departures',
  reference: 'K7M4QX',
  link: 'https://dawr.test/my/cst_1',
  cancel: 'https://dawr.test/my/cst_1/cancel',
  startsAt: at('2026-11-28T13:00:00Z'),
  endsAt: at('2026-11-28T14:00:00Z'),
  number: 'B14',
  desk: 'Desk 1',
  ahead: 2,
}

describe('a message', () => {
  test('is in the language of its reader, with the clock of the place', () => {
    expect(write(told, 'en')).toMatchObject({
      subject: 'Booked: Tour, Saturday, 28 November 2026, 1:00 pm'.replace('1:00 pm', '13:00'),
      short: expect.stringContaining('Code K7M4QX. https://dawr.test/my/cst_1'),
    })
    expect(write(told, 'nl').subject).toContain('zaterdag')
    const arabic = write({ ...told, country: 'SA', zone: 'Asia/Riyadh' }, 'ar')
    expect(arabic.html).toContain('dir="rtl"')
    expect(arabic.text).toContain('\u2068K7M4QX\u2069')
    expect(arabic.text).toContain('جولة')
    expect(write({ ...told, serviceKind: 'opening_hours' }, 'en').subject).not.toContain('13:00')
    expect(write({ ...told, serviceKind: 'nights' }, 'en').subject).toContain(' to ')
  })

  test('names what can be chosen, each with its day and hour', () => {
    const choices = [
      { kind: 'later' as const, at: told.startsAt ?? 0 },
      { kind: 'loan' as const, at: null },
    ]
    const { text, short } = write({ ...told, kind: 'late', choices }, 'en')
    expect(text).toMatch(
      /\n\nYou can choose:\n– ready by Saturday, 28 November 2026, 13:00 instead\n– something to use meanwhile, on loan$/,
    )
    expect(short).not.toContain('choose')
    expect(write({ ...told, kind: 'late' }, 'en').text).not.toContain('choose')
  })

  test('is escaped in mail, its addresses linked and nothing else', () => {
    const { html } = write(told, 'en')
    expect(html).toContain('Museum &lt;b&gt;&amp;')
    expect(html).not.toContain('<b>')
    expect(html).toContain('<a href="https://dawr.test/my/cst_1/cancel">')
    const tricky = { ...told, place: { en: 'https://e.org/"onclick="x' } }
    expect(write(tricky, 'en').html).not.toContain('"onclick')
  })

  test('exists for every kind in every language, short enough for a phone', () => {
    for (const language of languages)
      for (const kind of kinds) {
        const { subject, text, short } = write({ ...told, kind }, language)
        for (const part of [subject, text, short]) expect(part).not.toMatch(/[{}]|undefined/)
        expect([kind, language, short.length < 200]).toEqual([kind, language, true])
      }
  })
})

test('the languages say the same things with the same arguments', () => {
  const names = (text: string) => new Set([...text.matchAll(/\{(\w+)[},]/g)].map(([, name]) => name))
  for (const language of languages) {
    expect(Object.keys(words[language]).sort()).toEqual(Object.keys(words.en).sort())
    for (const [key, text] of Object.entries(words[language])) {
      expect([key, names(text)]).toEqual([key, names(words.en[key as keyof typeof words.en])])
      expect(() => new IntlMessageFormat(text, language, undefined, { ignoreTag: true })).not.toThrow()
    }
  }
})
