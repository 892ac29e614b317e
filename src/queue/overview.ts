import { ok, type Result, refuse } from '../kernel/result.ts'
import { type Location, locationIn, organisationNameIn, organisationStatement } from '../location/index.ts'
import type { Context } from '../platform/context.ts'
import { statement } from '../platform/database.ts'
import type { LocalText } from '../platform/wire.ts'
import { setupView } from './configure.ts'
import type { QueueSetupRow } from './tables.ts'

/** The names around a queue, as people read them. */
export type Overview = {
  organisation: LocalText | null
  location: Location
  services: { id: string; letter: string; name: LocalText }[]
  desks: { id: string; name: string; services: string[] }[]
}

/** Of one location, to everybody; `not_found` where there is no queue. */
export async function readOverview(context: Context, locationId: string): Promise<Result<Overview>> {
  const [organisation, place, queue] = await context.db.batch([
    organisationStatement(),
    statement('SELECT * FROM location WHERE id = :locationId AND archived_at IS NULL', { locationId }),
    statement('SELECT * FROM queue WHERE location_id = :locationId', { locationId }),
  ])
  const [location, setup] = [locationIn(place), queue?.rows[0]]
  if (!location || !setup) return refuse('not_found', { detail: 'There is no such queue.' })
  const { services, desks } = setupView(setup as QueueSetupRow)
  return ok({
    organisation: organisationNameIn(organisation),
    location,
    services,
    desks,
  })
}
