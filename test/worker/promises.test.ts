import { env, exports } from 'cloudflare:workers'
import { describe, expect, test } from 'vitest'
import { Database } from '../../src/platform/database.ts'
import { projectPromises } from '../../src/promises/index.ts'
import { ask, makeLocation, makePool, makeService, noon, rows, slots } from './fixtures.ts'
import { clinic, expectDrained, minute, setupBody } from './queue-clinic.ts'
import { approve, chain, go, hour, makeWorkshop, quoteOf } from './workshop.ts'

/** The ledger of promises: what was promised first, and whether it was kept. */

const recordOf = async (location: string) => {
  await projectPromises(new Database(env.DB))
  const found = await ask('GET', `/v1/locations/${location}/promises`)
  expect(found.status).toBe(200)
  return found.body.record as Record<string, unknown>[]
}
const ledger = (location: string) =>
  rows<Record<string, unknown>>(
    'SELECT * FROM promise WHERE location_id = ? ORDER BY event_seq, kind',
    location,
  )

describe('a work order', () => {
  test('that is ready in time and within its price has kept both promises', async () => {
    const { location, receive, run, command } = await makeWorkshop()
    const order = await receive('repair')
    await run(order.id, go('diagnosing'), quoteOf(chain), approve(1, 1), go('in_progress'))
    expect(await recordOf(location)).toEqual([])
    await run(order.id, { verb: 'work_line', line: 1 }, go('quality_check'), go('ready'))
    expect((await command(order.id, { verb: 'bill' })).status).toBe(200)
    const kept = { service: 'repair', name: { en: 'Repair', nl: 'Reparatie' }, channel: 'front_desk' }
    expect(await recordOf(location)).toEqual([
      { kind: 'price_not_above', ...kept, promises: 1, kept: 1, toldBefore: 0 },
      { kind: 'ready_by', ...kept, promises: 1, kept: 1, toldBefore: 0 },
    ])
  })

  test('that is late has broken its first promise, whatever was promised after it', async () => {
    const { location, receive, run, advance } = await makeWorkshop()
    const order = await receive()
    await run(order.id, go('in_progress'))
    const first = Date.parse(order.readyBy.first ?? '')
    await advance(first + 3 * hour)
    await run(order.id, go('ready'))
    const [record] = await recordOf(location)
    expect(record).toMatchObject({ kind: 'ready_by', promises: 1, kept: 0 })
    const made = await ledger(location)
    expect(made.map(({ first, outcome }) => [first, outcome])).toEqual([
      [1, 'broken'],
      ...made.slice(1, -1).map(() => [0, 'replaced']),
      [0, 'kept'],
    ])
    expect(made.length).toBeGreaterThan(1)
  })

  test('that is called off has neither kept nor broken anything', async () => {
    const { location, receive, run } = await makeWorkshop()
    const order = await receive()
    await run(order.id, { verb: 'cancel', reason: 'customer_asked' })
    expect(await recordOf(location)).toEqual([])
    expect((await ledger(location)).map(({ outcome }) => outcome)).toEqual(['withdrawn'])
  })
})

/** A clinic with an appointment at one o'clock. */
async function appointment() {
  const queue = await clinic()
  const pool = await makePool(queue.location, 3)
  const service = await makeService(queue.location, slots([{ of: [pool], take: 'one' }]))
  expect((await queue.setUp({ ...setupBody([service]), revision: 1 })).status).toBe(200)
  const book = async () => {
    const slot = '2026-11-21T13:00:00+00:00'
    const held = (await ask('POST', '/v1/bookings', { serviceId: service, slot, units: { adult: 1 } })).body
    expect((await ask('POST', `/v1/bookings/${held.id}/confirm`, {}, { key: held.token })).status).toBe(200)
    return held.id as string
  }
  const start = Date.parse('2026-11-21T13:00:00Z')
  const comes = (bookingId: string, now: number) => queue.join('visit', { bookingId }, queue.admin, { now })
  return { queue, book, start, comes }
}

