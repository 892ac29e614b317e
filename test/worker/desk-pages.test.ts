import { env } from 'cloudflare:workers'
import { describe, expect, test, vi } from 'vitest'
import { claimFirstKey, firstAdminLink } from '../../src/people/index.ts'
import { Database } from '../../src/platform/database.ts'
import {
  ask,
  copies,
  departures,
  eventsOf,
  makeKey,
  makePool,
  makeService,
  noon,
  rows,
  tickets,
} from './fixtures.ts'
import {
  at13,
  bookingOf,
  confirm,
  hold,
  live,
  minuteMs,
  standAtNoon,
  take,
  tomorrow,
  tour,
} from './touring.ts'
import { Visitor } from './visitor.ts'

/** Signing in by link and the front desk's pages, through the whole Worker, without a browser. */

standAtNoon()

const linkFor = async (role: 'staff' | 'admin' = 'staff'): Promise<string> => {
  const key = await makeKey('admin', { testMode: false })
  return (await ask('POST', '/v1/sign-in-links', { role, label: 'Desk' }, { key })).body.path
}

/** Somebody at the desk, signed in. */
async function colleague(): Promise<Visitor> {
  const visitor = new Visitor()
  const page = await visitor.open(await linkFor())
  expect((await visitor.press(page.form(/^\/sign-in$/))).next).toBe('/desk')
  return visitor
}

describe('the first key', () => {
  // No administrator's key may be good yet: this stands before all that need one.
  test('is shown once, by a link that works once', async () => {
    const db = new Database(env.DB)
    const link = await firstAdminLink({ db, wallNow: noon })
    const visitor = new Visitor()
    const page = await visitor.open(link?.path ?? '')
    const form = page.form(/^\/sign-in$/)
    const shown = await visitor.press(form)
    expect([shown.status, shown.response.headers.get('Cache-Control')]).toEqual([200, 'no-store'])
    const [secret = ''] = /dawr_live_[\w-]{43}/.exec(shown.html) ?? []
    expect(shown.html).toContain('href="/docs"')
    // Another language would be another page, and the key is on this one alone.
    expect(shown.html).not.toContain('lang=nl')
    const name = { name: { en: 'Harbour University' } }
    expect((await ask('PUT', '/v1/organisation', name, { key: secret })).status).toBe(200)
    for (const again of [await visitor.press(form), await visitor.open(link?.path ?? '')]) {
      expect([again.status, again.text.includes('This link no longer works')]).toEqual([404, true])
    }
    expect(await firstAdminLink({ db, wallNow: noon })).toBeUndefined()
    const context = { db, caller: { kind: 'public' as const }, wallNow: noon }
    expect((await claimFirstKey(context, form.fields.token ?? '')).ok).toBe(false)
  })
})

describe('signing in', () => {
  test('takes a press of the button; looking at the link does nothing', async () => {
    await live()
    const path = await linkFor()
    const scanner = new Visitor()
    await scanner.open(path)
    await scanner.open(path)
    const visitor = new Visitor()
    const form = (await visitor.open(path)).form(/^\/sign-in$/)
    const signed = await visitor.press(form)
    expect(signed.next).toBe('/desk')
    const [cookie = ''] = signed.response.headers.getSetCookie()
    expect(cookie).toMatch(/^__Host-dawr=dawr_session_/)
    for (const rule of ['Path=/', 'Secure', 'HttpOnly', 'SameSite=Lax', 'Expires=']) {
      expect(cookie).toContain(rule)
    }
    const late = await scanner.press(form)
    expect([late.status, late.text.includes('This link no longer works')]).toEqual([404, true])
    expect(scanner.cookies.size).toBe(0)
    expect((await visitor.open('/desk')).status).toBe(200)
  })

  test('is over with the hour of the link, and on another site', async () => {
    const path = await linkFor()
    const visitor = new Visitor()
    const form = (await visitor.open(path)).form(/^\/sign-in$/)
    expect((await visitor.press(form, {}, 'http://elsewhere.test')).status).toBe(403)
    vi.setSystemTime(noon + 60 * minuteMs)
    for (const late of [await visitor.open(path), await visitor.press(form)]) expect(late.status).toBe(404)
    expect((await visitor.open('/sign-in/nonsense')).status).toBe(404)
  })

  test('ends with the button, and with the day', async () => {
    await live()
    const visitor = await colleague()
    const kept = new Map(visitor.cookies)
    const out = await visitor.press((await visitor.open('/desk')).form(/^\/sign-out$/))
    expect([out.next, visitor.cookies.size]).toEqual(['/', 0])
    const thief = new Visitor()
    for (const [name, value] of kept) thief.cookies.set(name, value)
    expect((await thief.open('/desk')).status).toBe(401)
    const other = await colleague()
    vi.setSystemTime(noon + 12 * 60 * minuteMs)
    expect((await other.open('/desk')).status).toBe(401)
  })
})

