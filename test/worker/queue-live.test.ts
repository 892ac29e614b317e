import { evictDurableObject, runInDurableObject } from 'cloudflare:test'
import { exports } from 'cloudflare:workers'
import { describe, expect, test } from 'vitest'
import type { Display, LocationQueue } from '../../src/queue/index.ts'
import type { Seen } from '../../src/queue/order.ts'
import { scaled } from '../scale.ts'
import { ask, makeKey, noon } from './fixtures.ts'
import { type Clinic, clinic, minute, setupBody } from './queue-clinic.ts'
import { callsOf, expectEqual, Receiver } from './queue-receiver.ts'

describe('a live socket', () => {
  test('begins with everything, then says what changes, each once and in order', async () => {
    const queue = await clinic()
    const mine = (await queue.join()).body
    const pages = {
      desk: await new Receiver(queue, 'view=desk', queue.staff).open(),
      display: await new Receiver(queue, 'view=display').open(),
      ticket: await new Receiver(queue, `view=ticket&ticket=${mine.id}`, mine.token).open(),
    }
    await queue.join()
    for (let i = 0; i < 3; i++) await queue.command({ verb: 'next', desk: 'desk-1' })
    await expectEqual(queue, pages.desk, 'desk')
    await expectEqual(queue, pages.display, 'display')
    await expectEqual(queue, pages.ticket, mine.id, mine.token)
    const [first, second] = (await callsOf(queue)).map(({ seq }) => seq)
    expect(pages.desk.announced).toEqual([
      { seq: first, number: 'A1' },
      { seq: second, number: 'A2' },
    ])
    expect(pages.display.announced).toEqual(pages.desk.announced)
    expect(pages.ticket.announced).toEqual([{ seq: first, number: 'A1' }])
    for (const page of Object.values(pages)) expect([page.snapshots, page.messages]).toEqual([1, 5])
  })

  test('shows a display numbers, desks and services, and nothing of a ticket', async () => {
    const queue = await clinic()
    const display = await new Receiver(queue, 'view=display').open()
    const { id, reference } = (await queue.join()).body
    await queue.command({ verb: 'next', desk: 'desk-1' })
    await expectEqual(queue, display, 'display')
    const text = JSON.stringify(display.shown)
    expect(text).toContain('"number":"A1"')
    for (const secret of [id, reference, 'vis_']) expect(text).not.toContain(secret)
    expect(display.shown.tickets).toBeUndefined()
  })

  test('goes on where it was after the object slept', async () => {
    const queue = await clinic()
    const desk = await new Receiver(queue, 'view=desk', queue.staff).open()
    await queue.join()
    await evictDurableObject(queue.stub())
    await queue.join()
    await queue.command({ verb: 'next', desk: 'desk-1' })
    await expectEqual(queue, desk, 'desk')
    expect([desk.snapshots, desk.announced.length]).toEqual([1, 1])
    expect(await desk.send('ping')).toBe('pong')
  })

  test('replays what was missed, and starts anew where that is too much, another day, or another set-up', async () => {
    const queue = await clinic()
    const desk = await new Receiver(queue, 'view=desk', queue.staff).open()
    await desk.upTo((await queue.read()).seq)
    desk.cut()
    await queue.join()
    await queue.command({ verb: 'next', desk: 'desk-1' })
    await desk.open()
    await expectEqual(queue, desk, 'desk')
    expect([desk.snapshots, desk.announced.length]).toEqual([1, 1])
    desk.cut()
    await queue.command({ verb: 'next', desk: 'desk-1' })
    await queue.command({ verb: 'close_desk', desk: 'desk-1' }, queue.admin, { now: noon + 24 * 60 * minute })
    await desk.open()
    await expectEqual(queue, desk, 'desk')
    expect([desk.snapshots, desk.shown.date]).toEqual([2, '2026-11-22'])
    const { desks, ...setup } = setupBody()
    const more = [...desks, { id: 'desk-3', name: 'Desk 3', services: ['blood'] }]
    expect((await queue.setUp({ ...setup, desks: more, revision: 1 })).status).toBe(200)
    await expectEqual(queue, desk, 'desk')
    expect([desk.snapshots, desk.shown.desks.length]).toEqual([3, 3])
    const ahead = await new Receiver(queue, 'view=desk', queue.staff).open()
    await ahead.upTo((await queue.read()).seq)
    ahead.cut()
    ahead.seq += 1_000
    await ahead.open()
    await expectEqual(queue, ahead, 'desk')
  })

  test('is as large as what changed, however many wait', async () => {
    const sizes: Record<string, number>[] = []
    const queue = await clinic()
    const pages = {
      desk: await new Receiver(queue, 'view=desk', queue.staff).open(),
      display: await new Receiver(queue, 'view=display').open(),
    }
    const own = (await queue.join('blood')).body
    const ticket = await new Receiver(queue, `view=ticket&ticket=${own.id}`, own.token).open()
    const size = async () => {
      await queue.join()
      await Promise.all(
        Object.values({ ...pages, ticket }).map(async (page) => page.upTo((await queue.read()).seq)),
      )
      sizes.push(
        Object.fromEntries(
          Object.entries({ ...pages, ticket }).map(([name, { sizes: all }]) => [name, all.at(-1) ?? 0]),
        ),
      )
    }
    await size()
    for (let i = 0; i < scaled(120, 2_000); i++) await queue.join()
    await size()
    const [few, many] = sizes as [Record<string, number>, Record<string, number>]
    // A few more digits, no more.
    for (const [name, bytes] of Object.entries(few))
      expect((many[name] as number) - bytes).toBeLessThan(scaled(20, 40))
    expect(few.ticket).toBeLessThan(600)
    // A desk is shown the front of a line, reads the rest by pages, and is told who comes forward.
    const now = await queue.read()
    type Shown = { tickets: { id: string; status: string; service: string }[] }
    const visits = ({ tickets }: Shown) =>
      tickets.filter(({ status, service }) => status === 'waiting' && service === 'visit').map(({ id }) => id)
    expect([visits(now).length, now.services[0].waiting]).toEqual([100, scaled(120, 2_000) + 2])
    const page = async (query: string) =>
      (await ask('GET', `${queue.path}/line?line=visit&limit=40${query}`, undefined, { key: queue.staff }))
        .body
    const first = await page('')
    const second = await page(`&after=${first.next}`)
    const third = await page(`&after=${second.next}`)
    expect(
      visits({ tickets: [...first.tickets, ...second.tickets, ...third.tickets] }).slice(0, 100),
    ).toEqual(visits(now))
    expect(third.tickets.map(({ ahead }: { ahead: number }) => ahead)).toEqual(
      third.tickets.map((_: unknown, i: number) => 80 + i),
    )
    const desk = await new Receiver(queue, 'view=desk', queue.staff).open()
    await desk.upTo(now.seq)
    for (let i = 0; i < 3; i++) await queue.command({ verb: 'next', desk: 'desk-1' })
    const moved = await queue.read()
    await desk.upTo(moved.seq)
    expect(visits(desk.shown)).toEqual(expect.arrayContaining(visits(moved)))
  })

  test('is opened by whoever may look: the desk by staff, a ticket by its holder, a display by everybody', async () => {
    const queue = await clinic()
    const [mine, other] = [(await queue.join()).body, (await queue.join()).body]
    const status = async (query: string, key?: Parameters<Clinic['watch']>[1]) => {
      const response = await queue.watch(query, key)
      response.webSocket?.accept()
      response.webSocket?.close()
      return response.status
    }
    expect(await status('view=desk')).toBe(401)
    expect(await status('view=desk', 'dawr_test_wrongwrongwrongwrong')).toBe(401)
    expect(await status('view=desk', mine.token)).toBe(403)
    expect(await status('view=desk', await makeKey('partner'))).toBe(403)
    expect(await status('view=desk', await makeKey('staff', { scopes: ['bookings'] }))).toBe(403)
    expect(await status('view=desk', queue.staff)).toBe(101)
    expect(await status(`view=ticket&ticket=${mine.id}`, mine.token)).toBe(101)
    expect(await status(`view=ticket&ticket=${mine.id}`, queue.staff)).toBe(101)
    expect(await status(`view=ticket&ticket=${mine.id}`, other.token)).toBe(404)
    expect(await status(`view=ticket&ticket=${mine.id}`)).toBe(401)
    expect(await status('view=ticket', mine.token)).toBe(400)
    expect(await status('view=display')).toBe(101)
    expect(await status('view=display&since=x')).toBe(400)
    const plain = await exports.default.fetch(`http://dawr.test${queue.path}/live?view=display`)
    expect([plain.status, ((await plain.json()) as { code: string }).code]).toEqual([400, 'invalid_request'])
    const elsewhere = await clinic()
    expect((await elsewhere.watch(`view=ticket&ticket=${mine.id}`, mine.token)).status).toBe(404)
  })

  test('is closed when the key that opened it is revoked', async () => {
    const queue = await clinic()
    const desk = await new Receiver(queue, 'view=desk', queue.staff).open()
    const display = await new Receiver(queue, 'view=display').open()
    expect((await ask('POST', `/v1/keys/${queue.staff.id}/revoke`, {}, { key: queue.admin })).status).toBe(
      200,
    )
    await expect.poll(() => desk.closedBy).toBe(4401)
    await queue.join()
    await expect.poll(() => display.messages).toBe(2)
    expect((await queue.watch('view=desk', queue.staff)).status).toBe(401)
  })
})

