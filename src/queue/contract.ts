import { z } from '@hono/zod-openapi'
import { limits } from '../config.ts'
import { cursor, id, instant, localText, pageSize, revision, slug } from '../platform/wire.ts'
import { channels, deskStatuses, mainReasons, presences, statuses } from './rules/index.ts'

const minutes = (least: number, most: number) => z.number().min(least).max(most)

const queueService = z
  .strictObject({
    id: slug,
    letter: z
      .string()
      .regex(/^[A-Z]$/, 'is one capital letter')
      .openapi({ description: 'Stands before the numbers: B14.' }),
    name: localText,
    nominalMinutes: minutes(1, 480).openapi({
      description: 'How long one takes, until enough has been learned.',
    }),
    graceMinutes: minutes(0.5, 60)
      .default(3)
      .openapi({ description: 'From a call until the ticket counts as missed.' }),
    p99Minutes: minutes(1, 1_440).optional().openapi({
      description: 'A visit open longer asks whether it goes on; without it six times the nominal.',
    }),
    bookable: z.array(id('svc', 'service')).max(20).default([]).openapi({
      description: 'Services whose bookings check in here.',
    }),
  })
  .openapi('QueueService', {
    example: { id: 'visit', letter: 'A', name: { en: 'General visit' }, nominalMinutes: 15 },
  })

const queueDesk = z
  .strictObject({
    id: slug,
    name: z.string().trim().min(1).max(60),
    services: z.array(slug).min(1).max(limits.queueServices).openapi({ description: 'What it can serve.' }),
  })
  .openapi('QueueDesk', { example: { id: 'desk-1', name: 'Desk 1', services: ['visit'] } })

const rules = z
  .strictObject({
    appointmentWindowMinutes: minutes(0, 120).default(10),
    appointmentCreditMinutes: minutes(0, 240).default(15),
    appointmentLateMinutes: minutes(0, 240).default(10),
    priorities: z
      .record(slug, minutes(0, 480))
      .default({})
      .openapi({ description: 'Credit in minutes by class.' }),
    overtakeBudget: z.number().int().min(0).max(100).default(3),
    keepPlaceMinutes: minutes(0, 240).default(15),
    deferrals: z.number().int().min(0).max(10).default(3),
    deferMinutes: minutes(1, 60).default(10),
    reinstateAfter: z.number().int().min(0).max(100).default(2),
    reinstateMinutes: minutes(0, 480).default(30),
    reinstatements: z.number().int().min(0).max(10).default(2),
    callAgainSeconds: z.number().min(0).max(600).default(20),
    callsAgain: z.number().int().min(0).max(20).default(3),
    callAheadMinutes: minutes(0, 60).default(2),
    undoSeconds: z.number().min(0).max(3_600).default(120),
  })
  .refine((rule) => rule.appointmentCreditMinutes >= rule.appointmentWindowMinutes, {
    path: ['appointmentCreditMinutes'],
    message: 'is at least the window',
  })
  .refine((rule) => rule.deferMinutes <= rule.keepPlaceMinutes, {
    path: ['deferMinutes'],
    message: 'is at most `keepPlaceMinutes`',
  })
  .openapi('QueueRules')

export const queueSetupBody = z
  .strictObject({
    revision: revision.optional().openapi({ description: 'As last read; left out the first time.' }),
    services: z.array(queueService).min(1).max(limits.queueServices),
    desks: z.array(queueDesk).min(1).max(limits.desks),
    rules: rules.prefault({}),
  })
  .openapi('QueueSetupBody', {
    example: {
      services: [{ id: 'visit', letter: 'A', name: { en: 'General visit' }, nominalMinutes: 15 }],
      desks: [{ id: 'desk-1', name: 'Desk 1', services: ['visit'] }],
    },
  })
export type QueueSetupBody = z.infer<typeof queueSetupBody>

export const queueSetup = z
  .object({
    locationId: id('loc', 'location'),
    services: z.array(queueService),
    desks: z.array(queueDesk),
    rules,
    revision,
  })
  .openapi('QueueSetup')
export type QueueSetupView = z.infer<typeof queueSetup>

export const ticketId = id('tkt', 'ticket')
const party = z.number().int().min(1).max(limits.partySize).default(1)

export const joinBody = z
  .strictObject({
    service: slug,
    party,
    presence: z.enum(presences).optional(),
    etaAt: instant.optional().openapi({ description: 'When somebody on the way will be here.' }),
    bookingId: id('bkg', 'booking')
      .optional()
      .openapi({ description: 'A check-in: one ticket per booking, however often.' }),
    priority: slug.optional(),
    reason: z.string().trim().min(3).max(200).optional(),
    reachable: z.boolean().default(true),
    device: z
      .string()
      .regex(/^[\w-]{16,100}$/)
      .optional()
      .openapi({
        description: 'A random name of the device or phone: one live ticket for each. Kept as a hash.',
      }),
    channel: z.enum(['kiosk', 'phone', 'front_desk']).optional().openapi({
      description:
        'Staff only. By `kiosk` somebody joins for themselves, at a machine that has a key of staff.',
    }),
  })
  .openapi('JoinBody')
