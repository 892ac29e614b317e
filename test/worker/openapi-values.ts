import fc from 'fast-check'
import { composed, type Schema } from './openapi.ts'

/**
 * Right values for the contract's schemas. What is only known when a request is sent stands in them as a token, ‹bkg:2›
 * for one of the bookings there are: so a request can be printed, kept, and sent again in another world.
 */

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json }

export const token = (kind: string, index: number): string => `‹${kind}:${index}›`
export const one = <T>(...of: T[]) => fc.constantFrom(...of)
export const weighted = <T>(...of: [weight: number, arbitrary: fc.Arbitrary<T>][]) =>
  fc.oneof(...of.map(([weight, arbitrary]) => ({ weight, arbitrary })))

const idPrefixes = ['loc', 'pool', 'svc', 'bkg', 'ptn', 'key', 'tkt', 'whk', 'dlv', 'wrk', 'pho'] as const
/** Of the right kind nearly always; else of another, or nothing's. */
export const idOf = (prefix: string): fc.Arbitrary<string> =>
  weighted(
    [12, fc.nat({ max: 30 }).map((index) => token(prefix, index))],
    [1, fc.constant(`${prefix}_${'0'.repeat(26)}`)],
    [1, fc.tuple(one(...idPrefixes), fc.nat({ max: 5 })).map(([kind, index]) => token(kind, index))],
  )
export const anyId = one(...idPrefixes).chain(idOf)

const noon = Date.parse('2026-11-21T12:00:00Z')
const after = (most: number, stepMs: number) =>
  fc.integer({ min: -1, max: most }).map((steps) => new Date(noon + steps * stepMs).toISOString())
export const instants = weighted(
  [6, after(60, 60_000)],
  [2, after(2_000, 3_600_000)],
  [1, one('1990-01-01T00:00:00Z', '2028-12-31T23:59:59Z', '2026-11-28T13:00:00+14:00')],
)
const dates = weighted(
  [6, after(40, 86_400_000).map((instant) => instant.slice(0, 10))],
  [1, one('1990-01-01', '2100-12-31', '2027-03-28', '2028-02-29', '2030-12-25')],
)
const times = one('00:00', '09:00', '10:00', '13:00', '16:00', '17:00', '23:59', '24:00')
const text = (min: number, max: number) => {
  const words = ['x'.repeat(max), 'دور', 'Zoë', "'; --"].filter(
    ({ length }) => length >= min && length <= max,
  )
  const any = fc.string({ unit: 'grapheme-ascii', minLength: min, maxLength: Math.min(max, 24) })
  return weighted([6, any], [1, one(...words)]).map((some) => some.trim().padEnd(min, 'x'))
}

/** What a field of that name mostly holds, where any other value would only ever be refused. */
const meant: Record<string, fc.Arbitrary<Json>> = {
  zone: one('Europe/London', 'Asia/Riyadh', 'America/St_Johns', 'Pacific/Apia', 'Europe/london', 'Mars/Base'),
  currency: one('GBP', 'EUR', 'KWD', 'JPY', 'ZZZ'),
  country: one('GB', 'NL', 'SA', 'ZZ'),
  slot: weighted(
    [5, fc.nat({ max: 4 }).map((index) => token('slot', index))],
    [1, fc.tuple(dates, times).map(([date, time]) => `${date}T${time}:00+00:00`)],
    [1, fc.tuple(dates, dates).map((both) => both.toSorted().join('/'))],
  ),
  units: weighted<Json>(
    [8, fc.record({ adult: fc.integer({ min: 1, max: 4 }) })],
    [2, fc.record({ adult: fc.nat({ max: 2 }), family: fc.nat({ max: 1 }) })],
    [1, fc.dictionary(one('adult', 'child', 'constructor', 'toString'), fc.nat({ max: 500 }))],
  ),
  'query units': one('adult:1', 'adult:2,family:1', 'child:1', 'constructor:1'),
  'query after': one([0, 'bkg_'], [Date.parse('2026-11-28'), ''], ['0', 1], {}).map((at) =>
    btoa(JSON.stringify(at)),
  ),
  revision: one(1, 1, 1, 2, 3, 9),
  expectedRevision: one(1, 2, 3),
  service: one('visit', 'visit', 'blood', 'repair', 'service', 'nothing'),
  desk: one('desk-1', 'desk-1', 'desk-2'),
  url: one(
    'https://example.org/hooks',
    'https://hooks.example.net/a?b=c',
    'http://example.org/',
    'https://127.0.0.1/',
  ),
  device: fc.nat({ max: 5 }).map((n) => `device-0000000${n}-of-somebody`),
  'query subject': fc.nat({ max: 9 }).map((index) => token('bkg', index)),
  'query reference': one('K7M4QX', 'k7m-4qx', ''),
}

