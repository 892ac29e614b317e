import { z } from '@hono/zod-openapi'
import { instant, pageSize } from '../platform/wire.ts'

export const event = z
  .object({
    seq: z.number().int(),
    at: instant,
    type: z.string().openapi({ example: 'booking.confirmed' }),
    locationId: z.string().nullable(),
    subject: z.string().openapi({ description: 'Id of what it happened to.' }),
    revision: z.number().int(),
    actor: z.string(),
    reason: z.string().nullable(),
    data: z.record(z.string(), z.unknown()),
  })
  .openapi('Event')
export type Event = z.infer<typeof event>

export const eventPage = z
  .object({
    events: z.array(event),
    next: z
      .number()
      .int()
      .openapi({ description: 'Send it as `after` to go on; the same number while nothing is new.' }),
  })
  .openapi('EventPage')
export type EventPage = z.infer<typeof eventPage>

export const eventQuery = z.strictObject({
  after: z.coerce
    .number()
    .int()
    .min(0)
    .max(Number.MAX_SAFE_INTEGER)
    .default(0)
    // Said by itself: a coerced number is described as one that may be null.
    .openapi({ type: 'integer', minimum: 0 }),
  subject: z.string().max(40).optional(),
  limit: pageSize.default(100),
})
export type EventQuery = z.infer<typeof eventQuery>
