import { createHash, randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openRuntime } from '../../scripts/runtime.ts'
import { scaled } from '../scale.ts'
import { type Server, startServer, temporaryState } from '../server.ts'

/** A hall and its phones: each socket hears of each change once, in order, and at once. */

const sockets = scaled(300, 5_000)
const tickets = scaled(100, 2_000)
const changes = 20

const location = `loc_${'0'.repeat(25)}1`
const secret = `dawr_test_${randomBytes(32).toString('base64url')}`

let folder: Awaited<ReturnType<typeof temporaryState>>
let server: Server

beforeAll(async () => {
  folder = await temporaryState()
  const runtime = await openRuntime({ state: folder.state })
  const hash = createHash('sha256').update(secret).digest('base64url')
  await runtime.db.batch([
    runtime.db
      .prepare(
        `INSERT INTO credential (hash, id, kind, role, scopes, label, test_mode, created_at, revision)
         VALUES (?, 'key_0000000000000000000000test', 'key', 'admin', '["config","desk"]', 'Test', 1, 0, 1)`,
      )
      .bind(hash),
    runtime.db
      .prepare(
        `INSERT INTO location (id, name, zone, currency, country, hours, revision, test_mode, simulated_now, created_at)
         VALUES (?, '{"en":"Clinic"}', 'Europe/London', 'GBP', 'GB', '{"weekly":{},"seasons":[],"exceptions":[]}', 1, 1, 1795262400000, 0)`,
      )
      .bind(location),
  ])
  await runtime.close()
  server = await startServer({ state: folder.state, empty: true })
})
afterAll(async () => {
  await server.stop()
  await folder.remove()
})

async function send(method: string, path: string, body?: object) {
  const response = await fetch(`${server.url}/v1/locations/${location}/queue${path}`, {
    method,
    headers: {
      'Content-Type': 'application/json',
      Authorization: `Bearer ${secret}`,
      'Idempotency-Key': crypto.randomUUID(),
    },
    ...(body ? { body: JSON.stringify(body) } : {}),
  })
  expect(response.status).toBeLessThan(300)
  return (await response.json()) as { id: string; token: string; seq: number }
}

test(`${sockets} sockets hear of each change once and in order`, async () => {
  const services = [{ id: 'visit', letter: 'A', name: { en: 'Visit' }, nominalMinutes: 15 }]
  await send('PUT', '/setup', { services, desks: [{ id: 'desk-1', name: 'Desk 1', services: ['visit'] }] })
  await send('POST', '/commands', { verb: 'open_desk', desk: 'desk-1' })
  const joined: { id: string; token: string }[] = []
  const together = 50
  for (let i = 0; i < tickets; i += together) {
    const some = Array.from({ length: together }, () =>
      send('POST', '/tickets', { service: 'visit', presence: 'on_site' }),
    )
    joined.push(...(await Promise.all(some)))
  }
  const { seq: from } = await send('GET', '')

  const heard: { first: number; froms: number[]; seqs: number[]; calls: number[]; bytes: number }[] = []
  const open: WebSocket[] = []
  const address = `${server.url.replace('http', 'ws')}/v1/locations/${location}/queue/live`
  const watch = (index: number) =>
    new Promise<void>((resolve, reject) => {
      const ticket = index % 2 === 0 ? undefined : joined[index % joined.length]
      const query = ticket ? `view=ticket&ticket=${ticket.id}` : 'view=display'
      // Node's own option: a browser has no headers here, and pages have their link in the path.
      const options = { headers: ticket ? { Authorization: `Bearer ${ticket.token}` } : {} }
      const socket = new WebSocket(`${address}?${query}`, options as unknown as string[])
      const own = { first: -1, froms: [] as number[], seqs: [] as number[], calls: [] as number[], bytes: 0 }
      heard[index] = own
      open.push(socket)
      socket.addEventListener('error', () => reject(new Error('a socket failed')))
      socket.addEventListener('message', ({ data }) => {
        const message = JSON.parse(String(data)) as {
          type: string
          from: number
          seq: number
          calls: { seq: number }[]
        }
        if (message.type === 'snapshot') {
          own.first = message.seq
          resolve()
          return
        }
        own.froms.push(message.from)
        own.seqs.push(message.seq)
        own.calls.push(...message.calls.map(({ seq }) => seq))
        own.bytes = Math.max(own.bytes, String(data).length)
      })
    })
  const batch = 250
  for (let at = 0; at < sockets; at += batch)
    await Promise.all(Array.from({ length: Math.min(batch, sockets - at) }, (_, i) => watch(at + i)))

  const expected: number[] = []
  const slowest: number[] = []
  for (let i = 0; i < changes; i++) {
    const began = performance.now()
    const { seq } = await send('POST', '/commands', { verb: 'next', desk: 'desk-1' })
    expected.push(seq)
    await expect
      .poll(() => heard.every(({ seqs }) => seqs.length > i), { timeout: 30_000, interval: 5 })
      .toBe(true)
    slowest.push(performance.now() - began)
  }
  const froms = [from, ...expected.slice(0, -1)]
  for (const { first, froms: begun, seqs } of heard)
    expect([first, begun, seqs]).toEqual([from, froms, expected])
  const calls = heard[0]?.calls ?? []
  expect(calls.length).toBe(changes / 2)
  for (const [index, own] of heard.entries()) {
    if (index % 2 === 0) expect(own.calls).toEqual(calls)
    expect(own.bytes).toBeLessThan(1_500)
  }
  const median = slowest.toSorted((a, b) => a - b)[changes / 2]
  console.log(JSON.stringify({ sockets, tickets, medianMsToTheLast: Math.round(median ?? 0) }))
  for (const socket of open) socket.close()
})
