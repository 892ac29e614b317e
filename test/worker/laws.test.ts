import { env } from 'cloudflare:workers'
import { describe, expect, test, vi } from 'vitest'
import { statuses } from '../../src/booking/contract.ts'
import { sweepDue } from '../../src/booking/store.ts'
import { Database } from '../../src/platform/database.ts'
import { ask, departures, makeKey, makeLocation, makePool, makeService, noon, rows } from './fixtures.ts'
import { guardNames, proveTriggers, refusalOf } from './guards.ts'
import { historyFaults, recount } from './recount.ts'

/** What the database refuses whoever writes, with no verb in between, and what each transition leaves in the stream. */

const minute = 60_000
const saturday = '2026-11-28T13:00:00+00:00'

async function tour(capacity = 7) {
  const location = await makeLocation()
  const pool = await makePool(location, capacity, 1)
  const service = await makeService(location, departures(pool))
  const body = { serviceId: service, slot: saturday, units: { adult: 1 } }
  const hold = async () => (await ask('POST', '/v1/bookings', body)).body as { id: string; token: string }
  return { location, pool, service, body, hold }
}
const confirmed = async ({ id, token }: { id: string; token: string }) =>
  (await ask('POST', `/v1/bookings/${id}/confirm`, {}, { key: token })).body
const cancelled = async ({ id, token }: { id: string; token: string }) =>
  (await ask('POST', `/v1/bookings/${id}/cancel`, { reason: 'other' }, { key: token })).body

/** Where each illegal write is aimed. */
type Target = { held: string; ended: string; location: string; live: string; pool: string }
async function target(): Promise<Target> {
  const { location, pool, hold } = await tour()
  const ended = await hold()
  await cancelled(ended)
  return { held: (await hold()).id, ended: ended.id, location, live: await makeLocation({ now: null }), pool }
}

const insertClaim = (booking: string, pool: string, more: Record<string, number> = {}) => {
  const { units = 1, from = 1, to = 2, released = 'NULL' } = more as Record<string, number | string>
  return `INSERT INTO claim (booking_id, seq, pool_id, from_bucket, to_bucket, units, claimed_at, released_at)
    VALUES ('${booking}', 9, '${pool}', ${from}, ${to}, ${units}, ${noon}, ${released})`
}
const copyBooking = (from: string, id: string, more: Record<string, string> = {}) => {
  const columns = `location_id, service_id, slot, starts_at, ends_at, units, places, price, hold_limit, cancel_until,
    channel, created_at, revision, changed_at, changed_by`
  const { status = "'held'", hold_until = 'hold_until', reference = "'NEW' || substr(id, -3)" } = more
  return `INSERT INTO booking (id, reference, status, hold_until, ${columns})
    SELECT '${id}', ${reference}, ${status}, ${hold_until}, ${columns} FROM booking WHERE id = '${from}'`
}
const claimColumns = {
  booking_id: "'bkg_other'",
  seq: 'seq + 1',
  pool_id: "'pool_other'",
  from_bucket: 'from_bucket - 1',
  to_bucket: 'to_bucket + 1',
  units: 'units + 1',
  claimed_at: 'claimed_at - 1',
}

