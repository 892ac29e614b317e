import { env } from 'cloudflare:workers'
import { beforeAll, describe, expect, test, vi } from 'vitest'
import { app } from '../../src/app.ts'
import { newId, sha256 } from '../../src/kernel/ids.ts'
import { roleScopes, roles } from '../../src/people/principal.ts'
import { type Key, makeKey } from './fixtures.ts'
import { closed, contract, faultsIn, type Operation, operations } from './openapi.ts'
import { type Access, examples } from './openapi-calls.ts'
import { type Answer, type Call, fieldPaths, refusalFaults, send } from './openapi-send.ts'
import { everything, makeWorld, type World } from './openapi-world.ts'

/**
 * Every operation of the contract against everything that must not get through, and its success against what the
 * contract says of it. Operations come from /openapi.json: a new one without an example fails here.
 */

const errors = vi.spyOn(console, 'error')

const exampleOf = ({ id }: Operation) => {
  const example = examples[id]
  if (!example) throw new Error(`openapi-calls.ts has no example of ${id}`)
  return example
}

let world: World
beforeAll(async () => {
  world = await makeWorld()
})

const secretOf = (key: Call['key']) => (typeof key === 'object' ? key.secret : key)

/** `[status, code]` of what must be a refusal as every refusal is. */
async function refusal(answer: Answer, key?: Call['key']): Promise<[number, unknown]> {
  const secret = secretOf(key)
  expect(refusalFaults(answer, secret === undefined ? [] : [secret, await sha256(secret)])).toEqual([])
  expect(errors.mock.calls).toEqual([])
  return [answer.status, answer.body.code]
}

/** Sends it and expects it refused. */
async function refused(
  operation: Operation,
  call: Call,
  ...more: [Record<string, string | undefined>?, string?]
) {
  const answer = await send(operation, call, ...more)
  return { answer, said: await refusal(answer, call.key) }
}

/** Who may, as the contract says it. */
const waysIn = (access: Access): object[] => [
  ...('open' in access ? [{}] : []),
  ...('link' in access ? [{ link: [] }] : []),
  { key: 'scope' in access ? [access.scope] : [] },
  ...('partners' in access ? [{ key: [access.partners] }] : []),
]

/** Keys of every role and mode that may do all but this, and a customer's link where links do not do it. */
async function keysLacking(access: Access, { visitor }: World): Promise<(Key | string)[]> {
  if ('open' in access && !('scope' in access)) return []
  const lacking: (Key | string)[] = 'link' in access || 'open' in access ? [] : [visitor.token]
  for (const role of roles) {
    if ('staff' in access && role !== 'partner') continue
    const enough: unknown[] = ['scope' in access && access.scope]
    if ('partners' in access && role === 'partner') enough.push(access.partners)
    const scopes = roleScopes[role].filter((scope) => !enough.includes(scope))
    for (const testMode of [true, false]) lacking.push(await makeKey(role, { scopes, testMode }))
  }
  return lacking
}

function expectSuccess(answer: Answer, { described, status, answer: promised }: Operation) {
  expect([answer.status, answer.body.code]).toEqual([status, undefined])
  const kinds = Object.keys(described.responses[String(status)]?.content ?? {})
  if (promised) expect(faultsIn(answer.body, closed(promised))).toEqual([])
  else if (kinds.length > 0) expect(kinds).toContain(answer.headers.get('Content-Type'))
  else expect(answer.text).toBe('')
  expect(answer.headers.get('Request-Id')).toMatch(/^req_/)
  expect(errors.mock.calls).toEqual([])
}

