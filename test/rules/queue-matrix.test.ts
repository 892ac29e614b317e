import { describe, expect, test } from 'vitest'
import {
  type ActorKind,
  actorKinds,
  actorsOf,
  type Channel,
  channels,
  type Verb,
} from '../../src/queue/rules/index.ts'
import { type Status, statuses } from '../../src/queue/rules/types.ts'
import { clock, customer, minutes, partner, Queue, quote, type Said, settings, timer } from './queues.ts'

/** Every verb by every kind of actor, by every channel, in every state: what is expected is written down here again. */

const cameBy: Record<ActorKind, Channel[]> = {
  customer: ['web', 'phone', 'kiosk'],
  staff: ['front_desk', 'phone', 'api'],
  partner: ['partner', 'api'],
  system: ['api'],
  kiosk: ['kiosk'],
}
const ids: Record<ActorKind, string> = {
  customer: 'ann',
  staff: 'staff-1',
  partner: 'partner-1',
  system: 'timer',
  kiosk: 'kiosk-1',
}

type Row = { by: ActorKind[]; in: Status[]; command: Said; prepare?: (queue: Queue) => void }
const ticket = 'ann'
const reason = 'because'
const desk = 'desk-3'
const open: Status[] = ['waiting', 'called', 'serving', 'paused']

const onTickets = {
  leave: {
    by: ['customer', 'staff', 'partner', 'system'],
    in: ['waiting', 'called', 'paused'],
    command: { verb: 'leave', ticket, reason },
  },
  call_given: { by: ['staff'], in: ['waiting'], command: { verb: 'call_given', ticket, desk } },
  call_again: { by: ['staff'], in: ['called'], command: { verb: 'call_again', ticket } },
  start: { by: ['staff'], in: ['called'], command: { verb: 'start', ticket } },
  finish: { by: ['staff'], in: ['serving', 'paused'], command: { verb: 'finish', ticket } },
  pause: { by: ['staff'], in: ['serving'], command: { verb: 'pause', ticket, reason } },
  resume: { by: ['staff'], in: ['paused'], command: { verb: 'resume', ticket, desk } },
  transfer: { by: ['staff'], in: open, command: { verb: 'transfer', ticket, service: 'B' } },
  missed: { by: ['staff', 'system'], in: ['called'], command: { verb: 'missed', ticket } },
  reinstate: {
    by: ['customer', 'staff', 'kiosk'],
    in: ['missed'],
    command: { verb: 'reinstate', ticket },
  },
  defer: {
    by: ['customer', 'staff', 'partner'],
    in: ['waiting', 'called'],
    command: { verb: 'defer', ticket, byMs: minutes(10) },
  },
  reorder: {
    by: ['staff'],
    in: ['waiting'],
    command: { verb: 'reorder', ticket, target: { to: 'end' }, reason },
  },
  presence: {
    by: [...actorKinds],
    in: ['waiting', 'called', 'paused'],
    command: { verb: 'presence', ticket, presence: 'remote' },
  },
  reachability: {
    by: ['staff', 'system'],
    in: open,
    command: { verb: 'reachability', ticket, reachable: false },
  },
  ask: { by: ['system'], in: ['serving'], command: { verb: 'ask', ticket } },
  requote: {
    by: ['system'],
    in: ['waiting'],
    command: { verb: 'requote', ticket, quote: quote('first', clock('09:00')) },
  },
  still_going: {
    by: ['staff'],
    in: ['serving'],
    command: { verb: 'still_going', ticket },
    prepare: (queue) => {
      if (queue.ticket(ticket).status === 'serving') queue.do({ verb: 'ask', ticket, ...timer })
    },
  },
} satisfies Partial<Record<Verb, Row>>

/** Steps that bring Ann, whom a partner joined, to a state. */
const stepsTo: Record<Status, Said[]> = {
  waiting: [],
  called: [{ verb: 'call_next', desk: 'desk-1' }],
  serving: [
    { verb: 'call_next', desk: 'desk-1' },
    { verb: 'start', ticket },
  ],
  paused: [
    { verb: 'call_next', desk: 'desk-1' },
    { verb: 'start', ticket },
    { verb: 'pause', ticket, reason },
  ],
  served: [
    { verb: 'call_next', desk: 'desk-1' },
    { verb: 'start', ticket },
    { verb: 'finish', ticket },
  ],
  left: [{ verb: 'leave', ticket, reason }],
  missed: [
    { verb: 'call_next', desk: 'desk-1' },
    { verb: 'missed', ticket, reason },
  ],
}

