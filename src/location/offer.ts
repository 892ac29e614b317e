import type { Context } from '../platform/context.ts'
import { statement } from '../platform/database.ts'
import type { LocalText } from '../platform/wire.ts'
import { type Location, locationOf, type Service, serviceOf } from './catalogue.ts'
import { organisationNameIn, organisationStatement } from './found.ts'
import type { LocationRow, ServiceRow } from './tables.ts'

export type Offer = {
  /** Null until it has a name. */
  organisation: LocalText | null
  locations: { location: Location; services: Service[]; hasQueue: boolean; hasWork: boolean }[]
}

/** All that the public can choose from, in the order in which it was set up; one round trip. Test-mode locations are no offer. */
export async function readOffer(context: Context): Promise<Offer> {
  const [organisation, locations, services] = await context.db.batch([
    organisationStatement(),
    statement(
      `SELECT *, EXISTS (SELECT 1 FROM queue WHERE location_id = location.id) AS has_queue,
         EXISTS (SELECT 1 FROM work_setup WHERE location_id = location.id) AS has_work
       FROM location WHERE archived_at IS NULL AND test_mode = 0 ORDER BY id`,
    ),
    statement('SELECT * FROM service WHERE archived_at IS NULL ORDER BY id'),
  ])
  const known = (services?.rows ?? []).map((row) => serviceOf(row as ServiceRow))
  return {
    organisation: organisationNameIn(organisation),
    locations: (locations?.rows ?? []).map((row) => {
      const location = locationOf(row as LocationRow)
      const services = known.filter(({ locationId }) => locationId === location.id)
      return { location, services, hasQueue: row.has_queue === 1, hasWork: row.has_work === 1 }
    }),
  }
}
