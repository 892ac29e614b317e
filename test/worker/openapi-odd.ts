import fc from 'fast-check'
import { anyId, type Json, one, token, weighted } from './openapi-values.ts'

/** Values that nobody means: on their own, in the place of a right one, and texts that are hardly JSON. */

export const oddTexts = [
  ...[
    '',
    ' ',
    '\u0000',
    'a\u0000b',
    '\ud800',
    '\udfff\ud800',
    '\u202e',
    '\ufeff',
    '👨‍👩‍👧',
    'e\u0301',
    '٣',
    '\r\nSet-Cookie: a=b',
  ],
  ...[
    "'; DROP TABLE event; --",
    '" OR ""="',
    '%',
    '_',
    '*',
    '{{7*7}}',
    '<script>',
    '../../etc/passwd',
    ':id',
    '?1',
  ],
  ...['__proto__', 'constructor', 'null', 'NaN', '-1', '1e309', '0x10', '9'.repeat(40), 'true', '[]', '1,2'],
  ...[
    '24:00',
    '25:00',
    '9999-12-31',
    '0000-00-00',
    '2026-02-30',
    '+275760-09-13T00:00:00Z',
    '1969-12-31T23:59:59Z',
  ],
  ...[
    '2026-11-21T12:00:00',
    '2026-11-30/2026-11-28',
    '1990-01-01T00:00:00+23:59',
    '2100-12-31T23:59:59-23:59',
  ],
  ...[token('long', 1_000), token('long', 50_000), token('long', 300_000)],
]
const oddNumbers = [
  -1,
  -0,
  0,
  0.1,
  1e-7,
  1e308,
  -1e308,
  2 ** 31,
  2 ** 32,
  2 ** 53,
  2 ** 53 + 2,
  -(2 ** 53),
  2 ** 63,
]
const nested = (depth: number): Json => Array.from({ length: depth }).reduce<Json>((inner) => [inner], 0)

/** Anything at all. */
export const odd: fc.Arbitrary<Json> = weighted<Json>(
  [4, one(...oddTexts)],
  [2, one(...oddNumbers)],
  [2, one<Json>(null, true, false, [], {}, [[]], [null], nested(40), Array(300).fill(0), { en: {} })],
  [2, anyId],
  [1, fc.string({ unit: 'binary', maxLength: 40 })],
  [1, fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<Json>],
  [1, fc.double({ noNaN: true, noDefaultInfinity: true })],
)

type Path = (string | number)[]
const placesIn = (value: Json, path: Path = []): Path[] =>
  typeof value === 'object' && value !== null && path.length < 10
    ? [path, ...Object.entries(value).flatMap(([key, inner]) => placesIn(inner, [...path, key]))]
    : [path]

function changedAt(value: Json, [key, ...rest]: Path, change: Change): Json | undefined {
  if (key === undefined) return change(value)
  const copy = (Array.isArray(value) ? [...value] : { ...(value as object) }) as Record<string, Json>
  const inner = changedAt(copy[key] as Json, rest, change)
  if (inner === undefined) delete copy[key]
  else copy[key] = inner
  return copy
}

const isObject = (value: Json): value is { [key: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
/** From later to earlier; of others, the fields the other way round. */
const reversed = (old: Json): Json => {
  if (!isObject(old)) return Array.isArray(old) ? old.toReversed() : old
  const { from, to } = old
  return from !== undefined && to !== undefined
    ? { ...old, from: to, to: from }
    : Object.fromEntries(Object.entries(old).toReversed())
}

type Change = (old: Json) => Json | undefined
const changes: fc.Arbitrary<Change> = weighted<Change>(
  [5, odd.map((other) => () => other)],
  [2, fc.constant(() => undefined)],
  [2, odd.map((other) => (old) => (isObject(old) ? { ...old, surprise: other } : [old, other]))],
  [2, fc.constant(reversed)],
  [1, fc.constant((old) => (Array.isArray(old) ? { ...old } : [old]))],
)

/** A value with one to three places spoilt; undefined where nothing is left of it. */
export const spoilt = (value: fc.Arbitrary<Json>): fc.Arbitrary<Json | undefined> =>
  fc
    .tuple(value, fc.array(fc.tuple(fc.nat(), changes), { minLength: 1, maxLength: 3 }))
    .map(([right, spoiling]) =>
      spoiling.reduce<Json | undefined>((now, [at, change]) => {
        if (now === undefined) return now
        const places = placesIn(now)
        return changedAt(now, places[at % places.length] as Path, change)
      }, right),
    )

/** Ways in which the text of a body goes wrong, or is odd and still JSON. */
export const garbled = (json: string): fc.Arbitrary<string> =>
  weighted(
    [2, fc.nat({ max: Math.max(0, json.length - 1) }).map((at) => json.slice(0, at))],
    [
      2,
      one(
        ...['__proto__', 'constructor', 'id', 'revision'].map((key) =>
          withFirst(json, `"${key}":{"polluted":1}`),
        ),
      ),
    ],
    // Every key twice: the last counts.
    [2, fc.constant(json.replace(/^\{(.+)\}$/s, '{$1,$1}'))],
    [1, one(token('deep', 200), token('deep', 20_000))],
    [1, one(withFirst(json, `"surprise":${token('deep', 5_000)}`), withFirst(json, '"revision":NaN'))],
    [
      1,
      one(
        '',
        ' ',
        'null',
        '[]',
        '""',
        '{}',
        `\ufeff${json}`,
        `${json}\n\n`,
        `${json}${json}`,
        `// x\n${json}`,
        '\u0000',
      ),
    ],
    [1, fc.string({ unit: 'binary', maxLength: 60 })],
  )
const withFirst = (json: string, field: string) =>
  json.replace(/^\{(?=\S)/, json === '{}' ? `{${field}` : `{${field},`)
