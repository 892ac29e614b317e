import { expect, test } from 'vitest'
import { decide } from '../../src/work/rules/decide.ts'
import { finish } from '../../src/work/rules/order.ts'
import type { Told } from '../../src/work/rules/promise.ts'
import { workingTime } from '../../src/work/rules/working-time.ts'
import { calendar, config, hour, noon, receive, rules, settled, staff } from './work-orders.ts'

/** Working time, and the dates that are promised in it. */

const at = (text: string) => Date.parse(text)
const intake = { ...rules, promiseAt: 'intake' as const }
const toldIn = ({ event }: ReturnType<typeof receive>) => (event.data.promises ?? []) as Told[]

test('working time runs while it is open, over nights, week-ends and the change of the clocks', () => {
  // From Friday 16:00 to Monday 10:00.
  expect(calendar.elapsed(at('2026-11-20T16:00:00Z'), at('2026-11-23T10:00:00Z'))).toBe(2 * hour)
  expect(calendar.elapsed(noon, at('2026-11-23T09:00:00Z'))).toBe(0)
  expect(calendar.elapsed(noon + 5, noon)).toBe(0)
  expect(calendar.after(noon, 9 * hour)).toBe(at('2026-11-24T10:00:00Z'))
  expect(calendar.after(at('2026-11-23T09:00:00Z'), 8 * hour)).toBe(at('2026-11-23T17:00:00Z'))
  // In summer nine o'clock is an hour earlier.
  expect(calendar.after(at('2026-03-27T16:30:00Z'), hour)).toBe(at('2026-03-30T08:30:00Z'))
  for (const ms of [1, 7 * hour, 60 * hour, 900 * hour])
    expect(calendar.elapsed(noon, calendar.after(noon, ms))).toBe(ms)
})

test('a place that never opens is reckoned by the clock', () => {
  const none = { mon: [], tue: [], wed: [], thu: [], fri: [], sat: [], sun: [] }
  const never = workingTime({ weekly: none, seasons: [], exceptions: [] }, 'Europe/London')
  expect(never.after(noon, hour)).toBe(noon + hour)
})

test('what is told is a full hour at which it is open, never before the forecast', () => {
  expect(calendar.hourOf(at('2026-11-23T09:20:00Z'))).toBe(at('2026-11-23T10:00:00Z'))
  expect(calendar.hourOf(at('2026-11-23T10:00:00Z'))).toBe(at('2026-11-23T10:00:00Z'))
  expect(calendar.hourOf(at('2026-11-23T17:00:00Z'))).toBe(at('2026-11-23T17:00:00Z'))
  expect(calendar.hourOf(at('2026-11-23T20:00:00Z'))).toBe(at('2026-11-24T09:00:00Z'))
})

test('the first date is given at intake or at the approval, as the service says', () => {
  const early = receive(noon, [], intake)
  // Eight working hours from Saturday: the end of Monday.
  expect(early.after.order.promised_at).toBe(at('2026-11-23T17:00:00Z'))
  expect(toldIn(early)).toMatchObject([
    { kind: 'ready_by', first: true, was: null, at: early.after.order.promised_at },
  ])
  const late = receive(noon)
  expect([late.after.order.promised_at, late.event.data.promises]).toEqual([null, undefined])
  expect(receive(noon, [{ kind: 'part', name: 'Chain', amount: 1 }]).after.order.promised_at).not.toBe(null)
})

test('a date that slips is replaced while it can still be told, again and again', () => {
  const { after } = receive(noon, [], intake)
  const moves = settled(after, at('2026-12-24T12:00:00Z'), intake)
  expect(moves.length).toBeGreaterThan(3)
  let promised = after.order.promised_at ?? 0
  for (const move of moves) {
    expect(move.event.type).toBe('work.promise_moved')
    expect(move.event.at).toBeLessThanOrEqual(promised - 30 * 60_000)
    const [told] = toldIn(move)
    expect(told).toMatchObject({ first: false, was: promised })
    promised = told?.at ?? 0
    expect(move.after.order.first_promised_at).toBe(after.order.promised_at)
  }
})

test('a date that can be kept after all is looked at again, and nobody is told', () => {
  const { after } = receive(noon, [], intake)
  const better = {
    ...intake,
    foresee: (...[order, now]: Parameters<typeof rules.foresee>) => ({
      ...rules.foresee(order, now),
      chanceBy: () => 1,
    }),
  }
  const due = { ...after, order: { ...after.order, due_at: noon + hour } }
  const [held] = settled(due, noon + hour, better)
  expect([held?.event.type, held?.event.data.promises]).toEqual(['work.promise_held', undefined])
  expect(held?.after.order.promised_at).toBe(after.order.promised_at)
})

test('a pause for parts with its date moves the promise; one for the customer suspends it until the answer', () => {
  const { after } = receive(noon, [], intake)
  const monday = at('2026-11-23T09:00:00Z')
  const take = (from: typeof after, command: Parameters<typeof decide>[1], now: number, until?: number) => {
    const step = decide(from, command, { until }, staff(now), {
      ...config,
      used: ['received', 'in_progress'],
    })
    if (!step.ok) throw new Error(JSON.stringify(step))
    return finish(from, step.value, staff(now), intake)
  }
  const begun = take(after, { verb: 'advance', to: 'in_progress', basis: 'seen' }, monday).after
  const parts = take(
    begun,
    { verb: 'pause', reason: 'parts', basis: 'told' },
    monday + hour,
    at('2026-12-01T09:00:00Z'),
  )
  expect(toldIn(parts)).toMatchObject([{ was: begun.order.promised_at, first: false }])
  expect(parts.after.order.promised_at).toBeGreaterThan(at('2026-12-01T09:00:00Z'))

  const asks = take(begun, { verb: 'pause', reason: 'customer', basis: 'told' }, monday + hour)
  expect(toldIn(asks)).toMatchObject([{ at: null, was: begun.order.promised_at }])
  expect(settled(asks.after, at('2027-06-01T00:00:00Z'), intake)).toEqual([])
  const goes = take(asks.after, { verb: 'resume', basis: 'told' }, at('2026-12-10T10:00:00Z'))
  expect(toldIn(goes)).toMatchObject([{ first: false, was: null }])
  expect(goes.after.order.first_promised_at).toBe(after.order.promised_at)
  // Our clock stood still: an hour on Monday, and nine days that were not ours.
  expect(goes.after.order).toMatchObject({
    ours_ms: monday + hour - noon,
    waited_ms: at('2026-12-10T10:00:00Z') - monday - hour,
  })
})

test('what came of the first promise is told when the work is ready', () => {
  const { after } = receive(noon, [], intake)
  const ready = (now: number) => {
    const step = {
      after: { ...after, order: { ...after.order, status: 'ready' } },
      type: 'ready',
      basis: 'seen',
    }
    return finish(after, step, staff(now), intake).event.data.outcomes
  }
  const first = after.order.first_promised_at ?? 0
  expect(ready(first)).toMatchObject([{ kind: 'ready_by', first, kept: true }])
  expect(ready(first + 1)).toMatchObject([{ kind: 'ready_by', first, kept: false }])
})
