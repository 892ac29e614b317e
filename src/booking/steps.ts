import { ok, type Result, refuse, refuseField } from '../kernel/result.ts'
import { MINUTE_MS } from '../kernel/time.ts'
import {
  callerValues,
  credentialStatement,
  type Principal,
  principalOf,
  unauthenticated,
} from '../people/index.ts'
import { type Context, commandOf } from '../platform/context.ts'
import type { Statement } from '../platform/database.ts'
import { priorEvent } from '../platform/events.ts'
import type { CancelBody, ConfirmBody, ExtendBody } from './contract.ts'
import { type Done, repeatOf } from './hold.ts'
import {
  type BookingView,
  bookingStatement,
  cancelStatements,
  confirmStatements,
  type DoorRow,
  doorStatement,
  extendStatements,
  firstRow,
} from './store.ts'
import { statusAt } from './view.ts'

/**
 * The steps in a booking's life, each one write batch: the update carries its own conditions (caller, state, deadline,
 * revision, command), and the rows read beside it tell why it did nothing.
 */

/** Turns a hold into a booking; a second confirmation of the same booking changes nothing. */
export const confirm = (context: Context, id: string, input: ConfirmBody): Promise<Result<Done>> =>
  take(
    context,
    id,
    input.revision,
    confirmStatements(context, id, {
      revision: input.revision,
      contact: input.contact && JSON.stringify(input.contact),
      partnerReference: input.partnerReference,
    }),
    (status) => (status === 'confirmed' ? 'unchanged' : undefined),
  )

/** Holds on for `holdMinutes` from now, up to the service's longest hold. */
export const extend = (context: Context, id: string, input: ExtendBody): Promise<Result<Done>> =>
  take(
    context,
    id,
    input.revision,
    extendStatements(context, id, { revision: input.revision, holdMs: input.holdMinutes * MINUTE_MS }),
    (status) =>
      status === 'held'
        ? refuseField(
            'holdMinutes',
            'hold_limit',
            'This hold cannot last longer than it does.',
            'wrong_state',
          )
        : undefined,
  )

/**
 * Gives the places back. Customers and partners until the cut-off that the booking was made with, the desk at any time;
 * a hold can always be given back.
 */
export const cancel = (context: Context, id: string, input: CancelBody): Promise<Result<Done>> =>
  take(
    context,
    id,
    input.revision,
    cancelStatements(context, id, { revision: input.revision, reason: input.reason, note: input.note }),
    (status) => {
      if (status === 'cancelled') return 'unchanged'
      if (status === 'confirmed')
        return refuse('cut_off_passed', { detail: 'It is too late to cancel this.' })
      return undefined
    },
  )

async function take(
  context: Context,
  id: string,
  revision: number | undefined,
  step: Statement[],
  explain: (status: string) => Result<Done> | 'unchanged' | undefined,
): Promise<Result<Done>> {
  const command = commandOf(context)
  if (context.caller.kind === 'public') return unauthenticated()
  const outcomes = await context.db.batch([
    credentialStatement(context),
    doorStatement(context, id),
    bookingStatement(id),
    priorEvent(callerValues(context.caller), command),
    ...step,
    bookingStatement(id),
  ])
  const [credential, door, before, prior, stepped] = outcomes
  const seen = admit(principalOf(context.caller, credential?.rows ?? []), firstRow(door), firstRow(before))
  if (!seen.ok) return seen
  const after = firstRow<BookingView>(outcomes.at(-1))
  if (!after) throw new Error('a booking vanished')
  const repeated = repeatOf(firstRow(prior), after, command)
  if (repeated) return repeated
  if (firstRow(stepped)) return ok({ booking: after, repeated: false })
  const { booking, at } = seen.value
  if (!seen.value.timeFits) return wrongTime(context, seen.value.testMode, booking)
  if (revision !== undefined && revision !== booking.revision) {
    return refuse('stale_revision', {
      detail: `It is at revision ${booking.revision}.`,
      facts: { revision: booking.revision },
    })
  }
  const status = statusAt(booking, at)
  const explained = explain(status)
  if (explained === 'unchanged') return ok({ booking: after, repeated: true })
  if (explained) return explained
  return status === 'expired'
    ? refuse('hold_expired', { detail: 'The hold ran out; what it held may still be free.' })
    : refuse('wrong_state', { detail: `The booking is ${status}.`, facts: { status } })
}

type Admitted = { booking: BookingView; at: number; timeFits: boolean; testMode: boolean }

/** Whether the caller may see this booking; to everybody else it does not exist. */
export function admit(
  principal: Principal | undefined,
  door: DoorRow | undefined,
  booking: BookingView | undefined,
): Result<Admitted> {
  if (!principal || principal.role === 'public') return unauthenticated()
  if (principal.role !== 'customer' && !principal.scopes.includes('bookings')) {
    return refuse('out_of_scope', { detail: 'This needs the scope "bookings".' })
  }
  if (!door?.allowed || !booking) return refuse('not_found', { detail: 'There is no such booking.' })
  return ok({ booking, at: door.at, timeFits: door.time_fits === 1, testMode: door.test_mode === 1 })
}

function wrongTime(context: Context, testMode: boolean, booking: BookingView): Result<never> {
  if (!testMode) return refuse('time_not_allowed')
  if ((context.simulatedNow ?? 0) < (booking.simulated_now ?? 0)) return refuse('time_backwards')
  return refuse('out_of_scope', { detail: 'This needs the scope "time".' })
}
