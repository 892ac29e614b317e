import type { LocalText } from '../platform/wire.ts'
import type { Place } from './opening.ts'
import type { Settings } from './rules/index.ts'

/** How the queue of a location is set up, as its object keeps it. Durations are ms. */
export type Setup = Place & {
  /** Moves with that of the queue's set-up and with that of the location. */
  revision: number
  testMode: boolean
  services: {
    id: string
    letter: string
    name: LocalText
    nominalMs: number
    graceMs: number
    p99Ms: number
    bookable: string[]
  }[]
  desks: { id: string; name: string; services: string[] }[]
  settings: Settings
}
