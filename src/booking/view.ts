import { formatInstant } from '../kernel/time.ts'
import type { LocalText } from '../platform/wire.ts'
import type { Booking, Contact } from './contract.ts'
import type { BookingView } from './store.ts'

/** The time that counts for a booking: its location's simulated clock, or the door's. Epoch ms. */
export const timeOfView = (row: BookingView, wallNow: number): number => row.simulated_now ?? wallNow

/** Every read treats an overdue hold as expired, whatever the table still says (Law 2). */
export const statusAt = (row: Pick<BookingView, 'status' | 'hold_until'>, now: number): Booking['status'] =>
  row.status === 'held' && (row.hold_until ?? 0) <= now ? 'expired' : (row.status as Booking['status'])

/** A booking as the wire has it, instants in its location's zone. */
export function bookingView(row: BookingView, wallNow: number): Booking {
  const at = (instant: number) => formatInstant(instant, row.zone)
  const maybe = (instant: number | null) => (instant === null ? null : at(instant))
  return {
    id: row.id,
    reference: row.reference,
    status: statusAt(row, timeOfView(row, wallNow)),
    locationId: row.location_id,
    locationName: JSON.parse(row.location_name) as LocalText,
    zone: row.zone,
    serviceId: row.service_id,
    serviceName: JSON.parse(row.service_name) as LocalText,
    slot: row.slot,
    start: at(row.starts_at),
    end: at(row.ends_at),
    units: JSON.parse(row.units) as Booking['units'],
    places: row.places,
    price: { amount: row.price, currency: row.currency },
    holdUntil: maybe(row.hold_until),
    cancelUntil: at(row.cancel_until),
    channel: row.channel as Booking['channel'],
    partnerId: row.partner_id,
    partnerReference: row.partner_reference,
    contact: row.contact === null ? null : (JSON.parse(row.contact) as Contact),
    note: row.note,
    createdAt: at(row.created_at),
    confirmedAt: maybe(row.confirmed_at),
    changedAt: at(row.changed_at),
    changedBy: row.changed_by,
    changeReason: row.change_reason,
    revision: row.revision,
    testMode: row.test_mode === 1,
  }
}
