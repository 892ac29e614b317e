import { evictDurableObject, runInDurableObject } from 'cloudflare:test'
import { beforeAll, describe, expect, test } from 'vitest'
import { MINUTE_MS, parseInstant } from '../../src/kernel/time.ts'
import { type CommandBody, commandBody } from '../../src/queue/contract.ts'
import {
  type Actor,
  actorsOf,
  type Channel,
  type Command,
  decide,
  newQueue,
  type QueueState,
  type Rows,
  type Status,
  stateFrom,
  statuses,
  type Verb,
} from '../../src/queue/rules/index.ts'
import { type Key, makeKey, noon } from './fixtures.ts'
import { type Clinic, clinic, minute } from './queue-clinic.ts'

/**
 * Every verb by every sender in every state, through the API. What the rules say of the object's own state is what the
 * API must say, once the door has let somebody in; who gets through the door stands here.
 */

type Bodies = { [V in CommandBody['verb']]: Omit<Extract<CommandBody, { verb: V }>, 'verb'> }
const reason = 'as agreed'
const later = new Date(noon + 9 * 60 * minute).toISOString()
const ticket = 'TICKET'
/** One of each; the compiler asks for a verb that is new. */
const bodies: Bodies = {
  next: { desk: 'desk-1' },
  call_next: { desk: 'desk-1' },
  open_desk: { desk: 'desk-1' },
  close_desk: { desk: 'desk-1' },
  break_desk: { desk: 'desk-1', endsAt: later },
  call_given: { ticket, desk: 'desk-2', reason },
  call_again: { ticket },
  start: { ticket },
  finish: { ticket },
  pause: { ticket, reason },
  resume: { ticket, desk: 'desk-2' },
  transfer: { ticket, service: 'blood' },
  leave: { ticket, reason },
  missed: { ticket, reason },
  reinstate: { ticket },
  defer: { ticket, byMinutes: 5 },
  reorder: { ticket, target: { to: 'end' }, reason },
  presence: { ticket, presence: 'on_the_way', etaAt: later },
  reachability: { ticket, reachable: false },
  still_going: { ticket },
  close_joins: {},
  open_joins: { service: 'visit' },
  undo: { ticket },
}

test('no verb is left out: the API has all but what timers and set-ups send', () => {
  const known = commandBody.options.map(({ shape }) => shape.verb.value)
  expect(
    new Set<string>([...known, 'join', 'ask', 'requote', 'start_day', 'import_day', 'configure']),
  ).toEqual(new Set(Object.keys(actorsOf)))
  expect(new Set(Object.keys(bodies))).toEqual(new Set(known))
})

const steps: Record<Status, object[]> = {
  waiting: [],
  called: [{ verb: 'next', desk: 'desk-1' }],
  serving: [
    { verb: 'next', desk: 'desk-1' },
    { verb: 'start', ticket },
  ],
  paused: [
    { verb: 'next', desk: 'desk-1' },
    { verb: 'start', ticket },
    { verb: 'pause', ticket, reason },
  ],
  served: [
    { verb: 'next', desk: 'desk-1' },
    { verb: 'start', ticket },
    { verb: 'finish', ticket },
  ],
  left: [{ verb: 'leave', ticket, reason }],
  missed: [
    { verb: 'next', desk: 'desk-1' },
    { verb: 'missed', ticket, reason },
  ],
}
/** Time for a call again, and for the question whether a visit goes on. */
const waits: Partial<Record<Status, number>> = { called: minute, serving: 100 * minute }

type Scene = { queue: Clinic; mine: { id: string; token: string }; other: { id: string; token: string } }
type Sender = {
  name: string
  key: (scene: Scene) => Key | string | undefined
  /** Refused at the door, or who it is to the rules. */
  is: (scene: Scene) => { refused: string } | { actor: Actor; channel: Channel }
}

