import { newId } from '../kernel/ids.ts'
import { ok, type Result, refuse } from '../kernel/result.ts'
import {
  credentialStatement,
  type Done,
  isStaff,
  principalOf,
  reaches,
  unauthenticated,
} from '../people/index.ts'
import type { Context } from '../platform/context.ts'
import type { Outcome } from '../platform/database.ts'
import { type PageQuery, pageOf, pageValues } from '../platform/page.ts'
import { locationOf, poolOf, serviceOf } from './catalogue.ts'
import { changeAt, difference, missing, moved, staleUnless } from './change.ts'
import { canBeFilled } from './checks.ts'
import type { PoolBody, PoolChange, PoolView } from './contract.ts'
import { locationStatement } from './found.ts'
import { checkWeekly } from './hours.ts'
import {
  insertPool,
  locationOfPool,
  poolAt,
  poolStatement,
  poolsBesidePool,
  poolsStatement,
  servicesBesidePool,
  updateLocation,
  updatePool,
} from './store.ts'
import type { LocationRow, PoolRow, ServiceRow } from './tables.ts'
import { bucketMinutes, poolView } from './views.ts'

const viewOf = (row: PoolRow) => poolView(poolOf(row))

/** The pools of a location that are in use, to staff: how many there are of what is not told to others. */
export async function listPools(
  context: Context,
  locationId: string,
  query: PageQuery,
): Promise<Result<{ pools: PoolView[]; next: string | null }>> {
  const page = pageValues(query)
  if (!page.ok) return page
  const [credential, place, found] = await context.db.batch([
    credentialStatement(context),
    locationStatement(locationId),
    poolsStatement(locationId, page.value),
  ])
  const principal = principalOf(context.caller, credential?.rows ?? [])
  if (!principal || principal.role === 'public') return unauthenticated()
  if (!isStaff(principal)) return refuse('out_of_scope', { detail: 'Pools are for staff.' })
  const row = place?.rows[0] as LocationRow | undefined
  if (!row || !reaches(principal, locationOf(row))) return missing()
  const { rows, next } = pageOf<PoolRow>(found?.rows ?? [], query.limit)
  return ok({ pools: rows.map(viewOf), next })
}

async function readPool(context: Context, id: string): Promise<Result<PoolView>> {
  const [row] = await context.db.rows(poolStatement(id))
  return row ? ok(viewOf(row as PoolRow)) : missing()
}

/** Adds a pool to a location. Its bucket is for ever: what is taken is counted by it. */
export function createPool(
  context: Context,
  locationId: string,
  input: PoolBody,
): Promise<Result<Done<PoolView>>> {
  const again = (id: string) => readPool(context, id)
  return changeAt(context, locationStatement(locationId), [], again, (place) => {
    const errors = input.hours ? checkWeekly(input.hours, 'hours') : []
    if (errors.length > 0) return refuse('invalid_field', { errors })
    const row: PoolRow = {
      id: newId('pool', context.wallNow),
      location_id: locationId,
      name: input.name,
      bucket_minutes: bucketMinutes[input.bucket],
      capacity: input.capacity,
      hours: input.hours && JSON.stringify(input.hours),
      revision: 1,
      archived_at: null,
    }
    return ok({
      type: 'pool.created',
      subject: row.id,
      revision: 1,
      data: { bucket: input.bucket, capacity: input.capacity, ownHours: input.hours !== null },
      writes: (guard) => [insertPool(row, guard), updateLocation(moved(place), guard)],
      value: viewOf(row),
    })
  })
}

/**
 * Renames a pool, sets its own hours, or archives it: bookings keep what they have of it and nothing new takes it. It
 * stays while a service could not be sold without it. Its capacity is set elsewhere, with a reason.
 */
export function changePool(context: Context, id: string, input: PoolChange): Promise<Result<Done<PoolView>>> {
  const { revision, archived, ...fields } = input
  const reads = [poolStatement(id), servicesBesidePool(id), poolsBesidePool(id)]
  const again = () => readPool(context, id)
  return changeAt(context, locationOfPool(id), reads, again, (place, [found, services, pools]) => {
    const row = found?.rows[0] as PoolRow | undefined
    if (!row) return missing()
    const stale = staleUnless(revision, row.revision)
    if (stale) return stale
    if (row.archived_at !== null) return refuse('wrong_state', { detail: 'The pool is archived.' })
    const errors = fields.hours ? checkWeekly(fields.hours, 'hours') : []
    if (errors.length > 0) return refuse('invalid_field', { errors })
    const needing = archived ? servicesWithout(id, services, pools) : []
    if (needing.length > 0) {
      const detail = 'Services cannot be sold without it: archive them first, or give them another pool.'
      return refuse('wrong_state', { detail, facts: { services: needing } })
    }
    const after: PoolRow = {
      ...row,
      name: fields.name ?? row.name,
      hours: fields.hours === undefined ? row.hours : fields.hours && JSON.stringify(fields.hours),
      archived_at: archived ? place.now : null,
      revision: row.revision + 1,
    }
    return ok({
      type: archived ? 'pool.archived' : 'pool.changed',
      subject: id,
      revision: after.revision,
      data: { changed: difference(poolOf(row), fields).changed },
      guard: poolAt(id, row.revision),
      writes: (guard) => [updateLocation(moved(place), guard), updatePool(after)],
      value: viewOf(after),
    })
  })
}

/** The services that need the pool and could not be filled by the others. */
function servicesWithout(id: string, services: Outcome | undefined, pools: Outcome | undefined): string[] {
  const others = new Set(
    (pools?.rows as PoolRow[] | undefined)
      ?.filter((pool) => pool.id !== id && pool.archived_at === null)
      .map((pool) => pool.id),
  )
  return ((services?.rows ?? []) as ServiceRow[])
    .map(serviceOf)
    .filter(({ needs }) => needs.some(({ of }) => of.includes(id)))
    .filter((service) => !canBeFilled(service, (pool) => others.has(pool)))
    .map((service) => service.id)
}
