import { env, exports } from 'cloudflare:workers'
import { newId, newSecret, sha256 } from '../../src/kernel/ids.ts'
import type { ServiceBody } from '../../src/location/contract.ts'
import type { Hours } from '../../src/location/index.ts'
import { type Role, roleScopes } from '../../src/people/principal.ts'

/** Configuration straight into the database: what a test is about is asked through the whole Worker. */

/** A Saturday noon in London, when all locations of these tests have their clock unless they say otherwise. */
export const noon = Date.parse('2026-11-21T12:00:00Z')

export const everyDay = (intervals: Hours['weekly']['mon']): Hours => ({
  weekly: {
    mon: intervals,
    tue: intervals,
    wed: intervals,
    thu: intervals,
    fri: intervals,
    sat: intervals,
    sun: intervals,
  },
  seasons: [],
  exceptions: [],
})
export const alwaysOpen = everyDay([{ from: '00:00', to: '24:00' }])
export const office = everyDay([{ from: '09:00', to: '17:00' }])

const run = (sql: string, ...values: (string | number | null)[]) =>
  env.DB.prepare(sql)
    .bind(...values)
    .run()

export async function makeLocation({
  zone = 'Europe/London',
  hours = office,
  now = noon as number | null,
} = {}): Promise<string> {
  const id = newId('loc', noon)
  await run(
    'INSERT INTO location VALUES (?, ?, ?, ?, ?, NULL, ?, ?, ?, 1, ?, NULL)',
    id,
    JSON.stringify({ en: 'Museum' }),
    zone,
    'GBP',
    'GB',
    JSON.stringify(hours),
    now === null ? 0 : 1,
    now,
    noon,
  )
  return id
}

export async function makePool(
  location: string,
  capacity: number,
  bucketMinutes = 15,
  hours: Hours['weekly'] | null = null,
): Promise<string> {
  const id = newId('pool', noon)
  await run(
    'INSERT INTO pool VALUES (?, ?, ?, ?, ?, ?, 1, NULL)',
    id,
    location,
    'Pool',
    bucketMinutes,
    capacity,
    hours && JSON.stringify(hours),
  )
  return id
}

const adult = { id: 'adult', name: { en: 'Adult' }, places: 1, price: 1800, min: 0, max: 500 }
export const family = { id: 'family', name: { en: 'Family' }, places: 4, price: 4500, min: 0, max: 10 }
const common = {
  name: { en: 'Tour' },
  units: [adult, family],
  leadTimeMinutes: 0,
  cancelCutOffMinutes: 60,
  horizonDays: 90,
  holdMinutes: 10,
  maxHoldMinutes: 30,
  bufferBeforeMinutes: 0,
  bufferAfterMinutes: 0,
}
export const slots = (needs: ServiceBody['needs'], more: Partial<ServiceBody> = {}): ServiceBody =>
  ({ kind: 'slots', ...common, needs, durationMinutes: 60, startEveryMinutes: 60, ...more }) as ServiceBody
export const departures = (pool: string, more: Partial<ServiceBody> = {}): ServiceBody =>
  ({
    kind: 'departures',
    ...common,
    needs: [{ of: [pool], take: 'places' }],
    durationMinutes: 60,
    departures: [{ time: '13:00', days: [1, 2, 3, 4, 5, 6, 7] }],
    ...more,
  }) as ServiceBody
export const nights = (pool: string, more: Partial<ServiceBody> = {}): ServiceBody => {
  const { bufferBeforeMinutes: _, bufferAfterMinutes: __, ...rest } = common
  const needs = [{ of: [pool], take: 'one' as const }]
  return {
    kind: 'nights',
    ...rest,
    needs,
    checkIn: '15:00',
    checkOut: '11:00',
    maxNights: 30,
    ...more,
  } as ServiceBody
}

