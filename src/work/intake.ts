import { newId, newReference } from '../kernel/ids.ts'
import { ok, type Result, refuse, refuseField } from '../kernel/result.ts'
import { type Location, locationIn, locationStatement } from '../location/index.ts'
import { carryOut, type Done, type Guard, type Principal, reaches, timeAt } from '../people/index.ts'
import type { Context } from '../platform/context.ts'
import type { Statement } from '../platform/database.ts'
import { uncommanded } from '../platform/events.ts'
import { clockStatements, happened } from './change.ts'
import type { Basis, WorkCommandBody, WorkOrder, WorkOrderBody } from './contract.ts'
import { calendarOf, type Ways, waysOf } from './foresee.ts'
import { readWorkOrder } from './read.ts'
import {
  loadOf,
  mayFind,
  missing,
  modelOf,
  readingOf,
  type Setup,
  setupOf,
  staleUnless,
  waysFor,
} from './reading.ts'
import { accountFor, accountOf } from './rules/account.ts'
import { withQuote } from './rules/decide.ts'
import { type Deed, type Finished, finish, type Order, type Step } from './rules/order.ts'
import { decideQuote } from './rules/quote.ts'
import type { WorkService } from './setup-contract.ts'
import {
  cameWith,
  insertOrder,
  intakeAt,
  loadStatement,
  modelStatement,
  orderAt,
  orderStatements,
  outlookStatements,
  partStatements,
  setupStatement,
  updateOrder,
} from './store.ts'
import type { OrderRow, WorkSetupRow } from './tables.ts'
import { orderView } from './view.ts'

/** How a work order begins: something is handed in, or comes back. */

export const nothing = { lines: [], quotes: [], invoice: undefined }

/** What differs from one new order to another. */
export type Intake = Pick<
  OrderRow,
  | 'service'
  | 'origin_id'
  | 'booking_id'
  | 'ticket_id'
  | 'account'
  | 'partner_id'
  | 'channel'
  | 'contact'
  | 'items'
  | 'note'
  | 'assignee'
>

export const begun = (location: string, intake: Intake, load: number, deed: Deed): OrderRow => ({
  id: newId('wrk', deed.at),
  reference: newReference(),
  location_id: location,
  ...intake,
  status: 'received',
  pause_reason: null,
  pause_until: null,
  created_at: deed.at,
  status_at: deed.at,
  stage_before: null,
  stage_before_at: null,
  load,
  ours_ms: 0,
  waited_ms: 0,
  promised_at: null,
  first_promised_at: null,
  often_at: null,
  alternatives: null,
  due_at: null,
  revision: 0,
  changed_at: deed.at,
  changed_by: deed.actor,
})

/**
 * Takes in work (scope `work`): with what the customer agreed to at once, if anything. Refuses with `not_found`,
 * `invalid_field` (an unknown service or booking, lines that do not add up), `wrong_state` where the location is archived.
 */
export function createWorkOrder(context: Context, input: WorkOrderBody): Promise<Result<Done<WorkOrder>>> {
  const { locationId, service: serviceId, bookingId } = input
  const reads = [
    locationStatement(locationId),
    setupStatement(locationId),
    cameWith(bookingId, input.ticketId),
    modelStatement(locationId, serviceId),
    loadStatement(locationId, serviceId),
  ]
  const again = (id: string) => readWorkOrder(context, id)
  return carryOut(context, 'work', reads, again, ([place, configured, booked, model, load], principal) => {
    const location = locationIn(place)
    if (!location || !reaches(principal, location))
      return refuse('not_found', { detail: 'There is no such location.' })
    if (location.archived) return refuse('wrong_state', { detail: 'The location is archived.' })
    const now = timeAt(context, location, principal)
    if (!now.ok) return now
    const setup = configured?.rows[0] && setupOf(configured.rows[0] as WorkSetupRow)
    const service = setup?.services.find(({ id }) => id === serviceId)
    if (!setup || !service)
      return refuseField('service', 'unknown_service', 'This location does no such work.')
    if (input.account !== undefined && !accountOf(setup.accounts, input.account))
      return refuseField('account', 'unknown_account', 'There is no such account.')
    const came = booked?.rows[0] as {
      location_id: string | null
      contact: string | null
      partner: string | null
    }
    if (bookingId !== undefined && came.location_id !== locationId)
      return refuseField('bookingId', 'unknown_booking', 'There is no such booking at this location.')
    const deed: Deed = { at: now.value, actor: principal.actor, by: 'staff' }
    const ways = waysOf(service, setup, calendarOf(location), modelOf(model?.rows[0]))
    const row = begun(
      locationId,
      {
        service: serviceId,
        origin_id: null,
        booking_id: bookingId ?? null,
        ticket_id: input.ticketId ?? null,
        account: input.account ?? accountFor(setup.accounts, input.items),
        partner_id: came.partner,
        channel: input.channel ?? (principal.role === 'staff' ? 'front_desk' : 'api'),
        contact: input.contact ? JSON.stringify(input.contact) : came.contact,
        items: JSON.stringify(input.items),
        note: input.note ?? null,
        assignee: input.assignee ? JSON.stringify(input.assignee) : null,
      },
      loadOf(load) + 1,
      deed,
    )
    const agreed = agreedAtIntake({ order: row, ...nothing }, input, deed, ways)
    if (!agreed.ok) return agreed
    const [asked, received] = agreed.value
    const finished = receivedAs(received, deed, ways, basisOf(input))
    return ok(
      intakePlan(context, { location, setup, service }, principal, finished, ways, now.value, (guard) => [
        ...partStatements({ order: row, ...nothing }, asked, guard),
        ...partStatements(asked, finished.after, guard),
      ]),
    )
  })
}

