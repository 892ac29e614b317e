import { ok, refuseField } from '../../../kernel/result.ts'
import type { Decision, Situation } from './situation.ts'
import { wrongState } from './situation.ts'

/**
 * A day noted elsewhere: its visits, and that it is all of them. Days come in order and each once, so that what is
 * learned from them is as if they had happened here; none is the present one.
 */
export function importDay({ state, command }: Situation<'import_day'>): Decision {
  const { date, visits } = command
  const { date: today, importedTo } = state.queue
  if (date >= today) return wrongState('That day is not over.', { date: today })
  if (importedTo !== undefined && date <= importedTo)
    return wrongState('That day and those before it were brought already.', { importedTo })
  for (const [index, { service, desk }] of visits.entries()) {
    if (!state.services.has(service))
      return refuseField(`visits.${index}.service`, 'unknown', 'There is no such service.')
    if (desk !== null && !state.desks.has(desk))
      return refuseField(`visits.${index}.desk`, 'unknown', 'There is no such desk.')
  }
  return ok([
    ...visits.map((visit) => ({ type: 'visit_imported', ...visit }) as const),
    { type: 'day_imported', date, visits: visits.length },
  ])
}
