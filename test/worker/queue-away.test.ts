import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { Database } from '../../src/platform/database.ts'
import { commandBody } from '../../src/queue/contract.ts'
import { sweepQueues } from '../../src/queue/index.ts'
import { ask, type Key, makeKey, noon } from './fixtures.ts'
import { type Clinic, clinic, expectDrained, minute } from './queue-clinic.ts'

/** What a queue does while D1 is away, and when it is back. D1 fails in earnest: its tables have another name. */

const tables = ['credential', 'location', 'event']
let away = false
const rename = async (gone: boolean) => {
  if (gone === away) return
  const to = (table: string) => (gone ? [table, `${table}_away`] : [`${table}_away`, table])
  await env.DB.batch(tables.map((table) => env.DB.prepare(`ALTER TABLE ${to(table).join(' RENAME TO ')}`)))
  away = gone
}

afterEach(async () => {
  await rename(false)
  vi.useRealTimers()
})

const sweep = () => sweepQueues(new Database(env.DB), env)
const seqOf = async (queue: Clinic) => (await queue.events()).length
/** A live location: the wall's clock counts, and the test sets it. */
const liveClinic = () => {
  vi.setSystemTime(noon)
  return clinic({ now: null })
}

describe('while D1 is away', () => {
  test('two minutes long no verb fails for it, and then the stream has everything, once', async () => {
    const queue = await liveClinic()
    await queue.command({ verb: 'open_desk', desk: 'desk-2' })
    const before = await queue.drained()
    await rename(true)
    let now = noon
    const failures: unknown[] = []
    const did = new Set<string>()
    // Every few seconds somebody does something; the alarm rings whenever it is due.
    const step = async (ms: number) => {
      now += ms
      vi.setSystemTime(now)
      await runInDurableObject(queue.stub(), async (_, { storage }) => {
        const due = await storage.getAlarm()
        return due !== null && due <= now
      }).then((due) => (due ? runDurableObjectAlarm(queue.stub()) : undefined))
    }
    const join = async (more: object = {}) => {
      await step(2_000)
      const joined = await queue.join('visit', more)
      if (joined.status !== 201) failures.push(joined.body)
      did.add('join')
      return joined.body as { id: string; token: string }
    }
    const say = async (verb: string, body: object, key?: Key | string) => {
      await step(2_000)
      const done = await queue.command({ verb, ...body }, key)
      if (done.status !== 200) failures.push({ verb, ...done.body })
      did.add(verb)
    }
    const tickets = []
    for (let i = 0; i < 8; i++) tickets.push(await join())
    const [a, b, c, d, e, f] = tickets
    const reason = 'as agreed'
    const at = { desk: 'desk-1' }
    await say('next', at)
    await say(
      'presence',
      { ticket: b?.id, presence: 'on_the_way', etaAt: new Date(now + 9 * minute).toISOString() },
      b?.token,
    )
    await say('presence', { ticket: b?.id, presence: 'on_site' }, b?.token)
    await say('defer', { ticket: c?.id, byMinutes: 10 }, c?.token)
    await say('leave', { ticket: d?.id }, d?.token)
    await say('reachability', { ticket: e?.id, reachable: false })
    await step(20_000)
    await say('call_again', { ticket: a?.id })
    await say('start', { ticket: a?.id })
    await say('pause', { ticket: a?.id, reason })
    await say('resume', { ticket: a?.id, ...at })
    await say('reorder', { ticket: f?.id, target: { to: 'front' }, reason })
    await say('call_given', { ticket: f?.id, desk: 'desk-2', reason })
    await say('undo', { desk: 'desk-2' })
    await say('call_next', { desk: 'desk-2' })
    await say('missed', { ticket: f?.id, reason })
    await say('reinstate', { ticket: f?.id })
    await say('transfer', { ticket: f?.id, service: 'blood' })
    await say('finish', { ticket: a?.id })
    await say('close_joins', {})
    await say('open_joins', {})
    await say('break_desk', { desk: 'desk-2', endsAt: new Date(now + minute).toISOString() })
    await say('close_desk', { desk: 'desk-2' })
    await say('open_desk', { desk: 'desk-2' })
    expect(failures).toEqual([])
    expect(now - noon).toBeGreaterThan(80_000)
    await step(120_000 - (now - noon))
    // All but the answer to a question that nobody asked within two minutes.
    const verbs = commandBody.options.map(({ shape }) => shape.verb.value)
    expect(did).toEqual(new Set([...verbs, 'join'].filter((verb) => verb !== 'still_going')))
    expect((await queue.ticket(e?.id ?? '')).body.reachable).toBe(false)
    expect(await queue.drained()).toBe(before)

    await rename(false)
    await step(60_000)
    await expectDrained(queue)
    expect(await queue.drained()).toBe(await seqOf(queue))
    expect(await sweep()).toEqual([])
  })

  test('the object vouches for whom D1 knew, for a while, and for nobody else', async () => {
    const queue = await liveClinic()
    const stranger = await makeKey('staff', { testMode: false })
    const { token, id } = (await queue.join()).body
    await rename(true)
    await queue.join()
    expect((await queue.command({ verb: 'next', desk: 'desk-1' })).status).toBe(200)
    await evictDurableObject(queue.stub())
    expect((await queue.command({ verb: 'next', desk: 'desk-1' })).status).toBe(200)
    expect((await queue.ticket(id, token)).status).toBe(200)
    const unknown = await queue.command({ verb: 'next', desk: 'desk-1' }, stranger)
    expect([unknown.status, unknown.body.code, unknown.headers.get('Retry-After')]).toEqual([
      503,
      'overloaded',
      '1',
    ])
    expect((await queue.join('visit', { bookingId: `bkg_${'0'.repeat(26)}` }, token)).status).toBe(503)
    vi.setSystemTime(noon + 31 * minute)
    expect((await queue.command({ verb: 'next', desk: 'desk-1' })).status).toBe(503)
  })

  test('a revocation holds: no object vouches for what was good before', async () => {
    const queue = await liveClinic()
    const [revoked, ended] = [queue.staff, await makeKey('staff', { testMode: false })]
    for (const key of [revoked, ended]) {
      expect((await queue.command({ verb: 'close_joins' }, key)).status).toBe(200)
      expect((await queue.command({ verb: 'open_joins' }, key)).status).toBe(200)
    }
    // One is revoked and never seen again, the other is tried once after its end.
    expect((await ask('POST', `/v1/keys/${revoked.id}/revoke`, {}, { key: queue.admin })).status).toBe(200)
    await env.DB.prepare('UPDATE credential SET expires_at = ? WHERE id = ?').bind(noon, ended.id).run()
    expect((await queue.command({ verb: 'close_joins' }, ended)).status).toBe(401)
    await rename(true)
    for (const key of [revoked, ended]) {
      expect((await queue.command({ verb: 'close_joins' }, key)).status).toBe(503)
    }
  })

  test('an object that dies in between hands over what it had, by its alarm', async () => {
    const queue = await liveClinic()
    await expectDrained(queue)
    await rename(true)
    for (let i = 0; i < 3; i++) await queue.join()
    await evictDurableObject(queue.stub())
    await rename(false)
    vi.setSystemTime(noon + minute)
    expect(await runDurableObjectAlarm(queue.stub())).toBe(true)
    await expectDrained(queue)
    expect(await queue.drained()).toBe(await seqOf(queue))
    // Once there is nothing left to hand over, what is due is of the queue itself.
    await runDurableObjectAlarm(queue.stub())
    const due = await runInDurableObject(queue.stub(), (_, { storage }) =>
      storage.sql
        .exec('SELECT * FROM due')
        .toArray()
        .map(({ kind }) => kind),
    )
    expect(due.sort()).toEqual(['day', 'promise'])
  })
})

