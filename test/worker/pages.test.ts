import { env } from 'cloudflare:workers'
import { gzipSync } from 'node:zlib'
import { describe, expect, test, vi } from 'vitest'
import { eventsOf, noon, rows } from './fixtures.ts'
import { at13, bookingOf, confirm, hold, minuteMs, standAtNoon, take, tomorrow, tour } from './touring.ts'
import { Visitor } from './visitor.ts'

/** The customers' pages of a booking, and what holds for every page, through the whole Worker, without a browser. */

standAtNoon()

describe('holding and confirming', () => {
  test('holds the time that was pressed, once, however often', async () => {
    const { service, at } = await tour()
    const visitor = new Visitor()
    const found = await visitor.open(`${at(tomorrow)}&u.adult=2`)
    const form = found.form(/\/hold$/)
    const first = await visitor.press(form, { slot: at13 })
    expect(first.next).toMatch(/^\/my\/cst_[0-9a-z]{26}_[\w-]{43}$/)
    expect((await visitor.press(form, { slot: at13 })).next).toBe(first.next)
    const made = await rows('SELECT id, places FROM booking WHERE service_id = ?', service)
    expect(made).toEqual([{ id: bookingOf(first.next), places: 2 }])
    const page = await visitor.open(first.next)
    expect([page.status, page.trips]).toEqual([200, 1])
    expect(page.text).toContain('Kept for you until 12:10')
    expect(page.text).toContain('2 × Adult at £18 £36')
    expect(page.html).toContain('noindex')
  })

  test('leads back to the other times when somebody else was first', async () => {
    const { service, at } = await tour()
    const visitor = new Visitor()
    const found = await visitor.open(`${at(tomorrow)}&u.adult=3`)
    await take(service, 7)
    const back = await visitor.press(found.form(/\/hold$/), { slot: at13 })
    const again = await visitor.open(back.next)
    expect(again.text).toContain('There are not enough places left')
    expect(again.text).toContain('Fully booked')
    expect(again.text).toContain('3 × Adult')
    expect(await rows('SELECT id FROM booking WHERE service_id = ?', service)).toHaveLength(1)
  })

  test('makes nothing of a form that is not whole', async () => {
    const { service, at } = await tour()
    const visitor = new Visitor()
    const { action, fields } = (await visitor.open(at(tomorrow))).form(/\/hold$/)
    const { key: _, ...keyless } = fields
    for (const form of [
      { ...fields, slot: '' },
      { ...keyless, slot: at13 },
      { ...fields, slot: 'x'.repeat(50) },
    ]) {
      const back = await visitor.press({ action, fields: form })
      expect((await visitor.open(back.next)).text).toContain('We did not understand that')
    }
    expect(await rows('SELECT id FROM booking WHERE service_id = ?', service)).toEqual([])
  })

  test('asks for a name, keeps what was typed, and says what is wrong beside it', async () => {
    const { at } = await tour()
    const visitor = new Visitor()
    const held = await hold(visitor, at(tomorrow))
    const wrong = await visitor.press(held.page.form(/\/confirm$/), {
      name: ' ',
      email: 'nobody',
      phone: '٠٦١٢٣٤٥٦٧٨',
      language: 'nl',
    })
    expect(wrong.status).toBe(422)
    expect(wrong.text).toContain('Please have another look at these 2 things')
    expect(wrong.html).toMatch(/id="field-name-fault">Fill in a name</)
    expect(wrong.html).toMatch(/id="field-email-fault">/)
    expect(wrong.html).not.toContain('field-phone-fault')
    expect(wrong.html).toContain('value="0612345678"')
    expect(wrong.html).toMatch(/<option value="nl" lang="nl" selected/)
    // The page with the form in another language, and not the address that the form went to.
    expect(wrong.html).toContain(`href="${held.href}?lang=ar"`)
    expect((await visitor.open(held.href)).text).toContain('Kept for you until')
  })

  test('confirms with a name and a phone number in any digits, once', async () => {
    const { service, at } = await tour()
    const visitor = new Visitor()
    const held = await hold(visitor, at(tomorrow))
    const form = held.page.form(/\/confirm$/)
    const filled = { name: ' Amina Haddad ', phone: '+٤٤ ٧٧٠٠ ٩٠٠١٢٣', email: '', language: 'ar' }
    const done = await visitor.press(form, filled)
    expect((await visitor.press(form, filled)).next).toBe(done.next)
    const page = await visitor.open(done.next)
    expect([page.status, page.trips]).toEqual([200, 1])
    expect(page.text).toContain('It is booked.')
    expect(page.text).toContain('You can cancel here until Sunday, 22 November 2026, 12:00.')
    const [row] = await rows<{ contact: string; reference: string }>(
      'SELECT contact, reference FROM booking WHERE service_id = ?',
      service,
    )
    expect(JSON.parse(row?.contact ?? '')).toEqual({
      name: 'Amina Haddad',
      phone: '+44 7700 900123',
      language: 'ar',
    })
    expect(page.text).toContain(row?.reference)
    const told = (await eventsOf(bookingOf(held.href))).map(({ type }) => type)
    expect(told).toEqual(['booking.held', 'booking.confirmed'])
  })

  test('gives more time until there is no more to give', async () => {
    const { at } = await tour()
    const visitor = new Visitor()
    const held = await hold(visitor, at(tomorrow))
    await visitor.press(held.page.form(/\/extend$/))
    const longer = await visitor.open(held.href)
    expect(longer.text).toContain('Kept for you until 12:20')
    await visitor.press(longer.form(/\/extend$/))
    const longest = await visitor.open(held.href)
    expect(longest.text).toContain('Kept for you until 12:30')
    expect(longest.html).not.toContain('/extend')
    const tampered = { action: `${held.href}/extend`, fields: { minutes: 'x', key: crypto.randomUUID() } }
    expect((await visitor.press(tampered)).next).toBe(held.href)
  })

  test('says that the time to confirm is over, whichever way one comes', async () => {
    const { service, at } = await tour()
    const visitor = new Visitor()
    const held = await hold(visitor, at(tomorrow))
    vi.setSystemTime(noon + 10 * minuteMs)
    const over = await visitor.open(held.href)
    expect(over.text).toContain('The time to confirm is over')
    expect(over.html).toContain(`href="/services/${service}?date=${tomorrow}"`)
    for (const step of [/\/confirm$/, /\/extend$/, /\/cancel$/]) {
      const late = await visitor.press(held.page.form(step), { name: 'Amina', language: 'en' })
      expect(late.next).toBe(held.href)
    }
  })

  test('does not book when the visitor says so', async () => {
    const { at } = await tour()
    const visitor = new Visitor()
    const held = await hold(visitor, at(tomorrow))
    const gone = await visitor.press(held.page.form(/\/cancel$/))
    expect((await visitor.open(gone.next)).text).toContain('It is cancelled.')
    expect((await visitor.open(at(tomorrow))).text).not.toContain('places left')
  })
})

