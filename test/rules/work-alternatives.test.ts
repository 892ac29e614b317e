import { expect, test } from 'vitest'
import { type Alternative, readAlternatives } from '../../src/work/rules/alternatives.ts'
import { type Command, decide } from '../../src/work/rules/decide.ts'
import { finish, type Order } from '../../src/work/rules/order.ts'
import { customer, hour, receive, rules, settled, staff, config as usual } from './work-orders.ts'

/** What a customer is offered before a date is missed, and what becomes of it. */

const config = { ...usual, used: ['received', 'in_progress', 'quality_check'] as const }
const intake = { ...rules, promiseAt: 'intake' as const }
const late = { ...intake, whenLate: ['loan', 'cancel'] as const }
/** A Monday morning; the work takes the day. */
const monday = Date.parse('2026-11-23T09:00:00Z')

const begin = (with_ = intake): Order => {
  const { after } = receive(monday, [{ kind: 'part', name: 'Chain', amount: 3_850 }], with_)
  return take(after, { verb: 'advance', to: 'in_progress', basis: 'seen' }, monday + hour, with_).after
}
function take(order: Order, command: Command, at: number, with_ = intake, by = staff) {
  const step = decide(order, command, { until: undefined }, by(at), config)
  if (!step.ok) throw new Error(JSON.stringify(step.problem))
  return finish(order, step.value, by(at), with_)
}
const offer = (...kinds: Alternative['kind'][]): Command => ({
  verb: 'offer',
  alternatives: kinds.map((kind) => ({ kind })),
})
const choose = (order: Order, kind: Alternative['kind']): Command => {
  const offered = readAlternatives(order.order.alternatives).find((one) => one.kind === kind)?.offered ?? 0
  return { verb: 'choose', kind, offered, basis: 'told' }
}
const kindsOf = ({ order }: Order) =>
  readAlternatives(order.alternatives).map(({ kind, chosenAt }) => (chosenAt === null ? kind : `${kind}!`))

test('another date is the one that would be told now, and becomes the promise when it is chosen', () => {
  const order = begin()
  const was = order.order.promised_at ?? 0
  const risky = was - 2 * hour
  const { after: offered, event } = take(order, offer('later', 'loan'), risky)
  const [later] = readAlternatives(offered.order.alternatives)
  expect(offered.order.promised_at).toBe(was)
  expect(event.data.alternatives).toEqual([
    { kind: 'later', at: later?.at },
    { kind: 'loan', at: null },
  ])
  expect(later?.at).toBeGreaterThan(was)
  const chosen = take(offered, choose(offered, 'later'), risky + hour / 4, late, customer)
  expect(chosen.after.order).toMatchObject({ promised_at: later?.at, first_promised_at: was })
  expect(chosen.event).toMatchObject({
    type: 'work.alternative_chosen',
    data: { by: 'customer', alternative: 'later', promises: [{ at: later?.at, was, first: false }] },
  })
  expect(kindsOf(chosen.after)).toEqual(['later!'])
  expect(chosen.after.order.due_at).toBeLessThan(later?.at ?? 0)
})

test('another date is not offered where the one that stands is likely to be kept', () => {
  const step = decide(begin(), offer('loan', 'later'), {}, staff(monday + hour), {
    ...config,
    laterDate: () => null,
  })
  expect(step.ok || step.problem.errors).toMatchObject([{ path: 'alternatives.1.kind', rule: 'not_later' }])
})

test('a date that slips comes with what the service offers then; a choice outlives the next slip', () => {
  const order = begin(late)
  const slips = settled(order, monday + 60 * hour, late)
  const [first] = slips
  expect(first?.event.type).toBe('work.promise_moved')
  expect(first?.event.data.alternatives).toEqual([
    { kind: 'loan', at: null },
    { kind: 'cancel', at: null },
  ])
  const moved = first?.after as Order
  const chosen = take(moved, choose(moved, 'loan'), moved.order.changed_at + 1, late, customer).after
  expect(kindsOf(chosen)).toEqual(['loan!'])
  const again = settled(chosen, monday + 90 * hour, late)[0]
  expect(again && kindsOf(again.after)).toEqual(['loan!', 'cancel'])
  expect(again?.event.data.alternatives).toEqual([{ kind: 'cancel', at: null }])
})

test('cancelling is free for whoever it was offered to, even of work that has begun', () => {
  const order = begin(late)
  const worked = take(order, { verb: 'work_line', line: 1 }, monday + 2 * hour, late).after
  const plain = decide(worked, { verb: 'cancel', reason: 'other' }, {}, customer(monday + 2 * hour), config)
  expect(plain.ok || plain.problem.code).toBe('wrong_state')
  const moved = settled(worked, monday + 60 * hour, late)[0]?.after as Order
  const { after, event } = take(moved, choose(moved, 'cancel'), moved.order.changed_at + 1, late, customer)
  expect([after.order.status, event.type, event.data.alternative]).toEqual([
    'cancelled',
    'work.cancelled',
    'cancel',
  ])
  const bill = decide(after, { verb: 'bill', amounts: [] }, {}, staff(monday + 99 * hour), config)
  expect(bill.ok || bill.problem.code).toBe('wrong_state')
})

test('nothing is left to choose once it is ready, or the customer has something else to answer', () => {
  const offered = take(begin(), offer('loan', 'cancel'), monday + 2 * hour).after
  const line = { kind: 'part', name: 'Light', amount: 1, optional: false } as const
  const quoted = take(offered, { verb: 'quote', lines: [line] }, monday + 3 * hour).after
  expect(kindsOf(quoted)).toEqual([])
  const checked = take(
    offered,
    { verb: 'advance', to: 'quality_check', basis: 'seen' },
    monday + 3 * hour,
  ).after
  expect(kindsOf(checked)).toEqual(['loan', 'cancel'])
  const ready = take(checked, { verb: 'advance', to: 'ready', basis: 'seen' }, monday + 4 * hour).after
  expect(kindsOf(ready)).toEqual([])
})

test('what is offered anew takes the place of what was not chosen, and an old choice is not taken for it', () => {
  const first = take(begin(), offer('loan', 'cancel'), monday + 2 * hour).after
  const second = take(first, offer('loan'), monday + 3 * hour).after
  expect(kindsOf(second)).toEqual(['loan'])
  const code = (command: Command, order = second) => {
    const step = decide(order, command, {}, customer(monday + 4 * hour), config)
    return step.ok || step.problem.code
  }
  expect([code(choose(first, 'loan')), code(choose(first, 'cancel'))]).toEqual([
    'stale_revision',
    'stale_revision',
  ])
  expect(code(choose(second, 'loan'))).toBe(true)
  expect(code(choose(second, 'loan'), begin())).toBe('wrong_state')
  const twice = decide(second, offer('loan', 'loan'), {}, staff(monday + 4 * hour), config)
  expect(twice.ok || twice.problem.errors).toMatchObject([{ path: 'alternatives.1.kind', rule: 'duplicate' }])
})