let senders: Sender[]
let partner: Key
beforeAll(async () => {
  partner = await makeKey('partner')
  const [staff, admin, clerk, other, reader] = [
    await makeKey('staff'),
    await makeKey('admin'),
    await makeKey('staff', { scopes: ['bookings'] }),
    await makeKey('partner'),
    await makeKey('partner', { scopes: ['time'] }),
  ]
  const known = (name: string, key: Key, actor: Actor, channel: Channel): Sender => ({
    name,
    key: () => key,
    is: () => ({ actor, channel }),
  })
  const stopped = (name: string, key: Key | string | undefined, refused: string): Sender => ({
    name,
    key: () => key,
    is: () => ({ refused }),
  })
  senders = [
    known('staff', staff, { kind: 'staff', id: staff.id }, 'front_desk'),
    known('an administrator', admin, { kind: 'staff', id: admin.id }, 'front_desk'),
    known('the partner', partner, { kind: 'partner', id: partner.partner ?? '' }, 'partner'),
    known('another partner', other, { kind: 'partner', id: other.partner ?? '' }, 'partner'),
    {
      name: 'the holder',
      key: ({ mine }) => mine.token,
      is: ({ mine }) => ({ actor: { kind: 'customer', id: mine.id }, channel: 'web' }),
    },
    {
      name: 'another holder',
      key: ({ other: somebody }) => somebody.token,
      is: ({ other: somebody }) => ({ actor: { kind: 'customer', id: somebody.id }, channel: 'web' }),
    },
    stopped('staff without the scope', clerk, 'out_of_scope'),
    stopped('a partner without the scope', reader, 'out_of_scope'),
    stopped('nobody', undefined, 'unauthenticated'),
    stopped('a wrong key', 'dawr_test_wrongwrongwrongwrong', 'unauthenticated'),
  ]
})

/** A ticket that the partner joined, in a state, and another that waits. */
async function sceneIn(status: Status): Promise<Scene> {
  const queue = await clinic()
  await queue.command({ verb: 'open_desk', desk: 'desk-2' })
  const mine = (await queue.join('visit', {}, partner)).body
  const other = (await queue.join('blood')).body
  for (const step of steps[status]) {
    expect((await queue.command({ ...step, ...('ticket' in step ? { ticket: mine.id } : {}) })).status).toBe(
      200,
    )
  }
  const wait = waits[status]
  if (wait) await queue.advance(noon + wait)
  expect((await queue.ticket(mine.id)).body.status).toBe(status)
  return { queue, mine, other }
}

const kept = ['row', 'event', 'command', 'due', 'fact']
type Dump = Map<string, Record<string, SqlStorageValue>[]>
/** What an object has stored; and what puts it back, so that the next sender finds the same. */
const dump = (queue: Clinic): Promise<Dump> =>
  runInDurableObject(
    queue.stub(),
    (_, { storage }) =>
      new Map(kept.map((table) => [table, storage.sql.exec(`SELECT * FROM ${table}`).toArray()])),
  )
async function restore(queue: Clinic, was: Dump): Promise<void> {
  await runInDurableObject(queue.stub(), (_, { storage }) => {
    for (const [table, rows] of was) {
      storage.sql.exec(`DELETE FROM ${table}`)
      for (const row of rows) {
        const values = Object.values(row)
        storage.sql.exec(`INSERT INTO ${table} VALUES (${values.map(() => '?').join()})`, ...values)
      }
    }
  })
  await evictDurableObject(queue.stub())
}

function stateOf(was: Dump): QueueState {
  const rows: Rows = newQueue('', {} as Rows['queue']['settings'])
  for (const { kind, json } of was.get('row') ?? []) {
    const row = JSON.parse(String(json))
    if (kind === 'queue') rows.queue = row
    else (rows[`${kind === 'pass' ? 'passe' : kind}s` as 'tickets'] as unknown[]).push(row)
  }
  return stateFrom(rows)
}

/** The wire's words for times, as the rules have them. */
function ruled(body: Record<string, unknown>): object {
  const { byMinutes, endsAt, etaAt, ...rest } = body as {
    byMinutes?: number
    endsAt?: string
    etaAt?: string
  }
  return {
    ...rest,
    ...(byMinutes ? { byMs: byMinutes * MINUTE_MS } : {}),
    ...(endsAt ? { endsAt: parseInstant(endsAt) } : {}),
    ...(etaAt ? { etaAt: parseInstant(etaAt) } : {}),
  }
}