describe('my booking', () => {
  test('can be cancelled by whoever has the link, until the cut-off', async () => {
    const { at } = await tour()
    const visitor = new Visitor()
    const held = await hold(visitor, at(tomorrow))
    const booked = await confirm(visitor, held)
    expect(booked.html).toContain(`href="${held.href}/cancel"`)
    const sure = await visitor.open(`${held.href}/cancel`)
    expect(sure.text).toContain('Cancel this booking?')
    const form = sure.form(/\/cancel$/)
    const gone = await visitor.press(form)
    expect((await visitor.press(form)).next).toBe(gone.next)
    const page = await visitor.open(gone.next)
    expect(page.text).toContain('It is cancelled.')
    expect(page.text).toContain('Cancelled by you on Saturday, 21 November 2026, 12:00.')
    expect((await visitor.open(`${held.href}/cancel`)).next).toBe(held.href)
    const [, , cancelled] = await eventsOf(bookingOf(held.href))
    expect(cancelled).toMatchObject({ type: 'booking.cancelled', reason: 'changed_plans' })
  })

  test('stays after the cut-off, and says so', async () => {
    const { at } = await tour()
    const visitor = new Visitor()
    const held = await hold(visitor, at(tomorrow))
    await confirm(visitor, held)
    const sure = await visitor.open(`${held.href}/cancel`)
    vi.setSystemTime(Date.parse('2026-11-22T12:00:00.001Z'))
    const page = await visitor.open(held.href)
    expect(page.text).toContain('You could cancel here until Sunday, 22 November 2026, 12:00.')
    expect(page.html).not.toContain('/cancel')
    expect((await visitor.open(`${held.href}/cancel`)).next).toBe(held.href)
    const late = await visitor.press(sure.form(/\/cancel$/))
    expect([late.status, late.text.includes('It is too late for this')]).toEqual([422, true])
    expect(late.html).toContain(`href="${held.href}"`)
  })

  test('opens with its own link and with no other', async () => {
    const { at } = await tour()
    const visitor = new Visitor()
    const { href } = await hold(visitor, at(tomorrow))
    const turned = `${href.slice(0, -2)}${href.endsWith('AA') ? 'BB' : 'AA'}`
    for (const wrong of [turned, `${href}x`, '/my/cst_', '/my/nothing', `${href.slice(0, 20)}`]) {
      const page = await visitor.open(wrong)
      expect([wrong, page.status]).toEqual([wrong, 404])
      expect(page.text).toContain('We cannot find this page')
      for (const step of ['confirm', 'extend', 'cancel']) {
        const pressed = await visitor.press({ action: `${wrong}/${step}`, fields: { name: 'Somebody' } })
        expect([step, pressed.status]).toEqual([step, 404])
      }
    }
  })
})

