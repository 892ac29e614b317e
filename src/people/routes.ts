import { createRoute, z } from '@hono/zod-openapi'
import { idempotencyHeader, json, jsonBody, problemResponses, router } from '../platform/http.ts'
import { pageQuery } from '../platform/page.ts'
import { listAccesses } from './access.ts'
import { changed, found } from './answer.ts'
import {
  accessPage,
  accessQuery,
  credentialId,
  issuedKey,
  key,
  keyBody,
  keyPage,
  partner,
  partnerBody,
  partnerPage,
  signInLink,
  signInLinkBody,
} from './contract.ts'
import { issueKey, listKeys, revokeKey } from './keys.ts'
import { createPartner, listPartners } from './partners.ts'
import { createSignInLink } from './sign-in.ts'

/** The browser's session; `__Host-` binds it to this host and to HTTPS. */
export const sessionCookie = '__Host-dawr'

const tags = ['Partners and keys']
const headers = idempotencyHeader
const security = [{ key: ['keys'] }]

export const peopleRoutes = router()

peopleRoutes.openapi(
  createRoute({
    method: 'post',
    path: '/v1/partners',
    operationId: 'createPartner',
    summary: 'Add a partner',
    description: 'Somebody who books for others: an agent, a reseller, an outsourced desk.',
    tags,
    security,
    request: { headers, body: jsonBody(partnerBody) },
    responses: { 201: json(partner, 'The partner'), ...problemResponses },
  }),
  (c) => changed(c, 201, (context) => createPartner(context, c.req.valid('json'))),
)

peopleRoutes.openapi(
  createRoute({
    method: 'get',
    path: '/v1/partners',
    operationId: 'listPartners',
    summary: 'Partners, oldest first',
    description: 'Follow `next` with `after` for the next page.',
    tags,
    security,
    request: { query: pageQuery },
    responses: { 200: json(partnerPage, 'A page of partners'), ...problemResponses },
  }),
  async (c) => found(c, await listPartners(c.get('context'), c.req.valid('query'))),
)

peopleRoutes.openapi(
  createRoute({
    method: 'post',
    path: '/v1/keys',
    operationId: 'issueKey',
    summary: 'Issue a key',
    description:
      'For an administrator, for staff, or for a partner. Its scopes are among those of the role and of the key that issues it. The answer holds the secret, this once: repeating the request under its idempotency key gives the key without it.',
    tags,
    security,
    request: { headers, body: jsonBody(keyBody) },
    responses: { 201: json(issuedKey, 'The key with its secret'), ...problemResponses },
  }),
  (c) => changed(c, 201, (context) => issueKey(context, c.req.valid('json'))),
)

peopleRoutes.openapi(
  createRoute({
    method: 'get',
    path: '/v1/keys',
    operationId: 'listKeys',
    summary: 'Keys, sessions or sign-in links, oldest first',
    description: 'Without their secrets, revoked ones too.',
    tags,
    security,
    request: { query: pageQuery.extend({ kind: key.shape.kind.default('key') }) },
    responses: { 200: json(keyPage, 'A page of keys'), ...problemResponses },
  }),
  async (c) => found(c, await listKeys(c.get('context'), c.req.valid('query'))),
)

peopleRoutes.openapi(
  createRoute({
    method: 'post',
    path: '/v1/keys/{id}/revoke',
    operationId: 'revokeKey',
    summary: 'Revoke a key, a session or a sign-in link',
    description: 'It opens nothing from the next request on. Revoking twice changes nothing.',
    tags,
    security,
    request: { params: z.object({ id: credentialId }), headers },
    responses: { 200: json(key, 'The key as revoked'), ...problemResponses },
  }),
  (c) => changed(c, 200, (context) => revokeKey(context, c.req.valid('param').id)),
)

peopleRoutes.openapi(
  createRoute({
    method: 'get',
    path: '/v1/accesses',
    operationId: 'listAccesses',
    summary: 'Who has read personal data',
    description:
      'Staff and partners who were shown bookings, work orders, photos or messages of others, oldest first. Customers read what is their own.',
    tags,
    security,
    request: { query: accessQuery },
    responses: { 200: json(accessPage, 'A page of accesses'), ...problemResponses },
  }),
  async (c) => found(c, await listAccesses(c.get('context'), c.req.valid('query'))),
)

peopleRoutes.openapi(
  createRoute({
    method: 'post',
    path: '/v1/sign-in-links',
    operationId: 'createSignInLink',
    summary: 'Make a one-time link that signs somebody in',
    description:
      'Whoever opens it first gets a session in that browser. It has all scopes of its role, so the key that asks must have them.',
    tags,
    security,
    request: { headers, body: jsonBody(signInLinkBody) },
    responses: { 201: json(signInLink, 'The link'), ...problemResponses },
  }),
  (c) => changed(c, 201, (context) => createSignInLink(context, c.req.valid('json'))),
)
