import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { describe, expect, test, vi } from 'vitest'
import { limits } from '../../src/config.ts'
import { sendTo } from '../../src/queue/outbox.ts'
import { type rowsOf, stateFrom, type Ticket } from '../../src/queue/rules/index.ts'
import { QueueStorage } from '../../src/queue/storage.ts'
import { type Learned, newLearned, observe } from '../../src/queue/waits/learned.ts'
import { quoteFor } from '../../src/queue/waits/quote.ts'
import { ask, noon, rows } from './fixtures.ts'
import { guardNames, proveTriggers, refusalOf } from './guards.ts'
import { type Clinic, clinic, expectDrained, minute } from './queue-clinic.ts'

/** What people are told of their waits: made at the join, renewed when it has passed, and kept with what became of it. */

const iso = (at: number) => new Date(at).toISOString().replace('.000Z', '+00:00')
const second = (at: number) => Math.floor(at / 1000) * 1000

/** A clinic whose one open desk serves somebody, so that whoever joins has to wait. */
async function busy() {
  const queue = await clinic()
  await queue.join()
  for (const _ of ['call', 'start']) await queue.command({ verb: 'next', desk: 'desk-1' })
  return queue
}
type Row = {
  id: string
  ticket_id: string
  renewal: number
  outcome: string | null
  ended_at: number | null
  inside: number | null
  kept: number | null
  made_at: number
  p90: number
}
const ledger = async (queue: Clinic) => {
  await expectDrained(queue)
  return rows<Row>('SELECT * FROM queue_quote WHERE location_id = ? ORDER BY p90, id', queue.location)
}
const recordOf = async (queue: Clinic) => (await ask('GET', `${queue.path}/record`)).body.services
const at = (queue: Clinic, verb: object, now: number) => queue.command(verb, queue.admin, { now })

/** The state as stored, and what an observer of all events alone has learned. */
const relearned = async (queue: Clinic) => {
  const events = await queue.events()
  return runInDurableObject(queue.stub(), (_, { storage }) => {
    const kept = new QueueStorage(storage)
    const state = stateFrom(kept.load() as ReturnType<typeof rowsOf>)
    const setup = JSON.parse(kept.fact('setup') ?? '')
    const learned = newLearned(setup)
    for (const event of events) observe(learned, event, setup.zone)
    return { state, setup, learned }
  })
}

describe('handing over', () => {
  test('looks up by their ids what events are about, however much else there is at the location', async () => {
    const queue = await busy()
    await queue.join()
    await queue.command({ verb: 'next', desk: 'desk-1' })
    const events = (await queue.events()).map((event) =>
      event.type === 'joined' ? { ...event, booking: 'bkg_1' } : event,
    )
    const sent: { sql: string; params: unknown[] }[] = []
    const session = {
      prepare: (sql: string) => ({ bind: (...params: unknown[]) => ({ sql, params }) }),
      batch: async (statements: typeof sent) => {
        sent.push(...statements)
        return []
      },
    }
    await sendTo({ withSession: () => session } as unknown as D1Database, queue.location, events)
    const updates = sent.filter(({ sql }) => sql.startsWith('UPDATE'))
    expect(updates.map(({ sql }) => sql.split(' ')[1])).toEqual(['booking', 'queue_quote'])
    for (const { sql, params } of updates) {
      const plan = await env.DB.prepare(`EXPLAIN QUERY PLAN ${sql}`)
        .bind(...params)
        .all<{ detail: string }>()
      expect(plan.results.map(({ detail }) => detail).join()).toMatch(
        /^SCAN json_each.*,SEARCH \w+ .*\(id=\?\)$/,
      )
    }
  })
})

