import { ok, type Result, refuse } from '../kernel/result.ts'
import { carryOut, type Done, type Guard, reaches, timeAt } from '../people/index.ts'
import type { Context } from '../platform/context.ts'
import type { Outcome, Statement } from '../platform/database.ts'
import type { NewEvent } from '../platform/events.ts'
import { type Location, locationOf } from './catalogue.ts'
import { plannedOn } from './store.ts'
import type { LocationRow } from './tables.ts'

/** A location that can be changed, as read; `now` is its time, epoch ms. */
export type Place = { location: Location; row: LocationRow; now: number }

/** What happens to the location or to something of it. `guard` holds beside that of the location. */
export type Change<T> = Pick<NewEvent, 'type' | 'subject' | 'revision' | 'data'> & {
  guard?: Guard
  writes: (guard: Guard) => Statement[]
  value: T
}

/**
 * Changes a location or something of it (scope `config`). `place` reads the location. Refuses with `not_found` what the
 * caller does not reach, with `wrong_state` what is archived, and as `carryOut` does.
 */
export function changeAt<T>(
  context: Context,
  place: Statement,
  reads: Statement[],
  again: (subject: string) => Promise<Result<T>>,
  decide: (place: Place, read: Outcome[]) => Result<Change<T> | Done<T>>,
): Promise<Result<Done<T>>> {
  return carryOut(context, 'config', [place, ...reads], again, ([found, ...read], principal) => {
    const row = found?.rows[0] as LocationRow | undefined
    const location = row && locationOf(row)
    if (!location || !reaches(principal, location)) return missing()
    if (location.archived) return refuse('wrong_state', { detail: 'The location is archived.' })
    const now = timeAt(context, location, principal)
    if (!now.ok) return now
    const decided = decide({ location, row, now: now.value }, read)
    if (!decided.ok || 'repeated' in decided.value) return decided as Result<Done<T>>
    const { type, subject, revision, data = {}, guard, writes, value } = decided.value
    const planned = plannedOn(location, now.value)
    return ok({
      event: { at: now.value, location: location.id, type, subject, revision, data },
      guard: guard
        ? { sql: `${planned.sql} AND ${guard.sql}`, values: { ...planned.values, ...guard.values } }
        : planned,
      writes,
      value,
    })
  })
}

export const missing = () => refuse('not_found', { detail: 'There is no such thing here.' })

/** The location's row after a change: at its next revision, its clock where the change left it. */
export const moved = ({ row, now }: Place, changes: Partial<LocationRow> = {}): LocationRow => ({
  ...row,
  ...changes,
  revision: row.revision + 1,
  simulated_now: row.test_mode === 1 ? now : null,
})

/** Refuses a change that was made to something older than there is. */
export const staleUnless = (sent: number | undefined, revision: number) =>
  sent === undefined || sent === revision
    ? undefined
    : refuse('stale_revision', { detail: `It is at revision ${revision}.`, facts: { revision } })

/** For an event: which fields a change sets, and those that are numbers, before and after. Words stay out of events. */
export function difference(before: object, after: object) {
  const [old, anew] = [before, after].map((fields) => new Map(Object.entries(fields)))
  const changed = Object.keys(after).filter(
    (field) => JSON.stringify(old?.get(field)) !== JSON.stringify(anew?.get(field)),
  )
  const numbers = (fields: Map<string, unknown> | undefined) =>
    Object.fromEntries(
      changed
        .filter((field) => typeof old?.get(field) === 'number' && typeof anew?.get(field) === 'number')
        .map((field) => [field, fields?.get(field)]),
    )
  return { changed, before: numbers(old), after: numbers(anew) }
}
