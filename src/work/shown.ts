import { ok, type Result } from '../kernel/result.ts'
import type { Location } from '../location/index.ts'
import { organisationNameIn, organisationStatement } from '../location/index.ts'
import { isOffice } from '../people/index.ts'
import type { Context } from '../platform/context.ts'
import type { LocalText } from '../platform/wire.ts'
import type { WorkOrder } from './contract.ts'
import { usedStages } from './foresee.ts'
import { openWorkOrder } from './read.ts'
import type { AdvanceTo, Stage, Status } from './rules/life.ts'
import { type Offered, offeredFor } from './rules/offered.ts'
import type { WorkService } from './setup-contract.ts'

/** A work order as a page shows it: with its place, the stages of its service, and what can be done with it now. */
export type Shown = {
  order: WorkOrder
  location: Location
  organisation: LocalText | null
  stages: Stage[]
  tolerancePercent: number
  prices: WorkService['prices']
  offered: Offered
  /** Whether whoever looks decides for the account that it is for, whatever it comes to. */
  decidesAll: boolean
}

/** As `readWorkOrder` reads it, for staff and the holder of its link. */
export async function showWorkOrder(context: Context, id: string): Promise<Result<Shown>> {
  const opened = await openWorkOrder(context, id, [organisationStatement()])
  if (!opened.ok) return opened
  const { order, reading, more } = opened.value
  const stages = usedStages(reading.service)
  return ok({
    order,
    location: reading.location,
    organisation: organisationNameIn(more[0]),
    stages,
    tolerancePercent: reading.setup.tolerancePercent,
    prices: reading.service.prices,
    offered: offeredFor(order, stages),
    decidesAll: context.caller.kind !== 'link' || isOffice(context.caller.subject),
  })
}

const nothingYet = {
  ...{ lines: [], quotes: [], alternatives: [] },
  ...{ price: { billed: null }, readyBy: { promised: null } },
}

/** Where an order of a service goes from here by one press; undefined where it takes more than that. */
export const nextStage = (service: WorkService, status: Status): AdvanceTo | undefined =>
  offeredFor({ status, ...nothingYet }, usedStages(service)).advance.at(-1)
