import { ok, type Result, refuse } from '../kernel/result.ts'
import { parseInstant } from '../kernel/time.ts'
import { type Done, lacks, type Needs } from '../people/index.ts'
import type { Context } from '../platform/context.ts'
import { changeOrder } from './change.ts'
import type { WorkCommandBody, WorkOrder } from './contract.ts'
import { rework } from './intake.ts'
import { decide, isForCustomers } from './rules/decide.ts'

/** The verbs of a work order that exists. */

/** Staff by scope; the holder of the link what customers may do. */
const mayCommand =
  (verb: WorkCommandBody['verb']): Needs =>
  (principal) =>
    principal?.role === 'customer'
      ? isForCustomers(verb)
        ? undefined
        : refuse('out_of_scope', { detail: 'This is for staff.' })
      : lacks(principal, 'work')

/**
 * Carries out a command on a work order. Refuses with `wrong_state`, `invalid_field` (a line that was not approved, a sum above
 * its limit), `stale_revision`, `not_found`, and as every change does.
 */
export const commandWorkOrder = (
  context: Context,
  id: string,
  input: WorkCommandBody,
): Promise<Result<Done<WorkOrder>>> => {
  if (input.verb === 'reopen') return rework(context, id, input)
  const { verb, revision } = input
  const instants = {
    expiresAt: verb === 'quote' ? read(input.expiresAt) : undefined,
    until: verb === 'pause' ? read(input.until) : undefined,
  }
  return changeOrder(context, id, revision, mayCommand(verb), (reading, deed, config) => {
    const step = decide(reading, input, instants, deed, config)
    return step.ok ? ok({ step: step.value, writes: () => [] }) : step
  })
}

const read = (text: string | undefined): number | undefined =>
  text === undefined ? undefined : parseInstant(text)
