import { expect, test, vi } from 'vitest'
import { ask, noon } from './fixtures.ts'
import { approve, chain, go, hour, labour, light, makeWorkshop, quoteOf, toldOf } from './workshop.ts'

/** The life of a work order over the API, with its quotes, its promises and its bill. */

vi.spyOn(console, 'log').mockReturnValue()

test('a job from hand-in to hand-over, with a quote that was approved in part', async () => {
  const { receive, run, command, read } = await makeWorkshop()
  const order = await receive('repair', { contact: { name: 'A. Rider', language: 'nl' } })
  expect(order).toMatchObject({
    status: 'received',
    readyBy: { promised: null, first: null },
    price: { ceiling: null },
  })
  await run(order.id, go('diagnosing'), quoteOf(chain, labour, light))
  expect((await command(order.id, approve(1, 1, 2), { key: order.token })).status).toBe(200)
  const approved = await read(order.id)
  expect(approved).toMatchObject({
    status: 'approved',
    price: { currency: 'GBP', asked: 0, approved: 6_550, ceiling: 7_205, billed: null },
    lines: [{ decision: 'approved' }, { decision: 'approved' }, { decision: 'refused' }],
  })
  expect(approved.readyBy.promised).toBe(approved.readyBy.first)
  expect(approved.readyBy.promised).not.toBeNull()
  await run(
    order.id,
    go('in_progress'),
    { verb: 'work_line', line: 1, actual: 4_000 },
    { verb: 'work_line', line: 2 },
  )
  const refused = await command(order.id, { verb: 'work_line', line: 3 })
  expect([refused.status, refused.body.errors[0].rule]).toEqual([422, 'not_approved'])
  const done = await run(
    order.id,
    go('quality_check'),
    go('ready'),
    { verb: 'bill' },
    go('collected'),
    go('closed'),
  )
  expect(done).toMatchObject({
    status: 'closed',
    price: { actual: 6_700, billed: 6_700 },
    clock: { oursMs: 0 },
  })
  expect((await toldOf(order.id)).map(({ type }) => type)).toEqual([
    ...[
      'work.received',
      'work.diagnosing',
      'work.quoted',
      'work.approved',
      'work.in_progress',
      'work.line_worked',
    ],
    ...[
      'work.line_worked',
      'work.quality_check',
      'work.ready',
      'work.billed',
      'work.collected',
      'work.closed',
    ],
  ])
})

test('a date that slips is moved, and told, before it passes', async () => {
  const { receive, run, advance, read } = await makeWorkshop()
  const order = await receive()
  const first = Date.parse(order.readyBy.first ?? '')
  expect(first).toBeGreaterThan(noon)
  await run(order.id, go('in_progress'))
  await advance(first + 30 * 24 * hour)
  const told = await toldOf(order.id)
  const moves = told.filter(({ type }) => type === 'work.promise_moved')
  expect(moves.length).toBeGreaterThan(0)
  let promised = first
  for (const { at, data } of moves) {
    const [promise] = data.promises as { at: number; was: number }[]
    expect(at).toBeLessThan(promised)
    expect(promise?.was).toBe(promised)
    promised = promise?.at ?? 0
  }
  expect(promised).toBeGreaterThan(first + 30 * 24 * hour)
  expect(Date.parse((await read(order.id)).readyBy.first ?? '')).toBe(first)
})

test('the board has what must be looked at first first', async () => {
  const { location, receive, run, staff } = await makeWorkshop()
  const [waits, soon] = [await receive('repair'), await receive()]
  await run(waits.id, go('diagnosing'))
  const listed = await ask('GET', `/v1/work-orders?locationId=${location}&limit=1`, undefined, { key: staff })
  expect(listed.body.workOrders.map(({ id }: { id: string }) => id)).toEqual([soon.id])
  const next = await ask(
    'GET',
    `/v1/work-orders?locationId=${location}&after=${listed.body.next}`,
    undefined,
    { key: staff },
  )
  expect(next.body.workOrders.map(({ id }: { id: string }) => id)).toEqual([waits.id])
})
