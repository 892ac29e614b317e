import { type BookingView as BookingRow, browse, statusAt, timeOfView } from '../booking/index.ts'
import type { Offer } from '../location/index.ts'
import type { Context } from '../platform/context.ts'
import type { LocalText } from '../platform/wire.ts'
import { deskCancelHref } from './address.ts'
import { bookingOf } from './booking.tsx'
import type { Language } from './languages.ts'
import { inLanguage } from './page.tsx'
import type { DeskBooking, DeskGroup } from './pages/staff-day.tsx'
import type { ServiceKind } from './views.ts'

/** The desk's day as groups: everything that starts at one time for one service. */

type Services = Offer['locations'][number]['services']
/** A start of the day with what is taken of it, whether anybody comes or not. */
type Start = Pick<DeskGroup, 'kind' | 'startsAt' | 'places'> & { service: Services[number] }

/** What starts on a date at fixed times or by the day, as far as it has not ended: one reading a service, side by side. */
export async function startsOf(context: Context, services: Services, date: string): Promise<Start[]> {
  const read = services
    .filter(({ kind }) => kind === 'departures' || kind === 'opening_hours')
    .map(async (service): Promise<Start[]> => {
      const seen = await browse(context, service.id, { from: date, to: date })
      if (!seen.ok) return []
      return seen.value.listed.map(({ slot, vacancies, capacity }) => ({
        kind: service.kind,
        startsAt: slot.start,
        service,
        places: { taken: capacity - vacancies, capacity },
      }))
    })
  return (await Promise.all(read)).flat()
}

export const isOver = (row: BookingRow, wallNow: number): boolean =>
  ['cancelled', 'declined', 'expired'].includes(statusAt(row, timeOfView(row, wallNow)))

/** Bookings in their groups by start; within one those that are off come last. */
export function groupsOf(
  rows: BookingRow[],
  starts: Start[],
  wallNow: number,
  language: Language,
): DeskGroup[] {
  const groups = new Map<string, DeskGroup>()
  for (const { kind, startsAt, places, service } of starts) {
    const name = inLanguage(language, service.name)
    groups.set(`${startsAt} ${service.id}`, { kind, startsAt, service: name, places, bookings: [] })
  }
  for (const row of rows.toSorted((a, b) => Number(isOver(a, wallNow)) - Number(isOver(b, wallNow)))) {
    const key = `${row.starts_at} ${row.service_id}`
    const group = groups.get(key) ?? {
      kind: row.service_kind as ServiceKind,
      startsAt: row.starts_at,
      service: inLanguage(language, JSON.parse(row.service_name) as LocalText),
      places: null,
      bookings: [],
    }
    groups.set(key, group)
    group.bookings.push(deskBooking(row, wallNow, language))
  }
  return [...groups.values()].sort((a, b) => a.startsAt - b.startsAt)
}

function deskBooking(row: BookingRow, wallNow: number, language: Language): DeskBooking {
  const now = timeOfView(row, wallNow)
  const status = statusAt(row, now)
  const contact = JSON.parse(row.contact ?? '{}') as { name?: string; phone?: string }
  return {
    reference: row.reference,
    status,
    name: contact.name ?? null,
    phone: contact.phone ?? null,
    party: bookingOf(language, row, now).party,
    via: row.partner_name,
    cancelHref: status === 'held' || status === 'confirmed' ? deskCancelHref(row.id) : null,
  }
}
