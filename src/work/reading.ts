import { refuse } from '../kernel/result.ts'
import { type Location, locationOf } from '../location/index.ts'
import { isOffice, officeOf, type Principal, reaches } from '../people/index.ts'
import type { Outcome } from '../platform/database.ts'
import type { EventRow } from '../platform/tables.ts'
import type { Model } from './forecast/index.ts'
import { calendarOf, type Ways, waysOf } from './foresee.ts'
import type { Deed, Order } from './rules/order.ts'
import type { WorkService, WorkSetupBody } from './setup-contract.ts'
import type { InvoiceRow, LineRow, OrderRow, PhotoRow, QuoteRow, WorkSetupRow } from './tables.ts'

/** Rows as the rules read them: configuration was checked when it was written. */

export type Happened = Pick<EventRow, 'at' | 'type' | 'actor' | 'reason'> & { data: string }

/** A work order with all that its reader needs. */
export type Reading = Order & {
  location: Location
  service: WorkService
  setup: Setup
  photos: PhotoRow[]
  history: Happened[]
}

export type Setup = Omit<WorkSetupBody, 'revision'> & { revision: number }

export const setupOf = (row: WorkSetupRow): Setup => ({
  ...(JSON.parse(row.setup) as Omit<WorkSetupBody, 'revision'>),
  revision: row.revision,
})

export function serviceOf(setup: Setup, id: string): WorkService {
  const service = setup.services.find((one) => one.id === id)
  // A service that has work orders is never taken out of the set-up.
  if (!service) throw new Error(`no work service ${id}`)
  return service
}

/** What `orderStatements` read; undefined where there is no such order. */
export function readingOf(outcomes: Outcome[]): Reading | undefined {
  const [order, location, setup, lines, quotes, invoice, photos, history] = outcomes.map(({ rows }) => rows)
  const row = order?.[0] as OrderRow | undefined
  if (!row || !location?.[0] || !setup?.[0]) return undefined
  const configured = setupOf(setup[0] as WorkSetupRow)
  return {
    order: row,
    location: locationOf(location[0] as Parameters<typeof locationOf>[0]),
    setup: configured,
    service: serviceOf(configured, row.service),
    lines: lines as LineRow[],
    quotes: quotes as QuoteRow[],
    invoice: invoice?.[0] as InvoiceRow | undefined,
    photos: photos as PhotoRow[],
    history: history as Happened[],
  }
}

export const modelOf = (row: Record<string, unknown> | undefined): Model | undefined =>
  row === undefined ? undefined : (JSON.parse(String(row.model)) as Model)

/** How this order is decided and promised, by what `outlookStatements` read. */
export const waysFor = (reading: Reading, model: Outcome | undefined): Ways =>
  waysOf(reading.service, reading.setup, calendarOf(reading.location), modelOf(model?.rows[0]))

export const loadOf = (outcome: Outcome | undefined): number => Number(outcome?.rows[0]?.load ?? 0)

/** Whether this order is there for them: their own by its link or of a partner's booking, or any of a location that staff reach. */
export const mayFind = (principal: Principal, { order, location }: Reading): boolean =>
  principal.role === 'customer'
    ? principal.id === order.id || (order.account !== null && principal.id === officeOf(order.id))
    : reaches(principal, location) &&
      (principal.partnerId === null || principal.partnerId === order.partner_id)

/** Who does it, as the rules ask. */
export const doerOf = ({ role, id }: Principal): Deed['by'] =>
  role !== 'customer' ? 'staff' : isOffice(id) ? 'office' : 'customer'

export const missing = () => refuse('not_found', { detail: 'There is no such work order.' })

/** Refuses a change that was made to something older than there is. */
export const staleUnless = (sent: number | undefined, revision: number) =>
  sent === undefined || sent === revision
    ? undefined
    : refuse('stale_revision', { detail: `It is at revision ${revision}.`, facts: { revision } })
