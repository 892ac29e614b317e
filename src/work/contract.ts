import { z } from '@hono/zod-openapi'
import { contact } from '../booking/index.ts'
import { limits } from '../config.ts'
import { cursor, id, instant, line, localText, pageSize, revision, slug } from '../platform/wire.ts'
import { alternativeKinds } from './rules/alternatives.ts'
import { advanceTo, pauseReasons, statuses } from './rules/life.ts'
import { lineKinds } from './rules/quote.ts'
import { amount } from './setup-contract.ts'

const item = z
  .strictObject({
    name: line(200),
    mark: line(100).optional().openapi({ description: 'Frame or serial number.' }),
  })
  .openapi('WorkItem', { example: { name: 'Cargo bicycle, blue', mark: 'RF 20391' } })
const items = z.array(item).min(1).max(limits.workItems)

const assignee = z
  .strictObject({ person: line(80).optional(), poolId: id('pool', 'pool').optional() })
  .refine((who) => who.person !== undefined || who.poolId !== undefined, 'names a person, a pool or both')
export type Assignee = z.infer<typeof assignee>

const quoteLine = z
  .strictObject({
    kind: z.enum(lineKinds),
    name: line(200),
    amount,
    optional: z.boolean().default(false).openapi({ description: 'The work can be done without it.' }),
    of: z.number().int().min(1).max(limits.workLines).optional().openapi({
      description: 'Tax or discount of that line of this quote, counted from 1, and decided with it.',
    }),
  })
  .openapi('QuoteLineBody', { example: { kind: 'part', name: 'Chain', amount: 3850 } })
export type QuoteLineBody = z.infer<typeof quoteLine>
const quoteLines = z.array(quoteLine).min(1).max(limits.workLinesAtOnce)
const priceLimit = z.number().int().min(0).max(limits.amount).optional().openapi({
  description: 'What the customer does not want to go above: no more than this can be approved.',
})

const bases = [
  'seen',
  'told',
  'checked',
  'quote',
  'booking',
  'ticket',
  'price_list',
  'forecast',
  'deadline',
  'rework',
  'imported',
] as const
export type Basis = (typeof bases)[number]
const basis = z.enum(['seen', 'told', 'checked']).default('seen').openapi({
  description: 'What it rests on: somebody saw it, was told so, or checked it.',
})

export const workOrderBody = z
  .strictObject({
    locationId: id('loc', 'location'),
    service: slug,
    items,
    contact: contact.optional(),
    note: line(1_000).optional(),
    channel: z.enum(['kiosk', 'phone', 'front_desk', 'api']).optional(),
    bookingId: id('bkg', 'booking').optional(),
    ticketId: id('tkt', 'ticket').optional(),
    assignee: assignee.optional(),
    account: slug.optional().openapi({
      description: 'Of the set-up; without it the account that knows a mark of the items, if any.',
    }),
    lines: quoteLines.optional().openapi({ description: 'What the customer agreed to when handing it in.' }),
    priceLimit,
  })
  .openapi('WorkOrderBody', {
    example: {
      locationId: 'loc_01kaqm3x7h4d8nq0v5wz2r9c6t',
      service: 'repair',
      items: [{ name: 'Cargo bicycle, blue' }],
    },
  })
export type WorkOrderBody = z.infer<typeof workOrderBody>

const lineNumber = z.number().int().min(1).max(limits.workLines)
const command = <V extends string>(verb: V) =>
  z.strictObject({ verb: z.literal(verb), revision: revision.optional() })
export const cancelReasons = [
  'customer_asked',
  'too_dear',
  'beyond_repair',
  'duplicate',
  'mistake',
  'other',
] as const

