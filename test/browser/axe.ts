import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type axe from 'axe-core'
import type { Page } from 'playwright-core'

/** A colour on its way to another one is neither. */
export const still = { reducedMotion: 'reduce' as const }
const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
/** Colours change with the scheme, and what is where with the width; the document stays as it is. */
const ofAnotherView = ['color-contrast', 'link-in-text-block', 'scrollable-region-focusable', 'target-size']
const views = [
  { width: 320, colorScheme: 'light', options: {} },
  {
    width: 1280,
    colorScheme: 'dark',
    options: { runOnly: { type: 'rule' as const, values: ofAnotherView } },
  },
] as const

/**
 * What axe finds, and what is wider than the screen, in each view of the page that stands open or of a part of it; on a
 * phone alone where `looks` is 1, and its width alone where it is 0: a document that axe has read in one language is the
 * same in another, but for the length of its words.
 */
export async function faultsOf(page: Page, name: string, within = 'html', looks = 2): Promise<string[]> {
  const faults: string[] = []
  if (looks > 0) await page.evaluate(axeSource)
  for (const { width, colorScheme, options } of views.slice(0, Math.max(1, looks))) {
    await page.setViewportSize({ width, height: 800 })
    await page.emulateMedia({ colorScheme })
    const found = await page.evaluate(
      async ({ within, options, reads }) => {
        const { axe: rules } = window as unknown as { axe: typeof axe }
        const { violations } = reads
          ? await rules.run(within, { resultTypes: ['violations'], ...options })
          : { violations: [] }
        const { scrollWidth, clientWidth } = document.documentElement
        return {
          broken: violations.map(
            ({ id, nodes }) => `${id} at ${nodes.map(({ html }) => html.slice(0, 120))}`,
          ),
          over: scrollWidth - clientWidth,
        }
      },
      { within, options, reads: looks > 0 },
    )
    const where = `${name}, ${width} px, ${colorScheme}`
    faults.push(...found.broken.map((rule) => `${where}: ${rule}`))
    if (found.over > 0) faults.push(`${where}: ${found.over} px too wide`)
  }
  return faults
}