/** Texts of these patterns. */
const patterned: [RegExp, (pattern: string) => fc.Arbitrary<string>][] = [
  [
    /^\^\(?(loc|pool|svc|bkg|ptn|key|tkt|whk|dlv|wrk|pho)/,
    (pattern) => idOf(/[a-z]+/.exec(pattern)?.[0] ?? 'loc'),
  ],
  [/24:00/, () => times],
  [/\\p\{/, () => text(1, 60)],
]

/** A value that keeps to the schema, of a field of that name. */
export function valueFor(schema: Schema, name = ''): fc.Arbitrary<Json> {
  const { type, oneOf, anyOf, ...rest } = composed(schema)
  const some = oneOf ?? anyOf
  if (some) return fc.oneof(...some.map((part) => valueFor(part, name)))
  const [is = 'null', ...others] = [type].flat().filter((one) => one !== undefined)
  if (others.length > 0) return fc.oneof(...[is, ...others].map((type) => valueFor({ ...rest, type }, name)))
  if (is === 'null') return fc.constant(null)
  if (rest.enum) return one(...(rest.enum as Json[]))
  return (Object.hasOwn(meant, name) ? meant[name] : undefined) ?? ofType(is, rest, name)
}

function ofType(type: string, schema: Schema, name: string): fc.Arbitrary<Json> {
  switch (type) {
    case 'string':
      return textFor(schema)
    case 'boolean':
      return fc.boolean()
    case 'array': {
      const { items = {}, minItems = 0, maxItems = 9 } = schema
      return fc.array(valueFor(items, name), {
        minLength: minItems,
        maxLength: Math.min(maxItems, minItems + 2),
      })
    }
    case 'object':
      return objectFor(schema)
    default:
      return numberFor(type, schema)
  }
}

function textFor({ pattern, format, minLength = 0, maxLength = 60 }: Schema): fc.Arbitrary<string> {
  if (format === 'date-time') return instants
  if (format === 'date') return dates
  if (format === 'email') return one('somebody@example.org', 'a@b.nl')
  if (pattern === undefined) return text(minLength, maxLength)
  const known = patterned.find(([of]) => of.test(pattern))
  return known ? known[1](pattern) : fc.stringMatching(new RegExp(pattern))
}

function numberFor(type: string, { minimum = -1_000, maximum = 1_000_000 }: Schema): fc.Arbitrary<number> {
  const [min, max] = [Math.ceil(minimum), Math.floor(maximum)]
  return weighted(
    [4, fc.integer({ min, max: Math.min(max, min + 60) })],
    [1, one(minimum, maximum)],
    [1, fc.integer({ min, max }).map((n) => (type === 'number' && n < max ? n + 0.5 : n))],
  )
}

function objectFor({ properties, required = [], additionalProperties }: Schema): fc.Arbitrary<Json> {
  if (!properties) {
    const values = typeof additionalProperties === 'object' ? additionalProperties : {}
    return fc.dictionary(one('vip', 'elderly', 'urgent'), valueFor(values), { maxKeys: 2 })
  }
  const fields: Record<string, fc.Arbitrary<Json>> = {}
  for (const [key, part] of Object.entries(properties)) fields[key] = valueFor(part, key)
  return fc.record(fields, { requiredKeys: required })
}
