import { readReference } from '../kernel/ids.ts'
import { ok, type Result, refuseField } from '../kernel/result.ts'
import { locationIn, locationStatement } from '../location/index.ts'
import {
  credentialStatement,
  lacks,
  type Needs,
  noteAccess,
  principalOf,
  reaches,
  unauthenticated,
} from '../people/index.ts'
import type { Context } from '../platform/context.ts'
import { readCursor, writeCursor } from '../platform/cursor.ts'
import type { Outcome, Statement } from '../platform/database.ts'
import type { WorkListQuery, WorkOrder, WorkPage } from './contract.ts'
import { calendarOf, waysOf } from './foresee.ts'
import { mayFind, missing, modelOf, type Reading, readingOf, serviceOf, setupOf, waysFor } from './reading.ts'
import {
  boardStatement,
  modelsStatement,
  orderStatements,
  outlookStatements,
  setupStatement,
} from './store.ts'
import type { OrderRow, WorkSetupRow } from './tables.ts'
import { orderView, summaryView } from './view.ts'

type MayRead = Exclude<Needs, string>

/** Staff by their scope; a partner what came with its bookings, to follow and no more. */
const mayFollow: MayRead = (principal) =>
  lacks(principal, principal?.role === 'partner' ? 'bookings' : 'work')

/**
 * A work order, to staff, to the holder of its link and to the partner whose booking it came with: one round trip, and for all
 * but the holder another that writes down who was shown it.
 */
export async function readWorkOrder(context: Context, id: string): Promise<Result<WorkOrder>> {
  const opened = await openWorkOrder(context, id, [], mayFollow)
  return opened.ok ? ok(opened.value.order) : opened
}

/** A work order with what it was read from, and the rows of more statements in the same round trip. */
export async function openWorkOrder(
  context: Context,
  id: string,
  more: Statement[] = [],
  mayRead: MayRead = (principal) => lacks(principal, 'work'),
): Promise<Result<{ order: WorkOrder; reading: Reading; more: Outcome[] }>> {
  if (context.caller.kind === 'public') return unauthenticated()
  const forStaff = context.caller.kind === 'secret'
  const statements = [...orderStatements(id), ...(forStaff ? outlookStatements(id) : [])]
  const [credential, ...outcomes] = await context.db.batch([
    credentialStatement(context),
    ...statements,
    ...more,
  ])
  const principal = principalOf(context.caller, credential?.rows ?? [])
  const refused = principal?.role === 'customer' ? undefined : mayRead(principal)
  if (refused || !principal) return refused ?? unauthenticated()
  const reading = readingOf(outcomes)
  if (!reading || !mayFind(principal, reading)) return missing()
  await noteAccess(context, principal, 'work_order', id)
  const now = reading.location.simulatedNow ?? context.wallNow
  const foresee =
    forStaff && principal.role !== 'partner'
      ? waysFor(reading, outcomes[orderStatements(id).length]).foresee
      : undefined
  return ok({
    order: orderView(reading, now, { foresee }),
    reading,
    more: outcomes.slice(statements.length),
  })
}

/** Open orders of a location, those first that must be looked at first; or those that are over, newest first. */
export async function listWorkOrders(context: Context, query: WorkListQuery): Promise<Result<WorkPage>> {
  if (context.caller.kind === 'public') return unauthenticated()
  const after = query.after === undefined ? undefined : readCursor(query.after)
  if (query.after !== undefined && !after)
    return refuseField('query.after', 'cursor', 'Not a cursor of this list.', 'invalid_request')
  const [credential, place, configured, models, found] = await context.db.batch([
    credentialStatement(context),
    locationStatement(query.locationId),
    setupStatement(query.locationId),
    modelsStatement(query.locationId),
    boardStatement({
      location: query.locationId,
      over: query.over === 'true',
      status: query.status,
      service: query.service,
      reference: query.reference === undefined ? undefined : (readReference(query.reference) ?? '-'),
      after,
      limit: query.limit,
    }),
  ])
  const principal = principalOf(context.caller, credential?.rows ?? [])
  const refused = lacks(principal, 'work')
  if (refused || !principal) return refused ?? unauthenticated()
  const location = locationIn(place)
  if (!location || !reaches(principal, location)) return missing()
  const setupRow = configured?.rows[0] as WorkSetupRow | undefined
  const setup = setupRow && setupOf(setupRow)
  const now = location.simulatedNow ?? context.wallNow
  const calendar = calendarOf(location)
  const outlooks = new Map(
    setup?.services.map((service) => {
      const learned = modelOf(models?.rows.find((one) => one.service === service.id))
      return [service.id, waysOf(service, setup, calendar, learned).foresee]
    }),
  )
  const rows = (found?.rows ?? []) as OrderRow[]
  const page = rows.slice(0, query.limit)
  const last = page.at(-1)
  return ok({
    workOrders: setup
      ? page.map((order) =>
          summaryView(order, serviceOf(setup, order.service), location.zone, now, {
            foresee: outlooks.get(order.service),
          }),
        )
      : [],
    next: rows.length > query.limit && last ? writeCursor(last.due_at ?? 0, last.id) : null,
  })
}
