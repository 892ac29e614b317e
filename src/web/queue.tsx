import { getCookie, setCookie } from 'hono/cookie'
import { limits } from '../config.ts'
import { readWholeNumber } from '../kernel/format.ts'
import { sha256 } from '../kernel/ids.ts'
import { type Problem, type ProblemCode, problems } from '../kernel/result.ts'
import { readLink, ticketToken } from '../people/index.ts'
import type { Context } from '../platform/context.ts'
import type { AppContext } from '../platform/http.ts'
import {
  commandBody,
  commandQueue,
  joinQueue,
  openLive,
  readOverview,
  readTicket,
  type TicketView,
} from '../queue/index.ts'
import { joinHref, ticketHref } from './address.ts'
import { frameOf, shown, sinceOf } from './hall.tsx'
import {
  fieldsOf,
  formContext,
  frameFor,
  freshForm,
  inLanguage,
  page,
  problemPage,
  readerOf,
  seeOther,
  unlessSeen,
} from './page.tsx'
import { problemMessages } from './pages/message.tsx'
import { JoinPage, type JoinView, TicketPage, type TicketPageView } from './pages/queue.tsx'
import type { Reader } from './reader.ts'
import type { Fault } from './views.ts'

/** Joining a queue, and following one's own ticket. */

/** Names the device, so that joining again shows the ticket that it has; a random name, of no use elsewhere. */
const deviceCookie = '__Host-device'
const daySeconds = 24 * 3600
const moreTimeMinutes = 10

/** `filled` is what a form held that needs another look. */
export async function joinPage(
  c: AppContext,
  faults: Fault[] = [],
  filled: Record<string, string> = {},
): Promise<Response> {
  const found = await shown(c)
  if (!found.ok) return problemPage(c, found.problem)
  const { overview, display } = found.value
  const frame = frameOf(c, overview)
  const { language } = frame.reader
  const view: JoinView = {
    frame,
    place: inLanguage(language, overview.location.name),
    zone: overview.location.zone,
    opensAt: display.opensAt,
    services: display.services.map(({ id, name, waiting, wait, record, joinsClosed }) => ({
      ...{ id, name: inLanguage(language, name), waiting, wait, record },
      closed: display.joinsClosed || joinsClosed,
      form: freshForm(joinHref(overview.location.id), { service: id }),
      party: filled[`party-${id}`] ?? '1',
      presence: presenceIn(filled, id),
    })),
    faults,
  }
  return page(c, JoinPage, view, faults.length > 0 ? 422 : 200)
}

const presenceIn = (fields: Record<string, string>, service: string) =>
  fields[`presence-${service}`] === 'remote' ? 'remote' : 'on_site'

export async function join(c: AppContext): Promise<Response> {
  const location = c.req.param('location') ?? ''
  const fields = await fieldsOf(c)
  const service = fields.service ?? ''
  const party = readWholeNumber(fields[`party-${service}`] ?? '1')
  const presence = presenceIn(fields, service)
  if (party === null || party < 1 || party > limits.partySize) {
    return joinPage(c, [{ field: `party-${service}`, text: readerOf(c).say('fault.number') }], fields)
  }
  const context = formContext(c, fields, await sha256(`join ${location} ${service} ${party} ${presence}`))
  if (!context) return seeOther(c, joinHref(location))
  const device = getCookie(c, deviceCookie) ?? crypto.randomUUID()
  const done = await joinQueue(context, c.env, location, {
    service,
    party,
    presence,
    reachable: true,
    device,
  })
  if (!done.ok || !done.value.ticket) {
    return problemPage(c, done.ok ? { code: 'not_found' } : done.problem, joinHref(location))
  }
  setCookie(c, deviceCookie, device, {
    path: '/',
    secure: true,
    httpOnly: true,
    sameSite: 'Lax',
    maxAge: daySeconds,
  })
  return seeOther(c, ticketHref(await ticketToken(c.env.LINK_SECRET, location, done.value.ticket.id)))
}

type Opened = { location: string; ticket: string; context: Context; here: string }

/** The ticket behind a link, and a context whose caller is its holder. */
export async function openedTicket(c: AppContext): Promise<Opened | undefined> {
  const token = c.req.param('token') ?? ''
  const subject = await readLink(c.env.LINK_SECRET, token)
  const [location, ticket] = subject?.split('/') ?? []
  if (!subject || !location || !ticket) return undefined
  return {
    location,
    ticket,
    here: ticketHref(token),
    context: { ...c.get('context'), caller: { kind: 'link', subject } },
  }
}

