import { createRoute, z } from '@hono/zod-openapi'
import type { Result } from '../kernel/result.ts'
import { changed, type Done, found, workOrderToken } from '../people/index.ts'
import type { Context } from '../platform/context.ts'
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
import { commandWorkOrder } from './command.ts'
import { configureWork, readWorkSetup } from './configure.ts'
import {
  photoAdded,
  photoBody,
  photoId,
  type WorkOrder,
  workCommandBody,
  workListQuery,
  workOrder,
  workOrderBody,
  workOrderId,
  workPage,
} from './contract.ts'
import { bringWork, workBrought, workHistoryBody } from './history.ts'
import { createWorkOrder } from './intake.ts'
import { addPhoto, bytesOf, readPhoto } from './photos.ts'
import { listWorkOrders, readWorkOrder } from './read.ts'
import { workSetup, workSetupBody } from './setup-contract.ts'

const tags = ['Work']
const headers = idempotencyHeader
const atLocation = z.object({ id: id('loc', 'location') })
const params = z.object({ id: workOrderId })
const forStaff = [{ key: ['work'] }]
const forWhomItConcerns = [{ key: ['work'] }, { link: [] }]

export const workRoutes = router()

workRoutes.openapi(
  createRoute({
    method: 'put',
    path: '/v1/locations/{id}/work/setup',
    operationId: 'setUpWork',
    summary: 'Set up what work is taken in',
    description:
      'Work services with their stages and how long each lasts in working hours. A service that has work orders stays.',
    tags: ['Configuration'],
    security: [{ key: ['config'] }],
    request: { params: atLocation, headers, body: jsonBody(workSetupBody) },
    responses: { 200: json(workSetup, 'As set up'), ...problemResponses },
  }),
  (c) => changed(c, 200, (context) => configureWork(context, c.req.valid('param').id, c.req.valid('json'))),
)
workRoutes.openapi(
  createRoute({
    method: 'get',
    path: '/v1/locations/{id}/work/setup',
    operationId: 'readWorkSetup',
    summary: 'Read what work is taken in',
    tags: ['Configuration'],
    security: forStaff,
    request: { params: atLocation },
    responses: { 200: json(workSetup, 'As set up'), ...problemResponses },
  }),
  async (c) => found(c, await readWorkSetup(c.get('context'), c.req.valid('param').id)),
)

workRoutes.openapi(
  createRoute({
    method: 'post',
    path: '/v1/locations/{id}/work/history',
    operationId: 'bringWorkHistory',
    summary: 'Bring jobs that another system kept',
    description:
      'Finished ones teach how long work takes, open ones go on here. Each goes through the same rules as work that is done here, at its own times; nobody is sent a message for it.',
    tags,
    security: [{ key: ['config'] }],
    request: { params: atLocation, headers, body: jsonBody(workHistoryBody) },
    responses: { 201: json(workBrought, 'The work orders that they became'), ...problemResponses },
  }),
  async (c) => {
    const context = await commandContext(c)
    if (!context.ok) return problemResponse(c, context.problem)
    const done = await bringWork(context.value, c.req.valid('param').id, c.req.valid('json'))
    if (!done.ok) return problemResponse(c, done.problem)
    if (done.value.repeated) c.header('Idempotent-Replayed', 'true')
    const workOrders = await Promise.all(
      done.value.value.map(async (order) => ({
        ...order,
        token: await workOrderToken(c.env.LINK_SECRET, order.id),
      })),
    )
    return c.json({ workOrders }, 201)
  },
)

