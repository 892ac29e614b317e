import { describe, expect, test } from 'vitest'
import { estimate } from '../../src/queue/estimate/estimate.ts'
import { seededRandom } from '../../src/queue/estimate/random.ts'
import type { Ticket } from '../../src/queue/rules/index.ts'
import { type Learned, newLearned, observe } from '../../src/queue/waits/learned.ts'
import { entriesAt, forwards, listsOf, upTo } from '../../src/queue/waits/line-up.ts'
import { quoteFor } from '../../src/queue/waits/quote.ts'
import { nextLook, renewals } from '../../src/queue/waits/renewals.ts'
import { isIdleFor, standing } from '../../src/queue/waits/situation.ts'
import { Waits } from '../../src/queue/waits/waits.ts'
import { everyDay, open, weeklyOnly } from './opening.ts'
import { clock, minutes, Queue, quote, timer } from './queues.ts'

/** What a queue learns from its events, and what it tells of the waits that follow from its state. */

const services = ['A', 'B'].map((id) => ({ id, nominalMs: minutes(10), graceMs: minutes(2) }))
const setup = { zone: 'UTC', services }

function learnedFrom(queue: Queue): Learned {
  const learned = newLearned(setup)
  for (const event of queue.events) observe(learned, event, setup.zone)
  return learned
}
const told = (queue: Queue, more: Partial<Parameters<typeof quoteFor>[3]> = {}) => {
  const { now: key } = queue
  const asker = {
    key,
    rank: 1e9,
    from: key,
    arrival: 1e9,
    service: 'A',
    onlyDesk: null,
    legAt: key,
    dueAt: null,
  }
  return quoteFor(queue.state, learnedFrom(queue), setup, { ...asker, ...more }, queue.now, 1)
}
const waits = (queue: Queue) => new Waits(queue.state, learnedFrom(queue), setup, queue.now)
const minutesTo = (queue: Queue, at: number | null | undefined) =>
  ((at ?? Number.NaN) - queue.now) / minutes(1)

/** A queue whose desks 1 and 3 serve somebody, with so many who wait for A. */
function line(count: number): Queue {
  const queue = new Queue('09:00')
  queue.join('first')
  queue.join('second')
  for (const desk of ['desk-1', 'desk-3']) for (const _ of ['call', 'start']) queue.do({ verb: 'next', desk })
  for (let i = 0; i < count; i++) {
    queue.now += 1_000
    queue.join(`t${i}`)
  }
  return queue
}

describe('what is learned from events', () => {
  test('visits, ways, waits and who did not come, each where an event says so', () => {
    const queue = new Queue('09:00')
    for (let i = 0; i < 30; i++) {
      queue.join(`t${i}`)
      queue.call()
      queue.now += 30_000
      queue.do({ verb: 'start', ticket: `t${i}` })
      queue.now += minutes(20)
      queue.do({ verb: 'finish', ticket: `t${i}` })
    }
    const { model, told: record } = learnedFrom(queue)
    const mean = model.services.A?.level.sums[0] as number
    expect(mean / (model.services.A?.level.weights[0] as number)).toBeGreaterThan(minutes(15))
    expect(model.missed.came).toBeGreaterThan(40)
    expect(model.walk.level.weights[0]).toBeGreaterThan(25)
    expect(model.arrivals['walk-in']?.today.reduce((a, b) => a + b)).toBe(30)
    expect(record).toEqual({})
    const before = model.missed.missed
    queue.join('gone')
    queue.call()
    queue.now += minutes(3)
    queue.do({ verb: 'missed', ticket: 'gone', ...timer })
    expect(learnedFrom(queue).model.missed.missed).toBeGreaterThan(before)
  })

  test('nothing from a visit that nobody answered for', () => {
    const queue = new Queue('09:00')
    queue.join('ann')
    queue.call()
    queue.do({ verb: 'start', ticket: 'ann' })
    queue.now += minutes(31)
    queue.do({ verb: 'ask', ticket: 'ann', ...timer })
    queue.do({ verb: 'next', desk: 'desk-1' })
    expect(learnedFrom(queue).model.services.A?.shape.version).toBe(0)
  })

  test('a desk that lets people wait turns slowly; one for whom nobody waited does not', () => {
    const turned = (prepare: (queue: Queue) => void) => {
      const queue = new Queue('09:00')
      queue.join('ann')
      queue.call()
      queue.do({ verb: 'start', ticket: 'ann' })
      prepare(queue)
      queue.call()
      return learnedFrom(queue).model.turn.level.weights[0]
    }
    const finish = (queue: Queue) => queue.do({ verb: 'finish', ticket: 'ann' })
    const later = (queue: Queue) => {
      queue.now += minutes(4)
    }
    expect(
      turned((queue) => {
        queue.join('bob')
        finish(queue)
        later(queue)
      }),
    ).toBe(1)
    expect(
      turned((queue) => {
        finish(queue)
        later(queue)
        queue.join('bob')
      }),
    ).toBe(0)
  })

  test('the wait that somebody who left would have had, once one behind them is called', () => {
    const queue = line(0)
    for (const id of ['ann', 'bob']) queue.join(id, { quote: quote(id, queue.now) })
    const levels = () =>
      learnedFrom(queue)
        .model.calibration.flatMap(Object.values)
        .filter((moved) => moved !== 0)
    queue.do({ verb: 'leave', ticket: 'ann', reason: 'went home' })
    expect(levels()).toEqual([])
    expect(learnedFrom(queue).gone.length).toBe(1)
    queue.now += minutes(3)
    queue.do({ verb: 'next', desk: 'desk-1' })
    expect(levels().length).toBe(3)
    const { gone, told: record } = learnedFrom(queue)
    expect([gone, record]).toEqual([[], { A: [{ id: 'bob', inside: true, kept: true }] }])
    queue.do({ verb: 'undo', desk: 'desk-1' })
    expect(learnedFrom(queue).told).toEqual({ A: [] })
  })
})

