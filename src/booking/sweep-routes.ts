import { createRoute, z } from '@hono/zod-openapi'
import { changed } from '../people/index.ts'
import { idempotencyHeader, json, jsonBody, problemResponses, router } from '../platform/http.ts'
import { id, instant } from '../platform/wire.ts'
import { advance } from './sweep.ts'

const advanceBody = z
  .strictObject({ to: instant.openapi({ description: 'No earlier than the clock there.' }) })
  .openapi('AdvanceBody')
const advanced = z
  .object({
    simulatedNow: instant,
    expired: z.number().int().openapi({ description: 'How many overdue holds this request expired.' }),
  })
  .openapi('Advanced')

export const sweepRoutes = router()

sweepRoutes.openapi(
  createRoute({
    method: 'post',
    path: '/v1/locations/{id}/advance',
    operationId: 'advance',
    summary: 'Move the clock of a test-mode location',
    description:
      'Expires the holds that are overdue then, each as of its deadline. Time never runs backwards, and live locations refuse.',
    tags: ['Test mode'],
    security: [{ key: ['time'] }],
    request: {
      params: z.object({ id: id('loc', 'location') }),
      headers: idempotencyHeader,
      body: jsonBody(advanceBody),
    },
    responses: { 200: json(advanced, 'The clock as it is then'), ...problemResponses },
  }),
  (c) => changed(c, 200, (context) => advance(context, c.req.valid('param').id, c.req.valid('json'))),
)
