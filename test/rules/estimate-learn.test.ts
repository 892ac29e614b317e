import { describe, expect, test } from 'vitest'
import { calibrate, levelsOf, newCalibration } from '../../src/queue/estimate/calibrate.ts'
import { estimate } from '../../src/queue/estimate/estimate.ts'
import { learn } from '../../src/queue/estimate/learn.ts'
import { meanVisitMs, newModel } from '../../src/queue/estimate/model.ts'
import { quantileOf } from '../../src/queue/estimate/quantile.ts'
import { seededRandom } from '../../src/queue/estimate/random.ts'
import { type Shape, variationOf } from '../../src/queue/estimate/shape.ts'
import { line, minuteMs, modelOf, nearNormal, now, serving, situation } from './estimate-office.ts'

const config = { services: [{ id: 'A', nominalMs: 10 * minuteMs }], graceMs: 90_000 }
const visit = (ms: number, desk = 'd1', service = 'A') => ({ kind: 'visit', service, desk, ms }) as const

describe('pace', () => {
  test('begins at what is configured and leans on it while little was seen', () => {
    const model = newModel(config)
    expect(meanVisitMs(model, 'A', 'd1') / minuteMs).toBeCloseTo(10, 6)
    for (let i = 0; i < 3; i++) learn(model, visit(20 * minuteMs))
    const after = meanVisitMs(model, 'A', 'd1') / minuteMs
    expect(after).toBeGreaterThan(11)
    expect(after).toBeLessThan(18)
  })

  test('converges to the true mean and the true spread, of each service', () => {
    const random = seededRandom(11)
    const model = newModel({
      services: [...config.services, { id: 'B', nominalMs: 10 * minuteMs }],
      graceMs: 0,
    })
    for (let i = 0; i < 3000; i++) {
      learn(model, visit(6 * minuteMs * Math.exp(0.5 * nearNormal(random) - 0.125)))
      learn(model, visit(-Math.log(1 - random()) * 25 * minuteMs, 'd1', 'B'))
    }
    const [a, b] = [model.services.A, model.services.B].map((one) => variationOf(one?.shape as Shape))
    const pairs = [
      [meanVisitMs(model, 'A', 'd1'), 6 * minuteMs],
      [meanVisitMs(model, 'B', 'd1'), 25 * minuteMs],
      [a, Math.sqrt(Math.exp(0.25) - 1)],
      [b, 1],
    ] as [number, number][]
    for (const [learned, real] of pairs) expect(Math.abs(learned / real - 1)).toBeLessThan(0.09)
  })

  test('tells slow desks from fast ones', () => {
    const random = seededRandom(12)
    const model = newModel(config)
    for (let i = 0; i < 2000; i++) {
      const ms = 10 * minuteMs * Math.exp(0.6 * nearNormal(random) - 0.18)
      learn(model, visit(ms * 0.8, 'fast'))
      learn(model, visit(ms * 1.3, 'slow'))
    }
    const ratio = meanVisitMs(model, 'A', 'slow') / meanVisitMs(model, 'A', 'fast')
    expect(ratio).toBeGreaterThan(1.45)
    expect(ratio).toBeLessThan(1.75)
  })

  test('follows a drift, and wanders little where there is none', () => {
    const random = seededRandom(13)
    const steady = newModel(config)
    const drifting = newModel(config)
    let [wander, lag] = [0, 0]
    for (let i = 0; i < 6000; i++) {
      const drift = 1 + 0.25 * Math.sin(i / 500)
      const ms = 10 * minuteMs * Math.exp(0.7 * nearNormal(random) - 0.245)
      learn(steady, visit(ms))
      learn(drifting, visit(ms * drift))
      if (i < 3000) continue
      wander += Math.abs(meanVisitMs(steady, 'A', 'd1') / (10 * minuteMs) - 1) / 3000
      lag += Math.abs(meanVisitMs(drifting, 'A', 'd1') / (10 * minuteMs * drift) - 1) / 3000
    }
    expect(wander).toBeLessThan(0.04)
    expect(lag).toBeLessThan(0.1)
  })

  test('a few visits that were forgotten for hours hardly move it', () => {
    const random = seededRandom(14)
    const [clean, messy] = [newModel(config), newModel(config)]
    for (let i = 0; i < 2000; i++) {
      const ms = 10 * minuteMs * Math.exp(0.5 * nearNormal(random) - 0.125)
      learn(clean, visit(ms))
      learn(messy, visit(i % 200 === 7 ? 600 * minuteMs : ms))
    }
    const ratio = meanVisitMs(messy, 'A', 'd1') / meanVisitMs(clean, 'A', 'd1')
    expect(ratio).toBeGreaterThan(0.99)
    expect(ratio).toBeLessThan(1.06)
  })

  test('is plain data: stored and read back it says the same', () => {
    const model = modelOf((i) => (5 + (i % 11)) * minuteMs, 300)
    const state = situation(line(5), [serving('d1', 2)])
    const read = JSON.parse(JSON.stringify(model))
    expect(estimate(read, state, now, 150, seededRandom(4))).toEqual(
      estimate(model, state, now, 150, seededRandom(4)),
    )
  })
})

