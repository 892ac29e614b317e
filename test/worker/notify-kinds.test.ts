import { createExecutionContext, createMessageBatch, getQueueResult } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { describe, expect, test, vi } from 'vitest'
import { sha256 } from '../../src/kernel/ids.ts'
import { consume, type Errand, readOutbox } from '../../src/notify/index.ts'
import { readLink } from '../../src/people/index.ts'
import { ask, type Key, noon, rows } from './fixtures.ts'
import { contact, deliveriesOf, museum, office, settle, told } from './notify-office.ts'
import { type Clinic, clinic, expectDrained } from './queue-clinic.ts'
import { approve, chain, go, labour, light, makeWorkshop, quoteOf } from './workshop.ts'

/** Says for a ticket where its holder wants to be told. */
const choose = (queue: Clinic, ticket: { id: string; token?: string }, body: object, key?: Key | string) =>
  ask('PUT', `/v1/locations/${queue.location}/messages/${ticket.id}`, body, { key: key ?? ticket.token })
const byPhone = { channels: ['sms'], phone: '+44 7700 900123', language: 'nl' }

/** Until the stream has all that happened in the queue, and everybody has been told. */
async function attended(queue: Clinic): Promise<void> {
  await expectDrained(queue)
  await settle()
}

describe('in a queue', () => {
  test('somebody near the front is told once, then that it is their turn; whoever chose nothing is left alone', async () => {
    const queue = await clinic()
    const tickets = []
    for (let n = 0; n < 5; n++) tickets.push((await queue.join('visit')).body)
    const [first, , third, fourth, fifth] = tickets
    for (const ticket of [first, third, fifth])
      expect((await choose(queue, ticket, byPhone)).status).toBe(200)
    await attended(queue)
    await queue.command({ verb: 'next', desk: 'desk-1' })
    await attended(queue)
    expect(await told(first.id)).toEqual(['called stored'])
    expect(await told(third.id)).toEqual(['nearly stored'])
    expect([await told(fourth.id), await told(fifth.id)]).toEqual([[], []])
    await queue.command({ verb: 'next', desk: 'desk-1' }) // starts
    await queue.command({ verb: 'next', desk: 'desk-1' }) // finishes, calls
    await attended(queue)
    expect(await told(third.id)).toEqual(['nearly stored'])
    const [called] = await deliveriesOf(first.id)
    expect(JSON.parse(called?.facts ?? '')).toMatchObject({ number: first.number, desk: 'Desk 1' })
    expect(called).toMatchObject({ channel: 'sms', language: 'nl' })
  })

  test('a call is made at night too, and again; not once somebody has come', async () => {
    const queue = await clinic({ now: Date.parse('2026-11-21T23:30:00Z') })
    const { body: ticket } = await queue.join()
    await choose(queue, ticket, byPhone)
    await queue.command({ verb: 'next', desk: 'desk-1' })
    await attended(queue)
    await queue.command({ verb: 'call_again', ticket: ticket.id }, queue.admin, {
      now: Date.parse('2026-11-21T23:31:00Z'),
    })
    await queue.command({ verb: 'start', ticket: ticket.id })
    await attended(queue)
    expect(await told(ticket.id)).toEqual(['called stored', 'called dropped superseded'])
  })

  test('what somebody has chosen is erased by choosing nothing, and nobody is told any more', async () => {
    const queue = await clinic()
    const { body: ticket } = await queue.join()
    await choose(queue, ticket, byPhone)
    expect(await rows('SELECT contact FROM recipient WHERE subject = ?', ticket.id)).toEqual([
      { contact: expect.stringContaining('7700') },
    ])
    expect((await choose(queue, ticket, { channels: [] })).body).toMatchObject({ channels: [], revision: 2 })
    expect(await rows('SELECT contact FROM recipient WHERE subject = ?', ticket.id)).toEqual([
      { contact: null },
    ])
    await queue.command({ verb: 'next', desk: 'desk-1' })
    await attended(queue)
    expect(await told(ticket.id)).toEqual([])
    const events = await rows('SELECT data FROM event WHERE subject = ?', ticket.id)
    expect(JSON.stringify(events)).not.toContain('7700')
  })

  test('a channel needs its address; the desk may choose for somebody, others may not', async () => {
    const queue = await clinic()
    const { body: ticket } = await queue.join()
    expect((await choose(queue, ticket, { channels: ['mail'] })).body.errors).toMatchObject([
      { path: 'email' },
    ])
    expect((await choose(queue, ticket, { channels: ['whatsapp'] })).body.errors).toMatchObject([
      { path: 'phone' },
    ])
    await expectDrained(queue)
    expect((await choose(queue, ticket, byPhone, queue.staff)).status).toBe(200)
    const other = (await queue.join('blood')).body
    expect((await choose(queue, ticket, byPhone, other.token)).status).toBe(404)
  })
})

describe('a booking', () => {
  test('is told of by the channels that were agreed to, of those the usable one first', async () => {
    const { book, location } = await museum({ now: null })
    const at = new Date(Date.now() + 5 * 86_400_000).toISOString().slice(0, 10)
    const both = { contact: { ...contact, phone: '+44 7700 900123' } }
    const [usual, agreed] = [await book(at, both), await book(at, both)]
    const chosen = await ask(
      'PUT',
      `/v1/locations/${location}/messages/${agreed.id}`,
      { channels: ['whatsapp', 'sms'] },
      { key: agreed.token },
    )
    expect(chosen.status).toBe(200)
    const sent = async () => ({ outcome: 'sent' }) as const
    await settle({ adapters: { sms: sent, mail: sent } })
    const channel = async (id: string) =>
      (await deliveriesOf(id)).find(({ kind }) => kind === 'confirmed')?.channel
    expect([await channel(usual.id), await channel(agreed.id)]).toEqual(['mail', 'sms'])
  })

  test('is reminded of outside of quiet hours, as its location has them', async () => {
    const { location, admin, book } = await museum()
    const path = `/v1/locations/${location}/messages`
    const set = await ask(
      'PUT',
      path,
      { quiet: { from: '12:00', to: '14:00' }, reminderHours: 24, nearlyAhead: null },
      { key: admin },
    )
    expect(set.body).toMatchObject({ reminderHours: 24, revision: 1 })
    const { id } = await book('2026-11-24')
    await settle()
    const [, reminder] = await deliveriesOf(id)
    expect(reminder?.due_at).toBe(Date.parse('2026-11-23T14:00:00Z'))
  })
})