workRoutes.openapi(
  createRoute({
    method: 'post',
    path: '/v1/work-orders',
    operationId: 'createWorkOrder',
    summary: 'Take in work',
    description:
      'With what the customer agreed to at once, if anything. Where the service promises at intake, the answer has the day and hour.',
    tags,
    security: forStaff,
    request: { headers, body: jsonBody(workOrderBody) },
    responses: { 201: json(workOrder, 'The work order, with the token of its link'), ...problemResponses },
  }),
  (c) => made(c, (context) => createWorkOrder(context, c.req.valid('json'))),
)
workRoutes.openapi(
  createRoute({
    method: 'get',
    path: '/v1/work-orders',
    operationId: 'listWorkOrders',
    summary: 'The work board of a location',
    description:
      'Open work orders by when they must be looked at: what is at risk or overdue comes first. Follow `next` with `after` for the next page.',
    tags,
    security: forStaff,
    request: { query: workListQuery },
    responses: { 200: json(workPage, 'A page of work orders'), ...problemResponses },
  }),
  async (c) => found(c, await listWorkOrders(c.get('context'), c.req.valid('query'))),
)
workRoutes.openapi(
  createRoute({
    method: 'get',
    path: '/v1/work-orders/{id}',
    operationId: 'readWorkOrder',
    summary: 'Follow a work order',
    description:
      'Stage, promised day and hour, cost and ceiling, quote lines, photos, and all that happened. Partners follow what came with their bookings and tickets, by the scope `bookings`.',
    tags,
    security: [...forWhomItConcerns, { key: ['bookings'] }],
    request: { params },
    responses: { 200: json(workOrder, 'The work order'), ...problemResponses },
  }),
  async (c) => found(c, await readWorkOrder(c.get('context'), c.req.valid('param').id)),
)
workRoutes.openapi(
  createRoute({
    method: 'post',
    path: '/v1/work-orders/{id}/commands',
    operationId: 'commandWorkOrder',
    summary: 'Move a work order on',
    description:
      'Staff use every verb. The holder of the link decides on a quote, line by line, and cancels what has not begun. `reopen` answers with the new work order.',
    tags,
    security: forWhomItConcerns,
    request: { params, headers, body: jsonBody(workCommandBody) },
    responses: { 200: json(workOrder, 'The work order after it'), ...problemResponses },
  }),
  (c) =>
    changed(c, 200, (context) => commandWorkOrder(context, c.req.valid('param').id, c.req.valid('json'))),
)
workRoutes.openapi(
  createRoute({
    method: 'post',
    path: '/v1/work-orders/{id}/photos',
    operationId: 'addWorkPhoto',
    summary: 'Add a photo',
    description: 'At intake, of a quote line, or at the hand-over. Where and when it was taken is removed.',
    tags,
    security: forStaff,
    request: { params, headers, body: jsonBody(photoBody) },
    responses: { 201: json(photoAdded, 'The photo as it is kept'), ...problemResponses },
  }),
  (c) => {
    const { image, ...photo } = c.req.valid('json')
    const bytes = bytesOf(image) ?? new Uint8Array()
    return changed(c, 201, (context) =>
      addPhoto(context, c.env.PHOTOS, c.req.valid('param').id, { ...photo, bytes }),
    )
  },
)
workRoutes.openapi(
  createRoute({
    method: 'get',
    path: '/v1/work-orders/{id}/photos/{photo}',
    operationId: 'readWorkPhoto',
    summary: 'See a photo',
    tags,
    security: forWhomItConcerns,
    request: { params: params.extend({ photo: photoId }) },
    responses: {
      200: {
        description: 'The picture',
        content: Object.fromEntries(
          ['image/jpeg', 'image/png', 'image/webp'].map((type) => [type, { schema: z.string() }]),
        ),
      },
      ...problemResponses,
    },
  }),
  async (c) => {
    const { id: order, photo } = c.req.valid('param')
    const read = await readPhoto(c.get('context'), c.env.PHOTOS, order, photo)
    if (!read.ok) return problemResponse(c, read.problem)
    return c.body(read.value.body, 200, {
      'Content-Type': read.value.type,
      'Cache-Control': 'private, max-age=86400, immutable',
    }) as never
  },
)

/** Answers with a new work order and the token of its link. */
async function made(c: AppContext, make: (context: Context) => Promise<Result<Done<WorkOrder>>>) {
  const context = await commandContext(c)
  if (!context.ok) return problemResponse(c, context.problem)
  const done = await make(context.value)
  if (!done.ok) return problemResponse(c, done.problem)
  if (done.value.repeated) c.header('Idempotent-Replayed', 'true')
  const order = done.value.value
  return c.json({ ...order, token: await workOrderToken(c.env.LINK_SECRET, order.id) }, 201)
}
