import { afterAll, beforeAll, expect, test } from 'vitest'
import { openStage, type Stage } from './harness.ts'

let stage: Stage
beforeAll(async () => {
  stage = await openStage({ empty: true })
})
afterAll(() => stage.close())

test('a browser opens the page', async () => {
  const page = await stage.newPage()
  const response = await page.goto('/')
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
