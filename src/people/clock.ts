import { ok, type Result, refuse } from '../kernel/result.ts'
import type { Context } from '../platform/context.ts'
import { lacks, type Principal } from './principal.ts'

/**
 * The time that a command counts with (Law 11), epoch ms: the door's at a live location; at a test-mode one what the
 * caller brought, or where its clock stands. Only whoever has the scope `time` may move it, and never back.
 */
export function timeAt(
  context: Context,
  location: { testMode: boolean; simulatedNow: number | null },
  principal: Principal,
): Result<number> {
  const given = context.simulatedNow
  if (!location.testMode) {
    return given === undefined ? ok(context.wallNow) : refuse('time_not_allowed')
  }
  const current = location.simulatedNow ?? context.wallNow
  if (given === undefined) return ok(current)
  const refused = lacks(principal, 'time')
  if (refused) return refused
  return given < current
    ? refuse('time_backwards', { detail: 'The clock there is already later.' })
    : ok(given)
}