export const workCommandBody = z
  .discriminatedUnion('verb', [
    command('advance').extend({ to: z.enum(advanceTo), basis }),
    command('quote').extend({ lines: quoteLines, priceLimit, expiresAt: instant.optional() }),
    command('decide').extend({
      version: z.number().int().min(1),
      approve: z.array(lineNumber).max(limits.workLines).openapi({
        description:
          'Labour and parts; the rest of the quote is refused. Tax and discount go with their lines.',
      }),
      basis: z.enum(['told', 'seen']).default('told'),
    }),
    command('offer').extend({
      alternatives: z
        .array(z.strictObject({ kind: z.enum(alternativeKinds), name: line(200).optional() }))
        .min(1)
        .max(alternativeKinds.length)
        .openapi({
          description:
            'To a customer whose date may slip: `later`, another date as it is foreseen; `loan`, something to use meanwhile; `collect`, as it is; `cancel`, free of charge.',
        }),
    }),
    command('choose').extend({
      kind: z.enum(alternativeKinds),
      offered: z.number().int().min(1).openapi({ description: 'As the alternative says.' }),
      basis: z.enum(['told', 'seen']).default('told'),
    }),
    command('continue').openapi({ description: 'Without an expired quote, with what was approved before.' }),
    command('pause').extend({ reason: z.enum(pauseReasons), until: instant.optional(), basis }),
    command('resume').extend({ basis }),
    command('assign').extend({ to: assignee.nullable() }),
    command('work_line').extend({ line: lineNumber, actual: amount.optional() }),
    command('bill').extend({
      amounts: z
        .array(z.strictObject({ line: lineNumber, amount }))
        .max(limits.workLines)
        .default([]),
    }),
    command('cancel').extend({ reason: z.enum(cancelReasons) }),
    command('reopen').extend({ note: line(1_000).optional() }),
  ])
  .openapi('WorkCommand')
export type WorkCommandBody = z.infer<typeof workCommandBody>
export type WorkVerb = WorkCommandBody['verb']

export const workOrderId = id('wrk', 'work order')
export const photoId = id('pho', 'photo')
const maybe = <T extends z.ZodType>(of: T) => z.union([of, z.null()])
const maybeInstant = instant.nullable()
const maybeAmount = z.number().int().nullable()

const readyBy = z
  .object({
    promised: maybeInstant.openapi({ description: 'Null while it waits for the customer.' }),
    first: maybeInstant.openapi({ description: 'What was promised first: it stays, kept or not.' }),
    often: maybeInstant.openapi({ description: 'P50: half are ready before.' }),
    chance: z.number().nullable().openapi({ description: 'Of keeping `promised`; for staff.' }),
  })
  .openapi('ReadyBy')

const alternative = z
  .object({
    kind: z.enum(alternativeKinds),
    name: z.string().nullable(),
    at: maybeInstant.openapi({ description: 'Ready by then, of `later`.' }),
    offered: z.number().int().openapi({ description: 'Goes along with the choice.' }),
    chosenAt: maybeInstant,
  })
  .openapi('WorkAlternative')

const summaryFields = {
  id: workOrderId,
  reference: z.string().openapi({ example: 'K7M4QX' }),
  status: z.enum(statuses),
  pause: maybe(z.object({ reason: z.enum(pauseReasons), until: maybeInstant })),
  locationId: id('loc', 'location'),
  service: slug,
  serviceName: localText,
  items,
  assignee: maybe(assignee),
  readyBy,
  alternatives: z.array(alternative).openapi({
    description: 'What can be chosen where the date may not be kept, and what was.',
  }),
  dueAt: maybeInstant.openapi({ description: 'When it must be looked at, at the latest.' }),
  createdAt: instant,
  statusAt: instant,
  revision,
}
const workSummary = z.object(summaryFields).openapi('WorkOrderSummary')
export type WorkSummary = z.infer<typeof workSummary>

const orderLine = z
  .object({
    line: lineNumber,
    version: z.number().int(),
    kind: z.enum(lineKinds),
    name: z.string(),
    amount: z.number().int(),
    optional: z.boolean(),
    of: lineNumber.nullable(),
    decision: z.enum(['open', 'approved', 'refused', 'lapsed']),
    decidedAt: maybeInstant,
    workedAt: maybeInstant,
    actual: maybeAmount,
    billed: maybeAmount,
  })
  .openapi('QuoteLine')

