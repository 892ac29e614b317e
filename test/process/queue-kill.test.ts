import { createHash, randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openRuntime } from '../../scripts/runtime.ts'
import { scaled } from '../scale.ts'
import { type Server, startServer, temporaryState } from '../server.ts'

/** The whole process group is killed while desks and customers are busy, and started again, many times over. */

const kills = scaled(5, 50)
const [customers, desks] = [6, 3]
const answersBeforeDeath = 60

const location = `loc_${'0'.repeat(25)}1`
const secret = `dawr_test_${randomBytes(32).toString('base64url')}`
const noon = Date.parse('2026-11-21T12:00:00Z')

let folder: Awaited<ReturnType<typeof temporaryState>>
let server: Server

beforeAll(async () => {
  folder = await temporaryState()
  const runtime = await openRuntime({ state: folder.state })
  const hash = createHash('sha256').update(secret).digest('base64url')
  const scopes = JSON.stringify(['config', 'desk', 'time'])
  await runtime.db.batch([
    runtime.db
      .prepare(
        `INSERT INTO credential (hash, id, kind, role, scopes, label, test_mode, created_at, revision)
         VALUES (?, 'key_0000000000000000000000test', 'key', 'admin', ?, 'Test', 1, 0, 1)`,
      )
      .bind(hash, scopes),
    runtime.db
      .prepare(
        `INSERT INTO location (id, name, zone, currency, country, hours, revision, test_mode, simulated_now, created_at)
         VALUES (?, '{"en":"Clinic"}', 'Europe/London', 'GBP', 'GB', '{"weekly":{},"seasons":[],"exceptions":[]}', 1, 1, ?, 0)`,
      )
      .bind(location, noon),
  ])
  await runtime.close()
  server = await startServer({ state: folder.state, empty: true })
})
afterAll(async () => {
  kill()
  await folder.remove()
})

const kill = () => {
  try {
    process.kill(-(server.child.pid ?? Number.NaN), 'SIGKILL')
  } catch {
    // it has ended already
  }
}

type Asked = { method: 'POST' | 'PUT'; path: string; body: object; key: string }
type Answer = { status: number; repeated: boolean; body: Record<string, unknown> }
type Ticket = { id: string; number: string; status: string; order: [number, number, number] }
type Snapshot = { seq: number; tickets: Ticket[]; desks: { id: string; ticket: string | null }[] }

/** Null where the request was cut: nobody knows whether it was carried out. */
async function send({ method, path, body, key }: Asked): Promise<Answer | null> {
  try {
    const response = await fetch(`${server.url}/v1/locations/${location}/queue${path}`, {
      method,
      headers: {
        'Content-Type': 'application/json',
        Authorization: `Bearer ${secret}`,
        'Idempotency-Key': key,
      },
      body: JSON.stringify(body),
    })
    const repeated = response.headers.get('Idempotent-Replayed') === 'true'
    return { status: response.status, repeated, body: (await response.json()) as Answer['body'] }
  } catch {
    return null
  }
}

async function read<T>(path: string): Promise<T> {
  const response = await fetch(`${server.url}/v1/locations/${location}/queue${path}`, {
    headers: { Authorization: `Bearer ${secret}` },
  })
  expect(response.status).toBe(200)
  return (await response.json()) as T
}

/** The queue with all of its line. */
async function snapshot(): Promise<Snapshot> {
  const shown = await read<Snapshot>('')
  const tickets = shown.tickets.filter(({ status }) => status !== 'waiting')
  for (let after: string | null = ''; after !== null; ) {
    const page: { tickets: Ticket[]; next: string | null } = await read(`/line?line=visit${after}`)
    tickets.push(...page.tickets)
    after = page.next === null ? null : `&after=${page.next}`
  }
  return { ...shown, tickets }
}

const join = (): Asked => ({
  method: 'POST',
  path: '/tickets',
  body: { service: 'visit', presence: 'on_site' },
  key: crypto.randomUUID(),
})
const command = (body: object): Asked => ({
  method: 'POST',
  path: '/commands',
  body,
  key: crypto.randomUUID(),
})

