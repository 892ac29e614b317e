import { z } from '@hono/zod-openapi'
import { contact } from '../booking/index.ts'
import { limits } from '../config.ts'
import { id, line, localText, revision, slug } from '../platform/wire.ts'
import { stages } from './rules/life.ts'
import { lineKinds } from './rules/quote.ts'

/** How a location takes in work, on the wire. */

export const amount = z.number().int().min(-limits.amount).max(limits.amount)

const price = z.strictObject({
  name: localText,
  kind: z.enum(lineKinds),
  amount: amount.openapi({ description: 'Minor units of the location’s currency; a discount is negative.' }),
})

const workService = z
  .strictObject({
    id: slug,
    name: localText,
    stages: z
      .array(
        z.strictObject({
          stage: z.enum(stages),
          workingHours: z.number().min(0).max(2_000).openapi({
            description: 'How long it lasts, until enough has been learned.',
          }),
        }),
      )
      .min(1)
      .max(stages.length)
      .openapi({ description: 'In the order of work; `in_progress` is one of them.' }),
    promiseAt: z.enum(['intake', 'approval']).optional().openapi({
      description: 'When the first date is given. Without it: at the approval where there is a quote.',
    }),
    prices: z.array(price).max(limits.workPrices).default([]),
    whenLate: z
      .array(z.enum(['loan', 'collect', 'cancel']))
      .max(3)
      .optional()
      .openapi({ description: 'What the customer can choose by themselves whenever a date slips.' }),
  })
  .openapi('WorkService', {
    example: {
      id: 'repair',
      name: { en: 'Repair', nl: 'Reparatie' },
      stages: [
        { stage: 'diagnosing', workingHours: 4 },
        { stage: 'quoted', workingHours: 8 },
        { stage: 'in_progress', workingHours: 6 },
      ],
    },
  })
export type WorkService = z.infer<typeof workService>

const account = z
  .strictObject({
    id: slug,
    name: line(100),
    approvesTo: z.number().int().min(0).max(limits.amount).openapi({
      description:
        'What the holder of an order’s link can approve in all, minor units; above that the office decides.',
    }),
    office: contact
      .refine(({ email, phone }) => email !== undefined || phone !== undefined, {
        message: 'names an e-mail address or a phone number',
      })
      .openapi({ description: 'Who is asked where it comes to more.' }),
    marks: z.array(line(100)).max(limits.accountMarks).default([]).openapi({
      description: 'Frame or serial numbers by which its things are known when they are handed in.',
    }),
  })
  .openapi('WorkAccount', {
    example: {
      id: 'courier',
      name: 'Harbour couriers',
      approvesTo: 15_000,
      office: { email: 'office@example.org', language: 'en' },
      marks: ['HK 001', 'HK 002'],
    },
  })
export type WorkAccount = z.infer<typeof account>

const setupFields = {
  services: z.array(workService).min(1).max(limits.workServices),
  quoteHours: z.number().min(1).max(2_000).default(72).openapi({
    description: 'How long a quote can be answered, by the clock, where it does not say itself.',
  }),
  tolerancePercent: z.number().int().min(0).max(50).default(0).openapi({
    description: 'How far a line may be billed above what was approved. The ceiling includes it.',
  }),
  accounts: z.array(account).max(limits.workAccounts).optional(),
  tellBelowPercent: z.number().int().min(5).max(80).default(25).openapi({
    description: 'Below this chance of keeping a date, the customer is told another.',
  }),
}
export const workSetupBody = z
  .strictObject({
    revision: revision.optional().openapi({ description: 'As last read; left out the first time.' }),
    ...setupFields,
  })
  .openapi('WorkSetupBody')
export type WorkSetupBody = z.infer<typeof workSetupBody>
export const workSetup = z
  .object({ locationId: id('loc', 'location'), ...setupFields, currency: z.string(), revision })
  .openapi('WorkSetup')
export type WorkSetup = z.infer<typeof workSetup>
