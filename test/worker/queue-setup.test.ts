import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { sha256 } from '../../src/kernel/ids.ts'
import { migrations, pending } from '../../src/queue/migrations.ts'
import { ask, makeKey, noon } from './fixtures.ts'
import { type Clinic, clinic, expectDrained, minute, setupBody } from './queue-clinic.ts'

afterEach(() => {
  vi.useRealTimers()
})

const hour = 60 * minute

describe('the clock of a test-mode location', () => {
  test('runs the timers of its queue when it is advanced, each at its own time, once', async () => {
    const queue = await clinic()
    const { id } = (await queue.join()).body
    await queue.command({ verb: 'next', desk: 'desk-1' })
    const idempotencyKey = crypto.randomUUID()
    expect((await queue.advance(noon + 2 * minute)).status).toBe(200)
    expect((await queue.ticket(id)).body.status).toBe('called')
    const advanced = await queue.advance(noon + 20 * minute, { idempotencyKey })
    expect(advanced.body).toEqual({ simulatedNow: '2026-11-21T12:20:00+00:00', expired: 0 })
    expect((await queue.ticket(id)).body).toMatchObject({ status: 'missed', endedAt: null })
    expect((await queue.events()).at(-1)).toMatchObject({ type: 'missed', at: noon + 3 * minute })
    const { seq } = await queue.read()
    expect(
      (await queue.advance(noon + 20 * minute, { idempotencyKey })).headers.get('Idempotent-Replayed'),
    ).toBe('true')
    expect((await queue.read()).seq).toBe(seq)
    // Whoever says no time is at that of the clock.
    await queue.command({ verb: 'close_joins' })
    expect((await queue.events()).at(-1)).toMatchObject({ at: noon + 20 * minute })
  })

  test('is repeated where the queue failed after the clock had moved', async () => {
    const queue = await clinic()
    await queue.join()
    await queue.command({ verb: 'next', desk: 'desk-1' })
    const rename = (from: string, to: string) =>
      runInDurableObject(
        queue.stub(),
        (_, { storage }) => void storage.sql.exec(`ALTER TABLE ${from} RENAME TO ${to}`),
      )
    const idempotencyKey = crypto.randomUUID()
    const advance = () => queue.advance(noon + hour, { idempotencyKey })
    await rename('due', 'due_away')
    expect((await advance()).status).toBe(500)
    await rename('due_away', 'due')
    expect((await queue.events()).at(-1)).toMatchObject({ type: 'called' })
    expect((await advance()).status).toBe(200)
    expect((await queue.events()).at(-1)).toMatchObject({ type: 'missed', at: noon + 3 * minute })
  })

  test('never runs back, and is no business of a live location', async () => {
    const queue = await clinic()
    const at = (now: number, key = queue.admin) => queue.command({ verb: 'close_joins' }, key, { now })
    expect((await at(noon + hour, queue.staff)).body.code).toBe('out_of_scope')
    expect((await at(noon + hour)).status).toBe(200)
    expect((await at(noon + minute)).body.code).toBe('time_backwards')
    await queue.advance(noon + 3 * hour)
    expect((await at(noon + 2 * hour)).body.code).toBe('time_backwards')
    const live = await clinic({ now: null })
    expect((await live.command({ verb: 'close_joins' }, live.admin, { now: noon })).body.code).toBe(
      'time_not_allowed',
    )
  })
})

