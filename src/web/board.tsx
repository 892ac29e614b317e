import { readDigits } from '../kernel/format.ts'
import { sha256 } from '../kernel/ids.ts'
import { ok, type Problem, type Result, refuse } from '../kernel/result.ts'
import type { AppContext } from '../platform/http.ts'
import {
  commandBody,
  commandQueue,
  findTicket,
  joinBody,
  joinQueue,
  type Overview,
  readOverview,
  readQueue,
  type Snapshot,
} from '../queue/index.ts'
import { boardHref, deskHref, hallHref, posterHref } from './address.ts'
import {
  addVerb,
  askedBy,
  type Bench,
  boardKeys,
  type Desk,
  deskVerbs,
  isTimed,
  joinsVerb,
  openedVerbs,
  rowVerb,
  type Ticket,
  undoTicket,
  visitVerbs,
} from './board-verbs.ts'
import {
  fieldsOf,
  formContext,
  frameFor,
  inLanguage,
  page,
  problemPage,
  seeOther,
  unlessSeen,
} from './page.tsx'
import { BoardPage, type BoardTicket } from './pages/board.tsx'
import { nobodyHere, noticeOf } from './queue.tsx'
import type { Reader } from './reader.ts'

/** The desk's queue board: one key for Next, the rest a key away. */

/** Rows in sight; whoever stands further back is found, or comes into sight in time. */
const rowsShown = 60

const nowAt = ({ location }: Overview, wallNow: number) => location.simulatedNow ?? wallNow

export async function boardPage(c: AppContext): Promise<Response> {
  const id = c.req.query('location') ?? ''
  const context = c.get('context')
  // Who may see it is asked first; the names come after.
  const read = await readQueue(context, c.env, id)
  if (!read.ok) return problemPage(c, read.problem, '/desk')
  const overview = await readOverview(context, id)
  if (!overview.ok) return problemPage(c, overview.problem, '/desk')
  const snapshot = read.value.view
  if (!snapshot) return problemPage(c, { code: 'not_found' }, '/desk')
  const { location, services, desks } = overview.value
  const frame = frameFor(c, location.country, overview.value.organisation)
  const { reader } = frame
  const name = (text: Overview['location']['name']) => inLanguage(reader.language, text)
  const desk = snapshot.desks.find((one) => one.id === c.req.query('desk')) ?? snapshot.desks[0]
  if (!desk) return problemPage(c, { code: 'not_found' }, '/desk')
  const byId = new Map(snapshot.tickets.map((ticket) => [ticket.id, ticket]))
  const line = lineOf(snapshot)
  const now = nowAt(overview.value, context.wallNow)
  const bench: Bench = { r: reader, location: location.id, desk, services, desks, line, now }
  const visit = visitAt(byId, desk)
  const typed = (c.req.query('find') ?? '').slice(0, 20).trim()
  const wanted = typed === '' ? c.req.query('ticket') : saidAs(typed)
  const named = ({ id, number, reference }: Ticket) => [id, number, reference].includes(wanted ?? '')
  const inSight = line.slice(0, rowsShown)
  const found =
    wanted === undefined || inSight.some(named) ? undefined : await findTicket(context, c.env, id, wanted)
  if (found && !found.ok) return problemPage(c, found.problem, '/desk')
  const far = found?.value.ticket ?? undefined
  if (far) byId.set(far.id, far)
  // Whoever is at a desk is found there.
  if (typed !== '' && far?.desk && (far.status === 'called' || far.status === 'serving'))
    return seeOther(c, boardHref(location.id, far.desk))
  const rows = far?.status === 'waiting' || far?.status === 'paused' ? [...inSight, far] : inSight
  const openedId = rows.find(named)?.id
  const problem = c.req.query('problem')
  const nameOf = new Map(services.map((service) => [service.id, name(service.name)]))
  const row = (ticket: Ticket): BoardTicket => ({
    ...ticket,
    service: nameOf.get(ticket.service) ?? ticket.service,
    since: ticket.status === 'missed' ? (ticket.calledAt ?? ticket.arrivedAt) : ticket.arrivedAt,
    // Once opened, its buttons are among the others.
    verbs: ticket.id === openedId && ticket.status === 'waiting' ? [] : rowVerb(bench, ticket),
    href: boardHref(location.id, desk.id, { ticket: ticket.id }),
    opened: ticket.id === openedId ? openedVerbs(bench, ticket, problem === passing) : null,
  })
  const seen = unlessSeen(c, [read.value.tag, reader.locale.tag])
  if (seen) return seen
  return page(c, BoardPage, {
    frame,
    liveHref: `/desk/queue/live?location=${location.id}`,
    seq: snapshot.seq,
    place: name(location.name),
    zone: location.zone,
    ways: {
      bookings: deskHref(location.id),
      hall: hallHref(location.id),
      poster: posterHref(location.id),
      closed: boardHref(location.id, desk.id),
    },
    desks: snapshot.desks.map((one) => ({
      name: one.name,
      status: one.status,
      breakEndsAt: one.breakEndsAt,
      visit: visitAt(byId, one) ?? null,
      chosen: one === desk,
      href: boardHref(location.id, one.id),
    })),
    asked: visit?.status === 'serving' && visit.askedAt !== null ? visit : null,
    verbs: deskVerbs(bench, visit),
    visitNumber: visit?.number ?? null,
    visitVerbs: visitVerbs(bench, visit),
    find: { value: typed, action: boardHref(), hidden: { location: location.id, desk: desk.id } },
    tickets: rows.map(row),
    missed: snapshot.missed.map(row),
    opensAt: snapshot.opensAt,
    joins: [
      {
        name: reader.say('board.joins_all'),
        closed: snapshot.joinsClosed,
        verb: joinsVerb(bench, snapshot.joinsClosed),
      },
      ...snapshot.services.map((service) => ({
        name: name(service.name),
        closed: service.joinsClosed,
        verb: joinsVerb(bench, service.joinsClosed, service.id),
      })),
    ],
    add: addVerb(bench),
    keys: boardKeys(reader),
    undo: undoOf(c, bench),
    notice:
      typed !== '' && openedId === undefined ? reader.say('board.find_none') : noticeFor(c, reader, byId),
  })
}

