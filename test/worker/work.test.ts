import { env, exports } from 'cloudflare:workers'
import { expect, test } from 'vitest'
import { forgetAccesses, officeToken } from '../../src/people/index.ts'
import { Database } from '../../src/platform/database.ts'
import { learnWork, sweepWork } from '../../src/work/index.ts'
import { ask, type Key, makeKey, noon, rows } from './fixtures.ts'
import { museum } from './notify-office.ts'
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
  workSetup,
} from './workshop.ts'

/** The life of a work order over the API, with its quotes, its promises and its bill. */

const tinyPng =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='

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

test('a quote that has run out is seen as such, and is not approved', async () => {
  const { receive, run, command, read, advance } = await makeWorkshop()
  const order = await receive('repair')
  await run(order.id, go('diagnosing'), quoteOf(chain))
  const [{ expiresAt = '' } = {}] = (await read(order.id)).quotes
  const late = Date.parse(expiresAt)
  const clock = await makeKey('admin')
  const answer = await command(order.id, approve(1, 1), { key: clock, now: late })
  expect([answer.status, answer.body.code]).toEqual([409, 'wrong_state'])
  expect(await read(order.id, order.token)).toMatchObject({
    status: 'quote_expired',
    lines: [{ decision: 'lapsed' }],
    quotes: [{ status: 'expired' }],
  })
  const told = (await toldOf(order.id)).at(-1)
  expect([told?.type, told?.at]).toEqual(['work.quote_expired', late])
  await advance(late + hour)
  expect((await toldOf(order.id)).length).toBe(4)
})

test('of many answers at once to a quote, one counts', async () => {
  const { receive, run, command, read } = await makeWorkshop()
  const order = await receive('repair')
  await run(order.id, quoteOf(chain, labour))
  const answers = await Promise.all(
    Array.from({ length: 12 }, (_, i) =>
      command(order.id, approve(1, ...(i % 2 ? [1] : [2])), { key: order.token }),
    ),
  )
  expect(
    answers
      .map(({ status }) => status)
      .toSorted()
      .slice(0, 2),
  ).toEqual([200, 409])
  expect((await read(order.id)).lines.map(({ decision }) => decision).toSorted()).toEqual([
    'approved',
    'refused',
  ])
})

test('no more is approved than the limit, and no more is billed than was approved', async () => {
  const { receive, run, command } = await makeWorkshop()
  const order = await receive('repair')
  await run(order.id, { ...quoteOf(chain, labour, light), priceLimit: 7_000 })
  const refused = await command(order.id, approve(1, 1, 2, 3), { key: order.token })
  expect([refused.body.code, refused.body.errors[0].rule]).toEqual(['invalid_field', 'above_limit'])
  await run(
    order.id,
    approve(1, 1, 2),
    go('in_progress'),
    { verb: 'work_line', line: 1 },
    { verb: 'work_line', line: 2 },
  )
  await run(order.id, go('quality_check'), go('ready'))
  const rule = async (...amounts: object[]) =>
    (await command(order.id, { verb: 'bill', amounts })).body.errors[0].rule
  expect(await rule({ line: 3, amount: 1 })).toBe('not_billable')
  expect(await rule({ line: 1, amount: 5_000 })).toBe('above_approved')
  // Each within its tolerance, together above the limit.
  expect(await rule({ line: 1, amount: 4_200 }, { line: 2, amount: 2_900 })).toBe('above_ceiling')
  const billed = await run(order.id, { verb: 'bill', amounts: [{ line: 1, amount: 4_200 }] })
  expect(billed.price).toMatchObject({ approved: 6_550, ceiling: 7_000, billed: 6_900 })
})

