import { z } from '@hono/zod-openapi'
import { instant, localText } from '../platform/wire.ts'

const promiseKinds = ['start_by', 'call_by', 'ready_by', 'price_not_above'] as const

const count = z.number().int()

export const kept = z
  .object({
    kind: z.enum(promiseKinds).openapi({
      description:
        '`start_by`: an appointment is called by its time. `call_by`: a ticket is called by the time told when it joined. `ready_by`: a job is ready by the first day and hour. `price_not_above`: its bill is at most what was first approved.',
    }),
    service: z.string(),
    name: localText.nullable(),
    channel: z.string().openapi({ description: 'How it came in.', example: 'web' }),
    promises: count.openapi({ description: 'First promises of which it is known whether they were kept.' }),
    kept: count,
    toldBefore: count.openapi({
      description: 'Of those not kept: another date was sent to the customer before the first one passed.',
    }),
  })
  .openapi('PromisesKept')

export const keptQuery = z.strictObject({
  days: z.coerce.number().int().min(1).max(366).default(90).openapi({
    description: 'Promises made in so many days.',
    type: 'integer',
    minimum: 1,
    maximum: 366,
  }),
})

export const keptRecord = z.object({ since: instant, record: z.array(kept) }).openapi('PromiseRecord')
export type KeptRecord = z.infer<typeof keptRecord>
