import { describe, expect, test } from 'vitest'
import { estimate } from '../../src/queue/estimate/estimate.ts'
import { explain } from '../../src/queue/estimate/explain.ts'
import { learn } from '../../src/queue/estimate/learn.ts'
import type { Model } from '../../src/queue/estimate/model.ts'
import { seededRandom } from '../../src/queue/estimate/random.ts'
import type { Situation } from '../../src/queue/estimate/situation.ts'
import { desk, line, minuteMs, modelOf, now, serving, situation, waiting } from './estimate-office.ts'

/** Appointments that are due go before all others, as their places say. */
const first = 1e13
const at = (minutes: number) => now + minutes * minuteMs
const medians = (state: Situation, model: Model) =>
  estimate(model, state, now, 2000, seededRandom(1)).map(({ p50 }) => p50 / minuteMs)
const near = (value: number | undefined, wanted: number, part = 0.06) => {
  expect(value).toBeGreaterThan(wanted * (1 - part) - 0.05)
  expect(value).toBeLessThan(wanted * (1 + part) + 0.05)
}

describe('appointments', () => {
  const punctual = modelOf(() => 10 * minuteMs)
  for (let i = 0; i < 3000; i++) learn(punctual, { kind: 'booked', minutes: 0 })
  const appointment = (minutes: number) => ({ service: 'A', at: at(minutes), place: at(minutes) - first })

  test('one that is due goes first, one that is early last until it is due', () => {
    const due = waiting(1, { place: at(-5) - first })
    const early = waiting(1, { place: at(15) - first, dueAt: at(15) })
    const found = medians(situation([...line(4), due, early], [desk('d1')]), punctual)
    for (const [index, wanted] of [10, 30, 40, 50, 0, 20].entries()) near(found[index], wanted)
  })

  test('one that is early is called when nobody else waits', () => {
    const early = waiting(1, { place: at(120) - first, dueAt: at(120) })
    near(medians(situation([waiting(3), early], [desk('d1')]), punctual)[1], 10)
  })

  test('those who are expected pass the walk-ins, as far as they come', () => {
    const state = situation(line(4), [desk('d1')], { appointments: [appointment(15), appointment(25)] })
    near(medians(state, punctual)[3], 50)
    const careless = modelOf(() => 10 * minuteMs)
    for (let i = 0; i < 3000; i++) learn(careless, { kind: 'booked', minutes: null })
    near(medians(state, careless)[3], 30)
  })
})

describe('those who pass and those who leave', () => {
  test('a class that goes first makes the others wait for those who will come', () => {
    const model = modelOf(() => 10 * minuteMs)
    for (let day = 0; day < 30; day++) {
      for (let minute = 480; minute < 1080; minute += 30)
        learn(model, { kind: 'arrived', group: 'first', service: 'A', dayMinute: minute })
      learn(model, { kind: 'dayOver' })
    }
    // A third of the desk's time is taken: the mean wait behind six visits grows by half.
    const tickets = line(7).map((ticket) => ({ ...ticket, place: ticket.place + first }))
    const groups = [{ id: 'first', offsetMs: 0 }]
    near(medians(situation(tickets, [desk('d1')], { groups }), model)[6], 90, 0.15)
    near(medians(situation(line(7), [desk('d1')], { groups }), model)[6], 60)
  })

  test('who leaves takes no time, and who is asked about is taken to stay', () => {
    const model = modelOf(() => 10 * minuteMs, 500)
    for (let i = 0; i < 4000; i++) learn(model, { kind: 'waited', ms: 20 * minuteMs, left: true })
    const found = medians(situation(line(12), [desk('d1')]), model)
    near(found[1], 10)
    expect(found[11]).toBeLessThan(80)
    expect(found[11]).toBeGreaterThan(20)
  })

  test('who is called and does not come costs the grace', () => {
    const model = modelOf(() => 10 * minuteMs)
    for (let i = 0; i < 6000; i++) learn(model, { kind: i % 2 ? 'missed' : 'came', walkMs: 0 })
    near(medians(situation(line(21), [desk('d1')]), model)[20], 20 * (0.5 * 10 + 0.5 * 1.5), 0.1)
  })
})

describe('explanation', () => {
  test('its parts add up to the median, whatever the situation', () => {
    const model = modelOf((i) => (5 + (i % 11)) * minuteMs)
    const shifts = [{ from: at(-60), to: at(30), drains: false }]
    const states = [
      situation(line(8), [serving('d1', 3), serving('d2', 30)]),
      situation(line(3), [
        desk('d1', { status: 'closed', since: at(-60), shifts: [{ from: at(5), to: at(90), drains: true }] }),
      ]),
      situation(line(4), [serving('d1', 3, { shifts }), desk('d2')], {
        appointments: [{ service: 'A', at: at(1), place: at(1) - first }],
      }),
    ]
    for (const state of states) {
      const estimates = estimate(model, state, now, 500, seededRandom(3))
      for (const [index, one] of estimates.entries()) {
        const { parts, ahead } = explain(model, state, now, index, one)
        expect(ahead).toBe(index)
        expect(parts.serving + parts.ahead + parts.appointments + parts.changes).toBeCloseTo(one.p50, 3)
      }
    }
  })

  test('names desks, their pace, appointments and when the last desk leaves', () => {
    const model = modelOf(() => 10 * minuteMs)
    const shifts = [{ from: at(-60), to: at(90), drains: false }]
    const state = situation(line(3), [serving('d1', 4, { shifts }), desk('d2', { status: 'closed' })], {
      appointments: [{ service: 'A', at: at(2), place: at(2) - first }],
    })
    const said = explain(model, state, now, 2, { ahead: 2, p50: 36 * minuteMs })
    expect(said).toMatchObject({ ahead: 2, desks: 1, closesAt: at(90) })
    near(said.paceMs / minuteMs, 10)
    near(said.appointments, 0.9)
    near(said.parts.serving / minuteMs, 6)
    near(said.parts.ahead / minuteMs, 20)
  })
})
