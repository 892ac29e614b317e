import { exports } from 'cloudflare:workers'
import { expect, test } from 'vitest'
import { photo } from './openapi-world.ts'
import { colleague, formOf, formsOf, press } from './queue-visits.ts'
import { standAtNoon } from './touring.ts'
import { Visitor } from './visitor.ts'
import { approve, chain, go, hour, labour, light, makeWorkshop, quoteOf } from './workshop.ts'

/** The work board, a technician's jobs and the desk's page of an order, through the whole Worker. */

standAtNoon()

const desk = (id: string) => `/desk/work/${id}`
/** A quote's rows as the form has them. */
const rowsOf = (...lines: { kind: string; name: string; amount: string; optional?: boolean }[]) =>
  Object.fromEntries(
    lines.flatMap(({ kind, name, amount, optional }, at) => [
      [`quote-kind-${at + 1}`, kind],
      [`quote-name-${at + 1}`, name],
      [`quote-amount-${at + 1}`, amount],
      ...(optional ? [[`quote-optional-${at + 1}`, '1']] : []),
    ]),
  )

test('a job goes from hand-in to closed at the desk, without scripts', async () => {
  const { location, read } = await makeWorkshop(null)
  const visitor = await colleague()
  const form = (await visitor.open(`/desk/work/new?location=${location}`)).form(/\/desk\/work\/new$/)
  const nameless = await visitor.press(form, { service: 'repair', item: ' ', phone: '٠٦١٢٣٤٥٦٧٨' })
  expect([nameless.status, nameless.html]).toEqual([422, expect.stringMatching(/id="field-item-fault"/)])
  const taken = await visitor.press(form, { service: 'repair', item: 'Red bicycle', name: 'A. Rider' })
  expect(taken.next).toMatch(/^\/desk\/work\/wrk_[0-9a-z]{26}\?news=received$/)
  expect((await visitor.press(form, { service: 'repair', item: 'Red bicycle', name: 'A. Rider' })).next).toBe(
    taken.next,
  )
  const here = taken.next.replace(/\?.*/, '')
  const id = here.replace('/desk/work/', '')
  const page = await visitor.open(taken.next)
  expect(page.text).toContain('It is taken in. Print the label')
  expect(page.text).toContain('Red bicycle')
  const label = await visitor.open(`${here}/label`)
  expect(label.html).toContain('role="img"')
  expect(label.text).toContain((await read(id)).reference)

  await press(visitor, here, { verb: 'advance', to: 'diagnosing' })
  const asked = formOf(await visitor.open(here), { verb: 'quote' })
  for (const [amount, fault] of Object.entries({
    '38.505': 'quote-amount-1',
    '-3': 'quote-amount-1',
    cheap: 'quote-amount-1',
    '': 'quote-amount-1',
  })) {
    const wrong = await visitor.press(asked, rowsOf({ kind: 'part', name: 'Chain', amount }))
    expect([amount, wrong.status]).toEqual([amount, 422])
    expect(wrong.html).toContain(`id="field-${fault}-fault"`)
    expect(wrong.html).toMatch(/<details id="quote"[^>]* open/)
    expect(wrong.html).toMatch(/name="quote-name-1" [^>]*value="Chain"/)
  }
  const lines = rowsOf(
    { kind: 'part', name: 'Chain', amount: '٣٨٫٥' },
    { kind: 'labour', name: 'Labour', amount: '27' },
    { kind: 'discount', name: 'Regular', amount: '5,00' },
    { kind: 'part', name: 'Light', amount: '19.95', optional: true },
  )
  expect((await visitor.press(asked, { ...lines, 'quote-limit': '120' })).next).toBe(here)
  expect((await read(id)).lines.map(({ amount, optional }) => [amount, optional])).toEqual([
    [3_850, false],
    [2_700, false],
    [-500, false],
    [1_995, true],
  ])
  const told = formOf(await visitor.open(here), { verb: 'decide' })
  await visitor.press(told, { 'line-1': '1', 'line-2': '1' })
  expect((await read(id)).price).toMatchObject({ approved: 6_050 })
  await press(visitor, here, { verb: 'advance', to: 'in_progress' })

  const paused = await press(
    visitor,
    here,
    { verb: 'pause' },
    {
      'pause-reason': 'parts',
      'pause-until': '2026-11-30T12:00',
    },
  )
  expect(paused.text).toContain('Waiting for a part Monday 30 November, 12:00')
  expect((await read(id)).pause).toEqual({ reason: 'parts', until: '2026-11-30T12:00:00+00:00' })
  const past = await visitor.press(formOf(paused, { verb: 'pause' }), {
    'pause-reason': 'parts',
    'pause-until': '2026-11-20T12:00',
  })
  expect([past.status, past.text]).toEqual([422, expect.stringContaining('This time has passed')])
  await press(visitor, here, { verb: 'resume' })
  await press(visitor, here, { verb: 'assign' }, { 'assign-person': 'Marieke' })

  const dear = await visitor.press(formOf(await visitor.open(here), { line: '1' }), { 'actual-1': '99' })
  expect([dear.status, dear.text]).toEqual([422, expect.stringContaining('That is more than was agreed.')])
  await press(visitor, here, { line: '1' }, { 'actual-1': '40' })
  await press(visitor, here, { line: '2' })
  await press(visitor, here, { verb: 'advance', to: 'quality_check' })
  const ready = await press(visitor, here, { verb: 'advance', to: 'ready' })
  expect(ready.text).toContain('Ready to collect')
  const billed = await press(visitor, here, { verb: 'bill' }, { 'bill-2': '26' })
  expect(billed.text).toContain('The bill £61')
  await press(visitor, here, { verb: 'advance', to: 'collected' })
  const again = await visitor.press(formOf(await visitor.open(here), { verb: 'reopen' }), {
    'reopen-note': 'It rattles',
  })
  expect(again.next).toMatch(/^\/desk\/work\/wrk_/)
  expect(again.next).not.toBe(here)
  const rework = await visitor.open(again.next)
  expect(rework.text).toContain('It rattles')
  expect(rework.html).toContain(`href="${here}"`)
  expect(formsOf(await visitor.open(here)).flatMap(({ fields }) => fields.verb ?? [])).toEqual([])
})