export const workOrder = z
  .object({
    ...summaryFields,
    locationName: localText,
    zone: z.string(),
    originId: workOrderId.nullable(),
    bookingId: id('bkg', 'booking').nullable(),
    ticketId: id('tkt', 'ticket').nullable(),
    channel: z.string(),
    contact: maybe(contact),
    note: z.string().nullable(),
    account: maybe(
      z.object({ id: slug, name: z.string(), approvesTo: z.number().int() }).openapi('WorkOrderAccount', {
        description: 'The organisation that it is for, and up to what the holder of the link approves.',
      }),
    ),
    price: z
      .object({
        currency: z.string(),
        asked: z.number().int().openapi({ description: 'Of the open quote, with what is optional.' }),
        approved: z.number().int().openapi({ description: 'The estimate that was agreed.' }),
        ceiling: maybeAmount.openapi({ description: 'No invoice is above it.' }),
        actual: z.number().int().openapi({ description: 'Of what has been done so far.' }),
        billed: maybeAmount,
      })
      .openapi('WorkPrice'),
    quotes: z.array(
      z.object({
        version: z.number().int(),
        status: z.enum(['open', 'decided', 'refused', 'expired', 'replaced', 'withdrawn']),
        madeAt: instant,
        expiresAt: instant,
        priceLimit: maybeAmount,
        ceiling: maybeAmount,
        decidedAt: maybeInstant,
      }),
    ),
    lines: z.array(orderLine),
    clock: z
      .object({ oursMs: z.number().int(), waitedMs: z.number().int() })
      .openapi({ description: 'Together the time since it was received, until now or until it was over.' }),
    photos: z.array(
      z.object({
        id: photoId,
        subject: z.enum(['intake', 'line', 'handover']),
        line: lineNumber.nullable(),
        type: z.string(),
        bytes: z.number().int(),
        at: instant,
      }),
    ),
    history: z.array(
      z.object({
        at: instant,
        type: z.string().openapi({ example: 'paused' }),
        by: z.enum(['customer', 'office', 'staff', 'system']),
        actor: z.string().nullable().openapi({ description: 'Which of the staff; for staff.' }),
        reason: z.string().nullable(),
        basis: z.enum(bases).nullable(),
        promises: z
          .array(z.object({ at: maybeInstant, first: z.boolean(), was: maybeInstant }))
          .openapi({ description: 'Dates that were told with it.' }),
      }),
    ),
    testMode: z.boolean(),
    token: z.string().optional().openapi({
      description: 'Opens this one work order, as a bearer token or in a link. Given when it is received.',
    }),
  })
  .openapi('WorkOrder')
export type WorkOrder = z.infer<typeof workOrder>

export const workListQuery = z.strictObject({
  locationId: id('loc', 'location'),
  over: z.enum(['false', 'true']).default('false').openapi({
    description: 'Those that are over instead, the newest first.',
  }),
  status: z.enum(statuses).optional(),
  service: slug.optional(),
  reference: z.string().max(20).optional(),
  after: cursor.optional(),
  limit: pageSize.default(50),
})
export type WorkListQuery = z.infer<typeof workListQuery>
export const workPage = z
  .object({ workOrders: z.array(workSummary), next: cursor.nullable() })
  .openapi('WorkOrderPage')
export type WorkPage = z.infer<typeof workPage>

/** One pixel. */
const smallestPng =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='

export const photoBody = z
  .strictObject({
    subject: z.enum(['intake', 'line', 'handover']),
    line: lineNumber.optional(),
    image: z
      .string()
      .min(16)
      .regex(/^[A-Za-z0-9+/]+={0,2}$/, 'is base64')
      .openapi({
        description: `JPEG, PNG or WebP in base64, at most ${limits.photoBytes} bytes. Kept without its metadata.`,
      }),
  })
  .refine(({ subject, line }) => (subject === 'line') === (line !== undefined), {
    path: ['line'],
    message: 'goes with the subject `line`',
  })
  .openapi('WorkPhotoBody', { example: { subject: 'intake', image: smallestPng } })
export type PhotoBody = z.infer<typeof photoBody>

export const photoAdded = z
  .object({ id: photoId, type: z.string(), bytes: z.number().int(), revision })
  .openapi('WorkPhotoAdded')
export type PhotoAdded = z.infer<typeof photoAdded>
