import { z } from '@hono/zod-openapi'
import { limits } from '../config.ts'
import { cursor, date, id, instant, language, localText, pageSize, revision } from '../platform/wire.ts'

export const contact = z
  .strictObject({
    name: z.string().max(200).trim().min(1).optional(),
    email: z.email().max(200).optional(),
    phone: z
      .string()
      .regex(/^\+?[0-9 ()-]{5,30}$/, 'is a phone number of 5 to 30 digits')
      .optional(),
    language: language.optional(),
  })
  .openapi('Contact')
export type Contact = z.infer<typeof contact>

const quantity = z.number().int().min(0).max(limits.quantity)
export const quantities = z
  .record(z.string().max(30), quantity)
  .refine((units) => Object.keys(units).length <= limits.unitsPerService, 'has too many units')
  .openapi({ example: { adult: 2, child: 1 }, description: 'Quantity of each unit, by its id.' })

export const channels = ['web', 'kiosk', 'phone', 'front_desk', 'partner', 'api'] as const

export const holdBody = z
  .strictObject({
    serviceId: id('svc', 'service'),
    slot: z.string().min(10).max(40).openapi({
      example: '2026-11-28T13:00:00+00:00',
      description: 'As the availability names it: a start with offset, a date, or arrival/departure dates.',
    }),
    units: quantities,
    holdMinutes: z.number().int().min(1).max(limits.holdMinutes).optional(),
    contact: contact.optional(),
    partnerReference: z.string().min(1).max(100).optional(),
    channel: z.enum(['kiosk', 'phone', 'front_desk']).optional().openapi({ description: 'Staff only.' }),
  })
  .openapi('HoldBody')
export type HoldBody = z.infer<typeof holdBody>

export const extendBody = z
  .strictObject({
    revision: revision.optional(),
    holdMinutes: z.number().int().min(1).max(limits.holdMinutes),
  })
  .openapi('ExtendBody', { example: { holdMinutes: 10 } })
export type ExtendBody = z.infer<typeof extendBody>

export const confirmBody = z
  .strictObject({
    revision: revision.optional(),
    contact: contact.optional(),
    partnerReference: z.string().min(1).max(100).optional(),
  })
  .openapi('ConfirmBody', { example: { contact: { name: 'Amina Haddad', email: 'amina@example.org' } } })
export type ConfirmBody = z.infer<typeof confirmBody>

export const cancelReasons = [
  'customer_asked',
  'changed_plans',
  'ill',
  'duplicate',
  'unpaid',
  'location_closed',
  'staff_absent',
  'mistake',
  'other',
] as const
export const cancelBody = z
  .strictObject({
    revision: revision.optional(),
    reason: z.enum(cancelReasons),
    note: z
      .string()
      .trim()
      .min(1)
      .max(500)
      .optional()
      .openapi({ description: 'Free words; kept with the booking, not in its events.' }),
  })
  .openapi('CancelBody')
export type CancelBody = z.infer<typeof cancelBody>

export const statuses = [
  'held',
  'offered',
  'awaiting_approval',
  'confirmed',
  'checked_in',
  'fulfilled',
  'no_show',
  'declined',
  'cancelled',
  'expired',
] as const

export const booking = z
  .object({
    id: id('bkg', 'booking'),
    reference: z.string().openapi({ example: 'K7M4QX', description: 'For people; opens nothing by itself.' }),
    status: z.enum(statuses),
    locationId: id('loc', 'location'),
    locationName: localText,
    zone: z.string(),
    serviceId: id('svc', 'service'),
    serviceName: localText,
    slot: z.string(),
    start: instant,
    end: instant,
    units: z.array(z.object({ unit: z.string(), quantity: z.number().int(), price: z.number().int() })),
    places: z.number().int(),
    price: z
      .object({ amount: z.number().int(), currency: z.string() })
      .openapi({ description: 'Minor units.' }),
    holdUntil: instant.nullable(),
    cancelUntil: instant,
    channel: z.enum(channels),
    partnerId: id('ptn', 'partner').nullable(),
    partnerReference: z.string().nullable(),
    // A union: `nullable` would make the named schema itself nullable in the document.
    contact: z.union([contact, z.null()]),
    note: z.string().nullable().openapi({ description: 'Of a cancellation; null to the customer.' }),
    createdAt: instant,
    confirmedAt: instant.nullable(),
    changedAt: instant,
    changedBy: z.string(),
    changeReason: z.string().nullable(),
    revision,
    testMode: z.boolean(),
    token: z.string().optional().openapi({
      description: 'Opens this one booking, as a bearer token or in a link. Given when it is held.',
    }),
  })
  .openapi('Booking')
