import { Webhook } from 'standardwebhooks'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { ask, type Key, makeKey, rows } from './fixtures.ts'
import { contact, museum, settle, told } from './notify-office.ts'

afterEach(() => {
  vi.unstubAllGlobals()
})

type Received = { url: string; id: string; body: string; headers: Record<string, string>; seq: number }

/** Somebody who is called, and answers as `answer` says; what was answered well was received. */
function receiver(answer: (url: string) => number | Error = () => 204) {
  const [received, called] = [[] as Received[], [] as Received[]]
  vi.stubGlobal('fetch', async (url: string, init: { headers: Record<string, string>; body: string }) => {
    const { headers, body } = init
    const call = { url, id: headers['webhook-id'] ?? '', body, headers, seq: JSON.parse(body).data.seq }
    called.push(call)
    const said = answer(url)
    if (said instanceof Error) throw said
    if (said < 300) received.push(call)
    return new Response(null, { status: said })
  })
  return { received, called }
}

const hook = async (key: Key, more: object = {}) => {
  const made = await ask('POST', '/v1/webhooks', { url: 'https://example.org/hooks', ...more }, { key })
  expect([made.status, made.body.errors]).toEqual([201, undefined])
  return made.body as { id: string; secret: string; revision: number }
}

test('the published vector of Standard Webhooks verifies', () => {
  const signed = new Webhook('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw').sign(
    'msg_p5jXN8AQM9LWM0D4loKWxJek',
    new Date(1_614_265_330_000),
    '{"test": 2432232314}',
  )
  expect(signed).toBe('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=')
})

describe('an endpoint', () => {
  test('of a partner is told of their own bookings, in order, signed so that they can tell', async () => {
    const { book, cancel } = await museum()
    const [partner, rival] = [await makeKey('partner'), await makeKey('partner')]
    const { id, secret } = await hook(partner, { types: ['booking.*'] })
    const { received } = receiver()
    const [mine, theirs] = [await book('2026-11-24', {}, partner), await book('2026-11-24', {}, rival)]
    await cancel(mine.id, partner)
    await settle()
    const bodies = received.map(({ body }) => JSON.parse(body))
    expect(bodies.map(({ type }) => type)).toEqual(['booking.held', 'booking.confirmed', 'booking.cancelled'])
    expect(new Set(bodies.map(({ data }) => data.subject))).toEqual(new Set([mine.id]))
    expect(JSON.stringify(received)).not.toContain(theirs.id)
    for (const { body, headers } of received) expect(new Webhook(secret).verify(body, headers)).toBeTruthy()
    expect(() =>
      new Webhook('whsec_AAAA').verify(received[0]?.body ?? '', received[0]?.headers ?? {}),
    ).toThrow()
    const list = await ask('GET', '/v1/webhooks', undefined, { key: partner })
    expect(list.body.webhooks).toMatchObject([{ id, failing: 0 }])
    expect(JSON.stringify(list.body)).not.toContain('whsec')
    const events = await ask('GET', '/v1/events?after=0', undefined, { key: partner })
    expect(events.body.events).toEqual(bodies.map(({ data }) => data))
    const on = await ask('GET', `/v1/events?after=${events.body.next}`, undefined, { key: partner })
    expect([on.body.events, on.body.next]).toEqual([[], events.body.next])
  })

  test('is signed by both secrets for a day after a rotation', async () => {
    const { hold } = await museum()
    const partner = await makeKey('partner')
    const before = await hook(partner)
    const after = await ask('POST', `/v1/webhooks/${before.id}/rotate`, undefined, { key: partner })
    expect(after.body.secret).not.toBe(before.secret)
    const { received } = receiver()
    await hold('2026-11-24', {}, partner)
    await settle()
    const [call] = received
    for (const secret of [before.secret, after.body.secret])
      expect(new Webhook(secret).verify(call?.body ?? '', call?.headers ?? {})).toBeTruthy()
    await hold('2026-11-24', {}, partner)
    await settle({}, Date.now() + 25 * 3_600_000)
    expect(received[1]?.headers['webhook-signature']?.split(' ').length).toBe(1)
    expect(received[0]?.headers['webhook-signature']?.split(' ').length).toBe(2)
  })

  test('leads to the public internet, or in a test to this machine', async () => {
    const [live, tests] = [await makeKey('partner', { testMode: false }), await makeKey('partner')]
    const made = async (url: string, key: Key) => (await ask('POST', '/v1/webhooks', { url }, { key })).status
    for (const url of [
      'http://example.org/',
      'https://10.0.0.1/',
      'https://localhost/',
      'https://db.internal/',
    ])
      expect([url, await made(url, live), await made(url, tests)]).toEqual([
        url,
        422,
        url.includes('localhost') ? 201 : 422,
      ])
    expect(await made('http://localhost:9000/hooks', tests)).toBe(201)
    expect(await made('https://hooks.example.org/', live)).toBe(201)
  })

  test('that takes nothing for days is disabled once, and told of what it wants once it is back', async () => {
    const { book, advance } = await museum()
    const partner = await makeKey('partner')
    const { id } = await hook(partner)
    const [away, tries] = [receiver(() => 503), 12]
    const { id: booking } = await book('2026-12-24', {}, partner)
    for (let day = 0; day < tries; day++) {
      await advance(new Date(Date.parse('2026-11-22T00:00:00Z') + day * 86_400_000).toISOString())
      await settle()
    }
    expect(away.called.length).toBe(tries)
    const read = async () => (await ask('GET', '/v1/webhooks', undefined, { key: partner })).body.webhooks[0]
    expect(await read()).toMatchObject({ failing: tries, revision: 2, disabledAt: expect.any(String) })
    expect(
      await rows('SELECT 1 FROM event WHERE subject = ? AND type = ?', id, 'webhook.disabled'),
    ).toHaveLength(1)
    await book('2026-12-24', {}, partner)
    await settle()
    const { received } = receiver()
    expect(away.called.length).toBe(tries)
    const enabled = await ask('PATCH', `/v1/webhooks/${id}`, { revision: 2, enabled: true }, { key: partner })
    expect(enabled.body).toMatchObject({ failing: 0, disabledAt: null })
    const { body } = await ask('GET', '/v1/deliveries?status=failed', undefined, { key: partner })
    const reasons = body.deliveries.map(({ reason }: { reason: string }) => reason)
    expect(reasons.sort()).toEqual(['disabled', 'status_503'])
    for (const delivery of body.deliveries)
      expect(
        (await ask('POST', `/v1/deliveries/${delivery.id}/retry`, undefined, { key: partner })).status,
      ).toBe(200)
    await settle()
    expect(received.map((call) => JSON.parse(call.body).data.subject)).toEqual([booking, booking])
  })

  test('that says it is gone is disabled at once', async () => {
    const { hold } = await museum()
    const partner = await makeKey('partner')
    const { id } = await hook(partner)
    receiver(() => 410)
    await hold('2026-11-24', {}, partner)
    await settle()
    expect(
      await rows('SELECT disabled_at FROM webhook WHERE id = ? AND disabled_at IS NOT NULL', id),
    ).toHaveLength(1)
  })
})

