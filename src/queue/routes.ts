import { createRoute, z } from '@hono/zod-openapi'
import { ok, type Result } from '../kernel/result.ts'
import { formatInstant } from '../kernel/time.ts'
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
import { commandQueue, joinQueue, readQueue, readTicket } from './client.ts'
import { configureQueue } from './configure.ts'
import {
  commandBody,
  type desk as deskSchema,
  joinBody,
  outcome,
  queueSetup,
  queueSetupBody,
  snapshot,
  ticket,
  ticketId,
} from './contract.ts'
import type { Done } from './object.ts'
import type { Desk } from './rules/index.ts'
import type { TicketView } from './views.ts'

const params = z.object({ id: id('loc', 'location') })
const ticketParams = params.extend({ ticket: ticketId })
const tags = ['Queue']

const timesOfTicket = [
  'etaAt',
  'appointmentAt',
  'arrivedAt',
  'deferredUntil',
  'calledAt',
  'graceEndsAt',
  'startedAt',
  'pausedAt',
  'askedAt',
  'endedAt',
] as const

/** Epoch ms become instants on the wire, in UTC: the queue's own zone is the location's. */
const wireTicket = ({ booking, ...view }: TicketView) => {
  const times = Object.fromEntries(timesOfTicket.map((name) => [name, wireTime(view[name])]))
  return { ...view, ...times, bookingId: booking } as unknown as z.infer<typeof ticket>
}
const wireTime = (at: number | null) => (at === null ? null : formatInstant(at, 'UTC'))
const wireDesk = (desk: Desk): z.infer<typeof deskSchema> => ({
  ...desk,
  services: [...desk.services],
  breakEndsAt: wireTime(desk.breakEndsAt),
})

const wireOutcome = ({ seq, ticket, desk }: Done) => ({
  seq,
  ticket: ticket && wireTicket(ticket),
  desk: desk && wireDesk(desk),
})

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
    method: 'get',
    path: '/v1/locations/{id}/queue',
    operationId: 'readQueue',
    summary: 'The queue as the desk sees it',
    description: 'Answers 304 to the `ETag` of the last one while nothing has happened.',
    tags,
    security: [{ key: ['desk'] }],
    request: { params },
    responses: { 200: json(snapshot, 'Every live ticket, desk and service'), ...problemResponses },
  }),
  async (c) => {
    const read = await readQueue(c.get('context'), c.env, c.req.valid('param').id)
    if (!read.ok) return problemResponse(c, read.problem)
    const { snapshot: queue } = read.value
    const etag = `"${queue.seq}"`
    c.header('ETag', etag)
    if (c.req.header('If-None-Match') === etag) return c.body(null, 304) as never
    return c.json(
      {
        ...queue,
        at: formatInstant(queue.at, 'UTC'),
        desks: queue.desks.map((desk) => ({ ...wireDesk(desk), name: desk.name })),
        tickets: queue.tickets.map(wireTicket),
      },
      200,
    )
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
    path: '/v1/locations/{id}/queue/tickets/{ticket}',
    operationId: 'readTicket',
    summary: 'Read a ticket',
    tags,
    security: [{ key: ['desk'] }, { link: [] }],
    request: { params: ticketParams },
    responses: { 200: json(ticket, 'The ticket'), ...problemResponses },
  }),
  async (c) => {
    const { id: location, ticket: wanted } = c.req.valid('param')
    const read = await readTicket(c.get('context'), c.env, location, wanted)
    return found(c, read.ok ? ok(wireTicket(read.value.ticket)) : read)
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
    return found(c, done.ok ? ok(wireOutcome(done.value)) : done)
  },
)
