import { env, exports } from 'cloudflare:workers'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { officeToken } from '../../src/people/index.ts'
import { ask } from './fixtures.ts'
import { photo } from './openapi-world.ts'
import { standAtNoon } from './touring.ts'
import { type Seen, type SeenForm, Visitor } from './visitor.ts'
import { approve, chain, go, labour, light, makeWorkshop, quoteOf, type Workshop } from './workshop.ts'

/** Following a job by its link, through the whole Worker, without a browser. */

standAtNoon()

/** A repair with an open quote: chain and labour that it needs, a light that it can do without. */
async function quoted(more: object = {}): Promise<Workshop & { id: string; href: string; token: string }> {
  const workshop = await makeWorkshop(null)
  const { id, token } = await workshop.receive('repair', { contact: { name: 'A. Rider' } })
  await workshop.run(id, go('diagnosing'), { ...quoteOf(chain, labour, light), ...more })
  return { ...workshop, id, token, href: `/w/${token}` }
}

const spelt = { day: 'numeric', weekday: 'long', month: 'long', hour: '2-digit', minute: '2-digit' } as const
/** An instant as an English page in London says it. */
const said = (instant: string | null) =>
  new Intl.DateTimeFormat('en-GB', { ...spelt, timeZone: 'Europe/London' })
    .format(Date.parse(instant ?? ''))
    .replace(' at ', ', ')

const ticks = (page: Seen): string[] =>
  [...page.html.matchAll(/<input type="checkbox"[^>]*>/g)].flatMap(([box]) =>
    / checked/.test(box) ? (/ name="([^"]*)"/.exec(box)?.[1] ?? []) : [],
  )
const without = ({ action, fields }: SeenForm, ...names: string[]): SeenForm => ({
  action,
  fields: Object.fromEntries(Object.entries(fields).filter(([name]) => !names.includes(name))),
})

test('a job is followed by its link: where it stands, what is asked, what it costs', async () => {
  const { href } = await quoted()
  const visitor = new Visitor()
  const page = await visitor.open(href)
  expect([page.status, page.trips]).toEqual([200, 1])
  expect(page.text).toContain('Blue bicycle')
  expect(page.text).toContain('Price offer made We go on when we have your answer.')
  expect(page.text).toContain('Ready by We say when, once we know what it needs.')
  expect(page.text).toContain('Please answer before Tuesday 24 November, 12:00')
  expect(page.text).toContain('Chain needed £38.50')
  expect(page.text).toContain('Light if you like £19.95')
  expect(page.text).toContain('What you ticked £65.50')
  expect(page.text).toContain('No price has been agreed yet.')
  expect(page.text).toContain('A line may come out up to 10% higher.')
  expect(ticks(page)).toEqual(['line-1', 'line-2'])
  expect(page.html).toMatch(/aria-current="step"[^>]*>.*?Price offer made/)
  expect((await visitor.open(`${href.slice(0, -1)}x`)).status).toBe(404)
})

test('lines are approved and refused in one go, and the total stands under the ceiling', async () => {
  const { href, id, read } = await quoted()
  const visitor = new Visitor()
  const form = (await visitor.open(href)).form(/\/quote$/)
  const answered = await visitor.press(form, { 'line-1': '1', 'line-3': '1' })
  expect(answered.next).toBe(`${href}?news=answered`)
  expect((await visitor.press(form, { 'line-1': '1', 'line-3': '1' })).next).toBe(answered.next)
  const page = await visitor.open(answered.next)
  expect(page.text).toContain('Thank you. We have your answer.')
  expect(page.text).toContain('Agreed £58.45 You pay at most £64.29')
  expect(page.text).toContain('Chain approved £38.50 Labour refused £27 Light approved £19.95')
  expect(page.text).toMatch(/Ready by \w+ \d+ November, \d\d:\d\d often earlier/)
  expect(() => page.form(/\/quote$/)).toThrow()
  expect((await read(id)).lines.map(({ decision }) => decision)).toEqual(['approved', 'refused', 'approved'])
})