describe('a quote', () => {
  test('is not made where a desk is free, or where none is open', () => {
    const queue = new Queue('09:00')
    expect(told(queue)).toEqual({ unquoted: 'next' })
    for (const desk of ['desk-1', 'desk-3']) queue.do({ verb: 'close_desk', desk })
    expect(told(queue)).toEqual({ unquoted: 'no_desk' })
    expect(told(queue, { service: 'B' })).toEqual({ unquoted: 'next' })
  })

  test('counts people whom the same desks may call, and no others', () => {
    const queue = line(6)
    const found = told(queue)
    if (!('quote' in found)) throw new Error('nothing was told')
    expect(found.quote).toMatchObject({ ahead: 6, reason: { main: 'ahead', desks: 2 } })
    // Ten minutes each at two desks, of which each is on its way through one.
    expect(minutesTo(queue, found.quote.p50)).toBeGreaterThan(25)
    expect(minutesTo(queue, found.quote.p50)).toBeLessThan(45)
    expect(found.quote.p10).toBeLessThan(found.quote.p50)
    // Desk 2 is free for B, whoever waits for A.
    expect(told(queue, { service: 'B' })).toEqual({ unquoted: 'next' })
  })

  test('knows when a break ends, and that a desk that closes serves its visit and no more', () => {
    const queue = line(1)
    const open = told(queue)
    queue.do({ verb: 'close_desk', desk: 'desk-1' })
    const one = told(queue)
    if (!('quote' in open) || !('quote' in one)) throw new Error('nothing was told')
    expect(one.quote.p50 - open.quote.p50).toBeGreaterThan(minutes(3))
    queue.do({ verb: 'break_desk', desk: 'desk-3', endsAt: queue.now + minutes(50) })
    const onBreak = told(queue)
    if (!('quote' in onBreak)) throw new Error('nothing was told')
    expect(minutesTo(queue, onBreak.quote.p10)).toBeGreaterThan(50)
    queue.do({ verb: 'close_desk', desk: 'desk-3' })
    expect(told(queue)).toEqual({ unquoted: 'no_desk' })
  })

  test('of a long line says what one says that plays everybody', () => {
    const queue = line(600)
    const thinned = told(queue)
    if (!('quote' in thinned)) throw new Error('nothing was told')
    const entryOf = entriesAt(queue.now, 0, isIdleFor(queue.state))
    const all = listsOf(queue.state).flatMap((list) => forwards(list, true, 1, entryOf))
    const own = { service: 'A', joinedAt: queue.now, place: queue.now + 1, dueAt: null, desk: null }
    const learned = learnedFrom(queue)
    const stands = standing(queue.state, learned, setup, queue.now)
    const situation = { ...stands, tickets: [...all, own] }
    const exact = estimate(learned.model, situation, queue.now, 150, seededRandom(2)).at(-1)
    expect(thinned.quote.ahead).toBe(600)
    for (const level of ['p10', 'p50', 'p90'] as const) {
      const ratio = (thinned.quote[level] - queue.now) / (exact?.[level] ?? Number.NaN)
      expect(Math.abs(ratio - 1)).toBeLessThan(0.2)
    }
  })
})