describe('a quote', () => {
  test('is made at a join that has to wait, and is what the estimate says of the queue as it stands', async () => {
    const queue = await busy()
    const { state, setup, learned } = await relearned(queue)
    const { body } = await queue.join()
    const joined = (await queue.events()).at(-1)
    if (joined?.type !== 'joined' || !joined.quote) throw new Error('a join without a quote')
    const { id, ...told } = joined.quote
    const asker = { ...joined.place, service: 'visit', onlyDesk: null, legAt: noon, dueAt: null }
    expect(quoteFor(state, learned, setup, { ...asker, arrival: joined.seq }, noon, joined.seq)).toEqual({
      quote: told,
    })
    // It lies within what fifteen minutes, configured and not yet learned, can mean.
    expect(told.p10).toBeGreaterThan(noon + minute)
    expect(told.p50).toBeGreaterThan(told.p10)
    expect(told.p90).toBeGreaterThan(noon + 15 * minute)
    expect(body.wait).toMatchObject({
      from: iso(second(told.p10)),
      median: iso(second(told.p50)),
      to: iso(second(told.p90)),
      promisedBy: iso(second(told.p90)),
      renewedBy: null,
      quotedAt: iso(noon),
      beBackBy: iso(Math.max(noon, second(told.p10 - limits.wayMs))),
      ahead: 0,
      reason: { main: 'next', desks: 1, ahead: 0, closesAt: null },
    })
    const { parts } = told.reason
    const sum = parts.servingMs + parts.aheadMs + parts.appointmentsMs + parts.changesMs
    expect(Math.abs(sum - (told.p50 - noon))).toBeLessThan(5)
    expect(await ledger(queue)).toMatchObject([{ id, ticket_id: body.id, renewal: 0, outcome: null }])
  })

  test('is not made where a desk is free, nor where nobody can say; a desk that opens lets it be made', async () => {
    const queue = await clinic()
    const unquoted = async () => {
      const joined = (await queue.events()).findLast(({ type }) => type === 'joined')
      return joined?.type === 'joined' ? [joined.quote, joined.unquoted] : undefined
    }
    expect((await queue.join()).body.wait).toMatchObject({ promisedBy: null, reason: { main: 'next' } })
    expect(await unquoted()).toEqual([null, 'next'])
    await queue.command({ verb: 'close_desk', desk: 'desk-1' })
    const { body } = await queue.join()
    expect(body.wait).toMatchObject({ from: null, to: null, promisedBy: null, reason: { main: 'no_desk' } })
    expect(await unquoted()).toEqual([null, 'no_desk'])
    const [service] = (await queue.read()).services
    expect(service.wait).toBe(null)
    await queue.command({ verb: 'open_desk', desk: 'desk-2' })
    await queue.advance(noon)
    const { wait } = (await queue.ticket(body.id)).body
    expect(wait.reason.main).toBe('ahead')
    expect(Date.parse(wait.promisedBy)).toBeGreaterThan(noon + minute)
    expect(await ledger(queue)).toMatchObject([{ ticket_id: body.id, renewal: 0, outcome: null }])
  })

  test('has its outcome when the wait ends: called in time, too late, or left', async () => {
    const queue = await busy()
    const told = [await queue.join(), await queue.join(), await queue.join()].map(({ body }) => body)
    const [first] = await ledger(queue)
    const calledAt = noon + 12 * minute
    await at(queue, { verb: 'next', desk: 'desk-1' }, calledAt)
    await at(queue, { verb: 'leave', ticket: told[1].id, reason: 'as they asked' }, calledAt + minute)
    const all = await ledger(queue)
    expect(all.map(({ outcome, ended_at }) => [outcome, ended_at])).toEqual([
      ['called', calledAt],
      ['left', calledAt + minute],
      [null, null],
    ])
    expect(all[0]).toMatchObject({ id: first?.id, inside: 1, kept: 1 })
    expect(all[1]).toMatchObject({ inside: null, kept: null })
    expect(await recordOf(queue)).toEqual([{ service: 'visit', channel: 'web', told: 1, inside: 1, kept: 1 }])
    expect((await queue.read()).services[0].record).toEqual({ told: 1, inside: 1, kept: 1 })
    expect((await queue.ticket(told[2].id)).body.record).toEqual({ told: 1, inside: 1, kept: 1 })
  })

  test('that an undo takes back goes on, in the object and in D1', async () => {
    const queue = await busy()
    await queue.join()
    await at(queue, { verb: 'next', desk: 'desk-1' }, noon + 12 * minute)
    expect((await ledger(queue))[0]).toMatchObject({ outcome: 'called', kept: 1 })
    await at(queue, { verb: 'undo', desk: 'desk-1' }, noon + 12 * minute)
    expect((await ledger(queue))[0]).toMatchObject({
      outcome: null,
      ended_at: null,
      inside: null,
      kept: null,
    })
    expect(await recordOf(queue)).toEqual([])
    expect((await queue.read()).services[0].record).toBe(null)
    await at(queue, { verb: 'next', desk: 'desk-1' }, noon + 13 * minute)
    expect((await ledger(queue))[0]).toMatchObject({ outcome: 'called', ended_at: noon + 13 * minute })
    expect(await recordOf(queue)).toMatchObject([{ told: 1 }])
  })

  test('that passes is renewed at that very time, and the first stays and is not kept', async () => {
    const queue = await busy()
    const { body } = await queue.join()
    const holder = await queue.watch(`view=ticket&ticket=${body.id}`, body.token)
    const messages: string[] = []
    holder.webSocket?.addEventListener('message', ({ data }) => void messages.push(data as string))
    holder.webSocket?.accept()
    const [quote] = await ledger(queue)
    const passed = quote?.p90 ?? 0
    await queue.advance(passed - 1)
    expect((await ledger(queue)).length).toBe(1)
    await queue.advance(passed + 1_000)
    const [, renewed] = await ledger(queue)
    expect(renewed).toMatchObject({ ticket_id: body.id, renewal: 1, made_at: passed, outcome: null })
    expect(renewed?.p90).toBeGreaterThanOrEqual(passed + limits.renewalMs)
    const { wait } = (await queue.ticket(body.id)).body
    expect(wait).toMatchObject({
      promisedBy: body.wait.promisedBy,
      renewedBy: iso(second(renewed?.p90 ?? 0)),
      quotedAt: iso(second(passed)),
    })
    await expect.poll(() => JSON.parse(messages.at(-1) ?? '{}').body?.ticket?.wait).toEqual(wait)
    // However long nobody calls, the notices come ever more rarely.
    await queue.advance(passed + 8 * 60 * minute)
    const all = await ledger(queue)
    expect(all.length).toBeLessThanOrEqual(11)
    for (const [index, one] of all.entries()) {
      const next = all[index + 1]
      if (index === 0 || !next) continue
      expect([one.outcome, one.kept, one.ended_at]).toEqual(['replaced', 0, one.p90])
      expect(next.made_at - one.made_at).toBeGreaterThanOrEqual(limits.renewalMs * 2 ** (index - 1))
    }
    await at(queue, { verb: 'next', desk: 'desk-1' }, passed + 8 * 60 * minute)
    const [first] = await ledger(queue)
    expect(first).toMatchObject({ outcome: 'called', inside: 0, kept: 0 })
    expect((await ledger(queue)).filter(({ outcome }) => outcome === null)).toEqual([])
    expect(await recordOf(queue)).toMatchObject([{ told: 1, inside: 0, kept: 0 }])
  })
})

