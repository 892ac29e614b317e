import type { Catalogue } from '../../src/booking/catalogue.ts'
import type { Hours } from '../../src/location/hours.ts'
import type { Pool, Service } from '../../src/location/index.ts'
import { everyDay, open, weeklyOnly } from './opening.ts'

/** Catalogues for tests of the planner, each field as plain as it gets unless a test says otherwise. */

export const officeHours = weeklyOnly(everyDay([open('09:00', '17:00')]))
export const alwaysOpen = weeklyOnly(everyDay([open('00:00', '24:00')]))

export const pool = (id: string, more: Partial<Pool> = {}): Pool => ({
  id,
  locationId: 'loc',
  name: id,
  bucketMinutes: 15,
  capacity: 1,
  hours: null,
  revision: 1,
  archived: false,
  ...more,
})

const unit = (id: string, places: number, price: number) => ({
  id,
  name: { en: id },
  places,
  price,
  min: 0,
  max: 500,
})

type OfKind<Kind extends Service['kind']> = Service & { kind: Kind }
const common = {
  id: 'svc',
  locationId: 'loc',
  revision: 1,
  archived: false,
  name: { en: 'Service' },
  units: [unit('adult', 1, 1800), unit('family', 4, 4500)],
  needs: [{ of: ['a'], take: 'places' as const }],
  leadTimeMinutes: 0,
  cancelCutOffMinutes: 0,
  horizonDays: 90,
  holdMinutes: 10,
  maxHoldMinutes: 30,
}
const buffers = { bufferBeforeMinutes: 0, bufferAfterMinutes: 0 }

export const slotService = (more: Partial<OfKind<'slots'>> = {}): OfKind<'slots'> => ({
  ...common,
  ...buffers,
  kind: 'slots',
  durationMinutes: 60,
  startEveryMinutes: 60,
  ...more,
})
export const departureService = (more: Partial<OfKind<'departures'>> = {}): OfKind<'departures'> => ({
  ...common,
  ...buffers,
  kind: 'departures',
  durationMinutes: 60,
  departures: [{ time: '11:00', days: [1, 2, 3, 4, 5, 6, 7] }],
  ...more,
})
export const ticketService = (more: Partial<OfKind<'opening_hours'>> = {}): OfKind<'opening_hours'> => ({
  ...common,
  kind: 'opening_hours',
  lastEntryMinutes: 0,
  ...more,
})
export const nightService = (more: Partial<OfKind<'nights'>> = {}): OfKind<'nights'> => ({
  ...common,
  kind: 'nights',
  checkIn: '15:00',
  checkOut: '11:00',
  maxNights: 30,
  ...more,
})

export const catalogue = (
  service: Service,
  { zone = 'Europe/London', hours = officeHours as Hours, pools = [pool('a')] } = {},
): Catalogue => ({
  organisation: null,
  location: {
    id: 'loc',
    name: { en: 'Location' },
    zone,
    currency: 'GBP',
    country: 'GB',
    address: null,
    hours,
    testMode: false,
    simulatedNow: null,
    revision: 1,
    archived: false,
  },
  service,
  pools: new Map(pools.map((one) => [one.id, one])),
})