describe('the sweep', () => {
  test('finds what the stream lacks and has it handed over', async () => {
    const queue = await clinic()
    await expectDrained(queue)
    await sweep()
    await rename(true)
    for (let i = 0; i < 5; i++) await queue.join()
    const [stream, seq] = [await queue.drained(), await seqOf(queue)]
    expect(seq - stream).toBe(5)
    await rename(false)
    expect(await sweep()).toEqual([{ location: queue.location, queue: seq, stream, left: 0 }])
    await expectDrained(queue)
    expect(await sweep()).toEqual([])
  })

  test('gives a D1 that was set back what it has lost', async () => {
    const queue = await clinic()
    for (let i = 0; i < 5; i++) await queue.join()
    await expectDrained(queue)
    const triggers = await env.DB.prepare(
      "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'event'",
    ).all<{ name: string; sql: string }>()
    for (const { name } of triggers.results) await env.DB.prepare(`DROP TRIGGER ${name}`).run()
    await env.DB.prepare('DELETE FROM event WHERE location_id = ? AND source_seq > 3')
      .bind(queue.location)
      .run()
    for (const { sql } of triggers.results) await env.DB.prepare(sql).run()
    expect((await queue.stream()).length).toBe(3)
    expect(await sweep()).toMatchObject([{ location: queue.location, stream: 3, left: 0 }])
    await expectDrained(queue)
  })

  test('says so while D1 does not take it', async () => {
    const queue = await clinic()
    await expectDrained(queue)
    await env.DB.prepare(
      "CREATE TRIGGER full BEFORE INSERT ON event BEGIN SELECT RAISE(ABORT, 'full'); END",
    ).run()
    await queue.join()
    const [drift] = await sweep()
    await env.DB.prepare('DROP TRIGGER full').run()
    expect(drift).toMatchObject({ location: queue.location, left: 1 })
    expect(await sweep()).toMatchObject([{ location: queue.location, left: 0 }])
  })
})