test('whoever brings it in approves up to what their account lets them, and its office the rest', async () => {
  const { location, admin, receive, run, command, read } = await makeWorkshop()
  const items = [{ name: 'Cargo bicycle', mark: 'hk-001' }]
  const all = approve(1, 1, 2, 3)
  const order = await receive('repair', { items })
  expect(order.account).toEqual({ id: 'courier', name: 'Harbour couriers', approvesTo: 7_000 })
  await run(order.id, quoteOf(chain, labour, light))
  const refused = await command(order.id, all, { key: order.token })
  expect([refused.body.errors[0].rule, refused.body.facts]).toEqual([
    'above_account',
    { total: 8_545, limit: 7_000 },
  ])
  const some = await command(order.id, approve(1, 1, 2), { key: order.token })
  // With its tolerance it would be more than they may approve.
  expect(some.body.price).toMatchObject({ approved: 6_550, ceiling: 7_000 })

  const dear = await receive('repair', { items })
  await run(dear.id, quoteOf(chain, labour, light))
  const office = await officeToken(env.LINK_SECRET, dear.id)
  expect((await read(dear.id, office)).lines).toHaveLength(3)
  expect((await command(dear.id, all, { key: office })).body.price).toMatchObject({ approved: 8_545 })
  expect((await read(dear.id)).history.at(-1)).toMatchObject({
    type: 'approved',
    by: 'office',
    basis: 'quote',
  })
  const plain = await receive('repair')
  expect(plain.account).toBeNull()
  const stranger = await officeToken(env.LINK_SECRET, plain.id)
  expect((await command(plain.id, { verb: 'cancel', reason: 'other' }, { key: stranger })).status).toBe(404)

  const staff = await makeKey('staff')
  const hand = (more: object) =>
    ask(
      'POST',
      '/v1/work-orders',
      { locationId: location, service: 'repair', items, ...more },
      { key: staff },
    )
  expect((await hand({ lines: [chain, labour, light] })).body.errors[0].rule).toBe('above_account')
  expect((await hand({ account: 'nobody' })).body.errors[0].rule).toBe('unknown_account')
  const set = (setup: object) => ask('PUT', `/v1/locations/${location}/work/setup`, setup, { key: admin })
  const { accounts, ...rest } = workSetup
  expect((await set({ ...rest, revision: 1 })).body.errors).toMatchObject([
    { path: 'accounts', rule: 'in_use' },
  ])
  const twice = { ...workSetup, accounts: [...accounts, ...accounts], revision: 1 }
  expect((await set(twice)).body.errors).toMatchObject([{ path: 'accounts.1.id', rule: 'duplicate' }])
  const events = JSON.stringify(await toldOf(location))
  expect([events.includes('courier'), events.includes('office@')]).toEqual([true, false])
})

test('a partner follows the work that came with its booking, and does no more', async () => {
  const { location, admin, hold } = await museum()
  const [partner, rival, staff] = [await makeKey('partner'), await makeKey('partner'), await makeKey('staff')]
  await ask('PUT', `/v1/locations/${location}/work/setup`, workSetup, { key: admin })
  const booking = await hold('2026-11-24', {}, partner)
  const body = { locationId: location, service: 'service', items: [{ name: 'Pram' }], bookingId: booking.id }
  const { body: order } = await ask('POST', '/v1/work-orders', body, { key: staff })
  const path = `/v1/work-orders/${order.id}`
  const seen = await ask('GET', path, undefined, { key: partner })
  expect([seen.status, seen.body.status, seen.body.readyBy.chance]).toEqual([200, 'received', null])
  expect((await ask('GET', path, undefined, { key: rival })).body.code).toBe('not_found')
  const cancel = { verb: 'cancel', reason: 'other' }
  const commanded = await ask('POST', `${path}/commands`, cancel, { key: partner })
  expect(commanded.body.code).toBe('out_of_scope')
  const page = await exports.default.fetch(`http://dawr.test/desk/work/${order.id}`, {
    headers: { Cookie: `__Host-dawr=${partner.secret}` },
  })
  expect(page.status).toBe(403)
  const typesOf = async (key: Key) =>
    (await ask('GET', '/v1/events?after=0&limit=200', undefined, { key })).body.events.map(
      ({ type }: { type: string }) => type,
    )
  expect(await typesOf(partner)).toEqual(['booking.held', 'work.received'])
  expect(await typesOf(rival)).toEqual([])
})

test('who is shown what is others’ is written down, once an hour; what is one’s own is not', async () => {
  const { location, admin, staff, receive, read } = await makeWorkshop()
  const order = await receive('service', { contact: { name: 'A. Rider' } })
  await read(order.id, order.token)
  await read(order.id)
  await read(order.id)
  const desk = (path: string) =>
    exports.default.fetch(`http://dawr.test${path}`, { headers: { Cookie: `__Host-dawr=${staff.secret}` } })
  expect((await desk(`/desk/messages?location=${location}`)).status).toBe(200)
  await ask('GET', `/v1/bookings?locationId=${location}`, undefined, { key: staff })
  await read(order.id, await makeKey('staff', { scopes: ['desk'] }))
  const of = async (subject: string, key = admin) => {
    const listed = await ask('GET', `/v1/accesses?subject=${subject}`, undefined, { key })
    expect(listed.body.accesses.map(({ actor }: { actor: string }) => actor)).toEqual(
      listed.body.accesses.map(() => staff.id),
    )
    return listed.body.accesses.map(({ what }: { what: string }) => what)
  }
  expect(await of(order.id)).toEqual(['work_order'])
  expect(await of(location)).toEqual(['messages', 'bookings'])
  expect(JSON.stringify(await rows('SELECT * FROM access_log'))).not.toContain('Rider')
  const day = 86_400_000
  await forgetAccesses(new Database(env.DB), Date.now() + 399 * day)
  expect(await of(order.id)).toEqual(['work_order'])
  await forgetAccesses(new Database(env.DB), Date.now() + 401 * day)
  expect(await of(order.id)).toEqual([])
})

