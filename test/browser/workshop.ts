import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { type Api, apiOf, firstKey } from './harbour.ts'
import type { PageOptions, Stage } from './harness.ts'

/** A bicycle workshop on the clock of this machine, open around it, with names as long as names get. */

const tongues = (en: string, nl: string, ar: string) => ({ en, nl, ar })
const days = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']

export type Received = { id: string; token: string; reference: string }
export type Workshop = {
  location: string
  receive: (more?: object) => Promise<Received>
  /** Commands one after another. */
  run: (id: string, ...commands: object[]) => Promise<void>
  read: (id: string) => ReturnType<Api>
  addPhoto: (id: string, image: string) => ReturnType<Api>
  /** A page of the desk in a browser of its own, signed in. */
  atDesk: (path: string, options?: PageOptions) => Promise<Page>
}

export async function buildWorkshop(stage: Stage): Promise<Workshop> {
  const { url } = stage.server
  const api = apiOf(url, await firstKey(stage))
  const { id: location } = await api('POST', '/v1/locations', {
    name: tongues('Bicycle workshop', 'Universiteitsrijwielherstelwerkplaats', 'ورشة الدراجات'),
    zone: 'Europe/Amsterdam',
    currency: 'EUR',
    country: 'NL',
    address: 'Havenstraat 7, Rotterdam',
    hours: { weekly: Object.fromEntries(days.map((day) => [day, [{ from: '08:00', to: '20:00' }]])) },
  })
  await api('PUT', `/v1/locations/${location}/work/setup`, {
    services: [
      {
        id: 'repair',
        name: tongues('Repair', 'Bakfietsversnellingsnaafreparatie', 'إصلاح'),
        stages: [
          { stage: 'diagnosing', workingHours: 2 },
          { stage: 'quoted', workingHours: 8 },
          { stage: 'in_progress', workingHours: 6 },
          { stage: 'quality_check', workingHours: 1 },
        ],
        prices: [{ name: tongues('Chain', 'Ketting', 'سلسلة'), kind: 'part', amount: 3_850 }],
      },
    ],
    tolerancePercent: 10,
  })
  const { path } = await api('POST', '/v1/sign-in-links', { role: 'staff', label: 'Desk' })
  const signedIn = await fetch(`${url}/sign-in`, {
    method: 'POST',
    body: new URLSearchParams({ token: path.slice(path.lastIndexOf('/') + 1) }),
    headers: { Origin: url },
    redirect: 'manual',
  })
  const [, session] = /^__Host-dawr=([^;]+)/.exec(signedIn.headers.getSetCookie()[0] ?? '') ?? []
  return {
    location,
    receive: (more = {}) =>
      api('POST', '/v1/work-orders', {
        locationId: location,
        service: 'repair',
        items: [{ name: 'دراجة شحن Cargo 7', mark: 'RF 20391' }],
        contact: { name: 'Havenkoeriersbedrijfsvereniging', phone: '+31 10 123 4567', language: 'ar' },
        ...more,
      }),
    run: async (id, ...commands) => {
      for (const command of commands) await api('POST', `/v1/work-orders/${id}/commands`, command)
    },
    read: (id) => api('GET', `/v1/work-orders/${id}`),
    addPhoto: (id, image) => api('POST', `/v1/work-orders/${id}/photos`, { subject: 'intake', image }),
    atDesk: async (path, options = {}) => {
      const page = await stage.newPage({ elsewhere: true, locale: 'en-GB', ...options })
      // A browser takes a secure cookie from a secure address alone, and sends it to this machine all the same.
      const secure = url.replace('http:', 'https:')
      await page
        .context()
        .addCookies([
          { name: '__Host-dawr', value: session ?? expect.unreachable('nobody signed in'), url: secure },
        ])
      await page.goto(path)
      return page
    },
  }
}

export const asked = (...lines: object[]) => ({ verb: 'quote', lines, priceLimit: 8_000 })
export const go = (to: string) => ({ verb: 'advance', to })
export const chain = { kind: 'part', name: 'سلسلة', amount: 3_850 }
export const labour = { kind: 'labour', name: 'Arbeid', amount: 2_700 }
export const vat = { kind: 'tax', name: 'Btw 21%', amount: 567, of: 2 }
export const light = { kind: 'part', name: 'Licht', amount: 1_995, optional: true }
