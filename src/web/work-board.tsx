import { getCookie, setCookie } from 'hono/cookie'
import { limits } from '../config.ts'
import { readDigits } from '../kernel/format.ts'
import { sha256 } from '../kernel/ids.ts'
import { type Location, readOffer } from '../location/index.ts'
import type { AppContext } from '../platform/http.ts'
import type { LocalText } from '../platform/wire.ts'
import {
  createWorkOrder,
  isOver,
  listWorkOrders,
  nextStage,
  readWorkSetup,
  statuses,
  type WorkSetup,
  type WorkSummary,
  workOrderBody,
} from '../work/index.ts'
import { myWorkHref, newWorkHref, workBoardHref, workOrderHref } from './address.ts'
import { choicesOf } from './job.ts'
import { languages } from './languages.ts'
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
import { type MyJob, MyWorkPage } from './pages/my-work.tsx'
import { type BoardJob, WorkBoardPage } from './pages/work-board.tsx'
import { ReceivePage } from './pages/work-receive.tsx'
import type { Reader } from './reader.ts'
import type { MessageKey } from './say.ts'
import type { Fault, Frame } from './views.ts'
import { type Fields, faultMessage, readLines } from './work-verbs.ts'

/** Work in hand at a location: the board, a technician's own jobs, and taking in something new. */

type Place = { location: Location; places: { name: LocalText; id: string }[]; organisation: LocalText | null }

/** The location that the address names, or the first that takes in work. */
async function placeOf(c: AppContext, wanted: string | undefined): Promise<Place | undefined> {
  const { organisation, locations } = await readOffer(c.get('context'))
  const working = locations.filter(({ hasWork }) => hasWork)
  const found = wanted === undefined ? working[0] : working.find(({ location }) => location.id === wanted)
  if (!found) return undefined
  const places = working.map(({ location: { id, name } }) => ({ id, name }))
  return { location: found.location, places, organisation }
}

const frameOf = (c: AppContext, { location, organisation }: Place): Frame =>
  frameFor(c, location.country, organisation, c.req.method === 'GET' ? c.req.url : newWorkHref(location.id))

/** Below this chance a day and hour is looked at before everything else. */
const riskBelow = 0.5

const isAtRisk = ({ readyBy, status }: WorkSummary, now: number): boolean =>
  readyBy.promised !== null &&
  !isOver(status) &&
  status !== 'ready' &&
  status !== 'collected' &&
  (Date.parse(readyBy.promised) <= now || (readyBy.chance ?? 1) < riskBelow)

/** The least likely first; of those that are as likely, the one that is due first. */
const byRisk = (a: BoardJob, b: BoardJob) =>
  (a.chance ?? 1) - (b.chance ?? 1) || (a.promised ?? 0) - (b.promised ?? 0)

function boardJob(r: Reader, order: WorkSummary, now: number): BoardJob {
  const { readyBy } = order
  const maybe = (instant: string | null) => (instant === null ? null : Date.parse(instant))
  return {
    href: workOrderHref(order.id),
    reference: order.reference,
    status: order.status,
    pause: order.pause?.reason ?? null,
    service: inLanguage(r.language, order.serviceName),
    items: order.items.map(({ name }) => name),
    person: order.assignee?.person ?? null,
    promised: maybe(readyBy.promised),
    first: maybe(readyBy.first),
    chance: readyBy.chance,
    atRisk: isAtRisk(order, now),
    choices: choicesOf(order),
  }
}

const peopleIn = (orders: WorkSummary[]): string[] =>
  [...new Set(orders.flatMap(({ assignee }) => assignee?.person ?? []))].toSorted()

