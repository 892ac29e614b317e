import { env } from 'cloudflare:workers'
import { describe, expect, test } from 'vitest'
import { plan } from '../../src/notify/attend.ts'
import { Database } from '../../src/platform/database.ts'
import { projectPromises } from '../../src/promises/index.ts'
import { ask, noon, rows } from './fixtures.ts'
import {
  approve,
  chain,
  go,
  hour,
  labour,
  light,
  makeWorkshop,
  quoteOf,
  toldOf,
  type Workshop,
} from './workshop.ts'

/** Jobs that another system kept become work orders that went through the same rules. */

const day = 24 * hour
const iso = (at: number) => new Date(at).toISOString()
/** A step so many hours after the first of its job. */
type Past = [hours: number, command?: object | undefined, more?: object]

const job = (begun: number, past: Past[], more: object = {}) => ({
  ...{ service: 'service', items: [{ name: 'Blue bicycle' }], receivedAt: iso(begun) },
  steps: past.map(([hours, command, also]) => ({ at: iso(begun + hours * hour), command, ...also })),
  ...more,
})
const agreed = [{ kind: 'labour', name: 'Small service', amount: 4_900 }]
const done: Past[] = [
  [1, go('in_progress')],
  [2, { verb: 'work_line', line: 1 }],
  [3, go('ready')],
  [4, { verb: 'bill' }],
  [5, go('collected')],
  [6, go('closed')],
]
const bring = (shop: Workshop, jobs: object[], more: object = {}) =>
  ask('POST', `/v1/locations/${shop.location}/work/history`, { jobs }, { key: shop.admin, ...more })
const brought = async (shop: Workshop, jobs: object[]) => {
  const { status, body } = await bring(shop, jobs)
  expect([status, body.errors]).toEqual([201, undefined])
  return body.workOrders as { id: string; reference: string; status: string; token: string }[]
}