export async function ticketPage(c: AppContext): Promise<Response> {
  const opened = await openedTicket(c)
  if (!opened) return problemPage(c, { code: 'not_found' })
  const { location, ticket, context, here } = opened
  const [overview, read] = await Promise.all([
    readOverview(context, location),
    readTicket(context, c.env, location, ticket),
  ])
  if (!overview.ok) return problemPage(c, overview.problem)
  if (!read.ok) return problemPage(c, read.problem)
  const mine = read.value.view
  if (!mine) return problemPage(c, { code: 'not_found' })
  const { organisation, location: place, services, desks } = overview.value
  const frame = frameFor(c, place.country, organisation)
  const { reader } = frame
  const service = services.find(({ id }) => id === mine.service)
  const seen = unlessSeen(c, [read.value.tag, reader.locale.tag])
  if (seen) return seen
  return page(c, TicketPage, {
    frame,
    liveHref: `${here}/live`,
    messagesHref: `${here}/messages`,
    seq: read.value.seq,
    place: inLanguage(reader.language, place.name),
    zone: place.zone,
    service: service ? inLanguage(reader.language, service.name) : '',
    number: mine.number,
    reference: mine.reference,
    status: mine.status,
    ahead: mine.ahead,
    presence: mine.presence,
    wait: mine.status === 'waiting' ? mine.wait : null,
    record: mine.record,
    desk: desks.find(({ id }) => id === mine.desk)?.name ?? null,
    calls: mine.calls,
    deferredUntil: mine.status === 'waiting' ? mine.deferredUntil : null,
    actions: actionsFor(reader, mine, here),
    notice: ticketNotice(reader, c.req.query('problem'), joinHref(location)),
  })
}

function actionsFor(r: Reader, ticket: TicketView, here: string): TicketPageView['actions'] {
  const action = (verb: string, text: string, look: 'main' | 'plain' | 'danger' = 'plain') => ({
    form: freshForm(here, { verb }),
    text,
    look,
  })
  switch (ticket.status) {
    case 'waiting':
      return [
        ...(ticket.presence === 'on_site' ? [] : [action('here', r.say('ticket_page.here'), 'main')]),
        ...(ticket.presence === 'remote' ? [action('on_the_way', r.say('ticket_page.on_my_way'))] : []),
        action('defer', r.say('ticket_page.more_time')),
        action('leave', r.say('ticket_page.leave'), 'danger'),
      ]
    case 'called':
      return [
        action('here', r.say('ticket_page.here'), 'main'),
        action('defer', r.say('ticket_page.more_time')),
        action('leave', r.say('ticket_page.leave'), 'danger'),
      ]
    case 'missed':
      return [action('reinstate', r.say('ticket_page.back'), 'main')]
    default:
      return []
  }
}

/** Stands for the problem of a desk that nobody waits for: no fault, and told as such. */
export const nobodyHere = 'nobody'

export const noticeOf = (r: Reader, code: string | undefined): string | null => {
  if (code === nobodyHere) return r.say('board.nobody_here')
  if (code === undefined || !Object.hasOwn(problems, code)) return null
  const { title, more } = problemMessages(code as ProblemCode)
  return `${r.say(title)} ${r.say(more)}`
}

/** Refusals that have words of their own: put off often enough, and back too late. */
const [enough, tooLate] = ['enough', 'too_late']

function told(verb: string | undefined, { code, facts }: Problem): string {
  if (verb === 'defer' && facts?.deferrals !== undefined) return enough
  if (verb === 'reinstate' && (facts?.until !== undefined || facts?.reinstatements !== undefined))
    return tooLate
  return code
}

function ticketNotice(r: Reader, problem: string | undefined, again: string): TicketPageView['notice'] {
  if (problem === enough) return { text: r.say('ticket_page.enough'), way: null }
  if (problem === tooLate)
    return { text: r.say('ticket_page.too_late'), way: { href: again, text: r.say('ticket_page.again') } }
  const text = noticeOf(r, problem)
  return text === null ? null : { text, way: null }
}

/** What a press of a button on the ticket's page asks of the queue. */
function askedOf(verb: string | undefined, ticket: string, now: number): unknown {
  const inTenMinutes = new Date(now + moreTimeMinutes * 60_000).toISOString()
  switch (verb) {
    case 'here':
      return { verb: 'presence', ticket, presence: 'on_site' }
    case 'on_the_way':
      return { verb: 'presence', ticket, presence: 'on_the_way', etaAt: inTenMinutes }
    case 'defer':
      return { verb, ticket, byMinutes: moreTimeMinutes }
    default:
      return { verb, ticket }
  }
}

export async function moveTicket(c: AppContext): Promise<Response> {
  const opened = await openedTicket(c)
  if (!opened) return problemPage(c, { code: 'not_found' })
  const { location, ticket, context, here } = opened
  const fields = await fieldsOf(c)
  const overview = await readOverview(context, location)
  const now = (overview.ok ? overview.value.location.simulatedNow : null) ?? context.wallNow
  const parsed = commandBody.safeParse(askedOf(fields.verb, ticket, now))
  const keyed = formContext(c, fields, await sha256(`${fields.verb} ${ticket}`))
  if (!parsed.success || !keyed) return seeOther(c, here)
  const done = await commandQueue({ ...keyed, caller: context.caller }, c.env, location, parsed.data)
  return seeOther(c, done.ok ? here : `${here}?problem=${told(fields.verb, done.problem)}`)
}

/** What the page of a ticket listens to. */
export async function ticketLive(c: AppContext): Promise<Response> {
  const opened = await openedTicket(c)
  if (!opened) return problemPage(c, { code: 'not_found' })
  const { location, ticket, context } = opened
  const live = await openLive(context, c.env, c.req.raw, location, { kind: 'ticket', ticket }, sinceOf(c))
  return live.ok ? live.value : problemPage(c, live.problem)
}