export async function workBoardPage(c: AppContext): Promise<Response> {
  const place = await placeOf(c, c.req.query('location'))
  if (!place) return problemPage(c, { code: 'not_found' }, '/desk')
  const { location, places } = place
  const status = statuses.find((known) => known === c.req.query('status'))
  const person = c.req.query('person') || undefined
  const over = c.req.query('over') === 'true' ? ('true' as const) : ('false' as const)
  const typed = readDigits((c.req.query('reference') ?? '').slice(0, 20)).trim()
  const found = await listWorkOrders(c.get('context'), {
    locationId: location.id,
    over,
    limit: limits.page,
    status,
    after: c.req.query('after'),
    ...(typed === '' ? {} : { reference: typed }),
  })
  if (!found.ok) return problemPage(c, found.problem, '/desk')
  const { workOrders, next } = found.value
  const frame = frameOf(c, place)
  const { reader } = frame
  const now = location.simulatedNow ?? c.get('context').wallNow
  const jobs = workOrders
    .filter(({ assignee }) => person === undefined || assignee?.person === person)
    .map((order) => boardJob(reader, order, now))
  const filter = { status, person, over: over === 'true' ? over : undefined }
  return page(c, WorkBoardPage, {
    frame,
    place: inLanguage(reader.language, location.name),
    zone: location.zone,
    places: places.map(({ id, name }) => ({
      name: inLanguage(reader.language, name),
      href: workBoardHref(id),
      current: id === location.id,
    })),
    location: location.id,
    filter: { status: status ?? '', person: person ?? '', over: over === 'true', reference: typed },
    people: peopleIn(workOrders),
    risk: jobs.filter(({ atRisk }) => atRisk).sort(byRisk),
    rest: jobs.filter(({ atRisk }) => !atRisk),
    ways: {
      receive: newWorkHref(location.id),
      mine: myWorkHref(location.id),
      more: next === null ? null : workBoardHref(location.id, { ...filter, after: next }),
    },
  })
}

/** Keeps whose jobs this telephone shows, until somebody else's are asked for. */
const personCookie = '__Host-person'
const yearSeconds = 365 * 24 * 3600

export async function myWorkPage(c: AppContext): Promise<Response> {
  const place = await placeOf(c, c.req.query('location'))
  if (!place) return problemPage(c, { code: 'not_found' }, '/desk')
  const { location } = place
  const context = c.get('context')
  const [setup, found] = await Promise.all([
    readWorkSetup(context, location.id),
    listWorkOrders(context, { locationId: location.id, over: 'false', limit: limits.page }),
  ])
  if (!setup.ok) return problemPage(c, setup.problem, '/desk')
  if (!found.ok) return problemPage(c, found.problem, '/desk')
  const asked = c.req.query('person')?.slice(0, 80)
  const person = (asked ?? getCookie(c, personCookie)) || null
  if (asked)
    setCookie(c, personCookie, asked, {
      ...{ path: '/', secure: true, httpOnly: true, sameSite: 'Lax' },
      maxAge: yearSeconds,
    })
  const frame = frameOf(c, place)
  const { reader } = frame
  const now = location.simulatedNow ?? context.wallNow
  return page(c, MyWorkPage, {
    frame,
    place: inLanguage(reader.language, location.name),
    zone: location.zone,
    person,
    people: peopleIn(found.value.workOrders).map((name) => ({ name, href: myWorkHref(location.id, name) })),
    jobs: found.value.workOrders
      .filter(({ assignee }) => person !== null && assignee?.person === person)
      .map((order) => myJob(reader, order, now, setup.value)),
    ways: { board: workBoardHref(location.id), receive: newWorkHref(location.id) },
  })
}

function myJob(r: Reader, order: WorkSummary, now: number, setup: WorkSetup): MyJob {
  const service = setup.services.find(({ id }) => id === order.service)
  const to = order.status === 'paused' ? 'in_progress' : service && nextStage(service, order.status)
  const verb = order.status === 'paused' ? 'resume' : 'advance'
  const job = boardJob(r, order, now)
  const back = { back: 'mine', person: order.assignee?.person ?? '' }
  return {
    ...job,
    next: to ? { to, form: freshForm(job.href, { verb, ...back, ...(verb === 'advance' && { to }) }) } : null,
  }
}