/** What each trigger that refuses is there to refuse. */
const guarded: Record<string, Record<string, (at: Target) => string>> = {
  claim_born_taken: {
    'a claim that begins released': ({ held, pool }) => insertClaim(held, pool, { released: noon }),
  },
  claim_of_a_pool: {
    'a claim on no pool, which no tally would count': ({ held }) => insertClaim(held, 'pool_none'),
  },
  claim_fixed: Object.fromEntries(
    Object.entries(claimColumns).map(([column, value]) => [
      `a claim whose ${column} changes`,
      ({ held }) => `UPDATE claim SET ${column} = ${value} WHERE booking_id = '${held}'`,
    ]),
  ),
  claim_of_the_living: {
    'a claim released while its booking lives': ({ held }) =>
      `UPDATE claim SET released_at = ${noon} WHERE booking_id = '${held}'`,
  },
  claim_released_once: {
    'a claim released twice': ({ ended }) =>
      `UPDATE claim SET released_at = ${noon + 1} WHERE booking_id = '${ended}'`,
    'a claim taken back': ({ ended }) => `UPDATE claim SET released_at = NULL WHERE booking_id = '${ended}'`,
  },
  claim_kept: {
    'a claim deleted': ({ held }) => `DELETE FROM claim WHERE booking_id = '${held}'`,
    'a released claim deleted': ({ ended }) => `DELETE FROM claim WHERE booking_id = '${ended}'`,
  },
  booking_claimed: {
    'a booking that claims nothing': ({ held }) => copyBooking(held, 'bkg_bare'),
  },
  booking_step: {
    'a change that skips a revision': ({ held }) =>
      `UPDATE booking SET revision = revision + 2, command = NULL WHERE id = '${held}'`,
    'a change that tells of none': ({ held }) =>
      `UPDATE booking SET price = 0, command = NULL WHERE id = '${held}'`,
    'a booking that comes back': ({ ended }) =>
      `UPDATE booking SET status = 'confirmed', revision = revision + 1, command = NULL WHERE id = '${ended}'`,
  },
  booking_kept: {
    'a booking deleted': ({ held }) => `DELETE FROM booking WHERE id = '${held}'`,
  },
  event_fixed: {
    'an event told otherwise': ({ held }) => `UPDATE event SET reason = 'ill' WHERE subject = '${held}'`,
  },
  event_kept: {
    'an event deleted': ({ held }) => `DELETE FROM event WHERE subject = '${held}'`,
  },
  location_mode: {
    'a live location put on simulated time': ({ live }) =>
      `UPDATE location SET test_mode = 1, simulated_now = ${noon} WHERE id = '${live}'`,
    'a test-mode location gone live': ({ location }) =>
      `UPDATE location SET test_mode = 0, simulated_now = NULL WHERE id = '${location}'`,
    'time run backwards': ({ location }) =>
      `UPDATE location SET simulated_now = simulated_now - 1 WHERE id = '${location}'`,
  },
}

/** Work orders and quotes have theirs in work-laws.test.ts and queue-ledger.test.ts. */
const isMine = (name: string) => !/^(access|work|queue|cursor|delivery|promise)_/.test(name)

test('every trigger that refuses is proven below', async () => {
  expect((await guardNames(isMine)).triggers).toEqual(Object.keys(guarded).toSorted())
})

proveTriggers(guarded, target)

describe('the life of a booking', () => {
  const legal: Record<string, string[]> = {
    held: ['cancelled', 'confirmed', 'expired', 'held'],
    confirmed: ['cancelled', 'checked_in', 'confirmed'],
    checked_in: [],
    cancelled: [],
    expired: [],
  }
  const reach: Record<string, (at: Awaited<ReturnType<typeof tour>>) => Promise<string>> = {
    held: async ({ hold }) => (await hold()).id,
    confirmed: async ({ hold }) => (await confirmed(await hold())).id,
    checked_in: async ({ hold }) => {
      const { id } = await confirmed(await hold())
      await env.DB.prepare(
        "UPDATE booking SET status = 'checked_in', revision = revision + 1, command = NULL WHERE id = ?",
      )
        .bind(id)
        .run()
      return id
    },
    cancelled: async ({ hold }) => (await cancelled(await hold())).id,
    expired: async ({ location, hold }) => {
      const { id } = await hold()
      await new Database(env.DB).rows(sweepDue(location, noon + 10 * minute, 10))
      return id
    },
  }

  test.each(Object.entries(reach))('from %s goes to these statuses and no other', async (from, arrive) => {
    const went: string[] = []
    for (const to of statuses) {
      const id = await arrive(await tour())
      const holdUntil = to === 'held' || to === 'offered' ? noon + 99 * minute : 'NULL'
      const told = async () => (await rows('SELECT 1 FROM event WHERE subject = ?', id)).length
      const before = await told()
      const refused = await refusalOf(
        `UPDATE booking SET status = '${to}', hold_until = ${holdUntil}, revision = revision + 1, command = NULL
         WHERE id = '${id}'`,
      )
      if (refused === undefined) went.push(to)
      else expect(refused).toContain('not a step in the life of a booking')
      expect((await told()) - before).toBe(refused === undefined ? 1 : 0)
    }
    expect(went.toSorted()).toEqual(legal[from])
  })
})

