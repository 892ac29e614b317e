import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { scaled } from '../scale.ts'
import { ask, departures, nights, office, rows, slots } from './fixtures.ts'
import { admin, clock, made, museum, newLocation, newPool } from './setting-up.ts'

/** Whatever is sent: never a 500, and what is refused leaves nothing behind. */

const oddities = [
  null,
  true,
  0,
  -0,
  -1,
  1e308,
  2 ** 53,
  0.1,
  '',
  ' ',
  '\u0000',
  '\ud800',
  '\u202e',
  'é'.normalize('NFD'),
  "'; DROP TABLE event; --",
  '24:00',
  '9999-12-31',
  '2100-12-31',
  '1990-01-01T00:00:00+14:00',
  'x'.repeat(50_000),
  [],
  {},
  Array(500).fill(0),
  JSON.parse(`${'['.repeat(1_000)}${']'.repeat(1_000)}`),
  JSON.parse('{"__proto__": {"polluted": 1}, "constructor": 1, "toString": 2}'),
]

type Json = null | boolean | number | string | Json[] | { [key: string]: Json }

/** Every place in a value, as a path of keys; what is nested too deep is one place. */
const placesIn = (value: Json, path: (string | number)[] = []): (string | number)[][] =>
  typeof value === 'object' && value !== null && path.length < 12
    ? [path, ...Object.entries(value).flatMap(([key, inner]) => placesIn(inner as Json, [...path, key]))]
    : [path]

function put(value: Json, [key, ...rest]: (string | number)[], odd: Json | undefined): Json | undefined {
  if (key === undefined) return odd
  const copy = (Array.isArray(value) ? [...value] : { ...(value as object) }) as Record<string, Json>
  const inner = put(copy[key] as Json, rest, odd)
  if (inner === undefined) delete copy[key]
  else copy[key] = inner
  return copy
}

/** A right body with one to three places replaced by something odd, or left out. */
const spoilt = (body: Json): fc.Arbitrary<Json | undefined> =>
  fc
    .array(
      fc.record({
        at: fc.nat(),
        odd: fc.oneof(
          fc.constantFrom(...(oddities as Json[])),
          fc.constant(undefined),
          fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<Json>,
          fc.string({ unit: 'binary', maxLength: 40 }),
          fc.double(),
          fc.maxSafeInteger(),
        ),
      }),
      { minLength: 1, maxLength: 3 },
    )
    .map((changes) => {
      let spoiling: Json | undefined = body
      for (const { at, odd } of changes) {
        if (spoiling === undefined) break
        const places = placesIn(spoiling)
        spoiling = put(spoiling, places[at % places.length] as string[], odd)
      }
      return spoiling
    })

async function setUp() {
  const location = await newLocation({ simulatedNow: clock })
  const [departure, minutes, day] = [
    await newPool(location),
    await newPool(location, { bucket: '15min' }),
    await newPool(location, { bucket: 'day' }),
  ] as [string, string, string]
  const service = (await made(`/v1/locations/${location}/services`, departures(departure))).id as string
  const partner = (await made('/v1/partners', { name: 'Delta Reizen' })).id as string
  const seasons = [{ name: 'Ramadan', from: '2027-02-08', to: '2027-03-09', weekly: office.weekly }]
  const exceptions = [{ date: '2026-12-25', intervals: [{ from: '10:00', to: '12:00' }], reason: 'x' }]
  const hours = { ...office, seasons, exceptions }
  const endpoints: [string, string, unknown][] = [
    ['PUT', '/v1/organisation', { name: { en: 'Harbour University' }, revision: 1 }],
    ['POST', '/v1/locations', { ...museum, hours, simulatedNow: clock }],
    ['PATCH', `/v1/locations/${location}`, { revision: 1, name: { nl: 'x' }, address: null, hours }],
    ['PUT', `/v1/locations/${location}/exceptions/2026-12-25`, { ...exceptions[0], date: undefined }],
    [
      'POST',
      `/v1/locations/${location}/pools`,
      { name: 'x', bucket: 'day', capacity: 1, hours: office.weekly },
    ],
    ['PATCH', `/v1/pools/${departure}`, { revision: 1, name: 'x', hours: null }],
    ['POST', `/v1/locations/${location}/services`, departures(departure)],
    ['POST', `/v1/locations/${location}/services`, slots([{ of: [minutes], take: 'one' }])],
    ['POST', `/v1/locations/${location}/services`, nights(day)],
    ['PATCH', `/v1/services/${service}`, { revision: 1, service: departures(departure) }],
    ['POST', '/v1/partners', { name: 'Rihla Travel' }],
    [
      'POST',
      '/v1/keys',
      { role: 'partner', partnerId: partner, label: 'x', scopes: ['bookings'], testMode: true },
    ],
    ['POST', '/v1/sign-in-links', { role: 'staff', label: 'x' }],
  ]
  return {
    endpoints: endpoints.map(([m, p, b]) => [m, p, JSON.parse(JSON.stringify(b))] as [string, string, Json]),
  }
}

const state = () =>
  rows(
    `SELECT (SELECT count(*) FROM event) AS events, (SELECT count(*) FROM location) AS locations,
       (SELECT sum(revision) FROM location) AS moved, (SELECT count(*) FROM pool) AS pools,
       (SELECT count(*) FROM service) AS services, (SELECT count(*) FROM credential) AS credentials,
       (SELECT count(*) FROM partner) AS partners`,
  )

describe('odd requests', () => {
  test('of every kind are answered, never by a 500, and refused ones write nothing', async () => {
    const key = await admin()
    const { endpoints } = await setUp()
    const requests = fc
      .constantFrom(...endpoints)
      .chain(([method, path, body]) => fc.tuple(fc.constant(method), fc.constant(path), spoilt(body)))
    const codes = new Map<number, number>()
    await fc.assert(
      fc.asyncProperty(requests, async ([method, path, body]) => {
        const before = await state()
        const raw = JSON.stringify(body) ?? ''
        const answer = await ask(method, path, undefined, { key, raw })
        codes.set(answer.status, (codes.get(answer.status) ?? 0) + 1)
        expect(answer.status).toBeLessThan(500)
        if (answer.status >= 300) {
          expect(answer.body.code).toMatch(/^[a-z_]+$/)
          expect(await state()).toEqual(before)
        }
      }),
      { numRuns: scaled(300, 10_000) },
    )
    // It reached both ends: bodies that were refused for a field, and bodies that were still right.
    expect(codes.get(422)).toBeGreaterThan(0)
    expect((codes.get(200) ?? 0) + (codes.get(201) ?? 0)).toBeGreaterThan(0)
  })

  test.each([
    '/v1/locations?after=%00',
    '/v1/locations?after=W10',
    '/v1/locations?limit=1e3',
    '/v1/locations?limit=NaN',
    '/v1/locations?limit=1&limit=2',
    '/v1/locations?page=2',
    `/v1/locations?after=${'x'.repeat(5_000)}`,
    '/v1/keys?kind=secret',
    "/v1/locations/'%20OR%201=1",
    '/v1/locations/%00',
    '/v1/locations/%ff',
    '/v1/services/%ed%a0%80',
    `/v1/services/${'x'.repeat(5_000)}`,
  ])('for %s is refused', async (path) => {
    const answer = await ask('GET', path, undefined, { key: await admin() })
    expect([400, 404]).toContain(answer.status)
  })
})
