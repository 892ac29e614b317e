import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import { afterEach, describe, expect, test, vi } from 'vitest'
import {
  ask,
  departures,
  everyDay,
  type Key,
  makeKey,
  makeLocation,
  makePool,
  makeService,
  noon,
  office,
} from './fixtures.ts'
import { type Clinic, clinic, expectDrained, minute } from './queue-clinic.ts'

afterEach(() => {
  vi.useRealTimers()
})

describe('the queue', () => {
  test('gives numbers, calls, serves, and hands every event to the stream once', async () => {
    const queue = await clinic()
    const [first, second] = [await queue.join(), await queue.join('blood')]
    expect([first.status, first.body.number, first.body.status, first.body.ahead]).toEqual([
      201,
      'A1',
      'waiting',
      0,
    ])
    expect(second.body.number).toBe('B1')
    const called = await queue.command({ verb: 'next', desk: 'desk-1' })
    expect(called.body.ticket).toMatchObject({ number: 'A1', status: 'called', desk: 'desk-1' })
    const started = await queue.command({ verb: 'next', desk: 'desk-1' })
    expect(started.body.ticket).toMatchObject({ number: 'A1', status: 'serving' })
    const next = await queue.command({ verb: 'next', desk: 'desk-1' })
    expect(next.body.ticket).toMatchObject({ number: 'B1', status: 'called' })
    const mine = await ask(
      'GET',
      `/v1/locations/${queue.location}/queue/tickets/${first.body.id}`,
      undefined,
      { key: first.body.token },
    )
    expect(mine.body.status).toBe('served')
    const { seq } = await queue.read()
    await expect
      .poll(async () => (await queue.stream()).map(({ source_seq }) => source_seq))
      .toEqual(Array.from({ length: seq }, (_, i) => i + 1))
  })

  test('is one ticket for a device, and one answer for a key', async () => {
    const queue = await clinic()
    const device = crypto.randomUUID()
    const [first, again] = [await queue.join('visit', { device }), await queue.join('visit', { device })]
    expect([again.body.id, again.headers.get('Idempotent-Replayed')]).toEqual([first.body.id, 'true'])
    const idempotencyKey = crypto.randomUUID()
    await queue.join()
    const calls = await Promise.all(
      [1, 2, 3].map(() => queue.command({ verb: 'next', desk: 'desk-1' }, queue.staff, { idempotencyKey })),
    )
    expect(new Set(calls.map(({ body }) => body.ticket.number))).toEqual(new Set(['A1']))
    const reused = await queue.command({ verb: 'call_next', desk: 'desk-1' }, queue.staff, { idempotencyKey })
    expect(reused.body.code).toBe('key_reused')
    expect((await queue.read()).tickets.map(({ status }: { status: string }) => status)).toEqual([
      'called',
      'waiting',
    ])
  })

  test('is as it was after its object was evicted', async () => {
    const queue = await clinic()
    for (let i = 0; i < 5; i++) await queue.join()
    await queue.command({ verb: 'next', desk: 'desk-1' })
    const before = await queue.read()
    await evictDurableObject(queue.stub())
    expect(await queue.read()).toEqual(before)
  })

  test('checks a booking in, once, and the booking learns it from the stream', async () => {
    const location = await makeLocation()
    const service = await makeService(location, departures(await makePool(location, 7, 1)))
    const slot = '2026-11-21T13:00:00+00:00'
    const { id, token } = (
      await ask('POST', '/v1/bookings', { serviceId: service, slot, units: { adult: 1 } })
    ).body
    const admin = await makeKey('admin')
    const setup = {
      services: [{ id: 'tour', letter: 'T', name: { en: 'Tour' }, nominalMinutes: 60, bookable: [service] }],
      desks: [{ id: 'desk-1', name: 'Desk', services: ['tour'] }],
    }
    await ask('PUT', `/v1/locations/${location}/queue/setup`, setup, { key: admin })
    const join = (key?: string) =>
      ask(
        'POST',
        `/v1/locations/${location}/queue/tickets`,
        { service: 'tour', bookingId: id, presence: 'on_site' },
        { key },
      )
    expect((await join(token)).body.code).toBe('wrong_state')
    await ask('POST', `/v1/bookings/${id}/confirm`, {}, { key: token })
    expect((await join()).status).toBe(404)
    const [first, again] = [await join(token), await join(token)]
    expect([first.status, again.body.id]).toEqual([201, first.body.id])
    await expect
      .poll(async () => (await ask('GET', `/v1/bookings/${id}`, undefined, { key: token })).body.status)
      .toBe('checked_in')
    expect((await ask('GET', `/v1/bookings/${id}`, undefined, { key: token })).body.revision).toBe(3)
  })

  test('a call that nobody answers is missed when its grace is over, as of that time', async () => {
    const queue = await clinic()
    const { id } = (await queue.join()).body
    await queue.command({ verb: 'next', desk: 'desk-1' })
    await queue.command({ verb: 'open_desk', desk: 'desk-2' }, queue.admin, { now: noon + 30 * minute })
    const missed = (
      await ask('GET', `/v1/locations/${queue.location}/queue/tickets/${id}`, undefined, { key: queue.staff })
    ).body
    expect(missed.status).toBe('missed')
    const events = await runInDurableObject(queue.stub(), (_, { storage }) =>
      storage.sql
        .exec<{ json: string }>('SELECT json FROM event')
        .toArray()
        .map(({ json }) => JSON.parse(json)),
    )
    expect(events.find(({ type }) => type === 'missed')).toMatchObject({
      at: noon + 3 * minute,
      actor: { kind: 'system' },
    })
  })

  test('is moved by whoever may: a holder their own ticket, staff all, strangers none', async () => {
    const queue = await clinic()
    const [mine, other] = [(await queue.join()).body, (await queue.join()).body]
    const leave = (key: Key | string, ticket = mine.id) => queue.command({ verb: 'leave', ticket }, key)
    expect((await queue.command({ verb: 'next', desk: 'desk-1' }, mine.token)).status).toBe(403)
    expect((await leave(other.token)).status).toBe(404)
    expect((await leave(await makeKey('partner'))).status).toBe(404)
    expect((await leave(await makeKey('staff', { scopes: ['bookings'] }))).status).toBe(403)
    expect((await leave('dawr_test_wrongwrongwrongwrongwrong')).status).toBe(401)
    const elsewhere = await clinic()
    expect((await elsewhere.command({ verb: 'leave', ticket: mine.id }, mine.token)).status).toBe(404)
    expect((await leave(mine.token)).body.ticket.status).toBe('left')
    expect(
      (await ask('GET', `/v1/locations/${queue.location}/queue`, undefined, { key: mine.token })).status,
    ).toBe(403)
  })
})