describe('the desk', () => {
  test('is for whoever is signed in', async () => {
    const { service, at } = await tour()
    const stranger = new Visitor()
    const refused = await stranger.open('/desk')
    expect([refused.status, refused.text.includes('You are not signed in')]).toEqual([401, true])
    const held = await hold(stranger, at(tomorrow))
    const id = bookingOf(held.href)
    expect((await stranger.open(`/desk/bookings/${id}/cancel`)).status).toBe(401)
    const cancel = { action: `/desk/bookings/${id}/cancel`, fields: { key: crypto.randomUUID() } }
    expect((await stranger.press(cancel, { reason: 'customer_asked' })).status).toBe(401)
    expect(await rows('SELECT status FROM booking WHERE service_id = ?', service)).toEqual([
      { status: 'held' },
    ])
  })

  test('sees who comes, by start, with what is taken', async () => {
    const { location, pool, service, at } = await tour(20, {
      departures: [
        { time: '13:00', days: [7] },
        { time: '15:00', days: [7] },
      ],
    })
    const day = await makeService(
      location,
      tickets(await makePool(location, 40, 1440), { name: { en: 'Day ticket' } }),
    )
    await makeService(location, departures(pool, { name: { en: 'Archived' } }))
    await env.DB.prepare("UPDATE service SET archived_at = 1 WHERE name LIKE '%Archived%'").run()
    const partner = await makeKey('partner', { testMode: false })
    await env.DB.prepare('INSERT INTO partner (id, name, revision, created_at) VALUES (?, ?, 1, ?)')
      .bind(partner.partner, 'Delta Reizen', noon)
      .run()
    const contact = { name: '<b>يوسف</b>', phone: '+44 7700 900123' }
    const body = { serviceId: service, slot: at13, units: { adult: 2, family: 1 }, contact }
    const brought = (await ask('POST', '/v1/bookings', body, { key: partner })).body
    await ask('POST', `/v1/bookings/${brought.id}/confirm`, {}, { key: partner })
    const visitor = new Visitor()
    await confirm(visitor, await hold(visitor, at(tomorrow)), 'Amina Haddad')
    await confirm(visitor, await hold(visitor, `/services/${day}?date=${tomorrow}`), 'Jan de Boer')
    await take(service, 1)
    vi.setSystemTime(noon + 15 * minuteMs)
    const list = await (await colleague()).open(`/desk?location=${location}&date=${tomorrow}`)
    expect(list.text).toContain('Sunday 22 November')
    const order = [
      'Day ticket 1 of 40 taken',
      '13:00 Tour 7 of 20 taken',
      '15:00 Tour 0 of 20 taken Nobody yet.',
    ]
    expect(order.map((head) => list.text.indexOf(head)).toSorted((a, b) => a - b)).toEqual(
      order.map((head) => list.text.indexOf(head)),
    )
    expect(list.text).toContain(order[0])
    expect(list.text).toContain(
      `${brought.reference} <b>يوسف</b> +44 7700 900123 2 × Adult, 1 × Family via Delta Reizen Confirmed`,
    )
    expect(list.html).toContain('href="tel:+447700900123"')
    expect(list.text).toContain('Amina Haddad')
    // A hold that nobody confirmed is of no use to anybody at a desk.
    expect(list.text).not.toContain('No name')
    expect(list.html).toContain(`href="/services/${service}?date=${tomorrow}"`)
    const before = await (await colleague()).open(`/desk?location=${location}&date=2026-11-20`)
    expect(before.text).toContain('There are no bookings on this day.')
  })

  test('goes on where a page is full', async () => {
    const { location, service } = await tour(300)
    await copies((await take(service, 1)).body.id, 200)
    const visitor = await colleague()
    const first = await visitor.open(`/desk?location=${location}&date=${tomorrow}`)
    expect(first.html.match(/class="desk-row"/g)).toHaveLength(200)
    const [, more = ''] = /class="onward" href="([^"]+)"/.exec(first.html) ?? []
    const rest = await visitor.open(more.replaceAll('&amp;', '&'))
    expect(rest.html.match(/class="desk-row"/g)).toHaveLength(1)
    expect(rest.html).not.toContain('class="onward"')
  })

  test('changes over to another location', async () => {
    const [one, other] = [await live(), await live()]
    const list = await (await colleague()).open(`/desk?location=${one}&date=${tomorrow}`)
    expect(list.html).toContain(`href="/desk?location=${one}&amp;date=${tomorrow}" aria-current="page"`)
    expect(list.html).toContain(`href="/desk?location=${other}&amp;date=${tomorrow}"`)
  })

  test('finds a booking by its code, on whichever day, however it is typed', async () => {
    const { location, at } = await tour()
    const customer = new Visitor()
    const booked = await hold(customer, at('2026-12-05'))
    await confirm(customer, booked, 'Amina Haddad')
    const [row] = await rows<{ reference: string }>(
      'SELECT reference FROM booking WHERE id = ?',
      bookingOf(booked.href),
    )
    const code = row?.reference ?? ''
    const visitor = await colleague()
    const arabic = code.replace(/\d/g, (digit) => String.fromCharCode(0x660 + Number(digit)))
    for (const typed of [code, code.toLowerCase(), `${code.slice(0, 3)}-${code.slice(3)}`, arabic]) {
      const found = await visitor.open(`/desk?location=${location}&reference=${encodeURIComponent(typed)}`)
      expect(found.text).toContain('Saturday 5 December')
      expect(found.text).toContain('Amina Haddad')
    }
    for (const typed of ['ZZZZZZ', 'x', '<script>']) {
      const none = await visitor.open(`/desk?location=${location}&reference=${encodeURIComponent(typed)}`)
      expect([none.status, none.text.includes('No open booking here has this code.')]).toEqual([200, true])
    }
  })

  test('cancels with a reason, past the cut-off too, once', async () => {
    const { location, at } = await tour()
    const customer = new Visitor()
    const booked = await hold(customer, at(tomorrow))
    await confirm(customer, booked, 'Amina Haddad')
    const id = bookingOf(booked.href)
    vi.setSystemTime(Date.parse('2026-11-22T12:30:00Z'))
    const visitor = await colleague()
    const list = await visitor.open(`/desk?location=${location}`)
    expect(list.html).toContain(`href="/desk/bookings/${id}/cancel"`)
    const page = await visitor.open(`/desk/bookings/${id}/cancel`)
    expect(page.text).toContain('Booked for Amina Haddad.')
    const form = page.form(/\/cancel$/)
    const wrong = await visitor.press(form, { reason: 'no_such_reason' })
    expect(wrong.next).toBe(`/desk/bookings/${id}/cancel`)
    const filled = { reason: 'location_closed', note: ' The boat is being painted ' }
    const gone = await visitor.press(form, filled)
    expect((await visitor.press(form, filled)).next).toBe(gone.next)
    const after = await visitor.open(gone.next)
    expect(after.text).toContain('It is cancelled.')
    expect(after.html).not.toContain(`${id}/cancel`)
    const events = await eventsOf(id)
    expect(events.map(({ type }) => type)).toEqual(['booking.held', 'booking.confirmed', 'booking.cancelled'])
    expect(events[2]).toMatchObject({ reason: 'location_closed', actor: expect.stringMatching(/^ses_/) })
    expect(await rows('SELECT note FROM booking WHERE id = ?', id)).toEqual([
      { note: 'The boat is being painted' },
    ])
    expect((await customer.open(booked.href)).text).toContain(
      'Cancelled by us on Sunday, 22 November 2026, 12:30.',
    )
  })

  test('books for somebody, as the desk', async () => {
    const { service, at } = await tour()
    const visitor = await colleague()
    await confirm(visitor, await hold(visitor, at(tomorrow)), 'Jan de Boer')
    expect(await rows('SELECT channel, status FROM booking WHERE service_id = ?', service)).toEqual([
      { channel: 'front_desk', status: 'confirmed' },
    ])
  })

  test('leaves no link, session or name in the log', async () => {
    const logged: string[] = []
    const spy = vi.spyOn(console, 'log').mockImplementation((line: string) => void logged.push(line))
    const { location } = await tour()
    const visitor = await colleague()
    await visitor.open(`/desk?location=${location}&reference=K7M4QX`)
    await visitor.press((await visitor.open('/desk')).form(/^\/sign-out$/))
    spy.mockRestore()
    expect(logged.map((line) => JSON.parse(line).route)).toEqual(
      expect.arrayContaining(['/sign-in/:token', '/sign-in', '/desk', '/sign-out']),
    )
    expect(logged.join('\n')).not.toMatch(/dawr_|K7M4QX/)
  })
})
