import { afterEach, expect, test, vi } from 'vitest'
import { cronMatches, startCron } from '../../scripts/cron.ts'

afterEach(() => {
  vi.useRealTimers()
})

test.each([
  ['* * * * *', '2026-11-22T10:07:00Z', true],
  ['*/5 * * * *', '2026-11-22T10:05:00Z', true],
  ['*/5 * * * *', '2026-11-22T10:06:00Z', false],
  ['0 3 * * *', '2026-11-22T03:00:00Z', true],
  ['0 3 * * *', '2026-11-22T15:00:00Z', false],
  ['0,30 8-17 * * 1-5', '2026-11-23T17:30:00Z', true], // a Monday
  ['0,30 8-17 * * 1-5', '2026-11-22T17:30:00Z', false], // a Sunday
  ['10/20 * * * *', '2026-11-22T00:50:00Z', true],
  ['0 0 1 1 *', '2027-01-01T00:00:00Z', true],
])('%s at %s: %s', (expression, at, expected) => {
  expect(cronMatches(expression, Date.parse(at))).toBe(expected)
})

test.each(['* * * *', '@daily', '0 0 * * MON'])('does not understand %s and says so', (expression) => {
  expect(() => cronMatches(expression, 0)).toThrow(expression)
})

test('fires each named minute once, on the minute, until it is stopped', () => {
  vi.useFakeTimers({ now: Date.parse('2026-11-22T10:03:20Z') })
  const fired: string[] = []
  const stop = startCron(['*/5 * * * *', '6 * * * *'], (cron, at) =>
    fired.push(`${cron} ${new Date(at).toISOString()}`),
  )
  vi.advanceTimersByTime(8 * 60_000)
  stop()
  vi.advanceTimersByTime(60 * 60_000)
  expect(fired).toEqual([
    '*/5 * * * * 2026-11-22T10:05:00.000Z',
    '6 * * * * 2026-11-22T10:06:00.000Z',
    '*/5 * * * * 2026-11-22T10:10:00.000Z',
  ])
})
