import { createRoute, z } from '@hono/zod-openapi'
import { changed, found } from '../people/index.ts'
import { idempotencyHeader, json, jsonBody, problemResponses, router } from '../platform/http.ts'
import { pageQuery } from '../platform/page.ts'
import { date, id } from '../platform/wire.ts'
import {
  exceptionBody,
  location,
  locationBody,
  locationChange,
  locationPage,
  organisation,
  organisationBody,
  pool,
  poolBody,
  poolChange,
  poolPage,
  service,
  serviceBody,
  serviceChange,
  servicePage,
} from './contract.ts'
import { changeLocation, createLocation, listLocations, readLocation, setException } from './locations.ts'
import { readOrganisation, renameOrganisation } from './organisation.ts'
import { changePool, createPool, listPools } from './pools.ts'
import { changeService, createService, listServices, readService } from './services.ts'

const tags = ['Configuration']
const headers = idempotencyHeader
const forEverybody = [{}, { key: [] }]
const forConfig = [{ key: ['config'] }]
const atLocation = z.object({ id: id('loc', 'location') })
const onDate = atLocation.extend({ date })
const ofPool = z.object({ id: id('pool', 'pool') })
const ofService = z.object({ id: id('svc', 'service') })

export const locationRoutes = router()

locationRoutes.openapi(
  createRoute({
    method: 'get',
    path: '/v1/organisation',
    operationId: 'readOrganisation',
    summary: 'Whose deployment this is',
    description: 'For everybody; `not_found` until it has been set up.',
    tags,
    security: forEverybody,
    responses: { 200: json(organisation, 'The organisation'), ...problemResponses },
  }),
  async (c) => found(c, await readOrganisation(c.get('context'))),
)
locationRoutes.openapi(
  createRoute({
    method: 'put',
    path: '/v1/organisation',
    operationId: 'writeOrganisation',
    summary: 'Set up or rename the organisation',
    description: 'With `revision` it is refused as stale if somebody else was first.',
    tags,
    security: forConfig,
    request: { headers, body: jsonBody(organisationBody) },
    responses: { 200: json(organisation, 'The organisation'), ...problemResponses },
  }),
  (c) => changed(c, 200, (context) => renameOrganisation(context, c.req.valid('json'))),
)

locationRoutes.openapi(
  createRoute({
    method: 'get',
    path: '/v1/locations',
    operationId: 'listLocations',
    summary: 'Locations, oldest first',
    description: 'For everybody; archived ones are left out. Follow `next` with `after` for the next page.',
    tags,
    security: forEverybody,
    request: { query: pageQuery },
    responses: { 200: json(locationPage, 'A page of locations'), ...problemResponses },
  }),
  async (c) => found(c, await listLocations(c.get('context'), c.req.valid('query'))),
)
locationRoutes.openapi(
  createRoute({
    method: 'get',
    path: '/v1/locations/{id}',
    operationId: 'readLocation',
    summary: 'Read a location',
    description: 'For everybody; an archived one is found by staff only.',
    tags,
    security: forEverybody,
    request: { params: atLocation },
    responses: { 200: json(location, 'The location'), ...problemResponses },
  }),
  async (c) => found(c, await readLocation(c.get('context'), c.req.valid('param').id)),
)
locationRoutes.openapi(
  createRoute({
    method: 'post',
    path: '/v1/locations',
    operationId: 'createLocation',
    summary: 'Open a location',
    description:
      'Zone, currency and country are for ever, and so is test mode, which `simulatedNow` makes it. Errors of its hours name the interval: overlaps, a wall time that a date does not have or has twice.',
    tags,
    security: forConfig,
    request: { headers, body: jsonBody(locationBody) },
    responses: { 201: json(location, 'The location'), ...problemResponses },
  }),
  (c) => changed(c, 201, (context) => createLocation(context, c.req.valid('json'))),
)
locationRoutes.openapi(
  createRoute({
    method: 'patch',
    path: '/v1/locations/{id}',
    operationId: 'changeLocation',
    summary: 'Change or archive a location',
    description:
      'What is not named stays; `hours` are replaced as a whole. Its revision moves with every change of its pools and services too. Bookings stay as they were made.',
    tags,
    security: forConfig,
    request: { params: atLocation, headers, body: jsonBody(locationChange) },
    responses: { 200: json(location, 'The location after it'), ...problemResponses },
  }),
  (c) => changed(c, 200, (context) => changeLocation(context, c.req.valid('param').id, c.req.valid('json'))),
)
locationRoutes.openapi(
  createRoute({
    method: 'put',
    path: '/v1/locations/{id}/exceptions/{date}',
    operationId: 'setException',
    summary: 'Set the hours of one date',
    description: 'They go before weekly hours and seasons; no interval: closed. Bookings on that date stay.',
    tags,
    security: forConfig,
    request: { params: onDate, headers, body: jsonBody(exceptionBody) },
    responses: { 200: json(location, 'The location after it'), ...problemResponses },
  }),
  (c) => {
    const { id, date } = c.req.valid('param')
    return changed(c, 200, (context) => setException(context, id, date, c.req.valid('json')))
  },
)
locationRoutes.openapi(
  createRoute({
    method: 'delete',
    path: '/v1/locations/{id}/exceptions/{date}',
    operationId: 'removeException',
    summary: 'Leave a date to the usual hours again',
    tags,
    security: forConfig,
    request: { params: onDate, headers },
    responses: { 200: json(location, 'The location after it'), ...problemResponses },
  }),
  (c) => {
    const { id, date } = c.req.valid('param')
    return changed(c, 200, (context) => setException(context, id, date, undefined))
  },
)

