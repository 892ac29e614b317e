import { expect, vi } from 'vitest'
import type { Stage } from './harness.ts'

/** A small harbour museum on an empty server, set up over the public API by whoever has the first key. */

const tongues = (en: string, nl: string, ar: string) => ({ en, nl, ar })
const open = [{ from: '09:00', to: '18:00' }]
const days = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']
const weekly = Object.fromEntries(days.map((day) => [day, open]))
const painting = { date: '2026-11-24', intervals: [], reason: 'Painting the boat' }
const unit = (id: string, name: object, price: number, places = 1) => ({ id, name, price, places, max: 20 })
const adult = unit('adult', tongues('Adult', 'Volwassene', 'بالغ'), 1800)
const family = unit('family', tongues('Family', 'Gezin', 'عائلة'), 4500, 4)

// biome-ignore lint/suspicious/noExplicitAny: tests read the wire as it comes
export type Api = (method: string, path: string, body?: unknown) => Promise<any>

export type Place = { location: string; tour: string; ticket: string; room: string }
export type Harbour = {
  api: Api
  /** Found on the start page; on the clock of this machine, and never closed for good. */
  live: Place
  /** In test mode: its clock stands at noon of Saturday 21 November 2026. */
  simulated: Place
}

export const simulatedNoon = '2026-11-21T12:00:00Z'

export const apiOf =
  (url: string, key?: string): Api =>
  async (method, path, body) => {
    const response = await fetch(url + path, {
      method,
      headers: {
        'Content-Type': 'application/json',
        'Idempotency-Key': crypto.randomUUID(),
        ...(key === undefined ? {} : { Authorization: `Bearer ${key}` }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    // biome-ignore lint/suspicious/noExplicitAny: as above
    const answer = (await response.json()) as any
    expect([path, response.ok, answer.errors]).toEqual([path, true, undefined])
    return answer
  }

/** The link that an empty server prints. */
export const firstKeyLink = ({ server }: Stage): Promise<string> =>
  vi.waitFor(() => {
    const printed = /http:\S+\/sign-in\/\S+/.exec(server.output.join('\n'))
    return printed?.[0] ?? expect.unreachable('no link was printed')
  })

/** Exchanges it as its page does. */
export async function firstKey(stage: Stage): Promise<string> {
  const link = await firstKeyLink(stage)
  const response = await fetch(`${stage.server.url}/sign-in`, {
    method: 'POST',
    body: new URLSearchParams({ token: link.slice(link.lastIndexOf('/') + 1) }),
    headers: { Origin: stage.server.url },
  })
  return /dawr_live_[\w-]{43}/.exec(await response.text())?.[0] ?? ''
}

/** `key` is the first administrator's, where the test has been to its page already. */
export async function buildHarbour(stage: Stage, key?: string): Promise<Harbour> {
  const api = apiOf(stage.server.url, key ?? (await firstKey(stage)))
  const name = tongues('Harbour University', 'Havenuniversiteit', 'جامعة الميناء')
  await api('PUT', '/v1/organisation', { name })
  return { api, live: await place(api), simulated: await place(api, simulatedNoon) }
}

async function place(api: Api, simulatedNow?: string): Promise<Place> {
  const { id: location } = await api('POST', '/v1/locations', {
    name: tongues('Museum of Navigation', 'Scheepvaartmuseum', 'متحف الملاحة'),
    zone: 'Europe/London',
    currency: 'GBP',
    country: 'GB',
    address: '12 Wharf Lane, London',
    hours: { weekly, exceptions: simulatedNow === undefined ? [] : [painting] },
    ...(simulatedNow === undefined ? {} : { simulatedNow }),
  })
  const pool = async (title: string, bucket: string, capacity: number) =>
    (await api('POST', `/v1/locations/${location}/pools`, { name: title, bucket, capacity })).id
  const service = async (body: object) =>
    (await api('POST', `/v1/locations/${location}/services`, { units: [adult], ...body })).id
  const needs = (id: string) => [{ of: [id], take: 'places' }]
  return {
    location,
    tour: await service({
      kind: 'departures',
      name: tongues('Boat tour', 'Rondvaart', 'جولة بالقارب'),
      description: tongues('Once around the harbour.', 'Een rondje haven.', 'جولة حول الميناء.'),
      bring: tongues('Dress warmly.', 'Kleed je warm aan.', 'يُنصح بملابس دافئة.'),
      units: [adult, family],
      needs: needs(await pool('Boat', 'departure', 12)),
      durationMinutes: 75,
      departures: ['11:00', '13:00', '15:00'].map((time) => ({ time, days: [1, 2, 3, 4, 5, 6, 7] })),
      leadTimeMinutes: 120,
      holdMinutes: 10,
      maxHoldMinutes: 30,
    }),
    ticket: await service({
      kind: 'opening_hours',
      name: tongues('Day ticket', 'Dagkaart', 'تذكرة يوم'),
      needs: needs(await pool('Visitors', 'day', 40)),
    }),
    room: await service({
      kind: 'nights',
      name: tongues('Captain’s cabin', 'Kapiteinshut', 'مقصورة القبطان'),
      needs: [{ of: [await pool('Cabin', 'day', 2)], take: 'one' }],
      checkIn: '15:00',
      checkOut: '11:00',
      maxNights: 5,
    }),
  }
}

/** A public hold on the simulated tour; `token` opens its page. */
export const holdTour = (
  { api, simulated }: Harbour,
  start = '2026-11-22T13:00:00+00:00',
  adults = 2,
): Promise<{ id: string; token: string; reference: string }> =>
  api('POST', '/v1/bookings', { serviceId: simulated.tour, slot: start, units: { adult: adults } })

/** A path to press once that signs somebody in at the desk. */
export const signInPath = async ({ api }: Harbour): Promise<string> =>
  (await api('POST', '/v1/sign-in-links', { role: 'staff', label: 'Front desk' })).path
