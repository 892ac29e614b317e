import { env } from 'cloudflare:workers'
import fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import { app } from '../../src/app.ts'
import { scaled, soak } from '../scale.ts'
import { closed, faultsIn, type Operation, operations } from './openapi.ts'
import { examples } from './openapi-calls.ts'
import { Names } from './openapi-names.ts'
import { anyRequest, type Examples, pages, type Request } from './openapi-requests.ts'
import { type Answer, addressOf, deliver, refusalFaults } from './openapi-send.ts'
import { faultsAt, type Told, Watch } from './openapi-watch.ts'
import { makeWorld, type World } from './openapi-world.ts'

/**
 * Requests at random over the whole surface: never a 500, never a partial write, and no answer that breaks the contract.
 * A request that fails is printed: put it into `found`, where it stays.
 */

const errors = vi.spyOn(console, 'error').mockReturnValue()

const requests = scaled(400, 10_000)
const seed = 20_261_121
/** Then a new world: in the old one clocks have moved on, keys are ended and everything is sold. */
const perWorld = 100
const failuresShown = 12

/** Requests that once failed, as they were printed, by what was wrong. */
const found: [what: string, request: Request][] = [
  [
    'a form cut off in its middle was a bug of ours',
    {
      what: 'page',
      how: 'page',
      method: 'POST',
      path: '/my/{caller}/cancel',
      params: { caller: '‹caller:11›' },
      query: {},
      headers: { Origin: 'http://dawr.test', 'Content-Type': 'multipart/form-data; boundary=x' },
      body: '--x\r\nContent-Disposition: form-data; name="key"',
    },
  ],
  [
    'a line that began with a line’s end was taken, though the contract allows none',
    {
      what: 'issueKey',
      how: 'spoilt',
      method: 'POST',
      path: '/v1/keys',
      params: {},
      query: {},
      headers: {
        Authorization: 'Bearer ‹admin:0›',
        'Idempotency-Key': '‹fresh:0›',
        'Content-Type': 'application/json',
      },
      body: JSON.stringify({ role: 'staff', label: '\r\nSet-Cookie: a=b', scopes: ['bookings'] }),
    },
  ],
]

const operationOf = new Map(operations.map((operation) => [operation.id, operation]))

/** What a schema alone decides. */
const shapeRules = new Set(
  'invalid_type too_big too_small invalid_format not_multiple_of unrecognized_keys invalid_union invalid_key invalid_element invalid_value'.split(
    ' ',
  ),
)

type Sent = { headers: Record<string, string>; query: Record<string, string>; body: string | undefined }

/** Whether the contract allows what was sent, beside its path and headers. */
function allowed({ inQuery, body }: Operation, sent: Sent): boolean {
  const asTyped = (schema: { type?: string | string[] }, text: string) =>
    schema.type === 'integer' ? Number(text) : text
  const known = inQuery.every(({ name, schema, required }) => {
    const text = sent.query[name]
    return text === undefined ? !required : faultsIn(asTyped(schema, text), schema).length === 0
  })
  if (!known) return false
  // An operation that takes no query passes over one.
  const beyond = Object.keys(sent.query).some((key) => !inQuery.some(({ name }) => name === key))
  if (inQuery.length > 0 && beyond) return false
  if (!body) return true
  try {
    // A mark of the byte order is no part of the text that it begins.
    return faultsIn(JSON.parse((sent.body ?? '').replace(/^\ufeff/, '')), body).length === 0
  } catch {
    return false
  }
}

/** What is wrong with an answer of the API. */
async function answerFaults(operation: Operation, sent: Sent, answer: Answer): Promise<string[]> {
  const { status, body } = answer
  const right = allowed(operation, sent)
  if (status === 304) return []
  if (status < 300) {
    const promised = operation.answer ? faultsIn(body, closed(operation.answer)) : []
    const other = status === operation.status ? [] : [`answers ${status}`]
    return [...promised, ...other, ...(right ? [] : ['takes what the contract does not allow'])]
  }
  const faults = refusalFaults(answer, await Names.secrets(sent.headers.Authorization))
  const shape = ((body.errors ?? []) as { path: string; rule: string }[]).filter(
    ({ path, rule }) => shapeRules.has(rule) && !/^(param|header)\./.test(path),
  )
  // A line of text may not begin or end in blanks, which the contract cannot say.
  return right && shape.length > 0 && !/"\\s|\\s"/.test(sent.body ?? '')
    ? [...faults, `refuses what the contract allows: ${JSON.stringify(shape)}`]
    : faults
}

