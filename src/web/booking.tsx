import {
  type BookingView as BookingRow,
  cancel,
  confirm,
  confirmBody,
  extend,
  extendBody,
  readBooking,
  statusAt,
  timeOfView,
} from '../booking/index.ts'
import { limits } from '../config.ts'
import { readDigits } from '../kernel/format.ts'
import { sha256 } from '../kernel/ids.ts'
import type { Refused } from '../kernel/result.ts'
import { localDate, MINUTE_MS } from '../kernel/time.ts'
import { readLink } from '../people/index.ts'
import type { Context } from '../platform/context.ts'
import { type AppContext, fieldErrors } from '../platform/http.ts'
import type { LocalText } from '../platform/wire.ts'
import { bookingHref, findHref } from './address.ts'
import { faultsOf } from './faults.ts'
import { type Language, languages } from './languages.ts'
import {
  fieldsOf,
  formContext,
  frameFor,
  freshForm,
  inLanguage,
  languageOf,
  page,
  problemPage,
  readerOf,
  seeOther,
} from './page.tsx'
import { BookingPage, type BookingView, CancelPage } from './pages/booking.tsx'
import { type Contact, HoldPage } from './pages/hold.tsx'
import { ExpiredHoldPage } from './pages/message.tsx'
import type { Booking, Fault, Frame, ServiceKind } from './views.ts'

/** The customer's own pages of one booking, by its link: hold, confirmation, ticket, cancelling. */

/** What "I need more time" adds to what is left; the service's longest hold is the limit. */
const extraMinutes = 10

const unknown: Refused = { ok: false, problem: { code: 'not_found' } }

/** The booking's id and a context whose caller is the holder of the link. */
async function opened(c: AppContext): Promise<{ id: string; context: Context } | undefined> {
  const id = await readLink(c.env.LINK_SECRET, c.req.param('token') ?? '')
  return id ? { id, context: { ...c.get('context'), caller: { kind: 'link', subject: id } } } : undefined
}

const frameOf = (c: AppContext, row: BookingRow): Frame => {
  const organisation = row.organisation === null ? null : (JSON.parse(row.organisation) as LocalText)
  const here = c.req.method === 'GET' ? c.req.url : bookingHref(c.req.param('token') ?? '')
  return frameFor(c, row.country, organisation, here)
}

export function bookingOf(language: Language, row: BookingRow, now: number): Booking {
  const text = (json: string) => inLanguage(language, JSON.parse(json) as LocalText)
  const { units } = JSON.parse(row.service_rules) as { units: { id: string; name: LocalText }[] }
  const lines = (JSON.parse(row.units) as { unit: string; quantity: number; price: number }[]).map((line) => {
    const unit = units.find(({ id }) => id === line.unit)
    return { ...line, name: unit ? inLanguage(language, unit.name) : line.unit }
  })
  const money = (amountMinor: number) => ({ amountMinor, currency: row.currency })
  return {
    reference: row.reference,
    status: statusAt(row, now),
    service: text(row.service_name),
    place: { name: text(row.location_name), address: row.address, zone: row.zone, visitorZone: null },
    when: { kind: row.service_kind as ServiceKind, startsAt: row.starts_at, endsAt: row.ends_at },
    party: lines.map(({ name, quantity }) => ({ name, count: quantity })),
    price: {
      lines: lines.map(({ name, quantity, price }) => ({
        name,
        count: quantity,
        each: money(price),
        sum: money(quantity * price),
      })),
      total: money(row.price),
    },
  }
}

const againHref = (row: BookingRow): string => findHref(row.service_id, localDate(row.starts_at, row.zone))

export async function bookingPage(c: AppContext): Promise<Response> {
  const link = await opened(c)
  const found = link ? await readBooking(link.context, link.id) : unknown
  return found.ok ? showBooking(c, found.value) : problemPage(c, found.problem)
}

function showBooking(c: AppContext, row: BookingRow, faults: Fault[] = [], typed?: Contact) {
  const frame = frameOf(c, row)
  const now = timeOfView(row, c.get('context').wallNow)
  const booking = bookingOf(frame.reader.language, row, now)
  const token = c.req.param('token') ?? ''
  if (booking.status === 'expired') return page(c, ExpiredHoldPage, { frame, againHref: againHref(row) })
  if (booking.status !== 'held') return page(c, BookingPage, ticketView(c, row, frame, booking, now))
  const contact = JSON.parse(row.contact ?? '{}') as Partial<Contact>
  const leftMs = Math.max(0, (row.hold_until ?? now) - now)
  const more = String(Math.min(limits.holdMinutes, Math.ceil(leftMs / MINUTE_MS) + extraMinutes))
  const view = {
    frame,
    href: bookingHref(token),
    booking,
    heldUntil: row.hold_until ?? now,
    leftMs,
    contact: typed ?? { name: '', email: '', phone: '', language: frame.reader.language, ...contact },
    optional: { email: true, phone: true },
    confirm: freshForm(bookingHref(token, 'confirm')),
    extend:
      (row.hold_until ?? 0) < row.hold_limit
        ? freshForm(bookingHref(token, 'extend'), { minutes: more })
        : null,
    release: freshForm(bookingHref(token, 'cancel'), { reason: 'changed_plans' }),
    faults,
    notice: null,
  }
  return page(c, HoldPage, view, faults.length > 0 ? 422 : 200)
}

