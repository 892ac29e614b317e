import { createRoute, z } from '@hono/zod-openapi'
import { changed, found } from '../people/index.ts'
import { idempotencyHeader, json, jsonBody, problemResponses, router } from '../platform/http.ts'
import { pageQuery } from '../platform/page.ts'
import { id } from '../platform/wire.ts'
import {
  delivery,
  deliveryPage,
  deliveryQuery,
  issuedWebhook,
  messaging,
  messagingBody,
  recipient,
  recipientBody,
  subjectId,
  webhook,
  webhookBody,
  webhookChange,
  webhookPage,
} from './contract.ts'
import { listDeliveries, retryDelivery } from './deliveries.ts'
import { chooseMessages } from './recipients.ts'
import { readMessaging, setUpMessaging } from './settings.ts'
import { changeWebhook, createWebhook, listWebhooks, rotateWebhook } from './webhooks.ts'

const headers = idempotencyHeader
const messages = ['Messages']
const webhooks = ['Webhooks']
const security = [{ key: ['events'] }]
const location = z.object({ id: id('loc', 'location') })
const endpoint = z.object({ id: id('whk', 'webhook') })

export const notifyRoutes = router()

notifyRoutes.openapi(
  createRoute({
    method: 'get',
    path: '/v1/locations/{id}/messages',
    operationId: 'readMessaging',
    summary: 'What a location sends and when',
    tags: messages,
    security: [{ key: ['config'] }],
    request: { params: location },
    responses: { 200: json(messaging, 'As set up, or as is usual'), ...problemResponses },
  }),
  async (c) => found(c, await readMessaging(c.get('context'), c.req.valid('param').id)),
)

notifyRoutes.openapi(
  createRoute({
    method: 'put',
    path: '/v1/locations/{id}/messages',
    operationId: 'setUpMessaging',
    summary: 'Set up quiet hours and reminders',
    tags: messages,
    security: [{ key: ['config'] }],
    request: { params: location, headers, body: jsonBody(messagingBody) },
    responses: { 200: json(messaging, 'As set up'), ...problemResponses },
  }),
  (c) => changed(c, 200, (context) => setUpMessaging(context, c.req.valid('param').id, c.req.valid('json'))),
)

notifyRoutes.openapi(
  createRoute({
    method: 'put',
    path: '/v1/locations/{id}/messages/{subject}',
    operationId: 'chooseMessages',
    summary: 'Choose how the holder of a booking or ticket is told',
    description:
      'By the customer with their link, or for them by the desk or their partner. Without a channel nobody is told, and what was kept is erased.',
    tags: messages,
    security: [{ key: ['desk'] }, { link: [] }],
    request: { params: location.extend({ subject: subjectId }), headers, body: jsonBody(recipientBody) },
    responses: { 200: json(recipient, 'The channels, without addresses'), ...problemResponses },
  }),
  (c) =>
    changed(c, 200, (context) => {
      const { id: at, subject } = c.req.valid('param')
      return chooseMessages(context, at, subject, c.req.valid('json'))
    }),
)

notifyRoutes.openapi(
  createRoute({
    method: 'get',
    path: '/v1/deliveries',
    operationId: 'listDeliveries',
    summary: 'Messages and webhooks, and what became of them',
    description: 'Without words and addresses. Partners see what goes to their own endpoints.',
    tags: webhooks,
    security,
    request: { query: deliveryQuery },
    responses: { 200: json(deliveryPage, 'A page of deliveries, oldest first'), ...problemResponses },
  }),
  async (c) => found(c, await listDeliveries(c.get('context'), c.req.valid('query'))),
)

notifyRoutes.openapi(
  createRoute({
    method: 'post',
    path: '/v1/deliveries/{id}/retry',
    operationId: 'retryDelivery',
    summary: 'Try a failed delivery again',
    tags: webhooks,
    security,
    request: { params: z.object({ id: id('dlv', 'delivery') }), headers },
    responses: { 200: json(delivery, 'The delivery, waiting'), ...problemResponses },
  }),
  (c) => changed(c, 200, (context) => retryDelivery(context, c.req.valid('param').id)),
)

notifyRoutes.openapi(
  createRoute({
    method: 'post',
    path: '/v1/webhooks',
    operationId: 'createWebhook',
    summary: 'Be told of events',
    description:
      'Each event is posted to the address, signed as Standard Webhooks has it, in order for each subject, and again for three days until it is answered with a 2xx. `webhook-id` is the same in every attempt. Partners are told of their own bookings and tickets.',
    tags: webhooks,
    security,
    request: { headers, body: jsonBody(webhookBody) },
    responses: { 201: json(issuedWebhook, 'The endpoint with its secret'), ...problemResponses },
  }),
  (c) => changed(c, 201, (context) => createWebhook(context, c.env.LINK_SECRET, c.req.valid('json'))),
)

notifyRoutes.openapi(
  createRoute({
    method: 'get',
    path: '/v1/webhooks',
    operationId: 'listWebhooks',
    summary: 'Endpoints, oldest first',
    tags: webhooks,
    security,
    request: { query: pageQuery },
    responses: { 200: json(webhookPage, 'A page of endpoints'), ...problemResponses },
  }),
  async (c) => found(c, await listWebhooks(c.get('context'), c.req.valid('query'))),
)

notifyRoutes.openapi(
  createRoute({
    method: 'patch',
    path: '/v1/webhooks/{id}',
    operationId: 'changeWebhook',
    summary: 'Change an endpoint, or switch it off and on',
    tags: webhooks,
    security,
    request: { params: endpoint, headers, body: jsonBody(webhookChange) },
    responses: { 200: json(webhook, 'As changed'), ...problemResponses },
  }),
  (c) => changed(c, 200, (context) => changeWebhook(context, c.req.valid('param').id, c.req.valid('json'))),
)

notifyRoutes.openapi(
  createRoute({
    method: 'post',
    path: '/v1/webhooks/{id}/rotate',
    operationId: 'rotateWebhook',
    summary: 'Give an endpoint another secret',
    description: 'The one before signs as well for a day.',
    tags: webhooks,
    security,
    request: { params: endpoint, headers },
    responses: { 200: json(issuedWebhook, 'The endpoint with its new secret'), ...problemResponses },
  }),
  (c) => changed(c, 200, (context) => rotateWebhook(context, c.env.LINK_SECRET, c.req.valid('param').id)),
)
