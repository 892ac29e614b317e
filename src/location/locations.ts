import { newId } from '../kernel/ids.ts'
import { ok, type Result, refuse, refuseField } from '../kernel/result.ts'
import { parseInstant } from '../kernel/time.ts'
import {
  carryOut,
  credentialStatement,
  type Done,
  isStaff,
  principalOf,
  reaches,
  unauthenticated,
} from '../people/index.ts'
import type { Context } from '../platform/context.ts'
import { type PageQuery, pageOf, pageValues } from '../platform/page.ts'
import { locationOf } from './catalogue.ts'
import { changeAt, difference, missing, moved, type Place, staleUnless } from './change.ts'
import { below, checkLocation } from './checks.ts'
import type { ExceptionBody, LocationBody, LocationChange, LocationView } from './contract.ts'
import { locationStatement } from './found.ts'
import type { Hours } from './hours.ts'
import { checkHours } from './hours.ts'
import { insertLocation, locationsStatement, updateLocation } from './store.ts'
import type { LocationRow } from './tables.ts'
import { locationView } from './views.ts'

const viewOf = (row: LocationRow) => locationView(locationOf(row))

/** Locations that are open for business, to everybody. */
export async function listLocations(
  context: Context,
  query: PageQuery,
): Promise<Result<{ locations: LocationView[]; next: string | null }>> {
  const page = pageValues(query)
  if (!page.ok) return page
  const [credential, found] = await context.db.batch([
    credentialStatement(context),
    locationsStatement(page.value),
  ])
  if (!principalOf(context.caller, credential?.rows ?? [])) return unauthenticated()
  const { rows, next } = pageOf<LocationRow>(found?.rows ?? [], query.limit)
  return ok({ locations: rows.map(viewOf), next })
}

/** A location, to everybody; an archived one to staff alone. */
export async function readLocation(context: Context, id: string): Promise<Result<LocationView>> {
  const [credential, found] = await context.db.batch([credentialStatement(context), locationStatement(id)])
  const principal = principalOf(context.caller, credential?.rows ?? [])
  if (!principal) return unauthenticated()
  const row = found?.rows[0] as LocationRow | undefined
  if (!row) return missing()
  const location = locationOf(row)
  const hidden = location.archived && !(isStaff(principal) && reaches(principal, location))
  return hidden ? missing() : ok(locationView(location))
}

/** Opens a location. With `simulatedNow` it is a test-mode one, for ever (Law 11), and its clock starts there. */
export async function createLocation(
  context: Context,
  input: LocationBody,
): Promise<Result<Done<LocationView>>> {
  const { simulatedNow, name, zone, currency, country, address, hours } = input
  const clock = simulatedNow === undefined ? null : Number(parseInstant(simulatedNow))
  const again = (id: string) => readLocation(context, id)
  return carryOut(context, 'config', [], again, (_, principal) => {
    if (context.simulatedNow !== undefined) {
      return refuse('time_not_allowed', { detail: 'A new location takes its clock from `simulatedNow`.' })
    }
    if (!reaches(principal, { testMode: clock !== null })) {
      return refuseField('simulatedNow', 'test_only', 'A test-mode key makes test-mode locations only.')
    }
    const errors = checkLocation(input)
    if (errors.length > 0) return refuse('invalid_field', { errors })
    const row: LocationRow = {
      id: newId('loc', context.wallNow),
      name: JSON.stringify(name),
      zone,
      currency,
      country,
      address,
      hours: JSON.stringify(hours),
      test_mode: Number(clock !== null),
      simulated_now: clock,
      revision: 1,
      created_at: context.wallNow,
      archived_at: null,
    }
    return ok({
      event: {
        at: clock ?? context.wallNow,
        type: 'location.created',
        location: row.id,
        subject: row.id,
        revision: 1,
        data: { zone, currency, country, testMode: clock !== null },
      },
      writes: (guard) => [insertLocation(row, guard)],
      value: viewOf(row),
    })
  })
}

/** Changes what is said of a location, or its hours; or archives it. Zone, currency and mode are for ever. */
export function changeLocation(
  context: Context,
  id: string,
  input: LocationChange,
): Promise<Result<Done<LocationView>>> {
  const { revision, archived, ...fields } = input
  return changeAt(context, locationStatement(id), [], again(context), (place) => {
    const { location, now } = place
    const stale = staleUnless(revision, location.revision)
    if (stale) return stale
    const errors = fields.hours ? below('hours', checkHours(fields.hours, location.zone)) : []
    if (errors.length > 0) return refuse('invalid_field', { errors })
    const row = moved(place, {
      ...(fields.name && { name: JSON.stringify(fields.name) }),
      ...(fields.hours && { hours: JSON.stringify(fields.hours) }),
      ...(fields.address !== undefined && { address: fields.address }),
      ...(archived && { archived_at: now }),
    })
    const { changed } = difference(location, fields)
    return ok(changeOf(row, archived ? 'location.archived' : 'location.changed', { changed }))
  })
}

/** Sets the hours of one date, whatever else applies on it; `undefined` leaves that date to the other rules again. */
export function setException(
  context: Context,
  id: string,
  date: string,
  input: ExceptionBody | undefined,
): Promise<Result<Done<LocationView>>> {
  return changeAt(context, locationStatement(id), [], again(context), (place) => {
    const { location } = place
    const before = location.hours.exceptions.find((one) => one.date === date)
    if (!input && !before) return refuse('not_found', { detail: 'There is no exception on that date.' })
    const others = location.hours.exceptions.filter((one) => one !== before)
    const exceptions = input ? [...others, { date, ...input }] : others
    const hours = { ...location.hours, exceptions: exceptions.toSorted((a, b) => (a.date < b.date ? -1 : 1)) }
    const errors = exceptionErrors(hours, date, place)
    if (errors.length > 0) return refuse('invalid_field', { errors })
    const row = moved(place, { hours: JSON.stringify(hours) })
    const data = {
      changed: ['hours'],
      date,
      before: before?.intervals ?? null,
      after: input?.intervals ?? null,
    }
    return ok(changeOf(row, 'location.changed', data))
  })
}

/** Errors of one date by paths below its own body; one too many is said of the date. */
function exceptionErrors(hours: Hours, date: string, { location }: Place) {
  const index = hours.exceptions.findIndex((one) => one.date === date)
  const prefix = `exceptions.${index}.`
  return checkHours(hours, location.zone).flatMap((error) => {
    if (error.path === 'exceptions') return [{ ...error, path: 'date' }]
    return error.path.startsWith(prefix) ? [{ ...error, path: error.path.slice(prefix.length) }] : []
  })
}

const again = (context: Context) => (id: string) => readLocation(context, id)

const changeOf = (row: LocationRow, type: string, data: Record<string, unknown>) => ({
  type,
  subject: row.id,
  revision: row.revision,
  data,
  writes: (guard: Parameters<typeof updateLocation>[1]) => [updateLocation(row, guard)],
  value: viewOf(row),
})
