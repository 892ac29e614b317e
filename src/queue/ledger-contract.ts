import { z } from '@hono/zod-openapi'
import { cursor, id, instant, pageSize, slug } from '../platform/wire.ts'
import { quoteRecord, ticketId } from './contract.ts'
import { channels } from './rules/index.ts'

/** The wire of the ledger of what people were told. */

export const quotesQuery = z.strictObject({
  after: cursor.optional(),
  limit: pageSize.default(100),
})

const quoteOutcomes = ['called', 'left', 'replaced', 'day_over'] as const

export const quote = z
  .object({
    id: id('qot', 'quote'),
    ticketId,
    service: slug,
    channel: z.enum(channels),
    renewal: z.number().int().openapi({ description: '0 for the first promise of a wait.' }),
    madeAt: instant,
    from: instant,
    median: instant,
    to: instant,
    ahead: z.number().int(),
    outcome: z.enum(quoteOutcomes).nullable(),
    endedAt: instant.nullable(),
    inside: z.boolean().nullable().openapi({ description: 'Null where nobody knows: who left before.' }),
    kept: z.boolean().nullable(),
  })
  .openapi('WaitQuote')

export const quotePage = z
  .object({ quotes: z.array(quote), next: cursor.nullable() })
  .openapi('WaitQuotePage')
export type QuotePage = z.infer<typeof quotePage>

export const queueRecord = z
  .object({
    services: z.array(
      quoteRecord.extend({ service: slug, channel: z.enum(channels) }).openapi('ServiceWaitRecord'),
    ),
  })
  .openapi('QueueWaitRecord')
export type QueueRecord = z.infer<typeof queueRecord>
