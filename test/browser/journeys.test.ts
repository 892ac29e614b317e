import { gzipSync } from 'node:zlib'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { buildHarbour, type Harbour, holdTour, signInPath } from './harbour.ts'
import { openStage, type PageOptions, type Stage } from './harness.ts'

/** Whole ways through the pages in a real browser, as customers and as the desk. */

let stage: Stage
let harbour: Harbour
beforeAll(async () => {
  stage = await openStage({ empty: true })
  harbour = await buildHarbour(stage)
})
afterAll(() => stage.close())

const small: PageOptions = { viewport: { width: 320, height: 640 }, locale: 'en-GB' }

const heading = (page: Page) => page.locator('h1').innerText()

describe.each([
  ['with scripts', true],
  ['without scripts', false],
])('a customer on a small screen, %s', (_, javaScriptEnabled) => {
  test('books, reads on in Arabic on the way, confirms and cancels', async () => {
    const page = await stage.newPage({ ...small, javaScriptEnabled })
    await page.goto('/')
    await page.getByRole('link', { name: 'Boat tour' }).first().click()
    await page.getByLabel('Adult').fill('٢')
    await page.getByRole('button', { name: 'Show times' }).click()
    expect(await page.locator('tfoot').innerText()).toContain('£36')
    await page.locator('button.slot').first().click()
    expect(await heading(page)).toBe('Confirm your booking')
    expect(await page.locator('[role="timer"]').isVisible()).toBe(javaScriptEnabled)

    await page.getByRole('link', { name: 'العربية' }).click()
    expect(await page.locator('html').getAttribute('dir')).toBe('rtl')
    expect(await heading(page)).toBe('تأكيد الحجز')
    await page.locator('[name="name"]').fill('أمينة حداد')
    await page.locator('[name="phone"]').fill('٠٦١٢٣٤٥٦٧٨')
    await page.getByRole('button', { name: 'تأكيد الحجز' }).click()
    expect(await page.locator('.status').innerText()).toBe('مؤكَّد')
    expect(await page.locator('.ticket-code').innerText()).toMatch(/^[2-9A-Z]{6}$/)
    const ticket = page.url()

    await page.getByRole('link', { name: 'إلغاء الحجز' }).click()
    await page.locator('.button-danger').click()
    expect(await page.locator('.status').innerText()).toBe('ملغى')
    await page.goto(ticket)
    expect(await page.locator('.status').innerText()).toBe('ملغى')
  })
})

/** Goes on by the Tab key to the element with that text or label, and says how many presses it took. */
async function tabTo(page: Page, name: RegExp): Promise<number> {
  for (let presses = 1; presses < 90; presses++) {
    await page.keyboard.press('Tab')
    const focused = await page.evaluate(() => {
      const element = document.activeElement as HTMLInputElement | null
      return element?.labels?.[0]?.innerText ?? element?.innerText ?? ''
    })
    if (name.test(focused)) return presses
  }
  throw new Error(`no way by keyboard to ${name}`)
}