/** One row that breaks each CHECK, past all triggers. */
const checked: Record<string, (at: Target) => string> = {
  tally_never_over: ({ pool }) => `UPDATE tally SET taken = capacity + 1 WHERE pool_id = '${pool}'`,
  claim_units: ({ held, pool }) => insertClaim(held, pool, { units: 0 }),
  claim_range: ({ held, pool }) => insertClaim(held, pool, { from: 2, to: 2 }),
  booking_status: ({ held }) =>
    // A claim of its own, so that nothing but the status is wrong with it.
    copyBooking(held, 'bkg_odd', { status: "'waiting'", hold_until: 'NULL' }),
  booking_hold: ({ held }) =>
    `UPDATE booking SET hold_until = NULL, revision = revision + 1 WHERE id = '${held}'`,
  location_time: ({ live }) => `UPDATE location SET simulated_now = ${noon} WHERE id = '${live}'`,
  pool_bucket: ({ pool }) => `UPDATE pool SET bucket_minutes = 7 WHERE id = '${pool}'`,
  pool_capacity: ({ pool }) => `UPDATE pool SET capacity = -1 WHERE id = '${pool}'`,
  service_kind: ({ location }) => `UPDATE service SET kind = 'queue' WHERE location_id = '${location}'`,
  credential_kind: () => "UPDATE credential SET kind = 'password'",
  credential_role: () => "UPDATE credential SET role = 'root'",
  credential_partner: () => "UPDATE credential SET partner_id = 'ptn_x' WHERE role = 'admin'",
}

describe('a CHECK', () => {
  test('each one is proven below', async () => {
    expect((await guardNames(isMine)).checks).toEqual(Object.keys(checked).toSorted())
  })

  test.each(Object.entries(checked))('%s refuses the row that breaks it', async (name, write) => {
    const at = await target()
    await makeKey('admin')
    if (name === 'booking_status') await env.DB.prepare(insertClaim('bkg_odd', at.pool)).run()
    expect(await refusalOf(write(at))).toBe(name)
  })

  test('nor does a tally go below nothing', async () => {
    const { pool } = await target()
    expect(await refusalOf(`UPDATE tally SET taken = -1 WHERE pool_id = '${pool}'`)).toBe('tally_never_over')
  })

  test('a claim past the capacity of any of its buckets is refused whoever writes it, and leaves nothing', async () => {
    const { location, pool, hold } = await tour(1)
    const { id } = await hold()
    const bucket = Date.parse(saturday) / minute
    for (const [from, to] of [
      [bucket, bucket + 1],
      [bucket - 3, bucket + 1],
      [bucket, bucket + 5],
    ] as const) {
      expect(await refusalOf(insertClaim(id, pool, { from, to }))).toBe('tally_never_over')
    }
    expect(await refusalOf(insertClaim(id, pool, { units: 2 }))).toBe('tally_never_over')
    const { claims, tallies, faults } = await recount(location)
    expect([claims.length, tallies.length, faults]).toEqual([1, 1, []])
  })

  test('two open bookings never share a reference, an ended one gives its up', async () => {
    const { held, ended, pool } = await target()
    await env.DB.prepare(insertClaim('bkg_twin', pool)).run()
    const twin = (of: string) =>
      copyBooking(held, 'bkg_twin', { reference: `(SELECT reference FROM booking WHERE id = '${of}')` })
    expect(await refusalOf(twin(held))).toBe('booking.reference')
    expect(await refusalOf(twin(ended))).toBe(undefined)
  })

  test('so one that is taken is drawn again', async () => {
    const { body } = await tour()
    const draw = crypto.getRandomValues.bind(crypto)
    const sameAgain = vi.spyOn(crypto, 'getRandomValues')
    let draws = 0
    // Six bytes are a reference: the first three that are drawn are the same.
    sameAgain.mockImplementation((bytes) =>
      bytes instanceof Uint8Array && bytes.length === 6 && draws++ < 3 ? bytes.fill(7) : draw(bytes),
    )
    const [first, second] = [await ask('POST', '/v1/bookings', body), await ask('POST', '/v1/bookings', body)]
    sameAgain.mockRestore()
    expect([first.status, second.status]).toEqual([201, 201])
    // One in six draws has a byte that would favour some letters, and takes a second one.
    expect(draws).toBeGreaterThanOrEqual(4)
    expect(first.body.reference).not.toBe(second.body.reference)
  })
})

