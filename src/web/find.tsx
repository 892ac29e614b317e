import { type Browsed, browse, daysOf, hold, isBookable, type Listed } from '../booking/index.ts'
import { limits } from '../config.ts'
import { sha256 } from '../kernel/ids.ts'
import { type ProblemCode, problems } from '../kernel/result.ts'
import { addDays, dayBounds, localDate, parseDate, weekday } from '../kernel/time.ts'
import { linkToken } from '../people/index.ts'
import type { AppContext } from '../platform/http.ts'
import { bookingHref, findHref, unitField, unitOf } from './address.ts'
import { readDigits, readWholeNumber } from './format.ts'
import type { Language } from './languages.ts'
import {
  fieldsOf,
  formContext,
  frameFor,
  freshForm,
  inLanguage,
  languageOf,
  page,
  problemPage,
  seeOther,
} from './page.tsx'
import { FindPage, type FindView } from './pages/find.tsx'
import { problemMessages } from './pages/message.tsx'
import type { Reader } from './reader.ts'
import type { Day, DayState, Fault, Price, Slot, SlotState } from './views.ts'

/** Finding a slot and holding it. */

/** Stays offered for a day of arrival; a longer one is asked for at the desk or over the API. */
const nightsOffered = 7

type Asked = { units: Record<string, string>; quantities: Record<string, number>; faults: Fault[] }

/** Quantities as people typed them, in any digits. */
function readUnits(r: Reader, fields: Record<string, string>): Asked {
  const asked: Asked = { units: {}, quantities: {}, faults: [] }
  for (const [field, text] of Object.entries(fields)) {
    const unit = unitOf(field)
    if (unit === undefined) continue
    asked.units[unit] = text.slice(0, 10)
    const count = text.trim() === '' ? 0 : readWholeNumber(text)
    if (count === null || count > limits.quantity) asked.faults.push({ field, text: r.say('fault.number') })
    else asked.quantities[unit] = count
  }
  return asked
}

export async function findPage(c: AppContext): Promise<Response> {
  const service = c.req.param('id') ?? ''
  const language = languageOf(c)
  const asked = readUnits(frameFor(c, undefined, null).reader, c.req.query())
  // Today is the visitor's in UTC until the location's zone is known; a day either way does not hurt the range.
  const today = localDate(c.get('context').wallNow, 'UTC')
  const asking = parseDate(readDigits(c.req.query('date') ?? ''))
  const wanted = asking && asking >= addDays(today, -1) ? asking : undefined
  const month = monthAround(wanted ?? today)
  const any = Object.values(asked.quantities).some((count) => count > 0)
  const quantities = any && asked.faults.length === 0 ? asked.quantities : undefined
  let found = await browse(c.get('context'), service, { ...month, quantities })
  if (!found.ok && found.problem.errors && quantities) {
    // Numbers that the service does not sell: the page stays, with what is wrong beside the field.
    const { reader } = frameFor(c, undefined, null)
    asked.faults.push(
      ...faultsOfUnits(
        reader,
        found.problem.errors.map(({ path }) => path),
      ),
    )
    found = await browse(c.get('context'), service, month)
  }
  if (!found.ok) return problemPage(c, found.problem)
  return page(c, FindPage, viewOf(c, language, service, found.value, month, asked, wanted))
}

const faultsOfUnits = (r: Reader, paths: string[]): Fault[] =>
  paths.map((path) => ({ field: unitField(path.split('.')[1] ?? ''), text: r.say('fault.number') }))

/** The weeks that touch a date's month and its neighbours in the strip: at most 62 days. */
function monthAround(date: string): { from: string; to: string } {
  const first = `${date.slice(0, 7)}-01`
  const last = addDays(`${addDays(first, 31).slice(0, 7)}-01`, -1)
  return { from: addDays(first, -7), to: addDays(last, 13) }
}

