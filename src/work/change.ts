import { ok, type Result, refuse } from '../kernel/result.ts'
import {
  carryOut,
  type Done,
  type Guard,
  type Needs,
  type Principal,
  timeAt,
  unauthenticated,
} from '../people/index.ts'
import type { Context } from '../platform/context.ts'
import type { Outcome, Statement } from '../platform/database.ts'
import type { WorkOrder } from './contract.ts'
import { readWorkOrder } from './read.ts'
import {
  doerOf,
  type Happened,
  loadOf,
  mayFind,
  missing,
  type Reading,
  readingOf,
  staleUnless,
  waysFor,
} from './reading.ts'
import type { Config } from './rules/decide.ts'
import { type Deed, type Finished, finish, type Step } from './rules/order.ts'
import {
  moveClock,
  orderAt,
  orderStatements,
  outlookStatements,
  partStatements,
  updateOrder,
} from './store.ts'
import { settle } from './sweep.ts'
import { orderView } from './view.ts'

/** How a work order changes: one read batch, a decision, one write batch, one event. */

type Decided = { step: Step; writes: (guard: Guard) => Statement[]; photo?: Reading['photos'][number] }

/** Changes a work order as decided on what was read; what time alone has done to it by then comes first. */
export async function changeOrder(
  context: Context,
  id: string,
  revision: number | undefined,
  needs: Needs,
  decideOn: (reading: Reading, deed: Deed, config: Config) => Result<Decided>,
): Promise<Result<Done<WorkOrder>>> {
  if (context.caller.kind === 'public') return unauthenticated()
  const again = (subject: string) => readWorkOrder(context, subject)
  const statements = [...orderStatements(id), ...outlookStatements(id)]
  for (;;) {
    let due: { location: string; at: number } | undefined
    const done = await carryOut(context, needs, statements, again, (outcomes, principal) => {
      const reading = readingOf(outcomes)
      if (!reading || !mayFind(principal, reading)) return missing()
      const now = timeAt(context, reading.location, principal)
      if (!now.ok) return now
      if (reading.order.due_at !== null && reading.order.due_at <= now.value) {
        due = { location: reading.location.id, at: now.value }
        return refuse('overloaded')
      }
      const stale = staleUnless(revision, reading.order.revision)
      if (stale) return stale
      return planned(context, reading, outcomes.slice(-2), principal, now.value, decideOn)
    })
    if (due === undefined) return done
    await settle(context.db, due.location, id, due.at)
  }
}

function planned(
  context: Context,
  reading: Reading,
  [model, load]: Outcome[],
  principal: Principal,
  now: number,
  decideOn: Parameters<typeof changeOrder>[4],
) {
  const ways = waysFor(reading, model)
  const deed: Deed = {
    at: Math.max(now, reading.order.changed_at),
    actor: principal.actor,
    by: doerOf(principal),
  }
  const decided = decideOn(reading, deed, ways.config)
  if (!decided.ok) return decided
  const finished = finish(reading, decided.value.step, deed, { ...ways, load: loadOf(load) })
  const { order } = finished.after
  const { photo } = decided.value
  return ok({
    event: { ...finished.event, location: order.location_id, subject: order.id, revision: order.revision },
    guard: orderAt(reading.order, now),
    writes: (guard: Guard) => [
      ...partStatements(reading, finished.after, guard),
      ...decided.value.writes(guard),
      ...clockStatements(context, order.location_id, now, guard),
      updateOrder(order, guard),
    ],
    value: orderView(
      {
        ...reading,
        ...finished.after,
        photos: photo ? [...reading.photos, photo] : reading.photos,
        history: [...reading.history, happened(finished, principal.actor)],
      },
      now,
      { foresee: principal.role === 'customer' ? undefined : ways.foresee },
    ),
  })
}

export const happened = ({ event }: Finished, actor: string): Happened => ({
  ...event,
  actor,
  data: JSON.stringify(event.data),
})

export const clockStatements = (
  { simulatedNow }: Context,
  location: string,
  now: number,
  guard: Guard,
): Statement[] => (simulatedNow === undefined ? [] : [moveClock(location, now, guard)])