test('a wait says when the place closes, and whether that may come first, and is no longer for it', () => {
  const queue = line(6)
  const wait = (closes: string) => {
    const hours = weeklyOnly(everyDay([open('08:00', closes)]))
    return new Waits(queue.state, learnedFrom(queue), { ...setup, hours }, queue.now).of(queue.ticket('t5'))
  }
  const [late, soon, over] = [wait('17:00'), wait('09:20'), wait('08:30')]
  expect(late?.reason).toMatchObject({ closesAt: clock('17:00'), main: 'ahead' })
  expect(soon?.reason).toMatchObject({ closesAt: clock('09:20'), main: 'closing' })
  expect(over?.reason).toMatchObject({ closesAt: null, main: 'ahead' })
  for (const other of [soon, over])
    expect([other?.from, other?.median, other?.to]).toEqual([late?.from, late?.median, late?.to])
})

test('a line of thousands is played as a short one', () => {
  const queue = line(5_000)
  const [list] = listsOf(queue.state)
  const entryOf = entriesAt(queue.now, 0, isIdleFor(queue.state))
  if (!list) throw new Error('nobody waits')
  for (const entries of [upTo(list, 5_000, false, entryOf), forwards(list, false, 1, entryOf)]) {
    expect(entries.length).toBeLessThan(200)
    expect(entries.reduce((sum, { people }) => sum + people, 0)).toBe(5_000)
    expect(entries.map(({ place }) => place)).toEqual(
      entries.map(({ place }) => place).toSorted((a, b) => a - b),
    )
  }
  expect(upTo(list, 5_000, false, entryOf).length).toBeLessThan(60)
  const [few, many] = [line(10), queue]
  const cost = (of: Queue) => {
    const learned = learnedFrom(of)
    const asker = { key: of.now, rank: 1e9, from: of.now, arrival: 1e9, service: 'A', onlyDesk: null }
    let least = Number.POSITIVE_INFINITY
    for (let i = 0; i < 60; i++) {
      const begun = performance.now()
      quoteFor(of.state, learned, setup, { ...asker, legAt: of.now, dueAt: null }, of.now, i)
      least = Math.min(least, performance.now() - begun)
    }
    return least
  }
  // Sixty entries instead of ten, however many wait.
  expect(cost(many) / cost(few)).toBeLessThan(8)
})

