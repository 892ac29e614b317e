import { ok, type Result, refuse, refuseField } from '../kernel/result.ts'
import { dayBounds } from '../kernel/time.ts'
import { locationStatement } from '../location/index.ts'
import {
  accessStatement,
  credentialStatement,
  lacks,
  noteAccess,
  principalOf,
  unauthenticated,
} from '../people/index.ts'
import type { Context } from '../platform/context.ts'
import { readCursor, writeCursor } from '../platform/cursor.ts'
import { admit } from './steps.ts'
import { type BookingView, bookingStatement, doorStatement, firstRow, listStatement } from './store.ts'

/** One booking, to its customer, its partner and the desk. */
export async function readBooking(context: Context, id: string): Promise<Result<BookingView>> {
  if (context.caller.kind === 'public') return unauthenticated()
  const [credential, door, booking] = await context.db.batch([
    credentialStatement(context),
    doorStatement(context, id),
    bookingStatement(id),
  ])
  const principal = principalOf(context.caller, credential?.rows ?? [])
  const seen = admit(principal, firstRow(door), firstRow(booking))
  if (!seen.ok) return seen
  if (principal) await noteAccess(context, principal, 'booking', id)
  return ok(seen.value.booking)
}

export type ListInput = {
  locationId?: string | undefined
  /** Local dates of the start, both included. */
  from?: string | undefined
  to?: string | undefined
  reference?: string | undefined
  after?: string | undefined
  limit: number
}

/** Bookings by start: the desk sees all, a partner its own. */
export async function listBookings(
  context: Context,
  input: ListInput,
): Promise<Result<{ bookings: BookingView[]; next: string | null }>> {
  if (context.caller.kind === 'public') return unauthenticated()
  const after = input.after === undefined ? undefined : readCursor(input.after)
  if (input.after !== undefined && !after)
    return refuseField('query.after', 'cursor', 'Not a cursor of this list.', 'invalid_request')
  const [credential, located] = await context.db.batch([
    credentialStatement(context),
    locationStatement(input.locationId ?? ''),
  ])
  const principal = principalOf(context.caller, credential?.rows ?? [])
  const refused = lacks(principal, 'bookings')
  if (refused || !principal) return refused ?? unauthenticated()
  const beyond = principal.partnerId === null ? lacks(principal, 'desk') : undefined
  if (beyond) return beyond
  const zone = firstRow<{ zone: string }>(located)?.zone
  if (input.locationId && !zone) return refuse('not_found', { detail: 'There is no such location.' })
  const [found] = await context.db.batch([
    listStatement({
      location: input.locationId,
      partner: principal.partnerId,
      testMode: principal.testMode || principal.role === 'partner' ? principal.testMode : undefined,
      reference: input.reference,
      from: input.from === undefined ? undefined : dayBounds(input.from, zone ?? 'UTC')[0],
      to: input.to === undefined ? undefined : dayBounds(input.to, zone ?? 'UTC')[1],
      after: after && { startsAt: after.key, id: after.id },
      limit: input.limit,
    }),
    accessStatement(context, principal, 'bookings', input.locationId ?? '*'),
  ])
  const rows = (found?.rows ?? []) as BookingView[]
  const bookings = rows.slice(0, input.limit)
  const last = bookings.at(-1)
  return ok({
    bookings,
    next: rows.length > input.limit && last ? writeCursor(last.starts_at, last.id) : null,
  })
}
