import { createRoute, z } from '@hono/zod-openapi'
import type { Result } from '../kernel/result.ts'
import { changed, linkToken } from '../people/index.ts'
import {
  type AppContext,
  commandContext,
  idempotencyHeader,
  json,
  jsonBody,
  problemResponse,
  problemResponses,
  readContext,
  router,
} from '../platform/http.ts'
import { id } from '../platform/wire.ts'
import { availability, calendar } from './browse.ts'
import { changeCapacity } from './capacity.ts'
import {
  availability as availabilitySchema,
  type Booking,
  booking,
  bookingPage,
  calendar as calendarSchema,
  cancelBody,
  capacityBody,
  capacityView,
  confirmBody,
  extendBody,
  holdBody,
  listQuery,
  rangeQuery,
} from './contract.ts'
import { type Done, hold } from './hold.ts'
import { listBookings, readBooking } from './read.ts'
import { cancel, confirm, extend } from './steps.ts'
import type { BookingView } from './store.ts'
import { bookingView } from './view.ts'

const params = z.object({ id: id('bkg', 'booking') })
const serviceParams = z.object({ id: id('svc', 'service') })
const tags = ['Bookings']
const forEverybody = [{}, { key: [] }]
const forWhomItConcerns = [{ key: ['bookings'] }, { link: [] }]

/** `adult:2,child:1` as quantities. */
const readUnits = (text: string | undefined): Record<string, number> | undefined =>
  text === undefined
    ? undefined
    : Object.fromEntries(
        text
          .split(',')
          .map((part) => part.split(':'))
          .map(([unit, n]) => [unit, Number(n)]),
      )

/** As the caller may see it: the note is the desk's, and its page says that customers do not read it. */
function viewOf(c: AppContext, row: BookingView): Booking {
  const { caller, wallNow } = c.get('context')
  const view = bookingView(row, wallNow)
  return caller.kind === 'link' ? { ...view, note: null } : view
}

const repeated = (c: AppContext, done: Done) => {
  if (done.repeated) c.header('Idempotent-Replayed', 'true')
}

export const bookingRoutes = router()

bookingRoutes.openapi(
  createRoute({
    method: 'get',
    path: '/v1/services/{id}/availability',
    operationId: 'availability',
    summary: 'Slots of up to seven days',
    description:
      'Each with what is left of it for the units asked. What is listed as bookable can be held at that moment.',
    tags,
    security: forEverybody,
    request: { params: serviceParams, query: rangeQuery },
    responses: { 200: json(availabilitySchema, 'Slots in order of start'), ...problemResponses },
  }),
  async (c) => {
    const query = c.req.valid('query')
    const context = readContext(c)
    if (!context.ok) return problemResponse(c, context.problem)
    const found = await availability(context.value, c.req.valid('param').id, {
      ...query,
      quantities: readUnits(query.units),
    })
    return found.ok ? c.json(found.value, 200) : problemResponse(c, found.problem)
  },
)

bookingRoutes.openapi(
  createRoute({
    method: 'get',
    path: '/v1/services/{id}/calendar',
    operationId: 'calendar',
    summary: 'Days, up to 62 of them',
    description: 'One line a day: whether any slot can be booked for the units asked, and how many.',
    tags,
    security: forEverybody,
    request: { params: serviceParams, query: rangeQuery },
    responses: { 200: json(calendarSchema, 'Days in order'), ...problemResponses },
  }),
  async (c) => {
    const query = c.req.valid('query')
    const context = readContext(c)
    if (!context.ok) return problemResponse(c, context.problem)
    const found = await calendar(context.value, c.req.valid('param').id, {
      ...query,
      quantities: readUnits(query.units),
    })
    return found.ok ? c.json(found.value, 200) : problemResponse(c, found.problem)
  },
)

bookingRoutes.openapi(
  createRoute({
    method: 'post',
    path: '/v1/bookings',
    operationId: 'hold',
    summary: 'Hold a slot',
    description:
      'Takes the capacity until `holdUntil`; confirming keeps it. Without a key it is held by the public, and `token` is what opens it afterwards. `sold_out` is not remembered under the key: the same request may succeed later.',
    tags,
    security: [{}, { key: ['bookings'] }],
    request: { headers: idempotencyHeader, body: jsonBody(holdBody) },
    responses: { 201: json(booking, 'The hold'), ...problemResponses },
  }),
  async (c) => {
    const context = await commandContext(c)
    if (!context.ok) return problemResponse(c, context.problem)
    const held = await hold(context.value, c.req.valid('json'))
    if (!held.ok) return problemResponse(c, held.problem)
    repeated(c, held.value)
    const view = viewOf(c, held.value.booking)
    return c.json({ ...view, token: await linkToken(c.env.LINK_SECRET, view.id) }, 201)
  },
)