function viewOf(
  c: AppContext,
  language: Language,
  serviceId: string,
  browsed: Browsed,
  range: { from: string; to: string },
  asked: Asked,
  wanted: string | undefined,
): FindView {
  const { catalogue, now, party, listed } = browsed
  const { location, service } = catalogue
  const frame = frameFor(c, location.country, catalogue.organisation)
  const r = frame.reader
  const today = localDate(now, location.zone)
  const date = wanted && wanted >= today ? wanted : today
  const quantities = Object.fromEntries(party.lines.map(({ unit, quantity }) => [unit, quantity]))
  const href = (day: string) => findHref(serviceId, day, asked.faults.length > 0 ? {} : quantities)
  const states = new Map(daysOf(listed, range).map((day) => [day.date, day]))
  const day = (of: string): Day => {
    const state = dayState(states.get(of)?.status, of < today)
    return { date: of, state, href: of < today ? null : href(of), selected: of === date, today: of === today }
  }
  const slots = (
    service.kind === 'nights' ? staysFrom(browsed, date) : listed.filter(({ slot }) => slot.date === date)
  ).map((one) => slotView(one, party.places))
  const next = listed.find((one) => one.slot.date > date && isBookable(one))?.slot.date
  const [at] = dayBounds(date, location.zone)
  return {
    frame,
    place: {
      name: inLanguage(language, location.name),
      address: location.address,
      zone: location.zone,
      visitorZone: visitorZone(c),
    },
    service: {
      name: inLanguage(language, service.name),
      kind: service.kind,
      description: service.description ? inLanguage(language, service.description) : null,
      minutes: 'durationMinutes' in service ? service.durationMinutes : null,
      bring: service.bring ? inLanguage(language, service.bring) : null,
    },
    search: { action: findHref(serviceId), hidden: { date } },
    units: service.units.map((unit) => ({
      field: unitField(unit.id),
      name: inLanguage(language, unit.name),
      takes: unit.places,
      price: { amountMinor: unit.price, currency: location.currency },
      value: asked.faults.length > 0 ? (asked.units[unit.id] ?? '') : (quantities[unit.id] ?? 0),
    })),
    price: priceOf(language, browsed),
    week: weekOf(date, today, r.locale.firstDay, day, href),
    month: monthOf(date, today, day, href),
    day: {
      date,
      slots,
      note: noteOf(browsed, date),
      next: next && !slots.some(({ state }) => state.is === 'open') ? { date: next, href: href(next) } : null,
    },
    hold: freshForm(`/services/${serviceId}/hold`, {
      date,
      ...Object.fromEntries(party.lines.map(({ unit, quantity }) => [unitField(unit), String(quantity)])),
    }),
    faults: asked.faults.map(({ field, text }) => {
      const unit = service.units.find(({ id }) => unitField(id) === field)
      return { field, text: unit ? `${inLanguage(language, unit.name)}: ${text}` : text }
    }),
    notice: noticeOf(r, c.req.query('problem')),
    at,
  }
}

/** Cloudflare tells the visitor's zone; on one's own machine nobody does. */
const visitorZone = (c: AppContext): string | null => {
  const cf = c.req.raw.cf as { timezone?: string } | undefined
  return cf?.timezone ?? null
}

function dayState(status: string | undefined, past: boolean): DayState {
  if (past) return 'past'
  switch (status) {
    case 'available':
      return 'open'
    case 'limited':
      return 'few'
    case 'sold_out':
      return 'sold_out'
    default:
      return 'closed'
  }
}

function slotView({ slot, status, vacancies }: Listed, places: number): Slot {
  return {
    value: slot.name,
    startsAt: slot.start,
    endsAt: slot.end,
    state: slotState(status, vacancies, places),
  }
}

