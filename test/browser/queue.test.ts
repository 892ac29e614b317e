import axe from 'axe-core'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { openStage, type PageOptions, type Stage } from './harness.ts'

/** A queue in real browsers: a customer's phone and the hall's screen in one, the desk in another. */

// biome-ignore lint/suspicious/noExplicitAny: tests read the wire as it comes
type Api = (method: string, path: string, body?: unknown) => Promise<any>

let stage: Stage
let admin: Api
beforeAll(async () => {
  stage = await openStage({ empty: true })
  admin = apiWith(await firstKey())
})
afterAll(() => stage.close())

const apiWith =
  (key: string): Api =>
  async (method, path, body) => {
    const response = await fetch(stage.server.url + path, {
      method,
      headers: {
        'Content-Type': 'application/json',
        'Idempotency-Key': crypto.randomUUID(),
        Authorization: `Bearer ${key}`,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    // biome-ignore lint/suspicious/noExplicitAny: as above
    const answer = (await response.json()) as any
    expect([path, response.ok, answer.errors]).toEqual([path, true, undefined])
    return answer
  }

/** Exchanges the link that an empty server prints, as its page does. */
async function firstKey(): Promise<string> {
  const { server } = stage
  const token = await vi.waitFor(
    () => /\/sign-in\/(\S+)/.exec(server.output.join('\n'))?.[1] ?? expect.unreachable('no link was printed'),
  )
  const response = await fetch(`${server.url}/sign-in`, {
    method: 'POST',
    body: new URLSearchParams({ token }),
    headers: { Origin: server.url },
  })
  return /dawr_live_[\w-]{43}/.exec(await response.text())?.[0] ?? ''
}

const tongues = (en: string, nl: string, ar: string) => ({ en, nl, ar })
const days = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']

type Clinic = {
  path: string
  join: string
  hall: string
  board: string
  enter: () => Promise<void>
}

/** A clinic on the clock of this machine, open around it, with names as long as names get. */
async function openClinic(): Promise<Clinic> {
  const { id } = await admin('POST', '/v1/locations', {
    name: tongues('Campus clinic', 'Universiteitsgezondheidscentrum', 'عيادة الجامعة'),
    zone: 'Asia/Riyadh',
    currency: 'SAR',
    country: 'SA',
    hours: { weekly: Object.fromEntries(days.map((day) => [day, [{ from: '00:00', to: '24:00' }]])) },
  })
  const path = `/v1/locations/${id}/queue`
  await admin('PUT', `${path}/setup`, {
    services: [
      { id: 'visit', letter: 'A', name: tongues('Visit', 'Spreekuur', 'زيارة عامة'), nominalMinutes: 15 },
      {
        id: 'papers',
        letter: 'B',
        name: tongues('Certificates', 'Arbeidsongeschiktheidsverzekeringsverklaringen', 'شهادة طبية'),
        nominalMinutes: 5,
      },
    ],
    desks: [
      { id: 'desk-1', name: 'Desk 1', services: ['visit', 'papers'] },
      { id: 'desk-2', name: 'Behandelkamerverpleegkundigenspreekuur 2', services: ['papers'] },
    ],
  })
  for (const desk of ['desk-1', 'desk-2'])
    await admin('POST', `${path}/commands`, { verb: 'open_desk', desk })
  return {
    path,
    join: `/queue/${id}`,
    hall: `/hall/${id}`,
    board: `/desk/queue?location=${id}&desk=desk-1`,
    enter: () => admin('POST', `${path}/tickets`, { service: 'visit', presence: 'on_site' }),
  }
}

/** The desk's board in a browser of its own, signed in. */
async function openBoard({ board }: Clinic, options: PageOptions = {}): Promise<Page> {
  const page = await stage.newPage({ elsewhere: true, locale: 'en-GB', ...options })
  await page.goto((await admin('POST', '/v1/sign-in-links', { role: 'staff', label: 'Desk' })).path)
  await page.locator('main button').click()
  await page.goto(board)
  if (options.javaScriptEnabled !== false) await listens(page)
  return page
}

const small: PageOptions = { viewport: { width: 320, height: 640 } }
const shows = (page: Page, selector: string, text: string) =>
  page.locator(selector).filter({ hasText: text }).waitFor()

/** A page is in sight before its script is there to hear keys. */
const listens = (page: Page) => page.locator('body > [aria-live]').waitFor({ state: 'attached' })

/** Joins the first service, and is on the page of the number. */
async function joinAs(page: Page, { join }: Clinic, language = 'en'): Promise<void> {
  await page.goto(`${join}?lang=${language}`)
  await page.locator('main form button').first().click()
  await page.locator('.number-big').waitFor()
}

/** Everything that a screen reader is told from now on. */
const hear = (page: Page) =>
  page.evaluate(() => {
    const region = document.querySelector('body > [aria-live]') as HTMLElement
    const said: string[] = []
    Object.assign(window, { said })
    new MutationObserver(() => said.push(region.textContent ?? '')).observe(region, { childList: true })
  })
const heard = (page: Page) => page.evaluate(() => (window as unknown as { said: string[] }).said)

/** Until the page shows the queue as it is now. */
const catchesUp = async (page: Page, { path }: Clinic) => {
  const { seq } = await admin('GET', path)
  await page.locator(`[data-seq="${seq}"]`).waitFor()
}

test('a call by one key reaches the phone and the hall by itself, and is said once', async () => {
  const clinic = await openClinic()
  const phone = await stage.newPage({ ...small, locale: 'ar' })
  await phone.goto(`${clinic.join}?lang=ar`)
  expect(await phone.locator('html').getAttribute('dir')).toBe('rtl')
  await phone.locator('[name="party-visit"]').fill('٢')
  await phone.locator('main form button').first().click()
  await shows(phone, '.number-waiting', 'A1')
  const [ticket] = (await admin('GET', clinic.path)).tickets
  expect(ticket).toMatchObject({ number: 'A1', party: 2 })
  const hall = await stage.newPage({ locale: 'en-GB' })
  await hall.goto(`${clinic.hall}?lang=en`)
  const desk = await openBoard(clinic)
  await Promise.all([hear(phone), hear(hall)])

  const leave = phone.locator('.button-danger')
  await leave.focus()
  await desk.keyboard.press('n')
  await shows(desk, '.board-desk[aria-current]', 'A1')
  await phone.locator('.number-called').waitFor()
  expect(await phone.locator('.number-now').innerText()).toContain('Desk 1')
  expect(await leave.evaluate((button) => button === document.activeElement)).toBe(true)
  await shows(hall, '.calls li', 'A1')

  // What happens to others is no reason to say it again.
  await clinic.enter()
  await Promise.all([phone, hall, desk].map((page) => catchesUp(page, clinic)))
  expect((await heard(phone)).filter((words) => words.includes('Desk 1'))).toHaveLength(1)
  expect((await heard(hall)).filter((words) => words.includes('A1'))).toHaveLength(1)

  await listens(desk)
  await desk.keyboard.press('z')
  await phone.locator('.number-waiting').waitFor()
  await hall.locator('.lead').waitFor()
  expect(await hall.locator('.calls li').count()).toBe(0)
  await shows(desk, '.board-desk[aria-current]', 'Free')
  await listens(desk)
  await desk.keyboard.press('n')
  await shows(desk, '.board-desk[aria-current]', 'Called')
  await listens(desk)
  await phone.locator('.number-called').waitFor()
  await desk.keyboard.press('m')
  await phone.locator('.number-missed').waitFor()
  await phone.locator('.button-main').click()
  await phone.locator('.number-waiting').waitFor()
})

test('the desk works by keyboard alone, on an Arabic keyboard too, and finds its button again', async () => {
  const clinic = await openClinic()
  for (let i = 0; i < 3; i++) await clinic.enter()
  const desk = await openBoard(clinic)
  const focused = () => desk.evaluate(() => document.activeElement?.textContent?.trim())
  await desk.evaluate(() =>
    document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'ى', code: 'KeyN', bubbles: true })),
  )
  await shows(desk, '.board-desk[aria-current]', 'A1 Called')
  // A key that is held down presses once.
  await desk.evaluate(() =>
    document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'n', repeat: true, bubbles: true })),
  )
  await desk.getByRole('button', { name: 'Next' }).focus()
  await desk.keyboard.press('Enter')
  await shows(desk, '.board-desk[aria-current]', 'A1 Being helped')
  await expect.poll(focused).toBe('NextN')
  // The row that one is at stays the one, whoever comes or goes before it.
  await desk.getByRole('button', { name: 'Left A3' }).focus()
  const [, second] = (await admin('GET', clinic.path)).tickets
  await admin('POST', `${clinic.path}/commands`, { verb: 'leave', ticket: second.id, reason: 'went home' })
  await catchesUp(desk, clinic)
  expect(await focused()).toBe('Left A3')
  await desk.keyboard.press('Enter')
  await shows(desk, '.empty', 'Nobody is waiting.')
  await listens(desk)
  await desk.keyboard.press('n')
  await shows(desk, '.board-desk[aria-current]', 'Free')
  await listens(desk)
  await desk.keyboard.press('n')
  await shows(desk, '.notice', 'Nobody who is here waits for this desk.')
})

