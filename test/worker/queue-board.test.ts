import { exports } from 'cloudflare:workers'
import { expect, test, vi } from 'vitest'
import { noon } from './fixtures.ts'
import { minute, setupBody } from './queue-clinic.ts'
import {
  boardOf,
  colleague,
  formOf,
  formsOf,
  joined,
  next,
  openClinic,
  openedOn,
  press,
  ticketsOf,
  verbsOf,
} from './queue-visits.ts'
import { standAtNoon } from './touring.ts'
import type { SeenForm } from './visitor.ts'

/** The desk's board, through the whole Worker, without a browser. */

standAtNoon()

test('is for whoever is signed in, and its live address too', async () => {
  const queue = await openClinic()
  const { visitor } = await joined(queue)
  const refused = await visitor.open(boardOf(queue))
  expect([refused.status, refused.text.includes('You are not signed in')]).toEqual([401, true])
  const fields = {
    location: queue.location,
    at: 'desk-1',
    verb: 'next',
    desk: 'desk-1',
    key: crypto.randomUUID(),
  }
  const tried = await visitor.press({ action: '/desk/queue', fields })
  expect((await visitor.open(tried.next)).status).toBe(401)
  const staff = await colleague()
  expect((await staff.press({ action: '/desk/queue', fields }, {}, 'http://elsewhere.test')).status).toBe(403)
  expect((await staff.open('/desk/queue?location=loc_00000000000000000000000000')).status).toBe(404)
  expect((await ticketsOf(queue)).map(({ number }) => number)).toEqual(['A1'])
  expect((await queue.read()).desks[0].ticket).toBeNull()
  const watch = (path: string, cookies: Map<string, string>, from = 'http://dawr.test') =>
    exports.default.fetch(`http://dawr.test${path}`, {
      headers: {
        Upgrade: 'websocket',
        Origin: from,
        Cookie: [...cookies].map((pair) => pair.join('=')).join('; '),
      },
    })
  const live = `/desk/queue/live?location=${queue.location}`
  expect((await watch(live, visitor.cookies)).status).toBe(401)
  const open = new Map<string, string>()
  expect((await watch(live, staff.cookies, 'http://elsewhere.test')).status).toBe(403)
  for (const [path, cookies] of [
    [live, staff.cookies],
    [`/hall/${queue.location}/live`, open],
    [`/hall/${queue.location}/live?since=x`, open],
  ] as const) {
    const opened = await watch(path, cookies)
    expect([path, opened.status]).toEqual([path, 101])
    opened.webSocket?.accept()
    opened.webSocket?.close()
  }
})

test('calls, serves and finishes with Next, and takes a press back', async () => {
  const queue = await openClinic()
  const [first, second] = [await joined(queue), await joined(queue)]
  const staff = await colleague()
  const board = await press(staff, boardOf(queue), { verb: 'next' })
  expect(board.text).toContain('Desk 1 A1 Called')
  expect(verbsOf(board).slice(0, 6)).toEqual([
    ...['next', 'call_again', 'undo', 'break_desk', 'close_desk'],
    'missed', // early: it needs a word more
  ])
  expect(board.html).toMatch(/<kbd data-key="n"/)
  const back = await press(staff, boardOf(queue), { verb: 'undo' })
  expect(back.text).toContain('Desk 1 Free')
  expect((await first.visitor.open(first.href)).text).toContain('You are next')
  const form = formOf(back, { verb: 'next' })
  await staff.press(form)
  await staff.press(form)
  expect((await staff.open(boardOf(queue))).text).toContain('Desk 1 A1 Called')
  const serving = await press(staff, boardOf(queue), { verb: 'next' })
  expect(serving.text).toContain('Desk 1 A1 Being helped')
  const silent = await press(staff, boardOf(queue), { verb: 'pause' })
  expect(silent.text).toContain('Say why: it stays on record.')
  const paused = await press(staff, boardOf(queue), { verb: 'pause' }, { reason: 'fetches papers' })
  expect(paused.text).toContain('Paused since')
  await press(staff, boardOf(queue), { verb: 'resume' })
  expect((await staff.open(boardOf(queue))).text).toContain('Desk 1 A1 Being helped')
  const other = await press(staff, boardOf(queue), { verb: 'next' })
  expect(other.text).toContain('Desk 1 A2 Called')
  expect((await second.visitor.open(second.href)).text).toContain('go to Desk 1')
})

