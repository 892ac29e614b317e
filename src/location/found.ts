import { type Outcome, type Statement, statement } from '../platform/database.ts'
import type { LocalText } from '../platform/wire.ts'
import { type Location, locationOf } from './catalogue.ts'
import type { LocationRow, OrganisationRow } from './tables.ts'

/** What every feature reads in the batch of its own rows: the place, and whose it is. */

export const locationStatement = (id: string): Statement =>
  statement('SELECT * FROM location WHERE id = :id', { id })

/** The location that a statement found; undefined where there is none. */
export const locationIn = (found: Outcome | undefined): Location | undefined => {
  const row = found?.rows[0] as LocationRow | undefined
  return row && locationOf(row)
}

export const organisationStatement = (): Statement => statement('SELECT * FROM organisation')

/** Null until the organisation has a name. */
export const organisationNameIn = (found: Outcome | undefined): LocalText | null => {
  const row = found?.rows[0] as OrganisationRow | undefined
  return row ? (JSON.parse(row.name) as LocalText) : null
}