describe('the contract', () => {
  test('has an example call of every operation, and of nothing else', () => {
    expect(Object.keys(examples).toSorted()).toEqual(operations.map(({ id }) => id).toSorted())
  })

  test('names every address of the API, and none that is not there', () => {
    const routes = app.routes
      .filter(({ path, method }) => path.startsWith('/v1/') && method !== 'ALL')
      .map(({ method, path }) => `${method} ${path.replace(/:(\w+)/g, '{$1}')}`)
    const named = operations.map(({ method, path }) => `${method} ${path}`)
    expect([...new Set(routes)].toSorted()).toEqual(named.toSorted())
  })

  test('says of every operation what it is, and that a change needs its idempotency key', () => {
    for (const { described, mutates, inPath, inQuery } of operations) {
      expect(described).toMatchObject({ summary: expect.any(String), tags: [expect.any(String)] })
      expect(described.responses['4XX']?.content?.['application/problem+json']?.schema).toEqual({
        $ref: '#/components/schemas/Problem',
      })
      // Nothing in an address is null.
      for (const { schema } of [...inPath, ...inQuery]) expect([schema.type].flat()).not.toContain('null')
      const keys = described.parameters?.filter(({ name }) => name === 'idempotency-key') ?? []
      expect(keys.map((key) => key.required)).toEqual(mutates ? [true] : [])
    }
  })

  test('says of every operation who may, as is proven below', () => {
    const inOrder = (ways: object[]) => ways.map((way) => JSON.stringify(way)).toSorted()
    for (const operation of operations) {
      const { access } = exampleOf(operation)
      const ways = 'ways' in access ? access.ways : undefined
      const said = inOrder(operation.described.security ?? [])
      expect([operation.id, ...said]).toEqual([operation.id, ...inOrder(ways ?? waysIn(access))])
    }
  })

  test('is compared with answers so that a difference shows', () => {
    const held = { id: newId('bkg', 0), units: [{ unit: 'adult', quantity: 1, price: 0 }], holdUntil: null }
    const part = closed({ $ref: '#/components/schemas/Booking' })
    const of = (value: object) => faultsIn(value, { ...part, required: ['id'] })
    expect(of(held)).toEqual([])
    expect(of({ ...held, hash: 'x' })).toEqual(['.hash is unknown'])
    expect(of({ ...held, units: [{ ...held.units[0], pool: 'x' }] })).toEqual(['.units.0.pool is unknown'])
    expect(of({ ...held, id: 'bkg_1', holdUntil: 'soon', revision: 0 }).length).toBe(3)
    expect(of({ places: 1.5 })).toEqual(['.places is number, not integer', '.id is missing'])
    expect(of({ ...held, contact: { name: 1 } }).length).toBe(1)
  })

  test('is met by its own examples', () => {
    const faulty: string[] = []
    const look = (schema: unknown, at: string): void => {
      if (typeof schema !== 'object' || schema === null) return
      const { example, ...rest } = schema as Record<string, unknown>
      if (example !== undefined) faulty.push(...faultsIn(example, rest, at))
      for (const [key, inner] of Object.entries(rest)) look(inner, `${at}.${key}`)
    }
    look(contract.components.schemas, 'schemas')
    expect(faulty).toEqual([])
  })
})

