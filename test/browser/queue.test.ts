import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { faultsOf, still } from './axe.ts'
import { buildClinics, type Clinics, catchesUp, hear, heard, listens } from './clinic.ts'
import { openStage, type PageOptions, type Stage } from './harness.ts'
import { openWire } from './wire.ts'

/** A queue in real browsers: a customer's phone and the hall's screen in one, the desk in another. */

let stage: Stage
let clinics: Clinics
beforeAll(async () => {
  stage = await openStage({ empty: true })
  clinics = await buildClinics(stage)
})
afterAll(() => stage.close())

const small: PageOptions = { viewport: { width: 320, height: 640 } }
const shows = (page: Page, selector: string, text: string) =>
  page.locator(selector).filter({ hasText: text }).waitFor()
const focused = (page: Page) =>
  page.evaluate(() => {
    const { id, textContent } = document.activeElement as HTMLElement
    return id || textContent?.trim()
  })
const atDesk = (page: Page, text: string) => shows(page, '.board-desk[aria-current]', text)

test('a call by one key reaches the phone and the hall by itself, and is said once', async () => {
  const clinic = await clinics.open()
  const phone = await stage.newPage({ ...small, locale: 'ar' })
  await phone.goto(`${clinic.join}?lang=ar`)
  expect(await phone.locator('html').getAttribute('dir')).toBe('rtl')
  await phone.locator('[name="party-visit"]').fill('٢')
  await phone.locator('main form button').first().click()
  await shows(phone, '.number-waiting', 'A1')
  const [ticket] = (await clinic.read()).tickets
  expect(ticket).toMatchObject({ number: 'A1', party: 2 })
  const hall = await stage.newPage({ locale: 'en-GB' })
  await hall.goto(`${clinic.hall}?lang=en`)
  const desk = await clinics.openBoard(clinic)
  await Promise.all([hear(phone), hear(hall)])

  const leave = phone.locator('.button-danger')
  await leave.focus()
  // Whoever presses twice in a hurry presses once.
  await desk.evaluate(() => {
    for (let i = 0; i < 2; i++)
      document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'n', bubbles: true }))
  })
  await atDesk(desk, 'A1 Called')
  await phone.locator('.number-called').waitFor()
  expect(await phone.locator('.number-now').innerText()).toContain('Desk 1')
  expect(await leave.evaluate((button) => button === document.activeElement)).toBe(true)
  await shows(hall, '.calls li', 'A1')

  // What happens to others is no reason to say it again.
  await clinic.enter()
  await Promise.all([phone, hall, desk].map((page) => catchesUp(page, clinic)))
  expect((await heard(phone)).filter((words) => words.includes('Desk 1'))).toHaveLength(1)
  expect((await heard(hall)).filter((words) => words.includes('A1'))).toHaveLength(1)

  await desk.keyboard.press('z')
  await phone.locator('.number-waiting').waitFor()
  await hall.locator('.lead').waitFor()
  expect(await hall.locator('.calls li').count()).toBe(0)
  await atDesk(desk, 'Free')
  await desk.keyboard.press('n')
  await atDesk(desk, 'A1 Called')
  await phone.locator('.number-called').waitFor()
  // They still have time to come: the key leads to the reason.
  await desk.keyboard.press('m')
  await desk.keyboard.type('not in the hall')
  await desk.keyboard.press('Enter')
  await phone.locator('.number-missed').waitFor()
  await shows(desk, '#missed + .board-list .board-row', 'A1')
  await phone.locator('.button-main').click()
  await phone.locator('.number-waiting').waitFor()
})

