import { afterAll, beforeAll, expect, test } from 'vitest'
import { openStage, type Stage } from './harness.ts'

let stage: Stage
beforeAll(async () => {
  stage = await openStage({ empty: true })
})
afterAll(() => stage.close())

test('the browser shows what the server serves', async () => {
  const page = await stage.newPage()
  const response = await page.goto('/openapi.json')
  expect(response?.status()).toBe(200)
  expect(await page.textContent('body')).toContain('Dawr')
})

test('Arabic letters have a font of their own here', async () => {
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