test('work is told of: its price, a later time beside the one that was told, and that it is ready', async () => {
  const workshop = await makeWorkshop()
  const order = await workshop.receive('repair', { contact })
  await workshop.run(order.id, quoteOf(chain, labour))
  await settle()
  expect(await told(order.id)).toEqual(['quote stored'])
  await workshop.run(order.id, approve(1, 1, 2), go('in_progress'))
  const until = new Date(noon + 9 * 86_400_000).toISOString()
  await workshop.run(order.id, { verb: 'pause', reason: 'parts', until })
  await settle()
  const late = (await deliveriesOf(order.id)).find(({ kind }) => kind === 'late')
  expect(JSON.stringify(await workshop.read(order.id))).toContain(
    new Date(JSON.parse(late?.facts ?? '').startsAt).toISOString().slice(0, 13),
  )
  await workshop.run(order.id, { verb: 'offer', alternatives: [{ kind: 'loan', name: 'a folding bicycle' }] })
  await settle()
  const choice = (await deliveriesOf(order.id)).find(({ kind }) => kind === 'choice')
  expect(JSON.parse(choice?.facts ?? '')).toEqual({ choices: [{ kind: 'loan', at: null }] })
  await workshop.run(order.id, { verb: 'resume' }, go('quality_check'), go('ready'))
  await settle()
  expect(await told(order.id)).toEqual(['quote stored', 'late stored', 'choice stored', 'ready stored'])
})

test('what is more than its people may approve is asked of the office of their account too', async () => {
  const workshop = await makeWorkshop()
  const order = await workshop.receive('repair', { account: 'courier', contact })
  await workshop.run(order.id, quoteOf(chain))
  await settle()
  expect(await told(order.id)).toEqual(['quote stored'])
  await workshop.run(order.id, quoteOf(chain, labour, light))
  await settle()
  expect(await told(order.id)).toEqual(['quote stored', 'quote stored', 'quote stored'])
  const caller = { kind: 'secret', hash: await sha256(workshop.staff.secret) } as const
  const { db, linkSecret, origin } = office()
  const read = await readOutbox(
    { db, caller, wallNow: Date.now() },
    { linkSecret, origin },
    workshop.location,
  )
  const messages = read.ok ? read.value.messages.slice(0, 2) : []
  const [forOffice, own] = messages.toSorted((a, b) => b.language.localeCompare(a.language))
  expect([forOffice?.to, own?.to]).toEqual(['office@example.org', 'amina@example.org'])
  const [, token = ''] = /\/w\/(wst_[\w-]+)/.exec(forOffice?.text ?? '') ?? []
  expect(await readLink(env.LINK_SECRET, token)).toBe(`${order.id}/office`)
  await workshop.run(order.id, approve(2, 2))
  await settle()
  const listed = await ask('GET', '/v1/deliveries?limit=200', undefined, { key: workshop.admin })
  expect(listed.body.deliveries.map(({ webhookId }: { webhookId: unknown }) => webhookId)).not.toContain(
    'office',
  )
})

test('what the queue gives up on is written down as failed, and can be tried again', async () => {
  const { book, admin } = await museum()
  const { id } = await book('2026-11-24')
  await settle({}, 0)
  const dead = async (ids: string[]) => {
    const messages = ids.map((delivery) => ({
      id: delivery,
      timestamp: new Date(),
      attempts: 6,
      body: { delivery } as Errand,
    }))
    const batch = createMessageBatch<Errand>('dawr-deliveries-dead', messages)
    await consume(batch, env, Date.now())
    return getQueueResult(batch, createExecutionContext())
  }
  const [, reminder] = await deliveriesOf(id)
  expect((await dead([reminder?.id ?? '', 'dlv_unknown'])).outcome).toBe('ok')
  expect(await told(id)).toContain('reminder failed dead_letter')
  const again = await ask('POST', `/v1/deliveries/${reminder?.id}/retry`, undefined, { key: admin })
  expect(again.body).toMatchObject({ status: 'waiting', attempts: 0 })
  expect(
    (await ask('POST', `/v1/deliveries/${reminder?.id}/retry`, undefined, { key: admin })).body.code,
  ).toBe('wrong_state')
})

test('a batch in which one errand breaks acknowledges the others', async () => {
  const { book } = await museum()
  const { id } = await book('2026-11-24')
  await settle({}, 0)
  vi.spyOn(console, 'error').mockReturnValue()
  const body = (delivery: unknown) => ({
    id: String(delivery),
    timestamp: new Date(),
    attempts: 1,
    body: { delivery } as Errand,
  })
  const [confirmed] = await deliveriesOf(id)
  const batch = createMessageBatch<Errand>('dawr-deliveries', [body(confirmed?.id), body({ not: 'an id' })])
  await consume(batch, env, Date.now())
  const result = await getQueueResult(batch, createExecutionContext())
  expect([result.explicitAcks, result.retryMessages.map(({ msgId }) => msgId)]).toEqual([
    [confirmed?.id],
    ['[object Object]'],
  ])
})
