import { runDurableObjectAlarm } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { gzipSync } from 'node:zlib'
import { describe, expect, test, vi } from 'vitest'
import { noon, office } from './fixtures.ts'
import { minute, setupBody } from './queue-clinic.ts'
import {
  boardOf,
  colleague,
  formOf,
  formsOf,
  joined,
  next,
  openClinic,
  press,
  ticketsOf,
  verbsOf,
} from './queue-visits.ts'
import { standAtNoon } from './touring.ts'
import { Visitor } from './visitor.ts'

/** Joining, one's ticket and the hall's screen, through the whole Worker, without a browser. */

standAtNoon()

describe('joining', () => {
  test('shows each service, how many wait, and whether one can join', async () => {
    const queue = await openClinic()
    for (let i = 0; i < 2; i++) await joined(queue)
    await queue.command({ verb: 'close_joins', service: 'blood' })
    const page = await new Visitor().open(`/queue/${queue.location}`)
    expect(page.status).toBe(200)
    expect(page.text).toContain('Visit 2 people are waiting')
    expect(page.text).toContain('Blood test Nobody is waiting Nobody can join any more today.')
    expect(formsOf(page).map(({ fields }) => fields.service)).toEqual(['visit'])
    await queue.command({ verb: 'close_joins' })
    expect(formsOf(await new Visitor().open(`/queue/${queue.location}`))).toEqual([])
    expect((await new Visitor().open('/queue/loc_00000000000000000000000000')).status).toBe(404)
  })

  test('gives one number, however often the button is pressed and however often this device asks', async () => {
    const queue = await openClinic()
    const visitor = new Visitor()
    const form = formOf(await visitor.open(`/queue/${queue.location}`), { service: 'visit' })
    const filled = { 'party-visit': '٣', 'presence-visit': 'on_site' }
    const first = await visitor.press(form, filled)
    expect(first.response.headers.getSetCookie()).toEqual([
      expect.stringMatching(
        /^__Host-device=[\w-]{36}; Max-Age=86400; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
      ),
    ])
    expect((await visitor.press(form, filled)).next).toBe(first.next)
    const later = formOf(await visitor.open(`/queue/${queue.location}`), { service: 'blood' })
    expect((await visitor.press(later, { 'party-blood': '1' })).next).toBe(first.next)
    expect(await ticketsOf(queue)).toMatchObject([{ number: 'A1', party: 3 }])
    const other = await joined(queue)
    expect(other.href).not.toBe(first.next)
    expect((await other.visitor.open(other.href)).text).toContain('1 before you')
  })

  test('says what is wrong with a number beside it, and keeps the rest', async () => {
    const queue = await openClinic()
    const visitor = new Visitor()
    const page = await visitor.open(`/queue/${queue.location}`)
    for (const typed of ['0', 'many', '-1', '', '1.5', '999999']) {
      const wrong = await visitor.press(formOf(page, { service: 'blood' }), {
        'party-blood': typed,
        'presence-blood': 'remote',
      })
      expect([typed, wrong.status]).toEqual([typed, 422])
      expect(wrong.html).toMatch(/id="field-party-blood-fault">Fill in a whole number</)
      expect(wrong.html).not.toContain('field-party-visit-fault')
      expect(wrong.html).toMatch(/role="alert"/)
      expect(wrong.html).toMatch(new RegExp(`id="field-party-blood"[^>]*value="${typed}"`))
      expect(wrong.html).toMatch(/<option value="remote" selected/)
    }
    expect(await ticketsOf(queue)).toEqual([])
  })

  test('makes nothing of a form that is not whole, or from another site', async () => {
    const queue = await openClinic()
    const visitor = new Visitor()
    const form = formOf(await visitor.open(`/queue/${queue.location}`), { service: 'visit' })
    const { key: _, ...keyless } = form.fields
    expect((await visitor.press({ ...form, fields: keyless })).next).toBe(`/queue/${queue.location}`)
    expect((await visitor.press(form, { service: 'nothing' })).status).toBeGreaterThanOrEqual(400)
    for (const elsewhere of ['http://elsewhere.test', 'null'])
      expect((await visitor.press(form, {}, elsewhere)).status).toBe(403)
    expect(await ticketsOf(queue)).toEqual([])
  })
})