test('every button that is offered is taken', async () => {
  const { receive, run, command } = await makeWorkshop(null)
  const visitor = await colleague()
  const ways: object[][] = [
    [],
    [go('diagnosing')],
    [go('diagnosing'), quoteOf(chain)],
    [go('diagnosing'), quoteOf(chain), approve(1)],
    [go('diagnosing'), quoteOf(chain), approve(1, 1)],
    [go('diagnosing'), quoteOf(chain), approve(1, 1), go('in_progress')],
    [go('diagnosing'), quoteOf(chain), approve(1, 1), go('in_progress'), { verb: 'pause', reason: 'safety' }],
  ]
  for (const way of ways) {
    const sample = await receive('repair')
    await run(sample.id, ...way)
    const offered = formsOf(await visitor.open(desk(sample.id))).flatMap(({ fields }) =>
      fields.verb === 'advance' || fields.verb === 'resume' || fields.verb === 'cancel' ? [fields] : [],
    )
    for (const { verb, to } of offered) {
      const other = await receive('repair')
      await run(other.id, ...way)
      const body = { verb, ...(to && { to }), ...(verb === 'cancel' && { reason: 'other' }) }
      expect([JSON.stringify([way, body]), (await command(other.id, body)).status]).toEqual([
        JSON.stringify([way, body]),
        200,
      ])
    }
    expect([way.length, offered.length > 0]).toEqual([way.length, true])
  }
})

test('the board has what is at risk first, and shows one stage, one person or one code', async () => {
  const { location, receive, run, read } = await makeWorkshop(null)
  const visitor = await colleague()
  const safe = await receive('service', { assignee: { person: 'Marieke' } })
  const late = await receive('repair', { items: [{ name: 'Old tandem' }] })
  await run(late.id, go('diagnosing'), quoteOf(chain, labour, light), approve(1, 1), go('in_progress'), {
    verb: 'pause',
    reason: 'parts',
    until: new Date(Date.parse('2026-11-21T12:00:00Z') + hour).toISOString(),
  })
  const board = `/desk/work?location=${location}`
  const page = await visitor.open(board)
  expect(page.text).toContain((await read(safe.id)).reference)
  expect(page.text).toContain('Old tandem')
  expect(page.text).toMatch(/Chance to keep it: \d+%/)
  expect((await visitor.open(`${board}&status=paused`)).text).not.toContain(safe.reference)
  expect((await visitor.open(`${board}&person=Marieke`)).text).not.toContain('Old tandem')
  expect((await visitor.open(`${board}&reference=${safe.reference.toLowerCase()}`)).text).not.toContain(
    'Old tandem',
  )
  expect((await visitor.open(`${board}&over=true`)).text).toContain('No job here fits this.')
  expect((await visitor.open('/desk/work?location=loc_00000000000000000000000000')).status).toBe(404)
  expect((await visitor.open(`/desk?location=${location}`)).html).toContain(`href="${board}"`)
})

