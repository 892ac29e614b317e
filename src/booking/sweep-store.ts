import type { Guard } from '../people/index.ts'
import { type Statement, statement } from '../platform/database.ts'

/** Clocks in SQL. */

/** Every location with the time that its holds are measured by: its simulated one, or that of all live ones. */
export const timesStatement = (wallNow: number): Statement =>
  statement('SELECT id, iif(test_mode = 1, simulated_now, :wallNow) AS at FROM location ORDER BY id', {
    wallNow,
  })

/** That the location is a test-mode one whose clock is not past `to`. */
export const clockAllows = (id: string, to: number): Guard => ({
  sql: 'EXISTS (SELECT 1 FROM location WHERE id = :guardLocation AND test_mode = 1 AND simulated_now <= :guardTo)',
  values: { guardLocation: id, guardTo: to },
})

export const advanceClock = (id: string, to: number, guard: Guard): Statement =>
  statement(`UPDATE location SET simulated_now = :to WHERE id = :id AND ${guard.sql}`, {
    id,
    to,
    ...guard.values,
  })
