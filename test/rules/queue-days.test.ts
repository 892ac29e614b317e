import { describe, expect, test } from 'vitest'
import {
  actorsOf,
  type QueueEvent,
  type QueueState,
  rowsOf,
  stateFrom,
  type Ticket,
} from '../../src/queue/rules/index.ts'
import { scaled } from '../scale.ts'
import { type Rules, rules, runDay, type Tally } from './queue-days.ts'
import { minutes } from './queues.ts'

/** Whole days with every invariant looked at after every command; and for each invariant a fault that it must find. */

const days = scaled(1_000, 10_000)

test(`${days} days break no rule, and do enough to break one`, { timeout: days * 60 }, () => {
  const tally: Tally = new Map()
  for (let seed = 1; seed <= days; seed++) runDay(seed, tally)
  const rare = (least: number, keys: string[]) => keys.filter((key) => (tally.get(key) ?? 0) < least)
  // What happens before a queue has days of its own is proven elsewhere.
  const verbs = Object.keys(actorsOf).filter((verb) => verb !== 'configure' && verb !== 'import_day')
  const [accepted, refused] = ['accepted', 'refused'].map((end) => verbs.map((verb) => `${verb} ${end}`))
  expect(rare(200, accepted ?? [])).toEqual([])
  expect(rare(10, refused ?? [])).toEqual([])
  const codes = [
    'wrong_state',
    'stale_revision',
    'out_of_scope',
    'not_found',
    'already_exists',
    'invalid_field',
  ]
  expect(rare(500, codes)).toEqual([])
})

test.each([
  [11, 'a ticket taken back was charged with calls made while it was missed'],
  [38, 'saying "on my way" made a passed turn forgotten'],
])('seed %i: %s', (seed) => {
  runDay(seed)
})

test('deciding changes nothing, and the events alone give the same rows again', () => {
  const text = (state: QueueState) => JSON.stringify(rowsOf(state))
  for (let seed = 1; seed <= 10; seed++) {
    let before: string | undefined
    let last: QueueState | undefined
    const events: string[] = []
    runDay(seed, undefined, {
      decide: (state, command, now) => {
        const found = text(state)
        const decision = rules.decide(state, command, now)
        expect(text(state)).toBe(found)
        return decision
      },
      evolve: (state, event) => {
        before ??= text(state)
        last = state
        events.push(JSON.stringify(event))
        return rules.evolve(state, event)
      },
    })
    const again = stateFrom(JSON.parse(before ?? ''))
    for (const event of events) rules.evolve(again, JSON.parse(event))
    expect(rowsOf(again)).toEqual(rowsOf(last as QueueState))
  }
})

type Fault = (event: QueueEvent, state: QueueState) => QueueEvent
/** The rules with a fault in what they decide. */
const deciding = (fault: Fault): Rules => ({
  ...rules,
  decide: (state, command, now) => {
    const decision = rules.decide(state, command, now)
    return decision.ok ? { ok: true, value: decision.value.map((event) => fault(event, state)) } : decision
  },
})
/** The rules with a fault in how they apply an event. */
const applying = (fault: (event: QueueEvent, state: QueueState) => void): Rules => ({
  ...rules,
  evolve: (state, event) => {
    const keys = rules.evolve(state, event)
    fault(event, state)
    return keys
  },
})
const onlyOf =
  <T extends QueueEvent['type']>(
    type: T,
    change: (event: QueueEvent & { type: T }, state: QueueState) => object,
  ): Fault =>
  (event, state) =>
    event.type === type
      ? ({ ...event, ...change(event as QueueEvent & { type: T }, state) } as QueueEvent)
      : event

const ticketOf = (state: QueueState, id: string) => state.tickets.get(id) as Ticket
const placeOf = ({ key, rank, from }: Ticket) => ({ key, rank, from })

