import { departures, makeKey, office, slots } from './fixtures.ts'
import { at, config, type Example, each, keys, liveOnly, location, only } from './openapi-example.ts'
import { notifyExamples } from './openapi-notify.ts'
import type { Call } from './openapi-send.ts'
import { workExamples } from './openapi-work.ts'
import { exceptionDate, queueSetup, saturday, type World } from './openapi-world.ts'
import { museum } from './setting-up.ts'

/** Of every operation of the contract: who may, a call that succeeds, and to whom what it is about is not there. */

export type { Access } from './openapi-example.ts'

const week = { from: '2026-11-23', to: '2026-11-29', units: 'adult:2' }

const catalogue = 'What is offered, where and when, is there for whoever wants to book.'

/** Of a booking: another partner, the same partner's live key, another customer, and test keys where it is live. */
const strangersTo =
  (body?: object) =>
  (world: World): Call[] => [
    ...each({ ...at(world.agency.id), body }, world.keys.rival, world.keys.partnerLive, world.visitor.token),
    ...each(
      { ...at(world.live.held.id), body },
      world.keys.staffTest,
      world.keys.adminTest,
      world.keys.partner,
    ),
  ]

const step = (body: object, another: object): Example => ({
  access: { scope: 'bookings', link: true },
  call: (world) => ({ ...at(world.held.id), body, key: world.held.token }),
  another: () => ({ body: another }),
  strangers: strangersTo(body),
})

const upgrade = { Upgrade: 'websocket' }
const newPool = { name: 'Desk chairs', bucket: '15min', capacity: 3, hours: null }
const visit = (world: World, name: string) =>
  slots([{ of: [world.pools.chairs], take: 'one' }], { name: { en: name } })