test('twenty customers take at most two keys each', async () => {
  const clinic = await openClinic()
  for (let i = 0; i < 20; i++) await clinic.enter()
  const desk = await openBoard(clinic)
  const begun = performance.now()
  let keys = 0
  const pressNext = async (then: string) => {
    keys++
    await desk.keyboard.press('n')
    await shows(desk, '.board-desk[aria-current]', then)
    await listens(desk)
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
  const clinic = await openClinic()
  const phone = await stage.newPage({ ...small, javaScriptEnabled: false })
  await joinAs(phone, clinic)
  const number = phone.url()
  expect(await phone.locator('meta[http-equiv="refresh"]').count()).toBe(1)
  const desk = await openBoard(clinic, { javaScriptEnabled: false })
  await desk.getByRole('button', { name: 'Next' }).click()
  await shows(desk, '.board-desk[aria-current]', 'A1 Called')
  await phone.goto(number)
  await phone.getByRole('button', { name: 'I am here' }).click()
  await phone.locator('.number-serving').waitFor()
  await desk.reload()
  await desk.getByRole('button', { name: 'Finish' }).click()
  await shows(desk, '.board-desk[aria-current]', 'Free')
  await phone.goto(number)
  await phone.locator('.number-served').waitFor()
  await phone.goto(clinic.hall)
  expect(await phone.locator('.lead').isVisible()).toBe(true)
})

/** What axe finds, and what is wider than the screen, on a phone and on a desk's screen, light and dark. */
async function faultsOf(page: Page, name: string): Promise<string[]> {
  await page.evaluate(axe.source)
  const faults: string[] = []
  for (const [width, colorScheme] of [
    [320, 'light'],
    [320, 'dark'],
    [1280, 'light'],
  ] as const) {
    await page.setViewportSize({ width, height: 800 })
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    const found = await page.evaluate(async () => {
      const { violations } = await (window as unknown as { axe: typeof axe }).axe.run()
      const { scrollWidth, clientWidth } = document.documentElement
      return [
        ...violations.map(({ id, nodes }) => `${id} at ${nodes.map(({ html }) => html.slice(0, 160))}`),
        ...(scrollWidth > clientWidth ? [`${scrollWidth - clientWidth} px too wide`] : []),
      ]
    })
    faults.push(...found.map((fault) => `${name}, ${width} px, ${colorScheme}: ${fault}`))
  }
  return faults
}

describe.each(['en', 'nl', 'ar'])('axe finds nothing, in %s', (language) => {
  test('on the way through the queue', async () => {
    const clinic = await openClinic()
    const phone = await stage.newPage({ ...small, tolerated: /status of 422/ })
    const faults: string[] = []
    await phone.goto(`${clinic.join}?lang=${language}`)
    faults.push(...(await faultsOf(phone, 'join')))
    await phone.locator('[name="party-papers"]').fill('x')
    await phone.locator('main form button').nth(1).click()
    await phone.locator('.fault').waitFor()
    faults.push(...(await faultsOf(phone, 'join with a fault')))
    await phone.locator('[name="party-papers"]').fill('2')
    await phone.locator('main form button').nth(1).click()
    await phone.locator('.number-waiting').waitFor()
    faults.push(...(await faultsOf(phone, 'waiting')))
    for (let i = 0; i < 3; i++) await clinic.enter()
    await admin('POST', `${clinic.path}/commands`, { verb: 'next', desk: 'desk-2' })
    await phone.locator('.number-called').waitFor()
    faults.push(...(await faultsOf(phone, 'called')))
    const hall = await stage.newPage(small)
    await hall.goto(`${clinic.hall}?lang=${language}`)
    faults.push(...(await faultsOf(hall, 'hall')))
    const desk = await openBoard(clinic, small)
    await desk.goto(`${clinic.board}&lang=${language}&problem=wrong_state`)
    faults.push(...(await faultsOf(desk, 'board')))
    expect(faults).toEqual([])
  })
})