test('what was learned outlives the object, and is what all events teach', async () => {
  const queue = await busy()
  let now = noon
  for (let i = 0; i < 40; i++) {
    now += minute * (1 + (i % 7))
    await queue.join(i % 3 ? 'visit' : 'blood', {}, undefined, {})
    await at(queue, { verb: 'next', desk: 'desk-1' }, now)
    if (i % 5 === 0) await at(queue, { verb: 'undo', desk: 'desk-1' }, now)
  }
  const before = await queue.read()
  const { learned } = await relearned(queue)
  // As though it had been kept long ago: the rest is learned from the events.
  const half: Learned = newLearned((await relearned(queue)).setup)
  for (const event of (await queue.events()).slice(0, 50)) observe(half, event, 'Europe/London')
  await runInDurableObject(queue.stub(), (_, { storage }) => {
    new QueueStorage(storage).setFact('learned', JSON.stringify(half))
  })
  await evictDurableObject(queue.stub())
  expect(await queue.read()).toEqual(before)
  expect(learned.model.services.visit?.shape.version).toBeGreaterThan(3)
  expect(before.services[0].record.told).toBeGreaterThan(3)
})

test('the list of quotes goes on from where it was left', async () => {
  const queue = await busy()
  for (let i = 0; i < 5; i++) await queue.join('visit', {}, undefined, {})
  await ledger(queue)
  const page = async (query: string) =>
    (await ask('GET', `${queue.path}/quotes?${query}`, undefined, { key: queue.staff })).body
  const first = await page('limit=3')
  const rest = await page(`limit=3&after=${first.next}`)
  expect([first.quotes.length, rest.quotes.length, rest.next]).toEqual([3, 2, null])
  const ids = [...first.quotes, ...rest.quotes].map(({ id }: { id: string }) => id)
  expect(ids).toEqual((await ledger(queue)).map(({ id }) => id).sort())
  expect((await ask('GET', `${queue.path}/quotes?after=x`, undefined, { key: queue.staff })).status).toBe(400)
})

