import { limits } from '../config.ts'
import { ok, type Result, refuse } from '../kernel/result.ts'
import { formatInstant, parseInstant } from '../kernel/time.ts'
import { locationStatement } from '../location/index.ts'
import { carryOut, type Done, reaches, timeAt } from '../people/index.ts'
import type { Context } from '../platform/context.ts'
import type { Database } from '../platform/database.ts'
import { firstRow, sweepDue } from './store.ts'
import { advanceClock, clockAllows, timesStatement } from './sweep-store.ts'

/**
 * Expires overdue holds that nobody came by (Law 2): every few minutes by cron, and when a test-mode location's clock is
 * advanced. Readers and writers are right without it; it keeps what lies about overdue small.
 */

type Clock = { id: string; at: number }

/** Locations swept in one batch: with `limits.sweepHolds` for each it stays well within the time a batch may take. */
const locationsAtOnce = 10

/** Expires every overdue hold there is, each as of its deadline; tells how many. */
export async function sweep({ db, wallNow }: Pick<Context, 'db' | 'wallNow'>): Promise<number> {
  const clocks = (await db.rows(timesStatement(wallNow))) as Clock[]
  let expired = 0
  for (let from = 0; from < clocks.length; from += locationsAtOnce) {
    expired += await sweepLocations(db, clocks.slice(from, from + locationsAtOnce))
  }
  return expired
}

/** In steps, each location until a step finds nothing there: a step counts claims, of which a hold may have several. */
async function sweepLocations(db: Database, clocks: Clock[]): Promise<number> {
  let expired = 0
  for (let left = clocks; left.length > 0; ) {
    const swept = await db.batch(left.map(({ id, at }) => sweepDue(id, at, limits.sweepHolds)))
    expired += swept.reduce((sum, { rows }) => sum + rows.length, 0)
    left = left.filter((_, i) => (swept[i]?.rows.length ?? 0) > 0)
  }
  return expired
}

export type Advanced = { simulatedNow: string; expired: number }
type LocationTime = { id: string; zone: string; test_mode: number; simulated_now: number; revision: number }

/**
 * Moves a test-mode location's clock (scope `time`) and expires what is overdue then; a repeated command goes on with an
 * expiry that was interrupted. Refuses with `time_not_allowed` at a live location, `time_backwards`, `not_found`.
 */
export async function advance(
  context: Context,
  id: string,
  input: { to: string },
): Promise<Result<Done<Advanced>>> {
  const to = Number(parseInstant(input.to))
  const again = async () => {
    const [row] = await context.db.rows(locationStatement(id))
    return row ? ok(row as LocationTime) : refuse('not_found')
  }
  const done = await carryOut(context, 'time', [locationStatement(id)], again, ([found], principal) => {
    const row = firstRow<LocationTime>(found)
    const location = row && { testMode: row.test_mode === 1, simulatedNow: row.simulated_now }
    if (!location || !reaches(principal, location)) {
      return refuse('not_found', { detail: 'There is no such location.' })
    }
    if (!location.testMode) return refuse('time_not_allowed')
    const now = timeAt(context, location, principal)
    if (!now.ok) return now
    if (to < now.value) return refuse('time_backwards', { detail: 'The clock there is already later.' })
    return ok({
      event: {
        at: to,
        type: 'location.advanced',
        location: id,
        subject: id,
        revision: row.revision,
        data: { from: row.simulated_now, to },
      },
      guard: clockAllows(id, to),
      writes: (guard) => [advanceClock(id, to, guard)],
      value: { ...row, simulated_now: to },
    })
  })
  if (!done.ok) return done
  const { zone, simulated_now: at } = done.value.value
  const expired = await sweepLocations(context.db, [{ id, at }])
  return ok({ ...done.value, value: { simulatedNow: formatInstant(at, zone), expired } })
}
