import fc from 'fast-check'
import { readAlternatives } from '../../src/work/rules/alternatives.ts'
import type { Command } from '../../src/work/rules/decide.ts'
import { advanceTo, pauseReasons } from '../../src/work/rules/life.ts'
import type { Order } from '../../src/work/rules/order.ts'
import { hour } from './work-orders.ts'

/** What happens to a work order, at random: some of it is refused. */

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
    weight: 2,
    arbitrary: fc.record({
      verb: fc.constant('offer'),
      alternatives: fc.array(fc.record({ kind: fc.constantFrom('loan', 'collect') }), {
        minLength: 1,
        maxLength: 2,
      }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      verb: fc.constant('choose'),
      kind: fc.constantFrom('loan', 'collect'),
      offered: fc.integer({ min: 1, max: 9 }),
      basis: fc.constant('told'),
    }),
  },
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
export function aimed(command: Command, { order, lines, quotes }: Order): Command {
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
  if (command.verb === 'choose') {
    const known = readAlternatives(order.alternatives)
    const one = known.find(({ chosenAt }) => chosenAt === null && command.offered > 1)
    return one ? { ...command, kind: one.kind, offered: one.offered } : command
  }
  const open = quotes.find(({ status }) => status === 'open')
  if (command.verb !== 'decide' || !open || command.version > 3) return command
  const asked = lines.filter(({ version, kind }) => version === open.version && /labour|part/.test(kind))
  const approve = asked.filter((_, i) => command.approve.includes(i + 1)).map(({ line }) => line)
  return { ...command, version: open.version, approve }
}
export const cancel: Command = { verb: 'cancel', reason: 'other' }

export const step = fc.record({
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