bookingRoutes.openapi(
  createRoute({
    method: 'get',
    path: '/v1/bookings',
    operationId: 'listBookings',
    summary: 'Bookings by start',
    description: 'The desk sees all, a partner its own. Follow `next` with `after` for the next page.',
    tags,
    security: [{ key: ['bookings'] }],
    request: { query: listQuery },
    responses: { 200: json(bookingPage, 'A page of bookings'), ...problemResponses },
  }),
  async (c) => {
    const found = await listBookings(c.get('context'), c.req.valid('query'))
    if (!found.ok) return problemResponse(c, found.problem)
    const { bookings, next } = found.value
    return c.json({ bookings: bookings.map((row) => viewOf(c, row)), next }, 200)
  },
)

bookingRoutes.openapi(
  createRoute({
    method: 'get',
    path: '/v1/bookings/{id}',
    operationId: 'readBooking',
    summary: 'Read a booking',
    tags,
    security: forWhomItConcerns,
    request: { params },
    responses: { 200: json(booking, 'The booking'), ...problemResponses },
  }),
  async (c) => {
    const found = await readBooking(c.get('context'), c.req.valid('param').id)
    return found.ok ? c.json(viewOf(c, found.value), 200) : problemResponse(c, found.problem)
  },
)

const step = <Body extends z.ZodType>(verb: string, summary: string, description: string, body: Body) =>
  createRoute({
    method: 'post',
    path: `/v1/bookings/{id}/${verb}`,
    operationId: `${verb}Booking`,
    summary,
    description,
    tags,
    security: forWhomItConcerns,
    request: { params, headers: idempotencyHeader, body: jsonBody(body) },
    responses: { 200: json(booking, 'The booking after it'), ...problemResponses },
  })

/** Runs a step under the request's idempotency key and answers with the booking. */
async function answer(c: AppContext, run: (context: Parameters<typeof confirm>[0]) => Promise<Result<Done>>) {
  const context = await commandContext(c)
  if (!context.ok) return problemResponse(c, context.problem)
  const done = await run(context.value)
  if (!done.ok) return problemResponse(c, done.problem)
  repeated(c, done.value)
  return c.json(viewOf(c, done.value.booking), 200)
}

bookingRoutes.openapi(
  step(
    'confirm',
    'Confirm a hold',
    'The same claims, now for good. Confirming twice changes nothing.',
    confirmBody,
  ),
  (c) => answer(c, (context) => confirm(context, c.req.valid('param').id, c.req.valid('json'))),
)
bookingRoutes.openapi(
  step('extend', 'Hold on longer', 'Counted from now, up to the longest hold of the service.', extendBody),
  (c) => answer(c, (context) => extend(context, c.req.valid('param').id, c.req.valid('json'))),
)
bookingRoutes.openapi(
  step(
    'cancel',
    'Cancel a hold or a booking',
    'Gives the capacity back. Customers and partners until `cancelUntil`, the desk at any time. Cancelling twice changes nothing.',
    cancelBody,
  ),
  (c) => answer(c, (context) => cancel(context, c.req.valid('param').id, c.req.valid('json'))),
)

bookingRoutes.openapi(
  createRoute({
    method: 'post',
    path: '/v1/pools/{id}/capacity',
    operationId: 'changeCapacity',
    summary: 'Set how much a pool has',
    description:
      'For good from now on, or for the buckets between `from` and `to`. What bookings already take is never cut: it is refused as `capacity_in_use` and names them.',
    tags: ['Configuration'],
    security: [{ key: ['capacity'] }],
    request: {
      params: z.object({ id: id('pool', 'pool') }),
      headers: idempotencyHeader,
      body: jsonBody(capacityBody),
    },
    responses: { 200: json(capacityView, 'As set'), ...problemResponses },
  }),
  (c) => changed(c, 200, (context) => changeCapacity(context, c.req.valid('param').id, c.req.valid('json'))),
)