describe('a history', () => {
  const day = (date: string, lastMinutes: number, visits = 40) => ({
    date,
    visits: Array.from({ length: visits }, (_, n) => {
      const joined = Date.parse(`${date}T08:00:00Z`) + 10 * minute * n
      const [calledAt, startedAt, endedAt] = [5, 6, 6 + lastMinutes].map((more) =>
        new Date(joined + more * minute).toISOString(),
      )
      return {
        ...{ service: 'visit', desk: 'desk-1', channel: 'kiosk', joinedAt: new Date(joined).toISOString() },
        ...{ calledAt, startedAt, endedAt },
      }
    }),
  })
  const bring = (queue: Clinic, body: object, key = queue.admin, idempotencyKey?: string) =>
    ask('POST', `${queue.path}/history`, body, { key, ...(idempotencyKey ? { idempotencyKey } : {}) })

  test('is learned from, stands in the stream at its own times, and outlives the object', async () => {
    const queue = await clinic()
    const { body } = await bring(queue, day('2026-11-18', 45))
    expect(body).toEqual({ date: '2026-11-18', visits: 40, seq: expect.any(Number) })
    expect((await bring(queue, day('2026-11-19', 45))).status).toBe(201)
    await queue.join()
    await queue.command({ verb: 'next', desk: 'desk-1' })
    await queue.command({ verb: 'next', desk: 'desk-1' })
    const { id } = (await queue.join()).body
    const { wait } = (await queue.ticket(id)).body
    // Fifteen minutes is what is configured.
    expect(Date.parse(wait.median) - noon).toBeGreaterThan(25 * minute)
    await evictDurableObject(queue.stub())
    expect((await queue.ticket(id)).body.wait).toEqual(wait)
    const last = (await queue.events()).at(-1)?.seq
    await expect.poll(async () => (await queue.stream()).length, { timeout: 10_000 }).toBe(last)
    const past = (await queue.stream()).filter(({ type }) => type === 'queue.visit_imported')
    expect(past).toHaveLength(80)
    expect(past[0]).toMatchObject({
      at: Date.parse('2026-11-18T08:51:00Z'),
      subject: expect.stringMatching(/^vis_/),
    })
  })

  test('is brought once and in order, by whoever sets the location up', async () => {
    const queue = await clinic()
    const key = crypto.randomUUID()
    const refused = async (body: object, by = queue.admin) => {
      const { code, errors } = (await bring(queue, body, by)).body
      return [code, ...(errors ?? []).map(({ path }: { path: string }) => path)]
    }
    expect(await refused(day('2026-11-18', 10), queue.staff)).toEqual(['out_of_scope'])
    const first = await bring(queue, day('2026-11-18', 10), queue.admin, key)
    const again = await bring(queue, day('2026-11-18', 10), queue.admin, key)
    expect([first.status, again.body]).toEqual([201, first.body])
    expect(again.headers.get('Idempotent-Replayed')).toBe('true')
    expect(await refused(day('2026-11-18', 10))).toEqual(['wrong_state'])
    expect(await refused(day('2026-11-21', 10))).toEqual(['wrong_state'])
    const wrong = (values: object) => {
      const { date, visits } = day('2026-11-19', 10, 2)
      return { date, visits: [visits[0], { ...visits[1], ...values }] }
    }
    const noDesk = { desk: undefined }
    expect([
      await refused(wrong({ joinedAt: '2026-11-18T09:00:00Z' })),
      await refused(wrong({ joinedAt: '2026-11-19T07:59:00Z' })),
      await refused(wrong({ startedAt: '2026-11-19T08:11:00Z' })),
      await refused(wrong({ endedAt: '2026-11-21T09:11:00Z' })),
      await refused(wrong(noDesk)),
      await refused(wrong({ ...noDesk, calledAt: undefined })),
      await refused(wrong({ service: 'none' })),
    ]).toEqual(
      ['joinedAt', 'joinedAt', 'endedAt', 'endedAt', 'desk', 'startedAt', 'service'].map((field) => [
        'invalid_field',
        `visits.1.${field}`,
      ]),
    )
  })
})

describe('a day', () => {
  test('begins at midnight of the zone: numbers anew, what is over is gone, what is open stays', async () => {
    const queue = await clinic({ zone: 'Asia/Tokyo' }) // where it is 21:00
    const [over, open] = [(await queue.join()).body, (await queue.join()).body]
    for (let i = 0; i < 2; i++) await queue.command({ verb: 'next', desk: 'desk-1' })
    await queue.command({ verb: 'finish', ticket: over.id })
    const idempotencyKey = crypto.randomUUID()
    const repeated = () => queue.join('visit', {}, undefined, { idempotencyKey })
    const short = (await repeated()).body
    await queue.command({ verb: 'leave', ticket: short.id, reason: 'too long' })
    await queue.advance(Date.parse('2026-11-21T14:59:59Z'))
    expect((await queue.read()).date).toBe('2026-11-21')
    await queue.advance(Date.parse('2026-11-21T15:00:00Z'))
    expect((await queue.read()).date).toBe('2026-11-22')
    expect((await queue.events()).at(-1)).toMatchObject({
      type: 'day_started',
      at: Date.parse('2026-11-21T15:00:00Z'),
    })
    expect((await queue.ticket(over.id)).status).toBe(404)
    expect((await queue.ticket(open.id)).status).toBe(200)
    expect((await queue.join()).body.number).toBe('A1')
    // A command of yesterday is not carried out again, though its ticket is gone.
    expect((await repeated()).body.code).toBe('wrong_state')
    await queue.advance(Date.parse('2026-11-24T15:00:00Z'))
    await expectDrained(queue)
    const days = (await queue.stream()).filter(({ type }) => type === 'queue.day_started')
    expect(days.map(({ at }) => new Date(at).toISOString().slice(0, 13))).toEqual([
      '2026-11-21T15',
      '2026-11-22T15',
      '2026-11-23T15',
      '2026-11-24T15',
    ])
    expect((await queue.read()).date).toBe('2026-11-25')
  })

  test('begins by itself where the location is live, and events that D1 has are let go after a while', async () => {
    vi.setSystemTime(noon)
    const queue = await clinic({ now: null })
    const { id } = (await queue.join()).body
    await queue.command({ verb: 'next', desk: 'desk-1' })
    vi.setSystemTime(noon + 4 * minute)
    await runDurableObjectAlarm(queue.stub())
    expect((await queue.ticket(id)).body.status).toBe('missed')
    await expectDrained(queue)
    const had = (await queue.events()).length
    for (let day = 1; day <= 4; day++) {
      vi.setSystemTime(Date.parse('2026-11-21T00:00:01Z') + day * 24 * hour)
      await runDurableObjectAlarm(queue.stub())
      await expect.poll(queue.drained).toBe((await queue.read()).seq)
    }
    expect((await queue.read()).date).toBe('2026-11-25')
    const left = (await queue.events()).map(({ seq }) => seq)
    expect(left.length).toBeLessThan(had)
    expect((await queue.stream()).length).toBe((await queue.read()).seq)
  })
})