test('the desk offers something else, and sees on the board what was chosen', async () => {
  const { location, receive, run, read } = await makeWorkshop(null)
  const visitor = await colleague()
  const { id } = await receive('service')
  await run(id, go('in_progress'))
  const board = `/desk/work?location=${location}`
  const offering = formOf(await visitor.open(desk(id)), { verb: 'offer' })
  const nothing = await visitor.press(offering)
  expect([nothing.status, nothing.text]).toEqual([422, expect.stringContaining('Tick at least one')])
  const early = await visitor.press(offering, { 'offer-later': '1' })
  expect([early.status, early.text]).toEqual([422, expect.stringContaining('It is likely to be ready')])
  await visitor.press(offering, {
    'offer-loan': '1',
    'offer-collect': '1',
    'offer-loan-name': 'City bicycle',
  })
  expect((await read(id)).alternatives.map(({ kind, name }) => [kind, name])).toEqual([
    ['loan', 'City bicycle'],
    ['collect', null],
  ])
  expect((await visitor.open(board)).text).toContain('The customer can choose something else')
  const telling = formOf(await visitor.open(desk(id)), { verb: 'choose' })
  expect((await visitor.press(telling)).status).toBe(422)
  await visitor.press(telling, { choice: 'loan 3' })
  expect((await visitor.open(board)).text).toContain(
    'Chosen: Something to use meanwhile, on loan (City bicycle)',
  )
  expect((await visitor.open(desk(id))).text).toContain('Chosen by the customer Something to use')
})

test('a technician sees their own jobs and moves one on by one tap', async () => {
  const { location, receive, read } = await makeWorkshop(null)
  const visitor = await colleague()
  const mine = await receive('service', { assignee: { person: 'Marieke' } })
  const other = await receive('service', { assignee: { person: 'Joost' } })
  const choose = await visitor.open(`/desk/work/mine?location=${location}`)
  expect(choose.text).toContain('Choose your name. ')
  const chosen = await visitor.open(`/desk/work/mine?location=${location}&person=Marieke`)
  expect([chosen.text.includes(mine.reference), chosen.text.includes(other.reference)]).toEqual([true, false])
  const tapped = await visitor.press(formOf(chosen, { verb: 'advance', to: 'in_progress' }))
  expect(tapped.next).toBe(`/desk/work/mine?location=${location}&person=Marieke`)
  expect((await read(mine.id)).status).toBe('in_progress')
  // This telephone knows whose it is from then on.
  expect((await visitor.open(`/desk/work/mine?location=${location}`)).text).toContain(mine.reference)
})

async function upload(
  visitor: Visitor,
  id: string,
  image: Uint8Array | string,
  more: Record<string, string> = {},
) {
  const form = (await visitor.open(desk(id))).form(/\/photos$/)
  const body = new FormData()
  for (const [name, value] of Object.entries({ ...form.fields, subject: 'intake', ...more }))
    body.append(name, value)
  body.append('image', new File([image], 'photo.png', { type: 'image/png' }))
  const cookie = [...visitor.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  const headers = { Cookie: cookie, Origin: 'http://dawr.test' }
  return exports.default.fetch(`http://dawr.test${form.action}`, {
    method: 'POST',
    body,
    headers,
    redirect: 'manual',
  })
}

test('a photo comes as a form sends it; what is none is said', async () => {
  const { receive, read } = await makeWorkshop(null)
  const visitor = await colleague()
  const { id } = await receive('service')
  const png = Uint8Array.from(atob(photo.image), (char) => char.charCodeAt(0))
  const added = await upload(visitor, id, png, { subject: 'handover' })
  expect([added.status, added.headers.get('Location')]).toEqual([303, `${desk(id)}#photos`])
  const [kept] = (await read(id)).photos
  expect(kept).toMatchObject({ subject: 'handover', type: 'image/png' })
  const cookie = [...visitor.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  const seen = await exports.default.fetch(`http://dawr.test${desk(id)}/photos/${kept?.id}`, {
    headers: { Cookie: cookie },
  })
  expect([seen.status, (await seen.arrayBuffer()).byteLength]).toEqual([200, kept?.bytes])
  for (const [size, status, said] of [
    [5.1, 422, 'This photo is too large'],
    [7.1, 413, 'We did not understand that'],
  ] as const) {
    const large = await upload(visitor, id, new Uint8Array(size * 1024 * 1024))
    expect([large.status, await large.text()]).toEqual([status, expect.stringContaining(said)])
  }
  for (const wrong of ['', 'no picture']) {
    const refused = await upload(visitor, id, wrong)
    expect(refused.status).toBe(422)
    expect(await refused.text()).toMatch(/id="field-image-fault">Choose a photo/)
  }
  const torn = await exports.default.fetch(`http://dawr.test${desk(id)}/photos`, {
    method: 'POST',
    body: '--x\r\nContent-Disposition: form-data; name="a"',
    headers: {
      Cookie: cookie,
      Origin: 'http://dawr.test',
      'Content-Type': 'multipart/form-data; boundary=x',
    },
    redirect: 'manual',
  })
  expect(torn.status).toBe(303)
})

test('nobody but staff sees any of it', async () => {
  const { location, receive } = await makeWorkshop(null)
  const { id } = await receive('service')
  const stranger = new Visitor()
  for (const path of [
    `/desk/work?location=${location}`,
    `/desk/work/mine?location=${location}`,
    `/desk/work/new?location=${location}`,
    ...[desk(id), `${desk(id)}/label`],
  ])
    expect([path, (await stranger.open(path)).status]).toEqual([path, 401])
})