describe('a customer with a keyboard alone', () => {
  test('books, and is led to what is missing', async () => {
    const page = await stage.newPage({ ...small, tolerated: /422/ })
    await page.goto('/')
    expect(await tabTo(page, /Skip to the content/)).toBe(1)
    await page.keyboard.press('Enter')
    expect(await tabTo(page, /Boat tour/)).toBe(1)
    await page.keyboard.press('Enter')
    await page.waitForURL(/\/services\//)
    await tabTo(page, /^1[135]:00/)
    await page.keyboard.press('Enter')
    await page.waitForURL(/\/my\//)
    await tabTo(page, /Confirm booking/)
    await page.keyboard.press('Enter')
    await page.waitForURL(/\/confirm$/)
    // What is wrong has the focus, and leads to the field.
    expect(await page.evaluate(() => document.activeElement?.getAttribute('role'))).toBe('alert')
    await tabTo(page, /Fill in a name/)
    await page.keyboard.press('Enter')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Shift+Tab')
    await page.keyboard.type('Amina Haddad')
    await page.keyboard.press('Enter')
    await page.waitForURL(/news=confirmed/)
    expect(await page.locator('.status').innerText()).toBe('Confirmed')
  })
})

describe('the clock of a hold', () => {
  const seconds = async (page: Page) => {
    const [minutes = 0, rest = 0] = (await page.locator('[role="timer"]').innerText()).split(':').map(Number)
    return minutes * 60 + rest
  }

  test('counts down, and the page says that the time is over', async () => {
    const held = await holdTour(harbour)
    const page = await stage.newPage(small)
    await page.clock.install()
    await page.goto(`/my/${held.token}`)
    await page.clock.pauseAt(Date.now() + 60_000)
    const left = await seconds(page)
    expect(left).toBeGreaterThan(480)
    expect(left).toBeLessThanOrEqual(600)
    await page.clock.runFor(30_000)
    expect(await seconds(page)).toBe(left - 30)
    // Both clocks go on past the deadline: that of the location, and that of the browser.
    const { location } = harbour.simulated
    await harbour.api('POST', `/v1/locations/${location}/advance`, { to: '2026-11-21T12:10:00Z' })
    await page.clock.runFor(left * 1_000)
    await page.locator('h1', { hasText: 'The time to confirm is over' }).waitFor()
    await page.getByRole('link', { name: 'See the times' }).click()
    expect(await heading(page)).toBe('Boat tour')
  })

  test('stops for who takes more time', async () => {
    const held = await holdTour(harbour)
    const page = await stage.newPage(small)
    await page.clock.install()
    await page.goto(`/my/${held.token}`)
    await page.getByRole('button', { name: 'I need more time' }).click()
    await page.waitForFunction(() =>
      /^(19|20):/.test(document.querySelector('[role=timer]')?.textContent ?? ''),
    )
  })
})

describe('the desk', () => {
  test('signs in, finds a booking in the list of its day, and cancels it with a reason', async () => {
    const { tour } = harbour.live
    const range = [1, 2].map((days) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10))
    const { slots } = await harbour.api(
      'GET',
      `/v1/services/${tour}/availability?from=${range[0]}&to=${range[1]}`,
    )
    const [{ slot }] = slots.filter(({ status }: { status: string }) => status === 'available')
    const contact = { name: 'Jan de Boer', phone: '+44 7700 900123' }
    const body = { serviceId: tour, slot, units: { adult: 3 }, contact }
    const { id, reference } = await harbour.api('POST', '/v1/bookings', body)
    await harbour.api('POST', `/v1/bookings/${id}/confirm`, {})

    const page = await stage.newPage({ locale: 'en-GB' })
    await page.goto(await signInPath(harbour))
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.waitForURL(/\/desk$/)
    await page.getByLabel('Booking code').fill(reference.toLowerCase())
    await page.getByRole('button', { name: 'Find' }).click()
    const row = page.locator('.desk-row', { hasText: reference })
    expect(await row.innerText()).toContain('Jan de Boer')
    await page.goto(`/desk?date=${String(slot).slice(0, 10)}`)
    expect(await page.locator('.desk-group', { hasText: reference }).innerText()).toContain('3 of 12 taken')
    await row.getByRole('link', { name: 'Cancel' }).click()
    await page.getByLabel('Reason').selectOption({ label: 'We are closed' })
    await page.getByLabel('Note').fill('Storm')
    await page.getByRole('button', { name: 'Yes, cancel' }).click()
    expect(await page.getByRole('status').innerText()).toContain('It is cancelled.')
    expect(await row.innerText()).toContain('Cancelled')
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.waitForURL(/\/$/)
    const kept = await harbour.api('GET', `/v1/bookings/${id}`)
    expect(kept).toMatchObject({ status: 'cancelled', changeReason: 'location_closed', note: 'Storm' })
  })
})

describe('the find page', () => {
  test('brings at most 40 KB over the wire, all in all', async () => {
    const page = await stage.newPage({ ...small, locale: 'ar' })
    const loads: Promise<Buffer>[] = []
    page.on('response', (response) => loads.push(response.body()))
    await page.goto(`/services/${harbour.simulated.tour}`, { waitUntil: 'networkidle' })
    const sizes = (await Promise.all(loads)).map((body) => gzipSync(body, { level: 9 }).byteLength)
    expect(sizes.length).toBeGreaterThanOrEqual(2)
    expect(sizes.reduce((sum, size) => sum + size)).toBeLessThanOrEqual(40 * 1024)
  })
})

describe('the browser of these tests', () => {
  test('shows what the server serves', async () => {
    const page = await stage.newPage()
    const response = await page.goto('/openapi.json')
    expect(response?.status()).toBe(200)
    expect(await page.textContent('body')).toContain('Dawr')
  })

  test('has a font of its own for Arabic letters', async () => {
    const page = await stage.newPage()
    // A font without a letter draws the same box for each of them: equal widths mean that it is missing.
    const widths = await page.evaluate(() => {
      const pen = document.createElement('canvas').getContext('2d')
      return pen === null ? [] : ['ا', 'ب', 'س', 'م'].map((letter) => pen.measureText(letter).width)
    })
    expect(new Set(widths).size).toBe(4)
  })

  test('a page fails its test by an error, unless the test means it', async () => {
    const page = await stage.newPage({ tolerated: /meant/ })
    await page.evaluate(() => console.error('this is meant'))
  })

  test.fails('an error on the console fails the test', async () => {
    const page = await stage.newPage()
    await page.evaluate(() => console.error('this is not meant'))
  })
})
