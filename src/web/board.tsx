import { sha256 } from '../kernel/ids.ts'
import type { AppContext } from '../platform/http.ts'
import { commandBody, commandQueue, readOverview, readQueue, type Snapshot } from '../queue/index.ts'
import { boardHref, deskHref } from './address.ts'
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
import { BoardPage, type Verb } from './pages/board.tsx'
import { nobodyHere, noticeOf } from './queue.tsx'
import type { Reader } from './reader.ts'

/** The desk's queue board: one key for Next, the rest a key away. */

const breakMinutes = 10
/** Rows in sight; whoever stands further back comes into sight in time. */
const rowsShown = 60

type Ticket = Snapshot['tickets'][number]
type Waiting = Ticket & { status: 'waiting' | 'paused' }
type Desk = Snapshot['desks'][number]

export async function boardPage(c: AppContext): Promise<Response> {
  const location = c.req.query('location') ?? ''
  const context = c.get('context')
  // Who may see it is asked first; the names come after.
  const read = await readQueue(context, c.env, location)
  if (!read.ok) return problemPage(c, read.problem, '/desk')
  const overview = await readOverview(context, location)
  if (!overview.ok) return problemPage(c, overview.problem, '/desk')
  const snapshot = read.value.view
  if (!snapshot) return problemPage(c, { code: 'not_found' }, '/desk')
  const { location: place, services } = overview.value
  const frame = frameFor(c, place.country, overview.value.organisation)
  const { reader } = frame
  const { language } = reader
  const chosen = snapshot.desks.find(({ id }) => id === c.req.query('desk')) ?? snapshot.desks[0]
  const byId = new Map(snapshot.tickets.map((ticket) => [ticket.id, ticket]))
  const nameOf = new Map(services.map(({ id, name }) => [id, inLanguage(language, name)]))
  const visitAt = (desk: Desk) => {
    const ticket = desk.ticket === null ? undefined : byId.get(desk.ticket)
    return ticket && isVisit(ticket.status) ? { number: ticket.number, status: ticket.status } : null
  }
  return page(c, BoardPage, {
    frame,
    liveHref: `/desk/queue/live?location=${place.id}`,
    seq: snapshot.seq,
    place: inLanguage(language, place.name),
    zone: place.zone,
    bookingsHref: deskHref(place.id),
    desks: snapshot.desks.map((desk) => ({
      name: desk.name,
      status: desk.status,
      visit: visitAt(desk),
      chosen: desk === chosen,
      href: boardHref(place.id, desk.id),
    })),
    verbs: chosen
      ? deskVerbs(reader, place.id, chosen, chosen.ticket === null ? undefined : byId.get(chosen.ticket))
      : [],
    tickets: lineOf(snapshot).map((ticket) => ({
      number: ticket.number,
      reference: ticket.reference,
      service: nameOf.get(ticket.service) ?? ticket.service,
      party: ticket.party,
      status: ticket.status,
      since: ticket.arrivedAt,
      appointmentAt: ticket.appointmentAt,
      presence: ticket.presence,
      reachable: ticket.reachable,
      verbs: chosen ? ticketVerbs(reader, place.id, chosen, ticket) : [],
    })),
    notice: noticeOf(reader, c.req.query('problem')),
  })
}

const isVisit = (status: Ticket['status']): status is 'called' | 'serving' | 'paused' =>
  status === 'called' || status === 'serving' || status === 'paused'

/** Those who wait and those who are paused, by their place in line. */
const lineOf = ({ tickets }: Snapshot): Waiting[] =>
  tickets
    .filter((ticket): ticket is Waiting => ticket.status === 'waiting' || ticket.status === 'paused')
    .sort((a, b) => (a.ahead ?? -1) - (b.ahead ?? -1) || a.arrivedAt - b.arrivedAt)
    .slice(0, rowsShown)

const form = (location: string, desk: string, hidden: Record<string, string>) =>
  freshForm('/desk/queue', { location, at: desk, ...hidden })

function deskVerbs(r: Reader, location: string, desk: Desk, visit: Ticket | undefined): Verb[] {
  const verb = (text: string, key: string, hidden: Record<string, string>): Verb => ({
    form: form(location, desk.id, hidden),
    text,
    key,
  })
  const atDesk = (name: string) => ({ verb: name, desk: desk.id })
  const undo = verb(r.say('board.undo'), 'z', { verb: 'undo', desk: desk.id })
  if (desk.status !== 'open' && !visit)
    return [verb(r.say('board.open_desk'), 'o', atDesk('open_desk')), undo]
  const onVisit = visit ? (name: string, more = {}) => ({ verb: name, ticket: visit.id, ...more }) : undefined
  return [
    verb(r.say('board.next'), 'n', atDesk('next')),
    ...(onVisit && visit?.status === 'called'
      ? [
          verb(r.say('board.again'), 'c', onVisit('call_again')),
          verb(r.say('board.mark_missed'), 'm', onVisit('missed', { reason: r.say('board.missed_reason') })),
        ]
      : []),
    ...(onVisit && visit?.status === 'serving'
      ? [
          verb(r.say('board.finish'), 'f', onVisit('finish')),
          verb(r.say('board.pause'), 'p', onVisit('pause', { reason: r.say('board.pause_reason') })),
        ]
      : []),
    undo,
    verb(r.say('board.break_desk'), 'b', atDesk('break_desk')),
    verb(r.say('board.close_desk'), 'o', atDesk('close_desk')),
  ]
}

function ticketVerbs(r: Reader, location: string, desk: Desk, ticket: Ticket): Verb[] {
  const verb = (text: string, hidden: Record<string, string>): Verb => ({
    form: form(location, desk.id, { ticket: ticket.id, ...hidden }),
    text,
    key: null,
  })
  if (ticket.status === 'paused') return [verb(r.say('board.resume'), { verb: 'resume', desk: desk.id })]
  return [
    verb(r.say('board.call'), { verb: 'call_given', desk: desk.id }),
    verb(r.say('board.left'), { verb: 'leave', reason: r.say('board.left_reason') }),
  ]
}

export async function pressBoard(c: AppContext): Promise<Response> {
  const { key: _, location = '', at = '', ...asked } = await fieldsOf(c)
  const fields = await fieldsOf(c)
  const here = boardHref(location, at)
  const overview = asked.verb === 'break_desk' ? await readOverview(c.get('context'), location) : undefined
  const now = (overview?.ok ? overview.value.location.simulatedNow : null) ?? c.get('context').wallNow
  const endsAt = new Date(now + breakMinutes * 60_000).toISOString()
  const parsed = commandBody.safeParse(asked.verb === 'break_desk' ? { ...asked, endsAt } : asked)
  const context = formContext(c, fields, await sha256(`board ${JSON.stringify(asked)}`))
  if (!parsed.success || !context) return seeOther(c, here)
  const done = await commandQueue(context, c.env, location, parsed.data)
  if (done.ok) return seeOther(c, here)
  const problem = done.problem.facts?.nobody ? nobodyHere : done.problem.code
  return seeOther(c, boardHref(location, at, { problem }))
}
