import { runInDurableObject } from 'cloudflare:test'
import { env, exports } from 'cloudflare:workers'
import { expect } from 'vitest'
import type { QueueEvent } from '../../src/queue/rules/index.ts'
import { alwaysOpen, ask, type Key, makeKey, makeLocation, noon, rows } from './fixtures.ts'

/** A clinic with two services and two desks, the first of them open, and words to move its queue through the API. */

export const minute = 60_000

type More = { now?: number; idempotencyKey?: string }

export const setupBody = (bookable: string[] = []) => ({
  services: [
    { id: 'visit', letter: 'A', name: { en: 'Visit' }, nominalMinutes: 15, bookable },
    { id: 'blood', letter: 'B', name: { en: 'Blood test' }, nominalMinutes: 8 },
  ],
  desks: [
    { id: 'desk-1', name: 'Desk 1', services: ['visit', 'blood'] },
    { id: 'desk-2', name: 'Desk 2', services: ['visit'] },
  ],
})

export async function clinic({
  bookable = [] as string[],
  now = noon as number | null,
  zone = 'Europe/London',
  setup = {} as object,
  hours = alwaysOpen,
} = {}) {
  const location = await makeLocation({ now, zone, hours })
  const [admin, staff] = [
    await makeKey('admin', { testMode: now !== null }),
    await makeKey('staff', { testMode: now !== null }),
  ]
  const path = `/v1/locations/${location}/queue`
  const setUp = (body: object) => ask('PUT', `${path}/setup`, body, { key: admin })
  expect((await setUp({ ...setupBody(bookable), ...setup })).status).toBe(200)
  const stub = () => env.QUEUE.get(env.QUEUE.idFromName(location))
  const queue = {
    location,
    path,
    admin,
    staff,
    setUp,
    stub,
    join: (service = 'visit', more: object = {}, key?: Key | string, how: More = {}) =>
      ask('POST', `${path}/tickets`, { service, presence: 'on_site', ...more }, { key, ...how }),
    command: (body: object, key: Key | string = staff, how: More = {}) =>
      ask('POST', `${path}/commands`, body, { key, ...how }),
    read: async () => (await ask('GET', path, undefined, { key: staff })).body,
    ticket: (id: string, key: Key | string = staff) =>
      ask('GET', `${path}/tickets/${id}`, undefined, { key }),
    display: async () => (await ask('GET', `${path}/display`)).body,
    advance: (to: number, how: More = {}) =>
      ask(
        'POST',
        `/v1/locations/${location}/advance`,
        { to: new Date(to).toISOString() },
        { key: admin, ...how },
      ),
    /** A live socket, as the answer to its request. */
    watch: (query: string, key?: Key | string) =>
      exports.default.fetch(`http://dawr.test${path}/live?${query}`, {
        headers: {
          Upgrade: 'websocket',
          ...(key ? { Authorization: `Bearer ${typeof key === 'string' ? key : key.secret}` } : {}),
        },
      }),
    /** The object's own events. */
    events: () =>
      runInDurableObject(stub(), (_, { storage }) =>
        storage.sql
          .exec<{ json: string }>('SELECT json FROM event ORDER BY seq')
          .toArray()
          .map(({ json }) => JSON.parse(json) as QueueEvent),
      ),
    /** How far D1 has them. */
    drained: () =>
      runInDurableObject(stub(), (_, { storage }) => {
        const [row] = storage.sql
          .exec<{ value: string }>("SELECT value FROM fact WHERE name = 'drained'")
          .toArray()
        return Number(row?.value ?? 0)
      }),
    /** The events as they arrived in D1. */
    stream: () =>
      rows<{ source_seq: number; at: number; type: string; subject: string; actor: string }>(
        'SELECT source_seq, at, type, subject, actor FROM event WHERE location_id = ? AND source_seq IS NOT NULL ORDER BY source_seq',
        location,
      ),
  }
  await queue.command({ verb: 'open_desk', desk: 'desk-1' })
  return queue
}

export type Clinic = Awaited<ReturnType<typeof clinic>>

/** Everything that happened is in D1, each event once and in order; those that the object still has, as they were. */
export async function expectDrained(queue: Clinic): Promise<void> {
  const lastSeq = async () => (await queue.events()).at(-1)?.seq ?? 0
  const behind = async () => (await lastSeq()) - ((await queue.stream()).at(-1)?.source_seq ?? 0)
  await expect.poll(behind, { timeout: 10_000 }).toBe(0)
  const events = await queue.events()
  const last = events.at(-1)?.seq ?? 0
  const stream = (await queue.stream()).map(({ source_seq: seq, at, type }) => ({ seq, at, type }))
  expect(stream.map(({ seq }) => seq)).toEqual(Array.from({ length: last }, (_, i) => i + 1))
  const kept = events.map(({ seq, at, type }) => ({ seq, at, type: `queue.${type}` }))
  expect(stream.slice(-kept.length)).toEqual(kept)
}
