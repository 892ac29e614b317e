import { at, config, type Example, each, liveOnly, location, only } from './openapi-example.ts'

/** Calls about messages and webhooks that succeed, and to whom what they are about is not there. */

const quietly = { quiet: { from: '20:00', to: '09:00' }, reminderHours: 2, nearlyAhead: 5 }
const hook = { url: 'https://example.org/hooks', types: ['booking.*'] }

export const notifyExamples: Record<string, Example> = {
  readMessaging: {
    access: { scope: 'config' },
    call: async (world) => ({ ...at(location(world)), key: await config() }),
    strangers: (world) => each(at(location(world)), world.keys.adminTest),
  },
  setUpMessaging: {
    access: { scope: 'config' },
    call: async (world) => ({ ...at(location(world)), body: quietly, key: await config() }),
    another: () => ({ body: { ...quietly, quiet: null } }),
    strangers: liveOnly(location, { body: quietly }),
  },
  chooseMessages: {
    access: { scope: 'desk', link: true, hidden: true },
    call: (world) => ({
      params: { id: world.location, subject: world.ticket.id },
      body: { channels: ['sms'], phone: '+44 7700 900123', language: 'ar' },
      key: world.ticket.token,
    }),
    another: () => ({ body: { channels: [] } }),
    strangers: (world) => [
      ...each(
        { params: { id: world.location, subject: world.ticket.id }, body: { channels: [] } },
        ...[world.visitor.token, world.keys.partner, world.keys.rival, world.keys.partnerLive],
      ),
      ...each(
        { params: { id: world.location, subject: world.agency.id }, body: { channels: [] } },
        ...[world.visitor.token, world.keys.rival, world.keys.partnerLive],
      ),
      ...each(
        { params: { id: location(world), subject: world.live.held.id }, body: { channels: [] } },
        world.keys.staffTest,
      ),
    ],
  },
  listDeliveries: {
    access: { scope: 'events' },
    call: async () => ({ query: { status: 'failed', limit: '1' }, key: await only('admin', 'events') }),
  },
  retryDelivery: {
    access: { scope: 'events' },
    call: async (world) => ({ ...at(world.failed), key: await only('admin', 'events') }),
    another: () => ({ params: { id: `dlv_${'0'.repeat(26)}` } }),
    strangers: (world) => each(at(world.failed), world.keys.rival, world.keys.partnerLive),
  },
  createWebhook: {
    access: { scope: 'events' },
    call: async () => ({ body: hook, key: await only('partner', 'events') }),
    another: () => ({ body: { ...hook, types: [] } }),
  },
  listWebhooks: {
    access: { scope: 'events' },
    call: async () => ({ query: { limit: '1' }, key: await only('admin', 'events') }),
  },
  changeWebhook: {
    access: { scope: 'events' },
    call: async (world) => ({
      ...at(world.webhook.id),
      body: { revision: 1, types: ['queue.called'], enabled: false },
      key: await only('admin', 'events'),
    }),
    another: () => ({ body: { revision: 1, enabled: false } }),
    strangers: (world) =>
      each(
        { ...at(world.webhook.id), body: { revision: 1, enabled: false } },
        world.keys.rival,
        world.keys.partnerLive,
      ),
  },
  rotateWebhook: {
    access: { scope: 'events' },
    call: async (world) => ({ ...at(world.webhook.id), key: await only('admin', 'events') }),
    another: () => ({ params: { id: `whk_${'0'.repeat(26)}` } }),
    strangers: (world) => each(at(world.webhook.id), world.keys.rival, world.keys.partnerLive),
  },
}
