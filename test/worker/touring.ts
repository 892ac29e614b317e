import { afterAll, beforeAll, beforeEach, expect, vi } from 'vitest'
import { ask, departures, makeLocation, makePool, makeService, noon } from './fixtures.ts'
import type { Seen, Visitor } from './visitor.ts'

/** A live location with a tour a day, for the tests of pages: there the clock of the Worker is the test's. */

/** It is noon of a Saturday when a test begins. */
export function standAtNoon(): void {
  beforeAll(() => void vi.useFakeTimers({ toFake: ['Date'] }))
  beforeEach(() => void vi.setSystemTime(noon))
  afterAll(() => void vi.useRealTimers())
}

export const minuteMs = 60_000
export const live = (more: Parameters<typeof makeLocation>[0] = {}) => makeLocation({ now: null, ...more })

/** A tour at 13:00 every day, with as many places. */
export async function tour(places = 7, more: Parameters<typeof departures>[1] = {}) {
  const location = await live()
  const pool = await makePool(location, places, 1)
  const service = await makeService(location, departures(pool, more))
  return { location, pool, service, at: (date: string) => `/services/${service}?date=${date}` }
}

export const tomorrow = '2026-11-22'
export const at13 = `${tomorrow}T13:00:00+00:00`

/** Takes places of tomorrow's tour for somebody else. */
export const take = async (service: string, adult: number) =>
  ask('POST', '/v1/bookings', { serviceId: service, slot: at13, units: { adult } })

/** The page of a fresh hold. */
export async function hold(visitor: Visitor, path: string): Promise<{ page: Seen; href: string }> {
  const found = await visitor.open(path)
  const pressed = await visitor.press(found.form(/\/hold$/), { slot: found.slots[0] ?? '' })
  return { page: await visitor.open(pressed.next), href: pressed.next }
}

export const confirm = async (
  visitor: Visitor,
  { page, href }: { page: Seen; href: string },
  name = 'Amina',
) => {
  const done = await visitor.press(page.form(/\/confirm$/), { name, language: 'en' })
  expect(done.next).toBe(`${href}?news=confirmed`)
  return visitor.open(done.next)
}

export const bookingOf = (href: string) => `bkg_${/cst_([0-9a-z]{26})_/.exec(href)?.[1]}`