async function showReceive(c: AppContext, place: Place, fields: Fields = {}, faults: Fault[] = []) {
  const { location } = place
  const setup = await readWorkSetup(c.get('context'), location.id)
  if (!setup.ok) return problemPage(c, setup.problem, '/desk')
  const frame = frameOf(c, place)
  const { language } = frame.reader
  return page(
    c,
    ReceivePage,
    {
      frame,
      place: inLanguage(language, location.name),
      services: setup.value.services.map(({ id, name }) => ({ id, name: inLanguage(language, name) })),
      prices: setup.value.services.flatMap(({ prices }) => prices),
      currency: location.currency,
      form: freshForm('/desk/work/new', { location: location.id }),
      backHref: workBoardHref(location.id),
      fields,
      faults,
    },
    faults.length > 0 ? 422 : 200,
  )
}

export async function receivePage(c: AppContext): Promise<Response> {
  const place = await placeOf(c, c.req.query('location'))
  return place ? showReceive(c, place) : problemPage(c, { code: 'not_found' }, '/desk')
}

const fieldMessages: Record<string, MessageKey> = {
  item: 'work.fault_item',
  email: 'fault.email',
  phone: 'fault.phone',
}

/** Fields of the form that a path of the contract stands for. */
const inputOf = (path: string): string => {
  if (path.startsWith('items')) return path.endsWith('mark') ? 'mark' : 'item'
  if (path.startsWith('lines')) return 'quote-name-1'
  const last = path.split('.').at(-1) ?? ''
  return ['name', 'email', 'phone', 'note', 'service', 'person'].includes(last) ? last : 'item'
}

export async function receiveWork(c: AppContext): Promise<Response> {
  const fields = await fieldsOf(c)
  const place = await placeOf(c, fields.location)
  if (!place) return problemPage(c, { code: 'not_found' }, '/desk')
  const { location } = place
  const { key: _, ...asked } = fields
  const keyed = formContext(c, fields, await sha256(`receive ${JSON.stringify(asked)}`))
  if (!keyed) return seeOther(c, newWorkHref(location.id))
  const setup = await readWorkSetup(c.get('context'), location.id)
  if (!setup.ok) return problemPage(c, setup.problem, '/desk')
  const { say } = frameOf(c, place).reader
  const again = (field: string, text: string) => showReceive(c, place, fields, [{ field, text }])
  const service = setup.value.services.find(({ id }) => id === fields.service)
  const lines = readLines(fields, location.currency, service?.prices ?? [])
  if ('key' in lines) return again(lines.field, say(lines.key))
  const body = workOrderBody.safeParse(orderIn(fields, location.id, lines))
  if (!body.success) {
    const field = inputOf(body.error.issues[0]?.path.join('.') ?? '')
    return again(field, say(fieldMessages[field] ?? 'fault.other'))
  }
  const done = await createWorkOrder(keyed, body.data)
  if (done.ok) return seeOther(c, `${workOrderHref(done.value.value.id)}?news=received`)
  const [error] = done.problem.errors ?? []
  return error
    ? again(inputOf(error.path), say(faultMessage(error.rule)))
    : problemPage(c, done.problem, newWorkHref(location.id))
}

function orderIn(fields: Fields, locationId: string, lines: object[]) {
  const typed = (name: string) => (fields[name] ?? '').trim()
  const given = (names: Record<string, string>) =>
    Object.fromEntries(Object.entries(names).filter(([, value]) => value !== ''))
  const contact = given({
    name: typed('name'),
    email: typed('email'),
    phone: readDigits(typed('phone')),
    language: languages.find((language) => language === fields.language) ?? '',
  })
  return {
    locationId,
    service: fields.service,
    items: [{ name: typed('item'), ...given({ mark: typed('mark') }) }],
    channel: 'front_desk',
    contact,
    ...given({ note: typed('note') }),
    ...(typed('person') !== '' && { assignee: { person: typed('person') } }),
    ...(lines.length > 0 && { lines }),
  }
}
