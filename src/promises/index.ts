import { createRoute, z } from '@hono/zod-openapi'
import { json, problemResponse, problemResponses, router } from '../platform/http.ts'
import { id } from '../platform/wire.ts'
import { keptQuery, keptRecord } from './contract.ts'
import { readPromises, wirePromises } from './read.ts'

export { projectPromises } from './project.ts'
export { readPromises } from './read.ts'

export const promiseRoutes = router()

promiseRoutes.openapi(
  createRoute({
    method: 'get',
    path: '/v1/locations/{id}/promises',
    operationId: 'readPromises',
    summary: 'How well a location kept its word',
    description:
      'The first promise counts, whatever was promised after it. Who called off, left or came too late is not counted.',
    tags: ['Promises'],
    security: [{}],
    request: { params: z.object({ id: id('loc', 'location') }), query: keptQuery },
    responses: { 200: json(keptRecord, 'By kind of promise, service and channel'), ...problemResponses },
  }),
  async (c) => {
    const found = await readPromises(c.get('context'), c.req.valid('param').id, c.req.valid('query').days)
    return found.ok ? c.json(wirePromises(found.value), 200) : problemResponse(c, found.problem)
  },
)
