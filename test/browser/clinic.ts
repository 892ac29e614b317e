import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { type Api, apiOf, firstKey } from './harbour.ts'
import type { PageOptions, Stage } from './harness.ts'

/** Clinics on the clock of this machine, open around it, with names as long as names get. */

const tongues = (en: string, nl: string, ar: string) => ({ en, nl, ar })
const days = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']
const setup = {
  services: [
    { id: 'visit', letter: 'A', name: tongues('Visit', 'Spreekuur', 'زيارة عامة'), nominalMinutes: 15 },
    {
      id: 'papers',
      letter: 'B',
      name: tongues('Certificates', 'Arbeidsongeschiktheidsverzekeringsverklaringen', 'شهادة طبية'),
      nominalMinutes: 5,
    },
  ],
  desks: [
    { id: 'desk-1', name: 'Desk 1', services: ['visit', 'papers'] },
    { id: 'desk-2', name: 'Behandelkamerverpleegkundigenspreekuur 2', services: ['papers'] },
  ],
}

export type Clinic = {
  join: string
  hall: string
  board: string
  /** What the desk sees. */
  read: () => ReturnType<Api>
  command: (body: object) => ReturnType<Api>
  /** Somebody joins; `token` opens their page. */
  enter: (more?: object) => Promise<{ id: string; number: string; token: string }>
}

export type Clinics = {
  open: () => Promise<Clinic>
  /** The desk's board in a browser of its own, signed in. */
  openBoard: (clinic: Clinic, options?: PageOptions) => Promise<Page>
  /** Ends the session of all boards. */
  signOut: () => Promise<void>
}

/** On an empty server: every clinic is a location of its own, and one colleague is signed in for all of them. */
export async function buildClinics(stage: Stage): Promise<Clinics> {
  const { url } = stage.server
  const api = apiOf(url, await firstKey(stage))
  const post = (path: string, fields: Record<string, string>, headers: Record<string, string> = {}) =>
    fetch(url + path, {
      method: 'POST',
      body: new URLSearchParams(fields),
      headers: { Origin: url, ...headers },
      redirect: 'manual',
    })
  const signIn = async () => {
    const { path } = await api('POST', '/v1/sign-in-links', { role: 'staff', label: 'Desk' })
    const answer = await post('/sign-in', { token: path.slice(path.lastIndexOf('/') + 1) })
    const [, value] = /^__Host-dawr=([^;]+)/.exec(answer.headers.getSetCookie()[0] ?? '') ?? []
    return value ?? expect.unreachable('no session began')
  }
  const session = await signIn()
  return {
    open: async () => {
      const { id } = await api('POST', '/v1/locations', {
        name: tongues('Campus clinic', 'Universiteitsgezondheidscentrum', 'عيادة الجامعة'),
        zone: 'Asia/Riyadh',
        currency: 'SAR',
        country: 'SA',
        hours: { weekly: Object.fromEntries(days.map((day) => [day, [{ from: '00:00', to: '24:00' }]])) },
      })
      const path = `/v1/locations/${id}/queue`
      const command = (body: object) => api('POST', `${path}/commands`, body)
      await api('PUT', `${path}/setup`, setup)
      for (const desk of ['desk-1', 'desk-2']) await command({ verb: 'open_desk', desk })
      return {
        join: `/queue/${id}`,
        hall: `/hall/${id}`,
        board: `/desk/queue?location=${id}&desk=desk-1`,
        read: () => api('GET', path),
        command,
        enter: (more = {}) =>
          api('POST', `${path}/tickets`, { service: 'visit', presence: 'on_site', ...more }),
      }
    },
    openBoard: async ({ board }, options = {}) => {
      const page = await stage.newPage({ elsewhere: true, locale: 'en-GB', ...options })
      // A browser takes a secure cookie from a secure address alone, and sends it to this machine all the same.
      const secure = url.replace('http:', 'https:')
      await page.context().addCookies([{ name: '__Host-dawr', value: session, url: secure }])
      await page.goto(board)
      if (options.javaScriptEnabled !== false) await listens(page)
      return page
    },
    signOut: async () => {
      expect((await post('/sign-out', {}, { Cookie: `__Host-dawr=${session}` })).status).toBe(303)
    },
  }
}

/** A page is in sight before its script is there to hear keys. */
export const listens = (page: Page) => page.locator('body > [aria-live]').waitFor({ state: 'attached' })

/** Until the page shows the queue as it is now. */
export const catchesUp = async (page: Page, clinic: Clinic) => {
  const { seq } = await clinic.read()
  await page.locator(`[data-seq="${seq}"]`).waitFor()
}

/** Everything that a screen reader is told from now on. */
export const hear = (page: Page) =>
  page.evaluate(() => {
    const region = document.querySelector('body > [aria-live]') as HTMLElement
    const said: string[] = []
    Object.assign(window, { said })
    new MutationObserver(() => said.push(region.textContent ?? '')).observe(region, { childList: true })
  })
export const heard = (page: Page) => page.evaluate(() => (window as unknown as { said: string[] }).said)