test('the desk works by keyboard alone, on an Arabic keyboard too, and finds its button again', async () => {
  const clinic = await clinics.open()
  for (let i = 0; i < 4; i++) await clinic.enter()
  const desk = await clinics.openBoard(clinic)
  const row = (number: string) => desk.locator('.board-row').filter({ hasText: number })
  await desk.evaluate(() =>
    document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'ى', code: 'KeyN', bubbles: true })),
  )
  await atDesk(desk, 'A1 Called')
  // A key that is held down presses once.
  await desk.evaluate(() =>
    document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'n', repeat: true, bubbles: true })),
  )
  await desk.getByRole('button', { name: 'Next' }).focus()
  await desk.keyboard.press('Enter')
  await atDesk(desk, 'A1 Being helped')
  expect(await focused(desk)).toBe('NextN')

  // Along the list, and into what can be done with one of them.
  for (const number of ['A2', 'A3', 'A4']) {
    await desk.keyboard.press('ArrowDown')
    expect(await focused(desk)).toBe(`Call ${number}`)
  }
  await desk.keyboard.press('ArrowUp')
  // The row that one is at stays the one, whoever comes or goes before it.
  const [, second] = (await clinic.read()).tickets
  await clinic.command({ verb: 'leave', ticket: second.id, reason: 'went home' })
  await catchesUp(desk, clinic)
  expect(await focused(desk)).toBe('Call A3')
  await desk.keyboard.press('Tab')
  await desk.keyboard.press('Enter')
  await desk.locator('.board-opened').waitFor()
  await listens(desk)
  await desk.keyboard.press('w')
  await desk.keyboard.press('Enter')
  await row('A3').filter({ hasText: 'on the way, here at' }).waitFor()
  await desk.locator('.board-opened').waitFor({ state: 'detached' })

  // What somebody is typing stays, and so does their place in it, while the queue moves on.
  await desk.keyboard.press('l')
  await desk.keyboard.type('a4')
  await desk.keyboard.press('Enter')
  await row('A4').locator('.board-opened').waitFor()
  await listens(desk)
  await desk.keyboard.press('v')
  await desk.keyboard.press('Tab')
  await desk.keyboard.type('feels very')
  await clinic.enter()
  await catchesUp(desk, clinic)
  await desk.keyboard.type(' unwell')
  await desk.keyboard.press('Enter')
  await shows(desk, '.board-undo', 'A4')
  const [first] = (await clinic.read()).tickets.filter(({ ahead }: { ahead: number }) => ahead === 0)
  expect(first.number).toBe('A4')
  await desk.keyboard.press('u')
  await desk.locator('.board-undo').waitFor({ state: 'detached' })

  for (const { id, status } of (await clinic.read()).tickets)
    if (status === 'waiting') await clinic.command({ verb: 'leave', ticket: id, reason: 'went home' })
  await shows(desk, '.empty', 'Nobody is waiting.')
  await desk.keyboard.press('n')
  await atDesk(desk, 'Free')
  // Whoever does not want single keys turns them off.
  expect(await desk.locator('[data-keys]:visible').count()).toBe(1)
  await desk.locator('[data-keys="off"]').click()
  expect(await focused(desk)).toBe('Use single keys')
  await desk.keyboard.press('b')
  await desk.keyboard.press('Enter')
  expect(await focused(desk)).toBe('Do not use single keys')
  await desk.keyboard.press('n')
  await shows(desk, '.notice', 'Nobody who is here waits for this desk.')
  expect((await clinic.read()).desks[0].status).toBe('open')
})

test('twenty customers take at most two keys each', async () => {
  const clinic = await clinics.open()
  await Promise.all(Array.from({ length: 20 }, () => clinic.enter()))
  const desk = await clinics.openBoard(clinic)
  const begun = performance.now()
  let keys = 0
  const pressNext = async (then: string) => {
    keys++
    await desk.keyboard.press('n')
    await atDesk(desk, then)
  }
  for (let n = 1; n <= 20; n++) {
    await pressNext(`A${n} Called`)
    await pressNext(`A${n} Being helped`)
  }
  const seconds = (performance.now() - begun) / 1000
  console.log(`twenty customers: ${keys} keys, ${seconds.toFixed(1)} s`)
  expect(keys).toBeLessThanOrEqual(40)
  expect(await desk.locator('.board-row').count()).toBe(0)
})

test('everything works without scripts', async () => {
  const clinic = await clinics.open()
  const phone = await stage.newPage({ ...small, javaScriptEnabled: false })
  await phone.goto(`${clinic.join}?lang=en`)
  await phone.locator('main form button').first().click()
  await phone.locator('.number-big').waitFor()
  const number = phone.url()
  expect(await phone.locator('meta[http-equiv="refresh"]').count()).toBe(1)
  const desk = await clinics.openBoard(clinic, { javaScriptEnabled: false })
  await desk.getByRole('link', { name: 'More A1' }).click()
  await desk.getByRole('button', { name: 'Cannot be reached' }).click()
  await desk.getByRole('button', { name: 'Next' }).click()
  await atDesk(desk, 'A1 Called')
  await phone.goto(number)
  await phone.getByRole('button', { name: 'I am here' }).click()
  await phone.locator('.number-serving').waitFor()
  await desk.reload()
  await desk.getByRole('button', { name: 'Finish' }).click()
  await atDesk(desk, 'Free')
  await phone.goto(number)
  await phone.locator('.number-served').waitFor()
  await phone.goto(clinic.hall)
  expect(await phone.locator('.lead').isVisible()).toBe(true)
})

