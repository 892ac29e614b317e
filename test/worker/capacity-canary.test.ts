import { env } from 'cloudflare:workers'
import { beforeAll, describe, expect, test } from 'vitest'
import { expireDue, holdStatements } from '../../src/booking/store.ts'
import { newId, newReference } from '../../src/kernel/ids.ts'
import type { Context } from '../../src/platform/context.ts'
import { brokenConstraint, Database, type Statement } from '../../src/platform/database.ts'
import { ask, departures, makeLocation, makePool, makeService, noon } from './fixtures.ts'
import { claimsOf, recount } from './recount.ts'

/**
 * Each guard of Law 1 taken away in turn, in this file's own database: what then goes wrong is what it is there for. The
 * statements are those of the store, run as `hold` runs them; the guard is cut out of their text.
 */

const deadline = noon + 10 * 60_000
const [callers, places] = [200, 7]
const slot = '2026-11-28T13:00:00+00:00'
const start = Date.parse(slot)

/** Seven places, all held until the deadline. */
async function heldTour() {
  const location = await makeLocation()
  const pool = await makePool(location, places, 1)
  const service = await makeService(location, departures(pool))
  const body = { serviceId: service, slot, units: { adult: 1 } }
  const held = await Promise.all(Array.from({ length: places }, () => ask('POST', '/v1/bookings', body)))
  expect(held.map(({ status }) => status)).toEqual(Array(places).fill(201))
  return { location, pool, service, body }
}
type Tour = Awaited<ReturnType<typeof heldTour>>

/** The batch that writes a hold, with a booking of its own each time. */
function holdBatch(
  { location, pool, service }: Tour,
  now: number,
): [expire: Statement, ...hold: Statement[]] {
  const context: Context = { db: new Database(env.DB), caller: { kind: 'public' }, wallNow: now }
  const booking = {
    id: newId('bkg', now),
    reference: newReference(),
    location_id: location,
    service_id: service,
    slot,
    starts_at: start,
    ends_at: start + 3_600_000,
    units: '[]',
    places: 1,
    price: 0,
    hold_until: now + 600_000,
    hold_limit: now + 600_000,
    cancel_until: start,
    channel: 'web',
    partner_id: null,
    partner_reference: null,
    contact: null,
  }
  const bucket = start / 60_000
  const groups = [[[{ pool, from: bucket, to: bucket + 1, units: 1 }]]]
  const command = { key: booking.id, fingerprint: booking.id }
  return [
    expireDue([pool], now),
    ...holdStatements(booking, groups, { revision: 1, now, actor: 'public' }, context, command),
  ]
}

/** Cuts the condition of the guarded insert out, and fails where it is no longer found. */
function unguarded([expire, claims, ...rest]: Statement[]): Statement[] {
  const guard =
    /WHERE NOT EXISTS \(SELECT 1 FROM json_each\(a\.value\) claim WHERE [\s\S]*?\)(?=\s*\), chosen AS)/
  const sql = claims?.sql.replace(guard, '') ?? ''
  if (!expire || !claims || sql === claims.sql || sql.includes('tally'))
    throw new Error('no guard found to cut')
  // Parameters keep their numbers: none is used by the guard alone.
  return [expire, { ...claims, sql }, ...rest]
}

/** Two hundred at once; how many were granted, told no by value, and stopped by which constraint. */
async function everybody(batchOf: () => Statement[]) {
  const tries = await Promise.allSettled(
    Array.from({ length: callers }, async () => {
      const outcomes = await new Database(env.DB).batch(batchOf())
      return (outcomes.at(-1)?.rows.length ?? 0) > 0
    }),
  )
  const counts = { granted: 0, told: 0, stopped: 0 }
  for (const one of tries) {
    if (one.status === 'fulfilled') counts[one.value ? 'granted' : 'told']++
    else {
      expect(brokenConstraint(one.reason)).toBe('tally_never_over')
      counts.stopped++
    }
  }
  return counts
}

