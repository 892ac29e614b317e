import { z } from '@hono/zod-openapi'
import { limits } from '../config.ts'
import { date, id, instant, localText, longText, revision, wallTime } from '../platform/wire.ts'

const interval = z.strictObject({ from: wallTime, to: wallTime })
const intervals = z.array(interval).max(limits.intervalsPerDay)

export const weekly = z
  .strictObject({
    mon: intervals,
    tue: intervals,
    wed: intervals,
    thu: intervals,
    fri: intervals,
    sat: intervals,
    sun: intervals,
  })
  .openapi('Weekly')

const season = z.strictObject({
  name: z.string().max(100).optional(),
  from: date,
  to: date,
  weekly,
})

export const exception = z
  .strictObject({
    date,
    intervals: intervals.openapi({ description: 'Empty: closed all day.' }),
    reason: z.string().max(200).optional(),
    fold: z
      .enum(['earlier', 'later'])
      .optional()
      .openapi({ description: 'Which of the two, where a wall time exists twice on that date.' }),
  })
  .openapi('Exception')

export const hours = z
  .strictObject({
    weekly,
    seasons: z.array(season).max(limits.seasons).default([]),
    exceptions: z.array(exception).max(limits.exceptions).default([]),
  })
  .openapi('Hours')

export const organisationBody = z.strictObject({ name: localText }).openapi('OrganisationBody')
export const organisation = z.object({ name: localText, revision }).openapi('Organisation')

const locationFields = {
  name: localText,
  zone: z.string().min(1).max(60).openapi({ example: 'Europe/London', description: 'IANA time zone.' }),
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/, 'is an ISO 4217 code')
    .openapi({ example: 'GBP' }),
  country: z
    .string()
    .regex(/^[A-Z]{2}$/, 'is an ISO 3166 code')
    .openapi({
      example: 'GB',
      description: 'Decides digits, week start and formats of dates.',
    }),
  address: z.string().max(300).nullable().default(null),
  hours,
}

export const locationBody = z
  .strictObject({
    ...locationFields,
    simulatedNow: instant.optional().openapi({
      description: 'Makes this a test-mode location whose clock starts here. It stays one.',
    }),
  })
  .openapi('LocationBody')
export type LocationBody = z.infer<typeof locationBody>

export const locationChange = z
  .strictObject({
    revision: revision.openapi({ description: 'As last read; refused as stale if it has moved on.' }),
    name: localText.optional(),
    address: z.string().max(300).nullable().optional(),
    hours: hours.optional(),
  })
  .openapi('LocationChange')
export type LocationChange = z.infer<typeof locationChange>

export const exceptionBody = exception.omit({ date: true }).openapi('ExceptionBody')

export const location = z
  .object({
    id: id('loc', 'location'),
    ...locationFields,
    testMode: z.boolean(),
    simulatedNow: instant.nullable(),
    revision,
  })
  .openapi('Location')

const poolFields = {
  name: z.string().trim().min(1).max(100),
  bucket: z.enum(['5min', '15min', 'departure', 'day']).openapi({
    description: 'The grain in which capacity is counted: minutes, one departure, one local day or night.',
  }),
  capacity: z.number().int().min(0).max(limits.capacity),
  hours: weekly.nullable().default(null).openapi({
    description: 'Own weekly hours of a person or room; null: whenever the location is open.',
  }),
}

export const poolBody = z.strictObject(poolFields).openapi('PoolBody')
export type PoolBody = z.infer<typeof poolBody>
export const poolChange = z
  .strictObject({
    revision,
    name: poolFields.name.optional(),
    capacity: poolFields.capacity.optional(),
    hours: weekly.nullable().optional(),
    archived: z.literal(true).optional(),
  })
  .openapi('PoolChange')
export type PoolChange = z.infer<typeof poolChange>
export const pool = z
  .object({
    id: id('pool', 'pool'),
    locationId: id('loc', 'location'),
    ...poolFields,
    revision,
    archived: z.boolean(),
  })
  .openapi('Pool')

