import { env } from 'cloudflare:workers'
import { expect } from 'vitest'
import { limits } from '../../src/config.ts'
import { handOver, plan } from '../../src/notify/attend.ts'
import { deliver, type Office } from '../../src/notify/deliver.ts'
import type { DeliveryRow } from '../../src/notify/tables.ts'
import { Database } from '../../src/platform/database.ts'
import { readWaiting } from '../../src/queue/waiting.ts'
import {
  ask,
  departures,
  type Key,
  makeKey,
  makeLocation,
  makePool,
  makeService,
  noon,
  rows,
} from './fixtures.ts'

/** The way of a message from the stream to its end, step by step and without waiting for the platform's queue. */

export const office = (more: Partial<Office> = {}): Office => ({
  db: new Database(env.DB, 'first-primary'),
  origin: 'https://dawr.test',
  linkSecret: env.LINK_SECRET,
  adapters: {},
  ...more,
})

/** Plans, hands over and delivers until nothing is due at this wall clock, epoch ms. */
export async function settle(more: Partial<Office> = {}, wallNow = Date.now()): Promise<void> {
  const desk = office(more)
  await plan(desk.db, wallNow, (location) => readWaiting(env, location, wallNow))
  for (;;) {
    const ids: string[] = []
    await handOver(desk.db, wallNow, async (due) => ids.push(...due.map(({ id }) => id)))
    if (ids.length === 0) return
    for (const id of ids) await deliver(desk, id, wallNow)
  }
}

/** What is there for a subject, in the order of the events: kind, status and reason. */
export const deliveriesOf = (subject: string) =>
  rows<DeliveryRow>('SELECT * FROM delivery WHERE subject = ? ORDER BY event_seq, kind', subject)

export const told = async (subject: string) =>
  (await deliveriesOf(subject)).map(({ kind, status, reason }) =>
    [kind, status, reason].filter(Boolean).join(' '),
  )

export const contact = { name: 'Amina Haddad', email: 'amina@example.org', language: 'ar' }

/** A museum with one departure a day at 13:00, and words to book there. */
export async function museum({ now = noon as number | null } = {}) {
  const location = await makeLocation({ now })
  const pool = await makePool(location, 100, 1)
  const service = await makeService(location, departures(pool, { cancelCutOffMinutes: 0 }))
  const testMode = now !== null
  const admin: Key = await makeKey('admin', { testMode })
  const hold = async (date: string, body: object = {}, key?: Key | string) => {
    const slot = `${date}T13:00:00+00:00`
    const answer = await ask(
      'POST',
      '/v1/bookings',
      { serviceId: service, slot, units: { adult: 1 }, ...body },
      { key },
    )
    expect(answer.status).toBe(201)
    return answer.body as { id: string; token: string; reference: string }
  }
  return {
    location,
    service,
    admin,
    hold,
    book: async (date: string, more: object = { contact }, key?: Key | string) => {
      const held = await hold(date, {}, key)
      const confirmed = await ask('POST', `/v1/bookings/${held.id}/confirm`, more, { key: key ?? held.token })
      expect(confirmed.status).toBe(200)
      return held
    },
    cancel: async (id: string, key: Key | string = admin) =>
      expect((await ask('POST', `/v1/bookings/${id}/cancel`, { reason: 'ill' }, { key })).status).toBe(200),
    advance: async (to: string) =>
      expect((await ask('POST', `/v1/locations/${location}/advance`, { to }, { key: admin })).status).toBe(
        200,
      ),
  }
}

/** Longer than any lease: what somebody died over is anybody's by then. */
export const leasesMs = limits.handMs + limits.sendMs
