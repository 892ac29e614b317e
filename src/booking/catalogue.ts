import type { Location, Service } from '../location/index.ts'
import { locationOf, type Pool, poolOf, serviceOf } from '../location/index.ts'
import type { Outcome } from '../platform/database.ts'
import type { LocalText } from '../platform/wire.ts'

/** A service with all that planning it takes. */
export type Catalogue = {
  location: Location
  service: Service
  pools: Map<string, Pool>
  /** Null until the organisation has a name. */
  organisation: LocalText | null
}

/** Opens the rows of `catalogueStatements`; undefined where the service is unknown or no longer offered. */
export function catalogueOf([service, location, pools]: Outcome[]): Catalogue | undefined {
  const serviceRow = service?.rows[0] as Parameters<typeof serviceOf>[0] | undefined
  const locationRow = location?.rows[0] as
    | (Parameters<typeof locationOf>[0] & { organisation: string | null })
    | undefined
  if (!serviceRow || !locationRow) return undefined
  if (serviceRow.archived_at !== null || locationRow.archived_at !== null) return undefined
  const known = (pools?.rows ?? []).map((row): [string, Pool] => {
    const pool = poolOf(row as Parameters<typeof poolOf>[0])
    return [pool.id, pool]
  })
  return {
    service: serviceOf(serviceRow),
    location: locationOf(locationRow),
    pools: new Map(known),
    organisation:
      locationRow.organisation === null ? null : (JSON.parse(locationRow.organisation) as LocalText),
  }
}
