import { createRoute } from '@hono/zod-openapi'
import { json, problemResponse, problemResponses, router } from '../platform/http.ts'
import { eventPage, eventQuery } from './contract.ts'
import { readEvents } from './read.ts'

export { eventView } from './read.ts'

export const eventRoutes = router()

eventRoutes.openapi(
  createRoute({
    method: 'get',
    path: '/v1/events',
    operationId: 'readEvents',
    summary: 'What happened, in order',
    description:
      'The append-only stream that is the audit too: who, what, when, why. Ids only, never personal data. Partners read of their own bookings and tickets.',
    tags: ['Events'],
    security: [{ key: ['events'] }],
    request: { query: eventQuery },
    responses: { 200: json(eventPage, 'Events after the position given'), ...problemResponses },
  }),
  async (c) => {
    const found = await readEvents(c.get('context'), c.req.valid('query'))
    return found.ok ? c.json(found.value, 200) : problemResponse(c, found.problem)
  },
)
