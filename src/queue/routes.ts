import { createRoute, z } from '@hono/zod-openapi'
import type { Result } from '../kernel/result.ts'
import { changed, found, ticketToken } from '../people/index.ts'
import {
  type AppContext,
  commandContext,
  idempotencyHeader,
  json,
  jsonBody,
  problemResponse,
  problemResponses,
  router,
} from '../platform/http.ts'
import { id } from '../platform/wire.ts'
import { configureQueue } from './configure.ts'
import {
  commandBody,
  display,
  joinBody,
  linePage,
  lineQuery,
  liveQuery,
  outcome,
  queueSetup,
  queueSetupBody,
  snapshot,
  ticket,
  ticketId,
} from './contract.ts'
import { bringDay, pastDay, pastDayBody } from './history.ts'
import { readQuotes, readRecord } from './ledger.ts'
import { queueRecord, quotePage, quotesQuery } from './ledger-contract.ts'
import type { Done, Seen } from './order.ts'
import { openLive, readDisplay, readLine, readQueueWritten, readTicket } from './reading.ts'
import { commandQueue, joinQueue } from './verbs.ts'
import { wireDeskTicket, wireDisplay, wireOutcome, wireTicket } from './wire.ts'

const params = z.object({ id: id('loc', 'location') })
const ticketParams = params.extend({ ticket: ticketId })
const tags = ['Queue']
const untilChanged =
  'Answers 304 to the `ETag` of the last one while nothing has happened, within the minute.'
const seenHeader = z.object({
  'if-none-match': z.string().optional().openapi({ description: 'The `ETag` of the last answer.' }),
})

/** The tag of the last answer. */
const seenBy = (c: AppContext): string | undefined =>
  /^(?:W\/)?"(\d{1,15}-\d{1,15})"$/.exec(c.req.header('If-None-Match') ?? '')?.[1]

/** A view with its tag, or 304 where it has been seen. */
function seen<T, R>(c: AppContext, read: Result<Seen<T>>, answer: (view: T) => R) {
  if (!read.ok) return problemResponse(c, read.problem)
  const { tag, view } = read.value
  c.header('ETag', `"${tag}"`)
  c.header('Cache-Control', 'no-cache')
  return view === undefined ? (c.body(null, 304) as never) : answer(view)
}

/** Carries a command out under the request's idempotency key. */
async function carried(
  c: AppContext,
  run: (context: Parameters<typeof joinQueue>[0]) => Promise<Result<Done>>,
): Promise<Result<Done>> {
  const context = await commandContext(c)
  if (!context.ok) return context
  const done = await run(context.value)
  if (done.ok && done.value.repeated) c.header('Idempotent-Replayed', 'true')
  return done
}

export const queueRoutes = router()

queueRoutes.openapi(
  createRoute({
    method: 'put',
    path: '/v1/locations/{id}/queue/setup',
    operationId: 'setUpQueue',
    summary: 'Set up the queue of a location',
    description: 'Its services with their letters, its desks with what they serve, the rules of its order.',
    tags,
    security: [{ key: ['config'] }],
    request: { params, headers: idempotencyHeader, body: jsonBody(queueSetupBody) },
    responses: { 200: json(queueSetup, 'As set up'), ...problemResponses },
  }),
  (c) => changed(c, 200, (context) => configureQueue(context, c.req.valid('param').id, c.req.valid('json'))),
)

queueRoutes.openapi(
  createRoute({
    method: 'post',
    path: '/v1/locations/{id}/queue/history',
    operationId: 'bringHistory',
    summary: 'Bring a day that another system noted',
    description:
      'So that waits are foretold from it on the first day here. Days come in order and each once; every visit becomes an event with its own time.',
    tags,
    security: [{ key: ['config'] }],
    request: { params, headers: idempotencyHeader, body: jsonBody(pastDayBody) },
    responses: { 201: json(pastDay, 'The day as brought'), ...problemResponses },
  }),
  async (c) => {
    const [{ id: location }, day] = [c.req.valid('param'), c.req.valid('json')]
    const done = await carried(c, (context) => bringDay(context, c.env, location, day))
    if (!done.ok) return problemResponse(c, done.problem)
    return c.json({ date: day.date, visits: day.visits.length, seq: done.value.seq }, 201)
  },
)

queueRoutes.openapi(
  createRoute({
    method: 'get',
    path: '/v1/locations/{id}/queue',
    operationId: 'readQueue',
    summary: 'The queue as the desk sees it',
    description: untilChanged,
    tags,
    security: [{ key: ['desk'] }],
    request: { params, headers: seenHeader },
    responses: {
      200: json(snapshot, 'Every desk and service, and the front of each line'),
      ...problemResponses,
    },
  }),
  async (c) =>
    seen(
      c,
      await readQueueWritten(c.get('context'), c.env, c.req.valid('param').id, seenBy(c)),
      (text) => c.body(text, 200, { 'Content-Type': 'application/json' }) as never,
    ),
)

queueRoutes.openapi(
  createRoute({
    method: 'get',
    path: '/v1/locations/{id}/queue/line',
    operationId: 'readLine',
    summary: 'Who waits in a line, in the order of calls',
    description: 'For lines that are longer than what the queue shows of them.',
    tags,
    security: [{ key: ['desk'] }],
    request: { params, query: lineQuery },
    responses: { 200: json(linePage, 'Tickets that wait'), ...problemResponses },
  }),
  async (c) => {
    const read = await readLine(c.get('context'), c.env, c.req.valid('param').id, c.req.valid('query'))
    if (!read.ok) return problemResponse(c, read.problem)
    const { tickets, next } = read.value
    return c.json({ tickets: tickets.map(wireDeskTicket), next }, 200)
  },
)