describe('a history of work', () => {
  test('is closed orders, told at their own times and counted in the ledger', async () => {
    const shop = await makeWorkshop()
    const begun = noon - 10 * day
    const promised = iso(begun + 4 * hour)
    const [first, back] = await brought(shop, [
      job(begun, done.slice(0, 5), { lines: agreed, promised, contact: { email: 'first@example.org' } }),
      job(begun + 2 * day, done, { lines: agreed, reworkOf: 1 }),
    ])
    expect([first?.status, back?.status]).toEqual(['reopened', 'closed'])
    const order = await shop.read(first?.id ?? '')
    expect(order).toMatchObject({
      readyBy: { first: promised.replace('.000Z', '+00:00'), promised: promised.replace('.000Z', '+00:00') },
      price: { approved: 4_900, ceiling: 5_390, billed: 4_900 },
    })
    expect(await shop.read(back?.id ?? '', back?.token ?? '')).toMatchObject({ originId: first?.id })
    const told = await toldOf(first?.id ?? '')
    expect(told.map(({ type, at }) => [type, (at - begun) / hour])).toEqual([
      ...[
        ['work.received', 0],
        ['work.in_progress', 1],
        ['work.line_worked', 2],
        ['work.ready', 3],
      ],
      ...[
        ['work.billed', 4],
        ['work.collected', 5],
        ['work.reopened', 48],
      ],
    ])
    expect(new Set(told.map(({ data }) => data.basis))).toEqual(new Set(['imported']))
    expect(told[3]?.data.outcomes).toMatchObject([{ kind: 'ready_by', kept: true }])
    const id = order.id
    // Whoever is ready now is told, and nobody else.
    const live = await shop.receive('service', { contact: { email: 'rider@example.org' } })
    await shop.run(live.id, go('in_progress'), go('ready'))
    await plan(new Database(env.DB), Date.now(), async () => [])
    const messages = "SELECT DISTINCT subject FROM delivery WHERE location_id = ? AND kind <> 'webhook'"
    expect(await rows(messages, shop.location)).toEqual([{ subject: live.id }])
    await projectPromises(new Database(env.DB))
    const ledger =
      'SELECT kind, first, made_at AS at, outcome FROM promise WHERE subject = ? ORDER BY kind DESC'
    expect(await rows(ledger, id)).toEqual([
      { kind: 'ready_by', first: 1, at: begun, outcome: 'kept' },
      { kind: 'price_not_above', first: 1, at: begun, outcome: 'kept' },
    ])
  })

  test('teaches how long work takes, and what is open goes on by it', async () => {
    const shop = await makeWorkshop()
    const slow = Array.from({ length: 40 }, (_, n) =>
      job(noon - (50 - n) * day - 2 * hour, [
        [0.5, go('in_progress')],
        [3 * 24, go('ready')],
        [3 * 24 + 1, go('collected')],
        [3 * 24 + 2, go('closed')],
      ]),
    )
    const open = job(noon - hour, [[0.5, go('in_progress')]])
    const orders = await brought(shop, [...slow, open])
    const mine = await shop.read(orders.at(-1)?.id ?? '')
    // Two hours is what is configured; half of those before took three days.
    expect(Date.parse(mine.readyBy.often ?? '') - noon).toBeGreaterThan(2 * day)
    expect(mine).toMatchObject({ status: 'in_progress', readyBy: { first: mine.readyBy.promised } })
    await shop.run(mine.id, go('ready'), go('collected'))
  })

  test('has quotes that were answered, were let expire or stand open, dates that were moved, and pauses', async () => {
    const shop = await makeWorkshop()
    const at = (hours: number) => iso(noon + hours * hour)
    const repair = (past: Past[], more: object = {}) =>
      job(noon - 20 * hour, [[1, go('diagnosing')], ...past], { service: 'repair', ...more })
    const asked = { ...quoteOf(chain, labour, light), priceLimit: 12_000 }
    const orders = await brought(shop, [
      repair([[2, asked]]),
      repair([
        [2, asked],
        [3, approve(1, 1, 2), { by: 'customer', promised: at(1) }],
        [4, go('in_progress')],
        [5, undefined, { promised: at(30) }],
        [6, { verb: 'pause', reason: 'parts', until: at(8) }],
      ]),
      repair([
        [2, { ...asked, expiresAt: at(-15) }],
        [9, asked],
      ]),
    ])
    const [open, paused, again] = await Promise.all(orders.map(({ id }) => shop.read(id)))
    expect(open).toMatchObject({ status: 'quoted', readyBy: { promised: null }, price: { asked: 8_545 } })
    expect(paused).toMatchObject({
      ...{
        status: 'paused',
        pause: { reason: 'parts' },
        readyBy: { first: at(1).replace('.000Z', '+00:00') },
      },
      price: { ceiling: 7_205 },
    })
    expect(paused?.history.map(({ type }) => type)).toContain('promise_moved')
    expect(again?.history.map(({ type }) => type)).toEqual([
      'received',
      'diagnosing',
      'quoted',
      'quote_expired',
      'quoted',
    ])
    expect(again?.quotes.map(({ status }) => status)).toEqual(['expired', 'open'])
  })

  test('is brought once, by whoever sets the location up, and only as it could have happened', async () => {
    const shop = await makeWorkshop()
    const idempotencyKey = crypto.randomUUID()
    const one = job(noon - day, done.slice(0, 1))
    const first = await bring(shop, [one], { idempotencyKey })
    const again = await bring(shop, [one], { idempotencyKey })
    expect([first.status, again.status, again.body]).toEqual([201, 201, first.body])
    expect((await bring(shop, [one], { key: shop.staff })).body.code).toBe('out_of_scope')
    const before = await rows('SELECT count(*) AS n FROM event')
    const fault = async (jobs: object[]) => {
      const { status, body } = await bring(shop, jobs)
      return [
        status,
        ...(body.errors ?? []).map(({ path, rule }: { path: string; rule: string }) => `${path} ${rule}`),
      ]
    }
    const begun = noon - day
    const ended = job(begun, done.slice(2, 3))
    const [unworked] = [
      job(begun, [
        [1, go('in_progress')],
        [2, { verb: 'work_line', line: 1 }],
      ]),
    ]
    expect([
      await fault([one, job(noon + hour, [])]),
      await fault([
        job(begun, [
          [2, go('in_progress')],
          [2, go('ready')],
        ]),
      ]),
      await fault([job(begun, [[25, go('in_progress')]])]),
      await fault([ended]),
      await fault([unworked]),
      await fault([job(begun, [[1, { verb: 'reopen' }]])]),
      await fault([job(begun, [], { service: 'painting' })]),
      await fault([one, job(begun, [], { reworkOf: 1 })]),
      await fault([job(begun, [], { promised: iso(begun) })]),
      await fault([job(begun, [[1, undefined]])]),
    ]).toEqual([
      [422, 'jobs.1.receivedAt in_future'],
      [422, 'jobs.0.steps.1.at order'],
      [422, 'jobs.0.steps.0.at in_future'],
      [422, 'jobs.0.steps.0.command.verb wrong_state'],
      [422, 'jobs.0.steps.1.command.line no_such_line'],
      [422, 'jobs.0.steps.0.command.verb own_job'],
      [422, 'jobs.0.service unknown_service'],
      [422, 'jobs.1.reworkOf not_collected'],
      [422, 'jobs.0.promised no_promise'],
      [422, 'jobs.0.steps.0 nothing'],
    ])
    expect(await rows('SELECT count(*) AS n FROM event')).toEqual(before)
  })
})