export type Booking = z.infer<typeof booking>

export const bookingPage = z
  .object({ bookings: z.array(booking), next: cursor.nullable() })
  .openapi('BookingPage')

export const listQuery = z.strictObject({
  locationId: id('loc', 'location').optional(),
  from: date.optional().openapi({ description: 'Local date of the start; UTC where no location is named.' }),
  to: date.optional().openapi({ description: 'Included.' }),
  reference: z.string().max(20).optional(),
  after: cursor.optional(),
  limit: pageSize.default(50),
})

/** `adult:2,child:1` */
const unitsQuery = z
  .string()
  .max(400)
  .regex(
    /^[a-z][a-z0-9_-]{0,29}:\d{1,3}(,[a-z][a-z0-9_-]{0,29}:\d{1,3})*$/,
    'is a list such as adult:2,child:1',
  )
  .optional()
  .openapi({ example: 'adult:2,child:1', description: 'Without it: one of the first unit.' })

export const rangeQuery = z.strictObject({ from: date, to: date, units: unitsQuery })

const slotStatuses = ['available', 'limited', 'sold_out', 'too_soon', 'beyond_horizon'] as const
export const slot = z
  .object({
    slot: z.string(),
    start: instant,
    end: instant,
    status: z.enum(slotStatuses).openapi({
      description:
        '`available` and `limited` (under half is left) can be booked for these units now; the rest say why not.',
    }),
    vacancies: z
      .number()
      .int()
      .openapi({ description: 'Places left; bookings left where a booking takes one whatever the party.' }),
    capacity: z.number().int(),
  })
  .openapi('Slot')
export type SlotView = z.infer<typeof slot>

export const availability = z.object({ zone: z.string(), slots: z.array(slot) }).openapi('Availability')

const calendarDay = z
  .object({
    date,
    status: z.enum([...slotStatuses, 'closed']),
    slots: z.number().int().openapi({ description: 'How many of its slots can be booked.' }),
    vacancies: z.number().int().openapi({ description: 'The most that any one slot has left.' }),
  })
  .openapi('CalendarDay')
export type CalendarDay = z.infer<typeof calendarDay>
export const calendar = z.object({ zone: z.string(), days: z.array(calendarDay) }).openapi('Calendar')

const edge = z.string().min(10).max(40)
export const capacityBody = z
  .strictObject({
    capacity: z.number().int().min(0).max(limits.capacity),
    reason: z.string().max(200).trim().min(3).openapi({ description: 'Why; it stands in the audit.' }),
    from: edge.optional().openapi({
      description:
        'First bucket: a date for a pool by days, else an instant with offset. Without it: from now on, for good.',
    }),
    to: edge.optional().openapi({ description: 'End of the buckets, not included.' }),
  })
  .refine(({ from, to }) => (from === undefined) === (to === undefined), {
    path: ['to'],
    message: 'goes with `from`',
  })
  .openapi('CapacityBody', {
    example: {
      capacity: 110,
      reason: 'The larger boat',
      from: '2026-11-28T13:00:00+00:00',
      to: '2026-11-28T13:01:00+00:00',
    },
  })
export type CapacityBody = z.infer<typeof capacityBody>

export const capacityView = z
  .object({
    poolId: id('pool', 'pool'),
    capacity: z.number().int(),
    from: edge.nullable(),
    to: edge.nullable(),
    revision,
  })
  .openapi('Capacity')
export type CapacityView = z.infer<typeof capacityView>