test('while the place is closed its pages say when one can join again', async () => {
  const queue = await openClinic({}, office)
  vi.setSystemTime(noon + 6 * 60 * minute)
  await runDurableObjectAlarm(queue.stub())
  const until = 'We are closed. Joining is possible again on Sunday, 22 November 2026, 09:00.'
  const page = await new Visitor().open(`/queue/${queue.location}`)
  expect(page.text).toContain(until)
  expect(page.text).not.toContain('Nobody can join any more today.')
  expect(formsOf(page)).toEqual([])
  const hall = await new Visitor().open(`/hall/${queue.location}`)
  expect(hall.text).toContain(until)
  expect(hall.text).not.toContain('Scan to join')
  const board = await (await colleague()).open(boardOf(queue))
  expect(board.text).toContain(until)
})

describe('my number', () => {
  test('tells how things stand, from the line to the end', async () => {
    const queue = await openClinic()
    const first = await joined(queue)
    const mine = await joined(queue)
    const look = () => mine.visitor.open(mine.href)
    const waiting = await look()
    expect([waiting.status, waiting.response.headers.get('Cache-Control')]).toEqual([200, 'no-store'])
    expect(waiting.text).toContain('A2 Visit 1 before you')
    expect(waiting.text).toContain(`At the desk, say ${(await ticketsOf(queue))[1]?.reference}.`)
    expect(waiting.html).toContain('noindex')
    await press(first.visitor, first.href, { verb: 'leave' })
    expect((await look()).text).toContain('You are next')
    await next(queue)
    const called = await look()
    expect(called.text).toContain('It is your turn: go to Desk 1.')
    expect(verbsOf(called)).toEqual(['here', 'defer', 'leave'])
    await next(queue)
    expect((await look()).text).toContain('You are being helped at Desk 1.')
    expect(verbsOf(await look())).toEqual([])
    await next(queue)
    expect((await look()).text).toContain('You have been helped. Goodbye!')
  })

  test('comes between the times that were computed, and so does that of whoever would join', async () => {
    const queue = await openClinic()
    await joined(queue)
    await next(queue)
    for (let i = 0; i < 3; i++) await queue.join()
    const mine = await joined(queue, 'visit', { 'presence-visit': 'remote' })
    const [id] = (await ticketsOf(queue)).slice(-1).map((ticket) => ticket.id)
    const { wait, ahead } = (await queue.ticket(id ?? '')).body
    expect([wait.ahead, ahead, wait.reason.main]).toEqual([3, 3, 'ahead'])
    const clock = (at: string) => at.slice(11, 16)
    const page = await mine.visitor.open(mine.href)
    expect(page.text).toContain(`Your turn is between ${clock(wait.from)} and ${clock(wait.to)}.`)
    expect(page.text).toContain(`Be back by ${clock(wait.beBackBy)}.`)
    expect(page.text).toContain(`We promised you: by ${clock(wait.promisedBy)}.`)
    expect(page.text).toContain('3 people may be called before you. 1 desk is open for this.')
    const [visit] = (await queue.display()).services
    const span = `Joining now: your turn between ${clock(visit.wait.from)} and ${clock(visit.wait.to)}.`
    for (const path of [`/queue/${queue.location}`, `/hall/${queue.location}`])
      expect((await mine.visitor.open(path)).text).toContain(span)
    await press(mine.visitor, mine.href, { verb: 'here' })
    expect((await mine.visitor.open(mine.href)).text).not.toContain('Be back by')
  })

  test('comes back after a call that was missed', async () => {
    const queue = await openClinic()
    const mine = await joined(queue)
    await next(queue)
    const [ticket] = await ticketsOf(queue)
    await queue.command({ verb: 'missed', ticket: ticket?.id, reason: 'did not come' })
    const missed = await mine.visitor.open(mine.href)
    expect(missed.text).toContain('You were called and did not come.')
    expect(missed.text).toContain('I am back')
    // Whoever was taken back at the desk hears of it here.
    expect(missed.html).toContain('data-live=')
    const back = await press(mine.visitor, mine.href, { verb: 'reinstate' })
    expect(back.text).toContain('You are next')
  })

  test('cannot come back once it is too late, and leads to a new one', async () => {
    const queue = await openClinic()
    const mine = await joined(queue)
    await next(queue)
    const [ticket] = await ticketsOf(queue)
    await queue.command({ verb: 'missed', ticket: ticket?.id, reason: 'did not come' })
    vi.setSystemTime(noon + 31 * minute)
    const late = await press(mine.visitor, mine.href, { verb: 'reinstate' })
    expect(late.text).toContain('It is too late to come back with this number. Take a new number')
    expect(late.html).toContain(`href="/queue/${queue.location}"`)
  })

  test('answers a page that has seen it with 304, until something happens or a minute has passed', async () => {
    const queue = await openClinic()
    const { visitor, href } = await joined(queue)
    const staff = await colleague()
    for (const [who, path] of [
      [visitor, href],
      [visitor, `/hall/${queue.location}`],
      [staff, boardOf(queue)],
    ] as const) {
      const tag = async () => (await who.open(path)).response.headers.get('ETag') ?? ''
      const asked = async (seen: string) => (await who.open(path, { 'If-None-Match': seen })).status
      const first = await tag()
      expect([path, await asked(first), await asked('W/"0"')]).toEqual([path, 304, 200])
      await queue.join()
      expect([path, await asked(first)]).toEqual([path, 200])
      const second = await tag()
      vi.setSystemTime(Date.now() + minute)
      expect([path, await asked(second)]).toEqual([path, 200])
    }
  })

  test('says where its holder is, asks for more time, and leaves', async () => {
    const queue = await openClinic()
    await joined(queue)
    const mine = await joined(queue, 'visit', { 'presence-visit': 'remote' })
    const away = await mine.visitor.open(mine.href)
    expect(verbsOf(away)).toEqual(['here', 'on_the_way', 'defer', 'leave'])
    const coming = await press(mine.visitor, mine.href, { verb: 'on_the_way' })
    expect(verbsOf(coming)).toEqual(['here', 'defer', 'leave'])
    const here = await press(mine.visitor, mine.href, { verb: 'here' })
    expect(verbsOf(here)).toEqual(['defer', 'leave'])
    const later = await press(mine.visitor, mine.href, { verb: 'defer' })
    expect(later.text).toContain('We will not call you before 12:10.')
    for (let i = 0; i < 2; i++) await press(mine.visitor, mine.href, { verb: 'defer' })
    const enough = await mine.visitor.press(formOf(later, { verb: 'defer' }))
    expect(enough.next).toContain('?problem=')
    const told = await mine.visitor.open(enough.next)
    expect(told.text).toContain('You have asked for more time as often as is possible here.')
    expect((await mine.visitor.open(`${mine.href}?problem=constructor`)).html).not.toContain('notice-warning')
    const gone = await press(mine.visitor, mine.href, { verb: 'leave' })
    expect(gone.text).toContain('You have left the queue.')
    expect(verbsOf(gone)).toEqual([])
  })

  test('opens with its own link alone, and takes buttons from its own page alone', async () => {
    const queue = await openClinic()
    const { visitor, href } = await joined(queue)
    const form = formOf(await visitor.open(href), { verb: 'leave' })
    for (const wrong of [
      `${href}x`,
      `${href.slice(0, -2)}${href.endsWith('AA') ? 'BB' : 'AA'}`,
      '/t/nothing',
    ]) {
      expect([wrong, (await visitor.open(wrong)).status]).toEqual([wrong, 404])
      expect((await visitor.press({ ...form, action: wrong })).status).toBe(404)
      expect((await visitor.open(`${wrong}/live`)).status).toBe(404)
    }
    expect((await visitor.press(form, {}, 'http://elsewhere.test')).status).toBe(403)
    expect((await visitor.press(form, { verb: 'next', desk: 'desk-1' })).next).toBe(href)
    expect((await visitor.open(href)).text).toContain('You are next')
  })

  test('speaks Arabic from the right', async () => {
    const name = { en: 'Visit', ar: 'زيارة عامة' }
    const queue = await openClinic({
      services: [{ ...setupBody().services[0], name }, setupBody().services[1]],
    })
    const { visitor, href } = await joined(queue)
    const page = await visitor.open(`${href}?lang=ar`)
    expect(page.html).toMatch(/<html lang="ar[^"]*" dir="rtl">/)
    expect(page.text).toContain('زيارة عامة')
    for (const path of [`/queue/${queue.location}`, `/hall/${queue.location}`])
      expect((await visitor.open(path)).html).toContain('dir="rtl"')
  })
})