test('what is above the customer’s own limit is not taken, and stays ticked', async () => {
  const { href, read, id } = await quoted({ priceLimit: 8_000 })
  const visitor = new Visitor()
  const form = (await visitor.open(href)).form(/\/quote$/)
  const over = await visitor.press(form, { 'line-1': '1', 'line-2': '1', 'line-3': '1' })
  expect(over.status).toBe(422)
  expect(over.html).toMatch(/role="alert"/)
  expect(over.text).toContain('Together this is more than you told us to stay under.')
  expect(over.text).toContain('What you ticked £85.45 You told us to stay under £80.')
  expect(ticks(over)).toEqual(['line-1', 'line-2', 'line-3'])
  expect((await visitor.press(over.form(/\/quote$/), { 'line-1': '1' })).next).toBe(`${href}?news=answered`)
  expect((await read(id)).price).toMatchObject({ approved: 3_850, ceiling: 4_235 })
})

test('a page says who decides for an account, and its office answers on a page of its own', async () => {
  const workshop = await makeWorkshop(null)
  const { id, token } = await workshop.receive('repair', { account: 'courier' })
  await workshop.run(id, quoteOf(chain, labour, light))
  const visitor = new Visitor()
  const page = await visitor.open(`/w/${token}`)
  expect(page.text).toContain(
    'Up to £70 you can agree to. Above that Harbour couriers decides, and gets this offer too.',
  )
  expect(page.html).toContain('data-limit="7000"')
  const all = { 'line-1': '1', 'line-2': '1', 'line-3': '1' }
  const over = await visitor.press(page.form(/\/quote$/), all)
  expect([over.status, over.text]).toEqual([422, expect.stringContaining('or wait for your office.')])
  const office = new Visitor()
  const href = `/w/${await officeToken(env.LINK_SECRET, id)}`
  const asked = await office.open(href)
  expect(asked.text).toContain('You decide this for Harbour couriers')
  const answered = await office.press(asked.form(/\/quote$/), all)
  expect(answered.next).toBe(`${href}?news=answered`)
  expect((await visitor.open(`/w/${token}`)).text).toContain('Price agreed by your office')
})

test('nothing ticked refuses the quote; an answer to an older one is not taken for this one', async () => {
  const { href, id, run } = await quoted()
  const visitor = new Visitor()
  const old = (await visitor.open(href)).form(/\/quote$/)
  await run(id, quoteOf(labour))
  const stale = await visitor.press(old, { 'line-1': '1' })
  expect([stale.status, stale.text]).toEqual([409, expect.stringContaining('This has changed')])
  await visitor.press((await visitor.open(href)).form(/\/quote$/))
  const page = await visitor.open(href)
  expect(page.text).toContain('Price offer refused We do nothing more.')
  expect(page.text).toContain('Where to collect it Museum Saturday 21 November 09:00–17:00')
  expect((await visitor.press(without(old, 'key'), { 'line-1': '1' })).next).toBe(href)
  expect((await visitor.press(old, { 'line-1': '1' }, 'https://elsewhere.test')).status).toBe(403)
})

test('a pause for parts puts the new date beside the first, with the reason', async () => {
  const { href, id, run, read } = await quoted()
  await run(id, approve(1, 1, 2), go('in_progress'))
  const first = (await read(id)).readyBy
  await run(id, { verb: 'pause', reason: 'parts', until: '2026-11-30T12:00:00Z' })
  const { promised } = (await read(id)).readyBy
  expect(promised).not.toBe(first.promised)
  const page = await new Visitor().open(href)
  expect(page.text).toContain(
    'Paused We are waiting for a part. We expect to go on Monday 30 November, 12:00.',
  )
  expect(page.text).toContain(
    `Ready by ${said(promised)} often earlier First promised ${said(first.first)} Why it changed We are waiting for a part.`,
  )
  expect(page.text).toContain(`Promised: ${said(promised)}. Before that it was ${said(first.first)}.`)
})