const basisOf = ({ bookingId, ticketId, lines }: WorkOrderBody): Basis =>
  bookingId ? 'booking' : ticketId ? 'ticket' : lines ? 'told' : 'seen'

/** The order as asked, and as agreed: what is agreed at once goes through the same quote as everything else. */
export function agreedAtIntake(
  order: Order,
  { lines, priceLimit }: Pick<WorkOrderBody, 'lines' | 'priceLimit'>,
  deed: Deed,
  { config }: Ways,
): Result<[asked: Order, received: Order]> {
  if (!lines) return ok([order, order])
  const asked = withQuote(order, lines, priceLimit, deed.at + config.quoteMs, deed, config)
  if (!asked.ok) return asked
  const [quote] = asked.value.quotes
  if (!quote) throw new Error('a quote was made and is not there')
  const chosen = asked.value.lines.filter(({ kind }) => kind === 'labour' || kind === 'part')
  const decided = decideQuote(
    asked.value.lines,
    quote,
    chosen.map(({ line }) => line),
    deed,
    // Who hands it in agrees to no more than they may.
    config.approvesTo(order.order),
  )
  if (!decided.ok) return decided
  return ok([asked.value, { ...asked.value, lines: decided.value.lines, quotes: [decided.value.quote] }])
}

export const receivedAs = (order: Order, deed: Deed, ways: Ways, basis: Basis): Finished => {
  const { load, channel, booking_id, ticket_id, origin_id, items } = order.order
  const data = {
    channel,
    booking: booking_id,
    ticket: ticket_id,
    origin: origin_id,
    items: (JSON.parse(items) as unknown[]).length,
  }
  return finish(undefined, { after: order, type: 'received', basis, data }, deed, { ...ways, load })
}

/** Events and writes of an order that begins; it comes last, when its lines are there. */
function intakePlan(
  context: Context,
  at: { location: Location; setup: Setup; service: WorkService },
  principal: Principal,
  finished: Finished,
  ways: Ways,
  now: number,
  parts: (guard: Guard) => Statement[],
) {
  const { order } = finished.after
  const { location, setup } = at
  return {
    event: { ...finished.event, location: location.id, subject: order.id, revision: order.revision },
    guard: intakeAt(location.id, setup.revision, now),
    writes: (guard: Guard) => [
      ...parts(guard),
      ...clockStatements(context, location.id, now, guard),
      insertOrder(order, guard),
    ],
    value: orderView(
      { ...at, ...finished.after, photos: [], history: [happened(finished, principal.actor)] },
      now,
      { foresee: ways.foresee },
    ),
  }
}

/** What becomes of an order when its rework is received. */
export const reopenedAs = (origin: Order, rework: string): Step => ({
  after: { ...origin, order: { ...origin.order, status: 'reopened' } },
  type: 'reopened',
  basis: 'rework',
  data: { rework },
})

/**
 * Takes work that was collected back in, as another order that names this one as its origin (scope `work`). Answers with the
 * new order.
 */
export function rework(
  context: Context,
  id: string,
  input: WorkCommandBody & { verb: 'reopen' },
): Promise<Result<Done<WorkOrder>>> {
  const again = (subject: string) => readWorkOrder(context, subject)
  const reads = [...orderStatements(id), ...outlookStatements(id)]
  return carryOut(context, 'work', reads, again, (outcomes, principal) => {
    const reading = readingOf(outcomes)
    if (!reading || !mayFind(principal, reading)) return missing()
    const { order: origin, location, setup, service } = reading
    const now = timeAt(context, location, principal)
    if (!now.ok) return now
    const stale = staleUnless(input.revision, origin.revision)
    if (stale) return stale
    if (origin.status !== 'collected' && origin.status !== 'closed')
      return refuse('wrong_state', {
        detail: `The work order is ${origin.status}.`,
        facts: { status: origin.status },
      })
    const deed: Deed = { at: Math.max(now.value, origin.changed_at), actor: principal.actor, by: 'staff' }
    const [model, load] = outcomes.slice(-2)
    const ways = waysFor(reading, model)
    const { contact, items } = origin
    const row = begun(
      origin.location_id,
      {
        ...{
          service: origin.service,
          origin_id: id,
          booking_id: null,
          ticket_id: null,
          account: origin.account,
          partner_id: origin.partner_id,
          channel: 'front_desk',
        },
        ...{ contact, items, note: input.note ?? null, assignee: null },
      },
      loadOf(load) + 1,
      deed,
    )
    const finished = receivedAs({ order: row, ...nothing }, deed, ways, 'rework')
    const ended = finish(reading, reopenedAs(reading, row.id), deed, { ...ways, load: origin.load })
    const plan = intakePlan(
      context,
      { location, setup, service },
      principal,
      finished,
      ways,
      now.value,
      () => [],
    )
    const told = { ...ended.event, location: location.id, subject: id, revision: ended.after.order.revision }
    return ok({
      ...plan,
      guard: orderAt(origin, now.value),
      // The origin moves on last: what it was is the guard of all that comes before.
      writes: (guard) => [
        uncommanded({ ...told, actor: principal.actor }, guard),
        ...plan.writes(guard),
        updateOrder(ended.after.order, guard),
      ],
    })
  })
}