function inState(status: Status): Queue {
  const queue = new Queue('09:00')
  queue.join(ticket, partner)
  for (const step of stepsTo[status]) queue.do(step)
  expect(queue.ticket(ticket).status).toBe(status)
  return queue
}

const senders = actorKinds.flatMap((kind) =>
  channels.map((channel) => ({ actor: { kind, id: ids[kind] }, channel })),
)

describe.each(Object.entries(onTickets) as [string, Row][])('%s', (_, row) => {
  const prepared = (status: Status, waitMs: number) => {
    const queue = inState(status)
    // Long enough for a grace, an interval between calls and a P99; not for a reinstatement.
    queue.now += waitMs
    row.prepare?.(queue)
    return queue
  }
  const waitFor = (status: Status) => (status === 'missed' ? minutes(1) : minutes(31))

  test('by each actor, by each channel, in each state', () => {
    const wrong: string[] = []
    for (const status of statuses) {
      const queue = prepared(status, waitFor(status))
      for (const sender of senders) {
        const { kind } = sender.actor
        const scoped = row.by.includes(kind) && cameBy[kind].includes(sender.channel)
        const expected = !scoped ? 'out_of_scope' : row.in.includes(status) ? 'ok' : 'wrong_state'
        const decision = queue.decide({ ...row.command, ...sender })
        const got = decision.ok ? 'ok' : decision.problem.code
        if (got !== expected) wrong.push(`${kind} by ${sender.channel}, ${status}: ${got}, not ${expected}`)
        if (!decision.ok) continue
        const { seq } = queue.state.queue
        expect(decision.value.length).toBeGreaterThan(0)
        for (const [index, event] of decision.value.entries()) {
          expect(event).toMatchObject({ ...sender, seq: seq + 1 + index, first: seq + 1, at: queue.now })
        }
      }
    }
    expect(wrong).toEqual([])
  })

  test('of a revision that has moved on, in each state', () => {
    for (const status of statuses) {
      const queue = prepared(status, waitFor(status))
      const sender = senders.find(({ actor, channel }) => {
        return row.by.includes(actor.kind) && cameBy[actor.kind].includes(channel)
      })
      const { revision } = queue.ticket(ticket)
      const command = { ...row.command, ...sender }
      queue.refused({ ...command, expectedRevision: revision - 1 }, 'stale_revision', { revision })
      const current = queue.decide({ ...command, expectedRevision: revision })
      expect(current.ok ? 'ok' : current.problem.code).toBe(row.in.includes(status) ? 'ok' : 'wrong_state')
    }
  })

  test('of a ticket that is not there, or is somebody else’s', () => {
    const queue = inState('waiting')
    const named = (id: string, sender: object) =>
      queue.decide({ ...row.command, ...sender, ticket: id } as Said)
    for (const sender of senders) {
      const { kind } = sender.actor
      if (!row.by.includes(kind) || !cameBy[kind].includes(sender.channel)) continue
      expect(named('nobody', sender)).toMatchObject({ problem: { code: 'not_found' } })
      if (kind !== 'customer' && kind !== 'partner') continue
      const other = { ...sender, actor: { kind, id: 'another' } }
      expect(named(ticket, other)).toMatchObject({ problem: { code: 'not_found' } })
    }
  })
})

type DeskCase = 'free' | 'nobody' | 'called' | 'serving' | 'break' | 'closed'
const desks: Record<DeskCase, Said[]> = {
  free: [],
  nobody: [{ verb: 'leave', ticket, reason }],
  called: [{ verb: 'call_next', desk: 'desk-1' }],
  serving: [
    { verb: 'call_next', desk: 'desk-1' },
    { verb: 'start', ticket },
  ],
  break: [{ verb: 'break_desk', desk: 'desk-1', endsAt: clock('12:00') }],
  closed: [{ verb: 'close_desk', desk: 'desk-1' }],
}
const onDesks: { by: ActorKind[]; in: DeskCase[]; command: Said }[] = [
  { by: ['staff'], in: ['free', 'called', 'serving'], command: { verb: 'next', desk: 'desk-1' } },
  { by: ['staff'], in: ['free'], command: { verb: 'call_next', desk: 'desk-1' } },
  { by: ['staff', 'system'], in: ['break', 'closed'], command: { verb: 'open_desk', desk: 'desk-1' } },
  {
    by: ['staff', 'system'],
    in: ['free', 'nobody', 'called', 'serving', 'break'],
    command: { verb: 'close_desk', desk: 'desk-1' },
  },
  {
    by: ['staff', 'system'],
    in: ['free', 'nobody', 'called', 'serving', 'break'],
    command: { verb: 'break_desk', desk: 'desk-1', endsAt: clock('12:00') },
  },
]

