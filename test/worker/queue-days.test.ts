import { evictDurableObject, runInDurableObject } from 'cloudflare:test'
import { expect, test } from 'vitest'
import { limits } from '../../src/config.ts'
import type { Answer, Asked, Order } from '../../src/queue/order.ts'
import {
  evolve,
  newQueue,
  type QueueEvent,
  type Rows,
  rowsOf,
  stateFrom,
} from '../../src/queue/rules/index.ts'
import { QueueStorage } from '../../src/queue/storage.ts'
import { drawing } from '../rules/queue-days.ts'
import { scaled } from '../scale.ts'
import { noon } from './fixtures.ts'
import { type Clinic, clinic, expectDrained, minute } from './queue-clinic.ts'

/** Days drawn from a seed, moved through the object itself, which is thrown out of memory again and again. */

const days = scaled(20, 100)
const commandsADay = 60
const dayMs = 24 * 60 * minute

type Stub = { carry: (order: Order) => Promise<Answer> }

const loaded = (queue: Clinic): Promise<Rows> =>
  runInDurableObject(queue.stub(), (_, { storage }) => new QueueStorage(storage).load() as Rows)
const plain = (rows: Rows): Rows => structuredClone(rowsOf(stateFrom(rows)))

test(`${days} days with evictions: the stream, the events and the rows say the same`, async () => {
  const seed = 20_261_122
  const draw = drawing(seed)
  const below = (most: number) => Math.floor(draw(most))
  const queue = await clinic()
  await queue.command({ verb: 'open_desk', desk: 'desk-2' })
  await expectDrained(queue)
  // What the object had before the first day, and then its events alone, make the rows.
  const settings = (await loaded(queue)).queue.settings
  const replayed = stateFrom(newQueue('2026-11-21', structuredClone(settings)))
  const done = new Map<string, number>()
  let evictions = 0
  let now = noon
  let sent = 0
  for (let day = 0; day < days; day++) {
    now = noon + day * dayMs
    const [tickets, called]: [string[], string[]] = [[], []]
    for (let i = 0; i < commandsADay; i++) {
      now += below(4 * minute)
      const command = drawCommand(below, tickets, called, now)
      const order: Order = {
        location: queue.location,
        setupRevision: 1,
        wallNow: noon,
        vouch: undefined,
        command,
        name: `tests ${++sent}`,
        fingerprint: 'x',
        clock: undefined,
        simulatedNow: now,
      }
      const answer = await (queue.stub() as unknown as Stub).carry(order)
      if ('needs' in answer) throw new Error(`seed ${seed}, day ${day}: it asked for its set-up`)
      if (!answer.ok) continue
      done.set(command.verb, (done.get(command.verb) ?? 0) + 1)
      const { ticket } = answer.value
      if (command.verb === 'join' && ticket) tickets.push(ticket.id)
      if (ticket && ticket.status !== 'waiting') called.push(ticket.id)
      if (below(12) > 0) continue
      const before = await queue.read()
      await evictDurableObject(queue.stub())
      expect([seed, day, await queue.read()]).toEqual([seed, day, before])
      evictions++
    }
    await expectDrained(queue)
    for (const event of await queue.events()) if (event.seq > replayed.queue.seq) follow(replayed, event)
    // Bookkeeping of what the events have made, row by row, is what the object keeps.
    expect([seed, day, plain(await loaded(queue))]).toEqual([seed, day, plain(rowsOf(replayed))])
  }
  expect(evictions).toBeGreaterThan(days)
  expect([...done.values()].reduce((a, b) => a + b)).toBeGreaterThan(days * 20)
  for (const verb of [
    'join',
    'next',
    'defer',
    'leave',
    'missed',
    'reinstate',
    'transfer',
    'undo',
    'pause',
    'resume',
    'reorder',
  ])
    expect([verb, (done.get(verb) ?? 0) > 0]).toEqual([verb, true])
  // Events that D1 has had for long are let go; the stream keeps them.
  const kept = await queue.events()
  expect(kept[0]?.at).toBeGreaterThan(now - limits.queueEventMs - 2 * dayMs)
})

const follow = (state: ReturnType<typeof stateFrom>, event: QueueEvent) => void evolve(state, event)

function drawCommand(
  below: (most: number) => number,
  tickets: readonly string[],
  called: readonly string[],
  now: number,
): Asked {
  const staff = { actor: { kind: 'staff', id: 'key_test' }, channel: 'front_desk' } as const
  const reason = 'as it happens'
  const one = (of: readonly string[], last: number) => of.at(-1 - below(last)) ?? 'tkt_none'
  const [ticket, visit] = [one(tickets, 8), one(called, 3)]
  const at = { desk: `desk-${1 + below(2)}` }
  const service = below(3) === 0 ? 'blood' : 'visit'
  const customer = { actor: { kind: 'customer', id: ticket }, channel: 'web' } as const
  const choices: Asked[] = [
    { verb: 'defer', ticket, byMs: minute * (1 + below(9)), ...customer },
    { verb: 'leave', ticket, ...customer },
    { verb: 'presence', ticket, presence: below(2) === 0 ? 'on_site' : 'remote', ...customer },
    { verb: 'missed', ticket: visit, reason, ...staff },
    { verb: 'reinstate', ticket: visit, ...staff },
    { verb: 'transfer', ticket, service, ...(below(2) === 0 ? at : {}), ...staff },
    { verb: 'undo', ...at, ...staff },
    { verb: 'undo', ticket, ...staff },
    { verb: 'pause', ticket: visit, reason, ...staff },
    { verb: 'resume', ticket: visit, ...at, ...staff },
    { verb: 'reorder', ticket, target: below(2) === 0 ? { to: 'front' } : { to: 'end' }, reason, ...staff },
    { verb: 'call_again', ticket: visit, ...staff },
    { verb: 'call_given', ticket, ...at, reason, ...staff },
    { verb: 'break_desk', ...at, endsAt: now + minute, ...staff },
  ]
  const pick = below(30)
  if (pick < choices.length) return choices[pick] as Asked
  if (pick < 20)
    return {
      verb: 'join',
      service,
      party: 1,
      holders: [],
      presence: 'on_site',
      reachable: true,
      actor: { kind: 'customer', id: 'public' },
      channel: 'web',
    }
  if (pick < 22) return { verb: 'open_desk', ...at, ...staff }
  return { verb: 'next', ...at, ...staff }
}