describe('the waits that are shown', () => {
  test('rise along the line, also where it is thinned, and nobody waits once called', () => {
    const queue = line(400)
    const shown = waits(queue)
    const all = [...queue.state.tickets.values()].map((ticket) => shown.of(ticket))
    expect(all.slice(0, 2)).toEqual([null, null])
    const medians = all.slice(2).map((wait) => minutesTo(queue, wait?.median))
    const aheads = all.slice(2).map((wait) => wait?.ahead)
    expect(aheads).toEqual(medians.map((_, i) => i))
    for (let i = 20; i < medians.length; i += 20)
      expect(medians[i]).toBeGreaterThan(medians[i - 20] as number)
    // Two desks take ten minutes for each; one in ten leaves within half an hour.
    expect((medians[40] as number) / 200).toBeGreaterThan(0.7)
    expect((medians[40] as number) / 200).toBeLessThan(1.1)
    const newcomer = shown.ofService('A')
    expect(minutesTo(queue, newcomer?.to)).toBeGreaterThan(medians[399] as number)
    expect(shown.ofService('B')).toEqual({ from: queue.now, to: queue.now })
  })

  test('do not have the hall wait for somebody who is away when a desk is free', () => {
    const queue = new Queue('09:00')
    for (let i = 0; i < 5; i++) queue.joinRemote(`far ${i}`)
    expect(told(queue)).toEqual({ unquoted: 'next' })
    expect(waits(queue).ofService('A')).toEqual({ from: queue.now, to: queue.now })
  })

  test('begin no earlier than somebody asked to be called', () => {
    const queue = line(0)
    queue.join('ann')
    queue.do({ verb: 'defer', ticket: 'ann', byMs: minutes(12) })
    const wait = waits(queue).of(queue.ticket('ann'))
    expect(minutesTo(queue, wait?.from)).toBeGreaterThanOrEqual(12)
    expect(wait?.reason.main).toBe('deferred')
  })

  test('name the appointment that is early, and what was promised beside what is so now', () => {
    const queue = line(2)
    const booking = { id: 'b', at: queue.now + minutes(60) }
    const early = queue.join('early', { booking, quote: quote('q', queue.now) })
    expect(waits(queue).of(early)).toMatchObject({ promisedBy: queue.now + minutes(10), ahead: 1 })
    queue.now += 1
    queue.join('later')
    expect(waits(queue).of(early)?.reason.main).toBe('early')
    expect(waits(queue).of(early)).toMatchObject({ promisedBy: queue.now - 1 + minutes(10), renewedBy: null })
  })
})

describe('a promise that has passed', () => {
  const due = (queue: Queue, at: number) => {
    let drawn = 0
    return [...renewals(queue.state, learnedFrom(queue), setup, at, () => `renewed ${++drawn}`)]
  }
  test('is renewed for whom it was made, and no other', () => {
    const queue = line(0)
    queue.join('ann', { quote: quote('ann', queue.now) })
    queue.join('bob', { quote: { ...quote('bob', queue.now), p90: queue.now + minutes(30) } })
    expect(nextLook(queue.state, queue.now)).toBe(queue.now + minutes(10))
    expect(due(queue, queue.now + minutes(10) - 1)).toEqual([])
    queue.now += minutes(10)
    const [renewal, ...others] = due(queue, queue.now)
    expect([renewal?.ticket, others]).toEqual(['ann', []])
    if (!renewal?.quote) throw new Error('no new time')
    queue.do({ verb: 'requote', ...renewal, ...timer })
    expect(queue.ticket('ann')).toMatchObject({
      quote: { id: 'ann' },
      renewed: { id: 'renewed 1' },
      renewals: 1,
    })
    expect(nextLook(queue.state, queue.now)).toBe(
      Math.min(renewal.quote.p90, queue.ticket('bob').quote?.p90 ?? 0),
    )
  })

  test('has nothing in its place where nobody can say, and is made again when a desk opens', () => {
    const queue = line(0)
    queue.join('ann', { quote: quote('ann', queue.now) })
    for (const desk of ['desk-1', 'desk-3']) queue.do({ verb: 'close_desk', desk })
    queue.now += minutes(10)
    expect(due(queue, queue.now)).toEqual([{ ticket: 'ann', quote: null, unquoted: 'no_desk' }])
    queue.do({ verb: 'requote', ticket: 'ann', quote: null, unquoted: 'no_desk', ...timer })
    expect(due(queue, queue.now + minutes(1))).toEqual([])
    expect(queue.ticket('ann').renewed).toBe('none')
    queue.do({ verb: 'open_desk', desk: 'desk-1' })
    queue.do({ verb: 'finish', ticket: 'first' })
    queue.now += minutes(1)
    expect(due(queue, queue.now)).toMatchObject([{ ticket: 'ann', quote: { id: 'renewed 1' } }])
  })

  test('of yesterday is nobody’s any more', () => {
    const queue = line(0)
    queue.join('ann', { quote: quote('ann', queue.now) })
    queue.at('23:00').do({ verb: 'start_day', date: '2026-11-23', ...timer })
    expect(queue.events.at(-1)).toMatchObject({ ends: [{ id: 'ann', outcome: 'day_over', kept: false }] })
    expect(nextLook(queue.state, clock('23:00'))).toBe(null)
    const still: Ticket = queue.ticket('ann')
    expect([still.quote?.id, still.quoteOpen]).toEqual(['ann', false])
  })
})