/** Events that come by themselves, whoever is next. */
const byItself = ({ type, source_seq }: Told) =>
  source_seq !== null ||
  /^(booking\.(expired|checked_in)|work\.(promise_moved|promise_held|quote_expired|reopened))$/.test(type)

/** Who is shown what is somebody else's is written down: a row and its places in three indexes. */
const noted = /^(listBookings|readBooking|readWorkOrder|readWorkPhoto)$/
const rowsNoted = 4

/** What is wrong with what was written: a change tells of itself once, a refusal and a reading write nothing else. */
function writingFaults(
  { what, method }: Request,
  sent: Sent,
  { status, headers }: Answer,
  told: Told[],
): string[] {
  // A history tells of itself, and then of each of its jobs what it went through.
  const brought = (event: Told) => what === 'bringWorkHistory' && event.command === null
  const caused = told.filter((event) => !byItself(event) && !brought(event))
  const said = caused.map(({ type }) => type).join()
  if (what === 'page') return caused.length > (method === 'GET' ? 0 : 1) ? [`a page tells ${said}`] : []
  const reads = method === 'GET' || status >= 300
  const written = Number(/written=(\d+)/.exec(headers.get('Server-Timing') ?? '')?.[1] ?? 0)
  const most = status < 300 && noted.test(what) ? rowsNoted : 0
  if (reads && told.length === 0 && sent.headers['Dawr-Now'] === undefined && written > most)
    return [`writes ${written} rows and tells of nothing`]
  const once =
    !reads &&
    headers.get('Idempotent-Replayed') === null &&
    !/^(joinQueue|commandQueue|bringHistory)$/.test(what)
  return caused.length === (once ? 1 : 0) ? [] : [`tells ${said || 'nothing'}`]
}

type Place = { world: World; names: Names; watch: Watch }

async function newPlace(): Promise<Place> {
  const world = await makeWorld()
  const watch = new Watch()
  await watch.restart()
  return { world, names: new Names(world), watch }
}

/** Sends a request into a place. Throws with all that is wrong, and the request as it can be sent again. */
async function play({ names, watch }: Place, request: Request): Promise<Answer> {
  const resolved = (fields: Record<string, string>) =>
    Object.fromEntries(Object.entries(fields).map(([name, text]) => [name, names.resolve(text)]))
  const sent: Sent = {
    headers: resolved(request.headers),
    query: resolved(request.query),
    body: request.body === undefined ? undefined : names.resolve(request.body),
  }
  const address = addressOf(request, { params: resolved(request.params), query: sent.query })
  const answer = await deliver(request.method, address, sent.headers, sent.body)
  const logged = errors.mock.calls.splice(0).flat().map(String)
  const { told, faults } = await watch.look()
  const operation = operationOf.get(request.what)
  const all = [
    ...faults,
    ...(answer.status >= 500 ? [`answers ${answer.status}`] : []),
    ...logged.map((line) => `logs ${line}`),
    ...(operation ? await answerFaults(operation, sent, answer) : []),
    ...writingFaults(request, sent, answer, told),
  ]
  if (all.length > 0) {
    const shown = [...all, `by ${JSON.stringify(request)}`, `answered ${answer.text.slice(0, 1_000)}`]
    throw new Error(shown.join('\n'))
  }
  if (answer.status < 300) names.learn(answer)
  return answer
}

async function close({ world }: Place): Promise<void> {
  expect([...(await faultsAt(world.location)), ...(await faultsAt(world.live.location))]).toEqual([])
}

/** The example calls with tokens for what is in their world. */
async function tokenisedExamples(): Promise<Examples> {
  const world = await makeWorld()
  const names = new Names(world)
  const calls: Examples = {}
  for (const [id, { call }] of Object.entries(examples)) {
    const { params = {}, query = {}, body } = await call(world)
    calls[id] = JSON.parse(names.tokenised(JSON.stringify({ params, query, body })))
  }
  return calls
}

test('every page is among those that are asked', () => {
  const routes = app.routes.filter(
    ({ path, method }) => !path.startsWith('/v1/') && !path.includes('*') && method !== 'ALL',
  )
  const shapes = routes.map(({ method, path }) => `${method} ${path.replace(/:\w+/g, '{}')}`)
  expect([...new Set(shapes)].toSorted()).toEqual(
    pages.map(({ method, path }) => `${method} ${path.replace(/\{\w+\}/g, '{}')}`).toSorted(),
  )
})