describe('another set-up', () => {
  test('closes a removed desk to newcomers and lets its visit end', async () => {
    const queue = await clinic()
    await queue.command({ verb: 'open_desk', desk: 'desk-2' })
    const [first, second] = [(await queue.join()).body, (await queue.join('blood')).body]
    await queue.command({ verb: 'call_given', ticket: first.id, desk: 'desk-2' })
    await queue.command({ verb: 'start', ticket: first.id })
    const { desks, services } = setupBody()
    const less = await queue.setUp({
      revision: 1,
      services: services.slice(0, 1),
      desks: [{ ...desks[0], services: ['visit'] }],
    })
    expect(less.status).toBe(200)
    const shown = (await queue.read()).desks.map(({ id, status, ticket }: Record<string, string>) => [
      id,
      status,
      ticket,
    ])
    expect(shown).toEqual([
      ['desk-1', 'open', null],
      ['desk-2', 'closed', first.id],
    ])
    expect((await queue.command({ verb: 'open_desk', desk: 'desk-2' })).status).toBe(404)
    expect((await queue.join('blood')).status).toBe(404)
    expect((await queue.command({ verb: 'transfer', ticket: first.id, service: 'blood' })).status).toBe(404)
    expect((await queue.command({ verb: 'transfer', ticket: second.id, desk: 'desk-2' })).status).toBe(404)
    expect((await queue.command({ verb: 'finish', ticket: first.id })).body.ticket.status).toBe('served')
    expect((await queue.read()).desks.length).toBe(1)
    // Who waited for what is gone is moved on, and then it is not there any more.
    expect((await queue.read()).services.length).toBe(2)
    await queue.command({ verb: 'transfer', ticket: second.id, service: 'visit' })
    expect((await queue.read()).services.map(({ id }: { id: string }) => id)).toEqual(['visit'])
    // Its letter is free for another.
    const more = [...services.slice(0, 1), { ...services[1], id: 'vaccine' }]
    expect(
      (await queue.setUp({ revision: 2, services: more, desks: [{ ...desks[0], services: ['vaccine'] }] }))
        .status,
    ).toBe(200)
    expect((await queue.join('vaccine')).body.number).toMatch(/^B\d+$/)
  })

  test('of names alone changes nothing else, and an older one does not come back', async () => {
    const queue = await clinic()
    const { desks, services } = setupBody()
    const { seq } = await queue.read()
    const renamed = desks.map((desk) => ({ ...desk, name: `${desk.name} left` }))
    expect((await queue.setUp({ revision: 1, services, desks: renamed })).status).toBe(200)
    const now = await queue.read()
    expect([now.seq, now.desks[0].name]).toEqual([seq, 'Desk 1 left'])
    await runInDurableObject(queue.stub(), async (object, { storage }) => {
      const [row] = storage.sql
        .exec<{ value: string }>("SELECT value FROM fact WHERE name = 'setup'")
        .toArray()
      const older = { ...JSON.parse(row?.value ?? ''), revision: 1, desks: [] }
      await (object as unknown as { configure: (...given: unknown[]) => Promise<void> }).configure(
        queue.location,
        older,
        noon,
      )
    })
    expect((await queue.read()).desks.length).toBe(2)
  })
})