function slotState(status: Listed['status'], vacancies: number, places: number): SlotState {
  switch (status) {
    case 'available':
      return { is: 'open', left: null }
    case 'limited':
      return { is: 'open', left: vacancies }
    case 'sold_out':
      return vacancies > 0 && vacancies < places ? { is: 'too_few', left: vacancies } : { is: 'sold_out' }
    case 'too_soon':
      return { is: 'closed', why: 'too_late' }
    case 'beyond_horizon':
      return { is: 'closed', why: 'too_early' }
  }
}

function staysFrom(browsed: Browsed, arrival: string): Listed[] {
  const { service } = browsed.catalogue
  const most = service.kind === 'nights' ? Math.min(service.maxNights, nightsOffered) : 0
  return Array.from({ length: most }, (_, i) =>
    browsed.judge(`${arrival}/${addDays(arrival, i + 1)}`),
  ).filter((stay) => stay !== undefined)
}

function priceOf(language: Language, { catalogue: { service, location }, party }: Browsed): Price {
  const money = (amountMinor: number) => ({ amountMinor, currency: location.currency })
  const nameOf = new Map(service.units.map((unit) => [unit.id, inLanguage(language, unit.name)]))
  return {
    lines: party.lines.map(({ unit, quantity, price }) => ({
      name: nameOf.get(unit) ?? unit,
      count: quantity,
      each: money(price),
      sum: money(quantity * price),
    })),
    total: money(party.price),
  }
}

/** The reason that the location gives for other hours on a day. */
const noteOf = ({ catalogue: { location } }: Browsed, date: string): string | null =>
  location.hours.exceptions.find((exception) => exception.date === date)?.reason ?? null

function weekOf(
  date: string,
  today: string,
  firstDay: number,
  day: (of: string) => Day,
  href: (of: string) => string,
) {
  const start = addDays(date, -((weekday(date) - firstDay + 7) % 7))
  const earlier = addDays(start, -7)
  return {
    days: Array.from({ length: 7 }, (_, i) => day(addDays(start, i))),
    earlier: addDays(earlier, 6) < today ? null : href(earlier < today ? today : earlier),
    later: href(addDays(start, 7)),
  }
}

function monthOf(date: string, today: string, day: (of: string) => Day, href: (of: string) => string) {
  const first = `${date.slice(0, 7)}-01`
  const next = `${addDays(first, 31).slice(0, 7)}-01`
  const before = `${addDays(first, -1).slice(0, 7)}-01`
  const days = []
  for (let of = first; of < next; of = addDays(of, 1)) days.push(day(of))
  return {
    month: date.slice(0, 7),
    days,
    earlier: first <= today ? null : href(before < today ? today : before),
    later: href(next),
  }
}

function noticeOf(r: Reader, code: string | undefined): string | null {
  if (code === undefined || !Object.hasOwn(problems, code)) return null
  const { title, more } = problemMessages(code as ProblemCode)
  return `${r.say(title)} ${r.say(more)}`
}

/** Holds the slot that was pressed, and leads to its page; what was taken meanwhile is said above the other times. */
export async function holdSlot(c: AppContext): Promise<Response> {
  const serviceId = c.req.param('id') ?? ''
  const fields = await fieldsOf(c)
  const asked = readUnits(frameFor(c, undefined, null).reader, fields)
  const context = formContext(
    c,
    fields,
    await sha256(`hold ${serviceId} ${fields.slot} ${JSON.stringify(asked.quantities)}`),
  )
  const back = (problem: string) =>
    findHref(serviceId, parseDate(fields.date ?? ''), asked.quantities, { problem })
  if (!context || !fields.slot || fields.slot.length > 40) return seeOther(c, back('invalid_request'))
  const contact = { language: languageOf(c) }
  const held = await hold(context, { serviceId, slot: fields.slot, units: asked.quantities, contact })
  if (!held.ok)
    return held.problem.code === 'not_found'
      ? problemPage(c, held.problem)
      : seeOther(c, back(held.problem.code))
  return seeOther(c, bookingHref(await linkToken(c.env.LINK_SECRET, held.value.booking.id)))
}
