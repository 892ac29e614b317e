import { describe, expect, test } from 'vitest'
import {
  ask,
  departures,
  eventsOf,
  everyDay,
  makeKey,
  makeLocation,
  makePool,
  makeService,
  nights,
  noon,
  rows,
  slots,
} from './fixtures.ts'

const minute = 60_000
const saturday = '2026-11-28T13:00:00+00:00'

async function tour(capacity = 7) {
  const location = await makeLocation()
  const pool = await makePool(location, capacity, 1)
  const service = await makeService(location, departures(pool))
  return { location, pool, service, body: { serviceId: service, slot: saturday, units: { adult: 1 } } }
}
const taken = async (pool: string) =>
  (await rows<{ taken: number }>('SELECT taken FROM tally WHERE pool_id = ?', pool)).map((row) => row.taken)

describe('a booking', () => {
  test('is held, confirmed, read and cancelled by whoever holds its token', async () => {
    const { body, pool } = await tour()
    const held = await ask('POST', '/v1/bookings', { ...body, units: { adult: 2, family: 1 } })
    expect(held.status).toBe(201)
    expect(held.body).toMatchObject({
      status: 'held',
      slot: saturday,
      places: 6,
      price: { amount: 8100, currency: 'GBP' },
      channel: 'web',
      holdUntil: '2026-11-21T12:10:00+00:00',
      cancelUntil: '2026-11-28T12:00:00+00:00',
    })
    expect(held.body.reference).toMatch(/^[2-9A-HJKMNP-Z]{6}$/)
    expect(await taken(pool)).toEqual([6])
    const { id, token } = held.body
    const confirmed = await ask(
      'POST',
      `/v1/bookings/${id}/confirm`,
      { contact: { name: 'A. Visitor' } },
      { key: token },
    )
    expect(confirmed.body).toMatchObject({
      status: 'confirmed',
      holdUntil: null,
      revision: 2,
      contact: { name: 'A. Visitor' },
    })
    expect((await ask('GET', `/v1/bookings/${id}`, undefined, { key: token })).body.status).toBe('confirmed')
    expect(await taken(pool)).toEqual([6])
    const cancelled = await ask(
      'POST',
      `/v1/bookings/${id}/cancel`,
      { reason: 'ill', note: 'A cold' },
      { key: token },
    )
    expect(cancelled.body).toMatchObject({
      status: 'cancelled',
      changeReason: 'ill',
      changedBy: `customer:${id}`,
    })
    expect(await taken(pool)).toEqual([0])
    expect((await eventsOf(id)).map(({ type, revision }) => [type, revision])).toEqual([
      ['booking.held', 1],
      ['booking.confirmed', 2],
      ['booking.cancelled', 3],
    ])
  })

  test('keeps the note of the desk from the customer', async () => {
    const { body } = await tour()
    const desk = await makeKey('staff')
    const { id, token } = (await ask('POST', '/v1/bookings', body)).body
    const cancel = { reason: 'staff_absent', note: 'The skipper is ill' }
    const cancelled = await ask('POST', `/v1/bookings/${id}/cancel`, cancel, { key: desk })
    expect(cancelled.body.note).toBe('The skipper is ill')
    const read = (key: typeof desk | string) => ask('GET', `/v1/bookings/${id}`, undefined, { key })
    expect((await read(desk)).body.note).toBe('The skipper is ill')
    expect((await read(token)).body).toMatchObject({ changeReason: 'staff_absent', note: null })
    const again = await ask('POST', `/v1/bookings/${id}/cancel`, { reason: 'other' }, { key: token })
    expect(again.body.note ?? null).toBeNull()
  })

  test('takes one read batch and one write batch to hold, one batch to confirm and to cancel', async () => {
    const { body } = await tour()
    const trips = (answer: { headers: Headers }) =>
      /trips=(\d+)/.exec(answer.headers.get('Server-Timing') ?? '')?.[1]
    const held = await ask('POST', '/v1/bookings', body)
    expect(trips(held)).toBe('2')
    const { id, token } = held.body
    expect(trips(await ask('POST', `/v1/bookings/${id}/extend`, { holdMinutes: 20 }, { key: token }))).toBe(
      '1',
    )
    expect(trips(await ask('POST', `/v1/bookings/${id}/confirm`, {}, { key: token }))).toBe('1')
    expect(trips(await ask('POST', `/v1/bookings/${id}/cancel`, { reason: 'other' }, { key: token }))).toBe(
      '1',
    )
    const range = 'from=2026-11-23&to=2026-11-29'
    expect(trips(await ask('GET', `/v1/services/${body.serviceId}/availability?${range}`))).toBe('1')
    expect(
      trips(await ask('GET', `/v1/services/${body.serviceId}/calendar?from=2026-11-23&to=2027-01-20`)),
    ).toBe('1')
  })

  test('is one booking however often its hold is asked under one key', async () => {
    const { body, pool } = await tour()
    const idempotencyKey = crypto.randomUUID()
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => ask('POST', '/v1/bookings', body, { idempotencyKey })),
    )
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]))
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1)
    expect(new Set(answers.map(({ body }) => body.token)).size).toBe(1)
    expect(await taken(pool)).toEqual([1])
    const other = await ask('POST', '/v1/bookings', { ...body, units: { adult: 2 } }, { idempotencyKey })
    expect([other.status, other.body.code]).toEqual([422, 'key_reused'])
  })

  test('steps are repeatable under their key and refuse a key used for something else', async () => {
    const { body } = await tour()
    const { id, token } = (await ask('POST', '/v1/bookings', body)).body
    const idempotencyKey = crypto.randomUUID()
    const [first, second] = await Promise.all(
      [1, 2].map(() => ask('POST', `/v1/bookings/${id}/confirm`, {}, { key: token, idempotencyKey })),
    )
    expect([first?.body.revision, second?.body.revision]).toEqual([2, 2])
    const reused = await ask(
      'POST',
      `/v1/bookings/${id}/cancel`,
      { reason: 'ill' },
      { key: token, idempotencyKey },
    )
    expect(reused.body.code).toBe('key_reused')
    expect(
      (await ask('POST', `/v1/bookings/${id}/confirm`, {}, { key: token })).headers.get(
        'Idempotent-Replayed',
      ),
    ).toBe('true')
    expect((await eventsOf(id)).length).toBe(2)
  })

  test('expires by time alone: read as expired, refused, its places sold again, the event at the deadline', async () => {
    const { body, pool } = await tour(1)
    const staff = await makeKey('admin')
    const { id, token } = (await ask('POST', '/v1/bookings', body)).body
    expect(
      (await ask('POST', '/v1/bookings', body, { key: staff, now: noon + 10 * minute - 1 })).body.code,
    ).toBe('sold_out')
    const late = { key: staff, now: noon + 10 * minute }
    expect((await ask('POST', `/v1/bookings/${id}/confirm`, {}, late)).body.code).toBe('hold_expired')
    expect((await ask('GET', `/v1/bookings/${id}`, undefined, { key: token })).body.status).toBe('expired')
    expect((await ask('POST', '/v1/bookings', body, { key: staff })).status).toBe(201)
    expect(await taken(pool)).toEqual([1])
    const [, expired] = await eventsOf(id)
    expect(expired).toMatchObject({ type: 'booking.expired', at: noon + 10 * minute, actor: 'system' })
  })

  test('is extended up to its longest hold', async () => {
    const { body } = await tour()
    const { id, token } = (await ask('POST', '/v1/bookings', body)).body
    const longer = await ask('POST', `/v1/bookings/${id}/extend`, { holdMinutes: 1000 }, { key: token })
    expect(longer.body.holdUntil).toBe('2026-11-21T12:30:00+00:00')
    const again = await ask('POST', `/v1/bookings/${id}/extend`, { holdMinutes: 1000 }, { key: token })
    expect([again.status, again.body.code, again.body.errors[0].rule]).toEqual([
      409,
      'wrong_state',
      'hold_limit',
    ])
    const claims = await rows<{ hold_until: number }>('SELECT hold_until FROM claim WHERE booking_id = ?', id)
    expect(claims).toEqual([{ hold_until: noon + 30 * minute }])
  })

  test('is cancelled until its cut-off by the customer, at any time by the desk', async () => {
    const { body } = await tour()
    const clock = await makeKey('admin')
    const { id, token } = (await ask('POST', '/v1/bookings', body)).body
    await ask('POST', `/v1/bookings/${id}/confirm`, {}, { key: token })
    await ask('POST', '/v1/bookings', body, { key: clock, now: Date.parse('2026-11-28T12:00:01Z') })
    const late = await ask('POST', `/v1/bookings/${id}/cancel`, { reason: 'ill' }, { key: token })
    expect([late.status, late.body.code]).toEqual([422, 'cut_off_passed'])
    const staff = await makeKey('staff')
    const desk = await ask('POST', `/v1/bookings/${id}/cancel`, { reason: 'ill' }, { key: staff })
    expect(desk.body).toMatchObject({ status: 'cancelled', changedBy: staff.id })
  })

  test('refuses a step on a stale revision', async () => {
    const { body } = await tour()
    const { id, token } = (await ask('POST', '/v1/bookings', body)).body
    await ask('POST', `/v1/bookings/${id}/confirm`, { revision: 1 }, { key: token })
    const stale = await ask(
      'POST',
      `/v1/bookings/${id}/cancel`,
      { revision: 1, reason: 'ill' },
      { key: token },
    )
    expect([stale.status, stale.body.code, stale.body.facts]).toEqual([
      409,
      'stale_revision',
      { revision: 2 },
    ])
  })
})

