import { env } from 'cloudflare:workers'
import { describe, expect, test } from 'vitest'
import { sweep } from '../../src/booking/sweep.ts'
import { limits } from '../../src/config.ts'
import { Database } from '../../src/platform/database.ts'
import {
  ask,
  copies,
  departures,
  eventsOf,
  makeKey,
  makeLocation,
  makePool,
  makeService,
  noon,
  rows,
} from './fixtures.ts'

const advance = (location: string, to: unknown, options: Parameters<typeof ask>[3] = {}) =>
  ask(
    'POST',
    `/v1/locations/${location}/advance`,
    { to: typeof to === 'number' ? new Date(to).toISOString() : to },
    options,
  )

const minute = 60_000
const hour = 60 * minute

/** A tour whose every place needs a seat and a headset, so that a hold has two claims. */
async function tour(capacity: number, now: number | null = noon) {
  const location = await makeLocation({ now })
  const pools = [await makePool(location, capacity, 1), await makePool(location, capacity, 1)]
  const service = await makeService(
    location,
    departures('', { needs: pools.map((pool) => ({ of: [pool], take: 'places' as const })) }),
  )
  return { location, service, pools }
}

const date = (at: number) => new Date(at).toISOString().slice(0, 10)

async function hold(service: string, at = noon, holdMinutes?: number) {
  const slot = `${date(at + 7 * 24 * hour)}T13:00:00+00:00`
  const held = await ask('POST', '/v1/bookings', {
    serviceId: service,
    slot,
    units: { adult: 1 },
    holdMinutes,
  })
  expect(held.status).toBe(201)
  return held.body.id as string
}
const statuses = (location: string) =>
  rows<{ status: string; n: number }>(
    'SELECT status, count(*) AS n FROM booking WHERE location_id = ? GROUP BY status ORDER BY status',
    location,
  )
const takenAt = async (location: string) =>
  (
    await rows<{ taken: number }>(
      'SELECT t.taken FROM tally t JOIN pool p ON p.id = t.pool_id WHERE p.location_id = ?',
      location,
    )
  ).map(({ taken }) => taken)