const minutes = (max: number) => z.number().int().min(0).max(max)
const day = 1440

export const unit = z
  .strictObject({
    id: z.string().regex(/^[a-z][a-z0-9_-]{0,29}$/, 'is lower-case letters, digits, - and _, 30 at most'),
    name: localText,
    places: z
      .number()
      .int()
      .min(0)
      .max(100)
      .openapi({ description: 'Places one of this unit takes: a family takes four.' }),
    price: z
      .number()
      .int()
      .min(0)
      .max(limits.amount)
      .openapi({ description: "Minor units of the location's currency." }),
    min: z.number().int().min(0).max(limits.quantity).default(0),
    max: z.number().int().min(1).max(limits.quantity).default(limits.quantity),
  })
  .openapi('Unit')

export const need = z
  .strictObject({
    of: z
      .array(id('pool', 'pool'))
      .min(1)
      .max(limits.candidates)
      .openapi({ description: 'Any one of these pools.' }),
    take: z.enum(['places', 'one']).openapi({
      description:
        '`places`: as many units as the party has places. `one`: a single unit, whatever the party.',
    }),
  })
  .openapi('Need')

const common = {
  name: localText,
  description: longText.optional(),
  bring: longText.optional().openapi({ description: 'What to bring or to know before coming.' }),
  units: z.array(unit).min(1).max(limits.unitsPerService),
  needs: z.array(need).min(1).max(limits.needs).openapi({ description: 'All of these at once.' }),
  leadTimeMinutes: minutes(90 * day)
    .default(0)
    .openapi({ description: 'Shortest notice at which it can be booked.' }),
  cancelCutOffMinutes: minutes(90 * day)
    .default(0)
    .openapi({ description: 'A customer or partner cancels until this long before the start.' }),
  horizonDays: z.number().int().min(1).max(limits.horizonDays).default(90),
  holdMinutes: z.number().int().min(1).max(limits.holdMinutes).default(10),
  maxHoldMinutes: z.number().int().min(1).max(limits.holdMinutes).default(60),
}
const duration = z.number().int().min(5).max(day)
const buffer = minutes(480).default(0)

export const serviceBody = z
  .discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('slots'),
      ...common,
      durationMinutes: duration,
      startEveryMinutes: duration,
      bufferBeforeMinutes: buffer,
      bufferAfterMinutes: buffer,
    }),
    z.strictObject({
      kind: z.literal('departures'),
      ...common,
      durationMinutes: duration,
      bufferBeforeMinutes: buffer,
      bufferAfterMinutes: buffer,
      departures: z
        .array(
          z.strictObject({
            time: wallTime,
            days: z
              .array(z.number().int().min(1).max(7))
              .min(1)
              .max(7)
              .openapi({ description: 'ISO weekdays, 1 = Monday.' }),
          }),
        )
        .min(1)
        .max(limits.departures),
    }),
    z.strictObject({
      kind: z.literal('opening_hours'),
      ...common,
      lastEntryMinutes: minutes(day)
        .default(0)
        .openapi({ description: 'Last entry before closing; tickets are sold until then.' }),
    }),
    z.strictObject({
      kind: z.literal('nights'),
      ...common,
      checkIn: wallTime,
      checkOut: wallTime,
      maxNights: z.number().int().min(1).max(limits.nights),
    }),
  ])
  .openapi('ServiceBody')
export type ServiceBody = z.infer<typeof serviceBody>

export const serviceChange = z
  .strictObject({ revision, service: serviceBody.optional(), archived: z.literal(true).optional() })
  .openapi('ServiceChange')
export type ServiceChange = z.infer<typeof serviceChange>

export const service = serviceBody
  .and(
    z.object({
      id: id('svc', 'service'),
      locationId: id('loc', 'location'),
      revision,
      archived: z.boolean(),
    }),
  )
  .openapi('Service')
