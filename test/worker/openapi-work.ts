import { at, config, type Example, each, liveOnly, location, only } from './openapi-example.ts'
import type { Call } from './openapi-send.ts'
import { photo, type World } from './openapi-world.ts'
import { workSetup } from './workshop.ts'

/** Calls about work orders that succeed, and to whom what they are about is not there. */

const work = () => only('staff', 'work')
const newOrder = (locationId: string, more: object = {}) => ({
  ...{ locationId, service: 'service', items: [{ name: 'Blue bicycle', mark: 'RF 20391' }] },
  ...more,
})
const pastJob = {
  ...{ service: 'service', items: [{ name: 'Blue bicycle' }], receivedAt: '2026-10-26T09:00:00Z' },
  promised: '2026-10-26T17:00:00Z',
  steps: [
    { at: '2026-10-26T10:00:00Z', command: { verb: 'advance', to: 'in_progress' } },
    { at: '2026-10-26T11:30:00Z', command: { verb: 'advance', to: 'ready' } },
  ],
}
const decide = { verb: 'decide', version: 1, approve: [1] }

/** Of a work order: another's customer where customers may, and test keys where it is live. */
const strangersTo =
  (more: (world: World) => Call, forCustomers = true) =>
  (world: World): Call[] => {
    const of = (id: string): Call => ({ ...more(world), params: { ...more(world).params, id } })
    const { order, other, live } = world.work
    return [
      ...each(of(order.id), ...(forCustomers ? [other.token] : [])),
      ...each(of(live.id), world.keys.staffTest, world.keys.adminTest),
    ]
  }

export const workExamples: Record<string, Example> = {
  setUpWork: {
    access: { scope: 'config' },
    call: async (world) => ({
      ...at(location(world)),
      body: { ...workSetup, revision: 1, quoteHours: 48 },
      key: await config(),
    }),
    another: () => ({ body: { ...workSetup, revision: 1, tolerancePercent: 5 } }),
    strangers: liveOnly(location, { body: { ...workSetup, revision: 1 } }),
  },
  readWorkSetup: {
    access: { scope: 'work' },
    call: async (world) => ({ ...at(world.location), key: await work() }),
    strangers: liveOnly(location),
  },
  bringWorkHistory: {
    access: { scope: 'config' },
    call: async (world) => ({
      ...at(world.location),
      body: { jobs: [pastJob, { ...pastJob, contact: { name: 'A. Rider', language: 'nl' } }] },
      key: await config(),
    }),
    another: () => ({ body: { jobs: [pastJob] } }),
    strangers: liveOnly(location, { body: { jobs: [pastJob] } }),
  },
  createWorkOrder: {
    access: { scope: 'work' },
    call: async (world) => ({
      body: newOrder(world.location, {
        contact: { name: 'A. Rider', language: 'nl' },
        lines: [{ kind: 'labour', name: 'Small service', amount: 4_900 }],
      }),
      key: await work(),
    }),
    another: (world) => ({ body: newOrder(world.location) }),
    strangers: (world) =>
      each({ body: newOrder(location(world)) }, world.keys.staffTest, world.keys.adminTest),
  },
  listWorkOrders: {
    access: { scope: 'work' },
    call: async (world) => ({ query: { locationId: world.location, limit: '1' }, key: await work() }),
    strangers: (world) => each({ query: { locationId: location(world) } }, world.keys.staffTest),
  },
  readWorkOrder: {
    access: { scope: 'work', link: true, partners: 'bookings' },
    call: (world) => ({ ...at(world.work.order.id), key: world.work.order.token }),
    strangers: strangersTo(() => ({})),
  },
  commandWorkOrder: {
    access: { scope: 'work', link: true },
    call: (world) => ({ ...at(world.work.order.id), body: decide, key: world.work.order.token }),
    another: () => ({ body: { ...decide, approve: [] } }),
    strangers: strangersTo(() => ({ body: decide })),
  },
  addWorkPhoto: {
    access: { scope: 'work' },
    call: async (world) => ({ ...at(world.work.other.id), body: photo, key: await work() }),
    another: () => ({ body: { ...photo, subject: 'handover' } }),
    strangers: strangersTo(() => ({ body: photo }), false),
  },
  readWorkPhoto: {
    access: { scope: 'work', link: true },
    call: (world) => ({
      params: { id: world.work.order.id, photo: world.work.photo },
      key: world.work.order.token,
    }),
    strangers: strangersTo((world) => ({ params: { photo: world.work.photo } })),
  },
}