describe('the hall', () => {
  test('shows numbers and desks, the latest call first, and nothing else', async () => {
    const queue = await openClinic()
    await queue.command({ verb: 'open_desk', desk: 'desk-2' })
    const people = [await joined(queue), await joined(queue), await joined(queue)]
    const empty = await new Visitor().open(`/hall/${queue.location}`)
    expect(empty.text).toContain('Please wait for your number.')
    const all = await ticketsOf(queue)
    await next(queue)
    await queue.command({ verb: 'next', desk: 'desk-2' })
    const hall = await new Visitor().open(`/hall/${queue.location}`)
    expect(hall.text).toMatch(/A2 Desk 2 A1 Desk 1 Visit 1 person is waiting/)
    for (const { id, reference } of all) {
      expect(hall.html).not.toContain(id)
      expect(hall.html).not.toContain(reference)
    }
    for (const { href } of people) expect(hall.html).not.toContain(href)
    vi.setSystemTime(noon + minute)
    await queue.command({ verb: 'call_again', ticket: all[0]?.id })
    expect((await new Visitor().open(`/hall/${queue.location}`)).text).toMatch(/A1 Desk 1 A2 Desk 2/)
    await next(queue)
    expect((await new Visitor().open(`/hall/${queue.location}`)).text).not.toContain('A1')
  })
})