describe('a canary for each invariant', () => {
  const canaries: [string, RegExp, Rules][] = [
    [
      'a number is left out',
      /cannot follow/,
      deciding((event) => (event.seq % 50 === 0 ? { ...event, seq: event.seq + 1 } : event)),
    ],
    [
      'time runs backwards',
      /sequence: time ran backwards/,
      deciding((event) => (event.seq % 50 === 0 ? { ...event, at: event.at - 3_600_000 } : event)),
    ],
    [
      'a call goes to a desk that has a visit',
      /desks: .* serves .* and /,
      deciding(
        onlyOf('called', (_, { desks }) => {
          const busy = [...desks.values()].find(({ ticket, status }) => ticket !== null && status === 'open')
          return busy ? { desk: busy.id } : {}
        }),
      ),
    ],
    [
      'a call goes to a desk that is not open',
      /desks: a call to .*, which is not open/,
      deciding(
        onlyOf('called', (_, { desks }) => {
          const shut = [...desks.values()].find(({ ticket, status }) => ticket === null && status !== 'open')
          return shut ? { desk: shut.id } : {}
        }),
      ),
    ],
    [
      'a pause leaves the visit at its desk',
      /desks: .* has /,
      applying((event, { desks }) => {
        const desk = event.type === 'paused' && desks.get(event.desk)
        if (desk) desk.ticket = event.ticket
      }),
    ],
    [
      'a transfer leaves the ticket in its old line too',
      /places: .* stands in two|places: .* in /,
      applying((event, { lines, tickets }) => {
        if (event.type !== 'transferred') return
        lines.get(event.fromService)?.here.push(tickets.get(event.ticket) as Ticket)
      }),
    ],
    [
      'a place changes behind the line’s back',
      /places: .* is out of order|is not where its place says/,
      applying((event, state) => {
        if (event.type === 'reachability_changed') ticketOf(state, event.ticket).key += 900_000
      }),
    ],
    [
      'nobody is protected',
      /overtaking: .* by /,
      { ...rules, settings: (drawn) => ({ ...drawn, overtakeBudget: 1_000 }) },
    ],
    [
      'those who were passed are not told',
      /overtaking: .* was overtaken/,
      deciding(onlyOf('called', () => ({ passed: [] }))),
    ],
    [
      'calls are on nobody’s budget',
      /overtaking: .* is not counted/,
      deciding(onlyOf('called', () => ({ counted: false }))),
    ],
    [
      'the last in line is called',
      /order: .* before /,
      deciding(
        onlyOf('called', (event, { lines }) => {
          const line = [...lines.values()].find(({ here }) => here.some(({ id }) => id === event.ticket))
          return event.how === 'next' && line ? { ticket: line.here.at(-1)?.id } : {}
        }),
      ),
    ],
    [
      'whoever defers again and again keeps the place',
      /deferring: .* before /,
      deciding(
        onlyOf('deferred', (event, state) => ({
          place: placeOf(ticketOf(state, event.ticket)),
          returnsAnew: false,
        })),
      ),
    ],
    [
      'whoever deferred twice comes back to the place named',
      /deferring: .* before |late: .* keeps a place/,
      deciding(
        onlyOf('presence_changed', (event, state) => {
          const ticket = ticketOf(state, event.ticket)
          return ticket.returnsAnew ? { place: placeOf(ticket) } : {}
        }),
      ),
    ],
    [
      'a place is kept for ever for those away',
      /late: .* keeps a place/,
      { ...rules, settings: (drawn) => ({ ...drawn, keepPlaceMs: minutes(600) }) },
    ],
    [
      'a call does not say what became of the promise',
      /promises: nobody has /,
      deciding(onlyOf('called', () => ({ ends: [] }))),
    ],
    [
      'an undo leaves a promise at its end',
      /promises: .* has ended/,
      deciding(onlyOf('undone', () => ({ reopens: [] }))),
    ],
    [
      'a renewal takes the place of the first promise',
      /promises: the first to .* is lost/,
      deciding(onlyOf('requoted', () => ({ renewal: 0 }))),
    ],
    [
      'an undo forgets the promise',
      /undo: .* is not as it was/,
      deciding(
        onlyOf('undone', ({ tickets }) => ({ tickets: tickets.map((row) => ({ ...row, quote: null })) })),
      ),
    ],
    [
      'an undo puts a ticket at the end',
      /undo: .* is not as it was/,
      deciding(
        onlyOf('undone', ({ tickets, at }) => ({ tickets: tickets.map((row) => ({ ...row, key: at })) })),
      ),
    ],
    [
      'an undo leaves the overtakings of the call counted',
      /undo: the queue is not as it was/,
      {
        ...rules,
        evolve: (state, event) => {
          const passes = event.type === 'undone' ? state.passes.splice(0) : []
          const keys = rules.evolve(state, event)
          state.passes.push(...passes)
          return keys
        },
      },
    ],
    [
      'an undo takes back what a customer has acted on',
      /undo: .* (was changed since|is not as it was)/,
      {
        ...rules,
        evolve: (state, event) => {
          // What could be undone outlives what the customer did.
          const kept = [new Map(state.undos), new Map(state.undoable)] as const
          const keys = rules.evolve(state, event)
          if (event.type !== 'presence_changed') return keys
          for (const [command, row] of kept[0]) state.undos.set(command, row)
          for (const [id, command] of kept[1]) state.undoable.set(id, command)
          return keys.filter(({ table }) => table !== 'undo')
        },
      },
    ],
    [
      'who left is missed',
      /counts: .* is missed, and the events tell left/,
      applying((event, state) => {
        if (event.type === 'left') ticketOf(state, event.ticket).status = 'missed'
      }),
    ],
    [
      'one person has two tickets',
      /names: .* has two live tickets/,
      deciding(
        onlyOf('joined', (_, { holders }) =>
          holders.size > 0 ? { holders: [...holders.keys()].slice(0, 1) } : {},
        ),
      ),
    ],
    [
      'a number given is not kept',
      /kept: service .* differs/,
      {
        ...rules,
        evolve: (state, event) =>
          rules.evolve(state, event).filter(({ table }) => event.type !== 'joined' || table !== 'service'),
      },
    ],
    [
      'a row does not say since when it counts',
      /loaded: another state than was saved/,
      applying((event, state) => {
        if (event.type === 'presence_changed') ticketOf(state, event.ticket).countedFrom = 0
      }),
    ],
  ]

  test.each(canaries)('%s', (_, found, broken) => {
    const faults = () => {
      for (let seed = 1; seed <= 200; seed++) runDay(seed, undefined, broken)
    }
    expect(faults).toThrow(found)
  })
})