test('calls out of turn, lets go of who left, breaks, closes, opens', async () => {
  const queue = await openClinic()
  for (let i = 0; i < 3; i++) await joined(queue)
  const staff = await colleague()
  const [, , third] = await ticketsOf(queue)
  const board = await staff.open(boardOf(queue))
  expect(board.text).toContain('A1 Visit 1 person since 12:00')
  const given = await press(staff, boardOf(queue), { verb: 'call_given', ticket: third?.id ?? '' })
  expect(given.text).toContain('Desk 1 A3 Called')
  const first = (await ticketsOf(queue)).find(({ number }) => number === 'A1')
  const left = await press(staff, openedOn(queue, first), { verb: 'leave' }, { reason: 'went home' })
  expect(left.html.match(/class="board-row"/g)).toHaveLength(1)
  // Whoever was let go of by mistake is brought back from the page that comes of it.
  const undone = await staff.press(formOf(left, { verb: 'undo', ticket: first?.id ?? '' }))
  expect((await staff.open(undone.next)).html.match(/class="board-row"/g)).toHaveLength(2)
  expect((await press(staff, boardOf(queue), { verb: 'missed' })).text).toContain('Say why')
  await press(staff, boardOf(queue), { verb: 'missed' }, { reason: 'not in the hall' })
  const away = await press(staff, boardOf(queue), { verb: 'break_desk' })
  expect(away.text).toContain('Desk 1 On a break')
  expect((await queue.read()).desks[0].breakEndsAt).toBe('2026-11-21T12:10:00+00:00')
  expect(verbsOf(away)[0]).toBe('open_desk')
  expect((await press(staff, boardOf(queue), { verb: 'open_desk' })).text).toContain('Desk 1 Free')
  expect((await press(staff, boardOf(queue), { verb: 'close_desk' })).text).toContain('Desk 1 Closed')
})

test('takes back whoever was missed, and lists nobody who cannot come back', async () => {
  const queue = await openClinic()
  for (let i = 0; i < 2; i++) await joined(queue)
  const staff = await colleague()
  for (let i = 0; i < 2; i++) {
    await next(queue)
    const { desks } = await queue.read()
    await queue.command({ verb: 'missed', ticket: desks[0].ticket, reason: 'not there' })
  }
  expect((await staff.open(boardOf(queue))).text).toMatch(/Did not come when called A1 .* A2 /)
  const back = await press(staff, boardOf(queue), { verb: 'reinstate' })
  expect((await ticketsOf(queue)).map(({ number }) => number)).toEqual(['A1'])
  expect(back.text).toMatch(/Waiting A1 .* Did not come when called A2 /)
  vi.setSystemTime(noon + 31 * minute)
  await queue.join('blood')
  expect((await staff.open(boardOf(queue))).text).not.toContain('Did not come when called A2')
})

test('has every verb for somebody in the line, with what is known of them', async () => {
  const queue = await openClinic()
  for (let i = 0; i < 3; i++) await joined(queue)
  const staff = await colleague()
  const [first, second, third] = await ticketsOf(queue)
  const move = async (hidden: Record<string, string>, filled: Record<string, string> = {}) =>
    (await press(staff, openedOn(queue, third), hidden, filled)).text
  expect(verbsOf(await staff.open(openedOn(queue, third)))).toEqual(
    expect.arrayContaining([
      'call_given',
      'presence',
      'reachability',
      'defer',
      'transfer',
      'reorder',
      'leave',
    ]),
  )
  expect(await move({ verb: 'presence' }, { minutes: '٢٠' })).toContain('on the way, here at 12:20')
  expect(await move({ verb: 'presence', presence: 'on_site' })).not.toContain('on the way, here')
  expect(await move({ verb: 'reachability' })).toMatch(/A3 .* cannot be reached/)
  expect(await move({ verb: 'reachability' })).not.toMatch(/A3 [^·]* cannot be reached since/)
  const [front, after] = [{ place: 'front' }, { place: first?.id ?? '' }]
  expect(await move({ verb: 'reorder' }, front)).toContain('Say why')
  expect(await move({ verb: 'reorder' }, { ...front, reason: 'unwell' })).toMatch(/Waiting A3 .* A1 .* A2 /)
  expect(await move({ verb: 'reorder' }, { ...after, reason: 'mistaken' })).toMatch(/A1 .* A3 .* A2 /)
  vi.setSystemTime(noon + minute)
  expect(await move({ verb: 'reorder' }, { place: 'end', reason: 'asked' })).toMatch(/A1 .* A2 .* A3 /)
  expect(await move({ verb: 'defer' }, { minutes: '10' })).toContain('not before 12:11')
  expect(await move({ verb: 'defer' }, { minutes: 'soon' })).toContain('We did not understand that')
  expect(await move({ verb: 'transfer' }, { to: 'service:blood' })).toContain('A3 Blood test')
  const given = await press(staff, openedOn(queue, second), { verb: 'transfer' }, { to: 'desk:desk-2' })
  // Only the other desk may call them now.
  expect(formsOf(given).filter(({ fields }) => fields.verb === 'call_given')).toHaveLength(2)
  await next(queue)
  await next(queue)
  const sent = await press(staff, boardOf(queue), { verb: 'transfer' }, { to: 'service:blood' })
  expect(sent.text).toContain('Desk 1 Free')
  expect(sent.text).toMatch(/A1 Blood test/)
})

