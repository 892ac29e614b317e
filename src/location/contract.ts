import { z } from '@hono/zod-openapi'
import { limits } from '../config.ts'
import { cursor, date, id, instant, line, localText, longText, revision, wallTime } from '../platform/wire.ts'

const interval = z.strictObject({ from: wallTime, to: wallTime })
const intervals = z.array(interval).max(limits.intervalsPerDay)

const week = z.strictObject({
  mon: intervals,
  tue: intervals,
  wed: intervals,
  thu: intervals,
  fri: intervals,
  sat: intervals,
  sun: intervals,
})
export const weekly = week.openapi('Weekly', {
  example: {
    mon: [],
    tue: [{ from: '10:00', to: '17:30' }],
    wed: [{ from: '10:00', to: '17:30' }],
    thu: [{ from: '10:00', to: '17:30' }],
    fri: [{ from: '10:00', to: '17:30' }],
    sat: [{ from: '10:00', to: '17:30' }],
    sun: [{ from: '10:00', to: '17:30' }],
  },
})

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

const lastRead = revision.openapi({ description: 'As last read; refused as stale if it has moved on.' })
const changesSomething = (change: object) => Object.keys(change).length > 1

export const organisationBody = z
  .strictObject({ name: localText, revision: lastRead.optional() })
  .openapi('OrganisationBody')
export type OrganisationBody = z.infer<typeof organisationBody>
export const organisation = z.object({ name: localText, revision }).openapi('Organisation')
export type Organisation = z.infer<typeof organisation>

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
  address: line(300).nullable().default(null),
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
    revision: lastRead,
    name: localText.optional(),
    address: locationFields.address.unwrap().optional(),
    hours: hours.optional(),
    archived: z.literal(true).optional(),
  })
  .refine(changesSomething, 'names something to change')
  .openapi('LocationChange', { example: { revision: 3, address: '12 Wharf Lane, London' } })
export type LocationChange = z.infer<typeof locationChange>

export const exceptionBody = exception.omit({ date: true }).openapi('ExceptionBody', {
  example: { intervals: [{ from: '12:00', to: '17:30' }], reason: 'The boat is being painted' },
})
export type ExceptionBody = z.infer<typeof exceptionBody>

export const location = z
  .object({
    id: id('loc', 'location'),
    ...locationFields,
    testMode: z.boolean(),
    simulatedNow: instant.nullable(),
    revision,
    archived: z.boolean(),
  })
  .openapi('Location')
export type LocationView = z.infer<typeof location>
export const locationPage = z
  .object({ locations: z.array(location), next: cursor.nullable() })
  .openapi('LocationPage')

const poolFields = {
  name: line(100),
  bucket: z.enum(['5min', '15min', 'departure', 'day']).openapi({
    description: 'The grain in which capacity is counted: minutes, one departure, one local day or night.',
  }),
  capacity: z.number().int().min(0).max(limits.capacity),
  // Unnamed: a named schema that may also be null is written down as one that never is.
  hours: week.nullable().default(null).openapi({
    description: 'Own weekly hours of a person or room; null: whenever the location is open.',
  }),
}

export const poolBody = z.strictObject(poolFields).openapi('PoolBody', {
  example: { name: 'Tour places', bucket: 'departure', capacity: 100 },
})
export type PoolBody = z.infer<typeof poolBody>
export const poolChange = z
  .strictObject({
    revision: lastRead,
    name: poolFields.name.optional(),
    hours: week.nullable().optional(),
    archived: z.literal(true).optional(),
  })
  .refine(changesSomething, 'names something to change')
  .openapi('PoolChange', { example: { revision: 3, name: 'Places of the boat tour' } })
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
export type PoolView = z.infer<typeof pool>
export const poolPage = z.object({ pools: z.array(pool), next: cursor.nullable() }).openapi('PoolPage')

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
      .max(limits.candidates)
      .openapi({ description: 'Any one of these pools; at least one.' }),
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

const departures = z
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
  .max(limits.departures)

/** What each kind of service has beside what all have. */
const kinds = {
  slots: {
    kind: z.literal('slots'),
    durationMinutes: duration,
    startEveryMinutes: duration,
    bufferBeforeMinutes: buffer,
    bufferAfterMinutes: buffer,
  },
  departures: {
    kind: z.literal('departures'),
    durationMinutes: duration,
    bufferBeforeMinutes: buffer,
    bufferAfterMinutes: buffer,
    departures,
  },
  opening_hours: {
    kind: z.literal('opening_hours'),
    lastEntryMinutes: minutes(day)
      .default(0)
      .openapi({ description: 'Last entry before closing; tickets are sold until then.' }),
  },
  nights: {
    kind: z.literal('nights'),
    checkIn: wallTime,
    checkOut: wallTime,
    maxNights: z.number().int().min(1).max(limits.nights),
  },
}

export const serviceBody = z
  .discriminatedUnion('kind', [
    z.strictObject({ ...common, ...kinds.slots }),
    z.strictObject({ ...common, ...kinds.departures }),
    z.strictObject({ ...common, ...kinds.opening_hours }),
    z.strictObject({ ...common, ...kinds.nights }),
  ])
  .openapi('ServiceBody', {
    example: {
      kind: 'departures',
      name: { en: 'Boat tour', nl: 'Rondvaart', ar: 'جولة بالقارب' },
      units: [{ id: 'adult', name: { en: 'Adult', nl: 'Volwassene', ar: 'بالغ' }, places: 1, price: 1800 }],
      needs: [{ of: ['pool_01kaqm3x7h4d8nq0v5wz2r9c6t'], take: 'places' }],
      durationMinutes: 75,
      departures: [{ time: '11:00', days: [6, 7] }],
    },
  })
export type ServiceBody = z.infer<typeof serviceBody>

export const serviceChange = z
  .strictObject({
    revision: lastRead,
    service: serviceBody.optional().openapi({ description: 'The whole of it anew; its kind stays.' }),
    archived: z.literal(true).optional(),
  })
  .refine(changesSomething, 'names something to change')
  .openapi('ServiceChange', { example: { revision: 3, archived: true } })
export type ServiceChange = z.infer<typeof serviceChange>

const served = {
  id: id('svc', 'service'),
  locationId: id('loc', 'location'),
  revision,
  archived: z.boolean(),
  ...common,
  needs: common.needs.optional().openapi({ description: 'Told to staff only.' }),
}
export const service = z
  .discriminatedUnion('kind', [
    z.object({ ...served, ...kinds.slots }),
    z.object({ ...served, ...kinds.departures }),
    z.object({ ...served, ...kinds.opening_hours }),
    z.object({ ...served, ...kinds.nights }),
  ])
  .openapi('Service')
export type ServiceView = z.infer<typeof service>
export const servicePage = z
  .object({ services: z.array(service), next: cursor.nullable() })
  .openapi('ServicePage')
