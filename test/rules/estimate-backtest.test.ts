import { describe, expect, test } from 'vitest'
import type { LogEvent } from '../../scripts/backtest/log.ts'
import { Office } from '../../scripts/backtest/office.ts'
import { seededRandom } from '../../src/queue/estimate/random.ts'

const minuteMs = 60_000
const dayMs = 86_400_000
type Event = Exclude<LogEvent, { type: 'meta' }>

/** A log of two desks and one line, exponential visits and arrivals, and the wait of everybody who queued. */
function playedLog(days: number, seed: number): { events: Event[]; waits: Map<string, number> } {
  const random = seededRandom(seed)
  const exponential = (meanMs: number) => -Math.log(1 - random()) * meanMs
  const waits = new Map<string, number>()
  const events: Event[] = []
  for (let day = 0; day < days; day++) {
    const opens = Date.UTC(2026, 2, 2, 9) + day * dayMs
    const freeAt = new Map([
      ['c1', opens],
      ['c2', opens],
    ])
    const ofDay: Event[] = [...freeAt.keys()].map((counter) => ({ t: opens, type: 'open', counter }))
    let joinAt = opens
    for (let n = 0; n < 90; n++) {
      joinAt += exponential(5.5 * minuteMs)
      const ticketId = `${day}-${n}`
      const [counter, free] = [...freeAt].sort((a, b) => a[1] - b[1])[0] as [string, number]
      const callAt = Math.max(joinAt, free)
      const endAt = callAt + exponential(10 * minuteMs)
      freeAt.set(counter, endAt)
      const queued = callAt > joinAt
      if (queued) waits.set(ticketId, callAt - joinAt)
      ofDay.push({ t: joinAt, type: 'join', ticketId, service: 'A', queued })
      ofDay.push({ t: callAt, type: 'call', ticketId, counter })
      ofDay.push({ t: callAt, type: 'start', ticketId, counter })
      ofDay.push({ t: endAt, type: 'complete', ticketId, counter })
    }
    for (const [counter, t] of freeAt) ofDay.push({ t, type: 'close', counter, reason: 'day' })
    const order = { complete: 0, close: 1, open: 2, join: 3, call: 4, start: 5 } as Record<string, number>
    ofDay.sort((a, b) => a.t - b.t || (order[a.type] as number) - (order[b.type] as number))
    events.push(...ofDay)
  }
  return { events, waits }
}

const meta = {
  discipline: { type: 'fifo' as const },
  services: [{ id: 'A', nominalMin: 15 }],
  graceMs: 90_000,
}

describe('a log played through the estimator', () => {
  const { events, waits } = playedLog(30, 7)

  test('ranges hold as often as they say once it has learned for a few days', () => {
    const office = new Office(meta, 200, 1)
    let [n, below, median, high] = [0, 0, 0, 0]
    for (const [index, event] of events.entries()) {
      const quote = office.see(event)
      if (event.type !== 'join' || index < events.length / 6) continue
      const wait = waits.get(event.ticketId)
      expect(quote === null).toBe(wait === undefined)
      if (!quote || wait === undefined) continue
      n++
      if (wait < quote.p10) below++
      if (wait <= quote.p50) median++
      if (wait <= quote.p90) high++
    }
    expect(n).toBeGreaterThan(1000)
    expect(Math.abs(below / n - 0.1)).toBeLessThan(0.04)
    expect(Math.abs(median / n - 0.5)).toBeLessThan(0.07)
    expect(Math.abs(high / n - 0.9)).toBeLessThan(0.04)
  })

  test('an announcement knows nothing of what comes after it', () => {
    const cut = events.findIndex((event) => event.type === 'join' && event.ticketId === '3-40')
    const announced = (list: Event[]) => {
      const office = new Office(meta, 50, 1)
      return list.map((event) => office.see(event))
    }
    const changed = [
      ...events.slice(0, cut + 1),
      ...events.slice(cut + 1, cut + 200).map((event) => ({ ...event, t: event.t + 3 * minuteMs })),
    ]
    expect(announced(changed).slice(0, cut + 1)).toEqual(
      announced(events.slice(0, cut + 200)).slice(0, cut + 1),
    )
  })
})
