import { type Config, fallDue, withQuote } from '../../src/work/rules/decide.ts'
import { type Deed, type Finished, finish, type Order } from '../../src/work/rules/order.ts'
import { type Foresee, laterDate, type PromiseRules } from '../../src/work/rules/promise.ts'
import { decideQuote } from '../../src/work/rules/quote.ts'
import { workingTime } from '../../src/work/rules/working-time.ts'

/** Work orders without a database, for tests of their rules. */

export const hour = 3_600_000
/** A Saturday noon in London. */
export const noon = Date.parse('2026-11-21T12:00:00Z')
const day = [{ from: '09:00', to: '17:00' }]
export const calendar = workingTime(
  {
    weekly: { mon: day, tue: day, wed: day, thu: day, fri: day, sat: [], sun: [] },
    seasons: [],
    exceptions: [],
  },
  'Europe/London',
)

export const config: Config = {
  used: ['received', 'diagnosing', 'quoted', 'approved', 'in_progress', 'quality_check'],
  quoteMs: 48 * hour,
  tolerancePercent: 10,
  linesMost: 300,
  approvesTo: () => undefined,
  laterDate: (order, now) => laterDate(order, now, rules),
}

/** Work that takes as long as its stages still do: certain by then, one half of it likely. */
export const foresee: Foresee = ({ status_at, pause_until, status }, now) => {
  const from = Math.max(now, pause_until ?? now)
  const left = status === 'quality_check' ? 2 * hour : 8 * hour
  const rest = Math.max(hour, left - calendar.elapsed(status_at, from))
  const p90 = calendar.after(from, rest)
  return {
    p50: calendar.after(from, rest / 2),
    p90,
    chanceBy: (at) => Math.min(1, Math.max(0, (0.9 * calendar.elapsed(from, at)) / rest)),
  }
}

export const rules: PromiseRules & { load: number } = {
  foresee,
  hourOf: calendar.hourOf,
  tellBelow: 0.25,
  promiseAt: 'approval',
  whenLate: [],
  load: 1,
}

export const staff = (at: number): Deed => ({ at, actor: 'key_staff', by: 'staff' })
export const customer = (at: number): Deed => ({ at, actor: 'customer:wrk_1', by: 'customer' })
const system = (at: number): Deed => ({ at, actor: 'system', by: 'system' })

const row = (at: number): Order['order'] => ({
  ...{ id: 'wrk_1', reference: 'K7M4QX', location_id: 'loc_1', service: 'repair', status: 'received' },
  ...{
    pause_reason: null,
    pause_until: null,
    origin_id: null,
    booking_id: null,
    ticket_id: null,
    account: null,
    partner_id: null,
  },
  ...{ channel: 'api', contact: null, items: '[{}]', note: null, assignee: null },
  ...{ created_at: at, status_at: at, stage_before: null, stage_before_at: null, load: 1 },
  ...{
    ours_ms: 0,
    waited_ms: 0,
    promised_at: null,
    first_promised_at: null,
    often_at: null,
    alternatives: null,
    due_at: null,
  },
  ...{ revision: 0, changed_at: at, changed_by: 'key_staff' },
})

/** An order that has just been received, with lines that were agreed at once where there are any. */
export function receive(
  at: number,
  lines: { kind: 'part'; name: string; amount: number }[] = [],
  with_ = rules,
): Finished {
  let after: Order = { order: row(at), lines: [], quotes: [], invoice: undefined }
  if (lines.length > 0) {
    const asked = withQuote(
      after,
      lines.map((line) => ({ ...line, optional: false })),
      undefined,
      at + hour,
      staff(at),
      config,
    )
    if (!asked.ok || !asked.value.quotes[0]) throw new Error('no quote')
    const numbers = asked.value.lines.map(({ line }) => line)
    const decided = decideQuote(asked.value.lines, asked.value.quotes[0], numbers, staff(at))
    if (!decided.ok) throw new Error('not decided')
    after = { ...asked.value, lines: decided.value.lines, quotes: [decided.value.quote] }
  }
  return finish(undefined, { after, type: 'received', basis: 'seen' }, staff(at), with_)
}

/** All that time does to an order by then. */
export function settled(order: Order, until: number, with_ = rules): Finished[] {
  const done: Finished[] = []
  let present = order
  while (present.order.due_at !== null && present.order.due_at <= until) {
    const deed = system(Math.max(present.order.changed_at, present.order.due_at))
    const finished = finish(present, fallDue(present, deed), deed, with_)
    done.push(finished)
    present = finished.after
  }
  return done
}