describe.each(operations)('$id', (operation) => {
  const example = exampleOf(operation)
  const { access } = example
  let call: Call
  let lacking: (Key | string)[]
  beforeAll(async () => {
    call = await example.call(world)
    lacking = await keysLacking(access, world)
  })

  /** What is stored, as last looked at; undefined where something was made since. */
  let stored: string | undefined
  /** All its requests are refused, and leave nothing behind. */
  const testRefusals = (what: string, act: () => Promise<void>) =>
    test(what, async () => {
      const before = stored ?? (await everything())
      await act()
      stored = await everything()
      expect(stored).toBe(before)
    })
  const refusedBy = async (more: Partial<Call>, ...sent: [Record<string, string | undefined>?, string?]) => {
    const { answer, said } = await refused(operation, { ...call, ...more }, ...sent)
    return [...said, ...fieldPaths(answer)]
  }

  testRefusals('is not for a secret that is none, too old, or revoked', async () => {
    const secret = secretOf(call.key) ?? world.keys.admin.secret
    const forged = secret.slice(0, -1) + (secret.endsWith('A') ? 'B' : 'A')
    for (const key of ['short', forged, world.keys.expired, world.keys.revoked])
      expect(await refusedBy({ key })).toEqual([401, 'unauthenticated'])
    for (const Authorization of ['Bearer', `Basic ${secret}`])
      expect(await refusedBy({}, { Authorization })).toEqual([401, 'unauthenticated'])
  })

  if ('open' in access) {
    test(`is for everybody: ${access.open}`, async () => {
      stored = undefined
      const answer = await send(operation, { ...call, key: undefined })
      expect([answer.status, answer.body.code]).toEqual([operation.status, undefined])
    })
  } else {
    testRefusals('is not for who has no key', async () => {
      expect(await refusedBy({ key: undefined })).toEqual([401, 'unauthenticated'])
    })
  }
  if (!('open' in access) || 'scope' in access) {
    testRefusals('is not for a key or link that may do all but this', async () => {
      const refusals = new Set<unknown>()
      for (const key of lacking) refusals.add((await refusedBy({ key }))[1])
      if ('hidden' in access) refusals.delete('not_found')
      for (const code of refusals) expect(code).toBe('out_of_scope')
      expect(lacking.length).toBeGreaterThan(1)
    })
  }

  if (example.strangers) {
    testRefusals('is not there for those whose it is not', async () => {
      for (const other of example.strangers?.(world) ?? [])
        expect((await refused(operation, other)).said).toEqual([404, 'not_found'])
    })
  }

  if (operation.inPath.length > 0) {
    testRefusals('says not_found of an id that nothing has, and names what is no id', async () => {
      const key = 'link' in access ? world.keys.admin : call.key
      for (const { name, schema } of operation.inPath) {
        const [prefix = 'loc'] = /[a-z]+/.exec(schema.pattern ?? '') ?? []
        const id = newId(prefix as 'loc', Date.now())
        if (schema.pattern)
          expect(await refusedBy({ params: { ...call.params, [name]: id }, key })).toEqual([404, 'not_found'])
        const odd = ['x', `${id}0`, id.toUpperCase(), '\u0000', '2026-02-30']
        for (const value of odd) {
          const said = await refusedBy({ params: { ...call.params, [name]: value }, key })
          expect([value, ...said]).toEqual([value, 400, 'invalid_request', `param.${name}`])
        }
      }
    })
  }

  if (operation.inQuery.length > 0) {
    testRefusals('refuses a query that it does not know, or twice the same, by name', async () => {
      const said = await refusedBy({ query: { ...call.query, surprise: '1' } })
      expect(said).toEqual([400, 'invalid_request', 'query.surprise'])
      for (const { name } of operation.inQuery) {
        const twice = { ...operation, path: `${operation.path}?${name}=1&${name}=1` }
        const { answer, said } = await refused(twice, { ...call, query: {} })
        expect([...said, fieldPaths(answer).includes(`query.${name}`)]).toEqual([
          400,
          'invalid_request',
          true,
        ])
      }
    })
  }

  if (operation.body) {
    testRefusals('refuses a body that is not JSON, by its type or its form', async () => {
      const raw = JSON.stringify(call.body)
      for (const type of ['text/plain', 'application/jsonp', undefined])
        expect(await refusedBy({}, { 'Content-Type': type })).toEqual([415, 'unsupported_media_type'])
      for (const broken of [raw.slice(0, -1), `${raw}}`, ''])
        expect(await refusedBy({}, {}, broken)).toEqual([400, 'invalid_request'])
      for (const other of ['null', '1', `[${raw}]`])
        expect((await refusedBy({}, {}, other)).slice(0, 2)).toEqual([422, 'invalid_field'])
    })

    testRefusals('refuses a field that it does not know, by name', async () => {
      const body = { ...(call.body as object), surprise: 1 }
      expect(await refusedBy({ body })).toEqual([422, 'invalid_field', 'surprise'])
    })
  }

  if (operation.mutates) {
    testRefusals('needs an idempotency key, and names the header', async () => {
      for (const key of [undefined, 'short', 'x'.repeat(101), 'a key with a space in it']) {
        const said = await refusedBy({}, { 'Idempotency-Key': key })
        expect(said).toEqual([400, 'invalid_request', 'header.Idempotency-Key'])
      }
    })
  } else {
    test('succeeds as its contract says, and writes nothing', async () => {
      const before = await everything()
      expectSuccess(await send(operation, call), operation)
      expect(await everything()).toBe(before)
    })
  }
})

