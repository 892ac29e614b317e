import { env } from 'cloudflare:workers'
import { describe, expect, test, vi } from 'vitest'
import {
  departures,
  everyDay,
  makeLocation,
  makePool,
  makeService,
  nights,
  noon,
  office,
  slots,
  tickets,
} from './fixtures.ts'
import { at13, live, minuteMs, standAtNoon, take, tomorrow, tour } from './touring.ts'
import { Visitor } from './visitor.ts'

/** What customers find, through the whole Worker, without a browser. */

standAtNoon()

describe('the start', () => {
  test('lists what can be booked, in one round trip', async () => {
    const location = await live()
    const pool = await makePool(location, 7, 1)
    const child = { id: 'child', name: { en: 'Child' }, places: 1, price: 0, min: 0, max: 9 }
    const adult = { id: 'adult', name: { en: 'Adult' }, places: 1, price: 1800, min: 0, max: 9 }
    const service = await makeService(
      location,
      departures(pool, { name: { en: 'Night tour' }, units: [adult, child] }),
    )
    const test = await makeLocation()
    const hidden = await makeService(test, departures(await makePool(test, 7, 1)))
    const home = await new Visitor().open('/')
    expect([home.status, home.trips]).toEqual([200, 1])
    expect(home.html).toContain(`href="/services/${service}"`)
    expect(home.html).not.toContain(hidden)
    expect(home.text).toContain('Night tour 1 hour from £18')
    expect(home.html).not.toContain('noindex')
  })
})