queueRoutes.openapi(
  createRoute({
    method: 'get',
    path: '/v1/locations/{id}/queue/display',
    operationId: 'readDisplay',
    summary: 'The queue as the hall sees it',
    description: `Numbers, desks and services, for everybody. \`calls\` are the last ones: announce those later than what you had seen. ${untilChanged}`,
    tags,
    security: [{}],
    request: { params, headers: seenHeader },
    responses: { 200: json(display, 'Who is called where, and how many wait'), ...problemResponses },
  }),
  async (c) =>
    seen(c, await readDisplay(c.get('context'), c.env, c.req.valid('param').id, seenBy(c)), (view) =>
      c.json(wireDisplay(view), 200),
    ),
)

queueRoutes.openapi(
  createRoute({
    method: 'get',
    path: '/v1/locations/{id}/queue/live',
    operationId: 'watchQueue',
    summary: 'Watch the queue over a WebSocket',
    description:
      'Begins with a `snapshot`, or with what changed after `since`; then a `change` for each command. A change applies to whoever is at event `from`; whoever is not opens again with `since`. `calls` are announced if their `seq` is later than what was seen. A `ping` is answered with `pong`.',
    tags,
    security: [{}, { key: ['desk'] }, { link: [] }],
    request: { params, query: liveQuery },
    responses: { 101: { description: 'The socket is open' }, ...problemResponses },
  }),
  async (c) => {
    const { view, ticket: wanted, since } = c.req.valid('query')
    const shown = view === 'ticket' ? { kind: view, ticket: wanted ?? '' } : { kind: view }
    const context = c.get('context')
    const opened = await openLive(context, c.env, c.req.raw, c.req.valid('param').id, shown, since)
    return opened.ok ? (opened.value as never) : problemResponse(c, opened.problem)
  },
)

queueRoutes.openapi(
  createRoute({
    method: 'post',
    path: '/v1/locations/{id}/queue/tickets',
    operationId: 'joinQueue',
    summary: 'Join the queue',
    description:
      'By oneself, or for somebody by staff and partners. Whoever has a live ticket is answered with it; a booking checks in once.',
    tags,
    security: [{}, { key: [] }],
    request: { params, headers: idempotencyHeader, body: jsonBody(joinBody) },
    responses: { 201: json(ticket, 'The ticket'), ...problemResponses },
  }),
  async (c) => {
    const { id: location } = c.req.valid('param')
    const done = await carried(c, (context) => joinQueue(context, c.env, location, c.req.valid('json')))
    if (!done.ok) return problemResponse(c, done.problem)
    if (!done.value.ticket) throw new Error('a join without a ticket')
    const token = await ticketToken(c.env.LINK_SECRET, location, done.value.ticket.id)
    return c.json({ ...wireTicket(done.value.ticket), token }, 201)
  },
)

queueRoutes.openapi(
  createRoute({
    method: 'get',
    path: '/v1/locations/{id}/queue/quotes',
    operationId: 'listQuotes',
    summary: 'What people were told of their waits, and what became of it',
    description: 'In the order in which they were told. An outcome comes when the wait ends.',
    tags,
    security: [{ key: ['desk'] }],
    request: { params, query: quotesQuery },
    responses: { 200: json(quotePage, 'Quotes'), ...problemResponses },
  }),
  async (c) => found(c, await readQuotes(c.get('context'), c.req.valid('param').id, c.req.valid('query'))),
)

queueRoutes.openapi(
  createRoute({
    method: 'get',
    path: '/v1/locations/{id}/queue/record',
    operationId: 'readRecord',
    summary: 'How often the waits that were told here held',
    description:
      'Of first promises whose wait has ended: called within the range, and called by the time promised. Who left before is not counted, unless the time had passed.',
    tags,
    security: [{}],
    request: { params },
    responses: { 200: json(queueRecord, 'By service and channel'), ...problemResponses },
  }),
  async (c) => found(c, await readRecord(c.get('context'), c.req.valid('param').id)),
)

queueRoutes.openapi(
  createRoute({
    method: 'get',
    path: '/v1/locations/{id}/queue/tickets/{ticket}',
    operationId: 'readTicket',
    summary: 'Read a ticket',
    description: untilChanged,
    tags,
    security: [{ key: ['desk'] }, { link: [] }],
    request: { params: ticketParams, headers: seenHeader },
    responses: { 200: json(ticket, 'The ticket'), ...problemResponses },
  }),
  async (c) => {
    const { id: location, ticket: wanted } = c.req.valid('param')
    return seen(c, await readTicket(c.get('context'), c.env, location, wanted, seenBy(c)), (view) =>
      c.json(wireTicket(view), 200),
    )
  },
)

queueRoutes.openapi(
  createRoute({
    method: 'post',
    path: '/v1/locations/{id}/queue/commands',
    operationId: 'commandQueue',
    summary: 'Move the queue on',
    description:
      'Every verb of the queue but joining. Staff use all of them; the holder of a ticket may leave, defer, reinstate and say where they are.',
    tags,
    security: [{ key: ['desk'] }, { link: [] }],
    request: { params, headers: idempotencyHeader, body: jsonBody(commandBody) },
    responses: { 200: json(outcome, 'What it came to'), ...problemResponses },
  }),
  async (c) => {
    const { id: location } = c.req.valid('param')
    const done = await carried(c, (context) => commandQueue(context, c.env, location, c.req.valid('json')))
    return found(c, done.ok ? { ok: true, value: wireOutcome(done.value) } : done)
  },
)
