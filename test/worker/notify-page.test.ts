import { exports } from 'cloudflare:workers'
import { expect, test, vi } from 'vitest'
import { makeKey } from './fixtures.ts'
import { contact, museum, settle } from './notify-office.ts'

/** The desk's page of what customers were told. */

vi.spyOn(console, 'log').mockReturnValue()

const open = async (path: string, secret?: string) => {
  const response = await exports.default.fetch(`http://dawr.test${path}`, {
    headers: secret ? { Cookie: `__Host-dawr=${secret}` } : {},
  })
  return { status: response.status, html: await response.text() }
}

test('shows each message in its own language, newest first, with links that lead here', async () => {
  const { location, book, cancel } = await museum()
  const staff = await makeKey('staff')
  const arabic = await book('2026-11-24')
  await settle()
  const dutch = await book('2026-11-24', { contact: { phone: '+31 20 555 0123', language: 'nl' } })
  await cancel(dutch.id)
  await settle()
  const { status, html } = await open(`/desk/messages?location=${location}&lang=en`, staff.secret)
  expect(status).toBe(200)
  const [cancelled, reminder, confirmed] = ['Geannuleerd', 'نراك قريبًا', 'تم الحجز'].map((words) =>
    html.indexOf(words),
  )
  expect(cancelled).toBeGreaterThan(0)
  expect(Math.min(reminder ?? -1, confirmed ?? -1)).toBeGreaterThan(cancelled ?? 0)
  expect(html).toContain('<div class="letter-body" lang="ar" dir="rtl">')
  expect(html).toContain(`href="http://dawr.test/my/${arabic.token}/cancel"`)
  expect(html).toContain('+31 20 555 0123')
  expect(html).not.toContain('Booked:')
})

test('is for the desk, and for those whose location it is', async () => {
  const { location } = await museum({ now: null })
  expect((await open(`/desk/messages?location=${location}`)).status).toBe(401)
  const path = `/desk/messages?location=${location}`
  expect((await open(path, (await makeKey('staff')).secret)).status).toBe(404)
  expect((await open(path, (await makeKey('partner', { testMode: false })).secret)).status).toBe(403)
  expect((await open(path, (await makeKey('staff', { testMode: false })).secret)).status).toBe(200)
})

test('pages back through what there is', async () => {
  const { location, book } = await museum()
  for (let n = 0; n < 26; n++) await book('2026-11-24', { contact })
  await settle()
  const staff = await makeKey('staff')
  const first = await open(`/desk/messages?location=${location}&lang=nl`, staff.secret)
  const count = (html: string) => html.split('<article').length - 1
  const next = /href="(\/desk\/messages[^"]+before=[^"]+)"/.exec(first.html)?.[1]?.replaceAll('&amp;', '&')
  const second = await open(next ?? '', staff.secret)
  expect([count(first.html), count(second.html)]).toEqual([50, 2])
})