export type JoinBody = z.infer<typeof joinBody>

const reason = z.string().trim().min(3).max(200)
const common = {
  expectedRevision: revision
    .optional()
    .openapi({ description: 'Of the ticket, or of the desk where no ticket is named.' }),
  reason: reason.optional(),
}
const onTicket = <V extends string>(verb: V) =>
  z.strictObject({ verb: z.literal(verb), ticket: ticketId, ...common })
const atDesk = <V extends string>(verb: V) => z.strictObject({ verb: z.literal(verb), desk: slug, ...common })

export const commandBody = z
  .discriminatedUnion('verb', [
    atDesk('next'),
    atDesk('call_next'),
    atDesk('open_desk'),
    atDesk('close_desk'),
    atDesk('break_desk').extend({ endsAt: instant }),
    onTicket('call_given').extend({ desk: slug }),
    onTicket('call_again'),
    onTicket('start'),
    onTicket('finish').extend({ endedAt: instant.optional() }),
    onTicket('pause').extend({ reason }),
    onTicket('resume').extend({ desk: slug }),
    onTicket('transfer').extend({ service: slug.optional(), desk: slug.optional() }),
    onTicket('leave'),
    onTicket('missed'),
    onTicket('reinstate'),
    onTicket('defer').extend({ byMinutes: minutes(1, 60) }),
    onTicket('reorder').extend({
      reason,
      target: z.discriminatedUnion('to', [
        z.strictObject({ to: z.literal('front') }),
        z.strictObject({ to: z.literal('end') }),
        z.strictObject({ to: z.literal('after'), ticket: ticketId }),
      ]),
    }),
    onTicket('presence').extend({ presence: z.enum(presences), etaAt: instant.optional() }),
    onTicket('reachability').extend({ reachable: z.boolean() }),
    onTicket('still_going'),
    z.strictObject({ verb: z.literal('close_joins'), service: slug.optional(), reason: common.reason }),
    z.strictObject({ verb: z.literal('open_joins'), service: slug.optional(), reason: common.reason }),
    z
      .strictObject({
        verb: z.literal('undo'),
        desk: slug.optional(),
        ticket: ticketId.optional(),
        ...common,
      })
      .refine(({ desk, ticket }) => (desk === undefined) !== (ticket === undefined), {
        message: 'names a desk or a ticket',
      }),
  ])
  .openapi('QueueCommand')
export type CommandBody = z.infer<typeof commandBody>

const maybeInstant = instant.nullable()

/** How often what was told lately held. */
export const quoteRecord = z
  .object({
    told: z.number().int().openapi({ description: 'Quotes whose wait has ended, of the last 200.' }),
    inside: z.number().int().openapi({ description: 'Of these: called within the range that was told.' }),
    kept: z.number().int().openapi({ description: 'Of these: called by the time that was promised.' }),
  })
  .openapi('WaitRecord')

const quoteReason = z
  .object({
    ahead: z.number().int().openapi({ description: 'People whom the same desks may call before.' }),
    desks: z.number().int().openapi({ description: 'Desks that are open and may call this ticket.' }),
    paceSeconds: z.number().int().openapi({ description: 'From one call to the next at one such desk.' }),
    appointments: z
      .number()
      .openapi({ description: 'Appointments that are expected to come before, as far as people come.' }),
    closesAt: maybeInstant.openapi({
      description: 'When the place closes, if within a day; whoever waits then is still served.',
    }),
    main: z.enum(mainReasons).openapi({ description: 'The one that a sentence is made of.' }),
  })
  .openapi('WaitReason')

export const wait = z
  .object({
    from: maybeInstant.openapi({ description: 'P10: one in ten is called before. Null if nobody can say.' }),
    to: maybeInstant.openapi({ description: 'P90: one in ten is called later. Null if nobody can say.' }),
    median: maybeInstant,
    promisedBy: maybeInstant.openapi({ description: 'The first promise: it stays, kept or not.' }),
    renewedBy: maybeInstant.openapi({ description: 'The new time, once the first has passed.' }),
    quotedAt: maybeInstant.openapi({ description: 'When the promise that counts now was made.' }),
    beBackBy: maybeInstant.openapi({ description: '`from` less the way; not before now.' }),
    ahead: z.number().int(),
    reason: quoteReason,
  })
  .openapi('Wait')

