import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { post } from '../../src/notify/adapters/adapter.ts'
import { type Adapter, adaptersOf } from '../../src/notify/adapters/index.ts'
import { resend } from '../../src/notify/adapters/resend.ts'
import { dialled, twilio } from '../../src/notify/adapters/twilio.ts'
import { whatsapp } from '../../src/notify/adapters/whatsapp.ts'

/** Each provider as its documentation describes it, played by a server of our own. */

type Asked = { method: string; path: string; headers: IncomingMessage['headers']; body: string }
type Answer = (response: ServerResponse) => void

let server: Server
let api: string
let asked: Asked[]
let answer: Answer

beforeAll(async () => {
  server = createServer(async (request, response) => {
    let body = ''
    for await (const part of request) body += part
    asked.push({ method: request.method ?? '', path: request.url ?? '', headers: request.headers, body })
    answer(response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  api = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
})
beforeEach(() => {
  asked = []
})

const says =
  (status: number, body: unknown, headers: Record<string, string> = {}): Answer =>
  (response) =>
    response.writeHead(status, { 'Content-Type': 'application/json', ...headers }).end(JSON.stringify(body))

const message = {
  id: 'dlv_1',
  to: '+44 7700 900123',
  language: 'ar' as const,
  subject: 'Subject',
  text: 'Text',
  short: 'Short\nand to the point',
  html: '<p>Text</p>',
}

const providers: Record<
  string,
  { adapter: () => Adapter; good: Answer; id: string; refused: Answer; busy: Answer }
> = {
  resend: {
    adapter: () => resend({ key: 're_1', from: 'Dawr <desk@example.org>', api }),
    good: says(200, { id: '49a3999c-0ce1-4ea6-ab68-afcd6dc2e794' }),
    id: '49a3999c-0ce1-4ea6-ab68-afcd6dc2e794',
    refused: says(422, { statusCode: 422, name: 'validation_error', message: 'Invalid `to` field.' }),
    busy: says(429, { statusCode: 429, name: 'rate_limit_exceeded' }, { 'Retry-After': '7' }),
  },
  twilio: {
    adapter: () => twilio({ account: 'AC1', token: 't', from: '+15550100', api }),
    good: says(201, { sid: 'SM1', status: 'queued' }),
    id: 'SM1',
    refused: says(400, { code: 21_211, message: "Invalid 'To' Phone Number", status: 400 }),
    busy: says(429, { code: 20_429, message: 'Too Many Requests', status: 429 }, { 'Retry-After': '7' }),
  },
  whatsapp: {
    adapter: () => whatsapp({ token: 't', sender: '106540352242922', template: 'notice', api }),
    good: says(200, { messaging_product: 'whatsapp', messages: [{ id: 'wamid.1' }] }),
    id: 'wamid.1',
    refused: says(400, { error: { code: 131_026, message: 'Message undeliverable' } }),
    busy: says(429, { error: { code: 130_429, message: 'Rate limit hit' } }, { 'Retry-After': '7' }),
  },
}

describe.each(Object.entries(providers))('%s', (_, { adapter, good, id, refused, busy }) => {
  const send = (said: Answer) => {
    answer = said
    return adapter()(message)
  }

  test('takes a message and says what it calls it', async () => {
    expect(await send(good)).toEqual({ outcome: 'sent', providerId: id })
    expect(asked).toHaveLength(1)
  })

  test('refuses for ever, or asks to be left alone for a while', async () => {
    expect(await send(refused)).toEqual({ outcome: 'refused', reason: expect.stringMatching(/^status_4/) })
    expect(await send(busy)).toEqual({ outcome: 'retry', reason: 'status_429', askedMs: 7_000 })
    expect(await send(says(401, {}))).toEqual({ outcome: 'refused', reason: 'status_401' })
  })

  test('is asked again after its own failures, and after a good answer that makes no sense', async () => {
    for (const status of [500, 502, 503, 504])
      expect(await send(says(status, 'oops'))).toEqual({ outcome: 'retry', reason: `status_${status}` })
    expect(await send((response) => response.writeHead(200).end('<html>'))).toEqual({ outcome: 'sent' })
    expect(await send((response) => response.destroy())).toEqual({ outcome: 'retry', reason: 'unreachable' })
  })
})

test('mail carries the id of the delivery as its idempotency key', async () => {
  answer = says(200, { id: 'x' })
  await resend({ key: 're_1', from: 'desk@example.org', api })({ ...message, to: 'amina@example.org' })
  expect(asked[0]).toMatchObject({ method: 'POST', path: '/emails' })
  expect(asked[0]?.headers).toMatchObject({ authorization: 'Bearer re_1', 'idempotency-key': 'dlv_1' })
  const { from, to, subject, text, html } = JSON.parse(asked[0]?.body ?? '')
  expect([from, to, subject, text, html]).toEqual([
    'desk@example.org',
    ['amina@example.org'],
    'Subject',
    'Text',
    '<p>Text</p>',
  ])
})

test('a text message goes to the number as networks dial it', async () => {
  answer = says(201, {})
  await twilio({ account: 'AC1', token: 't', from: '+15550100', api })(message)
  expect(asked[0]?.path).toBe('/2010-04-01/Accounts/AC1/Messages.json')
  expect(asked[0]?.headers.authorization).toBe(`Basic ${btoa('AC1:t')}`)
  const form = Object.fromEntries(new URLSearchParams(asked[0]?.body))
  expect(form).toEqual({ From: '+15550100', To: '+447700900123', Body: message.short })
  expect(dialled('0044 (7700) 900-123')).toBe('+447700900123')
})

test('WhatsApp gets an approved template in the language of the reader, in one line', async () => {
  answer = says(200, {})
  await whatsapp({ token: 't', sender: '106', template: 'notice', api })(message)
  expect(asked[0]?.path).toBe('/106/messages')
  expect(JSON.parse(asked[0]?.body ?? '')).toMatchObject({
    to: '447700900123',
    template: {
      name: 'notice',
      language: { code: 'ar' },
      components: [{ parameters: [{ text: 'Short and to the point' }] }],
    },
    biz_opaque_callback_data: 'dlv_1',
  })
})

test('whoever hangs is left, before or in the middle of an answer', async () => {
  const init = { headers: {}, body: '{}' }
  const how = { read: () => undefined, timeoutMs: 50 }
  answer = () => {}
  expect(await post(api, init, how)).toEqual({ outcome: 'retry', reason: 'timeout' })
  answer = (response) => response.writeHead(200).write('{')
  expect(await post(api, init, how)).toEqual({ outcome: 'retry', reason: 'timeout' })
})

test('a redirect is followed nowhere, and nobody there is a failure like any other', async () => {
  answer = (response) => response.writeHead(302, { Location: `${api}/private` }).end()
  const sent = await post(
    `${api}/hooks`,
    { headers: {}, body: '{}' },
    { refuses: (status) => status === 410 },
  )
  expect([sent.outcome, asked.map(({ path }) => path)]).toEqual(['retry', ['/hooks']])
  expect(await post('http://127.0.0.1:9/', { headers: {}, body: '{}' })).toEqual({
    outcome: 'retry',
    reason: 'unreachable',
  })
})

test('a channel has an adapter where all of its secrets are there', () => {
  expect(adaptersOf({})).toEqual({})
  expect(
    Object.keys(adaptersOf({ RESEND_KEY: 'k', TWILIO_ACCOUNT: 'a', TWILIO_TOKEN: 't', TWILIO_FROM: 'f' })),
  ).toEqual(['sms'])
  const mail = adaptersOf({ RESEND_KEY: 'k', MAIL_FROM: 'm' })
  expect(Object.keys(mail)).toEqual(['mail'])
  const all = { WHATSAPP_TOKEN: 't', WHATSAPP_SENDER: 's', WHATSAPP_TEMPLATE: 'x' }
  expect(Object.keys(adaptersOf(all))).toEqual(['whatsapp'])
})
