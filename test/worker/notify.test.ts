import { env } from 'cloudflare:workers'
import { describe, expect, test, vi } from 'vitest'
import { plan } from '../../src/notify/attend.ts'
import { deliver } from '../../src/notify/deliver.ts'
import { rows } from './fixtures.ts'
import { contact, deliveriesOf, leasesMs, museum, office, settle, told } from './notify-office.ts'

describe('a booking', () => {
  test('is confirmed once and reminded of once, at its time and not before', async () => {
    const { book, advance } = await museum()
    const { id } = await book('2026-11-24')
    await settle()
    expect(await told(id)).toEqual(['confirmed stored', 'reminder waiting'])
    await settle()
    await advance('2026-11-23T12:59:00Z')
    await settle()
    expect(await told(id)).toEqual(['confirmed stored', 'reminder waiting'])
    await advance('2026-11-23T13:00:00Z')
    await settle()
    expect(await told(id)).toEqual(['confirmed stored', 'reminder stored'])
    const [confirmed] = await deliveriesOf(id)
    expect(confirmed).toMatchObject({ channel: 'mail', language: 'ar', attempts: 1, busy_until: null })
  })

  test('that is cancelled reminds nobody, whenever it is', async () => {
    const { book, cancel, advance } = await museum()
    const [early, late] = [await book('2026-11-24'), await book('2026-11-24')]
    await settle()
    await cancel(early.id)
    await settle()
    await advance('2026-11-23T14:00:00Z')
    // It is due and the stream has not been read: the claim itself looks at the booking.
    await cancel(late.id)
    const [, reminder] = await deliveriesOf(late.id)
    await deliver(office(), reminder?.id ?? '', Date.now())
    await settle()
    expect(await told(early.id)).toEqual([
      'confirmed stored',
      'reminder dropped superseded',
      'cancelled stored',
    ])
    expect(await told(late.id)).toEqual([
      'confirmed stored',
      'reminder dropped pointless',
      'cancelled stored',
    ])
  })

  test('without an address, or given back while it was held, is told of to nobody', async () => {
    const { book, hold, cancel } = await museum()
    const unknown = await book('2026-11-24', { contact: { name: 'Somebody' } })
    const held = await hold('2026-11-24', { contact })
    await cancel(held.id)
    await settle()
    expect(await told(unknown.id)).toEqual(['confirmed dropped nobody_to_tell', 'reminder waiting'])
    expect(await told(held.id)).toEqual([])
  })

  test('that is over before anybody was told says only how it ended', async () => {
    const { book, cancel } = await museum()
    const { id } = await book('2026-11-24')
    await plan(office().db, Date.now(), async () => [])
    await cancel(id)
    await settle()
    expect(await told(id)).toEqual([
      'confirmed dropped superseded',
      'reminder dropped superseded',
      'cancelled stored',
    ])
  })
})