test('weigh at most 40 KB with styles and scripts, a full board too', async () => {
  const queue = await openClinic()
  const mine = await joined(queue)
  for (let i = 0; i < 62; i++) await queue.join()
  const staff = await colleague()
  const pages = [
    await mine.visitor.open(`/queue/${queue.location}?lang=ar`),
    await mine.visitor.open(mine.href),
    await mine.visitor.open(`/hall/${queue.location}`),
    await staff.open(`${boardOf(queue)}&lang=ar`),
  ]
  for (const { html, status } of pages) {
    expect(status).toBe(200)
    const files = [...html.matchAll(/<(?:link rel="stylesheet" href|script src)="([^"]+)"/g)]
    const contents = await Promise.all(
      files.map(async ([, path]) => (await env.ASSETS.fetch(`http://dawr.test${path}`)).text()),
    )
    const sizes = [html, ...contents].map((content) => gzipSync(content, { level: 9 }).byteLength)
    expect(sizes.reduce((sum, size) => sum + size)).toBeLessThanOrEqual(40 * 1024)
  }
  expect(pages[3]?.html.match(/class="board-row"/g)).toHaveLength(60)
})

test('the poster leads to the queue, in every language', async () => {
  const queue = await openClinic()
  const poster = await new Visitor().open(`/queue/${queue.location}/poster?lang=nl`)
  expect(poster.status).toBe(200)
  expect(poster.text).toContain(`http://dawr.test/queue/${queue.location}`)
  for (const words of [
    'Scan om in de rij te gaan',
    'Scan to join the queue',
    'امسح الرمز للانضمام إلى الطابور',
  ])
    expect(poster.text).toContain(words)
  expect(poster.html).toMatch(/<svg class="qr"[^>]*role="img"/)
  expect((await new Visitor().open('/queue/loc_00000000000000000000000000/poster')).status).toBe(404)
})