test('a live queue renews a promise by its alarm', async () => {
  vi.setSystemTime(noon)
  const queue = await clinic({ now: null })
  await queue.join()
  for (const _ of ['call', 'start']) await queue.command({ verb: 'next', desk: 'desk-1' })
  const { body } = await queue.join()
  const [quote] = await ledger(queue)
  vi.setSystemTime((quote?.p90 ?? 0) + 500)
  expect(await runDurableObjectAlarm(queue.stub())).toBe(true)
  expect((await ledger(queue))[1]).toMatchObject({
    ticket_id: body.id,
    renewal: 1,
    made_at: quote?.p90,
    outcome: null,
  })
  vi.useRealTimers()
})

describe('the ledger', () => {
  const target = async () => {
    const queue = await busy()
    await queue.join()
    return (await ledger(queue))[0]?.id as string
  }
  const columns = ['ticket_id', 'service', 'channel', 'renewal', 'made_at', 'p10', 'p50', 'p90', 'ahead']
  const guarded = {
    queue_quote_fixed: Object.fromEntries(
      columns.map((column) => [
        `another ${column}`,
        (id: string) => `UPDATE queue_quote SET ${column} = 1 WHERE id = '${id}'`,
      ]),
    ),
    queue_quote_kept: {
      'a quote deleted': (id: string) => `DELETE FROM queue_quote WHERE id = '${id}'`,
    },
  }
  test('has no guard that is not proven here', async () => {
    const isMine = (name: string) => /^queue_/.test(name)
    expect(await guardNames(isMine)).toEqual({
      triggers: Object.keys(guarded),
      checks: ['queue_quote_end', 'queue_quote_outcome'],
    })
    const id = await target()
    const set = (values: string) => refusalOf(`UPDATE queue_quote SET ${values} WHERE id = '${id}'`)
    expect(await set("outcome = 'kept', ended_at = 1")).toBe('queue_quote_outcome')
    expect(await set("outcome = 'left'")).toBe('queue_quote_end')
  })
  proveTriggers(guarded, target)

  test('counts by its trigger alone: without it nothing is on record', async () => {
    const [made] = await rows<{ sql: string }>(
      "SELECT sql FROM sqlite_master WHERE name = 'queue_quote_counted'",
    )
    await env.DB.prepare('DROP TRIGGER queue_quote_counted').run()
    const queue = await busy()
    await queue.join()
    await at(queue, { verb: 'next', desk: 'desk-1' }, noon + 12 * minute)
    expect((await ledger(queue))[0]?.kept).toBe(1)
    expect(await recordOf(queue)).toEqual([])
    await env.DB.prepare(made?.sql ?? '').run()
  })
})

test('the state of a queue knows every open promise of the ledger', async () => {
  const queue = await busy()
  for (let i = 0; i < 4; i++) await queue.join()
  await at(queue, { verb: 'next', desk: 'desk-1' }, noon + 5 * minute)
  const open = (await ledger(queue)).filter(({ outcome }) => outcome === null).map(({ id }) => id)
  const { state } = await relearned(queue)
  const known = [...state.tickets.values()].flatMap(({ quote, quoteOpen }: Ticket) =>
    quote && quoteOpen ? quote.id : [],
  )
  expect(known.sort()).toEqual(open.sort())
})
