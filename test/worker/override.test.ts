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
  rows,
} from './fixtures.ts'

const saturday = '2026-11-28T13:00:00+00:00'
const sunday = '2026-11-29T13:00:00+00:00'

async function tour(capacity: number) {
  const pool = await makePool(await makeLocation(), capacity, 1)
  const service = await makeService(
    (await rows<{ location_id: string }>('SELECT location_id FROM pool WHERE id = ?', pool))[0]
      ?.location_id ?? '',
    departures(pool),
  )
  return {
    pool,
    hold: (slot: string, adult: number) =>
      ask('POST', '/v1/bookings', { serviceId: service, slot, units: { adult } }),
  }
}

describe('capacity', () => {
  test('is raised for one departure, with who and why, and the guard holds at the new figure', async () => {
    const { pool, hold } = await tour(2)
    const staff = await makeKey('staff')
    await hold(saturday, 2)
    expect((await hold(saturday, 1)).body.code).toBe('sold_out')
    const raise = { capacity: 3, reason: 'One chair added', from: saturday, to: '2026-11-28T13:01:00+00:00' }
    const raised = await ask('POST', `/v1/pools/${pool}/capacity`, raise, { key: staff })
    expect([raised.status, raised.body.revision]).toEqual([200, 2])
    expect((await hold(saturday, 1)).status).toBe(201)
    expect((await hold(saturday, 1)).body.code).toBe('sold_out')
    expect((await hold(sunday, 3)).body.code).toBe('sold_out')
    expect(await eventsOf(pool)).toMatchObject([
      { type: 'pool.capacity_changed', actor: staff.id, reason: 'One chair added' },
    ])
  })

  test('is raised before anything is taken, past what the pool has', async () => {
    const { pool, hold } = await tour(2)
    const raise = { capacity: 5, reason: 'Second guide', from: saturday, to: '2026-11-28T13:01:00+00:00' }
    await ask('POST', `/v1/pools/${pool}/capacity`, raise, { key: await makeKey('staff') })
    expect((await hold(saturday, 5)).status).toBe(201)
  })

  test('is not cut below what is taken: the bookings in the way are named', async () => {
    const { pool, hold } = await tour(7)
    const key = await makeKey('admin')
    const { id, reference, token } = (await hold(saturday, 4)).body
    const cut = { capacity: 3, reason: 'Smaller boat' }
    const refused = await ask('POST', `/v1/pools/${pool}/capacity`, cut, { key })
    expect([refused.status, refused.body.code, refused.body.facts]).toEqual([
      409,
      'capacity_in_use',
      { bookings: [{ id, reference }] },
    ])
    await ask('POST', `/v1/bookings/${id}/cancel`, { reason: 'other' }, { key: token })
    expect((await ask('POST', `/v1/pools/${pool}/capacity`, cut, { key })).status).toBe(200)
    expect((await hold(saturday, 4)).body.code).toBe('sold_out')
    expect((await hold(sunday, 3)).status).toBe(201)
  })

  test('of days is set by dates; a closed stretch sells nothing', async () => {
    const location = await makeLocation({ hours: everyDay([{ from: '00:00', to: '24:00' }]) })
    const rooms = await makePool(location, 2, 1440)
    const service = await makeService(location, nights(rooms))
    const key = await makeKey('staff')
    const close = { capacity: 0, reason: 'Painting', from: '2026-12-01', to: '2026-12-03' }
    expect((await ask('POST', `/v1/pools/${rooms}/capacity`, close, { key })).status).toBe(200)
    const stay = (slot: string) =>
      ask('POST', '/v1/bookings', { serviceId: service, slot, units: { adult: 1 } })
    expect((await stay('2026-11-30/2026-12-02')).body.code).toBe('sold_out')
    expect((await stay('2026-12-03/2026-12-05')).status).toBe(201)
  })

  test('is for whoever has the scope, refuses what makes no sense, and is set once per key', async () => {
    const { pool } = await tour(7)
    const body = { capacity: 9, reason: 'More chairs' }
    const path = `/v1/pools/${pool}/capacity`
    expect((await ask('POST', path, body)).status).toBe(401)
    expect((await ask('POST', path, body, { key: await makeKey('partner') })).status).toBe(403)
    const key = await makeKey('staff')
    const rule = async (more: object) =>
      (await ask('POST', path, { ...body, ...more }, { key })).body.errors[0].path
    expect(await rule({ from: saturday })).toBe('to')
    expect(await rule({ from: saturday, to: saturday })).toBe('to')
    expect(await rule({ from: '2026-11-28', to: '2026-11-29' })).toBe('from')
    expect(await rule({ capacity: -1 })).toBe('capacity')
    const idempotencyKey = crypto.randomUUID()
    const [first, second] = [
      await ask('POST', path, body, { key, idempotencyKey }),
      await ask('POST', path, body, { key, idempotencyKey }),
    ]
    expect([first.body.revision, second.body.revision]).toEqual([2, 2])
    expect((await eventsOf(pool)).length).toBe(1)
  })
})
