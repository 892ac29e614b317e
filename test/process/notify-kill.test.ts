import { createHash, randomBytes } from 'node:crypto'
import { createServer, type Server as HttpServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Webhook } from 'standardwebhooks'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openRuntime } from '../../scripts/runtime.ts'
import { scaled } from '../scale.ts'
import { type Server, startServer, temporaryState } from '../server.ts'

/** The whole process group is killed while bookings are told of, at whatever step they are; then it is started again. */

const kills = scaled(3, 50)
const [customers, callsBeforeDeath] = [4, 8]
const [locationId, poolId, serviceId] = ['loc', 'pool', 'svc'].map((prefix) => `${prefix}_${'0'.repeat(25)}1`)
const secret = `dawr_test_${randomBytes(32).toString('base64url')}`
const noon = Date.parse('2026-11-21T12:00:00Z')
const hourMs = 3_600_000

let folder: Awaited<ReturnType<typeof temporaryState>>
let server: Server
let receiver: HttpServer
type Call = { id: string; subject: string; seq: number; type: string; taken: boolean }
const calls: Call[] = []
let onCall = () => {}
let onAnswer = () => {}
let signing = ''

beforeAll(async () => {
  receiver = createServer(async (request, response) => {
    let body = ''
    for await (const part of request) body += part
    if (signing) new Webhook(signing).verify(body, request.headers as Record<string, string>)
    const { type, data } = JSON.parse(body)
    // Of every seven calls one is refused, one is cut off, and the rest are taken.
    const said = calls.length % 7
    const taken = said !== 3 && said !== 5
    calls.push({
      id: request.headers['webhook-id'] as string,
      subject: data.subject,
      seq: data.seq,
      type,
      taken,
    })
    if (said === 5) response.destroy()
    else response.writeHead(taken ? 204 : 503).end()
    onCall()
  })
  await new Promise<void>((resolve) => receiver.listen(0, 'localhost', resolve))
  folder = await temporaryState()
  await makePlace()
})
afterAll(async () => {
  kill()
  receiver.closeAllConnections()
  receiver.close()
  await folder.remove()
})

async function makePlace(): Promise<void> {
  const runtime = await openRuntime({ state: folder.state })
  const hash = createHash('sha256').update(secret).digest('base64url')
  const scopes = JSON.stringify(['config', 'bookings', 'desk', 'events', 'time'])
  const open = [{ from: '00:00', to: '24:00' }]
  const weekly = { mon: open, tue: open, wed: open, thu: open, fri: open, sat: open, sun: open }
  const rules = {
    ...{ kind: 'departures', name: { en: 'Tour' }, needs: [{ of: [poolId], take: 'places' }] },
    units: [{ id: 'adult', name: { en: 'Adult' }, places: 1, price: 0, min: 0, max: 9 }],
    ...{
      leadTimeMinutes: 0,
      cancelCutOffMinutes: 0,
      horizonDays: 90,
      holdMinutes: 1_440,
      maxHoldMinutes: 1_440,
    },
    ...{ bufferBeforeMinutes: 0, bufferAfterMinutes: 0, durationMinutes: 60 },
    departures: [{ time: '13:00', days: [1, 2, 3, 4, 5, 6, 7] }],
  }
  const run = (sql: string, ...values: (string | number | null)[]) => runtime.db.prepare(sql).bind(...values)
  await runtime.db.batch([
    run(
      `INSERT INTO credential (hash, id, kind, role, scopes, label, test_mode, created_at, revision)
       VALUES (?, 'key_0000000000000000000000test', 'key', 'admin', ?, 'Test', 1, 0, 1)`,
      hash,
      scopes,
    ),
    run(
      `INSERT INTO location (id, name, zone, currency, country, hours, revision, test_mode, simulated_now, created_at)
       VALUES (?, '{"en":"Museum"}', 'Europe/London', 'GBP', 'GB', ?, 1, 1, ?, 0)`,
      locationId ?? '',
      JSON.stringify({ weekly, seasons: [], exceptions: [] }),
      noon,
    ),
    run("INSERT INTO pool VALUES (?, ?, 'Places', 1, 100000, NULL, 1, NULL)", poolId ?? '', locationId ?? ''),
    run(
      `INSERT INTO service VALUES (?, ?, '{"en":"Tour"}', 'departures', ?, 1, NULL)`,
      ...[serviceId ?? '', locationId ?? '', JSON.stringify(rules)],
    ),
  ])
  await runtime.close()
}