test('every answer names the ticket and the desk that it is about', async () => {
  const queue = await clinic()
  const [a, b] = [(await queue.join()).body, (await queue.join('blood')).body]
  const named = async (body: object) => {
    const { ticket, desk, ...rest } = (await queue.command(body)).body
    return [ticket?.id ?? rest.code ?? null, ticket?.status ?? null, desk?.id ?? null]
  }
  const at = { desk: 'desk-1' }
  const reason = 'a reason'
  expect(await named({ verb: 'next', ...at })).toEqual([a.id, 'called', 'desk-1'])
  expect(await named({ verb: 'undo', ...at })).toEqual([a.id, 'waiting', 'desk-1'])
  expect(await named({ verb: 'next', ...at })).toEqual([a.id, 'called', 'desk-1'])
  expect(await named({ verb: 'missed', ticket: a.id, reason })).toEqual([a.id, 'missed', 'desk-1'])
  expect(await named({ verb: 'undo', ticket: a.id })).toEqual([a.id, 'called', 'desk-1'])
  expect(await named({ verb: 'missed', ticket: a.id, reason })).toEqual([a.id, 'missed', 'desk-1'])
  expect(await named({ verb: 'reinstate', ticket: a.id })).toEqual([a.id, 'waiting', null])
  expect(await named({ verb: 'defer', ticket: a.id, byMinutes: 5 })).toEqual([a.id, 'waiting', null])
  expect(await named({ verb: 'next', ...at })).toEqual([b.id, 'called', 'desk-1'])
  expect(await named({ verb: 'next', ...at })).toEqual([b.id, 'serving', 'desk-1'])
  expect(await named({ verb: 'transfer', ticket: b.id, service: 'visit', desk: 'desk-2' })).toEqual([
    b.id,
    'waiting',
    'desk-1',
  ])
  expect(await named({ verb: 'open_desk', desk: 'desk-2' })).toEqual([null, null, 'desk-2'])
  expect(await named({ verb: 'next', desk: 'desk-2' })).toEqual([b.id, 'called', 'desk-2'])
  expect(await named({ verb: 'close_joins' })).toEqual([null, null, null])
  const { revision } = (await queue.ticket(b.id)).body
  expect(await named({ verb: 'start', ticket: b.id, expectedRevision: revision - 1 })).toEqual([
    'stale_revision',
    null,
    null,
  ])
  expect(await named({ verb: 'start', ticket: b.id, expectedRevision: revision })).toEqual([
    b.id,
    'serving',
    'desk-2',
  ])
  expect((await queue.command({ verb: 'undo' })).status).toBe(422)
  expect((await queue.command({ verb: 'undo', ticket: b.id, ...at })).status).toBe(422)
})

test('a partner sees and moves whom they joined, and nobody else', async () => {
  const queue = await clinic()
  const [partner, other] = [await makeKey('partner'), await makeKey('partner')]
  const { id } = (await queue.join('visit', {}, partner)).body
  expect((await queue.ticket(id, partner)).body.channel).toBe('partner')
  expect((await queue.ticket(id, other)).status).toBe(404)
  expect((await queue.command({ verb: 'leave', ticket: id, reason: 'cancelled' }, other)).status).toBe(404)
  expect((await queue.command({ verb: 'leave', ticket: id, reason: 'cancelled' }, partner)).status).toBe(200)
  expect((await ask('GET', queue.path, undefined, { key: partner })).status).toBe(403)
})

describe('the tables of an object', () => {
  test('come by migrations that never change once they have landed', async () => {
    const landed = await Promise.all(migrations.map(async ({ id, sql }) => [id, await sha256(sql)]))
    expect(landed).toEqual([
      ['0000_queue', '98xVlvVvTdeCOOoBdp63v-Oocj1Zwu4bzNRCNtOZlkw'],
      ['0001_waits', 'xesUdj3kIkcfE6mx47vQmlDpal_uFq_yz-ETof-jQxQ'],
    ])
  })

  test('are refused where a migration that ran has another id or another text', async () => {
    const [a, b] = [
      { id: 'a', sql: 'x' },
      { id: 'b', sql: 'y' },
    ]
    expect(pending([], [a, b])).toEqual([a, b])
    expect(pending([a], [a, b])).toEqual([b])
    expect(pending([a, b], [a, b])).toEqual([])
    for (const now of [[{ ...a, id: 'c' }], [{ ...a, sql: 'z' }], [b, a], []])
      expect(() => pending([a], now)).toThrow('migration a')

    const queue = await clinic()
    await runInDurableObject(
      queue.stub(),
      (_, { storage }) => void storage.sql.exec("UPDATE migration SET sql = sql || ' '"),
    )
    await evictDurableObject(queue.stub())
    expect((await queue.join()).status).toBe(500)
  })
})
