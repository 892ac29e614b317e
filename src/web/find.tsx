import { type Browsed, browse, daysOf, hold, type Listed, nameOf } from '../booking/index.ts'
import { limits } from '../config.ts'
import { readDigits, readWholeNumber } from '../kernel/format.ts'
import { sha256 } from '../kernel/ids.ts'
import { type ProblemCode, problems } from '../kernel/result.ts'
import { addDays, dayBounds, localDate, parseDate } from '../kernel/time.ts'
import { linkToken } from '../people/index.ts'
import type { AppContext } from '../platform/http.ts'
import { bookingHref, findHref, unitField, unitOf } from './address.ts'
import { covers, datesAhead, datesAround, firstFree, monthOf, weekOf } from './calendar.ts'
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
  readerOf,
  seeOther,
} from './page.tsx'
import { FindPage, type FindView } from './pages/find.tsx'
import { problemMessages } from './pages/message.tsx'
import type { Reader } from './reader.ts'
import type { Fault, Price, Slot, SlotState } from './views.ts'

/** Finding a slot and holding it. */

/** Stays offered for a day of arrival; a longer one is asked for at the desk or over the API. */
const nightsOffered = 7

/** One is enough for a live location, but for the rarest calendars; a simulated clock is found first, its month then. */
const readings = 3

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
  const asked = readUnits(readerOf(c), c.req.query())
  const wanted = parseDate(readDigits(c.req.query('date') ?? ''))
  // Whose today it is tells the first reading; until then it is that of a clock in Greenwich.
  const today = localDate(c.get('context').wallNow, 'UTC')
  let range = wanted && wanted > today ? datesAround(wanted, today) : datesAhead(today)
  for (let reading = 1; ; reading++) {
    const found = await look(c, service, asked, range)
    if (!found.ok) return problemPage(c, found.problem)
    const shown = dayToShow(found.value, wanted)
    const needed = datesAround(shown.date, shown.today)
    if (covers(range, needed) || reading === readings)
      return page(c, FindPage, viewOf(c, service, found.value, shown, asked))
    // The clock there is simulated, or the first free day lies in a month that was not read whole.
    range = shown.date === shown.today ? datesAhead(shown.today) : needed
  }
}

/** Reads the dates for the party asked. Numbers that the service does not sell are told beside their field. */
async function look(c: AppContext, service: string, asked: Asked, dates: { from: string; to: string }) {
  const any = Object.values(asked.quantities).some((count) => count > 0)
  const quantities = any && asked.faults.length === 0 ? asked.quantities : undefined
  const found = await browse(c.get('context'), service, { ...dates, quantities })
  if (found.ok || !found.problem.errors || !quantities) return found
  const paths = found.problem.errors.map(({ path }) => path)
  asked.faults.push(...faultsOfUnits(readerOf(c), paths))
  return browse(c.get('context'), service, dates)
}

type Shown = { date: string; today: string }

/** The day asked for; where there is none, today, or the first day after it that has something free. */
function dayToShow({ catalogue, now, listed }: Browsed, wanted: string | undefined): Shown {
  const today = localDate(now, catalogue.location.zone)
  return { today, date: wanted && wanted >= today ? wanted : (firstFree(listed, today) ?? today) }
}

const faultsOfUnits = (r: Reader, paths: string[]): Fault[] =>
  paths.map((path) => ({ field: unitField(path.split('.')[1] ?? ''), text: r.say('fault.number') }))

function viewOf(
  c: AppContext,
  serviceId: string,
  browsed: Browsed,
  { date, today }: Shown,
  asked: Asked,
): FindView {
  const { catalogue, party, listed } = browsed
  const { location, service } = catalogue
  const frame = frameFor(c, location.country, catalogue.organisation)
  const r = frame.reader
  const { language } = r
  const quantities = Object.fromEntries(party.lines.map(({ unit, quantity }) => [unit, quantity]))
  const href = (day: string) => findHref(serviceId, day, asked.faults.length > 0 ? {} : quantities)
  const range = datesAround(date, today)
  const states = new Map(daysOf(listed, range).map((day) => [day.date, day]))
  const chosen = { date, today, firstDay: r.locale.firstDay, states, href }
  const slots = (
    service.kind === 'nights' ? staysFrom(browsed, date) : listed.filter(({ slot }) => slot.date === date)
  ).map((one) => slotView(browsed, one))
  const next = firstFree(listed, addDays(date, 1))
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
      value: asked.faults.length > 0 ? (asked.units[unit.id] ?? 0) : (quantities[unit.id] ?? 0),
    })),
    price: priceOf(language, browsed),
    week: weekOf(chosen),
    month: monthOf(chosen),
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
      // What is wrong with all of them together stands beside the first.
      return unit
        ? { field, text: `${inLanguage(language, unit.name)}: ${text}` }
        : { field: unitField(service.units[0]?.id ?? ''), text }
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

function slotView({ catalogue, party }: Browsed, { slot, status, vacancies }: Listed): Slot {
  return {
    value: nameOf(catalogue, slot),
    startsAt: slot.start,
    endsAt: slot.end,
    state: slotState(status, vacancies, party.places),
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

function noticeOf(r: Reader, code: string | undefined): string | null {
  if (code === undefined || !Object.hasOwn(problems, code)) return null
  const { title, more } = problemMessages(code as ProblemCode)
  return `${r.say(title)}. ${r.say(more)}`
}

/** Holds the slot that was pressed, and leads to its page; what was taken meanwhile is said above the other times. */
export async function holdSlot(c: AppContext): Promise<Response> {
  const serviceId = c.req.param('id') ?? ''
  const fields = await fieldsOf(c)
  const asked = readUnits(readerOf(c), fields)
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