test.each(onDesks)('$command.verb at a desk, by each actor and channel, in each state', (row) => {
  const wrong: string[] = []
  for (const [state, steps] of Object.entries(desks) as [DeskCase, Said[]][]) {
    const queue = new Queue('09:00')
    queue.join(ticket)
    for (const step of steps) queue.do(step)
    const { revision } = queue.desk('desk-1')
    for (const sender of senders) {
      const { kind } = sender.actor
      const scoped = row.by.includes(kind) && cameBy[kind].includes(sender.channel)
      const expected = !scoped ? 'out_of_scope' : row.in.includes(state) ? 'ok' : 'wrong_state'
      const command = { ...row.command, ...sender }
      const decision = queue.decide(command)
      const got = decision.ok ? 'ok' : decision.problem.code
      if (got !== expected) wrong.push(`${kind} by ${sender.channel}, ${state}: ${got}, not ${expected}`)
      if (!scoped) continue
      queue.refused({ ...command, expectedRevision: revision - 1 }, 'stale_revision', { revision })
      queue.refused({ ...command, desk: 'none' } as Said, 'not_found')
    }
  }
  expect(wrong).toEqual([])
})

const ofTheDay: { by: ActorKind[]; command: Said }[] = [
  { by: ['staff', 'system'], command: { verb: 'close_joins' } },
  { by: ['staff', 'system'], command: { verb: 'close_joins', service: 'A' } },
  { by: ['staff', 'system'], command: { verb: 'open_joins', service: 'B' } },
  { by: ['system'], command: { verb: 'start_day', date: '2026-11-23' } },
  { by: ['staff'], command: { verb: 'import_day', date: '2026-11-20', visits: [] } },
  { by: ['system'], command: { verb: 'configure', services: [], desks: [{ id: 'new', services: [] }] } },
  {
    by: [...actorKinds],
    command: {
      verb: 'join',
      ...{ ticket: 't', visit: 'v', reference: 'r', service: 'A' },
      ...{ party: 1, reachable: true, holders: [] },
    },
  },
]

test.each(ofTheDay)('$command.verb by each actor and channel', (row) => {
  const queue = new Queue('09:00')
  queue.do({ verb: 'close_joins', service: 'B' })
  for (const sender of senders) {
    const { kind } = sender.actor
    const scoped = row.by.includes(kind) && cameBy[kind].includes(sender.channel)
    const decision = queue.decide({ ...row.command, ...sender })
    expect([kind, sender.channel, decision.ok ? 'ok' : decision.problem.code]).toEqual([
      kind,
      sender.channel,
      scoped ? 'ok' : 'out_of_scope',
    ])
  }
})

test.each(statuses)('undo of what made a ticket %s, by each actor and channel', (status) => {
  const queue = inState(status)
  for (const sender of senders) {
    const scoped = sender.actor.kind === 'staff' && cameBy.staff.includes(sender.channel)
    // The join of a waiting ticket is the customer's.
    const expected = !scoped ? 'out_of_scope' : status === 'waiting' ? 'wrong_state' : 'ok'
    const decision = queue.decide({ verb: 'undo', ticket, ...sender })
    expect([sender, decision.ok ? 'ok' : decision.problem.code]).toEqual([sender, expected])
  }
})

test.each(['leave', 'presence', 'defer'] as const)(
  'after %s by the customer nothing can be undone',
  (verb) => {
    const queue = inState('called')
    const command = {
      leave: { verb: 'leave', ticket },
      presence: { verb: 'presence', ticket, presence: 'on_the_way', etaAt: queue.now + 1 },
      defer: { verb: 'defer', ticket, byMs: settings.deferrals.maxMs },
    } as const
    queue.do({ ...command[verb], ...customer(ticket) })
    queue.refused({ verb: 'undo', ticket }, 'wrong_state')
    queue.refused({ verb: 'undo', desk: 'desk-1' }, 'wrong_state')
  },
)

test('no verb is left out', () => {
  const covered = [...onDesks, ...ofTheDay].map(({ command }) => command.verb)
  expect(new Set([...Object.keys(onTickets), ...covered, 'undo'])).toEqual(new Set(Object.keys(actorsOf)))
})