test('failing, hanging and away for a simulated day: all arrives, once by its id, in order for each subject', async () => {
  const { book, cancel, advance } = await museum()
  const partner = await makeKey('partner')
  await hook(partner)
  let hour = 0
  const hang = Object.assign(new Error('timed out'), { name: 'TimeoutError' })
  const answers = [() => 500, () => hang, () => 302, () => 429, () => new TypeError('connection refused')]
  const { received, called } = receiver(() =>
    hour < 24 ? (answers[called.length % answers.length]?.() ?? 500) : 200,
  )
  const mail = vi.fn(async () => ({ outcome: 'sent' }) as const)
  const booked: string[] = []
  for (hour of [0, 1, 2, 3, 5, 8, 12, 18, 23, 25, 30, 40, 48]) {
    if (hour < 4) {
      const { id } = await book('2026-12-24', { contact }, partner)
      booked.push(id)
    }
    if (hour === 5) await cancel(booked[1] ?? '', partner)
    await advance(new Date(Date.parse('2026-11-21T13:00:00Z') + hour * 3_600_000).toISOString())
    await settle({ adapters: { mail } })
  }
  const happened = await rows<{ seq: number; subject: string }>(
    'SELECT seq, subject FROM event WHERE subject IN (SELECT value FROM json_each(?)) ORDER BY seq',
    JSON.stringify(booked),
  )
  for (const subject of booked) {
    const ofIt = received.filter(({ body }) => JSON.parse(body).data.subject === subject)
    expect(ofIt.map(({ seq }) => seq)).toEqual(
      happened.filter((one) => one.subject === subject).map(({ seq }) => seq),
    )
  }
  expect(new Set(received.map(({ id }) => id)).size).toBe(received.length)
  expect(received.length).toBe(happened.length)
  expect(called.length).toBeGreaterThan(received.length * 3)
  // One delivery keeps its id through all attempts.
  const ids = new Map(called.map(({ seq, id }) => [seq, id]))
  expect(called.every(({ seq, id }) => ids.get(seq) === id)).toBe(true)
  // A test-mode location sends nothing to anybody, whatever there is to send with.
  expect(mail).not.toHaveBeenCalled()
  expect(await told(booked[1] ?? '')).toContain('cancelled stored')
})
