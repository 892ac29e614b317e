import type axe from 'axe-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { faultsOf, still } from './axe.ts'
import { buildHarbour, firstKeyLink, type Harbour, holdTour, signInPath } from './harbour.ts'
import { openStage, type Stage } from './harness.ts'

/** Every page to every reader: axe finds nothing, nothing needs scrolling sideways, the console stays empty. */

let stage: Stage
let harbour: Harbour
/** Pages of bookings in each state, by what they show. */
let bookings: Record<'held' | 'confirmed' | 'cancelled' | 'expired', { id: string; token: string }>

beforeAll(async () => {
  stage = await openStage({ empty: true })
})
afterAll(() => stage.close())

describe('before anything is set up', () => {
  test('the first key is one click from the link that the server prints', async () => {
    const page = await stage.newPage(still)
    await page.goto('/')
    const faults = await faultsOf(page, 'nothing to book yet')
    await page.goto(await firstKeyLink(stage))
    faults.push(...(await faultsOf(page, 'sign in')))
    await page.locator('main button').click()
    faults.push(...(await faultsOf(page, 'first key')))
    expect(faults).toEqual([])
    harbour = await buildHarbour(stage, await page.locator('.secret').innerText())

    const { api, simulated } = harbour
    const expired = await holdTour(harbour)
    await api('POST', `/v1/locations/${simulated.location}/advance`, { to: '2026-11-21T12:30:00Z' })
    const [held, confirmed, cancelled] = await Promise.all([1, 2, 3].map(() => holdTour(harbour)))
    if (!held || !confirmed || !cancelled) return expect.unreachable()
    const contact = { name: 'أمينة Haddad', email: 'amina@example.org' }
    await api('POST', `/v1/bookings/${confirmed.id}/confirm`, { contact })
    await api('POST', `/v1/bookings/${cancelled.id}/cancel`, { reason: 'location_closed' })
    bookings = { held, confirmed, cancelled, expired }
  })
})

describe.each(['en', 'nl', 'ar'] as const)('in %s', (locale) => {
  // One document in three languages: Arabic shows its other side, and Dutch words are the longest.
  const looks = { ar: 2, en: 1, nl: 0 }[locale]

  test('the customers’ pages are for everybody', async () => {
    const page = await stage.newPage({ ...still, locale, tolerated: /\b(404|422)\b/ })
    const { tour, ticket, room } = harbour.simulated
    const my = (state: keyof typeof bookings) => `/my/${bookings[state].token}`
    const paths = {
      start: '/',
      times: `/services/${tour}?date=2026-11-22&u.adult=10`,
      'wrong number': `/services/${ticket}?u.adult=x&problem=sold_out`,
      'closed day': `/services/${tour}?date=2026-11-24`,
      stays: `/services/${room}`,
      hold: my('held'),
      'hold that ran out': my('expired'),
      booking: `${my('confirmed')}?news=confirmed`,
      'cancel?': `${my('confirmed')}/cancel`,
      cancelled: `${my('cancelled')}?news=cancelled`,
      'not there': '/my/nothing',
    }
    const faults: string[] = []
    for (const [name, path] of Object.entries(paths)) {
      await page.goto(path)
      faults.push(...(await faultsOf(page, name, 'html', looks)))
    }
    await page.goto(my('held'))
    await page.locator('[name="email"]').fill('nobody')
    await page.locator('form[action$="/confirm"] button').click()
    faults.push(...(await faultsOf(page, 'hold with faults', 'html', looks)))
    expect(faults).toEqual([])
  })

  test('and so are those of the desk', async () => {
    const page = await stage.newPage({ ...still, locale, tolerated: /\b(401|404)\b/ })
    await page.goto('/desk')
    const faults = await faultsOf(page, 'not signed in', 'html', looks)
    const path = await signInPath(harbour)
    await page.goto(path)
    await page.locator('main button').click()
    await page.goto('/desk?date=2027-06-01')
    faults.push(...(await faultsOf(page, 'day without bookings', 'html', looks)))
    await page.goto('/desk?reference=ZZZZZZ')
    faults.push(...(await faultsOf(page, 'unknown code', 'html', looks)))
    await page.goto(`/desk/bookings/${bookings.confirmed.id}/cancel`)
    faults.push(...(await faultsOf(page, 'cancel with a reason', 'html', looks)))
    await page.goto(path)
    faults.push(...(await faultsOf(page, 'used link', 'html', looks)))
    expect(faults).toEqual([])
  })
})

test('the desk’s list of a day is for everybody', async () => {
  const { tour } = harbour.live
  const date = new Date(Date.now() + 2 * 86_400_000).toISOString().slice(0, 10)
  const { slots } = await harbour.api('GET', `/v1/services/${tour}/availability?from=${date}&to=${date}`)
  for (const { slot } of slots) {
    const contact = { name: 'ليلى الخطيب', phone: '+44 7700 900123' }
    const body = { serviceId: tour, slot, units: { adult: 2, family: 1 }, contact }
    const { id } = await harbour.api('POST', '/v1/bookings', body)
    await harbour.api('POST', `/v1/bookings/${id}/confirm`, {})
  }
  const faults: string[] = []
  for (const locale of ['en', 'ar']) {
    const page = await stage.newPage({ ...still, locale })
    await page.goto(await signInPath(harbour))
    await page.locator('main button').click()
    await page.goto(`/desk?date=${date}`)
    expect(await page.locator('.desk-row').count()).toBeGreaterThan(0)
    faults.push(...(await faultsOf(page, `day in ${locale}`)))
    const told = async () => {
      await page.goto('/desk/messages')
      return page.locator('.letter').count()
    }
    await expect.poll(told, { timeout: 20_000 }).toBeGreaterThan(0)
    faults.push(...(await faultsOf(page, `messages in ${locale}`)))
  }
  expect(faults).toEqual([])
})

test('the reference of the API is for everybody', async () => {
  const page = await stage.newPage(still)
  await page.goto('/docs#problem-sold_out')
  expect(await page.locator('#problem-sold_out').isVisible()).toBe(true)
  expect(await faultsOf(page, 'reference', '#endpoint-hold')).toEqual([])
  // All of it is much: each part is made as the one above is, and here it is how they stand together.
  const broken = await page.evaluate(async () => {
    const { run } = (window as unknown as { axe: typeof axe }).axe
    const values = ['bypass', 'heading-order', 'landmark-one-main', 'link-name', 'list', 'listitem', 'region']
    const { violations } = await run(document, { runOnly: { type: 'rule', values } })
    return violations.map(({ id, nodes }) => `${id} at ${nodes.map(({ html }) => html.slice(0, 120))}`)
  })
  expect(broken).toEqual([])
})