describe.each(statuses)('of a ticket that is %s', (status) => {
  test('every verb by everybody is what the rules say', async () => {
    const scene = await sceneIn(status)
    const { queue, mine } = scene
    const was = await dump(queue)
    const now = noon + (waits[status] ?? 0)
    const wrong: string[] = []
    const seen = { ok: 0, refused: 0 }
    const checked = new Set<Verb>()
    for (const [verb, given] of Object.entries(bodies) as [CommandBody['verb'], object][]) {
      const body = { verb, ...given, ...('ticket' in given ? { ticket: mine.id } : {}) }
      for (const sender of senders) {
        const is = sender.is(scene)
        const decided =
          'refused' in is ? undefined : decide(stateOf(was), { ...ruled(body), ...is } as Command, now)
        const expected = 'refused' in is ? is.refused : decided?.ok ? 'ok' : (decided?.problem.code ?? '')
        const key = sender.key(scene)
        const ask = async (more: object, idempotencyKey: string = crypto.randomUUID()) => {
          const answer = await queue.command({ ...body, ...more }, key ?? '', { idempotencyKey })
          return { code: answer.status === 200 ? 'ok' : answer.body.code, ...answer }
        }
        const compare = (what: string, got: string, right: string) => {
          if (got !== right) wrong.push(`${verb} by ${sender.name}${what}: ${got}, not ${right}`)
        }
        // Once for each verb: whoever read an older one is told so before anything happens.
        const staleable = !['close_joins', 'open_joins'].includes(verb) && !checked.has(verb)
        if (expected === 'ok' && staleable) {
          checked.add(verb)
          compare(' of a stale revision', (await ask({ expectedRevision: 999 })).code, 'stale_revision')
        }
        const idempotencyKey = crypto.randomUUID()
        const first = await ask({}, idempotencyKey)
        compare('', first.code, expected)
        seen[expected === 'ok' ? 'ok' : 'refused']++
        if (expected !== 'ok') continue
        const again = await ask({}, idempotencyKey)
        compare(' again', `${again.code} ${again.headers.get('Idempotent-Replayed')}`, 'ok true')
        compare(' again: event', String(again.body.seq), String(first.body.seq))
        compare(
          ' with another body',
          (await ask({ reason: 'another one' }, idempotencyKey)).code,
          'key_reused',
        )
        await restore(queue, was)
      }
    }
    expect(wrong).toEqual([])
    expect(seen.ok).toBeGreaterThan(3)
    expect(seen.refused).toBeGreaterThan(100)
    // What was refused has left no trace.
    expect(await queue.events()).toEqual((was.get('event') ?? []).map(({ json }) => JSON.parse(String(json))))
  })
})

describe('joining', () => {
  const channels = [undefined, 'kiosk', 'phone', 'front_desk'] as const

  test.each(['open', 'closed'])('while joins are %s: by everybody, by every channel', async (joins) => {
    const scene = await sceneIn('waiting')
    const { queue } = scene
    if (joins === 'closed') await queue.command({ verb: 'close_joins' })
    const was = await dump(queue)
    const wrong: string[] = []
    for (const sender of senders) {
      for (const channel of channels) {
        const is = sender.is(scene)
        // Anybody may join; staff alone say by which channel somebody came.
        const isStaff = 'actor' in is && is.actor.kind === 'staff'
        const door =
          sender.name === 'a wrong key'
            ? 'unauthenticated'
            : sender.name === 'a partner without the scope' || (channel && !isStaff)
              ? 'out_of_scope'
              : undefined
        const actor: Actor =
          isStaff && channel === 'kiosk'
            ? { kind: 'kiosk', id: 'hall' }
            : 'actor' in is
              ? is.actor
              : sender.name === 'nobody'
                ? { kind: 'customer', id: 'public' }
                : { kind: 'staff', id: 'clerk' }
        const own = { staff: 'front_desk', partner: 'partner', customer: 'web' } as Record<string, Channel>
        const drawn = {
          ticket: 'tkt_new',
          visit: 'vis_new',
          reference: 'NEWNEW',
          holders: [],
          reachable: true,
        }
        const command = { verb: 'join', service: 'visit', party: 1, presence: 'on_site', ...drawn } as const
        const decided = decide(
          stateOf(was),
          { ...command, actor, channel: channel ?? own[actor.kind] ?? 'web' },
          noon,
        )
        const expected = door ?? (decided.ok ? 'ok' : decided.problem.code)
        const idempotencyKey = crypto.randomUUID()
        const key = sender.key(scene)
        const join = (more: object = {}) =>
          queue.join('visit', { ...(channel ? { channel } : {}), ...more }, key, { idempotencyKey })
        const { status, body } = await join()
        const got = status === 201 ? 'ok' : body.code
        if (got !== expected) wrong.push(`${sender.name} by ${channel}: ${got}, not ${expected}`)
        if (expected !== 'ok') continue
        expect(body.channel).toBe(channel ?? own[actor.kind])
        expect((await join()).body.id).toBe(body.id)
        expect((await join({ party: 2 })).body.code).toBe('key_reused')
        await restore(queue, was)
      }
    }
    expect(wrong).toEqual([])
  })

  test('at a machine in the hall is for oneself: it has a key of staff, and not their rights', async () => {
    const queue = await clinic({ setup: { rules: { priorities: { unwell: 20 } } } })
    const kiosk = (more: object = {}) => queue.join('visit', { channel: 'kiosk', ...more }, queue.staff)
    expect((await kiosk({ priority: 'unwell', reason: 'says so' })).body.code).toBe('out_of_scope')
    expect((await kiosk()).body).toMatchObject({ channel: 'kiosk', presence: 'on_site' })
    expect((await queue.events()).at(-1)).toMatchObject({ actor: { kind: 'kiosk' }, channel: 'kiosk' })
  })
})