function ticketView(
  c: AppContext,
  row: BookingRow,
  frame: Frame,
  booking: Booking,
  now: number,
): BookingView {
  const over = booking.status === 'cancelled' || booking.status === 'declined'
  const can = booking.status === 'confirmed' && now <= row.cancel_until
  const said = c.req.query('news')
  return {
    frame,
    booking,
    cancelling: can
      ? { can, until: row.cancel_until, href: bookingHref(c.req.param('token') ?? '', 'cancel') }
      : { can: false, since: booking.status === 'confirmed' ? row.cancel_until : null },
    news: said === booking.status && (said === 'confirmed' || said === 'cancelled') ? said : null,
    ended: booking.status === 'cancelled' ? { at: row.changed_at, by: endedBy(row), reason: null } : null,
    againHref: over ? againHref(row) : null,
  }
}

function endedBy(row: BookingRow): 'customer' | 'staff' | 'partner' {
  if (row.changed_by.startsWith('customer:')) return 'customer'
  return row.partner_id === null ? 'staff' : 'partner'
}

export async function confirmBooking(c: AppContext): Promise<Response> {
  const link = await opened(c)
  if (!link) return problemPage(c, unknown.problem)
  const fields = await fieldsOf(c)
  const typed: Contact = {
    name: (fields.name ?? '').trim(),
    email: (fields.email ?? '').trim(),
    phone: readDigits(fields.phone ?? '').trim(),
    language: languages.find((language) => language === fields.language) ?? languageOf(c),
  }
  const contact = Object.fromEntries(Object.entries(typed).filter(([, value]) => value !== ''))
  const parsed = confirmBody.safeParse({ contact })
  const errors = parsed.success ? [] : fieldErrors(parsed.error, 'body')
  // Somebody has to be there to ask for; how to reach them is their choice.
  if (typed.name === '') errors.unshift({ path: 'contact.name', rule: 'required', message: '' })
  const faults = faultsOf(readerOf(c), errors, (path) => path.split('.').at(-1))
  if (!parsed.success || faults.length > 0) {
    const found = await readBooking(link.context, link.id)
    return found.ok ? showBooking(c, found.value, faults, typed) : problemPage(c, found.problem)
  }
  const here = bookingHref(c.req.param('token') ?? '')
  const context = formContext(c, fields, await sha256(`confirm ${link.id} ${JSON.stringify(contact)}`))
  if (!context) return seeOther(c, here)
  const done = await confirm({ ...context, caller: link.context.caller }, link.id, parsed.data)
  if (done.ok) return seeOther(c, `${here}?news=confirmed`)
  return done.problem.code === 'hold_expired' ? seeOther(c, here) : problemPage(c, done.problem, here)
}

export async function extendHold(c: AppContext): Promise<Response> {
  const link = await opened(c)
  if (!link) return problemPage(c, unknown.problem)
  const fields = await fieldsOf(c)
  const parsed = extendBody.safeParse({ holdMinutes: Number(fields.minutes) })
  const context = formContext(c, fields, await sha256(`extend ${link.id} ${fields.minutes}`))
  if (context && parsed.success)
    await extend({ ...context, caller: link.context.caller }, link.id, parsed.data)
  // Whatever came of it, the page says until when it is held now.
  return seeOther(c, bookingHref(c.req.param('token') ?? ''))
}

export async function cancelPage(c: AppContext): Promise<Response> {
  const link = await opened(c)
  const found = link ? await readBooking(link.context, link.id) : unknown
  if (!found.ok) return problemPage(c, found.problem)
  const row = found.value
  const here = bookingHref(c.req.param('token') ?? '')
  const now = timeOfView(row, c.get('context').wallNow)
  if (statusAt(row, now) !== 'confirmed' || now > row.cancel_until) return seeOther(c, here)
  const frame = frameOf(c, row)
  return page(c, CancelPage, {
    frame,
    booking: bookingOf(frame.reader.language, row, now),
    cancel: freshForm(`${here}/cancel`, { reason: 'changed_plans' }),
    keepHref: here,
  })
}

export async function cancelBooking(c: AppContext): Promise<Response> {
  const link = await opened(c)
  if (!link) return problemPage(c, unknown.problem)
  const fields = await fieldsOf(c)
  const here = bookingHref(c.req.param('token') ?? '')
  const context = formContext(c, fields, await sha256(`cancel ${link.id}`))
  if (!context) return seeOther(c, here)
  const done = await cancel({ ...context, caller: link.context.caller }, link.id, { reason: 'changed_plans' })
  if (done.ok) return seeOther(c, `${here}?news=cancelled`)
  const { code } = done.problem
  return code === 'wrong_state' || code === 'hold_expired'
    ? seeOther(c, here)
    : problemPage(c, done.problem, here)
}