describe('an appointment', () => {
  test('is kept if it is called by its time, broken after it, and given back by who comes later', async () => {
    const { queue, book, start, comes } = await appointment()
    const [early, late, tardy] = [await book(), await book(), await book()]
    await comes(early, start - 10 * minute)
    await comes(late, start - 5 * minute)
    const next = (now: number) => queue.command({ verb: 'next', desk: 'desk-1' }, queue.admin, { now })
    await next(start)
    await next(start + minute)
    await next(start + 2 * minute)
    await comes(tardy, start + 3 * minute)
    await next(start + 4 * minute)
    await next(start + 5 * minute)
    await expectDrained(queue)
    const record = (await recordOf(queue.location)).find(({ kind }) => kind === 'start_by')
    expect(record).toMatchObject({ channel: 'web', promises: 2, kept: 1, toldBefore: 0 })
    const ends = new Map((await ledger(queue.location)).map(({ subject, outcome }) => [subject, outcome]))
    expect([early, late, tardy].map((id) => ends.get(id))).toEqual(['kept', 'broken', 'withdrawn'])
  })

  test('that was called by mistake waits on', async () => {
    const { queue, book, start, comes } = await appointment()
    const booking = await book()
    await comes(booking, start - 5 * minute)
    const at = (now: number) => ({ now })
    await queue.command({ verb: 'next', desk: 'desk-1' }, queue.admin, at(start - 4 * minute))
    await queue.command({ verb: 'undo', desk: 'desk-1' }, queue.admin, at(start - 3 * minute))
    await expectDrained(queue)
    expect(await recordOf(queue.location)).not.toContainEqual(expect.objectContaining({ kind: 'start_by' }))
    await queue.command({ verb: 'next', desk: 'desk-1' }, queue.admin, at(start + minute))
    await expectDrained(queue)
    expect(await recordOf(queue.location)).toContainEqual(
      expect.objectContaining({ kind: 'start_by', promises: 1, kept: 0 }),
    )
  })
})

test('a wait that was told counts as what became of it', async () => {
  const queue = await clinic()
  await queue.join()
  await queue.join()
  const call = () => queue.command({ verb: 'call_next', desk: 'desk-1' })
  await call()
  await expectDrained(queue)
  const record = await recordOf(queue.location)
  const told = await rows<{ n: number }>(
    'SELECT count(*) AS n FROM queue_quote WHERE location_id = ? AND renewal = 0 AND kept IS NOT NULL',
    queue.location,
  )
  expect(record.reduce((sum, { promises }) => sum + Number(promises), 0)).toBe(told[0]?.n)
})

test('the ledger made anew, in steps of any size, is the same', async () => {
  const { location, receive, run, advance } = await makeWorkshop()
  const order = await receive('repair')
  await run(order.id, go('diagnosing'), quoteOf(chain), approve(1, 1), go('in_progress'))
  await advance(noon + 40 * hour)
  await run(order.id, { verb: 'work_line', line: 1 }, go('quality_check'), go('ready'), { verb: 'bill' })
  await recordOf(location)
  const before = await ledger(location)
  expect(before.length).toBeGreaterThan(1)
  await env.DB.batch([
    env.DB.prepare('DELETE FROM promise'),
    env.DB.prepare("DELETE FROM cursor WHERE reader = 'promises'"),
    env.DB.prepare("INSERT INTO cursor (reader, seq) VALUES ('promises', 0)"),
  ])
  const db = new Database(env.DB)
  await Promise.all([projectPromises(db, 1), projectPromises(db, 3), projectPromises(db, 2)])
  await projectPromises(db)
  expect(await ledger(location)).toEqual(before)
})

test('a location that is not there has no record', async () => {
  const missing = await ask('GET', '/v1/locations/loc_00000000000000000000000000/promises')
  expect([missing.status, missing.body.code]).toEqual([404, 'not_found'])
  const location = await makeLocation()
  expect(await recordOf(location)).toEqual([])
})

test('the page says it in each language, with the figures', async () => {
  const { location, receive, run } = await makeWorkshop()
  const order = await receive('repair')
  await run(order.id, go('diagnosing'), quoteOf(chain), approve(1, 1), go('in_progress'), go('quality_check'))
  await run(order.id, go('ready'))
  await projectPromises(new Database(env.DB))
  const page = async (lang: string) => {
    const answer = await exports.default.fetch(`http://dawr.test/word/${location}?lang=${lang}`)
    return [answer.status, await answer.text()] as const
  }
  for (const [lang, kept, name] of [
    ['en', '1 of 1 promise kept', 'Repair'],
    ['nl', '1 van 1 belofte gehouden', 'Reparatie'],
    ['ar', 'وفينا بـ 1 من وعد واحد', 'Repair'],
  ] as const) {
    const [status, text] = await page(lang)
    expect([status, text.includes(kept), text.includes(name)]).toEqual([200, true, true])
  }
})
