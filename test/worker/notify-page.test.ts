import { exports } from 'cloudflare:workers'
import { expect, test } from 'vitest'
import { makeKey, rows } from './fixtures.ts'
import { contact, museum, settle } from './notify-office.ts'
import { clinic } from './queue-clinic.ts'

/** The desk's page of what customers were told. */

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

test('whoever holds a ticket says how to be told, and has it erased, without a script', async () => {
  const queue = await clinic()
  const { body: ticket } = await queue.join()
  const path = `/t/${ticket.token}/messages`
  const form = await open(`${path}?lang=en`)
  expect([form.status, (await open(`/t/${ticket.token}`)).html.includes(`href="${path}"`)]).toEqual([
    200,
    true,
  ])
  const key = () => /name="key" value="([^"]+)"/.exec(form.html)?.[1] ?? ''
  const post = async (fields: Record<string, string>) => {
    const body = new URLSearchParams({ key: crypto.randomUUID(), ...fields })
    const response = await exports.default.fetch(`http://dawr.test${path}?lang=nl`, {
      method: 'POST',
      headers: { Origin: 'http://dawr.test', 'Content-Type': 'application/x-www-form-urlencoded' },
      body,
      redirect: 'manual',
    })
    return { status: response.status, to: response.headers.get('Location'), html: await response.text() }
  }
  const kept = async () =>
    (await rows<{ contact: string | null }>('SELECT contact FROM recipient WHERE subject = ?', ticket.id))[0]
      ?.contact
  const wrong = await post({ way: 'mail', email: 'nobody' })
  expect([wrong.status, wrong.html.includes('href="#field-email"')]).toEqual([422, true])
  expect(await kept()).toBeUndefined()
  expect(await post({ key: key(), way: 'sms', phone: '٠٧٧٠٠ ٩٠٠١٢٣' })).toMatchObject({
    status: 303,
    to: `${path}?news=saved`,
  })
  expect(JSON.parse((await kept()) ?? '')).toEqual({ phone: '07700 900123', language: 'nl' })
  const saved = await open(`${path}?news=saved&lang=ar`)
  expect(saved.html).toContain('role="status"')
  expect(saved.html).not.toContain('07700')
  expect((await post({ way: 'none' })).status).toBe(303)
  expect(await kept()).toBeNull()
  expect((await open('/t/nothing/messages')).status).toBe(404)
})
