import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { faultsOf, still } from './axe.ts'
import { openStage, type PageOptions, type Stage } from './harness.ts'
import {
  asked,
  buildWorkshop,
  chain,
  go,
  labour,
  light,
  type Received,
  vat,
  type Workshop,
} from './workshop.ts'

/** Work in progress in real browsers: a courier's telephone, the desk's screen and a technician's telephone. */

let stage: Stage
let workshop: Workshop
beforeAll(async () => {
  stage = await openStage({ empty: true })
  workshop = await buildWorkshop(stage)
})
afterAll(() => stage.close())

const small: PageOptions = { viewport: { width: 320, height: 640 } }
const tiny =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=='

const focused = (page: Page) =>
  page.evaluate(() => {
    const { name, textContent } = document.activeElement as HTMLInputElement
    return name || textContent?.trim()
  })

/** Presses Tab until the focus is on what has this name or text. */
async function tabTo(page: Page, wanted: string | RegExp) {
  for (let presses = 0; presses < 60; presses++) {
    await page.keyboard.press('Tab')
    const found = (await focused(page)) ?? ''
    if (typeof wanted === 'string' ? found === wanted : wanted.test(found)) return
  }
  expect.unreachable(`the keyboard does not reach ${wanted}`)
}
const textOf = async (page: Page, selector: string) =>
  (await page.locator(selector).first().innerText()).replace(/\s+/g, ' ').replace(/[\u2066-\u2069]/g, '')

test('a courier follows a job in Arabic by keys alone: two lines approved, one refused, a pause told', async () => {
  const { id, token } = await workshop.receive()
  await workshop.run(id, go('diagnosing'), asked(chain, labour, vat, light))
  const phone = await stage.newPage({ ...small, ...still, locale: 'ar', tolerated: /status of 422/ })
  await phone.goto(`/w/${token}?lang=ar`)
  expect(await phone.locator('html').getAttribute('dir')).toBe('rtl')
  const faults = await faultsOf(phone, 'quote to answer')
  await phone.setViewportSize({ width: 320, height: 640 })

  const first = await textOf(phone, 'output')
  await tabTo(phone, 'line-4')
  await phone.keyboard.press('Space')
  expect(await textOf(phone, 'output')).not.toBe(first)
  expect(await phone.locator('.ask-over').count()).toBe(1)
  await tabTo(phone, 'إرسال جوابي')
  await phone.keyboard.press('Enter')
  await phone.locator('[role="alert"]').waitFor()
  expect(await phone.locator('[name="line-4"]').isChecked()).toBe(true)
  faults.push(...(await faultsOf(phone, 'answer above the limit')))
  await phone.setViewportSize({ width: 320, height: 640 })
  await tabTo(phone, 'line-4')
  await phone.keyboard.press('Space')
  expect([await textOf(phone, 'output'), await phone.locator('.ask-over').count()]).toEqual([first, 0])
  await tabTo(phone, 'إرسال جوابي')
  await phone.keyboard.press('Enter')
  await phone.locator('.costs').waitFor()

  const order = await workshop.read(id)
  expect(order.price).toMatchObject({ approved: 7_117, ceiling: 7_828 })
  expect(order.lines.map((line: { decision: string }) => line.decision)).toEqual([
    'approved',
    'approved',
    'approved',
    'refused',
  ])
  expect(await textOf(phone, '.costs div:first-child dd')).toBe(first)
  expect(await textOf(phone, '.costs-most')).toContain('على ألا يزيد على')
  expect(await textOf(phone, '.job-line-refused')).toContain('مرفوض')

  const until = new Date(Date.now() + 9 * 86_400_000).toISOString()
  const alternatives = [{ kind: 'loan', name: 'Havenleenbakfietsverhuurbedrijfsfiets' }, { kind: 'cancel' }]
  await workshop.run(
    id,
    go('in_progress'),
    { verb: 'pause', reason: 'parts', until },
    { verb: 'offer', alternatives },
  )
  const { readyBy } = await workshop.read(id)
  await phone.reload()
  const times = await phone
    .locator('.ready time')
    .evaluateAll((all) => all.map((time) => Date.parse((time as HTMLTimeElement).dateTime)))
  expect(times).toEqual([Date.parse(readyBy.promised), Date.parse(readyBy.first)])
  expect(await textOf(phone, '.ready')).toContain('ننتظر قطعة.')
  await tabTo(phone, 'كل ما حدث، وكل موعد ذكرناه')
  await phone.keyboard.press('Enter')
  expect(await phone.locator('.history li').count()).toBeGreaterThan(4)
  faults.push(...(await faultsOf(phone, 'paused')))
  await phone.setViewportSize({ width: 320, height: 640 })
  await tabTo(phone, 'choice')
  await phone.keyboard.press('Space')
  await tabTo(phone, 'تأكيد الاختيار')
  await phone.keyboard.press('Enter')
  await phone.locator('.notice-good').waitFor()
  expect(await textOf(phone, '.job-now')).toContain('اختيارك بديل معار حتى يجهز (Haven')
  expect(faults).toEqual([])
})