test('something else is chosen than to wait, where the date may not be kept', async () => {
  const { href, id, run, read } = await quoted()
  await run(id, approve(1, 1, 2), go('in_progress'))
  const visitor = new Visitor()
  expect((await visitor.open(href)).text).not.toContain('You can choose')
  const kinds = [{ kind: 'loan', name: 'a folding bicycle' }, { kind: 'collect' }, { kind: 'cancel' }]
  await run(id, { verb: 'offer', alternatives: kinds })
  const page = await visitor.open(href)
  expect(page.text).toContain(
    'Something to use meanwhile, on loan (a folding bicycle) I collect it as it is Cancel, free of charge',
  )
  const form = page.form(/\/choose$/)
  const late = (await visitor.open(href)).form(/\/choose$/)
  const nothing = await visitor.press(form)
  expect([nothing.status, nothing.html]).toEqual([422, expect.stringMatching(/id="field-choice-fault"/)])
  const chosen = await visitor.press(form, { choice: 'loan 6' })
  expect(chosen.next).toBe(`${href}?news=chosen`)
  expect((await visitor.press(form, { choice: 'loan 6' })).next).toBe(chosen.next)
  const after = await visitor.open(chosen.next)
  expect(after.text).toContain('You chose Something to use meanwhile, on loan (a folding bicycle)')
  expect(() => after.form(/\/choose$/)).toThrow()
  expect((await visitor.press(late, { choice: 'cancel 6' })).status).toBe(409)
  expect((await read(id)).alternatives).toMatchObject([{ kind: 'loan', offered: 6 }])
})

test('a job is cancelled until the work begins', async () => {
  const { href, id, run, receive } = await quoted()
  const visitor = new Visitor()
  const asks = await visitor.open(`${href}/cancel`)
  const done = await visitor.press(asks.form(/\/cancel$/), { reason: 'too_dear' })
  expect((await visitor.open(done.next)).text).toContain('It is cancelled.')
  expect((await visitor.open(`${href}/cancel`)).next).toBe(href)
  const begun = await receive('service')
  const early = (await visitor.open(`/w/${begun.token}/cancel`)).form(/\/cancel$/)
  await run(begun.id, go('in_progress'))
  expect((await visitor.open(`/w/${begun.token}`)).html).not.toContain('/cancel"')
  expect((await visitor.press(early, { reason: 'other' })).status).toBe(409)
  expect(id).toMatch(/^wrk_/)
})

test('photos are shown to the holder of the link and to nobody else', async () => {
  const { href, id, staff, token, receive } = await quoted()
  const added = await ask('POST', `/v1/work-orders/${id}/photos`, photo, { key: staff })
  const visitor = new Visitor()
  expect((await visitor.open(href)).text).toContain('when it came in, Saturday 21 November, 12:00')
  const seen = await exports.default.fetch(`http://dawr.test${href}/photos/${added.body.id}`)
  expect([seen.status, seen.headers.get('Content-Type')]).toEqual([200, 'image/png'])
  expect((await seen.arrayBuffer()).byteLength).toBe(added.body.bytes)
  const other = await receive('service')
  expect((await visitor.open(`/w/${other.token}/photos/${added.body.id}`)).status).toBe(404)
  expect(token).not.toBe(other.token)
})

test('the page weighs at most 40 KB, compressed, with its styles and scripts', async () => {
  const { href, id, run } = await quoted()
  for (let version = 2; version < 9; version++) await run(id, quoteOf(chain, labour, light))
  for (const language of ['en', 'nl', 'ar']) {
    const page = await new Visitor().open(`${href}?lang=${language}`)
    const parts = [...page.html.matchAll(/(?:href|src)="(\/[\w-]+\.(?:css|js|svg))"/g)].map(
      ([, path]) => path,
    )
    expect(parts).toEqual(['/favicon.svg', '/style.css', '/work.css', '/quote.js'])
    const files = await Promise.all(
      parts.map(
        async (path) =>
          new Uint8Array(await (await env.ASSETS.fetch(`http://dawr.test${path}`)).arrayBuffer()),
      ),
    )
    const bytes = [new TextEncoder().encode(page.html), ...files].map((part) => gzipSync(part).length)
    expect(bytes.reduce((sum, part) => sum + part, 0)).toBeLessThan(40 * 1024)
  }
})