describe('without its guard', () => {
  test('of the command record, a repeated command happens twice', async () => {
    const queue = await clinic()
    for (let i = 0; i < 3; i++) await queue.join()
    const idempotencyKey = crypto.randomUUID()
    const next = () => queue.command({ verb: 'next', desk: 'desk-1' }, queue.staff, { idempotencyKey })
    const [first, again] = [await next(), await next()]
    expect([first.body.seq, again.body.ticket.status]).toEqual([again.body.seq, 'called'])
    await runInDurableObject(queue.stub(), (_, { storage }) => void storage.sql.exec('DELETE FROM command'))
    const doubled = await next()
    expect(doubled.body.seq).toBe(first.body.seq + 1)
    expect(doubled.body.ticket.status).toBe('serving')
  })

  test('of (location, source_seq), an event that is handed over twice is there twice', async () => {
    const queue = await clinic()
    await expectDrained(queue)
    const again = () =>
      env.DB.prepare(
        `INSERT INTO event (at, type, location_id, subject, revision, actor, data, source_seq)
         SELECT at, type, location_id, subject, revision, actor, data, source_seq FROM event WHERE location_id = ? AND source_seq = 1`,
      )
        .bind(queue.location)
        .run()
    const count = async () => (await queue.stream()).filter(({ source_seq }) => source_seq === 1).length
    await runInDurableObject(queue.stub(), (_, { storage }) => {
      storage.sql.exec("UPDATE fact SET value = '0' WHERE name = 'drained'")
    })
    await queue.join() // hands everything over again
    await expectDrained(queue)
    await expect(again()).rejects.toThrow('UNIQUE')
    expect(await count()).toBe(1)
    const index = await env.DB.prepare(
      "SELECT sql FROM sqlite_master WHERE name = 'event_source'",
    ).first<string>('sql')
    await env.DB.prepare('DROP INDEX event_source').run()
    await again()
    expect(await count()).toBe(2)
    await env.DB.prepare('DROP TRIGGER IF EXISTS event_kept').run()
    await env.DB.prepare(
      'DELETE FROM event WHERE source_seq = 1 AND location_id = ?1 AND seq > (SELECT min(seq) FROM event WHERE source_seq = 1 AND location_id = ?1)',
    )
      .bind(queue.location)
      .run()
    await env.DB.prepare(index ?? '').run()
  })
})
