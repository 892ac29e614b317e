import { env } from 'cloudflare:workers'
import { describe, expect, test } from 'vitest'
import { sha256 } from '../../src/kernel/ids.ts'
import { changePool } from '../../src/location/pools.ts'
import { Database, type Statement } from '../../src/platform/database.ts'
import { ask, departures, eventsOf, makeLocation, nights, office, rows, slots } from './fixtures.ts'
import { admin, clock, faults, made, newLocation, newPool, patch, post, revisionOf } from './setting-up.ts'

describe('a pool', () => {
  test('is added, changed by its revision, archived', async () => {
    const location = await newLocation()
    const idempotencyKey = crypto.randomUUID()
    const body = { name: 'Dr Haddad', bucket: '15min', capacity: 1, hours: office.weekly }
    const key = await admin()
    const path = `/v1/locations/${location}/pools`
    const added = await ask('POST', path, body, { key, idempotencyKey })
    expect(added.body).toEqual({
      ...body,
      id: added.body.id,
      locationId: location,
      revision: 1,
      archived: false,
    })
    expect((await ask('POST', path, body, { key, idempotencyKey })).body).toEqual(added.body)
    const { id } = added.body
    const all = await Promise.all(
      ['A', 'B', 'C'].map((name) => patch(`/v1/pools/${id}`, { revision: 1, name })),
    )
    expect(all.map(({ status }) => status).sort()).toEqual([200, 409, 409])
    const free = await patch(`/v1/pools/${id}`, { revision: 2, hours: null })
    expect(free.body).toMatchObject({ hours: null, revision: 3 })
    expect(faults(await patch(`/v1/pools/${id}`, { revision: 3, name: 'x', capacity: 9 }))).toEqual([
      'capacity unrecognized_keys',
    ])
    expect((await patch(`/v1/pools/${id}`, { revision: 3, archived: true })).body.archived).toBe(true)
    expect((await patch(`/v1/pools/${id}`, { revision: 4, name: 'x' })).body.code).toBe('wrong_state')
    expect((await ask('GET', path, undefined, { key })).body.pools).toEqual([])
    expect(await revisionOf(location)).toBe(5)
    const told = await rows<{ type: string; data: string; location_id: string }>(
      'SELECT * FROM event WHERE subject = ?',
      id,
    )
    expect(told.map(({ type }) => type)).toEqual([
      'pool.created',
      'pool.changed',
      'pool.changed',
      'pool.archived',
    ])
    expect(told.every(({ location_id }) => location_id === location)).toBe(true)
    expect(JSON.stringify(told)).not.toContain('Haddad')
  })

  test('keeps the capacity that is set between the read and the write of another change', async () => {
    const id = await newPool(await newLocation())
    class Interrupted extends Database {
      override async batch(statements: Statement[]) {
        if (this.cost.trips === 1)
          await post(`/v1/pools/${id}/capacity`, { capacity: 9, reason: 'More chairs' })
        return super.batch(statements)
      }
    }
    const caller = { kind: 'secret' as const, hash: await sha256((await admin()).secret) }
    const command = { key: crypto.randomUUID(), fingerprint: 'x' }
    const context = { db: new Interrupted(env.DB), caller, wallNow: Date.now(), command }
    const refused = await changePool(context, id, { revision: 1, name: 'Seats' })
    expect(refused).toMatchObject({ ok: false, problem: { code: 'stale_revision', facts: { revision: 2 } } })
    const [row] = await rows('SELECT capacity, name, revision FROM pool WHERE id = ?', id)
    expect(row).toEqual({ capacity: 9, name: 'Places', revision: 2 })
    expect((await eventsOf(id)).map(({ type }) => type)).toEqual(['pool.created', 'pool.capacity_changed'])
    expect((await patch(`/v1/pools/${id}`, { revision: 2, name: 'Seats' })).body).toMatchObject({
      capacity: 9,
    })
  })

  test('stays while a service could not be sold without it', async () => {
    const location = await newLocation()
    const [one, two] = [await newPool(location), await newPool(location)]
    const service = await made(`/v1/locations/${location}/services`, {
      ...departures(one),
      needs: [{ of: [one, two], take: 'places' }],
    })
    expect((await patch(`/v1/pools/${one}`, { revision: 1, archived: true })).status).toBe(200)
    const refused = await patch(`/v1/pools/${two}`, { revision: 1, archived: true })
    expect(refused.body).toMatchObject({ code: 'wrong_state', facts: { services: [service.id] } })
    await patch(`/v1/services/${service.id}`, { revision: 1, archived: true })
    expect((await patch(`/v1/pools/${two}`, { revision: 1, archived: true })).status).toBe(200)
  })

  test.each([
    ['less than nothing', { capacity: -1 }, ['capacity too_small']],
    ['more than there may be', { capacity: 100_001 }, ['capacity too_big']],
    ['half a place', { capacity: 1.5 }, ['capacity invalid_type']],
    ['a bucket of its own', { bucket: '10min' }, ['bucket invalid_value']],
    ['an unseen character', { name: 'a\u0000' }, ['name invalid_format']],
    [
      'hours backwards',
      { hours: { ...office.weekly, sun: [{ from: '10:00', to: '09:00' }] } },
      ['hours.sun.0.to to_not_after_from'],
    ],
  ])('is not added with %s', async (_, wrong, errors) => {
    const location = await makeLocation({ now: null })
    const body = { name: 'x', bucket: 'day', capacity: 1, ...wrong }
    expect(faults(await post(`/v1/locations/${location}/pools`, body))).toEqual(errors)
  })
})