test('a new place and wait are shown as the socket tells them, and the reasons fetched when looked at', async () => {
  const clinic = await clinics.open()
  await clinic.command({ verb: 'close_desk', desk: 'desk-2' })
  const [first, , mine] = [await clinic.enter(), await clinic.enter(), await clinic.enter()]
  const phone = await stage.newPage({ ...small, locale: 'en-GB' })
  let told = { wait: { from: '', to: '' }, ahead: 0 }
  phone.on('websocket', (socket) =>
    socket.on('framereceived', ({ payload }) => {
      if (typeof payload === 'string' && payload !== 'pong') told = JSON.parse(payload).body
    }),
  )
  await phone.goto(`/t/${mine.token}?lang=en`)
  await shows(phone, '.number-now', '2 before you')
  await hear(phone)
  let fetches = 0
  phone.on('request', (request) => {
    if (request.url().includes('/t/')) fetches++
  })
  await clinic.command({ verb: 'leave', ticket: first.id, reason: 'went home' })
  await shows(phone, '.number-now', '1 before you')
  const times = phone.locator('[data-wait] time')
  const shown = await times.evaluateAll((all) =>
    all.map((time) => [(time as HTMLTimeElement).dateTime, time.textContent]),
  )
  const clock = (at: string) =>
    new Intl.DateTimeFormat('en-GB', {
      hour: 'numeric',
      minute: '2-digit',
      hourCycle: 'h12',
      timeZone: 'Asia/Riyadh',
    })
      .format(new Date(at))
      .replace(/\s/g, ' ')
  expect(told.ahead).toBe(1)
  expect(shown.map(([at, text]) => [at, text?.replace(/\s/g, ' ')])).toEqual([
    [told.wait.from, clock(told.wait.from)],
    [told.wait.to, clock(told.wait.to)],
  ])
  expect(await heard(phone)).toEqual(['1 before you'])
  expect(fetches).toBe(0)
  await phone.locator('#why summary').click()
  await shows(phone, '#why li', '1 person may be called before you.')
  expect([fetches, await phone.locator('#why').getAttribute('open')]).toEqual([1, ''])
})

test('a page that gets no socket asks now and then', async () => {
  const clinic = await clinics.open()
  const { token } = await clinic.enter()
  const phone = await stage.newPage(small)
  await phone.routeWebSocket(/live/, (socket) => socket.close())
  await phone.goto(`/t/${token}`)
  await clinic.command({ verb: 'next', desk: 'desk-1' })
  await phone.locator('.number-called').waitFor()
})

/** A phone without its page: it comes back when it was cut off, and asks for what it missed. */
function follow(url: string, token: string) {
  const phone = { seq: -1, gaps: 0, calls: 0, over: false }
  const open = () => {
    const socket = new WebSocket(`${url.replace('http', 'ws')}/t/${token}/live?since=${phone.seq}`)
    socket.addEventListener('message', ({ data }) => {
      const { type, from, seq, calls } = JSON.parse(data)
      if (type === 'change' && from !== phone.seq) phone.gaps++
      if (phone.seq >= 0) phone.calls += calls.filter((call: { seq: number }) => call.seq > phone.seq).length
      phone.seq = seq
    })
    socket.addEventListener('close', () => phone.over || setTimeout(open, 10))
  }
  open()
  return phone
}

