import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decide } from '../../src/work/rules/decide.ts'
import { clockAt, isDone, isOver, type Status, waitsForCustomer } from '../../src/work/rules/life.ts'
import { type Finished, finish, type Order } from '../../src/work/rules/order.ts'
import type { Told } from '../../src/work/rules/promise.ts'
import { ceilingOf } from '../../src/work/rules/quote.ts'
import { scaled } from '../scale.ts'
import { config, customer, hour, noon, receive, rules, settled, staff } from './work-orders.ts'
import { aimed, cancel, step } from './work-steps.ts'

/** Whole lives of work orders at random: what holds after every step, whoever did it and whatever time did in between. */

const plain = { ...config, used: ['received', 'in_progress'] as const }

type Seen = { paused: number; billed: number; moved: number; waited: number; dearer: number }

function check(before: Order | undefined, { after, event }: Finished, seen: Seen) {
  const { order, lines, quotes, invoice } = after
  const at = event.at
  expect(order.revision).toBe((before?.order.revision ?? 0) + 1)
  expect(order.ours_ms + order.waited_ms).toBe(order.status_at - order.created_at)
  const clock = clockAt(order, at + hour)
  expect(clock.ours_ms + clock.waited_ms).toBe(at + hour - order.created_at)

  for (const one of lines) {
    if (one.worked_at !== null || one.billed !== null) expect(one.decision).toBe('approved')
    if (one.billed !== null) expect(one.billed).toBeLessThanOrEqual(one.amount_most)
    const old = before?.lines.find(({ line }) => line === one.line)
    if (old?.decision === 'approved') expect(one.decision).toBe('approved')
  }
  if (invoice) {
    expect(invoice.total).toBe(lines.reduce((sum, { billed }) => sum + (billed ?? 0), 0))
    expect(invoice.total).toBeLessThanOrEqual(ceilingOf(quotes) ?? 0)
  }

  const status = order.status as Status
  const first = before?.order.first_promised_at ?? null
  if (first !== null) expect(order.first_promised_at).toBe(first)
  const told = ((event.data.promises ?? []) as Told[]).filter(({ kind }) => kind === 'ready_by')
  if (order.promised_at !== (before?.order.promised_at ?? null))
    expect(told.map((one) => one.at)).toEqual([order.promised_at])
  else expect(told).toEqual([])
  // No promise passes in silence: whoever is told another date is told before the old one has passed.
  const old = before?.order.promised_at ?? null
  if (old !== null && !isDone(before?.order.status as Status)) {
    if (order.promised_at !== old && told[0]?.at !== null) expect(at).toBeLessThan(old)
    if (order.promised_at === old && !isDone(status)) expect(at).toBeLessThan(old)
  }
  if (order.promised_at !== null && !isDone(status)) {
    expect(order.due_at).toBeLessThan(order.promised_at)
    expect(order.due_at).toBeGreaterThan(at)
    expect(waitsForCustomer(order)).toBe(false)
  }
  expect(order.due_at === null).toBe(isOver(status))

  seen.paused += Number(status === 'paused')
  seen.billed += Number(event.type === 'work.billed' && (invoice?.total ?? 0) > 0)
  seen.moved += Number(event.type === 'work.promise_moved')
  seen.waited += Number(order.waited_ms > 0)
  seen.dearer += Number(lines.some(({ billed, amount }) => billed !== null && billed > amount))
}

test('a life keeps its promises, its ceiling and its clock at every step', () => {
  const seen: Seen = { paused: 0, billed: 0, moved: 0, waited: 0, dearer: 0 }
  fc.assert(
    fc.property(fc.array(step, { minLength: 20, maxLength: 30 }), fc.boolean(), (steps, early) => {
      const mine = { ...rules, promiseAt: early ? ('intake' as const) : ('approval' as const) }
      let now = noon
      const received = receive(now, early ? [{ kind: 'part', name: 'x', amount: 1_000 }] : [], mine)
      check(undefined, received, seen)
      let present = received.after
      const take = (finished: Finished) => {
        check(present, finished, seen)
        present = finished.after
      }
      for (const { commands, afterMs, untilMs, byCustomer, cancels } of steps) {
        now += afterMs
        for (const finished of settled(present, now, mine)) take(finished)
        const deed = byCustomer ? customer(now) : staff(now)
        const until = untilMs === undefined ? undefined : now + untilMs
        for (const command of cancels ? [cancel] : commands) {
          const decided = decide(present, aimed(command, present), { until }, deed, early ? plain : config)
          if (!decided.ok) continue
          take(finish(present, decided.value, deed, mine))
          break
        }
      }
    }),
    { numRuns: scaled(80, 10_000), seed: scaled(1, Date.now()) },
  )
  // The proof met what it is about.
  for (const [what, count] of Object.entries(seen)) expect([what, count > 0]).toEqual([what, true])
})