describe('an adapter', () => {
  test('is asked once, with the id of the delivery, in order; what fails is tried again and holds up the next', async () => {
    const { book, cancel } = await museum({ now: null })
    const { id } = await book(tomorrow())
    const asked: { id: string; subject: string }[] = []
    let working = false
    const mail = async ({ id, subject }: { id: string; subject: string }) => {
      asked.push({ id, subject })
      return working
        ? ({ outcome: 'sent', providerId: 'p1' } as const)
        : ({ outcome: 'retry', reason: 'status_503' } as const)
    }
    const adapters = { mail }
    await settle({ adapters })
    await settle({ adapters })
    expect(await told(id)).toContain('confirmed waiting status_503')
    expect(asked.length).toBe(1)
    working = true
    await settle({ adapters }, Date.now() + 11_000)
    await cancel(id)
    await settle({ adapters }, Date.now() + 12_000)
    expect((await told(id)).filter((one) => !one.startsWith('reminder'))).toEqual([
      'confirmed sent',
      'cancelled sent',
    ])
    const ids = asked.map((one) => one.id)
    expect([ids.length, ids[0]]).toEqual([3, ids[1]])
    expect(asked[2]?.subject).toContain('أُلغي')
    expect((await deliveriesOf(id))[0]).toMatchObject({ provider_id: 'p1', attempts: 2 })
  })

  test('is asked once, however many are at it; without their claim it is asked by each', async () => {
    const { book } = await museum({ now: null })
    const asked = vi.fn(async () => ({ outcome: 'sent' }) as const)
    const desk = office({ adapters: { mail: asked } })
    const atOnce = async () => {
      const { id } = await book(tomorrow())
      await plan(desk.db, Date.now(), async () => [])
      const [delivery] = await deliveriesOf(id)
      asked.mockClear()
      await Promise.all(Array.from({ length: 5 }, () => deliver(desk, delivery?.id ?? '', Date.now())))
      return asked.mock.calls.length
    }
    expect(await atOnce()).toBe(1)
    // Whoever has claimed it is forgotten at once: what the claim writes is what keeps the others away.
    await env.DB.prepare(
      `CREATE TRIGGER unclaimed AFTER UPDATE ON delivery WHEN NEW.status = 'sending'
       BEGIN UPDATE delivery SET status = 'waiting' WHERE id = NEW.id; END`,
    ).run()
    expect(await atOnce()).toBeGreaterThan(1)
    await env.DB.prepare('DROP TRIGGER unclaimed').run()
  })

  test('that refuses, or fails for hours, ends in failed', async () => {
    const { book } = await museum({ now: null })
    const { id } = await book(tomorrow())
    const adapters = { mail: async () => ({ outcome: 'refused', reason: 'status_422' }) as const }
    await settle({ adapters })
    expect(await told(id)).toContain('confirmed failed status_422')
    const other = await book(tomorrow())
    const failing = { mail: async () => ({ outcome: 'retry', reason: 'timeout' }) as const }
    for (let hour = 0; hour < 12; hour++) await settle({ adapters: failing }, Date.now() + hour * 3_600_000)
    expect(await told(other.id)).toContain('confirmed failed timeout')
  })

  test('that is cut off is asked again with the same id, by whoever finds the lease over', async () => {
    const { book } = await museum({ now: null })
    const { id } = await book(tomorrow())
    const asked: string[] = []
    const dying = {
      mail: async ({ id }: { id: string }): Promise<never> => {
        asked.push(id)
        throw new Error('killed')
      },
    }
    await expect(settle({ adapters: dying })).rejects.toThrow('killed')
    const mail = async ({ id }: { id: string }) => {
      asked.push(id)
      return { outcome: 'sent' } as const
    }
    await settle({ adapters: { mail } })
    expect(asked.length).toBe(1)
    await settle({ adapters: { mail } }, Date.now() + leasesMs)
    expect(await told(id)).toContain('confirmed sent')
    expect(asked).toEqual([asked[0], asked[0]])
  })
})

test('the database lets no delivery come back, be deleted or be planned twice, and no cursor run back', async () => {
  const { book } = await museum()
  const { id } = await book('2026-11-24')
  await settle()
  const run = (sql: string) => env.DB.prepare(sql).bind(id).run()
  await expect(
    run("UPDATE delivery SET status = 'waiting', ended_at = NULL WHERE subject = ? AND kind = 'confirmed'"),
  ).rejects.toThrow('a delivery ends once')
  await expect(run('DELETE FROM delivery WHERE subject = ?')).rejects.toThrow('never deleted')
  await expect(env.DB.prepare('UPDATE cursor SET seq = seq - 1').run()).rejects.toThrow('goes forward')
  const again =
    "INSERT INTO delivery SELECT id || 'x', kind, subject, location_id, revision, recipient, event_seq, lane, status, due_at, busy_until, attempts, facts, channel, language, provider_id, reason, created_at, ended_at FROM delivery WHERE subject = ?"
  await expect(run(again)).rejects.toThrow('UNIQUE')
})

test('nothing personal is kept with a delivery, and the log says nothing of it', async () => {
  const { book } = await museum()
  const { id } = await book('2026-11-24')
  await settle()
  const kept = JSON.stringify(await rows('SELECT * FROM delivery WHERE subject = ?', id))
  for (const secret of ['amina', 'Amina', 'cst_']) expect(kept).not.toContain(secret)
})

test('a change is followed by a look, and many by one a second', async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 30_000 })
  const looks = vi.mocked(env.DELIVERIES.send).mockClear()
  const { book } = await museum()
  await book('2026-11-24')
  await book('2026-11-24')
  vi.useRealTimers()
  expect(looks.mock.calls).toEqual([[{ look: true }, { delaySeconds: 1 }]])
})

test('a request is followed by a look of its own', async () => {
  vi.mocked(env.DELIVERIES.send).mockRestore()
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 60_000 })
  const { book } = await museum()
  const { id } = await book('2026-11-24')
  vi.useRealTimers()
  await vi.waitFor(async () => expect(await told(id)).toContain('confirmed stored'), {
    timeout: 8_000,
    interval: 50,
  })
})

const tomorrow = () => new Date(Date.now() + 26 * 3_600_000).toISOString().slice(0, 10)
