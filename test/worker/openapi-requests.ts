import fc from 'fast-check'
import { type Operation, operations } from './openapi.ts'
import { garbled, odd, oddTexts, spoilt } from './openapi-odd.ts'
import type { Call } from './openapi-send.ts'
import { idOf, instants, type Json, one, token, valueFor, weighted } from './openapi-values.ts'

/** Requests at random, of every operation and page, by everybody: most of them nearly right. */

export type Request = {
  what: string
  /** `right` keeps to the contract in all but its path; of the others nothing is known. */
  how: 'right' | 'likely' | 'spoilt' | 'garbled' | 'page'
  method: string
  /** With its parameters in braces. */
  path: string
  params: Record<string, string>
  query: Record<string, string>
  headers: Record<string, string>
  body?: string | undefined
}

/** Calls that succeed, with tokens for ids: what `likely` requests are made from. */
export type Examples = Record<string, Pick<Call, 'params' | 'query' | 'body'>>

const rarely = <T>(often: number, ...arbitraries: fc.Arbitrary<T>[]) =>
  weighted<T | undefined>(
    [often, fc.constant(undefined)],
    ...arbitraries.map((rare): [number, fc.Arbitrary<T>] => [1, rare]),
  )

/** As a header may be: printable, and not so long that no server takes it. */
const headerText = one(...oddTexts.filter((text) => !/long:[35]/.test(text))).map((text) =>
  text.replace(/[^\x20-\x7e\x80-\xff‹›]/g, '?'),
)
const caller = weighted(
  [3, fc.nat({ max: 1 }).map((index) => token('admin', index))],
  [3, fc.nat({ max: 40 }).map((index) => token('caller', index))],
)

const withoutAbsent = (fields: Record<string, string | undefined>) =>
  Object.fromEntries(
    Object.entries(fields).filter((field): field is [string, string] => field[1] !== undefined),
  )

const jsonTypes = [
  'application/json; charset=utf-8',
  'APPLICATION/JSON',
  'application/json;',
  'application/json-patch+json',
]
const headersOf = ({ mutates, body, status }: Operation) =>
  fc
    .record({
      Authorization: weighted<string | undefined>(
        [24, caller.map((secret) => `Bearer ${secret}`)],
        [2, fc.constant(undefined)],
        [1, headerText],
      ),
      'Idempotency-Key': mutates
        ? weighted<string | undefined>(
            [24, fc.constant(token('fresh', 0))],
            [4, fc.nat({ max: 1 }).map((n) => `the-same-again-000${n}`)],
            [1, fc.constant(undefined)],
            [1, headerText],
          )
        : fc.constant(undefined),
      'Content-Type': body
        ? weighted<string | undefined>(
            [48, fc.constant('application/json')],
            [2, one(...jsonTypes)],
            [1, one('text/plain', 'json', undefined)],
          )
        : fc.constant(undefined),
      'Dawr-Now': rarely(20, instants, instants, headerText),
      'Dawr-Bookmark': rarely(
        20,
        headerText,
        one('first-primary', '00000000-0000000b-00000000-00000000000000000000000000000000'),
      ),
      Cookie: rarely(
        20,
        headerText,
        caller.map((secret) => `__Host-dawr=${secret}; lang=ar`),
      ),
      'If-None-Match': rarely(20, one('"0"', '"1"', '*'), headerText),
      Upgrade:
        status === 101 ? weighted([9, fc.constant('websocket')], [1, headerText]) : fc.constant(undefined),
      'X-HTTP-Method-Override': rarely(30, fc.constant('DELETE')),
    })
    .map(withoutAbsent)

const asText = (value: Json) => (typeof value === 'string' ? value : JSON.stringify(value))

const inPath = ({ inPath }: Operation) =>
  fc.record(
    Object.fromEntries(
      inPath.map(({ name, schema }) => [
        name,
        weighted([14, valueFor(schema, name).map(asText)], [1, odd.map(asText)]),
      ]),
    ),
  )

const rightQuery = ({ inQuery }: Operation) =>
  fc
    .record(
      Object.fromEntries(
        inQuery.map(({ name, schema, required }) => {
          const value = valueFor(schema, schema.type === 'string' ? `query ${name}` : name)
          return [name, required ? value.map(asText) : rarely(2, value.map(asText))]
        }),
      ),
    )
    .map(withoutAbsent)