test('a reader without a socket is told only what is new', async () => {
  const queue = await clinic()
  const mine = (await queue.join()).body
  const readers = [
    [queue.path, queue.staff],
    [`${queue.path}/display`, undefined],
    [`${queue.path}/tickets/${mine.id}`, mine.token],
  ] as const
  for (const [path, key] of readers) {
    const read = async (tag?: string) => {
      const response = await exports.default.fetch(`http://dawr.test${path}`, {
        headers: {
          ...(key ? { Authorization: `Bearer ${typeof key === 'string' ? key : key.secret}` } : {}),
          ...(tag ? { 'If-None-Match': tag } : {}),
        },
      })
      return { status: response.status, tag: response.headers.get('ETag') ?? '', text: await response.text() }
    }
    const first = await read()
    expect(first.status).toBe(200)
    const again = await read(first.tag)
    expect([again.status, again.tag, again.text]).toEqual([304, first.tag, ''])
    await queue.join()
    expect((await read(first.tag)).status).toBe(200)
  }
  await queue.command({ verb: 'next', desk: 'desk-1' })
  await queue.command({ verb: 'missed', ticket: mine.id, reason: 'went out' })
  const { calls, desks } = await queue.display()
  expect(calls).toMatchObject([{ number: 'A1', desk: 'desk-1', deskName: 'Desk 1', again: false }])
  expect(desks[0]).toMatchObject({ number: null, visit: null })
})

