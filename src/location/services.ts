import { newId } from '../kernel/ids.ts'
import { ok, type Result, refuse, refuseField } from '../kernel/result.ts'
import {
  credentialStatement,
  type Done,
  isStaff,
  type Principal,
  principalOf,
  reaches,
  unauthenticated,
} from '../people/index.ts'
import type { Context } from '../platform/context.ts'
import type { Outcome } from '../platform/database.ts'
import { type PageQuery, pageOf, pageValues } from '../platform/page.ts'
import { locationOf, type Pool, poolOf, serviceOf } from './catalogue.ts'
import { changeAt, difference, missing, moved, staleUnless } from './change.ts'
import { below, checkService } from './checks.ts'
import type { ServiceBody, ServiceChange, ServiceView } from './contract.ts'
import { locationStatement } from './found.ts'
import {
  insertService,
  locationOfService,
  poolsByIds,
  serviceStatement,
  servicesStatement,
  updateLocation,
  updateService,
} from './store.ts'
import type { LocationRow, PoolRow, ServiceRow } from './tables.ts'
import { serviceView } from './views.ts'

/** What a location offers, to everybody; staff see what each service needs as well. */
export async function listServices(
  context: Context,
  locationId: string,
  query: PageQuery,
): Promise<Result<{ services: ServiceView[]; next: string | null }>> {
  const page = pageValues(query)
  if (!page.ok) return page
  const [credential, place, found] = await context.db.batch([
    credentialStatement(context),
    locationStatement(locationId),
    servicesStatement(locationId, page.value),
  ])
  const principal = principalOf(context.caller, credential?.rows ?? [])
  if (!principal) return unauthenticated()
  const forStaff = isStaffAt(principal, place)
  if (forStaff === undefined) return missing()
  const { rows, next } = pageOf<ServiceRow>(found?.rows ?? [], query.limit)
  return ok({ services: rows.map((row) => serviceView(serviceOf(row), forStaff)), next })
}

/** A service, to everybody; an archived one, or one of an archived location, to staff alone. */
export async function readService(context: Context, id: string): Promise<Result<ServiceView>> {
  const [credential, place, found] = await context.db.batch([
    credentialStatement(context),
    locationOfService(id),
    serviceStatement(id),
  ])
  const principal = principalOf(context.caller, credential?.rows ?? [])
  if (!principal) return unauthenticated()
  const forStaff = isStaffAt(principal, place)
  const row = found?.rows[0] as ServiceRow | undefined
  if (forStaff === undefined || !row) return missing()
  return row.archived_at === null || forStaff ? ok(serviceView(serviceOf(row), forStaff)) : missing()
}

/** Whether this is staff at a location; undefined where there is none, or none any more for others than staff. */
function isStaffAt(principal: Principal, place: Outcome | undefined): boolean | undefined {
  const row = place?.rows[0] as LocationRow | undefined
  if (!row) return undefined
  const location = locationOf(row)
  const forStaff = isStaff(principal) && reaches(principal, location)
  return location.archived && !forStaff ? undefined : forStaff
}

const poolsOf = (outcome: Outcome | undefined) =>
  new Map(((outcome?.rows ?? []) as PoolRow[]).map((row): [string, Pool] => [row.id, poolOf(row)]))

const poolsNeeded = ({ needs }: ServiceBody) => poolsByIds(needs.flatMap(({ of }) => of))

/** Offers a service at a location. */
export function createService(
  context: Context,
  locationId: string,
  input: ServiceBody,
): Promise<Result<Done<ServiceView>>> {
  const again = (id: string) => readService(context, id)
  const reads = [poolsNeeded(input)]
  return changeAt(context, locationStatement(locationId), reads, again, (place, [pools]) => {
    const errors = checkService(input, locationId, poolsOf(pools))
    if (errors.length > 0) return refuse('invalid_field', { errors })
    const row: ServiceRow = {
      id: newId('svc', context.wallNow),
      location_id: locationId,
      name: JSON.stringify(input.name),
      kind: input.kind,
      rules: JSON.stringify(input),
      revision: 1,
      archived_at: null,
    }
    return ok({
      type: 'service.created',
      subject: row.id,
      revision: 1,
      data: { kind: input.kind, pools: [...new Set(input.needs.flatMap(({ of }) => of))] },
      writes: (guard) => [insertService(row, guard), updateLocation(moved(place), guard)],
      value: serviceView(serviceOf(row), true),
    })
  })
}

/**
 * Replaces a service by another of the same kind, or archives it. Bookings keep the price, times and cut-off that they
 * were made with.
 */
export function changeService(
  context: Context,
  id: string,
  input: ServiceChange,
): Promise<Result<Done<ServiceView>>> {
  const { revision, archived, service: body } = input
  const reads = [serviceStatement(id), ...(body ? [poolsNeeded(body)] : [])]
  const again = () => readService(context, id)
  return changeAt(context, locationOfService(id), reads, again, (place, [found, pools]) => {
    const row = found?.rows[0] as ServiceRow | undefined
    if (!row) return missing()
    const stale = staleUnless(revision, row.revision)
    if (stale) return stale
    if (row.archived_at !== null) return refuse('wrong_state', { detail: 'The service is archived.' })
    if (body && body.kind !== row.kind) {
      return refuseField(
        'service.kind',
        'kind_fixed',
        'Bookings rely on its kind: offer another service instead.',
      )
    }
    const errors = body ? below('service', checkService(body, row.location_id, poolsOf(pools))) : []
    if (errors.length > 0) return refuse('invalid_field', { errors })
    const after: ServiceRow = {
      ...row,
      ...(body && { name: JSON.stringify(body.name), rules: JSON.stringify(body) }),
      archived_at: archived ? place.now : null,
      revision: row.revision + 1,
    }
    return ok({
      type: archived ? 'service.archived' : 'service.changed',
      subject: id,
      revision: after.revision,
      data: body ? difference(serviceOf(row), body) : {},
      writes: (guard) => [updateService(after, guard), updateLocation(moved(place), guard)],
      value: serviceView(serviceOf(after), true),
    })
  })
}