describe('every transition is told once', () => {
  /** Types and revisions of what the stream of a location got while something was done. */
  async function toldBy(location: string, act: () => Promise<unknown>): Promise<string[]> {
    const [last] = await rows<{ seq: number }>('SELECT coalesce(max(seq), 0) AS seq FROM event')
    await act()
    const told = await rows<{ type: string; revision: number }>(
      'SELECT type, revision FROM event WHERE location_id = ? AND seq > ? ORDER BY seq',
      location,
      last?.seq ?? 0,
    )
    return told.map(({ type, revision }) => `${type} ${revision}`)
  }

  test('by each verb; what changes nothing tells nothing', async () => {
    const { location, body, hold } = await tour(2)
    const { id, token } = await hold()
    const told = (act: () => Promise<unknown>) => toldBy(location, act)
    const step = (verb: string, input: object, idempotencyKey = crypto.randomUUID()) =>
      ask('POST', `/v1/bookings/${id}/${verb}`, input, { key: token, idempotencyKey })
    const [extendKey, confirmKey, cancelKey, holdKey] = Array.from({ length: 4 }, () => crypto.randomUUID())

    expect(await told(() => step('extend', { holdMinutes: 20 }, extendKey))).toEqual(['booking.extended 2'])
    expect(await told(() => step('extend', { holdMinutes: 20 }, extendKey))).toEqual([])
    expect(await told(() => step('extend', { holdMinutes: 5 }))).toEqual([])
    expect(await told(() => step('confirm', { revision: 1 }))).toEqual([])
    expect(await told(() => step('confirm', {}, confirmKey))).toEqual(['booking.confirmed 3'])
    expect(await told(() => step('confirm', {}, confirmKey))).toEqual([])
    expect(await told(() => step('confirm', {}))).toEqual([])
    expect(await told(() => step('extend', { holdMinutes: 30 }))).toEqual([])

    const another = () => ask('POST', '/v1/bookings', body, holdKey ? { idempotencyKey: holdKey } : {})
    expect(await told(another)).toEqual(['booking.held 1'])
    expect(await told(another)).toEqual([])
    expect(await told(hold)).toEqual([])
    expect(await told(() => ask('POST', '/v1/bookings', { ...body, slot: '2026-11-28T13:30:00Z' }))).toEqual(
      [],
    )

    expect(await told(() => step('cancel', { reason: 'ill' }, cancelKey))).toEqual(['booking.cancelled 4'])
    expect(await told(() => step('cancel', { reason: 'ill' }, cancelKey))).toEqual([])
    expect(await told(() => step('cancel', { reason: 'ill' }))).toEqual([])
    expect(await told(() => step('confirm', {}))).toEqual([])
    expect([...(await historyFaults(location)), ...(await recount(location)).faults]).toEqual([])
  })

  test('an expiry by the next to write, with the deadline as its time', async () => {
    const { location, body, hold } = await tour()
    const [first, second] = [await hold(), await hold()]
    const clock = { key: await makeKey('admin'), now: noon + 10 * minute }
    const late = () => ask('POST', `/v1/bookings/${first.id}/confirm`, {}, clock)
    expect(await toldBy(location, late)).toEqual([])
    const next = () => ask('POST', '/v1/bookings', body, clock)
    expect(await toldBy(location, next)).toEqual(['booking.expired 2', 'booking.expired 2', 'booking.held 1'])
    expect(await toldBy(location, next)).toEqual(['booking.held 1'])
    const expired = await rows(
      "SELECT subject, at, actor FROM event WHERE location_id = ? AND type = 'booking.expired' ORDER BY subject",
      location,
    )
    const [at, actor] = [noon + 10 * minute, 'system']
    expect(expired).toEqual(
      [first, second]
        .map(({ id }) => ({ subject: id, at, actor }))
        .toSorted((a, b) => (a.subject < b.subject ? -1 : 1)),
    )
  })

  test('or by the sweep, so many at a time, not before their time and not again', async () => {
    const { location, hold } = await tour()
    for (let i = 0; i < 5; i++) await hold()
    const sweep = (now: number, limit: number) =>
      toldBy(location, () => new Database(env.DB).rows(sweepDue(location, now, limit)))
    const deadline = noon + 10 * minute
    expect(await sweep(deadline - 1, 10)).toEqual([])
    expect((await sweep(deadline, 3)).length).toBe(3)
    expect(await sweep(deadline + minute, 10)).toEqual(['booking.expired 2', 'booking.expired 2'])
    expect(await sweep(deadline + minute, 10)).toEqual([])
    expect([...(await historyFaults(location)), ...(await recount(location)).faults]).toEqual([])
  })

  test('also when many ask for it at once', async () => {
    const { location, hold } = await tour()
    const { id, token } = await hold()
    const all = (verb: string, input: object) => () =>
      Promise.all(
        Array.from({ length: 20 }, () => ask('POST', `/v1/bookings/${id}/${verb}`, input, { key: token })),
      )
    expect(await toldBy(location, all('extend', { holdMinutes: 30 }))).toEqual(['booking.extended 2'])
    expect(await toldBy(location, all('confirm', {}))).toEqual(['booking.confirmed 3'])
    expect(await toldBy(location, all('cancel', { reason: 'ill' }))).toEqual(['booking.cancelled 4'])
  })

  test('a change of capacity, and none that is refused', async () => {
    const { location, pool, hold } = await tour(3)
    await hold()
    const key = await makeKey('staff')
    const set = (capacity: number) => () =>
      ask('POST', `/v1/pools/${pool}/capacity`, { capacity, reason: 'For a test' }, { key })
    expect(await toldBy(location, set(5))).toEqual(['pool.capacity_changed 2'])
    expect(await toldBy(location, set(0))).toEqual([])
  })

  test('by ids alone: no name, address or note of anybody', async () => {
    const { location, body } = await tour()
    const contact = { name: 'Visitor Nameless', email: 'visitor@example.org', phone: '+31 20 123 4567' }
    const held = (await ask('POST', '/v1/bookings', { ...body, contact })).body
    const step = (verb: string, input: object) =>
      ask('POST', `/v1/bookings/${held.id}/${verb}`, input, { key: held.token })
    await step('confirm', { contact })
    await step('cancel', { reason: 'ill', note: 'A heavy cold' })
    const stream = JSON.stringify(await rows('SELECT * FROM event WHERE location_id = ?', location))
    expect(stream).toContain('booking.cancelled')
    for (const personal of ['Nameless', 'visitor@', '123 4567', 'heavy cold'])
      expect(stream).not.toContain(personal)
  })
})
