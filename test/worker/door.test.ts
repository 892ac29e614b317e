import { exports } from 'cloudflare:workers'
import { describe, expect, test } from 'vitest'
import { ask, departures, makeKey, makeLocation, makePool, makeService } from './fixtures.ts'

const body = {
  serviceId: 'svc_01kaqm3x7h4d8nq0v5wz2r9c6t',
  slot: '2026-11-28T13:00:00Z',
  units: { adult: 1 },
}
const paths = (answer: { body: { errors?: { path: string; rule: string }[] } }) =>
  answer.body.errors?.map(({ path }) => path)

describe('the door', () => {
  test('names the field and the rule of what is wrong with a body', async () => {
    const wrong = await ask('POST', '/v1/bookings', {
      ...body,
      serviceId: 'x',
      units: { adult: -1 },
      extra: 1,
    })
    expect(wrong.status).toBe(422)
    expect(wrong.headers.get('Content-Type')).toBe('application/problem+json')
    expect(wrong.body).toMatchObject({ code: 'invalid_field', status: 422, title: 'A field breaks a rule' })
    expect(wrong.body.requestId).toBe(wrong.headers.get('Request-Id'))
    expect(paths(wrong)).toEqual(['serviceId', 'units.adult', 'extra'])
  })

  test('refuses what is not JSON, too large, or of another type, and takes nothing of it', async () => {
    expect((await ask('POST', '/v1/bookings', undefined, { raw: '{"a":' })).body.code).toBe('invalid_request')
    const huge = await ask('POST', '/v1/bookings', { ...body, slot: 'x'.repeat(300_000) })
    expect([huge.status, huge.body.code]).toEqual([413, 'body_too_large'])
    const form = await ask('POST', '/v1/bookings', undefined, {
      raw: 'a=b',
      headers: { 'Content-Type': 'text/plain' },
    })
    expect([form.status, form.body.code]).toEqual([415, 'unsupported_media_type'])
    expect((await ask('POST', '/v1/bookings', undefined, { raw: '' })).status).toBe(400)
    expect((await ask('POST', '/v1/bookings', null)).status).toBe(422)
    expect((await ask('POST', '/v1/bookings', [])).status).toBe(422)
  })

  test('wants an idempotency key for every change, and one that can be trusted to be unique', async () => {
    for (const key of ['', 'short', 'ü'.repeat(20).replaceAll('ü', '%'), 'x'.repeat(101)]) {
      const refused = await ask('POST', '/v1/bookings', body, { idempotencyKey: key })
      expect([refused.body.code, paths(refused)]).toEqual(['invalid_request', ['header.Idempotency-Key']])
    }
  })

  test('refuses a time that is none, and an unknown address', async () => {
    const refused = await ask('POST', '/v1/bookings', body, { headers: { 'Dawr-Now': 'tomorrow' } })
    expect(paths(refused)).toEqual(['header.Dawr-Now'])
    expect((await ask('GET', '/v1/nothing')).body.code).toBe('not_found')
    expect((await ask('POST', '/v1/bookings', body)).body.code).toBe('not_found')
  })

  test('says which methods an address takes, in every part of the API, and shows no address that is none', async () => {
    const { paths: described } = (await ask('GET', '/openapi.json')).body as {
      paths: Record<string, Record<string, unknown>>
    }
    const known = ['get', 'post', 'put', 'patch', 'delete']
    for (const [path, operations] of Object.entries(described)) {
      const taken = known.filter((method) => method in operations)
      const other = known.find((method) => !taken.includes(method)) ?? ''
      const refused = await ask(other.toUpperCase(), path.replace(/\{\w+\}/g, 'x'))
      const allowed = taken.flatMap((method) => (method === 'get' ? ['GET', 'HEAD'] : method.toUpperCase()))
      expect([path, refused.status, refused.body.code]).toEqual([path, 405, 'method_not_allowed'])
      expect([path, refused.headers.get('Allow')]).toEqual([path, allowed.join(', ')])
    }
    expect((await ask('DELETE', '/v1/nothing')).headers.get('Allow')).toBeNull()
    const head = await exports.default.fetch('http://dawr.test/v1/locations', { method: 'HEAD' })
    expect(head.status).toBe(200)
  })

  test('holds off a flood of changes from one address, and leaves the others alone', async () => {
    const flood = { headers: { 'CF-Connecting-IP': '192.0.2.7' } }
    let passed = 0
    let answer = await ask('POST', '/v1/bookings', body, flood)
    for (; answer.status === 404 && passed < 300; passed++)
      answer = await ask('POST', '/v1/bookings', body, flood)
    // A new minute may begin on the way and let as many pass again.
    expect(passed).toBeGreaterThanOrEqual(120)
    expect([answer.status, answer.body.code]).toEqual([429, 'too_many_requests'])
    expect(answer.headers.get('Retry-After')).toBe('1')
    expect((await ask('GET', '/v1/nothing', undefined, flood)).status).toBe(404)
    expect(
      (await ask('POST', '/v1/bookings', body, { headers: { 'CF-Connecting-IP': '192.0.2.8' } })).status,
    ).toBe(404)
  })

  test('has no shield on one’s own machine', async () => {
    const own = { headers: { 'CF-Connecting-IP': '127.0.0.1' } }
    const answers = await Promise.all(
      Array.from({ length: 150 }, () => ask('POST', '/v1/bookings', body, own)),
    )
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([404]))
  })

  test('sends what a browser needs to be safe, and the cost of the request', async () => {
    const response = await exports.default.fetch('http://dawr.test/openapi.json')
    expect(response.headers.get('Content-Security-Policy')).toContain("default-src 'none'")
    expect(response.headers.get('X-Frame-Options')).toBe('DENY')
    const api = (await response.json()) as { openapi: string; paths: Record<string, object> }
    expect(api.openapi).toBe('3.1.0')
    expect(Object.keys(api.paths)).toContain('/v1/bookings/{id}/confirm')
  })

  test('the event stream is for whoever has the scope, in order, without personal data', async () => {
    const location = await makeLocation()
    const service = await makeService(location, departures(await makePool(location, 7, 1)))
    const contact = { name: 'Visitor Somebody', email: 'somebody@example.org' }
    const asked = { ...body, serviceId: service, contact }
    const { id, token } = (await ask('POST', '/v1/bookings', asked)).body
    await ask('POST', `/v1/bookings/${id}/cancel`, { reason: 'ill', note: 'Somebody is ill' }, { key: token })
    expect((await ask('GET', '/v1/events')).status).toBe(401)
    expect((await ask('GET', '/v1/events', undefined, { key: await makeKey('staff') })).status).toBe(403)
    const key = await makeKey('admin')
    const { events, next } = (await ask('GET', `/v1/events?subject=${id}`, undefined, { key })).body
    expect(events.map((event: { type: string }) => event.type)).toEqual(['booking.held', 'booking.cancelled'])
    expect(events[1]).toMatchObject({
      reason: 'ill',
      actor: `customer:${id}`,
      locationId: location,
      subject: id,
    })
    expect(JSON.stringify(events)).not.toContain('omebody')
    expect((await ask('GET', `/v1/events?after=${next}`, undefined, { key })).body).toEqual({
      events: [],
      next,
    })
    expect((await ask('GET', '/v1/events?after=-1', undefined, { key })).status).toBe(400)
  })
})