export const examples: Record<string, Example> = {
  availability: {
    access: { open: catalogue },
    call: (world) => ({ ...at(world.services.tour), query: week }),
  },
  calendar: {
    access: { open: catalogue },
    call: (world) => ({ ...at(world.services.stay), query: { from: '2026-11-23', to: '2027-01-20' } }),
  },
  hold: {
    access: {
      open: 'Customers have no account; what they held is opened by the token in the answer.',
      scope: 'bookings',
    },
    call: ({ services }) => ({
      body: { serviceId: services.tour, slot: saturday, units: { adult: 2, family: 1 } },
    }),
    another: ({ services }) => ({ body: { serviceId: services.tour, slot: saturday, units: { adult: 1 } } }),
    strangers: (world) => {
      const units = { adult: 1 }
      const test = { body: { serviceId: world.services.tour, slot: saturday, units } }
      const live = { body: { serviceId: world.live.service, slot: world.live.slot, units } }
      const { partnerLive, partner, staffTest, adminTest } = world.keys
      return [...each(test, partnerLive), ...each(live, partner, staffTest, adminTest)]
    },
  },
  listBookings: {
    access: { scope: 'bookings' },
    call: async (world) => ({
      query: { locationId: world.location, from: '2026-11-28', to: '2026-11-28', limit: '2' },
      key: await only('staff', 'bookings', 'desk'),
    }),
  },
  readBooking: {
    access: { scope: 'bookings', link: true },
    call: (world) => ({ ...at(world.held.id), key: world.held.token }),
    strangers: strangersTo(),
  },
  confirmBooking: step({ revision: 1, contact: { name: 'A. Visitor' } }, {}),
  extendBooking: step({ holdMinutes: 20 }, { holdMinutes: 25 }),
  cancelBooking: step({ reason: 'ill', note: 'A cold' }, { reason: 'other' }),
  changeCapacity: {
    access: { scope: 'capacity' },
    call: async (world) => ({
      ...at(world.live.pool),
      body: { capacity: 60, reason: 'More chairs' },
      key: await only('staff', 'capacity'),
    }),
    another: () => ({ body: { capacity: 61, reason: 'More chairs' } }),
    strangers: (world) =>
      each(
        { ...at(world.live.pool), body: { capacity: 1, reason: 'A test' } },
        world.keys.staffTest,
        world.keys.adminTest,
      ),
  },
  advance: {
    access: { scope: 'time' },
    call: async (world) => ({
      ...at(world.location),
      body: { to: '2026-11-21T12:20:00Z' },
      key: await makeKey('partner', { scopes: ['time'] }),
    }),
    another: () => ({ body: { to: '2026-11-21T12:30:00Z' } }),
    once: { expired: 0 },
    strangers: (world) => [
      ...each({ ...at(world.location), body: { to: '2026-11-21T12:20:00Z' } }, world.keys.partnerLive),
      ...each({ ...at(world.live.location), body: { to: '2099-01-01T00:00:00Z' } }, world.keys.adminTest),
    ],
  },
  readOrganisation: { access: { open: catalogue }, call: () => ({}) },
  writeOrganisation: {
    access: { scope: 'config' },
    call: async () => ({
      body: { name: { en: 'Harbour University', ar: 'جامعة المرفأ' } },
      key: await config(),
    }),
    another: () => ({ body: { name: { en: 'Another' } } }),
  },
  listLocations: { access: { open: catalogue }, call: () => ({ query: { limit: '1' } }) },
  createLocation: {
    access: { scope: 'config' },
    call: async () => ({ body: museum, key: await config() }),
    another: () => ({ body: { ...museum, address: null } }),
  },
  readLocation: { access: { open: catalogue }, call: (world) => at(world.location) },
  changeLocation: {
    access: { scope: 'config' },
    call: async (world) => ({
      ...at(location(world)),
      body: { revision: 1, address: null },
      key: await config(),
    }),
    another: () => ({ body: { revision: 1, address: '2 Harbour Street' } }),
    strangers: liveOnly(location, { body: { revision: 1, address: null } }),
  },
  setException: {
    access: { scope: 'config' },
    call: async (world) => ({
      params: { id: location(world), date: '2030-01-01' },
      body: { intervals: [{ from: '10:00', to: '14:00' }], reason: 'New year' },
      key: await config(),
    }),
    another: () => ({ body: { intervals: [] } }),
    strangers: liveOnly(location, { params: { date: '2030-01-01' }, body: { intervals: [] } }),
  },
  removeException: {
    access: { scope: 'config' },
    call: async (world) => ({ params: { id: location(world), date: exceptionDate }, key: await config() }),
    another: (world) => ({ params: { id: location(world), date: '2030-01-01' } }),
    strangers: liveOnly(location, { params: { date: exceptionDate } }),
  },
  listPools: {
    access: { staff: true },
    call: async (world) => ({ ...at(world.location), key: await only('staff') }),
    strangers: (world) => each(at(location(world)), world.keys.staffTest),
  },
  createPool: {
    access: { scope: 'config' },
    call: async (world) => ({ ...at(location(world)), body: newPool, key: await config() }),
    another: () => ({ body: { ...newPool, capacity: 4 } }),
    strangers: liveOnly(location, { body: newPool }),
  },
  changePool: {
    access: { scope: 'config' },
    call: async (world) => ({
      ...at(world.live.pool),
      body: { revision: 1, name: 'Places' },
      key: await config(),
    }),
    another: () => ({ body: { revision: 1, hours: office.weekly } }),
    strangers: liveOnly((world) => world.live.pool, { body: { revision: 1, name: 'Places' } }),
  },
  listServices: { access: { open: catalogue }, call: (world) => at(world.location) },
  createService: {
    access: { scope: 'config' },
    call: async (world) => ({ ...at(world.location), body: visit(world, 'Visit'), key: await config() }),
    another: (world) => ({ body: visit(world, 'Another') }),
    strangers: (world) => each({ ...at(location(world)), body: visit(world, 'Visit') }, world.keys.adminTest),
  },
  readService: { access: { open: catalogue }, call: (world) => at(world.services.visit) },
  changeService: {
    access: { scope: 'config' },
    call: async (world) => ({
      ...at(world.services.tour),
      body: { revision: 1, service: departures(world.pools.places, { name: { en: 'Longer tour' } }) },
      key: await config(),
    }),
    another: () => ({ body: { revision: 1, archived: true } }),
    strangers: liveOnly((world) => world.live.service, { body: { revision: 1, archived: true } }),
  },
  setUpQueue: {
    access: { scope: 'config' },
    call: async (world) => ({
      ...at(location(world)),
      body: { ...queueSetup, revision: 1 },
      key: await config(),
    }),
    another: () => ({ body: { ...queueSetup, revision: 1, rules: { deferrals: 1 } } }),
    strangers: liveOnly(location, { body: { ...queueSetup, revision: 1 } }),
  },
  bringHistory: {
    access: { scope: 'config', hidden: true },
    call: async (world) => ({
      ...at(location(world)),
      body: { date: '2026-11-18', visits: [] },
      key: await config(),
    }),
    another: () => ({ body: { date: '2026-11-19', visits: [] } }),
    strangers: liveOnly(location, { body: { date: '2026-11-18', visits: [] } }),
  },
  readQueue: {
    access: { scope: 'desk', hidden: true },
    call: async (world) => ({ ...at(world.location), key: await only('staff', 'desk') }),
    strangers: (world) => each(at(location(world)), world.keys.staffTest, world.keys.adminTest),
  },
  readDisplay: {
    access: { open: 'It hangs in the hall: numbers and desks.', ways: [{}] },
    call: (world) => at(world.location),
    strangers: (world) => [
      ...each(at(world.location), world.keys.partnerLive),
      ...each(at(location(world)), world.keys.partner, world.keys.staffTest, world.keys.adminTest),
    ],
  },
  readLine: {
    access: { scope: 'desk', hidden: true },
    call: async (world) => ({
      ...at(world.location),
      query: { line: 'visit', limit: '2' },
      key: await only('staff', 'desk'),
    }),
    strangers: (world) =>
      each({ ...at(location(world)), query: { line: 'visit' } }, world.keys.staffTest, world.keys.adminTest),
  },
  listQuotes: {
    access: { scope: 'desk' },
    call: async (world) => ({
      ...at(world.location),
      query: { limit: '2' },
      key: await only('staff', 'desk'),
    }),
    strangers: (world) => each(at(location(world)), world.keys.staffTest, world.keys.adminTest),
  },
  readRecord: {
    access: { open: 'How well promises were kept is published.', ways: [{}] },
    call: (world) => at(world.location),
    strangers: (world) => [
      ...each(at(world.location), world.keys.partnerLive),
      ...each(at(location(world)), world.keys.partner, world.keys.staffTest, world.keys.adminTest),
    ],
  },
  readPromises: {
    access: { open: 'How well promises were kept is published.', ways: [{}] },
    call: (world) => ({ ...at(world.location), query: { days: '30' } }),
    strangers: (world) => [
      ...each(at(world.location), world.keys.partnerLive),
      ...each(at(location(world)), world.keys.partner, world.keys.staffTest, world.keys.adminTest),
    ],
  },
  watchQueue: {
    access: {
      open: 'The view of the hall; that of the desk and of a ticket are as those are read.',
      ways: [{}, { key: ['desk'] }, { link: [] }],
    },
    call: (world) => ({ ...at(world.location), query: { view: 'display' }, headers: upgrade }),
    strangers: (world) => {
      const live = { ...at(location(world)), query: { view: 'desk' }, headers: upgrade }
      const ticket = {
        ...at(world.location),
        query: { view: 'ticket', ticket: world.ticket.id },
        headers: upgrade,
      }
      return [
        ...each(live, world.keys.staffTest, world.keys.adminTest, world.keys.partner),
        ...each(ticket, world.visitor.token, world.keys.partner, world.keys.rival, world.keys.partnerLive),
      ]
    },
  },
  joinQueue: {
    access: { open: 'Whoever walks in joins; the token in the answer opens the ticket.' },
    call: (world) => ({ ...at(world.location), body: { service: 'visit', party: 2, presence: 'on_site' } }),
    another: () => ({ body: { service: 'blood' } }),
    strangers: (world) => [
      ...each({ ...at(world.location), body: { service: 'visit' } }, world.keys.partnerLive),
      ...each(
        { ...at(world.live.location), body: { service: 'visit' } },
        ...[world.keys.partner, world.keys.staffTest, world.keys.adminTest],
      ),
    ],
  },
  readTicket: {
    access: { scope: 'desk', link: true, hidden: true },
    call: (world) => ({ params: { id: world.location, ticket: world.ticket.id }, key: world.ticket.token }),
    strangers: (world) =>
      each(
        { params: { id: world.location, ticket: world.ticket.id } },
        ...[world.visitor.token, world.keys.partner, world.keys.rival, world.keys.partnerLive],
      ),
  },
  commandQueue: {
    access: { scope: 'desk', link: true, hidden: true },
    call: async (world) => ({
      ...at(world.location),
      body: { verb: 'open_desk', desk: 'desk-1' },
      key: await only('staff', 'desk'),
    }),
    another: () => ({ body: { verb: 'close_joins' } }),
    strangers: (world) => [
      ...each(
        { ...at(world.location), body: { verb: 'leave', ticket: world.ticket.id } },
        ...[world.visitor.token, world.keys.partner, world.keys.rival, world.keys.partnerLive],
      ),
      ...each(
        { ...at(world.live.location), body: { verb: 'close_joins' } },
        world.keys.staffTest,
        world.keys.adminTest,
      ),
    ],
  },
  createPartner: {
    access: { scope: 'keys' },
    call: async () => ({ body: { name: 'Oasis Tours' }, key: await keys() }),
    another: () => ({ body: { name: 'Another' } }),
  },
  listAccesses: {
    access: { scope: 'keys' },
    call: async (world) => ({ query: { subject: world.agency.id, limit: '1' }, key: await keys() }),
  },
  listPartners: {
    access: { scope: 'keys' },
    call: async () => ({ query: { limit: '1' }, key: await keys() }),
  },
  issueKey: {
    access: { scope: 'keys' },
    call: async (world) => ({
      body: { role: 'partner', partnerId: world.partner, label: 'Till', scopes: ['bookings'] },
      key: await only('admin', 'keys', 'bookings'),
    }),
    once: { secret: null },
    another: (world) => ({
      body: { role: 'partner', partnerId: world.rival, label: 'Till', scopes: ['bookings'] },
    }),
  },
  listKeys: {
    access: { scope: 'keys' },
    call: async () => ({ query: { kind: 'key', limit: '3' }, key: await keys() }),
  },
  revokeKey: {
    access: { scope: 'keys' },
    call: async (world) => ({ ...at(world.keys.spare.id), key: await keys() }),
    another: (world) => at(world.keys.other.id),
    strangers: (world) => each(at(world.keys.spare.id), world.keys.adminTest),
  },
  createSignInLink: {
    access: { scope: 'keys' },
    call: async () => ({
      body: { role: 'staff', label: 'Desk 1' },
      key: await only('admin', 'keys', 'bookings', 'desk', 'work', 'capacity'),
    }),
    another: () => ({ body: { role: 'staff', label: 'Desk 2' } }),
    once: { path: null },
  },
  ...notifyExamples,
  ...workExamples,
  readEvents: {
    access: { scope: 'events' },
    call: async (world) => ({
      query: { subject: world.held.id, limit: '10' },
      key: await only('admin', 'events'),
    }),
  },
}
