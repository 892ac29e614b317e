import {
  type BookingView as BookingRow,
  cancel,
  cancelBody,
  listBookings,
  readBooking,
  statusAt,
  timeOfView,
} from '../booking/index.ts'
import { limits } from '../config.ts'
import { readReference, sha256 } from '../kernel/ids.ts'
import { addDays, localDate, parseDate } from '../kernel/time.ts'
import { readOffer } from '../location/index.ts'
import type { AppContext } from '../platform/http.ts'
import type { LocalText } from '../platform/wire.ts'
import { deskCancelHref, deskHref, findHref } from './address.ts'
import { bookingOf } from './booking.tsx'
import {
  fieldsOf,
  formContext,
  frameFor,
  freshForm,
  inLanguage,
  page,
  problemPage,
  seeOther,
} from './page.tsx'
import { type DeskBooking, type DeskGroup, StaffCancelPage, StaffDayPage } from './pages/staff-day.tsx'
import type { ServiceKind } from './views.ts'

/** The front desk's day: who comes, finding a booking by its reference, cancelling with a reason, booking for somebody. */

export async function deskPage(c: AppContext): Promise<Response> {
  const context = c.get('context')
  const offer = await readOffer(context)
  const chosen =
    offer.locations.find(({ location }) => location.id === c.req.query('location')) ?? offer.locations[0]
  const frame = frameFor(c, chosen?.location.country, offer.organisation)
  if (!chosen) return problemPage(c, { code: 'not_found' })
  const { location, services } = chosen
  const { reader } = frame
  const today = localDate(context.wallNow, location.zone)
  const date = parseDate(c.req.query('date') ?? '') ?? today
  const typed = (c.req.query('reference') ?? '').slice(0, 20)
  const reference = typed === '' ? undefined : readReference(typed)
  const found = await listBookings(context, {
    locationId: location.id,
    limit: limits.page,
    ...(typed === '' ? { from: date, to: date } : { reference: reference ?? '-' }),
  })
  if (!found.ok) return problemPage(c, found.problem)
  const day = (of: string) => deskHref(location.id, of)
  const { bookings } = found.value
  const news = c.req.query('news')
  return page(c, StaffDayPage, {
    frame,
    place: {
      name: inLanguage(reader.language, location.name),
      address: location.address,
      zone: location.zone,
      visitorZone: null,
    },
    date,
    today: date === today,
    earlierHref: day(addDays(date, -1)),
    laterHref: day(addDays(date, 1)),
    todayHref: day(today),
    find: {
      action: '/desk',
      hidden: { location: location.id },
      value: typed,
      notFound: typed !== '' && bookings.length === 0,
    },
    groups: groupsOf(
      bookings,
      context.wallNow,
      (text) => inLanguage(reader.language, JSON.parse(text) as LocalText),
      reader.language,
    ),
    book: services.map((service) => ({
      service: inLanguage(reader.language, service.name),
      href: findHref(service.id, date < today ? today : date),
    })),
    notice: news === 'cancelled' ? reader.say('booking.news_cancelled') : null,
  })
}

function groupsOf(
  bookings: BookingRow[],
  wallNow: number,
  text: (json: string) => string,
  language: Parameters<typeof bookingOf>[0],
): DeskGroup[] {
  const groups = Map.groupBy(bookings, ({ service_id, starts_at }) => `${starts_at} ${service_id}`)
  return [...groups.values()].flatMap((rows) => {
    const [first] = rows
    if (!first) return []
    return {
      kind: first.service_kind as ServiceKind,
      startsAt: first.starts_at,
      service: text(first.service_name),
      places: null,
      bookings: rows.map((row) => deskBooking(row, wallNow, language)),
    }
  })
}

function deskBooking(
  row: BookingRow,
  wallNow: number,
  language: Parameters<typeof bookingOf>[0],
): DeskBooking {
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

const dayOf = (row: BookingRow, more: Record<string, string> = {}) =>
  deskHref(row.location_id, localDate(row.starts_at, row.zone), more)

async function showCancel(c: AppContext, row: BookingRow) {
  const organisation = row.organisation === null ? null : (JSON.parse(row.organisation) as LocalText)
  const frame = frameFor(c, row.country, organisation)
  const contact = JSON.parse(row.contact ?? '{}') as { name?: string }
  return page(c, StaffCancelPage, {
    frame,
    booking: bookingOf(frame.reader.language, row, timeOfView(row, c.get('context').wallNow)),
    customer: contact.name ?? null,
    cancel: freshForm(deskCancelHref(row.id)),
    backHref: dayOf(row),
    chosen: { reason: 'customer_asked', note: '' },
    faults: [],
  })
}

export async function deskCancelPage(c: AppContext): Promise<Response> {
  const found = await readBooking(c.get('context'), c.req.param('id') ?? '')
  return found.ok ? showCancel(c, found.value) : problemPage(c, found.problem)
}

export async function deskCancel(c: AppContext): Promise<Response> {
  const id = c.req.param('id') ?? ''
  const fields = await fieldsOf(c)
  const note = (fields.note ?? '').trim().slice(0, 500)
  const parsed = cancelBody.safeParse({ reason: fields.reason, ...(note === '' ? {} : { note }) })
  const context = formContext(c, fields, await sha256(`desk cancel ${id} ${fields.reason} ${note}`))
  if (!parsed.success || !context) return seeOther(c, deskCancelHref(id))
  const done = await cancel(context, id, parsed.data)
  return done.ok
    ? seeOther(c, dayOf(done.value.booking, { news: 'cancelled' }))
    : problemPage(c, done.problem, '/desk')
}