describe('who may', () => {
  test('nobody sees or changes what is not theirs: another partner, another customer, the public', async () => {
    const { body } = await tour()
    const [mine, other] = [await makeKey('partner'), await makeKey('partner')]
    const { id } = (await ask('POST', '/v1/bookings', body, { key: mine })).body
    const stranger = (await ask('POST', '/v1/bookings', body)).body.token
    const live = await makeKey('partner', { partner: mine.partner, testMode: false })
    for (const key of [other, stranger, live]) {
      expect((await ask('GET', `/v1/bookings/${id}`, undefined, { key })).status).toBe(404)
      expect((await ask('POST', `/v1/bookings/${id}/confirm`, {}, { key })).status).toBe(404)
      expect((await ask('POST', `/v1/bookings/${id}/cancel`, { reason: 'other' }, { key })).status).toBe(404)
      expect((await ask('POST', `/v1/bookings/${id}/extend`, { holdMinutes: 20 }, { key })).status).toBe(404)
    }
    for (const key of [undefined, 'dawr_test_wrongwrongwrongwrongwrong', 'x']) {
      expect((await ask('GET', `/v1/bookings/${id}`, undefined, { key })).status).toBe(401)
      expect((await ask('POST', `/v1/bookings/${id}/confirm`, {}, { key })).status).toBe(401)
    }
    const reader = await makeKey('staff', { scopes: ['desk'] })
    expect((await ask('POST', `/v1/bookings/${id}/confirm`, {}, { key: reader })).status).toBe(403)
    expect((await ask('GET', `/v1/bookings/${id}`, undefined, { key: mine })).body.status).toBe('held')
    const list = await ask('GET', '/v1/bookings', undefined, { key: other })
    expect(list.body.bookings).toEqual([])
  })

  test('a live location takes no time from anybody, a test-mode one only from whoever may, and never backwards', async () => {
    const { body, location } = await tour()
    const [admin, staff] = [await makeKey('admin'), await makeKey('staff')]
    const later = noon + 60 * minute
    expect((await ask('POST', '/v1/bookings', body, { key: staff, now: later })).body.code).toBe(
      'out_of_scope',
    )
    expect((await ask('POST', '/v1/bookings', body, { key: admin, now: later })).status).toBe(201)
    expect((await ask('POST', '/v1/bookings', body, { key: admin, now: noon })).body.code).toBe(
      'time_backwards',
    )
    const { id } = (await ask('POST', '/v1/bookings', body, { key: admin })).body
    expect((await ask('POST', `/v1/bookings/${id}/confirm`, {}, { key: admin, now: noon })).body.code).toBe(
      'time_backwards',
    )
    expect(
      (await ask('POST', `/v1/bookings/${id}/confirm`, {}, { key: admin, now: later + minute })).status,
    ).toBe(200)
    expect(await rows('SELECT simulated_now FROM location WHERE id = ?', location)).toEqual([
      { simulated_now: later + minute },
    ])
    const live = await makeLocation({ now: null })
    const liveAdmin = await makeKey('admin', { testMode: false })
    const service = await makeService(live, departures(await makePool(live, 7, 1)))
    const refused = await ask(
      'POST',
      '/v1/bookings',
      { ...body, serviceId: service },
      { key: liveAdmin, now: later },
    )
    expect(refused.body.code).toBe('time_not_allowed')
  })

  test('a test-mode key does not know of live bookings, whoever has it', async () => {
    const live = await makeLocation({ now: null })
    const pool = await makePool(live, 7, 1)
    const service = await makeService(live, departures(pool))
    const soon = new Date(Date.now() + 3 * 24 * 60 * minute).toISOString().slice(0, 10)
    const body = { serviceId: service, slot: `${soon}T13:00:00Z`, units: { adult: 1 } }
    const { id } = (await ask('POST', '/v1/bookings', body)).body
    for (const key of [await makeKey('admin'), await makeKey('staff')]) {
      expect((await ask('GET', `/v1/bookings/${id}`, undefined, { key })).status).toBe(404)
      expect((await ask('POST', `/v1/bookings/${id}/cancel`, { reason: 'other' }, { key })).status).toBe(404)
      expect((await ask('POST', '/v1/bookings', body, { key })).status).toBe(404)
      expect(
        (await ask('POST', `/v1/pools/${pool}/capacity`, { capacity: 1, reason: 'Fewer' }, { key })).status,
      ).toBe(404)
      expect((await ask('GET', `/v1/bookings?locationId=${live}`, undefined, { key })).body.bookings).toEqual(
        [],
      )
    }
    const key = await makeKey('admin')
    expect((await ask('GET', `/v1/events?subject=${id}`, undefined, { key })).body.events).toEqual([])
  })
})