test('the last calls cost the same after thousands of events, and nothing where they were seen', async () => {
  const queue = await clinic()
  await queue.join()
  await queue.command({ verb: 'next', desk: 'desk-1' })
  const unknown = { setupRevision: undefined, clock: undefined, vouch: undefined }
  const asking = { location: queue.location, wallNow: noon, ...unknown }
  await runInDurableObject(queue.stub(), async (object: LocationQueue, { storage }) => {
    await object.catchUp(Number.MAX_SAFE_INTEGER)
    // Between the call and now: as many events as some hours of a busy hall, which D1 is not to be given.
    for (let seq = 1_001; seq <= 4_000; seq++)
      storage.sql.exec('INSERT INTO event VALUES (?, ?)', seq, JSON.stringify({ type: 'joined', seq }))
    let rowsRead: number[] = []
    const { sql } = storage
    const exec = sql.exec.bind(sql)
    sql.exec = (...asked: Parameters<typeof exec>) => {
      const cursor = exec(...asked)
      const found = cursor.toArray()
      rowsRead.push(cursor.rowsRead)
      return { toArray: () => found } as never
    }
    const look = async (seen?: string) => (await object.display(asking, seen)) as Seen<Display>
    const { tag } = await look()
    rowsRead = []
    expect((await look()).view?.calls).toMatchObject([{ number: 'A1' }])
    expect(rowsRead).toEqual([1])
    rowsRead = []
    expect(await look(tag)).toMatchObject({ tag, view: undefined })
    expect(rowsRead).toEqual([])
    sql.exec = exec
    sql.exec('DELETE FROM event WHERE seq > 1000')
  })
})