const oddQuery = (operation: Operation) =>
  fc
    .tuple(
      rightQuery(operation),
      fc.dictionary(
        one('surprise', '__proto__', ...operation.inQuery.map(({ name }) => name)),
        odd.map(asText),
        { maxKeys: 2 },
      ),
    )
    .map(([right, wrong]) => ({ ...right, ...wrong }))

/** A call that succeeds, with some of the fields of its body as the contract allows them as well. */
const likelyBody = ({ body }: Operation, example: Json): fc.Arbitrary<Json> =>
  body
    ? fc.tuple(valueFor(body), fc.array(fc.nat({ max: 20 }), { maxLength: 2 })).map(([other, fields]) => {
        const names = Object.keys(other as object)
        const chosen = fields.flatMap((field) => names[field % names.length] ?? [])
        return {
          ...(example as object),
          ...Object.fromEntries(chosen.map((name) => [name, (other as Record<string, Json>)[name] as Json])),
        }
      })
    : fc.constant(null)

function requestOf(operation: Operation, examples: Examples): fc.Arbitrary<Request> {
  const { id: what, method, path, body } = operation
  const example = examples[what]
  if (!example) throw new Error(`no example of ${what}`)
  const right = body ? valueFor(body) : fc.constant(null)
  const likely = likelyBody(operation, (example.body ?? null) as Json)
  const json = (value: fc.Arbitrary<Json | undefined>) =>
    body ? value.map((some) => JSON.stringify(some) ?? '') : fc.constant(undefined)
  const whole = (
    how: Request['how'],
    query: fc.Arbitrary<Record<string, string>>,
    text: fc.Arbitrary<string | undefined>,
    params = inPath(operation),
  ) =>
    fc
      .record({ headers: headersOf(operation), params, query, body: text })
      .map((parts): Request => ({ what, how, method, path, ...parts }))
  const usual = fc.constant(example.query ?? {})
  const known = fc.constant(example.params ?? {})
  return weighted(
    [4, whole('likely', usual, json(likely), known)],
    [2, whole('likely', usual, json(likely))],
    [3, whole('right', rightQuery(operation), json(right))],
    [4, whole('spoilt', oddQuery(operation), json(spoilt(fc.oneof(right, likely))))],
    [
      body ? 1 : 0,
      whole(
        'garbled',
        usual,
        json(likely).chain((text) => garbled(text ?? '')),
        known,
      ),
    ],
  )
}

const gets = [
  ...[
    '/',
    '/docs',
    '/openapi.json',
    '/services/{svc}',
    '/sign-in/{caller}',
    '/my/{caller}',
    '/my/{caller}/cancel',
  ],
  ...[
    '/queue/{loc}',
    '/queue/{loc}/poster',
    '/t/{caller}',
    '/t/{caller}/live',
    '/t/{caller}/messages',
    '/hall/{loc}',
    '/word/{loc}',
    '/hall/{loc}/live',
  ],
  ...['/desk', '/desk/bookings/{bkg}/cancel', '/desk/queue', '/desk/queue/live', '/desk/messages'],
  ...['/w/{caller}', '/w/{caller}/cancel', '/w/{caller}/photos/{pho}'],
  ...['/desk/work', '/desk/work/mine', '/desk/work/new', '/desk/work/{wrk}', '/desk/work/{wrk}/label'],
  ...['/desk/work/{wrk}/photos/{pho}'],
]
const posts = [
  ...['/services/{svc}/hold', '/my/{caller}/confirm', '/my/{caller}/extend', '/my/{caller}/cancel'],
  ...[
    '/queue/{loc}',
    '/t/{caller}',
    '/t/{caller}/messages',
    '/desk/queue',
    '/desk/bookings/{bkg}/cancel',
    '/sign-in',
    '/sign-out',
  ],
  ...['/w/{caller}/quote', '/w/{caller}/choose', '/w/{caller}/cancel'],
  ...['/desk/work/new', '/desk/work/{wrk}', '/desk/work/{wrk}/photos'],
]
/** Pages, with what their addresses name. */
export const pages = [
  ...gets.map((path) => ({ method: 'GET', path })),
  ...posts.map((path) => ({ method: 'POST', path })),
]