const kill = () => {
  try {
    process.kill(-(server?.child.pid ?? Number.NaN), 'SIGKILL')
  } catch {
    // it has ended already
  }
}
const start = async () => {
  server = await startServer({
    state: folder.state,
    command: [process.execPath, 'test/process/notify-server.ts'],
  })
}

/** Null where the request was cut. */
async function send(path: string, body: object, key: string): Promise<Record<string, unknown> | null> {
  try {
    const headers = {
      'Content-Type': 'application/json',
      Authorization: `Bearer ${secret}`,
      'Idempotency-Key': key,
    }
    const response = await fetch(`${server.url}${path}`, {
      method: 'POST',
      headers,
      body: JSON.stringify(body),
    })
    const answer = (await response.json()) as Record<string, unknown>
    expect([path, response.status < 300, answer.code]).toEqual([path, true, undefined])
    onAnswer()
    return answer
  } catch (error) {
    if (error instanceof Error && error.name === 'AssertionError') throw error
    return null
  }
}

/** One customer's booking, step by step; a step that was cut is asked for again under its key. */
type Journey = { name: string; id?: string; cancels: boolean; step: 0 | 1 | 2 | 3 }

async function go(journey: Journey): Promise<boolean> {
  const { name, cancels } = journey
  const contact = { email: `${name}@example.org`, language: 'nl' }
  const steps = [
    () =>
      send(
        '/v1/bookings',
        { serviceId, slot: '2026-12-24T13:00:00+00:00', units: { adult: 1 } },
        `${name}-hold-0000000`,
      ),
    () => send(`/v1/bookings/${journey.id}/confirm`, { contact }, `${name}-confirm-0000`),
    () =>
      cancels ? send(`/v1/bookings/${journey.id}/cancel`, { reason: 'ill' }, `${name}-cancel-00000`) : {},
  ] as const
  while (journey.step < 3) {
    const answer: Record<string, unknown> | null = await steps[journey.step as 0 | 1 | 2]()
    if (!answer) return false
    if (journey.step === 0) journey.id = answer.id as string
    journey.step++
  }
  return true
}

const advance = (hour: number) =>
  send(
    `/v1/locations/${locationId}/advance`,
    { to: new Date(noon + hour * hourMs).toISOString() },
    `advance-to-hour-${hour}`,
  )