export const ticket = z
  .object({
    id: ticketId,
    number: z.string().openapi({ example: 'B14' }),
    reference: z.string(),
    service: slug,
    onlyDesk: slug.nullable().openapi({ description: 'Only this desk may call it, after a transfer.' }),
    channel: z.enum(channels),
    status: z.enum(statuses),
    desk: slug.nullable(),
    party: z.number().int(),
    priority: z.string().nullable(),
    presence: z.enum(presences),
    etaAt: maybeInstant,
    reachable: z.boolean(),
    bookingId: id('bkg', 'booking').nullable(),
    appointmentAt: maybeInstant,
    arrivedAt: instant,
    dueAt: maybeInstant.openapi({
      description: 'Until then an appointment that is early waits behind all others.',
    }),
    deferredUntil: maybeInstant,
    deferrals: z.number().int(),
    calls: z.number().int(),
    calledAt: maybeInstant,
    graceEndsAt: maybeInstant,
    startedAt: maybeInstant,
    pausedAt: maybeInstant,
    pauseReason: z.string().nullable(),
    askedAt: maybeInstant,
    endedAt: maybeInstant,
    revision,
    ahead: z
      .number()
      .int()
      .nullable()
      .openapi({ description: 'How many stand before it; null once it does not wait.' }),
    wait: wait.nullable().openapi({ description: 'From now; null once it does not wait.' }),
    record: quoteRecord.nullable().openapi({ description: 'Of its service; null before there is one.' }),
    token: z.string().optional().openapi({ description: 'Opens this one ticket. Given to whoever joins.' }),
  })
  .openapi('Ticket')

export const desk = z
  .object({
    id: slug,
    services: z.array(slug),
    status: z.enum(deskStatuses),
    breakEndsAt: maybeInstant,
    ticket: ticketId.nullable(),
    revision,
  })
  .openapi('Desk')

export const outcome = z
  .object({
    seq: z.number().int().openapi({ description: 'The last event of the queue after it.' }),
    ticket: ticket.nullable(),
    desk: desk.nullable(),
  })
  .openapi('QueueOutcome')

const head = {
  seq: z.number().int().openapi({ description: 'The last event that it shows.' }),
  at: instant,
  date: z.string(),
  joinsClosed: z.boolean(),
  opensAt: instant.nullable().openapi({
    description:
      'When joins open by themselves; null if they are open, were closed by hand, or nobody knows.',
  }),
  services: z.array(
    z.object({
      id: slug,
      letter: z.string(),
      name: localText,
      joinsClosed: z.boolean(),
      waiting: z.number().int(),
      wait: z.object({ from: instant, to: maybeInstant }).nullable().openapi({
        description: 'For somebody who would join now; null if nobody can say. `to` is null for an open end.',
      }),
      record: quoteRecord.nullable(),
    }),
  ),
}

const deskTicket = ticket.omit({ wait: true, record: true, token: true }).extend({
  order: z
    .tuple([z.number(), z.number(), z.number()])
    .openapi({ description: 'Sorts the tickets of one service, or of one `onlyDesk`.' }),
})

export const snapshot = z
  .object({
    ...head,
    desks: z.array(desk.extend({ name: z.string() })),
    tickets: z.array(deskTicket).openapi({
      description: 'Whoever is called, served or paused, and the first hundred of each line.',
    }),
    missed: z.array(deskTicket).openapi({
      description: 'Those who can still be taken back. A socket tells of each when it is missed.',
    }),
  })
  .openapi('QueueSnapshot')

export const lineQuery = z.strictObject({
  line: z
    .string()
    .regex(/^@?[a-z][a-z0-9_-]{0,29}$/, 'is a service, or @ and a desk')
    .openapi({
      description: 'A service; or `@` and a desk, for those whom it alone may call.',
      example: 'visit',
    }),
  after: cursor.optional(),
  limit: pageSize.default(100),
})

export const linePage = z
  .object({ tickets: z.array(deskTicket), next: cursor.nullable() })
  .openapi('QueueLinePage')

export const call = z
  .object({
    seq: z.number().int(),
    at: instant,
    number: z.string(),
    desk: slug,
    deskName: z.string(),
    again: z.boolean(),
  })
  .openapi('QueueCall')

export const displayDesk = z.object({
  id: slug,
  name: z.string(),
  status: z.enum(deskStatuses),
  breakEndsAt: maybeInstant,
  number: z.string().nullable(),
  visit: z.enum(['called', 'serving']).nullable(),
})

export const display = z
  .object({ ...head, desks: z.array(displayDesk), calls: z.array(call) })
  .openapi('QueueDisplay')

export const liveQuery = z
  .strictObject({
    view: z.enum(['desk', 'display', 'ticket']),
    ticket: ticketId.optional().openapi({ description: 'Which one, for the view of a ticket.' }),
    since: z.coerce.number().int().min(-1).default(-1).openapi({
      description: 'The last event seen.',
      // Said by itself: a coerced number is described as one that may be null.
      type: 'integer',
      minimum: -1,
    }),
  })
  .refine(({ view, ticket: wanted }) => (view === 'ticket') === (wanted !== undefined), {
    path: ['ticket'],
    message: 'is there for the view of a ticket, and for no other',
  })
