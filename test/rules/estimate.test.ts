import { describe, expect, test } from 'vitest'
import { estimate } from '../../src/queue/estimate/estimate.ts'
import { learn } from '../../src/queue/estimate/learn.ts'
import { seededRandom } from '../../src/queue/estimate/random.ts'
import type { Situation } from '../../src/queue/estimate/situation.ts'
import { desk, line, minuteMs, modelOf, now, serving, situation, waiting } from './estimate-office.ts'

const tenMinutes = modelOf(() => 10 * minuteMs)
const uniform = seededRandom(5)
const memoryless = modelOf(() => -Math.log(1 - uniform()) * 10 * minuteMs, 4000)

const minutes = (state: Situation, model = tenMinutes, samples = 2000) =>
  estimate(model, state, now, samples, seededRandom(1)).map(({ p10, p50, p90, ahead }) => ({
    p10: p10 / minuteMs,
    p50: p50 / minuteMs,
    p90: p90 / minuteMs,
    ahead,
  }))
const medians = (state: Situation, model = tenMinutes) => minutes(state, model).map(({ p50 }) => p50)
const near = (value: number | undefined, wanted: number, part = 0.04) => {
  expect(value).toBeGreaterThan(wanted * (1 - part) - 0.05)
  expect(value).toBeLessThan(wanted * (1 + part) + 0.05)
}

describe('visits of equal length', () => {
  test('one desk that begins now: everybody waits for as many visits as people are ahead', () => {
    const found = minutes(situation(line(6), [desk('d1')]))
    expect(found.map(({ ahead }) => ahead)).toEqual([0, 1, 2, 3, 4, 5])
    for (const [index, { p50 }] of found.entries()) near(p50, index * 10)
  })

  test('what a visit has lasted counts, and two desks share the line', () => {
    const found = medians(situation(line(4), [serving('d1', 2), serving('d2', 7)]))
    for (const [index, wanted] of [3, 8, 13, 18].entries()) near(found[index], wanted, 0.08)
  })

  test('the order of the tickets as given does not matter, their places do', () => {
    const found = medians(situation(line(3).reverse(), [desk('d1')]))
    for (const [index, wanted] of [20, 10, 0].entries()) near(found[index], wanted)
  })

  test('somebody called is still on the way; a visit that is over time may end at any moment', () => {
    const called = desk('d1', { status: 'called', service: 'A' })
    near(medians(situation(line(1), [called]))[0], 10, 0.08)
    const [late] = minutes(situation(line(1), [serving('d1', 60)]))
    expect(late?.p10).toBeLessThan(10)
    expect(late?.p90).toBeGreaterThan(10)
  })
})

describe('visits of any length', () => {
  test('the wait behind k others at a desk of exponential visits is Erlang(k + 1), whatever has passed', () => {
    // Quantiles of Erlang(1) and Erlang(4) with mean 10 minutes a stage.
    const found = minutes(situation(line(4), [serving('d1', 13)]), memoryless, 6000)
    near(found[0]?.p50, 6.93, 0.08)
    near(found[0]?.p90, 23.03, 0.08)
    near(found[3]?.p10, 17.45, 0.08)
    near(found[3]?.p50, 36.72, 0.05)
    near(found[3]?.p90, 66.81, 0.05)
  })

  test('three desks of exponential visits call three times as often', () => {
    const found = minutes(
      situation(
        line(4),
        ['d1', 'd2', 'd3'].map((id) => serving(id, 5)),
      ),
      memoryless,
      6000,
    )
    near(found[3]?.p50, 36.72 / 3, 0.1)
  })

  test('quantiles rise, along the line too, and the same seed gives the same', () => {
    const state = situation(line(30), [serving('d1', 5), serving('d2', 1)])
    const found = minutes(state, memoryless, 150)
    let before = 0
    for (const { p10, p50, p90 } of found) {
      expect(p10).toBeLessThanOrEqual(p50)
      expect(p50).toBeLessThanOrEqual(p90)
      expect(p50).toBeGreaterThan(before * 0.98)
      before = p50
    }
    expect(minutes(state, memoryless, 150)).toEqual(found)
  })
})