test('a technician moves a job on by one tap, and a photo is made small on the telephone', async () => {
  const { id } = await workshop.receive({ assignee: { person: 'Marieke' } })
  const phone = await workshop.atDesk(`/desk/work/mine?location=${workshop.location}&person=Marieke`, small)
  await phone.getByRole('button', { name: 'Next: Being looked at' }).click()
  await phone.locator('.my-jobs .work-status', { hasText: 'Being looked at' }).waitFor()
  expect((await workshop.read(id)).status).toBe('diagnosing')
  await phone.getByRole('link', { name: 'Add a photo' }).click()
  const big = await phone.evaluate(() => {
    const canvas = document.createElement('canvas')
    Object.assign(canvas, { width: 3_000, height: 1_500 })
    return canvas.toDataURL('image/png').replace(/^.*,/, '')
  })
  const file = { name: 'photo.png', mimeType: 'image/png', buffer: Buffer.from(big, 'base64') }
  const field = phone.locator('input[type="file"]')
  await field.waitFor()
  // A page is in sight before its script is there to see what is chosen.
  await phone.waitForLoadState('load')
  await field.setInputFiles(file)
  await phone.waitForFunction(
    () => document.querySelector<HTMLInputElement>('input[type="file"]')?.files?.[0]?.type === 'image/jpeg',
  )
  await phone.getByRole('button', { name: 'Add it' }).click()
  const photo = phone.locator('.photos img')
  await photo.waitFor()
  await photo.scrollIntoViewIfNeeded()
  await phone.waitForFunction(
    () => document.querySelector<HTMLImageElement>('.photos img')?.naturalWidth === 2_000,
  )
})

test('axe finds nothing on the pages of work, and no language is too wide for them', async () => {
  const { receive, run, location, addPhoto } = workshop
  const work = [go('diagnosing'), asked(chain, labour, vat, light)]
  const working = [...work, { verb: 'decide', version: 1, approve: [1, 2] }, go('in_progress')]
  const orders = [receive(), receive({ assignee: { person: 'Joost' } }), receive()]
  const [open, begun, done] = (await Promise.all(orders)) as [Received, Received, Received]
  await run(open.id, ...work)
  await run(begun.id, ...working)
  await run(done.id, ...working, { verb: 'work_line', line: 1 }, go('quality_check'), go('ready'))
  await addPhoto(done.id, tiny)
  const faults: string[] = []
  const board = `/desk/work?location=${location}`
  const page = await workshop.atDesk(board, { ...still, ...small })
  const unfold = () =>
    page.evaluate(() => {
      for (const folded of document.querySelectorAll('details')) folded.open = true
    })
  const word = `/word/${location}?`
  await expect
    .poll(async () => (await page.goto(word)) && page.locator('.word meter').count(), { timeout: 20_000 })
    .toBeGreaterThan(0)
  const looked = [
    board,
    word,
    `/desk/work/mine?location=${location}&person=Joost`,
    `/desk/work/new?location=${location}`,
    `/desk/work/${begun.id}?problem=wrong_state`,
    `/desk/work/${done.id}/label?`,
    `/w/${done.token}?`,
  ]
  // Made of the same parts, so that only their widths differ.
  const alike = [`/desk/work/${open.id}?open=quote`, `/desk/work/${done.id}?`, `/w/${open.token}/cancel?`]
  for (const path of [...looked, ...alike]) {
    for (const language of looked.includes(path) ? ['en', 'nl'] : ['en', 'nl', 'ar']) {
      await page.setViewportSize({ width: 320, height: 640 })
      await page.goto(`${path}&lang=${language}`)
      await unfold()
      const over = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      )
      if (over > 0) faults.push(`${path} in ${language}: ${over} px too wide`)
    }
    if (!looked.includes(path)) continue
    await page.goto(`${path}&lang=ar`)
    await unfold()
    faults.push(...(await faultsOf(page, path)))
  }
  expect(faults).toEqual([])
})
