import { describe, expect, test } from 'vitest'
import {
  type Calendar,
  forecast,
  type Job,
  learn,
  type Model,
  newModel,
} from '../../src/work/forecast/index.ts'
import { hourMs } from './forecast-jobs.ts'

const stages = [
  { stage: 'received', nominalMs: 4 * hourMs },
  { stage: 'in_progress', nominalMs: 10 * hourMs },
]
const opened = (at: number, stage = 'received'): Job => ({ openedAt: at, stage, enteredAt: at, before: null })

/** Jobs a day apart: five hours until they are begun, then as long as asked for. */
function learned(count: number, workMs: (index: number) => number, end: 'done' | 'dropped' = 'done'): Model {
  const model = newModel()
  for (let index = 0; index < count; index++) {
    const [job, at] = [`job ${index}`, index * 24 * hourMs]
    learn(model, { kind: 'entered', job, stage: 'received', at, load: 1 })
    learn(model, { kind: 'entered', job, stage: 'in_progress', at: at + 5 * hourMs, load: 1 })
    const endsAt = at + 5 * hourMs + workMs(index)
    learn(model, { kind: index % 2 === 0 ? 'done' : end, job, at: endsAt })
  }
  return model
}
const spread = (index: number) => (1 + (index % 10)) * hourMs
const later = 300 * 24 * hourMs

describe('before anything was seen', () => {
  test('what is configured is expected, from the stage that the job is in', () => {
    const model = newModel(stages)
    const atIntake = forecast(model, opened(0), 0, 0)
    expect(atIntake.p50Ms / hourMs).toBeCloseTo(14, -1)
    expect(atIntake.p90Ms).toBeGreaterThan(2 * atIntake.p50Ms)
    expect(forecast(model, opened(0, 'in_progress'), 0, 0).p50Ms).toBeLessThan(atIntake.p50Ms)
  })

  test('with nothing configured the range is wide', () => {
    const { p50Ms, p90Ms } = forecast(newModel(), opened(0), 0, 0)
    expect(p50Ms).toBeGreaterThan(24 * hourMs)
    expect(p90Ms).toBeGreaterThan(3 * p50Ms)
  })
})

describe('after a hundred jobs', () => {
  const model = learned(100, spread)

  test('the chance of being done by P50 and P90 is what they say, and grows with time', () => {
    const { p50Ms, p90Ms, within } = forecast(model, opened(later), 1, later)
    expect(p50Ms / hourMs).toBeGreaterThan(9)
    expect(p50Ms / hourMs).toBeLessThan(12)
    expect(within(p50Ms)).toBeCloseTo(0.5, 1)
    expect(within(p90Ms)).toBeGreaterThan(0.88)
    expect(within(0)).toBe(0)
    const chances = Array.from({ length: 40 }, (_, hours) => within(hours * hourMs))
    expect(chances).toEqual([...chances].sort((a, b) => a - b))
  })

  test('time spent in a stage shortens what is left, and a stage that lasts longer than any did goes on', () => {
    const job: Job = {
      openedAt: later,
      stage: 'in_progress',
      enteredAt: later + 5 * hourMs,
      before: { stage: 'received', enteredAt: later },
    }
    const [fresh, half, overdue] = [0, 5, 200].map((hours) =>
      forecast(model, job, 1, job.enteredAt + hours * hourMs),
    )
    expect(half?.p90Ms).toBeLessThan(fresh?.p90Ms ?? 0)
    expect(overdue?.p50Ms).toBeGreaterThan(20 * hourMs)
  })

  test('a workshop that had nothing to do is not taken for a slow one', () => {
    const [soon, late] = [100, 1000].map((days) => days * 24 * hourMs)
    const [a, b] = [soon, late].map((at = 0) => forecast(model, opened(at), 1, at))
    expect(b?.p90Ms).toBeCloseTo(a?.p90Ms ?? 0, 0)
  })

  test('a stage that nobody knows borrows from the others', () => {
    const { p50Ms, p90Ms } = forecast(model, opened(later, 'paused parts'), 1, later)
    expect(p50Ms / hourMs).toBeGreaterThan(2)
    expect(p90Ms / hourMs).toBeLessThan(200)
  })

  test('what was learned survives being stored', () => {
    const stored: Model = JSON.parse(JSON.stringify(model))
    const [a, b] = [model, stored].map((one) => forecast(one, opened(later), 1, later))
    expect([b?.p50Ms, b?.p90Ms]).toEqual([a?.p50Ms, a?.p90Ms])
  })

  test('working time is what passes, and the clock is what is told', () => {
    const third: Calendar = {
      elapsed: (from, to) => Math.max(0, to - from) / 3,
      after: (from, ms) => from + 3 * ms,
    }
    const plain = forecast(model, opened(later), 1, later)
    const slow = forecast(model, opened(later), 1, later, third)
    expect(slow.p50Ms / plain.p50Ms).toBeGreaterThan(2.5)
    expect(slow.within(slow.p50Ms)).toBeCloseTo(plain.within(plain.p50Ms), 1)
  })
})

test('a job that was dropped says only that it had not been done by then', () => {
  const long = (index: number) => (index % 2 === 0 ? 20 : 30) * hourMs
  const early = (index: number) => (index % 2 === 0 ? 20 : 1) * hourMs
  const whole = forecast(learned(100, long, 'dropped'), opened(later), 1, later)
  const cut = forecast(learned(100, early, 'dropped'), opened(later), 1, later)
  expect(cut.p50Ms / hourMs).toBeGreaterThan(20)
  expect(whole.p50Ms).toBeGreaterThanOrEqual(cut.p50Ms)
})

test('an end that belongs to no known job says nothing', () => {
  const model = newModel(stages)
  expect(learn(model, { kind: 'done', job: 'unknown', at: 5 })).toBeNull()
  expect(model).toEqual(newModel(stages))
})

test('what is kept of jobs and of the past is bounded', () => {
  const model = learned(20, spread)
  const [example] = model.past
  if (!example) throw new Error('Nothing was learned.')
  while (model.past.length < 2000) model.past.push({ ...example, stage: 'collected' })
  for (let entry = 0; entry < 100; entry++)
    learn(model, { kind: 'entered', job: 'long', stage: `stage ${entry % 3}`, at: later + entry, load: 1 })
  expect(model.open.long?.entries.length).toBeLessThanOrEqual(80)
  expect(model.open.long?.entries[0]?.before).toBeNull()
  learn(model, { kind: 'done', job: 'long', at: later + 300 })
  expect(model.past.length).toBe(2000)
  expect(model.past.filter(({ stage }) => stage.startsWith('stage ')).length).toBeLessThanOrEqual(40)
})