export const tickets = (pool: string, more: Partial<ServiceBody> = {}): ServiceBody => {
  const { bufferBeforeMinutes: _, bufferAfterMinutes: __, ...rest } = common
  const needs = [{ of: [pool], take: 'places' as const }]
  return { kind: 'opening_hours', ...rest, needs, lastEntryMinutes: 0, ...more } as ServiceBody
}

export async function makeService(location: string, body: ServiceBody): Promise<string> {
  const id = newId('svc', noon)
  await run(
    'INSERT INTO service VALUES (?, ?, ?, ?, ?, 1, NULL)',
    id,
    location,
    JSON.stringify(body.name),
    body.kind,
    JSON.stringify(body),
  )
  return id
}

export type Key = { secret: string; id: string; partner: string | null }

export async function makeKey(
  role: Role,
  {
    partner = role === 'partner' ? newId('ptn', noon) : null,
    scopes = roleScopes[role] as readonly string[],
    testMode = true,
  } = {},
): Promise<Key> {
  const secret = newSecret('dawr_test')
  const id = newId('key', noon)
  await run(
    "INSERT INTO credential VALUES (?, ?, 'key', ?, ?, ?, 'test', ?, ?, NULL, NULL, 1)",
    await sha256(secret),
    id,
    role,
    partner,
    JSON.stringify(scopes),
    testMode ? 1 : 0,
    noon,
  )
  return { secret, id, partner }
}

type Ask = {
  key?: Key | string | undefined
  idempotencyKey?: string
  now?: number
  headers?: Record<string, string>
  raw?: string
}

/** A request through the whole Worker; a mutation gets an idempotency key of its own unless one is given. */
export async function ask(
  method: string,
  path: string,
  body?: unknown,
  { key, idempotencyKey, now, headers, raw }: Ask = {},
) {
  const secret = typeof key === 'string' ? key : key?.secret
  const response = await exports.default.fetch(`http://dawr.test${path}`, {
    method,
    headers: {
      ...(body === undefined && raw === undefined ? {} : { 'Content-Type': 'application/json' }),
      ...(secret ? { Authorization: `Bearer ${secret}` } : {}),
      ...(method === 'GET' ? {} : { 'Idempotency-Key': idempotencyKey ?? crypto.randomUUID() }),
      ...(now === undefined ? {} : { 'Dawr-Now': new Date(now).toISOString() }),
      ...headers,
    },
    ...(body === undefined && raw === undefined ? {} : { body: raw ?? JSON.stringify(body) }),
  })
  // biome-ignore lint/suspicious/noExplicitAny: tests read the wire as it comes
  return { status: response.status, headers: response.headers, body: (await response.json()) as any }
}

/** Everything of a table that belongs to a location, by the ids that name it. */
export async function rows<T>(sql: string, ...values: (string | number)[]): Promise<T[]> {
  return (
    await env.DB.prepare(sql)
      .bind(...values)
      .all<T>()
  ).results
}

export const eventsOf = (subject: string) =>
  rows<{ seq: number; at: number; type: string; actor: string; reason: string | null; revision: number }>(
    'SELECT seq, at, type, actor, reason, revision FROM event WHERE subject = ? ORDER BY seq',
    subject,
  )

/** As many more holds like this one, without asking for each. */
export async function copies(id: string, count: number) {
  const series = `(WITH RECURSIVE s (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < ${count}) SELECT n FROM s)`
  await env.DB.batch([
    env.DB.prepare(
      `INSERT INTO claim SELECT booking_id || n, seq, pool_id, from_bucket, to_bucket, units, hold_until, claimed_at, NULL
       FROM claim, ${series} WHERE booking_id = ?`,
    ).bind(id),
    env.DB.prepare(
      `INSERT INTO booking
       SELECT id || n, id || n, location_id, service_id, status, slot, starts_at, ends_at, units, places, price,
         hold_until, hold_limit, cancel_until, channel, partner_id, partner_reference, contact, note, created_at,
         confirmed_at, revision, changed_at, changed_by, change_reason, NULL, NULL
       FROM booking, ${series} WHERE id = ?`,
    ).bind(id),
  ])
}