/** A number or a reference as it is written here, however it was typed. */
const saidAs = (typed: string) => readDigits(typed).replace(/[\s-]/g, '').toUpperCase()

function visitAt(byId: Map<string, Ticket>, { ticket }: Desk) {
  const found = ticket === null ? undefined : byId.get(ticket)
  return found?.status === 'called' || found?.status === 'serving' ? found : undefined
}

/** Those who wait and those who are paused, by their place in line. */
const lineOf = ({ tickets }: Snapshot): Ticket[] =>
  tickets
    .filter(({ status }) => status === 'waiting' || status === 'paused')
    .sort((a, b) => (a.ahead ?? -1) - (b.ahead ?? -1) || a.arrivedAt - b.arrivedAt)

/** A verb that needs its reason; a call that goes past somebody who has been passed over often enough. */
const unexplained = 'reason'
const passing = 'passing'

function noticeFor(c: AppContext, r: Reader, byId: Map<string, Ticket>): string | null {
  const problem = c.req.query('problem')
  const number = (name: string) => byId.get(c.req.query(name) ?? '')?.number ?? ''
  if (problem === unexplained) return r.say('board.say_why')
  if (problem === passing)
    return r.say('board.protected', { other: number('other'), number: number('ticket') })
  return noticeOf(r, problem)
}

/** What was just done to a ticket that is not at the desk can be taken back from the page that comes of it. */
function undoOf(c: AppContext, bench: Bench) {
  const [, number, ticket] = /^([A-Z]\d{1,6})~(tkt_[0-9a-z]{26})$/.exec(c.req.query('done') ?? '') ?? []
  return number && ticket ? { number, verb: undoTicket(bench, ticket) } : null
}

export async function pressBoard(c: AppContext): Promise<Response> {
  const fields = await fieldsOf(c)
  const { key: _, location = '', at = '', ...asked } = fields
  const here = (more?: Record<string, string>) => seeOther(c, boardHref(location, at, more))
  const { wallNow } = c.get('context')
  const overview = isTimed(asked) ? await readOverview(c.get('context'), location) : undefined
  const wanted = askedBy(asked, overview?.ok ? nowAt(overview.value, wallNow) : wallNow)
  const context = formContext(c, fields, await sha256(`board ${JSON.stringify(asked)}`))
  if (!context) return here()
  const carry = async (): Promise<Result<{ number: string; id: string } | null>> => {
    const body = asked.verb === 'join' ? joinBody.safeParse(wanted) : commandBody.safeParse(wanted)
    if (!body.success) {
      const errors = body.error.issues.map(({ path, code }) => ({
        path: path.join('.'),
        rule: code,
        message: '',
      }))
      return refuse('invalid_field', { errors })
    }
    const done =
      'verb' in body.data
        ? await commandQueue(context, c.env, location, body.data)
        : await joinQueue(context, c.env, location, body.data)
    return done.ok ? ok(done.value.ticket) : done
  }
  const done = await carry()
  const opened = asked.ticket && asked.verb !== 'undo' ? { ticket: asked.ticket } : {}
  if (!done.ok) return here({ ...opened, ...told(asked.verb, done.problem) })
  const inLine = asked.ticket !== undefined && lineVerbs.includes(asked.verb ?? '')
  return here(inLine && done.value ? { done: `${done.value.number}~${done.value.id}` } : undefined)
}

/** What is done to somebody in the line is not taken back at the desk. */
const lineVerbs = ['leave', 'defer', 'reorder', 'presence', 'reachability', 'transfer', 'reinstate']

function told(verb: string | undefined, { code, facts, errors }: Problem): Record<string, string> {
  if (facts?.nobody) return { problem: nobodyHere }
  if (typeof facts?.protected === 'string') return { problem: passing, other: facts.protected }
  const early = verb === 'missed' && facts?.graceEndsAt !== undefined
  const silent = errors?.some(({ path }) => path === 'reason') ?? false
  return { problem: early || silent ? unexplained : code }
}
