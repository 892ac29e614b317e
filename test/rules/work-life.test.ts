import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Command, decide } from '../../src/work/rules/decide.ts'
import {
  advanceTo,
  clockAt,
  isDone,
  isOver,
  pauseReasons,
  type Status,
  waitsForCustomer,
} from '../../src/work/rules/life.ts'
import { type Finished, finish, type Order } from '../../src/work/rules/order.ts'
import type { Told } from '../../src/work/rules/promise.ts'
import { ceilingOf } from '../../src/work/rules/quote.ts'
import { scaled } from '../scale.ts'
import { config, customer, hour, noon, receive, rules, settled, staff } from './work-orders.ts'

/** Whole lives of work orders at random: what holds after every step, whoever did it and whatever time did in between. */

const amount = fc.integer({ min: 0, max: 20_000 })
const line = fc.oneof(
  fc.record({
    kind: fc.constantFrom('labour', 'part'),
    name: fc.constant('x'),
    amount,
    optional: fc.boolean(),
  }),
  fc.record({
    kind: fc.constant('tax'),
    name: fc.constant('VAT'),
    amount,
    optional: fc.constant(false),
    of: fc.constant(1),
  }),
  fc.record({
    kind: fc.constant('discount'),
    name: fc.constant('Regular'),
    amount: amount.map((n) => (n === 0 ? 0 : -n)),
    optional: fc.constant(false),
  }),
)
const lineNumber = fc.integer({ min: 1, max: 9 })
const command = fc.oneof(
  {
    weight: 24,
    arbitrary: fc.record({
      verb: fc.constant('advance'),
      to: fc.constantFrom(...advanceTo),
      basis: fc.constant('seen'),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record(
      {
        verb: fc.constant('quote'),
        lines: fc.array(line, { minLength: 1, maxLength: 4 }),
        priceLimit: amount,
      },
      { requiredKeys: ['verb', 'lines'] },
    ),
  },
  {
    weight: 12,
    arbitrary: fc.record({
      verb: fc.constant('decide'),
      version: fc.integer({ min: 1, max: 4 }),
      approve: fc.uniqueArray(lineNumber, { maxLength: 5 }),
      basis: fc.constant('told'),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ verb: 'continue' }) },
  {
    weight: 3,
    arbitrary: fc.record({
      verb: fc.constant('pause'),
      reason: fc.constantFrom(...pauseReasons),
      basis: fc.constant('seen'),
    }),
  },
  { weight: 3, arbitrary: fc.constant({ verb: 'resume', basis: 'seen' }) },
  {
    weight: 12,
    arbitrary: fc.record(
      { verb: fc.constant('work_line'), line: lineNumber, actual: amount },
      { requiredKeys: ['verb', 'line'] },
    ),
  },
  {
    weight: 12,
    arbitrary: fc.record({
      verb: fc.constant('bill'),
      amounts: fc.array(fc.record({ line: lineNumber, amount }), { maxLength: 2 }),
    }),
  },
) as fc.Arbitrary<Command>

/** The command with lines that there are, and mostly the quote that is open. */
function aimed(command: Command, { lines, quotes }: Order): Command {
  const some = (n: number) => lines[n % (lines.length || 1)]
  /** Around what was approved at most. */
  const near = (n: number, most = 0) => Math.floor((0.7 + n / 60_000) * most)
  if (command.verb === 'work_line') {
    const one = some(command.line)
    const { actual } = command
    return {
      ...command,
      line: one?.line ?? 1,
      ...(actual !== undefined && { actual: near(actual, one?.amount_most) }),
    }
  }
  if (command.verb === 'bill') {
    const amounts = command.amounts.map(({ line, amount }) => {
      const one = some(line)
      return { line: one?.line ?? 1, amount: near(amount, one?.amount_most) }
    })
    return { ...command, amounts }
  }
  const open = quotes.find(({ status }) => status === 'open')
  if (command.verb !== 'decide' || !open || command.version > 3) return command
  const asked = lines.filter(({ version, kind }) => version === open.version && /labour|part/.test(kind))
  const approve = asked.filter((_, i) => command.approve.includes(i + 1)).map(({ line }) => line)
  return { ...command, version: open.version, approve }
}
const cancel: Command = { verb: 'cancel', reason: 'other' }
const plain = { ...config, used: ['received', 'in_progress'] as const }

const step = fc.record({
  // The first that is not refused.
  commands: fc.array(command, { minLength: 3, maxLength: 8 }),
  afterMs: fc.oneof(
    { weight: 6, arbitrary: fc.integer({ min: 0, max: 3 * hour }) },
    { weight: 1, arbitrary: fc.integer({ min: 0, max: 200 * hour }) },
  ),
  untilMs: fc.option(fc.integer({ min: 1, max: 100 * hour }), { nil: undefined }),
  byCustomer: fc.boolean(),
  cancels: fc.integer({ min: 0, max: 60 }).map((n) => n === 7),
})

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