test(`what was answered is there, once and in order, after ${kills} deaths under load`, async () => {
  const services = [{ id: 'visit', letter: 'A', name: { en: 'Visit' }, nominalMinutes: 15 }]
  const deskIds = Array.from({ length: desks }, (_, i) => `desk-${i + 1}`)
  const setup = { services, desks: deskIds.map((id) => ({ id, name: id, services: ['visit'] })) }
  expect((await send({ method: 'PUT', path: '/setup', body: setup, key: crypto.randomUUID() }))?.status).toBe(
    200,
  )
  for (const desk of deskIds) expect((await send(command({ verb: 'open_desk', desk })))?.status).toBe(200)

  const joined = new Map<string, string>() // ticket by the key of its join
  const moved: { seq: number; ticket: string; status: string }[] = []
  let [cut, done] = [0, 0]
  const note = ({ path, key }: Asked, { status, body }: Answer) => {
    if (path === '/tickets') {
      expect(status).toBe(201)
      expect(joined.get(key) ?? body.id).toBe(body.id)
      joined.set(key, body.id as string)
    } else if (status === 200) {
      const { seq, ticket } = body as { seq: number; ticket: { id: string; status: string } }
      moved.push({ seq, ticket: ticket.id, status: ticket.status })
    } else expect(body.code).toBe('wrong_state') // nobody waits
  }

  for (let death = 1; death <= kills; death++) {
    let answers = 0
    const unanswered: Asked[] = []
    const work = async (next: () => Asked) => {
      for (;;) {
        const asked = next()
        const answer = await send(asked)
        if (!answer) {
          unanswered.push(asked)
          return
        }
        note(asked, answer)
        if (++answers === answersBeforeDeath) kill()
      }
    }
    await Promise.all([
      ...Array.from({ length: customers }, () => work(join)),
      ...deskIds.map((desk) => work(() => command({ verb: 'next', desk }))),
    ])
    expect(unanswered.length).toBe(customers + desks) // each was in the middle of something
    cut += unanswered.length
    server = await startServer({ state: folder.state, empty: true })

    const found = await snapshot()
    const served = new Set(moved.filter(({ status }) => status === 'served').map(({ ticket }) => ticket))
    const there = new Map(found.tickets.map((ticket) => [ticket.id, ticket]))
    // The last that was heard of a ticket is how it is, unless a request that was cut moved it on.
    for (const ticket of joined.values()) {
      if (served.has(ticket) || there.has(ticket)) continue
      const last = moved.filter((one) => one.ticket === ticket).at(-1)
      expect([ticket, last?.status]).toEqual([ticket, 'serving'])
    }
    const byOrder = found.tickets
      .filter(({ status }) => status === 'waiting')
      .sort((a, b) => compare(a.order, b.order))
    const numbers = byOrder.map(({ number }) => Number(number.slice(1)))
    expect(numbers).toEqual(numbers.toSorted((a, b) => a - b))
    expect(new Set(numbers).size).toBe(numbers.length)

    // Whoever heard nothing asks again under the same key.
    for (const asked of unanswered) {
      const answer = await send(asked)
      expect(answer).not.toBeNull()
      if (answer) note(asked, answer)
      if (answer?.repeated) done++
    }
  }

  const before = await snapshot()
  kill()
  server = await startServer({ state: folder.state, empty: true })
  expect(await snapshot()).toEqual(before)
  expect(cut).toBe(kills * (customers + desks))
  console.log(JSON.stringify({ kills, joined: joined.size, moved: moved.length, cut, cutButDone: done }))

  // The stream has every event once; every answer is in it, and nothing that nobody asked for.
  await server.stop()
  const runtime = await openRuntime({ state: folder.state })
  await runtime.scheduled('*/5 * * * *', Date.now())
  const { results: events } = await runtime.db
    .prepare(
      'SELECT source_seq AS seq, type, subject FROM event WHERE source_seq IS NOT NULL ORDER BY source_seq',
    )
    .all<{ seq: number; type: string; subject: string }>()
  await runtime.close()
  expect(events.map(({ seq }) => seq)).toEqual(Array.from({ length: before.seq }, (_, i) => i + 1))
  const joins = events.filter(({ type }) => type === 'queue.joined').map(({ subject }) => subject)
  expect(joins.sort()).toEqual([...joined.values()].sort())
  for (const { seq, ticket } of moved) expect(events[seq - 1]?.subject).toBe(ticket)
  // A `next` of a desk finishes and calls, or starts: never twice what one asked for.
  const count = (type: string) => events.filter((event) => event.type === `queue.${type}`).length
  const told = (status: string) =>
    new Set(moved.filter((one) => one.status === status).map(({ ticket }) => ticket)).size
  expect([count('called'), count('started')]).toEqual([told('called'), told('serving')])
})

const compare = (a: number[], b: number[]): number =>
  a.map((part, i) => part - (b[i] as number)).find((difference) => difference !== 0) ?? 0