test('calls past somebody who has been passed over often enough only with a reason', async () => {
  const queue = await openClinic({ rules: { overtakeBudget: 0 } })
  for (let i = 0; i < 2; i++) await joined(queue)
  const staff = await colleague()
  const second = (await ticketsOf(queue))[1]
  const call = { verb: 'call_given', ticket: second?.id ?? '' }
  const asked = await staff.press(formOf(await staff.open(boardOf(queue)), call))
  const why = await staff.open(asked.next)
  expect(why.text).toContain(
    'A1 came earlier and has been passed over as often as is fair. To call A2 all the same',
  )
  const opened = formsOf(why).filter(
    ({ fields }) => fields.verb === 'call_given' && fields.ticket === second?.id,
  )
  const done = await staff.press(opened.at(-1) as SeenForm, { reason: 'very unwell' })
  expect((await staff.open(done.next)).text).toContain('Desk 1 A2 Called')
})

test('lets people join or not, adds whoever has no phone, and asks about a visit that takes long', async () => {
  const queue = await openClinic({
    services: [{ ...setupBody().services[0], p99Minutes: 20 }, setupBody().services[1]],
  })
  const staff = await colleague()
  const shut = await press(staff, boardOf(queue), { verb: 'close_joins', service: 'blood' })
  expect(shut.text).toMatch(/Visit open .* Blood test closed/)
  expect((await press(staff, boardOf(queue), { verb: 'open_joins', service: 'blood' })).text).toMatch(
    /Blood test open/,
  )
  const added = await press(
    staff,
    boardOf(queue),
    { verb: 'join' },
    { service: 'visit', party: '٢', reachable: 'false' },
  )
  expect(added.text).toMatch(/A1 Visit 2 people cannot be reached/)
  expect(
    (await press(staff, boardOf(queue), { verb: 'join' }, { service: 'visit', party: 'x' })).text,
  ).toContain('We did not understand that')
  await next(queue)
  await next(queue)
  vi.setSystemTime(noon + 21 * minute)
  await queue.join('blood') // whose time the queue then has
  const long = await staff.open(boardOf(queue))
  expect(long.text).toContain('A1 has been at this desk since 12:00. Is it still going on?')
  expect((await press(staff, boardOf(queue), { verb: 'still_going' })).text).not.toContain('still going on?')
})

test('says what could not be done, on the page one comes back to', async () => {
  const queue = await openClinic()
  await joined(queue)
  const staff = await colleague()
  const [ticket] = await ticketsOf(queue)
  const reason = { reason: 'went home' }
  const stale = formOf(await staff.open(openedOn(queue, ticket)), { verb: 'leave' })
  await press(staff, openedOn(queue, ticket), { verb: 'leave' }, reason)
  const again = { ...stale.fields, key: crypto.randomUUID() }
  const done = await staff.press({ ...stale, fields: again }, reason)
  expect(done.next).toBe(`${openedOn(queue, ticket)}&problem=wrong_state`)
  const told = await staff.open(done.next)
  expect(told.text).toContain('This has changed in the meantime')
  expect(told.html).toMatch(/class="notice notice-warning" role="status"/)
  expect(told.text).toContain('Nobody is waiting.')
  const idle = await press(staff, boardOf(queue), { verb: 'next' })
  expect(idle.text).toContain('Nobody who is here waits for this desk.')
  // A desk that is not there is taken as the first one; a form that is not whole does nothing.
  expect((await staff.open(boardOf(queue, 'desk-9'))).text).toContain('Desk 1')
  const { key: _, ...keyless } = stale.fields
  expect((await staff.press({ ...stale, fields: keyless })).next).toBe(boardOf(queue))
})

test('finds anybody who waits by number or code, however far back, and whoever is at a desk there', async () => {
  const queue = await openClinic()
  await Promise.all(Array.from({ length: 63 }, () => queue.join()))
  await queue.command({ verb: 'next', desk: 'desk-1' })
  const staff = await colleague()
  const board = await staff.open(boardOf(queue))
  expect(board.html.match(/class="board-row/g)).toHaveLength(60)
  const last = (await ticketsOf(queue)).find(({ number }) => number === 'A63')
  if (!last) throw new Error('nobody is last')
  for (const typed of ['a63', ' A 63', 'A٦٣', last.reference.toLowerCase()]) {
    const found = await staff.open(`${boardOf(queue)}&find=${encodeURIComponent(typed)}`)
    expect(formOf(found, { verb: 'leave', ticket: last.id }).action).toBe('/desk/queue')
    expect(found.html.match(/class="board-row/g)).toHaveLength(61)
  }
  expect((await staff.open(`${boardOf(queue)}&find=A99`)).text).toContain(
    'Nobody who waits has this number or code.',
  )
  const called = await staff.open(`${boardOf(queue, 'desk-2')}&find=A1`)
  expect(called.next).toBe(boardOf(queue))
  // Somebody opened from far back goes on being opened when a press of theirs is refused.
  const refused = await press(
    staff,
    `${boardOf(queue)}&find=A63`,
    { verb: 'leave', ticket: last.id },
    { reason: '' },
  )
  expect(refused.text).toContain('Say why')
  expect(verbsOf(refused)).toContain('reorder')
})