describe('calibration', () => {
  const quote = { p10: 10, p50: 50, p90: 90, ahead: 2 }

  test('moves to where the range holds as often as it says, slowly', () => {
    const calibration = newCalibration()
    calibrate(calibration, quote, 95)
    expect(levelsOf(calibration, 2)[2] - 0.9).toBeGreaterThan(0)
    expect(levelsOf(calibration, 2)[2] - 0.9).toBeLessThan(0.01)
    const random = seededRandom(21)
    const settled = newCalibration()
    // Waits are uniform, so a range to 86 holds 86 times in a hundred.
    for (let i = 0; i < 20_000; i++) {
      const [low, middle, high] = levelsOf(settled, 2)
      calibrate(
        settled,
        { p10: low * 100, p50: middle * 100, p90: (high - 0.04) * 100, ahead: 2 },
        random() * 100,
      )
    }
    expect(levelsOf(settled, 2)[2]).toBeGreaterThan(0.92)
    expect(levelsOf(settled, 2)[2]).toBeLessThan(0.96)
    expect(levelsOf(settled, 2)[1]).toBeCloseTo(0.5, 1)
  })

  test('those at the head of the line teach nothing about those at its end', () => {
    const calibration = newCalibration()
    for (let i = 0; i < 100; i++) calibrate(calibration, { ...quote, ahead: 0 }, 95)
    expect(levelsOf(calibration, 0)[2]).toBeGreaterThan(0.95)
    expect(levelsOf(calibration, 9)).toEqual([0.1, 0.5, 0.9])
  })

  test('stays within its bounds and in order whatever happens', () => {
    for (const waited of [0, 1000]) {
      const calibration = newCalibration()
      for (let i = 0; i < 5000; i++) calibrate(calibration, quote, waited)
      const [low, middle, high] = levelsOf(calibration, 2)
      expect(low).toBeGreaterThan(0)
      expect(Math.abs(middle - 0.5)).toBeLessThanOrEqual(0.0801)
      expect(low).toBeLessThan(middle)
      expect(middle).toBeLessThan(high)
      expect(high).toBeLessThan(1)
    }
  })
})

test('a quantile equals that of the sorted values', () => {
  const random = seededRandom(31)
  for (let round = 0; round < 200; round++) {
    const values = Float64Array.from({ length: 2 + Math.floor(random() * 60) }, () =>
      Math.floor(random() * 30),
    )
    const sorted = [...values].sort((a, b) => a - b)
    const level = random()
    const at = Math.min(sorted.length - 1, Math.max(0, level * (sorted.length + 1 / 3) - 2 / 3))
    const [a, b] = [sorted[Math.floor(at)] as number, sorted[Math.ceil(at)] as number]
    expect(quantileOf(values, level)).toBeCloseTo(a + (b - a) * (at - Math.floor(at)), 9)
  }
})
