import { runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { vi } from 'vitest'
import { newId } from '../../src/kernel/ids.ts'
import {
  alwaysOpen,
  ask,
  departures,
  type Key,
  makeKey,
  makeLocation,
  makePool,
  makeService,
  nights,
  noon,
  office,
  rows,
  slots,
  tickets,
} from './fixtures.ts'
import { workSetup } from './workshop.ts'

/** A place with something of everything, and somebody of every kind: what the requests of these proofs are about. */

const DAY_MS = 86_400_000
export const saturday = '2026-11-28T13:00:00+00:00'
export const exceptionDate = '2030-12-25'

export const queueSetup = {
  services: [
    { id: 'visit', letter: 'A', name: { en: 'Visit' }, nominalMinutes: 15 },
    { id: 'blood', letter: 'B', name: { en: 'Blood test' }, nominalMinutes: 8 },
  ],
  desks: [{ id: 'desk-1', name: 'Desk 1', services: ['visit', 'blood'] }],
}

export type Held = { id: string; token: string }

const all = async <T extends object>(making: { [Name in keyof T]: Promise<T[Name]> }): Promise<T> => {
  const made = Object.entries<Promise<unknown>>(making).map(async ([name, one]) => [name, await one])
  return Object.fromEntries(await Promise.all(made))
}

async function asked(...[method, path, body, by]: Parameters<typeof ask>): Promise<Held> {
  const answer = await ask(method, path, body, by)
  if (answer.status >= 300) throw new Error(`the world did not come about: ${JSON.stringify(answer.body)}`)
  return answer.body
}
const holdAs = (key: Key | undefined, serviceId: string, slot: string) =>
  asked('POST', '/v1/bookings', { serviceId, slot, units: { adult: 1 } }, { key })

/** A test-mode location whose clock stands at `noon`, with a service of each kind. */
async function makeMuseum() {
  const closed = { date: exceptionDate, intervals: [], reason: 'Christmas' }
  const location = await makeLocation({ hours: { ...office, exceptions: [closed] } })
  const pools = await all({
    places: makePool(location, 10, 1),
    chairs: makePool(location, 3),
    doctor: makePool(location, 1, 15, office.weekly),
    days: makePool(location, 50, 1440),
    rooms: makePool(location, 2, 1440),
  })
  const { places, chairs, doctor, days, rooms } = pools
  const visit = [
    { of: [chairs], take: 'places' as const },
    { of: [doctor, chairs], take: 'one' as const },
  ]
  const services = await all({
    tour: makeService(location, departures(places)),
    visit: makeService(location, slots(visit, { bufferAfterMinutes: 15 })),
    entry: makeService(location, tickets(days)),
    stay: makeService(location, nights(rooms)),
  })
  return { location, pools, services }
}

/** A live location, which takes its time from nobody. */
async function makeLive() {
  const closed = { date: exceptionDate, intervals: [] }
  const location = await makeLocation({ now: null, hours: { ...alwaysOpen, exceptions: [closed] } })
  const pool = await makePool(location, 50, 1440)
  const service = await makeService(location, tickets(pool))
  const slot = new Date(Date.now() + 7 * DAY_MS).toISOString().slice(0, 10)
  return { location, pool, service, slot, held: await holdAs(undefined, service, slot) }
}

async function makePartner(name: string): Promise<string> {
  const id = newId('ptn', noon)
  await env.DB.prepare('INSERT INTO partner VALUES (?, ?, 1, ?)').bind(id, name, noon).run()
  return id
}

/** A webhook that nobody could deliver to the partner. */
async function makeFailed(location: string, endpoint: string): Promise<string> {
  const id = newId('dlv', noon)
  await env.DB.prepare(
    `INSERT INTO delivery (id, kind, subject, location_id, revision, recipient, event_seq, lane, status, due_at, attempts,
       facts, reason, created_at, ended_at)
     VALUES (?1, 'webhook', ?2, ?2, 1, ?3, 1, ?3, 'failed', 0, 12, '{}', 'timeout', ?4, ?4)`,
  )
    .bind(id, location, endpoint, noon)
    .run()
  return id
}

const ended = (key: Key, column: 'expires_at' | 'revoked_at') =>
  env.DB.prepare(`UPDATE credential SET ${column} = ? WHERE id = ?`)
    .bind(Date.now() - 1, key.id)
    .run()

async function makeKeys() {
  const [partner, rival] = [await makePartner('Delta Reizen'), await makePartner('Rihla Travel')]
  const live = { testMode: false }
  const keys = await all({
    admin: makeKey('admin', live),
    adminTest: makeKey('admin'),
    staff: makeKey('staff', live),
    staffTest: makeKey('staff'),
    partner: makeKey('partner', { partner }),
    partnerLive: makeKey('partner', { partner, ...live }),
    rival: makeKey('partner', { partner: rival }),
    expired: makeKey('admin', live),
    revoked: makeKey('admin', live),
    /** To be revoked by those who try. */
    spare: makeKey('staff', live),
    other: makeKey('staff', live),
  })
  await ended(keys.expired, 'expires_at')
  await ended(keys.revoked, 'revoked_at')
  return { partner, rival, keys }
}

export async function makeWorld() {
  await env.DB.prepare(
    `INSERT OR IGNORE INTO organisation VALUES ('organisation', '{"en":"Harbour"}', 1)`,
  ).run()
  const { museum, live, known } = await all({ museum: makeMuseum(), live: makeLive(), known: makeKeys() })
  const { tour } = museum.services
  const { keys } = known
  const setUp = (location: string) =>
    asked('PUT', `/v1/locations/${location}/queue/setup`, queueSetup, { key: keys.admin })
  await Promise.all([museum.location, live.location].map(setUp))
  const made = await all({
    held: holdAs(undefined, tour, saturday),
    /** Held by the partner. */
    agency: holdAs(keys.partner, tour, saturday),
    /** Somebody else's. */
    visitor: holdAs(undefined, tour, saturday),
    ticket: asked('POST', `/v1/locations/${museum.location}/queue/tickets`, { service: 'visit' }),
    work: makeWork([museum.location, live.location], keys.admin),
    /** The partner's. */
    webhook: asked('POST', '/v1/webhooks', { url: 'https://example.org/hooks' }, { key: keys.partner }),
  })
  const failed = await makeFailed(museum.location, made.webhook.id)
  return { ...museum, ...known, ...made, failed, live }
}
export type World = Awaited<ReturnType<typeof makeWorld>>

const tinyPng =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='
export const photo = { subject: 'intake', image: tinyPng }

/** A work order of each kind of place; the first one waits for its holder to decide on a quote. */
async function makeWork(locations: [museum: string, live: string], key: Key) {
  const receive = (locationId: string, service = 'repair') =>
    asked('POST', '/v1/work-orders', { locationId, service, items: [{ name: 'Bicycle' }] }, { key })
  for (const location of locations)
    await asked('PUT', `/v1/locations/${location}/work/setup`, workSetup, { key })
  const [museum, live] = locations
  const made = await all({ order: receive(museum), other: receive(museum, 'service'), live: receive(live) })
  const quote = { verb: 'quote', lines: [{ kind: 'part', name: 'Chain', amount: 3_850 }] }
  await asked('POST', `/v1/work-orders/${made.order.id}/commands`, quote, { key })
  const added = await asked('POST', `/v1/work-orders/${made.order.id}/photos`, photo, { key })
  return { ...made, photo: added.id }
}

/** The locations of the first world and of the newest: whose queues are looked into. */
const queues = async () => {
  const known = await rows<{ id: string }>(
    "SELECT location_id AS id FROM event WHERE type = 'queue.set_up' GROUP BY location_id ORDER BY min(seq)",
  )
  const ids = known.map(({ id }) => id)
  return [...new Set([...ids.slice(0, 2), ...ids.slice(-2)])]
}

/** What the object of a queue keeps, once the stream has all its events. */
export const keptOf = (location: string) =>
  vi.waitUntil(
    () =>
      runInDurableObject(env.QUEUE.get(env.QUEUE.idFromName(location)), (_, { storage: { sql } }) => {
        const [outbox] = sql
          .exec("SELECT max(seq) AS last, (SELECT value FROM fact WHERE name = 'drained') AS told FROM event")
          .toArray()
        const idle = outbox?.last === null || outbox?.last === Number(outbox?.told)
        return (
          idle && ['row', 'event', 'command'].map((table) => sql.exec(`SELECT * FROM ${table}`).toArray())
        )
      }),
    { interval: 5, timeout: 10_000 },
  )

/**
 * Everything that is stored, as text, to tell that nothing at all was written; not what merely follows from the stream, nor
 * that somebody looked.
 */
export async function everything(): Promise<string> {
  const kept = await Promise.all((await queues()).map(keptOf))
  const tables = await rows<{ name: string }>(
    "SELECT name FROM sqlite_master WHERE type = 'table' AND name GLOB '[a-z]*' AND name NOT GLOB 'sqlite_*' AND name NOT GLOB 'd1_*' AND name NOT IN ('cursor', 'promise', 'access_log')",
  )
  const found = await env.DB.batch(tables.map(({ name }) => env.DB.prepare(`SELECT * FROM ${name}`)))
  return JSON.stringify([kept, found.map(({ results }) => results)])
}
