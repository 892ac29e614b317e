import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { expect, onTestFinished } from 'vitest'
import { type Server, startServer, temporaryState } from '../server.ts'
import { launchBrowser } from './chromium.ts'

export type PageOptions = BrowserContextOptions & {
  /** Console errors that the test means to cause, such as the browser's own line about an answer of 404. */
  tolerated?: RegExp
  /** In another browser: contexts of the packed Chromium, which is one process, share their cookies. */
  elsewhere?: boolean
}

export type Stage = {
  server: Server
  state: string
  browser: Browser
  /**
   * A page in a fresh context, for the test that asks for it: when that test ends the page is closed, and the
   * test fails if the page wrote an error to the console or let an exception through.
   */
  newPage: (options?: PageOptions) => Promise<Page>
  close: () => Promise<void>
}

/** A server on a free port with a state folder of its own, with the demo or empty, and a browser beside it. */
export async function openStage(options: { empty?: boolean } = {}): Promise<Stage> {
  const { state, remove } = await temporaryState()
  const [server, browser] = await Promise.all([startServer({ state, ...options }), launchBrowser()])
  let other: Promise<Browser> | undefined
  const newPage = async ({ tolerated, elsewhere = false, ...context }: PageOptions = {}) => {
    if (elsewhere) other ??= launchBrowser()
    const page = await ((elsewhere && (await other)) || browser).newPage({ baseURL: server.url, ...context })
    const complaints: string[] = []
    const complain = (text: string) => {
      if (!tolerated?.test(text)) complaints.push(`${page.url()}: ${text}`)
    }
    page.on('console', (message) => message.type() === 'error' && complain(message.text()))
    page.on('pageerror', (error) => complain(error.stack ?? error.message))
    onTestFinished(async () => {
      await page.close()
      expect(complaints).toEqual([])
    })
    return page
  }
  const close = async () => {
    await Promise.all([browser.close(), other?.then((another) => another.close()), server.stop()])
    await remove()
  }
  return { server, state, browser, newPage, close }
}