test('a list of bookings shows whom it is for no more than they may open', async () => {
  const [list, read] = ['listBookings', 'readBooking'].map((id) => operations.find((one) => one.id === id))
  const placed = [world.held, world.agency, world.visitor, world.live.held].map(({ id }) => id)
  if (!list || !read) throw new Error('bookings are listed and read by other names now')
  const bookingsOnly = await makeKey('staff', { scopes: ['bookings'], testMode: false })
  const asking = { ...world.keys, bookingsOnly, nobody: undefined, visitor: world.visitor.token }
  const shown: Record<string, number[]> = {}
  for (const [who, key] of Object.entries(asking)) {
    for (const locationId of [world.location, world.live.location]) {
      const listed = (await send(list, { query: { locationId }, key })).body
      const ids = ((listed.bookings ?? []) as { id: string }[]).map(({ id }) => id)
      shown[who] = [...(shown[who] ?? []), ids.filter((id) => placed.includes(id)).length]
      for (const id of ids) expect((await send(read, { params: { id }, key })).status).toBe(200)
    }
  }
  const [none, all, test] = [
    [0, 0],
    [3, 1],
    [3, 0],
  ]
  const agent = [1, 0]
  expect(shown).toEqual({
    ...{ admin: all, staff: all, spare: all, other: all, adminTest: test, staffTest: test },
    ...{ partner: agent, partnerLive: none, rival: none, expired: none, revoked: none },
    ...{ bookingsOnly: none, nobody: none, visitor: none },
  })
})

// After all that is refused: each makes a world of its own, and the fewer there are, the sooner everything is compared.
describe.each(operations.filter(({ mutates }) => mutates))('$id', (operation) => {
  const example = exampleOf(operation)

  test('succeeds as its contract says, once under one idempotency key, which then stands for it', async () => {
    const fresh = await makeWorld()
    const mine = await example.call(fresh)
    const under = { 'Idempotency-Key': crypto.randomUUID() }
    const before = await everything()
    const first = await send(operation, mine, under)
    expectSuccess(first, operation)
    const after = await everything()
    expect(after).not.toBe(before)

    const second = await send(operation, mine, under)
    expect([second.status, second.body]).toEqual([first.status, { ...first.body, ...example.once }])
    expect([first, second].map(({ headers }) => headers.get('Idempotent-Replayed'))).toEqual([null, 'true'])
    expect(example.another).toBeDefined()
    const { said } = await refused(operation, { ...mine, ...example.another?.(fresh) }, under)
    expect(said).toEqual([422, 'key_reused'])
    expect(await everything()).toBe(after)

    const others = await send(operation, { ...mine, key: world.keys.rival }, under)
    expect(others.body.code).not.toBe('key_reused')
  })
})

test('without the index on commands, one key stands for as many changes as come at once', async () => {
  const operation = operations.find(({ id }) => id === 'createPartner')
  if (!operation) throw new Error('partners are made by another name now')
  const key = await makeKey('admin')
  const madeAtOnce = async () => {
    const under = { 'Idempotency-Key': crypto.randomUUID() }
    const call = { body: { name: 'Oasis Tours' }, key }
    const answers = await Promise.all(Array.from({ length: 10 }, () => send(operation, call, under)))
    return new Set(answers.map(({ body }) => body.id)).size
  }
  expect(await madeAtOnce()).toBe(1)
  await env.DB.prepare('DROP INDEX event_command').run()
  expect(await madeAtOnce()).toBeGreaterThan(1)
})