describe('who may call whom', () => {
  const both = modelOf(() => 10 * minuteMs, 2000, ['A', 'B'])

  test('a desk passes those it does not serve', () => {
    const tickets = [waiting(3), waiting(2, { service: 'B' }), waiting(1), waiting(0, { service: 'B' })]
    const found = minutes(situation(tickets, [desk('d1'), desk('d2', { services: ['B'] })]), both)
    expect(found.map(({ ahead }) => ahead)).toEqual([0, 0, 1, 1])
    for (const [index, wanted] of [0, 0, 10, 10].entries()) near(found[index]?.p50, wanted)
  })

  test('a ticket for one desk waits for that desk', () => {
    const tickets = [waiting(2), waiting(1, { desk: 'd2' }), waiting(0)]
    const found = medians(situation(tickets, [desk('d1'), serving('d2', 1)]), both)
    for (const [index, wanted] of [0, 9, 10].entries()) near(found[index], wanted, 0.08)
  })

  test('nobody is called where no desk can', () => {
    expect(medians(situation([waiting(0, { service: 'B' })], [desk('d1')]), both)).toEqual([
      Number.POSITIVE_INFINITY,
    ])
    expect(medians(situation(line(1), []))).toEqual([Number.POSITIVE_INFINITY])
  })
})

describe('desks come and go', () => {
  const hour = 60 * minuteMs
  const shift = (from: number, to: number, drains: boolean) => ({
    from: now + from * minuteMs,
    to: now + to * minuteMs,
    drains,
  })

  test('a desk that leaves finishes its visit and calls no more; one that drains serves all', () => {
    const leaves = situation(line(5), [serving('d1', 5, { shifts: [shift(-60, 20, false)] })])
    const [a, b, c] = medians(leaves)
    near(a, 5, 0.1)
    near(b, 15, 0.06)
    expect(c).toBe(Number.POSITIVE_INFINITY)
    const drains = situation(line(5), [serving('d1', 5, { shifts: [shift(-60, 20, true)] })])
    near(medians(drains)[4], 45)
  })

  test('a desk opens by the roster, and as late as desks do', () => {
    const model = modelOf(() => 10 * minuteMs)
    for (let i = 0; i < 200; i++) learn(model, { kind: 'opened', lateMs: 0 })
    const closed = desk('d1', { status: 'closed', since: now - hour, shifts: [shift(30, 120, false)] })
    near(medians(situation(line(2), [closed]), model)[1], 40)
    for (let i = 0; i < 400; i++) learn(model, { kind: 'opened', lateMs: 6 * minuteMs })
    expect(minutes(situation(line(1), [closed]), model)[0]?.p90).toBeGreaterThan(34)
  })

  test('a lunch between two shifts is waited out', () => {
    const desks = [serving('d1', 5, { shifts: [shift(-60, 2, false), shift(45, 120, false)] })]
    const model = modelOf(() => 10 * minuteMs)
    for (let i = 0; i < 500; i++) learn(model, { kind: 'opened', lateMs: 0 })
    near(medians(situation(line(2), desks), model)[1], 55)
  })

  test('breaks that were seen are expected, and one that goes on ends', () => {
    const model = modelOf(() => 10 * minuteMs)
    for (let i = 0; i < 600; i++) {
      learn(model, { kind: 'turned', awayMs: i % 2 ? 0 : 20 * minuteMs })
      learn(model, { kind: 'returned', awayMs: 20 * minuteMs })
    }
    const chance = model.turn.some / (model.turn.none + model.turn.some)
    const waits = minutes(situation(line(20), [desk('d1')]), model)
    near(waits[19]?.p50, 190 + 19 * chance * 20, 0.06)
    const away = desk('d1', { status: 'away', since: now - 15 * minuteMs })
    near(medians(situation(line(1), [away]), model)[0], 5, 0.3)
  })
})