describe('opening hours', () => {
  const at = (time: string) => Date.parse(`2026-11-${time}:00Z`)
  const joins = async (queue: Clinic) =>
    (await queue.events())
      .filter(({ type }) => type.startsWith('joins_'))
      .map(
        ({ type, at: when, actor }) => `${type} ${new Date(when).toISOString().slice(8, 16)} ${actor.kind}`,
      )

  test('close joins and open them, each at its own time; staff may let people in all the same', async () => {
    const queue = await clinic({ hours: office })
    const first = (await queue.join()).body
    const second = (await queue.join()).body
    expect(second.wait.reason.closesAt).toBe('2026-11-21T17:00:00+00:00')
    await queue.advance(at('21T17:00') - 1)
    expect(await queue.read()).toMatchObject({ joinsClosed: false, opensAt: null })
    await queue.advance(at('21T17:30'))
    expect(await queue.display()).toMatchObject({ joinsClosed: true, opensAt: '2026-11-22T09:00:00+00:00' })
    expect((await queue.join()).body.code).toBe('wrong_state')
    expect((await queue.join('visit', {}, queue.staff)).status).toBe(201)
    // Who waits is served.
    await queue.command({ verb: 'next', desk: 'desk-1' })
    expect((await queue.ticket(first.id)).body.status).toBe('called')
    await evictDurableObject(queue.stub())
    await queue.advance(at('22T09:00'))
    expect(await queue.read()).toMatchObject({ date: '2026-11-22', joinsClosed: false, opensAt: null })
    expect((await queue.join()).status).toBe(201)
    expect(await joins(queue)).toEqual(['joins_closed 21T17:00 system', 'joins_opened 22T09:00 system'])
    await expectDrained(queue)
  })

  test('are followed anew each day, whatever was opened or closed by hand', async () => {
    const queue = await clinic({ hours: everyDay([...office.weekly.mon, { from: '18:00', to: '20:00' }]) })
    await queue.command({ verb: 'close_joins' }, queue.staff)
    await queue.command({ verb: 'close_joins', service: 'blood' }, queue.staff)
    await queue.advance(at('21T19:00'))
    expect(await queue.read()).toMatchObject({ joinsClosed: true, opensAt: null })
    await queue.command({ verb: 'open_joins' })
    await queue.advance(at('21T20:30'))
    await queue.command({ verb: 'open_joins' })
    expect((await queue.join()).status).toBe(201)
    expect((await queue.join('blood')).body.code).toBe('wrong_state')
    await queue.advance(at('22T09:00'))
    expect(await joins(queue)).toEqual([
      'joins_closed 21T12:00 staff',
      'joins_closed 21T12:00 staff',
      'joins_opened 21T19:00 staff',
      'joins_closed 21T20:00 system',
      'joins_opened 21T20:30 staff',
      'joins_closed 22T00:00 system',
      'joins_opened 22T09:00 system',
    ])
    expect((await queue.join('blood')).status).toBe(201)
  })

  test('take hold when they change, and undo nothing that was done by hand when others do', async () => {
    const queue = await clinic({ hours: office })
    const path = `/v1/locations/${queue.location}`
    const today = (intervals: object[]) =>
      ask('PUT', `${path}/exceptions/2026-11-21`, { intervals }, { key: queue.admin })
    expect((await today([{ from: '09:00', to: '11:00' }])).status).toBe(200)
    expect(await queue.read()).toMatchObject({ joinsClosed: true, opensAt: '2026-11-22T09:00:00+00:00' })
    await queue.command({ verb: 'open_joins' })
    await ask('PATCH', path, { name: { en: 'Renamed' } }, { key: queue.admin })
    expect((await queue.read()).joinsClosed).toBe(false)
    await today([])
    expect((await queue.read()).joinsClosed).toBe(true)
    await today([{ from: '09:00', to: '15:00' }])
    await queue.advance(at('21T15:00'))
    expect(await joins(queue)).toEqual([
      'joins_closed 21T12:00 system',
      'joins_opened 21T12:00 staff',
      'joins_closed 21T12:00 system',
      'joins_opened 21T12:00 system',
      'joins_closed 21T15:00 system',
    ])
  })

  test.each([
    ['there are none', everyDay([])],
    ['they never end', undefined],
  ])('close nothing where %s', async (_, hours) => {
    const queue = await clinic(hours ? { hours } : {})
    await queue.advance(at('24T03:00'))
    expect((await queue.join()).status).toBe(201)
    expect(await joins(queue)).toEqual([])
  })

  test('ring by themselves where the location is live', async () => {
    vi.setSystemTime(noon)
    const queue = await clinic({ now: null, hours: office })
    for (const [time, closed] of [
      ['21T17:00', true],
      ['22T00:00', true],
      ['22T09:00', false],
    ] as const) {
      vi.setSystemTime(at(time))
      await runDurableObjectAlarm(queue.stub())
      expect((await queue.read()).joinsClosed).toBe(closed)
    }
    expect(await joins(queue)).toEqual(['joins_closed 21T17:00 system', 'joins_opened 22T09:00 system'])
  })
})
