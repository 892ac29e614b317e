import { z } from '@hono/zod-openapi'
import { cursor, id, instant, language, pageSize, revision, wallTime } from '../platform/wire.ts'
import { channels, kinds } from './rules/kinds.ts'

/** `booking.confirmed`, or `booking.*` for all of a family. */
const eventType = z
  .string()
  .regex(/^[a-z]{2,20}\.([a-z_]{2,40}|\*)$/, 'is a type of event, or a family such as booking.*')
  .openapi({ example: 'booking.confirmed' })
const types = z.array(eventType).max(50)
const url = z.string().min(8).max(500).openapi({
  example: 'https://example.org/hooks/dawr',
  description: 'On the public internet, by https. Redirects are not followed.',
})

export const webhookBody = z
  .strictObject({
    url,
    types: types.default([]).openapi({ description: 'What to tell of; empty for everything.' }),
    testMode: z.boolean().optional().openapi({
      description:
        'Told of test-mode locations, or of live ones; without it as the key is. A test may be told at http://localhost.',
    }),
  })
  .openapi('WebhookBody', {
    example: { url: 'https://example.org/hooks/dawr', types: ['booking.*'] },
  })
export type WebhookBody = z.infer<typeof webhookBody>

export const webhookChange = z
  .strictObject({
    revision: revision.openapi({ description: 'As last read; refused as stale if it has moved on.' }),
    url: url.optional(),
    types: types.optional(),
    enabled: z.boolean().optional(),
  })
  .refine((change) => Object.keys(change).length > 1, 'names something to change')
  .openapi('WebhookChange', { example: { revision: 1, enabled: true } })
export type WebhookChange = z.infer<typeof webhookChange>

export const webhook = z
  .object({
    id: id('whk', 'webhook'),
    partnerId: id('ptn', 'partner').nullable(),
    testMode: z.boolean(),
    url: z.string(),
    types: z.array(z.string()),
    failing: z.number().int().openapi({ description: 'Attempts that failed, one after another.' }),
    disabledAt: instant
      .nullable()
      .openapi({ description: 'Nothing is sent from then on; what was missed can be pulled as events.' }),
    createdAt: instant,
    revision,
  })
  .openapi('Webhook')
export type WebhookView = z.infer<typeof webhook>

export const webhookPage = z
  .object({ webhooks: z.array(webhook), next: cursor.nullable() })
  .openapi('WebhookPage')

export const issuedWebhook = webhook
  .extend({
    secret: z.string().openapi({
      example: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
      description: 'Signs what is sent, as Standard Webhooks has it. It is in no other answer.',
    }),
  })
  .openapi('IssuedWebhook')
export type IssuedWebhook = z.infer<typeof issuedWebhook>

const deliveryStatuses = ['waiting', 'sending', 'sent', 'stored', 'failed', 'dropped'] as const
export const delivery = z
  .object({
    id: id('dlv', 'delivery'),
    kind: z.enum([...kinds, 'webhook']),
    subject: z.string(),
    locationId: id('loc', 'location').nullable(),
    webhookId: id('whk', 'webhook').nullable(),
    status: z.enum(deliveryStatuses).openapi({
      description:
        '`stored`: not sent, because there is nothing to send with here. `dropped`: pointless by now, or nobody to tell.',
    }),
    channel: z.enum(channels).nullable(),
    dueAt: instant.nullable().openapi({ description: 'Not before this; null: as soon as may be.' }),
    attempts: z.number().int(),
    reason: z.string().nullable().openapi({ example: 'status_503' }),
    createdAt: instant,
    endedAt: instant.nullable(),
  })
  .openapi('Delivery')
export type DeliveryView = z.infer<typeof delivery>

export const deliveryPage = z
  .object({ deliveries: z.array(delivery), next: cursor.nullable() })
  .openapi('DeliveryPage')

export const deliveryQuery = z.strictObject({
  status: z.enum(deliveryStatuses).optional(),
  after: cursor.optional(),
  limit: pageSize.default(50),
})
export type DeliveryQuery = z.infer<typeof deliveryQuery>

export const messagingBody = z
  .strictObject({
    revision: revision.optional().openapi({ description: 'As last read; left out the first time.' }),
    quiet: z
      .strictObject({ from: wallTime, to: wallTime })
      .nullable()
      .openapi({ description: 'Nobody is disturbed between these wall times, but told of a call.' }),
    reminderHours: z.number().int().min(1).max(168).nullable(),
    nearlyAhead: z
      .number()
      .int()
      .min(0)
      .max(20)
      .nullable()
      .openapi({ description: 'Told that it is nearly their turn when so many stand before them.' }),
  })
  .openapi('MessagingBody', {
    example: { quiet: { from: '21:00', to: '08:00' }, reminderHours: 24, nearlyAhead: 2 },
  })
export type MessagingBody = z.infer<typeof messagingBody>

export const messaging = z
  .object({
    locationId: id('loc', 'location'),
    quiet: z.union([z.object({ from: z.string(), to: z.string() }), z.null()]),
    reminderHours: z.number().int().nullable(),
    nearlyAhead: z.number().int().nullable(),
    revision: revision.nullable().openapi({ description: 'Null: as usual, nobody has set it up.' }),
  })
  .openapi('Messaging')
export type MessagingView = z.infer<typeof messaging>

export const subjectId = z
  .string()
  .regex(/^(bkg|tkt)_[0-9a-z]{26}$/, 'is the id of a booking or a ticket')
  .openapi({ example: 'tkt_01kaqm3x7h4d8nq0v5wz2r9c6t' })

export const recipientBody = z
  .strictObject({
    channels: z.array(z.enum(channels)).max(channels.length).openapi({
      description:
        'The ways that the customer agrees to. Empty: they are told nothing, and what was kept is erased.',
    }),
    email: z.email().max(200).optional(),
    phone: z
      .string()
      .regex(/^\+?[0-9 ()-]{5,30}$/, 'is a phone number of 5 to 30 digits')
      .optional(),
    language: language.optional(),
  })
  .openapi('RecipientBody', { example: { channels: ['sms'], phone: '+44 7700 900123', language: 'en' } })
export type RecipientBody = z.infer<typeof recipientBody>

export const recipient = z
  .object({ subject: subjectId, channels: z.array(z.enum(channels)), revision })
  .openapi('Recipient')
export type RecipientView = z.infer<typeof recipient>