test('a desk, a hall screen and fifty phones show the same, though the network is cut on the way', async () => {
  const clinic = await clinics.open()
  const wire = await openWire(stage.server.url)
  onTestFinished(wire.close)
  const cutOff = { baseURL: wire.url, tolerated: /ERR_|WebSocket/ }
  const tickets = await Promise.all(Array.from({ length: 50 }, () => clinic.enter()))
  const hall = await stage.newPage({ ...cutOff, locale: 'en-GB' })
  await hall.goto(`${clinic.hall}?lang=en`)
  const desk = await clinics.openBoard(clinic, cutOff)
  await hear(hall)
  const phones = tickets.map(({ token }) => follow(wire.url, token))
  const upTo = (seq: number) =>
    expect.poll(() => phones.filter((phone) => phone.seq !== seq).length, { timeout: 30_000 }).toBe(0)
  await upTo((await clinic.read()).seq)

  let drawn = 7
  const below = (most: number) => {
    drawn = (drawn * 48_271) % 2_147_483_647
    return drawn % most
  }
  const called: string[] = []
  for (let step = 0; step < 12; step++) {
    const { ticket } = await clinic.command({ verb: 'next', desk: 'desk-1' })
    wire.cut(() => below(4) === 0)
    if (ticket.status !== 'called') continue
    called.push(ticket.number)
    // Whoever is at the desk already need not be called any more.
    await shows(hall, '.calls li', ticket.number)
  }
  expect(called).toHaveLength(6)
  await upTo((await clinic.read()).seq)
  await Promise.all([desk, hall].map((page) => catchesUp(page, clinic)))
  for (const phone of phones) phone.over = true

  expect(phones.map(({ gaps }) => gaps)).toEqual(phones.map(() => 0))
  const calls = tickets.map(({ number }) => called.filter((one) => one === number).length)
  expect(phones.map((phone) => phone.calls)).toEqual(calls)
  const said = (await heard(hall)).join(' ')
  for (const number of called)
    expect([number, said.match(new RegExp(`${number}\\b`, 'g'))?.length]).toEqual([number, 1])
  await atDesk(desk, `${called.at(-1)} Being helped`)
})

test('axe finds nothing on the way through the queue, in each language', async () => {
  const clinic = await clinics.open()
  const [missed, called, , opened] = [
    await clinic.enter(),
    await clinic.enter({ presence: 'remote', reachable: false }),
    await clinic.enter(),
    await clinic.enter({ party: 4 }),
  ]
  await clinic.command({ verb: 'call_given', ticket: missed.id, desk: 'desk-1' })
  await clinic.command({ verb: 'missed', ticket: missed.id, reason: 'not in the hall' })
  await clinic.command({ verb: 'call_given', ticket: called.id, desk: 'desk-1' })
  const faults: string[] = []
  const look = async (page: Page, name: string, language: string) => {
    await page.evaluate(() => {
      for (const folded of document.querySelectorAll('details')) folded.open = true
    })
    // What colours and a desk's screen bring out is the same in each language but for the direction.
    faults.push(...(await faultsOf(page, `${name} in ${language}`, 'html', language === 'ar' ? 2 : 0)))
  }
  const phone = await stage.newPage({ ...still, ...small, tolerated: /status of 422/ })
  const desk = await clinics.openBoard(clinic, { ...still, ...small })
  for (const language of ['en', 'nl', 'ar']) {
    const board = desk
      .goto(`${clinic.board}&lang=${language}&ticket=${opened.id}&problem=wrong_state`)
      .then(() => look(desk, 'board', language))
    await phone.goto(`${clinic.join}?lang=${language}`)
    await phone.locator('[name="party-papers"]').fill('x')
    await phone.locator('main form button').nth(1).click()
    await phone.locator('.fault').waitFor()
    await look(phone, 'join with a fault', language)
    const others = {
      waiting: `/t/${opened.token}`,
      called: `/t/${called.token}?problem=enough`,
      hall: clinic.hall,
    }
    for (const [name, path] of Object.entries(others)) {
      await phone.goto(path)
      await look(phone, name, language)
    }
    await board
  }
  await phone.goto(`${clinic.join}/poster`)
  await look(phone, 'poster', 'ar')
  for (const language of ['nl', 'ar']) {
    await phone.goto(`/t/${opened.token}/messages?lang=${language}`)
    await phone.locator('[name="phone"]').fill('x')
    await phone.locator('main form button').click()
    await phone.locator('.fault').waitFor()
    await look(phone, 'how to be told, with a fault', language)
  }
  expect(faults).toEqual([])
})

test('a board whose session has ended says so', async () => {
  const clinic = await clinics.open()
  const desk = await clinics.openBoard(clinic, { tolerated: /\b401\b/ })
  await hear(desk)
  await clinics.signOut()
  await shows(desk, 'h1', 'You are not signed in')
  expect(await heard(desk)).toEqual(['You are not signed in'])
})