test('tax and discounts go with what they are of', async () => {
  const { receive, run } = await makeWorkshop()
  const order = await receive('repair')
  const vat = { kind: 'tax', name: 'VAT', amount: 770, of: 1 }
  const regular = { kind: 'discount', name: 'Regular', amount: -500 }
  await run(order.id, quoteOf(chain, labour, vat, regular))
  const decided = await run(order.id, approve(1, 2))
  expect(decided.lines.map(({ decision }) => decision)).toEqual([
    'refused',
    'approved',
    'refused',
    'approved',
  ])
  expect(decided.price).toMatchObject({ approved: 2_200, ceiling: 2_470 })
})

test('what comes back is another order that names its origin', async () => {
  const { receive, run, read } = await makeWorkshop()
  const contact = { name: 'A. Rider', email: 'rider@example.org' }
  const origin = await receive('service', { contact })
  await run(origin.id, go('in_progress'), go('ready'), go('collected'), go('closed'))
  const again = await run(origin.id, { verb: 'reopen' })
  expect(again).toMatchObject({ status: 'received', originId: origin.id, contact, items: origin.items })
  expect((await read(origin.id)).status).toBe('reopened')
  const events = JSON.stringify([...(await toldOf(origin.id)), ...(await toldOf(again.id))])
  for (const personal of ['Rider', 'rider@', 'bicycle']) expect(events).not.toContain(personal)
})

test('live work is looked at by the sweep, with the time that it is really told', async () => {
  const { receive, location } = await makeWorkshop(null)
  const order = await receive()
  const first = Date.parse(order.readyBy.first ?? '')
  const db = new Database(env.DB)
  expect(await sweepWork(db, Date.now())).toBe(0)
  const late = first - hour / 4
  expect(await sweepWork(db, late)).toBe(1)
  expect(await sweepWork(db, late)).toBe(0)
  const told = (await toldOf(order.id)).at(-1)
  expect([told?.type, told?.at]).toEqual(['work.promise_moved', late])
  await learnWork(db)
  const [model] = await rows<{ model: string }>(
    'SELECT model FROM work_model WHERE location_id = ?',
    location,
  )
  expect(model?.model).toContain(order.id)
  const learned = await rows('SELECT * FROM work_model ORDER BY location_id, service')
  await learnWork(db)
  expect(await rows('SELECT * FROM work_model ORDER BY location_id, service')).toEqual(learned)
})

test('a photo is kept without what says where it was made, and is for its holder and staff', async () => {
  const { receive, run, staff, read } = await makeWorkshop()
  const order = await receive('repair')
  const stranger = await receive()
  const path = `/v1/work-orders/${order.id}/photos`
  const add = (body: object, idempotencyKey = crypto.randomUUID()) =>
    ask('POST', path, body, { key: staff, idempotencyKey })
  const png = Uint8Array.from(atob(tinyPng), (char) => char.charCodeAt(0))
  const place = [0, 0, 0, 5, ...new TextEncoder().encode('tEXtHere!'), 1, 2, 3, 4]
  const image = btoa(String.fromCharCode(...png.subarray(0, 33), ...place, ...png.subarray(33)))
  const key = crypto.randomUUID()
  const added = await add({ subject: 'intake', image }, key)
  expect([added.status, added.body.type, added.body.bytes]).toEqual([201, 'image/png', png.length])
  // The bytes were lost on their way: the same request brings them again.
  await env.PHOTOS.delete(`${order.id}/${added.body.id}`)
  expect((await add({ subject: 'intake', image }, key)).body).toEqual(added.body)
  expect((await read(order.id)).photos.map(({ id }) => id)).toEqual([added.body.id])

  const see = (by: string) =>
    exports.default.fetch(`http://dawr.test${path}/${added.body.id}`, {
      headers: { Authorization: `Bearer ${by}` },
    })
  for (const by of [staff.secret, order.token]) {
    const seen = await see(by)
    expect([seen.status, seen.headers.get('Content-Type')]).toEqual([200, 'image/png'])
    expect(new Uint8Array(await seen.arrayBuffer())).toEqual(png)
  }
  expect((await see(stranger.token)).status).toBe(404)

  const rule = async (body: object) => (await add(body)).body.errors?.[0]?.rule
  expect(await rule({ subject: 'intake', image: btoa('<svg onload="alert(1)"></svg>') })).toBe('no_image')
  expect(await rule({ subject: 'line', line: 1, image })).toBe('no_such_line')
  expect(await rule({ subject: 'intake', image: 'A'.repeat(6_990_508 + 4) })).toBe('too_large')
  expect((await add({ subject: 'intake', image: 'A'.repeat(7_400_000) })).body.code).toBe('body_too_large')
  await run(order.id, quoteOf(chain))
  expect((await add({ subject: 'line', line: 1, image })).status).toBe(201)
})