test('a desk, a display and fifty phones whose network comes and goes all show what the server knows', async () => {
  let [done, calls] = [0, 0]
  for (let seed = 1; seed <= scaled(1, 20); seed++) {
    const seen = await expectSameAfterCuts(seed)
    done += seen.done
    calls += seen.calls
  }
  expect([done > 30, calls > 10]).toEqual([true, true])
})

/** Some hundred steps of a day, each followed by a cut or a return of some pages; failing seeds are named. */
async function expectSameAfterCuts(seed: number) {
  let drawn = seed
  const below = (most: number) => {
    drawn = (drawn * 48_271) % 2_147_483_647
    return drawn % most
  }
  const queue = await clinic()
  await queue.command({ verb: 'open_desk', desk: 'desk-2' })
  const tickets: { id: string; token: string }[] = []
  const join = async () => {
    const { id, token } = (await queue.join(below(3) === 0 ? 'blood' : 'visit')).body
    tickets.push({ id, token })
  }
  for (let i = 0; i < 50; i++) await join()
  const desk = new Receiver(queue, 'view=desk', queue.staff)
  const display = new Receiver(queue, 'view=display')
  const phones = tickets.map(({ id, token }) => new Receiver(queue, `view=ticket&ticket=${id}`, token))
  const pages = [desk, display, ...phones]
  await Promise.all(pages.map((page) => page.open()))
  const { seq: from } = await queue.read()
  await Promise.all(pages.map((page) => page.upTo(from)))
  let now = noon
  let done = 0
  const reason = 'as it happens'
  for (let step = 0; step < 100; step++) {
    const at = { desk: `desk-${1 + below(2)}` }
    const { id: ticket = '', token } = tickets[below(tickets.length)] ?? {}
    const choice = below(14)
    now += below(30_000)
    const said = [
      { verb: 'missed', ticket, reason },
      { verb: 'reinstate', ticket },
      { verb: 'call_again', ticket },
      { verb: 'undo', ...at },
      { verb: 'transfer', ticket, service: below(2) === 0 ? 'visit' : 'blood' },
      { verb: 'reorder', ticket, target: { to: 'front' }, reason },
    ][choice]
    if (choice === 6) await join()
    else if (choice === 7) await queue.command({ verb: 'defer', ticket, byMinutes: 5 }, token)
    else if (choice === 8) await queue.command({ verb: 'leave', ticket }, token)
    else if ((await queue.command(said ?? { verb: 'next', ...at }, queue.admin, { now })).status === 200)
      done++
    for (let i = 0; i < 5; i++) {
      const page = pages[below(3) === 0 ? below(2) : below(pages.length)]
      if (page?.isOpen) page.cut()
      else await page?.open()
    }
    if (step === 50) await evictDurableObject(queue.stub())
  }
  await Promise.all(pages.filter((page) => !page.isOpen).map((page) => page.open()))
  await expectEqual(queue, desk, 'desk')
  await expectEqual(queue, display, 'display')
  const last = await queue.read()
  for (const [i, phone] of phones.entries())
    await expectEqual(queue, phone, tickets[i]?.id ?? '', tickets[i]?.token, last)
  const calls = (await callsOf(queue)).filter(({ seq }) => seq > from)
  const announced = calls.map(({ seq }) => seq)
  for (const page of [desk, display])
    expect([seed, page.announced.map(({ seq }) => seq)]).toEqual([seed, announced])
  for (const [i, phone] of phones.entries()) {
    const own = calls.filter(({ ticket }) => ticket === tickets[i]?.id).map(({ seq }) => seq)
    expect([seed, phone.announced.map(({ seq }) => seq)]).toEqual([seed, own])
  }
  for (const page of pages) page.cut()
  return { done, calls: calls.length }
}