describe('every page', () => {
  test('speaks the language that was asked for, before, or by the browser', async () => {
    const { at } = await tour()
    const visitor = new Visitor({ 'Accept-Language': 'de, nl-BE;q=0.8, en;q=0.5' })
    const dutch = await visitor.open(at(tomorrow))
    expect(dutch.html).toContain('<html lang="nl" dir="ltr">')
    expect(visitor.cookies.size).toBe(0)
    const arabic = await visitor.open(`${at(tomorrow)}&lang=ar`)
    expect(arabic.html).toMatch(/<html lang="ar[^"]*" dir="rtl">/)
    expect(arabic.response.headers.getSetCookie()).toEqual([
      expect.stringMatching(/^lang=ar; Max-Age=31536000; Path=\/; HttpOnly; SameSite=Lax$/),
    ])
    const held = await hold(visitor, at(tomorrow))
    expect(held.page.html).toContain('dir="rtl"')
    expect((await visitor.open(`${held.href}?lang=xx`)).html).toContain('dir="rtl"')
    expect((await visitor.open('/my/nothing')).html).toContain('dir="rtl"')
    expect((await visitor.open(`${held.href}?lang=en`)).text).toContain('Kept for you until 12:10')
    const [row] = await rows<{ contact: string }>(
      'SELECT contact FROM booking WHERE id = ?',
      bookingOf(held.href),
    )
    expect(row?.contact).toBe('{"language":"ar"}')
  })

  test('takes forms from its own site alone', async () => {
    const { service, at } = await tour()
    const visitor = new Visitor()
    const found = await visitor.open(at(tomorrow))
    for (const elsewhere of ['http://elsewhere.test', 'null', 'http://dawr.test.elsewhere.test']) {
      const refused = await visitor.press(found.form(/\/hold$/), { slot: at13 }, elsewhere)
      expect([elsewhere, refused.status]).toEqual([elsewhere, 403])
      expect(refused.text).toContain('You may not do this')
    }
    const { href, page } = await hold(visitor, at(tomorrow))
    const form = page.form(/\/confirm$/)
    expect((await visitor.press(form, { name: 'A' }, 'http://elsewhere.test')).status).toBe(403)
    expect((await visitor.open(href)).text).toContain('Kept for you until')
    expect(await rows('SELECT id FROM booking WHERE service_id = ?', service)).toHaveLength(1)
  })

  test('shows hostile words as words', async () => {
    const hostile = `"><script>alert('1')</script>`
    const { at } = await tour(7, { name: { en: hostile }, description: { en: hostile } })
    const visitor = new Visitor()
    const held = await hold(visitor, at(tomorrow))
    const wrong = await visitor.press(held.page.form(/\/confirm$/), { name: '', email: hostile })
    const booked = await confirm(visitor, held, hostile)
    const found = await visitor.open(`${at(tomorrow)}&u.family=${encodeURIComponent(hostile)}`)
    for (const page of [held.page, wrong, booked, found, await visitor.open('/')]) {
      expect(page.html).not.toContain('<script>')
      expect(page.html.match(/<script/g)?.length ?? 0).toBeLessThanOrEqual(1)
    }
    expect(found.text).toContain(hostile)
  })

  test('comes with what keeps a browser safe, and is kept by nobody', async () => {
    const { at } = await tour()
    const visitor = new Visitor()
    const { href, page } = await hold(visitor, at(tomorrow))
    for (const { response } of [page, await visitor.open('/'), await visitor.open(`${href}x`)]) {
      expect(Object.fromEntries(response.headers)).toMatchObject({
        'cache-control': 'no-store',
        'content-security-policy': expect.stringContaining("script-src 'self'"),
        'referrer-policy': 'same-origin',
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
      })
      expect(response.headers.get('Content-Security-Policy')).not.toContain('unsafe')
    }
  })

  test('weighs at most 40 KB with its styles and scripts', async () => {
    const { at } = await tour(100)
    const visitor = new Visitor({ 'Accept-Language': 'ar' })
    const held = await hold(visitor, at(tomorrow))
    const weights: number[] = []
    const pages = [await visitor.open('/'), await visitor.open(at(tomorrow)), held.page]
    pages.push(await confirm(visitor, held), await visitor.open(`${held.href}/cancel`))
    for (const { html } of pages) {
      const files = [...html.matchAll(/<(?:link rel="stylesheet" href|script src)="([^"]+)"/g)]
      expect(files.length).toBeGreaterThan(0)
      const contents = await Promise.all(
        files.map(async ([, path]) => (await env.ASSETS.fetch(`http://dawr.test${path}`)).text()),
      )
      const sizes = [html, ...contents].map((content) => gzipSync(content, { level: 9 }).byteLength)
      weights.push(sizes.reduce((sum, size) => sum + size))
    }
    expect(Math.max(...weights)).toBeLessThanOrEqual(40 * 1024)
    expect(Math.min(...weights)).toBeGreaterThan(5_000)
  })

  test('leaves no link and no personal data in the log', async () => {
    const logged: string[] = []
    const spy = vi.spyOn(console, 'log').mockImplementation((line: string) => void logged.push(line))
    const { at } = await tour()
    const visitor = new Visitor()
    const held = await hold(visitor, at(tomorrow))
    await visitor.press(held.page.form(/\/confirm$/), { name: '', email: 'amina@example.org' })
    await confirm(visitor, held, 'Amina Haddad')
    await visitor.open(`${held.href}?lang=nl`)
    await visitor.open(`${held.href}x`)
    spy.mockRestore()
    expect(logged.map((line) => JSON.parse(line).route)).toEqual(
      expect.arrayContaining(['/services/:id/hold', '/my/:token', '/my/:token/confirm']),
    )
    const all = logged.join('\n')
    expect(all).not.toMatch(/cst_|Amina|amina|lang=/)
    expect(all).not.toContain(bookingOf(held.href))
  })
})
