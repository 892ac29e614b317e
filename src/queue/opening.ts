import { DAY_MS } from '../kernel/time.ts'
import { type Hours, type Opening, openingAt } from '../location/index.ts'

/** `hours` is null where the location has none, and missing in an object that was set up before it knew of them. */
export type Place = { zone: string; hours?: Hours | null }

/** The last answer for a place: many ask between two changes. */
const last = new WeakMap<Place, Opening & { from: number; until: number }>()

/** Whether a place is open at an instant, and when that changes (epoch ms). One without hours never closes by itself. */
export function openAt(place: Place, at: number): Opening {
  if (!place.hours) return { open: true, changesAt: null }
  const known = last.get(place)
  if (known && known.from <= at && at < known.until) return known
  const found = openingAt(place.hours, place.zone, at)
  last.set(place, { ...found, from: at, until: found.changesAt ?? at + DAY_MS })
  return found
}

/** When a place that is open closes, if it does within a day. */
export function closingAfter(place: Place, at: number): number | null {
  const { open, changesAt } = openAt(place, at)
  return open && changesAt !== null && changesAt < at + DAY_MS ? changesAt : null
}
