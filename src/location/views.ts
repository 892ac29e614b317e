import { formatInstant } from '../kernel/time.ts'
import type { Location, Pool, Service } from './catalogue.ts'
import type { LocationView, PoolView, ServiceView } from './contract.ts'

/** Configuration as the wire has it. */

export const locationView = (location: Location): LocationView => ({
  ...location,
  simulatedNow: location.simulatedNow === null ? null : formatInstant(location.simulatedNow, location.zone),
})

/** Minutes of a bucket as stored, by the name that the wire has for it. */
export const bucketMinutes = { '5min': 5, '15min': 15, departure: 1, day: 1440 } as const

const bucketNames = new Map(
  Object.entries(bucketMinutes).map(([name, minutes]) => [minutes as number, name as PoolView['bucket']]),
)

export const poolView = ({ bucketMinutes: minutes, ...pool }: Pool): PoolView => ({
  ...pool,
  bucket: bucketNames.get(minutes) ?? '15min',
})

/** A service as everybody sees it, or with its needs as staff do. */
export function serviceView(service: Service, forStaff: boolean): ServiceView {
  const { needs, ...view } = service
  return forStaff ? { ...view, needs } : view
}