locationRoutes.openapi(
  createRoute({
    method: 'get',
    path: '/v1/locations/{id}/pools',
    operationId: 'listPools',
    summary: 'Pools of a location, oldest first',
    description: 'For staff; archived ones are left out. Follow `next` with `after` for the next page.',
    tags,
    security: [{ key: [] }],
    request: { params: atLocation, query: pageQuery },
    responses: { 200: json(poolPage, 'A page of pools'), ...problemResponses },
  }),
  async (c) => found(c, await listPools(c.get('context'), c.req.valid('param').id, c.req.valid('query'))),
)
locationRoutes.openapi(
  createRoute({
    method: 'post',
    path: '/v1/locations/{id}/pools',
    operationId: 'createPool',
    summary: 'Add a pool',
    description: 'A named capacity: three chairs, one doctor, the places of a tour. Its bucket is for ever.',
    tags,
    security: forConfig,
    request: { params: atLocation, headers, body: jsonBody(poolBody) },
    responses: { 201: json(pool, 'The pool'), ...problemResponses },
  }),
  (c) => changed(c, 201, (context) => createPool(context, c.req.valid('param').id, c.req.valid('json'))),
)
locationRoutes.openapi(
  createRoute({
    method: 'patch',
    path: '/v1/pools/{id}',
    operationId: 'changePool',
    summary: 'Rename, set the hours of, or archive a pool',
    description:
      'Its capacity is set by `changeCapacity`. A pool stays while a service could not be sold without it: refused as `wrong_state`, with the services.',
    tags,
    security: forConfig,
    request: { params: ofPool, headers, body: jsonBody(poolChange) },
    responses: { 200: json(pool, 'The pool after it'), ...problemResponses },
  }),
  (c) => changed(c, 200, (context) => changePool(context, c.req.valid('param').id, c.req.valid('json'))),
)

locationRoutes.openapi(
  createRoute({
    method: 'get',
    path: '/v1/locations/{id}/services',
    operationId: 'listServices',
    summary: 'What a location offers',
    description:
      'For everybody, with units and prices; staff see the needs too. Follow `next` with `after` for the next page.',
    tags,
    security: forEverybody,
    request: { params: atLocation, query: pageQuery },
    responses: { 200: json(servicePage, 'A page of services'), ...problemResponses },
  }),
  async (c) => found(c, await listServices(c.get('context'), c.req.valid('param').id, c.req.valid('query'))),
)
locationRoutes.openapi(
  createRoute({
    method: 'post',
    path: '/v1/locations/{id}/services',
    operationId: 'createService',
    summary: 'Offer a service',
    description:
      'By free slots, fixed departures, opening hours or nights. It needs all of `needs` at once, each filled by any of its pools. Errors name what is wrong: an unknown pool, a need without a candidate, buckets that do not fit.',
    tags,
    security: forConfig,
    request: { params: atLocation, headers, body: jsonBody(serviceBody) },
    responses: { 201: json(service, 'The service'), ...problemResponses },
  }),
  (c) => changed(c, 201, (context) => createService(context, c.req.valid('param').id, c.req.valid('json'))),
)
locationRoutes.openapi(
  createRoute({
    method: 'get',
    path: '/v1/services/{id}',
    operationId: 'readService',
    summary: 'Read a service',
    description: 'For everybody; an archived one is found by staff only.',
    tags,
    security: forEverybody,
    request: { params: ofService },
    responses: { 200: json(service, 'The service'), ...problemResponses },
  }),
  async (c) => found(c, await readService(c.get('context'), c.req.valid('param').id)),
)
locationRoutes.openapi(
  createRoute({
    method: 'patch',
    path: '/v1/services/{id}',
    operationId: 'changeService',
    summary: 'Replace or archive a service',
    description:
      'As a whole, of the same kind. Bookings keep the price, times and cut-off they were made with.',
    tags,
    security: forConfig,
    request: { params: ofService, headers, body: jsonBody(serviceChange) },
    responses: { 200: json(service, 'The service after it'), ...problemResponses },
  }),
  (c) => changed(c, 200, (context) => changeService(context, c.req.valid('param').id, c.req.valid('json'))),
)