describe('finding a time', () => {
  test('takes figures in any digits, and reads once', async () => {
    const { at } = await tour()
    const found = await new Visitor().open(`${at(tomorrow)}&u.adult=${encodeURIComponent('٢')}&u.family=۱`)
    expect([found.status, found.trips]).toEqual([200, 1])
    expect(found.text).toContain('2 × Adult at £18 £36 1 × Family at £45 £45 Total £81')
    expect(found.form(/\/hold$/).fields).toMatchObject({ 'u.adult': '2', 'u.family': '1' })
    expect(found.slots).toEqual([at13])
  })

  test('says beside the field which number is wrong, and goes on showing times', async () => {
    const { at } = await tour()
    for (const wrong of ['x', '1.5', '-1', '11', '9999999']) {
      const found = await new Visitor().open(`${at(tomorrow)}&u.adult=1&u.family=${wrong}`)
      expect([wrong, found.status, found.slots]).toEqual([wrong, 200, [at13]])
      expect(found.html).toContain('<title>Please check: Tour')
      expect(found.html).toContain('href="#field-u-family"')
      expect(found.html).toMatch(/id="field-u-family"[^>]*aria-describedby="[^"]*field-u-family-fault"/)
      expect(found.html).toContain(`value="${wrong}"`)
    }
  })

  test('says beside the first field what is wrong with all numbers together', async () => {
    const baby = { id: 'baby', name: { en: 'Baby' }, places: 0, price: 0, min: 0, max: 5 }
    const { service } = await tour(7, { units: [{ ...baby, id: 'adult', places: 1 }, baby] })
    const found = await new Visitor().open(`/services/${service}?date=${tomorrow}&u.adult=0&u.baby=1`)
    expect(found.html).toContain('href="#field-u-adult"')
    expect([found.status, found.slots]).toEqual([200, [at13]])
  })

  test('shows a day that has something free when none is asked for, or one that is none', async () => {
    const { service } = await tour()
    vi.setSystemTime(noon + 2 * 60 * minuteMs)
    for (const query of ['', '?date=2026-13-45', '?date=yesterday', '?date=2020-01-01']) {
      const found = await new Visitor().open(`/services/${service}${query}`)
      expect([query, found.slots, found.trips]).toEqual([query, [at13], 1])
      expect(found.text).toContain('Sunday 22 November')
    }
    const today = await new Visitor().open(`/services/${service}?date=2026-11-21`)
    expect(today.text).toContain('Saturday 21 November')
    expect(today.text).toContain('First free day: Sunday 22 November')
  })

  test('goes on to the month in which the first free day lies', async () => {
    const closed = { weekly: everyDay([]).weekly, seasons: [], exceptions: [] }
    const open = { date: '2027-01-16', intervals: [{ from: '09:00', to: '17:00' }] }
    const location = await live({ hours: { ...closed, exceptions: [open] } })
    const service = await makeService(location, departures(await makePool(location, 7, 1)))
    const found = await new Visitor().open(`/services/${service}`)
    expect(found.text).toContain('January 2027')
    expect(found.slots).toEqual(['2027-01-16T13:00:00+00:00'])
    const late = { date: '2027-01-31', intervals: [{ from: '09:00', to: '17:00' }] }
    await env.DB.prepare('UPDATE location SET hours = ? WHERE id = ?')
      .bind(JSON.stringify({ ...closed, exceptions: [late] }), location)
      .run()
    const never = await new Visitor().open(`/services/${service}`)
    expect(never.text).toContain('Nothing can be booked on this day.')
  })

  test('answers for a service that is not there with a page', async () => {
    const gone = await new Visitor().open('/services/svc_01kaqm3x7h4d8nq0v5wz2r9c6t')
    expect(gone.status).toBe(404)
    expect(gone.text).toContain('We cannot find this page')
    expect(gone.text).toContain(gone.response.headers.get('Request-Id') ?? 'no id')
  })

  test('says in words why a time cannot be had', async () => {
    const { service, at } = await tour(7, { leadTimeMinutes: 23 * 60 })
    await take(service, 5)
    const few = await new Visitor().open(`${at(tomorrow)}&u.adult=3`)
    expect([few.slots, few.text.includes('Only 2 places left')]).toEqual([[], true])
    expect(few.text).toContain('First free day: Monday 23 November')
    const left = await new Visitor().open(at(tomorrow))
    expect([left.slots, left.text.includes('2 places left')]).toEqual([[at13], true])
    await take(service, 2)
    expect((await new Visitor().open(at(tomorrow))).text).toContain('Fully booked')
    vi.setSystemTime(noon + 3 * 60 * minuteMs)
    expect((await new Visitor().open(at(tomorrow))).text).toContain('Booking has closed')
    expect((await new Visitor().open(at('2027-03-21'))).text).toContain('Booking opens later')
  })

  test('tells the reason that the place gives for other hours', async () => {
    const reason = 'The boat is being painted'
    const location = await live({
      hours: { ...office, exceptions: [{ date: tomorrow, intervals: [], reason }] },
    })
    const service = await makeService(location, departures(await makePool(location, 7, 1)))
    const closed = await new Visitor().open(`/services/${service}?date=${tomorrow}`)
    expect(closed.text).toContain(reason)
    expect(closed.text).toContain('Nothing can be booked on this day.')
    expect(closed.text).toContain('Sunday 22 November, closed')
  })

  test('offers stays by their nights, and days by their hours', async () => {
    const location = await live()
    const rooms = await makeService(location, nights(await makePool(location, 2, 1440), { maxNights: 3 }))
    const stays = await new Visitor().open(`/services/${rooms}?date=${tomorrow}`)
    expect(stays.slots).toEqual([1, 2, 3].map((count) => `${tomorrow}/2026-11-2${2 + count}`))
    expect(stays.text).toContain('2 nights Sunday, 22 November 2026 to Tuesday, 24 November 2026')
    const visits = await makeService(location, tickets(await makePool(location, 40, 1440)))
    const day = await new Visitor().open(`/services/${visits}?date=${tomorrow}`)
    expect(day.slots).toEqual([tomorrow])
    expect(day.text).toContain('Come any time, 09:00–17:00')
    const quarter = await makeService(
      location,
      slots([{ of: [await makePool(location, 1)], take: 'one' }], { startEveryMinutes: 60 }),
    )
    expect((await new Visitor().open(`/services/${quarter}?date=${tomorrow}`)).slots).toHaveLength(8)
  })

  test('lives by the clock of a location in test mode', async () => {
    const location = await makeLocation({ now: Date.parse('2028-02-29T18:00:00Z') })
    const service = await makeService(location, departures(await makePool(location, 7, 1)))
    const found = await new Visitor().open(`/services/${service}`)
    expect(found.slots).toEqual(['2028-03-01T13:00:00+00:00'])
    expect(found.text).toContain('March 2028')
    const asked = await new Visitor().open(`/services/${service}?date=2028-05-05`)
    expect(asked.slots).toEqual(['2028-05-05T13:00:00+01:00'])
  })
})