describe('a service', () => {
  const common = {
    name: { en: 'Tour' },
    units: [{ id: 'adult', name: { en: 'Adult' }, places: 1, price: 1800 }],
  }
  /** A location with a pool of each bucket. */
  async function place() {
    const location = await newLocation({ simulatedNow: clock })
    const [departure, five, fifteen, day] = [
      await newPool(location),
      await newPool(location, { bucket: '5min' }),
      await newPool(location, { bucket: '15min' }),
      await newPool(location, { bucket: 'day' }),
    ] as [string, string, string, string]
    return { location, path: `/v1/locations/${location}/services`, departure, five, fifteen, day }
  }
  const need = (...of: string[]) => ({ of, take: 'places' })

  test('of each kind is offered, shown and can be booked', async () => {
    const { path, departure, fifteen, day } = await place()
    const kinds: [object, string, string][] = [
      [
        { kind: 'slots', needs: [need(fifteen)], durationMinutes: 60, startEveryMinutes: 30 },
        '2026-11-28',
        '2026-11-28T09:30:00+00:00',
      ],
      [
        {
          kind: 'departures',
          needs: [need(departure), need(fifteen)],
          durationMinutes: 60,
          departures: [{ time: '11:00', days: [6] }],
        },
        '2026-11-28',
        '2026-11-28T11:00:00+00:00',
      ],
      [{ kind: 'opening_hours', needs: [need(day)], lastEntryMinutes: 30 }, '2026-11-28', '2026-11-28'],
      [
        { kind: 'nights', needs: [need(day)], checkIn: '15:00', checkOut: '11:00', maxNights: 7 },
        '2026-11-28',
        '2026-11-28/2026-11-29',
      ],
    ]
    for (const [body, date, slot] of kinds) {
      const service = await made(path, { ...common, ...body })
      expect(service).toMatchObject({
        ...common,
        ...body,
        revision: 1,
        archived: false,
        horizonDays: 90,
        holdMinutes: 10,
      })
      const { needs: _, ...seen } = service
      expect((await ask('GET', `/v1/services/${service.id}`)).body).toEqual(seen)
      const listed = await ask('GET', `/v1/services/${service.id}/availability?from=${date}&to=${date}`)
      expect(listed.body.slots.map((one: { slot: string }) => one.slot)).toContain(slot)
      const held = await ask('POST', '/v1/bookings', { serviceId: service.id, slot, units: { adult: 1 } })
      expect(held.status).toBe(201)
    }
    expect((await ask('GET', `${path}?limit=3`)).body.services).toHaveLength(3)
  })

  test('is not there on a day that is closed', async () => {
    const location = await newLocation({ simulatedNow: clock })
    const pool = await newPool(location)
    const { id } = await made(`/v1/locations/${location}/services`, departures(pool))
    const slots = async () =>
      (await ask('GET', `/v1/services/${id}/availability?from=2026-11-28&to=2026-11-28`)).body.slots
    expect(await slots()).toHaveLength(1)
    const key = await admin()
    await ask('PUT', `/v1/locations/${location}/exceptions/2026-11-28`, { intervals: [] }, { key })
    expect(await slots()).toEqual([])
  })

  test('is offered once for one idempotency key, and moves the location on', async () => {
    const { location, path, departure } = await place()
    const before = await revisionOf(location)
    const idempotencyKey = crypto.randomUUID()
    const key = await admin()
    const offer = () => ask('POST', path, departures(departure), { key, idempotencyKey })
    const all = await Promise.all([offer(), offer(), offer()])
    expect(new Set(all.map(({ body }) => body.id)).size).toBe(1)
    expect(all.filter(({ headers }) => headers.get('Idempotent-Replayed') === 'true')).toHaveLength(2)
    expect(await revisionOf(location)).toBe(before + 1)
    const events = await rows<{ data: string }>('SELECT data FROM event WHERE subject = ?', all[0]?.body.id)
    expect(events.map(({ data }) => JSON.parse(data))).toEqual([{ kind: 'departures', pools: [departure] }])
  })

  test('is replaced by its revision, one of two at once, and keeps its kind', async () => {
    const { path, departure, fifteen } = await place()
    const { id } = await made(path, departures(departure))
    const at = `/v1/services/${id}`
    const later = (leadTimeMinutes: number) =>
      patch(at, { revision: 1, service: departures(departure, { leadTimeMinutes }) })
    const all = await Promise.all([later(30), later(60), later(90)])
    expect(all.map(({ status }) => status).sort()).toEqual([200, 409, 409])
    const winner = all.find(({ status }) => status === 200)?.body
    expect((await ask('GET', at, undefined, { key: await admin() })).body).toEqual(winner)
    const [, event] = await rows<{ type: string; data: string }>('SELECT * FROM event WHERE subject = ?', id)
    expect(JSON.parse(event?.data ?? '')).toEqual({
      changed: ['leadTimeMinutes'],
      before: { leadTimeMinutes: 0 },
      after: { leadTimeMinutes: winner.leadTimeMinutes },
    })
    const other = await patch(at, { revision: 2, service: slots([{ of: [fifteen], take: 'one' }]) })
    expect(faults(other)).toEqual(['service.kind kind_fixed'])
    const wrong = await patch(at, { revision: 2, service: departures(fifteen, { durationMinutes: 50 }) })
    expect(faults(wrong)).toEqual(['service.durationMinutes bucket_divides'])

    expect((await patch(at, { revision: 2, archived: true })).body).toMatchObject({
      archived: true,
      revision: 3,
    })
    expect((await patch(at, { revision: 3, service: departures(departure) })).body.code).toBe('wrong_state')
    expect((await ask('GET', at)).status).toBe(404)
    expect((await ask('GET', at, undefined, { key: await admin() })).body.archived).toBe(true)
    expect((await ask('GET', path)).body.services).toEqual([])
    const hold = { serviceId: id, slot: '2026-11-28T13:00:00+00:00', units: { adult: 1 } }
    expect((await ask('POST', '/v1/bookings', hold)).status).toBe(404)
  })

  test('is not of pools that are elsewhere, archived or unknown', async () => {
    const [here, there] = [await place(), await place()]
    await patch(`/v1/pools/${here.five}`, { revision: 1, archived: true })
    const needs = [need(there.departure), need(here.five), need(here.departure, `pool_${'0'.repeat(26)}`)]
    expect(faults(await post(here.path, departures('', { needs } as object)))).toEqual([
      'needs.0.of.0 unknown_pool',
      'needs.1.of.0 unknown_pool',
      'needs.2.of.1 unknown_pool',
    ])
  })

  test('is not offered where it could never be booked', async () => {
    const { path, departure, five, fifteen, day } = await place()
    const tour = (more: object) => ({ ...departures(departure), ...more })
    const visit = (more: object) => ({ ...slots([{ of: [fifteen], take: 'one' }]), ...more })
    const stay = (more: object) => ({ ...nights(day), ...more })
    const unit = (more: object) => ({ id: 'adult', name: { en: 'Adult' }, places: 1, price: 0, ...more })
    const cases: [object, string[]][] = [
      [tour({ needs: [need()] }), ['needs.0.of no_candidate']],
      [tour({ needs: [need(departure, departure)] }), ['needs.0.of.1 duplicate']],
      [tour({ needs: [need(departure), need(departure)] }), ['needs.0.of no_candidate']],
      [tour({ needs: [need(departure, fifteen)] }), ['needs.0.of.1 mixed_buckets']],
      [tour({ needs: [need(day)] }), ['needs.0.of.0 wrong_bucket']],
      [visit({ needs: [need(departure)] }), ['needs.0.of.0 wrong_bucket']],
      [visit({ needs: [need(five), need(day)] }), ['needs.1.of.0 wrong_bucket']],
      [stay({ needs: [need(fifteen)] }), ['needs.0.of.0 wrong_bucket']],
      [visit({ durationMinutes: 50 }), ['durationMinutes bucket_divides']],
      [visit({ startEveryMinutes: 20 }), ['startEveryMinutes bucket_divides']],
      [
        visit({ bufferBeforeMinutes: 5, bufferAfterMinutes: 10 }),
        ['bufferBeforeMinutes bucket_divides', 'bufferAfterMinutes bucket_divides'],
      ],
      [
        visit({ needs: [need(five), need(fifteen)], durationMinutes: 20 }),
        ['durationMinutes bucket_divides'],
      ],
      [
        tour({ needs: [need(departure), need(fifteen)], departures: [{ time: '11:10', days: [1] }] }),
        ['departures.0.time bucket_divides'],
      ],
      [tour({ departures: [{ time: '24:00', days: [1] }] }), ['departures.0.time wall_time']],
      [
        tour({
          departures: [
            { time: '11:00', days: [1, 2, 2] },
            { time: '11:00', days: [3, 1] },
          ],
        }),
        ['departures.0.days.2 duplicate', 'departures.1.days.1 duplicate'],
      ],
      [stay({ checkIn: '24:00' }), ['checkIn wall_time']],
      [stay({ checkOut: '24:00' }), ['checkOut wall_time']],
      [
        tour({ units: [unit({}), unit({ min: 5, max: 4 })] }),
        ['units.1.id duplicate', 'units.1.max max_below_min'],
      ],
      [tour({ units: [unit({ places: 0 })] }), ['units no_places']],
      [tour({ holdMinutes: 31, maxHoldMinutes: 30 }), ['holdMinutes hold_above_max']],
    ]
    for (const [body, errors] of cases) {
      expect(faults(await post(path, body))).toEqual(errors)
    }
    await made(path, visit({ needs: [need(five)], durationMinutes: 50, startEveryMinutes: 20 }))
    await made(path, tour({ departures: [{ time: '11:07', days: [1] }] }))
  })

  test('has no more alternatives than a write can try', async () => {
    const location = await newLocation()
    const pools: string[] = []
    while (pools.length < 24) pools.push(await newPool(location))
    const offer = (needs: object[]) =>
      post(`/v1/locations/${location}/services`, departures('', { needs } as object))
    const one = (...of: string[]) => ({ of, take: 'one' })
    // 23 * 22 = 506 ways for needs that differ; pairs of alike ones count once: 24 * 23 / 2 = 276.
    const some = pools.slice(0, 23)
    expect(faults(await offer([one(...some), need(...some)]))).toEqual(['needs.0.of too_many_alternatives'])
    expect((await offer([one(...pools), one(...pools)])).status).toBe(201)
    expect(faults(await offer(Array(5).fill(one(...pools))))).toEqual(['needs.0.of too_many_alternatives'])
    expect(faults(await offer(Array(5).fill(one(...pools.slice(0, 4)))))).toEqual(['needs.0.of no_candidate'])
    expect(faults(await offer([one(...pools), one(...pools), one(...pools), need('x')]))).toEqual([
      'needs.3.of.0 invalid_format',
    ])
  })
})