test(`everybody is told once and in order, after ${kills} deaths at any step`, async () => {
  await start()
  const hook = { url: `http://localhost:${(receiver.address() as AddressInfo).port}/`, types: ['booking.*'] }
  signing = (await send('/v1/webhooks', hook, 'the-webhook-00000000'))?.secret as string
  const journeys: Journey[] = []
  const left: Journey[] = []
  let hour = 0
  for (let death = 1; death <= kills; death++) {
    // By turns while a receiver waits for its answer, so that nobody has written down what it took, and when a booking has
    // just moved on, so that nothing of it may be planned, handed over or claimed.
    let togo = death % 2 === 1 ? callsBeforeDeath + (death % 5) : 1 + ((death * 7) % 16)
    const died = new Promise<void>((resolve) => {
      const come = () => {
        if (--togo > 0) return
        onCall = onAnswer = () => {}
        kill()
        resolve()
      }
      if (death % 2 === 1) onCall = come
      else onAnswer = come
    })
    await advance(++hour)
    const customer = async (n: number) => {
      for (let m = 0; ; m++) {
        const journey = left.pop() ?? { name: `guest-${death}-${n}-${m}`, cancels: m % 3 === 0, step: 0 }
        if (!journeys.includes(journey)) journeys.push(journey)
        if (!(await go(journey))) return left.push(journey)
        // Enough to be killed over, and no more than can be told in the end.
        if (m === 2) return undefined
      }
    }
    await Promise.all(Array.from({ length: customers }, (_, n) => customer(n)))
    await died
    await start()
  }
  for (const journey of left) expect(await go(journey)).toBe(true)

  type Row = { kind: string; subject: string; status: string; reason: string | null }
  await server.stop()
  const runtime = await openRuntime({ state: folder.state })
  const rows = async <T>(sql: string) => (await runtime.db.prepare(sql).all<T>()).results
  /** What could be told now, and what is left in all. */
  const count = async (which: string) =>
    (await rows<{ n: number }>(`SELECT count(*) AS n FROM delivery d WHERE ended_at IS NULL AND ${which}`))[0]
      ?.n ?? 0
  const due = () =>
    count(
      `due_at <= ${noon + hour * hourMs} AND NOT EXISTS (
         SELECT 1 FROM delivery e WHERE e.lane = d.lane AND e.event_seq < d.event_seq AND e.ended_at IS NULL
       )`,
    )
  const headers = { 'Content-Type': 'application/json', Authorization: `Bearer ${secret}` }
  // Retries wait for the clock of the place, reminders for the day before the tour.
  hour = 24 * 32 + 1
  for (let left = 1; left > 0; left = await count('true')) {
    hour++
    expect(hour).toBeLessThan(24 * 33)
    await runtime.fetch(`/v1/locations/${locationId}/advance`, {
      method: 'POST',
      headers: { ...headers, 'Idempotency-Key': `the-end-at-hour-${hour}` },
      body: JSON.stringify({ to: new Date(noon + hour * hourMs).toISOString() }),
    })
    await runtime.scheduled('*/5 * * * *', Date.now() + 20 * 60_000)
    await expect.poll(due, { timeout: 30_000, interval: 50 }).toBe(0)
  }
  const events = await rows<{ seq: number; subject: string; type: string }>(
    "SELECT seq, subject, type FROM event WHERE type GLOB 'booking.*' ORDER BY seq",
  )
  const deliveries = await rows<Row>('SELECT kind, subject, status, reason FROM delivery ORDER BY event_seq')
  await runtime.close()

  // Webhooks: each event by one id; taken in the order of its subject's events, the first time that each is taken.
  const idOf = new Map(calls.map(({ seq, id }) => [seq, id]))
  expect(calls.filter(({ seq, id }) => idOf.get(seq) !== id)).toEqual([])
  for (const { id } of journeys) {
    const taken = calls.filter(({ subject, taken }) => subject === id && taken).map(({ seq }) => seq)
    const first = [...new Set(taken)]
    expect(first).toEqual(events.filter(({ subject }) => subject === id).map(({ seq }) => seq))
  }
  expect(journeys.every(({ id, step }) => id !== undefined && step === 3)).toBe(true)

  // Messages: each kind once; whoever cancelled is reminded of nothing.
  const of = (id: string | undefined, kind: string) =>
    deliveries.filter((one) => one.subject === id && one.kind === kind)
  for (const { id, cancels } of journeys) {
    const told = (kind: string) => of(id, kind).map(({ status }) => status)
    expect(told('cancelled')).toEqual(cancels ? ['stored'] : [])
    expect(told('reminder')).toEqual(cancels ? ['dropped'] : ['stored'])
    expect(told('confirmed')).toHaveLength(1)
    if (!cancels) expect(told('confirmed')).toEqual(['stored'])
  }
  const again = calls.filter(({ taken }) => taken).length - events.length
  console.log(
    JSON.stringify({ kills, journeys: journeys.length, events: events.length, calls: calls.length, again }),
  )
})