describe('advancing a test-mode location', () => {
  test('moves its clock and expires what is overdue, as of the deadline', async () => {
    const { location, service } = await tour(7)
    const key = await makeKey('admin')
    const [early, late] = [await hold(service, noon, 10), await hold(service, noon, 30)]
    const idempotencyKey = crypto.randomUUID()
    const done = await advance(location, noon + 20 * minute, { key, idempotencyKey })
    expect([done.status, done.body]).toEqual([200, { simulatedNow: '2026-11-21T12:20:00+00:00', expired: 1 }])
    expect((await eventsOf(early)).map(({ type, at }) => [type, at])).toEqual([
      ['booking.held', noon],
      ['booking.expired', noon + 10 * minute],
    ])
    expect((await eventsOf(late)).map(({ type }) => type)).toEqual(['booking.held'])
    expect(await takenAt(location)).toEqual([1, 1])

    const again = await advance(location, noon + 20 * minute, { key, idempotencyKey })
    expect(again.body).toEqual({ simulatedNow: '2026-11-21T12:20:00+00:00', expired: 0 })
    expect((await advance(location, noon + 21 * minute, { key, idempotencyKey })).body.code).toBe(
      'key_reused',
    )
    const events = await eventsOf(location)
    expect(events.map(({ type, at, actor }) => [type, at, actor])).toEqual([
      ['location.advanced', noon + 20 * minute, key.id],
    ])
  })

  test('is for whoever has the scope `time`, at a test-mode location, and never back', async () => {
    const [here, live] = [await makeLocation(), await makeLocation({ now: null })]
    const admin = await makeKey('admin', { testMode: false })
    const partner = await makeKey('partner')
    const refusals: [string, string, unknown, Parameters<typeof ask>[3]][] = [
      ['unauthenticated', here, noon + 1, {}],
      ['out_of_scope', here, noon + 1, { key: await makeKey('staff') }],
      ['time_not_allowed', live, Date.now() + 1, { key: admin }],
      ['not_found', `loc_${'0'.repeat(26)}`, noon + 1, { key: admin }],
      ['not_found', live, Date.now(), { key: partner }],
      ['not_found', here, noon + 1, { key: await makeKey('partner', { testMode: false }) }],
      ['time_backwards', here, noon - 1, { key: admin }],
      ['time_backwards', here, noon + 1, { key: admin, now: noon + 2 }],
      ['invalid_field', here, '2026-11-21T13:00', { key: admin }],
      ['invalid_field', here, '1990-01-01T00:00:00+14:00', { key: admin }],
      ['invalid_field', here, 'x'.repeat(100_000), { key: admin }],
      ['invalid_field', here, null, { key: admin }],
      ['invalid_request', 'elsewhere', noon + 1, { key: admin }],
    ]
    for (const [code, location, to, options] of refusals) {
      const refused = await advance(location, to, options)
      expect([code, refused.body.code]).toEqual([code, code])
    }
    expect(await rows('SELECT simulated_now FROM location WHERE id = ?', here)).toEqual([
      { simulated_now: noon },
    ])
    expect((await advance(here, noon + 1, { key: partner })).status).toBe(200)
  })

  test('many at once leave the latest time, and each event once', async () => {
    const location = await makeLocation()
    const key = await makeKey('admin')
    const times = [5, 1, 4, 2, 3].map((n) => noon + n * hour)
    const all = await Promise.all(times.map((to) => advance(location, to, { key })))
    const done = all.filter(({ status }) => status === 200).length
    expect(all.every(({ status, body }) => status === 200 || body.code === 'time_backwards')).toBe(true)
    const events = await rows<{ at: number }>(
      "SELECT at FROM event WHERE subject = ? AND type = 'location.advanced' ORDER BY seq",
      location,
    )
    expect(events).toHaveLength(done)
    expect(events.map(({ at }) => at)).toEqual(events.map(({ at }) => at).toSorted((a, b) => a - b))
    expect(await rows('SELECT simulated_now FROM location WHERE id = ?', location)).toEqual([
      { simulated_now: noon + 5 * hour },
    ])
  })

  test('expires more than a step takes, also when a step meets few holds of many claims', async () => {
    const half = limits.sweepHolds / 2 + 50
    const { location, service, pools } = await tour(2 * half)
    const plain = await makeService(location, departures(pools[1] ?? ''))
    await copies(await hold(service, noon, 10), half - 1)
    await copies(await hold(plain, noon, 20), half - 1)
    const done = await advance(location, noon + hour, { key: await makeKey('admin') })
    expect(done.body.expired).toBe(2 * half)
    expect(await statuses(location)).toEqual([{ status: 'expired', n: 2 * half }])
    expect(await takenAt(location)).toEqual([0, 0])
  })
})

describe('the sweep', () => {
  test('expires overdue holds by the clock of each location', async () => {
    const now = Date.now()
    const live = await tour(7, null)
    const simulated = await tour(7)
    const [one, other] = [await hold(live.service, now), await hold(simulated.service)]
    const db = new Database(env.DB)
    await sweep({ db, wallNow: now })
    expect(await statuses(live.location)).toEqual([{ status: 'held', n: 1 }])
    expect(await sweep({ db, wallNow: now + hour })).toBeGreaterThanOrEqual(1)
    expect(await statuses(live.location)).toEqual([{ status: 'expired', n: 1 }])
    expect(await statuses(simulated.location)).toEqual([{ status: 'held', n: 1 }])
    expect((await eventsOf(one)).map(({ type, actor }) => [type, actor])[1]).toEqual([
      'booking.expired',
      'system',
    ])
    expect(await eventsOf(other)).toHaveLength(1)
    expect(await sweep({ db, wallNow: now + hour })).toBe(0)
  })
})
