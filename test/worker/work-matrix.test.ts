import { beforeAll, describe, expect, test } from 'vitest'
import { workCommandBody } from '../../src/work/contract.ts'
import type { WorkCommandBody } from '../../src/work/index.ts'
import { type Key, makeKey } from './fixtures.ts'
import {
  approve,
  chain,
  go,
  labour,
  light,
  makeWorkshop,
  quoteOf,
  toldOf,
  type Workshop,
} from './workshop.ts'

/** Every verb of a work order: once and again under its key, in a state that is not for it, out of date, and by others. */

type Verb = WorkCommandBody['verb']
type Case = {
  /** Brings a new order to where the verb is right. */
  bring: object[]
  command: object
  /** Another that would be right too. */
  another: object
  /** From where it is refused; the state of a new order unless it says otherwise. */
  wrong?: object[]
  /** What the order is told of, and where it then stands. */
  type: string
  status: string
  forCustomers?: true
}
const quoted = [go('diagnosing'), quoteOf(chain, labour, light)]
const approved = [...quoted, approve(1, 1, 2)]
const working = [...approved, go('in_progress')]
const worked = [...working, { verb: 'work_line', line: 1 }]
const offered = [...working, { verb: 'offer', alternatives: [{ kind: 'loan' }, { kind: 'cancel' }] }]
const ready = [...worked, go('quality_check'), go('ready')]

const cases: Record<Verb, Case> = {
  advance: {
    ...{ bring: approved, command: go('in_progress'), another: go('quality_check'), type: 'in_progress' },
    status: 'in_progress',
  },
  quote: {
    ...{ bring: working, command: quoteOf(light), another: quoteOf(chain), type: 'quoted', status: 'quoted' },
    wrong: ready,
  },
  decide: {
    ...{ bring: quoted, command: approve(1, 1, 2), another: approve(1, 1), type: 'approved' },
    ...{ status: 'approved', forCustomers: true },
  },
  offer: {
    ...{
      bring: working,
      command: { verb: 'offer', alternatives: [{ kind: 'collect', name: 'without rack' }] },
    },
    ...{ another: { verb: 'offer', alternatives: [{ kind: 'loan' }] }, type: 'alternatives_offered' },
    status: 'in_progress',
  },
  choose: {
    ...{ bring: offered, command: { verb: 'choose', kind: 'loan', offered: offered.length + 1 } },
    ...{
      another: { verb: 'choose', kind: 'cancel', offered: offered.length + 1 },
      type: 'alternative_chosen',
    },
    ...{ status: 'in_progress', forCustomers: true },
  },
  continue: {
    ...{ bring: [], command: { verb: 'continue' }, another: { verb: 'continue', revision: 9 } },
    ...{ type: 'approved', status: 'approved' },
  },
  pause: {
    ...{ bring: working, command: { verb: 'pause', reason: 'parts', until: '2026-12-01T09:00:00Z' } },
    ...{ another: { verb: 'pause', reason: 'safety' }, type: 'paused', status: 'paused' },
  },
  resume: {
    ...{ bring: [...working, { verb: 'pause', reason: 'customer' }], command: { verb: 'resume' } },
    ...{ another: { verb: 'resume', basis: 'told' }, type: 'in_progress', status: 'in_progress' },
  },
  assign: {
    ...{
      bring: [],
      command: { verb: 'assign', to: { person: 'Noor' } },
      another: { verb: 'assign', to: null },
    },
    ...{ wrong: [{ verb: 'cancel', reason: 'duplicate' }], type: 'assigned', status: 'received' },
  },
  work_line: {
    ...{ bring: working, command: { verb: 'work_line', line: 1, actual: 4_000 } },
    ...{ another: { verb: 'work_line', line: 2 }, type: 'line_worked', status: 'in_progress' },
  },
  bill: {
    ...{
      bring: ready,
      command: { verb: 'bill' },
      another: { verb: 'bill', amounts: [{ line: 1, amount: 1 }] },
    },
    ...{ type: 'billed', status: 'ready' },
  },
  cancel: {
    ...{ bring: quoted, command: { verb: 'cancel', reason: 'too_dear' }, wrong: ready, type: 'cancelled' },
    ...{ another: { verb: 'cancel', reason: 'other' }, status: 'cancelled', forCustomers: true },
  },
  reopen: {
    ...{ bring: [...ready, go('collected')], command: { verb: 'reopen', note: 'It squeaks' } },
    ...{ another: { verb: 'reopen' }, type: 'reopened', status: 'received' },
  },
}

let workshop: Workshop
let without: Key
beforeAll(async () => {
  workshop = await makeWorkshop()
  without = await makeKey('staff', { scopes: ['bookings', 'desk', 'capacity'] })
})

test('no verb is left out', () => {
  const verbs = workCommandBody.options.map(({ shape }) => shape.verb.value)
  expect(Object.keys(cases).toSorted()).toEqual(verbs.toSorted())
})

/** An order whose quote ran out after another had been approved: only time brings it there. */
async function brought(verb: Verb, bring: object[]) {
  const order = await workshop.receive('repair')
  if (verb !== 'continue') {
    await workshop.run(order.id, ...bring)
    return order
  }
  const expiresAt = new Date(Date.parse(order.createdAt) + 1_000).toISOString()
  await workshop.run(order.id, ...approved, { ...quoteOf(light), expiresAt })
  await workshop.advance(Date.parse(expiresAt))
  return order
}

describe.each(Object.entries(cases) as [Verb, Case][])(
  '%s',
  (verb, { bring, command, another, wrong = [], ...after }) => {
    test('is done once under its key, and is not for others or the past', async () => {
      const order = await brought(verb, bring)
      const { id } = order
      const before = await toldOf(id)
      const refused = async (
        code: string,
        status: number,
        more: object = {},
        by: { key?: Key | string } = {},
      ) => {
        const answer = await workshop.command(id, { ...command, ...more }, by)
        expect([answer.status, answer.body.code]).toEqual([status, code])
      }
      await refused('stale_revision', 409, { revision: 999 })
      await refused('out_of_scope', 403, {}, { key: without })
      const stranger = await workshop.receive()
      if (after.forCustomers) await refused('not_found', 404, {}, { key: stranger.token })
      else await refused('out_of_scope', 403, {}, { key: order.token })
      expect(await toldOf(id)).toEqual(before)

      const under = { idempotencyKey: crypto.randomUUID(), ...(after.forCustomers && { key: order.token }) }
      const first = await workshop.command(id, { ...command, revision: before.length }, under)
      expect([first.status, first.body.status]).toEqual([200, after.status])
      const told = await toldOf(id)
      expect(told.slice(before.length).map(({ type }) => type)).toEqual([`work.${after.type}`])
      const second = await workshop.command(id, { ...command, revision: before.length }, under)
      expect([second.status, second.headers.get('Idempotent-Replayed')]).toEqual([200, 'true'])
      expect(second.body).toEqual(first.body)
      const other = await workshop.command(id, another, under)
      expect([other.status, other.body.code]).toEqual([422, 'key_reused'])
      expect(await toldOf(id)).toEqual(told)
    })

    test('is refused by a state that it is not for', async () => {
      const { id } = await workshop.receive('repair')
      await workshop.run(id, ...wrong)
      const before = await toldOf(id)
      const answer = await workshop.command(id, command)
      expect([answer.status, answer.body.code]).toEqual([409, 'wrong_state'])
      expect(await toldOf(id)).toEqual(before)
    })
  },
)