const soldOf = async (location: string) =>
  (await claimsOf(location)).filter(({ released_at }) => released_at === null).length

describe('with both guards', () => {
  test('seven are sold and the rest told by value, run as it is run below', async () => {
    const tour = await heldTour()
    expect(await everybody(() => holdBatch(tour, deadline))).toEqual({ granted: 7, told: 193, stopped: 0 })
    expect((await recount(tour.location)).faults).toEqual([])
  })

  test('but the overdue holds not expired first, nothing is sold', async () => {
    const tour = await heldTour()
    const withoutExpiry = () => holdBatch(tour, deadline).slice(1)
    expect(await everybody(withoutExpiry)).toEqual({ granted: 0, told: 200, stopped: 0 })
  })
})

describe('without the condition of the insert', () => {
  test('the CHECK stops every claim past the seventh', async () => {
    const tour = await heldTour()
    expect(await everybody(() => unguarded(holdBatch(tour, deadline)))).toEqual({
      granted: 7,
      told: 0,
      stopped: 193,
    })
    expect((await recount(tour.location)).faults).toEqual([])
  })
})

describe('a plan made before the location was changed', () => {
  const stale = async () => {
    const tour = await heldTour()
    await env.DB.prepare('UPDATE location SET revision = revision + 1 WHERE id = ?').bind(tour.location).run()
    return () => holdBatch(tour, deadline)
  }

  test('writes nothing', async () => {
    expect(await everybody(await stale())).toEqual({ granted: 0, told: callers, stopped: 0 })
  })

  test('and would, if the write did not look', async () => {
    const batchOf = await stale()
    const blind = () =>
      batchOf().map(({ sql, params }) => ({ sql: sql.replace(/AND revision = \?\d+/, ''), params }))
    expect((await everybody(blind)).granted).toBe(places)
  })
})

describe('without the CHECK', () => {
  beforeAll(async () => {
    const [table] = (
      await env.DB.prepare("SELECT sql FROM sqlite_master WHERE name = 'tally'").all<{ sql: string }>()
    ).results
    const bare = table?.sql.replace(
      /,\s*CONSTRAINT "?tally_never_over"? CHECK\s*\(taken BETWEEN 0 AND capacity\)/,
      '',
    )
    if (!bare || bare === table?.sql || bare.includes('CHECK')) throw new Error('no CHECK found to leave out')
    await env.DB.batch([env.DB.prepare('DROP TABLE tally'), env.DB.prepare(bare)])
  })

  test('the condition of the insert lets seven through and no more', async () => {
    const { location, body } = await heldTour()
    await env.DB.prepare('UPDATE location SET simulated_now = ? WHERE id = ?').bind(deadline, location).run()
    const answers = await Promise.all(
      Array.from({ length: callers }, () => ask('POST', '/v1/bookings', body)),
    )
    expect(answers.filter(({ status }) => status === 201).length).toBe(places)
    expect(answers.filter(({ body }) => body.code === 'sold_out').length).toBe(callers - places)
    expect(await soldOf(location)).toBe(places)
  })

  test('and without the condition everybody who looked first and saw places is sold one', async () => {
    const tour = await heldTour()
    await env.DB.prepare('UPDATE location SET simulated_now = ? WHERE id = ?')
      .bind(deadline, tour.location)
      .run()
    const day = slot.slice(0, 10)
    const looks = await Promise.all(
      Array.from({ length: 20 }, () =>
        ask('GET', `/v1/services/${tour.service}/availability?from=${day}&to=${day}`),
      ),
    )
    expect(looks.map(({ body }) => body.slots[0].status)).toEqual(Array(20).fill('available'))
    expect(await everybody(() => unguarded(holdBatch(tour, deadline)))).toEqual({
      granted: callers,
      told: 0,
      stopped: 0,
    })
    expect(await soldOf(tour.location)).toBe(callers)
    expect((await recount(tour.location)).faults.length).toBeGreaterThan(0)
  })
})