test(`${requests} requests at random: never a 500, never a partial write`, async () => {
  const counts: Record<string, number> = {}
  const count = (what: string) => {
    counts[what] = (counts[what] ?? 0) + 1
  }
  const failures: string[] = []
  const all = fc.sample(anyRequest(await tokenisedExamples()), { seed, numRuns: requests })
  let place = await newPlace()
  for (const [index, request] of all.entries()) {
    if (index > 0 && index % perWorld === 0) {
      await close(place)
      place = await newPlace()
    }
    try {
      const { status, body } = await play(place, request)
      count(`${request.how} ${Math.floor(status / 100)}xx`)
      if (status < 400) count(`done ${request.what}`)
      else count(`code ${body.code ?? 'of a page'}`)
    } catch (failure) {
      failures.push(`Request ${index} of seed ${seed}: ${failure}`)
      if (failures.length === failuresShown) break
    }
  }
  await close(place)
  expect(failures.join('\n\n')).toBe('')
  expect(({} as { polluted?: unknown }).polluted).toBe(undefined)
  console.info(JSON.stringify(Object.fromEntries(Object.entries(counts).toSorted())))
  expectToHaveTried(counts)
})

/** That the requests got somewhere: past the door, into every verb, and to every kind of refusal. */
function expectToHaveTried(counts: Record<string, number>): void {
  const named = (kind: string) => Object.keys(counts).filter((what) => what.startsWith(`${kind} `))
  const times = (kind: string) => named(kind).reduce((sum, what) => sum + (counts[what] ?? 0), 0)
  expect(times('done')).toBeGreaterThan(requests / 5)
  expect(counts['likely 2xx']).toBeGreaterThan(requests / 20)
  expect(counts['spoilt 4xx']).toBeGreaterThan(requests / 20)
  expect(named('done').length).toBeGreaterThan(soak ? operations.length : operations.length / 2)
  const usual = ['invalid_field', 'invalid_request', 'not_found', 'out_of_scope', 'unauthenticated']
  const rarer = [
    'hold_expired',
    'key_reused',
    'not_bookable',
    'stale_revision',
    'time_backwards',
    'wrong_state',
  ]
  const codes = named('code').map((what) => what.slice(5))
  expect(codes).toEqual(expect.arrayContaining(soak ? [...usual, ...rarer] : usual))
}

describe('what once failed:', () => {
  test.each(found)('%s', async (_, request) => {
    const place = await newPlace()
    await play(place, request)
    await close(place)
  })
})

describe('what is looked for is noticed:', () => {
  const reading: Request = {
    ...{ what: 'readLocation', how: 'right', method: 'GET', path: '/v1/locations/{id}' },
    ...{ params: { id: '‹loc:0›' }, query: {}, headers: {} },
  }
  const run = (sql: string, ...values: string[]) =>
    env.DB.prepare(sql)
      .bind(...values)
      .run()

  test('a change that nothing tells of', async () => {
    const place = await newPlace()
    await run('UPDATE pool SET revision = revision + 1 WHERE id = ?', place.world.pools.places)
    await expect(play(place, reading)).rejects.toThrow('pool moved by 1, told of 0')
  })

  test('an event of something that did not happen', async () => {
    const place = await newPlace()
    const columns = 'at, type, location_id, subject, revision, actor, reason, data'
    await run(
      `INSERT INTO event (${columns}) SELECT at, 'booking.cancelled', location_id, subject, 2, actor, reason, data
       FROM event WHERE subject = ?`,
      place.world.held.id,
    )
    const { message } = await play(place, reading).then(
      () => ({ message: '' }),
      (error: Error) => error,
    )
    expect(message).toContain('booking moved by 0, told of 1')
    expect(message).toContain(`${place.world.held.id} is not as its events say`)
    expect(message).toContain('tells booking.cancelled')
  })

  test('a claim released while its booking lives', async () => {
    const place = await newPlace()
    await run('DROP TRIGGER claim_of_the_living') // which refuses this
    await run('UPDATE claim SET released_at = 1 WHERE booking_id = ?', place.world.held.id)
    await play(place, reading)
    expect(await faultsAt(place.world.location)).toContain(`${place.world.held.id} does not fit`)
  })

  test('a bug of ours', async () => {
    const place = await newPlace()
    await run('ALTER TABLE location RENAME TO elsewhere')
    const failure = await play(place, reading).catch(({ message }: Error) => message)
    await run('ALTER TABLE elsewhere RENAME TO location')
    expect(failure).toContain('no such table')
  })
})
