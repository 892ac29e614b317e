import { env } from 'cloudflare:workers'
import fc from 'fast-check'
import { expect, test, vi } from 'vitest'
import { decide } from '../../src/work/rules/decide.ts'
import type { Order } from '../../src/work/rules/order.ts'
import { staff } from '../rules/work-orders.ts'
import { aimed, cancel, step } from '../rules/work-steps.ts'
import { scaled } from '../scale.ts'
import { noon, rows } from './fixtures.ts'
import { chain, hour, labour, makeWorkshop, toldOf, workSetup } from './workshop.ts'

/** Lives of work orders at random over the API: it answers as the rules decide, and the store takes it. */

const errors = vi.spyOn(console, 'error')

type Promised = { kind: string; at: number | null; first: boolean; was: number | null; amount?: number }

/** What is wrong with the promises of a life, as its events tell them. */
async function promiseFaults(id: string): Promise<string[]> {
  const faults: string[] = []
  let [promised, first, done] = [null as number | null, null as number | null, false]
  for (const { type, at, data } of await toldOf(id)) {
    if (promised !== null && !done && at >= promised && type !== 'work.ready')
      faults.push(`${type} after ${promised}`)
    for (const told of (data.promises ?? []) as Promised[]) {
      if (told.kind !== 'ready_by') continue
      if (told.was !== promised) faults.push(`${type} replaces ${told.was}, which was ${promised}`)
      if (told.first !== (told.at !== null && first === null)) faults.push(`${type}: first or not?`)
      promised = told.at
      first ??= told.at
    }
    done ||= type === 'work.ready'
  }
  const [row] = await rows<{ first: number | null; promised: number | null }>(
    'SELECT first_promised_at AS first, promised_at AS promised FROM work_order WHERE id = ?',
    id,
  )
  if (row?.first !== first || row?.promised !== promised)
    faults.push(`${JSON.stringify(row)} of ${first}, ${promised}`)
  return faults
}

const config = {
  quoteMs: 72 * hour,
  tolerancePercent: workSetup.tolerancePercent,
  linesMost: 300,
  approvesTo: () => undefined,
  laterDate: () => null,
}
const used = {
  repair: ['received', 'diagnosing', 'quoted', 'approved', 'in_progress', 'quality_check'],
  service: ['received', 'in_progress'],
} as const

/** The order as it is stored. */
async function stored(id: string): Promise<Order> {
  const of = (table: string, key = 'order_id') =>
    env.DB.prepare(`SELECT * FROM ${table} WHERE ${key} = ?`).bind(id)
  const [order, lines, quotes, invoice] = await env.DB.batch([
    of('work_order', 'id'),
    of('work_line'),
    of('work_quote'),
    of('work_invoice'),
  ])
  return {
    order: order?.results[0],
    lines: lines?.results,
    quotes: quotes?.results,
    invoice: invoice?.results[0],
  } as Order
}

test('lives at random leave no promise in silence, and no bill above what was agreed', async () => {
  const met = { accepted: 0, refused: 0, billed: 0, moved: 0 }
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 16, maxLength: 20 }), fc.boolean(), async (steps, early) => {
      const { receive, read, command, advance } = await makeWorkshop()
      const { id } = await (early ? receive('service', { lines: [chain, labour] }) : receive('repair'))
      const mine = { ...config, used: used[early ? 'service' : 'repair'] }
      let now = noon
      for (const { commands, afterMs, untilMs, cancels } of steps) {
        now += afterMs
        await advance(now)
        const before = await stored(id)
        const instants = { until: untilMs === undefined ? undefined : now + untilMs }
        const judged = (cancels && met.accepted > 20 ? [cancel] : commands).map((one) => {
          const aim = aimed(one, before)
          return { aim, verdict: decide(before, aim, instants, staff(now), mine) }
        })
        // What the rules refuse, and then the first that they do not.
        const tried = [judged.find(({ verdict }) => !verdict.ok), judged.find(({ verdict }) => verdict.ok)]
        for (const { aim, verdict } of tried.filter((one) => one !== undefined)) {
          const pauses = aim.verb === 'pause' && instants.until !== undefined
          const until = pauses ? { until: new Date(instants.until ?? 0).toISOString() } : {}
          const answer = await command(id, { ...aim, ...until })
          const said = [JSON.stringify(aim), answer.body.code, errors.mock.calls]
          expect(said).toEqual([JSON.stringify(aim), verdict.ok ? undefined : verdict.problem.code, []])
          met[verdict.ok ? 'accepted' : 'refused']++
        }
        const { price, lines } = await read(id)
        expect(price.billed ?? 0).toBeLessThanOrEqual(price.ceiling ?? 0)
        met.billed += Number((price.billed ?? 0) > 0)
        for (const { decision, workedAt, billed } of lines)
          if (workedAt !== null || billed !== null) expect(decision).toBe('approved')
      }
      expect(await promiseFaults(id)).toEqual([])
      met.moved += (await toldOf(id)).filter(({ type }) => type === 'work.promise_moved').length
    }),
    { numRuns: scaled(4, 200), seed: scaled(4, Date.now()) },
  )
  for (const [what, count] of Object.entries(met)) expect([what, count > 0]).toEqual([what, true])
})
