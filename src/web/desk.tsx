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
import { readDigits } from '../kernel/format.ts'
import { readReference, sha256 } from '../kernel/ids.ts'
import { addDays, localDate, parseDate } from '../kernel/time.ts'
import { readOffer } from '../location/index.ts'
import type { AppContext } from '../platform/http.ts'
import type { LocalText } from '../platform/wire.ts'
import { boardHref, deskCancelHref, deskHref, findHref, outboxHref, workBoardHref } from './address.ts'
import { bookingOf } from './booking.tsx'
import { groupsOf, isOver, startsOf } from './desk-day.ts'
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
import { StaffCancelPage, StaffDayPage } from './pages/staff-day.tsx'

/** The front desk's day: who comes, finding a booking by its reference, cancelling with a reason, booking for somebody. */

export async function deskPage(c: AppContext): Promise<Response> {
  const context = c.get('context')
  const offer = await readOffer(context)
  const chosen =
    offer.locations.find(({ location }) => location.id === c.req.query('location')) ?? offer.locations[0]
  if (!chosen) return seeOther(c, '/')
  const { location, services } = chosen
  const typed = readDigits((c.req.query('reference') ?? '').slice(0, 20))
  const today = localDate(context.wallNow, location.zone)
  const asked = parseDate(readDigits(c.req.query('date') ?? '')) ?? today
  const after = c.req.query('after')
  const found = await listBookings(context, {
    locationId: location.id,
    limit: limits.page,
    ...(typed === '' ? { from: asked, to: asked } : { reference: readReference(typed) ?? '-' }),
    after,
  })
  if (!found.ok) return problemPage(c, found.problem)

  const { bookings, next } = found.value
  const rows = rowsOf(bookings, typed !== '', context.wallNow)
  // A code finds its booking on whichever day that is.
  const date = typed !== '' && rows[0] ? localDate(rows[0].starts_at, location.zone) : asked
  const whole = typed === '' && after === undefined
  const starts = whole ? await startsOf(context, services, date) : []
  const frame = frameFor(c, location.country, offer.organisation)
  const { language } = frame.reader
  const name = (text: LocalText) => inLanguage(language, text)
  const day = (of: string, more: Record<string, string> = {}) => deskHref(location.id, of, more)
  return page(c, StaffDayPage, {
    frame,
    place: { name: name(location.name), address: location.address, zone: location.zone, visitorZone: null },
    places: offer.locations.map((one) => ({
      name: name(one.location.name),
      href: deskHref(one.location.id, date),
      current: one === chosen,
    })),
    date,
    today: date === today && whole,
    queueHref: chosen.hasQueue ? boardHref(location.id) : null,
    workHref: chosen.hasWork ? workBoardHref(location.id) : null,
    messagesHref: outboxHref(location.id),
    earlierHref: day(addDays(date, -1)),
    laterHref: day(addDays(date, 1)),
    todayHref: day(today),
    find: {
      action: '/desk',
      hidden: { location: location.id },
      value: typed,
      notFound: typed !== '' && rows.length === 0,
    },
    groups: groupsOf(rows, starts, context.wallNow, language),
    book: services.map((service) => ({
      service: name(service.name),
      href: findHref(service.id, date < today ? today : date),
    })),
    moreHref: next === null ? null : day(date, { after: next }),
    notice: c.req.query('news') === 'cancelled' ? frame.reader.say('booking.news_cancelled') : null,
  })
}

/** Of several bookings that had the same code the open one; of a day all but holds that nobody confirmed. */
function rowsOf(rows: BookingRow[], byCode: boolean, wallNow: number): BookingRow[] {
  if (!byCode) return rows.filter((row) => statusAt(row, timeOfView(row, wallNow)) !== 'expired')
  const open = rows.filter((row) => !isOver(row, wallNow))
  return open.length > 0 ? open : rows.slice(-1)
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