const fields = [
  ...[
    'slot',
    'date',
    'u.adult',
    'u.family',
    'u.__proto__',
    'name',
    'email',
    'phone',
    'language',
    'reason',
    'note',
  ],
  ...[
    'token',
    'lang',
    'problem',
    'news',
    'location',
    'reference',
    'verb',
    'desk',
    'service',
    'ticket',
    'since',
    'view',
  ],
  ...['version', 'line-1', 'line', 'actual-1', 'to', 'item', 'person', 'status', 'over', 'open', 'rows'],
  ...['quote-kind-1', 'quote-name-1', 'quote-amount-1', 'pause-reason', 'pause-until', 'bill-1', 'subject'],
  ...['choice', 'offer-loan', 'offer-loan-name', 'offer-later'],
  ...['at', 'to', 'place', 'minutes', 'party', 'presence', 'reachable', 'done', 'other'],
]
const fieldText = weighted<string>(
  [2, odd.map(asText)],
  [2, fc.nat({ max: 4 }).map((index) => token('slot', index))],
  [3, one('1', '2', '٣', '0', '2026-11-28', 'ill', 'ar', 'sold_out', 'Visitor', 'a@b.nl', '+31 20 123 4567')],
  [2, one('visit', 'repair', 'advance', 'quote', 'decide', 'pause', 'work_line', 'bill', 'ready', 'parts')],
  [1, one('line-1', '38.50', '2026-11-30T12:00', 'labour', 'mine', 'offer', 'choose', 'loan 3')],
  [2, one('visit', 'desk-1', 'next', 'open_desk', 'leave', 'defer', 'undo', 'desk', '-1')],
  [1, idOf('tkt')],
  [1, idOf('loc')],
)
const formOf = fc.dictionary(one(...fields), fieldText, { maxKeys: 6 })
const formTypes = ['multipart/form-data; boundary=x', 'multipart/form-data', 'text/plain', 'application/json']

const pageRequest: fc.Arbitrary<Request> = one(...pages).chain(({ method, path }) =>
  fc
    .record({
      params: fc.record(
        Object.fromEntries(
          [...path.matchAll(/\{(\w+)\}/g)].map(([, kind = '']) => [
            kind,
            weighted([9, fc.nat({ max: 40 }).map((index) => token(kind, index))], [1, odd.map(asText)]),
          ]),
        ),
      ),
      query: method === 'GET' ? formOf : fc.constant({}),
      form: formOf,
      type: weighted<string>([9, fc.constant('application/x-www-form-urlencoded')], [2, one(...formTypes)]),
      origin: weighted<string>(
        [9, fc.constant('http://dawr.test')],
        [1, fc.constant('https://elsewhere.test')],
      ),
      cookie: caller,
      raw: rarely(
        9,
        fc.string({ unit: 'binary', maxLength: 60 }),
        fc.constant('--x\r\nContent-Disposition: form-data; name="a"'),
      ),
    })
    .map(({ params, query, form, type, origin, cookie, raw }): Request => {
      const headers = {
        Origin: origin,
        Cookie: `__Host-dawr=${cookie}`,
        ...(method === 'POST' && { 'Content-Type': type }),
      }
      const body =
        raw ??
        new URLSearchParams({ key: token('fresh', 0), ...form })
          .toString()
          .replace(/%E2%80%B9(\w+)%3A(\d+)%E2%80%BA/g, '‹$1:$2›')
      return {
        what: 'page',
        how: 'page',
        method,
        path,
        params,
        query,
        headers,
        ...(method === 'POST' && { body }),
      }
    }),
)

/** Any request. Moving the clock or ending a key is rare, as little is left to ask afterwards. */
export const anyRequest = (examples: Examples): fc.Arbitrary<Request> => {
  const seldom = new Set(['advance', 'revokeKey', 'changeLocation', 'changeService', 'changePool'])
  return weighted(
    ...operations.map((operation): [number, fc.Arbitrary<Request>] => [
      seldom.has(operation.id) ? 1 : operation.id === 'hold' ? 12 : operation.mutates ? 4 : 2,
      requestOf(operation, examples),
    ]),
    [12, pageRequest],
  )
}
