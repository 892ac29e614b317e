import type { LocalText } from '../platform/wire.ts'
import type { ServiceBody } from './contract.ts'
import type { Hours, Weekly } from './hours.ts'
import type { LocationRow, PoolRow, ServiceRow } from './tables.ts'

/** Configuration as the rules read it: rows with their JSON opened. It was checked when it was written. */

export type Location = {
  id: string
  name: LocalText
  zone: string
  currency: string
  country: string
  address: string | null
  hours: Hours
  testMode: boolean
  /** Epoch ms; the clock of a test-mode location. */
  simulatedNow: number | null
  revision: number
  archived: boolean
}

export type Pool = {
  id: string
  locationId: string
  name: string
  /** 1 stands for a departure's one bucket, 1440 for a local day. */
  bucketMinutes: number
  capacity: number
  hours: Weekly | null
  revision: number
  archived: boolean
}

export type Service = ServiceBody & { id: string; locationId: string; revision: number; archived: boolean }

export const locationOf = (row: LocationRow): Location => ({
  id: row.id,
  name: JSON.parse(row.name) as LocalText,
  zone: row.zone,
  currency: row.currency,
  country: row.country,
  address: row.address,
  hours: JSON.parse(row.hours) as Hours,
  testMode: row.test_mode === 1,
  simulatedNow: row.simulated_now,
  revision: row.revision,
  archived: row.archived_at !== null,
})

export const poolOf = (row: PoolRow): Pool => ({
  id: row.id,
  locationId: row.location_id,
  name: row.name,
  bucketMinutes: row.bucket_minutes,
  capacity: row.capacity,
  hours: row.hours === null ? null : (JSON.parse(row.hours) as Weekly),
  revision: row.revision,
  archived: row.archived_at !== null,
})

export const serviceOf = (row: ServiceRow): Service => ({
  ...(JSON.parse(row.rules) as ServiceBody),
  id: row.id,
  locationId: row.location_id,
  revision: row.revision,
  archived: row.archived_at !== null,
})
