import { limits } from '../config.ts'
import { locationIn, locationStatement } from '../location/index.ts'
import type { Database, Statement } from '../platform/database.ts'
import { uncommanded } from '../platform/events.ts'
import { calendarOf, type Ways, waysOf } from './foresee.ts'
import { modelOf, serviceOf, setupOf } from './reading.ts'
import { fallDue } from './rules/decide.ts'
import { finish, type Order } from './rules/order.ts'
import {
  dueLocations,
  dueStatements,
  modelsStatement,
  moveClock,
  partStatements,
  revisionAt,
  setupStatement,
  updateOrder,
} from './store.ts'
import type { LineRow, OrderRow, QuoteRow, WorkSetupRow } from './tables.ts'

/**
 * What time does to work orders (Law 7): a quote ends, and a promise that can no longer be kept well is replaced before it
 * passes. By cron for every location, when a test-mode clock is advanced, and for one order when somebody comes by it.
 */

/** Looks at whatever is due; tells how many changes that made. */
export async function sweepWork(db: Database, wallNow: number): Promise<number> {
  let changed = 0
  for (const { id, at } of (await db.rows(dueLocations(wallNow))) as { id: string; at: number }[])
    changed += await settleLocation(db, id, at)
  return changed
}

/** Looks at all that is due at a location by `at`, epoch ms, in steps. */
export async function settleLocation(db: Database, location: string, at: number): Promise<number> {
  let changed = 0
  for (;;) {
    const step = await settleDue(db, location, at, null)
    changed += step.changed
    if (step.looked < limits.sweepWork || step.changed === 0) return changed
  }
}

/** Brings one order up to `at`, before somebody changes it then. */
export async function settle(db: Database, location: string, id: string, at: number): Promise<void> {
  await settleDue(db, location, at, id)
}

async function settleDue(
  db: Database,
  locationId: string,
  at: number,
  only: string | null,
): Promise<{ looked: number; changed: number }> {
  const [place, configured, models, orders, lines, quotes] = await db.batch([
    locationStatement(locationId),
    setupStatement(locationId),
    modelsStatement(locationId),
    ...dueStatements(locationId, at, only, limits.sweepWork),
  ])
  const due = (orders?.rows ?? []) as OrderRow[]
  const location = locationIn(place)
  if (!location || !configured?.rows[0] || due.length === 0) return { looked: 0, changed: 0 }
  const setup = setupOf(configured.rows[0] as WorkSetupRow)
  const calendar = calendarOf(location)
  const ways = new Map<string, Ways>()
  const waysFor = (id: string): Ways => {
    const learned = modelOf(models?.rows.find(({ service }) => service === id))
    const known = ways.get(id) ?? waysOf(serviceOf(setup, id), setup, calendar, learned)
    ways.set(id, known)
    return known
  }
  const statements = due.flatMap((order) =>
    stepsOf(
      {
        order,
        lines: ((lines?.rows ?? []) as LineRow[]).filter(({ order_id }) => order_id === order.id),
        quotes: ((quotes?.rows ?? []) as QuoteRow[]).filter(({ order_id }) => order_id === order.id),
        invoice: undefined,
      },
      at,
      location.testMode,
      waysFor(order.service),
    ),
  )
  const [, ...outcomes] = await db.batch([
    moveClock(locationId, at, { sql: 'true', values: {} }),
    ...statements.map(({ statement }) => statement),
  ])
  const changed = outcomes.filter(({ changes }, i) => changes > 0 && statements[i]?.isLast).length
  return { looked: due.length, changed }
}

/** Nobody was away for longer than this many dates. */
const stepsMost = 500

/** One after another what is due of an order by `until`. Simulated clocks jump: there each is done at its own time. */
function stepsOf(
  order: Order,
  until: number,
  simulated: boolean,
  ways: Ways,
): { statement: Statement; isLast: boolean }[] {
  const statements: { statement: Statement; isLast: boolean }[] = []
  let present = order
  for (let n = 0; n < stepsMost; n++) {
    const { due_at, changed_at, status, load } = present.order
    if (due_at === null || due_at > until) break
    // A deadline is the time of what it ends; another date counts from when it is really told.
    const at = Math.max(changed_at, simulated || status === 'quoted' ? due_at : until)
    const deed = { at, actor: 'system', by: 'system' } as const
    const { after, event } = finish(present, fallDue(present, deed), deed, { ...ways, load })
    const { id, location_id, revision } = after.order
    const guard = revisionAt(present.order)
    const told = { ...event, location: location_id, subject: id, revision, actor: 'system' }
    for (const statement of [uncommanded(told, guard), ...partStatements(present, after, guard)])
      statements.push({ statement, isLast: false })
    statements.push({ statement: updateOrder(after.order, guard), isLast: true })
    present = after
  }
  return statements
}