describe('what can be booked', () => {
  test('a day, slot by slot, with what is left', async () => {
    const location = await makeLocation()
    const chairs = await makePool(location, 3)
    const service = await makeService(
      location,
      slots([{ of: [chairs], take: 'places' }], { bufferAfterMinutes: 15 }),
    )
    await ask('POST', '/v1/bookings', {
      serviceId: service,
      slot: '2026-11-24T10:00:00+00:00',
      units: { adult: 2 },
    })
    const { body } = await ask(
      'GET',
      `/v1/services/${service}/availability?from=2026-11-24&to=2026-11-24&units=adult:2`,
    )
    expect(
      body.slots.map((slot: { slot: string; status: string; vacancies: number }) => [
        slot.slot.slice(11, 16),
        slot.status,
        slot.vacancies,
      ]),
    ).toEqual([
      ['09:00', 'sold_out', 1],
      ['10:00', 'sold_out', 1],
      ['11:00', 'sold_out', 1],
      ['12:00', 'available', 3],
      ['13:00', 'available', 3],
      ['14:00', 'available', 3],
      ['15:00', 'available', 3],
      ['16:00', 'available', 3],
    ])
  })

  test('nights: a stay takes each of its nights and leaves the morning it ends', async () => {
    const location = await makeLocation({
      hours: everyDay([{ from: '00:00', to: '24:00' }]),
    })
    const rooms = await makePool(location, 1, 1440)
    const service = await makeService(location, nights(rooms))
    const stay = (slot: string) =>
      ask('POST', '/v1/bookings', { serviceId: service, slot, units: { adult: 1 } })
    expect((await stay('2026-11-24/2026-11-26')).status).toBe(201)
    expect((await stay('2026-11-25/2026-11-27')).body.code).toBe('sold_out')
    expect((await stay('2026-11-26/2026-11-27')).status).toBe(201)
    expect((await stay('2026-11-24/2026-11-24')).body.errors[0].rule).toBe('nights')
    const { body } = await ask('GET', `/v1/services/${service}/calendar?from=2026-11-23&to=2026-11-28`)
    expect(body.days.map((day: { status: string }) => day.status)).toEqual([
      'available',
      'sold_out',
      'sold_out',
      'sold_out',
      'available',
      'available',
    ])
  })
})
