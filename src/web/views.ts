/** What pages are given: plain data. Instants are epoch ms, dates `YYYY-MM-DD`, names already in the reader's language. */
import type { Money } from '../kernel/format.ts'
import type { Language } from './languages.ts'
import type { Reader } from './reader.ts'

/** A form that is posted: where to, and what goes along unseen (idempotency key, chosen slot). */
export type Form = { action: string; hidden: Record<string, string> }

/** One field that needs another look; `field` is the name of its input. */
export type Fault = { field: string; text: string }

/** What surrounds every page. */
export type Frame = {
  reader: Reader
  organisation: string
  homeHref: string
  /** This page in each language; null where it cannot be opened again, as it answers a form. */
  languageHrefs: Record<Language, string> | null
  /** Set when a member of staff is signed in. */
  staff: { label: string; dayHref: string; signOut: Form } | null
}

export type Place = {
  name: string
  address: string | null
  zone: string
  /** The visitor's own zone as far as it is known: the page names the location's zone unless both clocks agree. */
  visitorZone: string | null
}

export type ServiceKind = 'slots' | 'departures' | 'opening_hours' | 'nights'

export type Service = {
  name: string
  kind: ServiceKind
  description: string | null
  minutes: number | null
  /** What to bring or to know before coming. */
  bring: string | null
}

/** When a booking is: `opening_hours` means any time between, `nights` from arrival to departure. */
export type When = { kind: ServiceKind; startsAt: number; endsAt: number }

/** A kind of ticket and how many of it are asked for. */
export type UnitChoice = {
  field: string
  name: string
  /** Places that one of it takes, such as four for a family. */
  takes: number
  price: Money | null
  /** How many; what was typed, where that is no number. */
  value: number | string
}

export type DayState = 'open' | 'few' | 'sold_out' | 'closed' | 'past'

/** A day in the strip or the calendar; without `href` it cannot be chosen. */
export type Day = { date: string; state: DayState; href: string | null; selected: boolean; today: boolean }

export type ClosedReason = 'past' | 'too_late' | 'too_early' | 'closed' | 'unavailable'

export type SlotState =
  | { is: 'open'; left: number | null }
  | { is: 'too_few'; left: number }
  | { is: 'sold_out' }
  | { is: 'closed'; why: ClosedReason }

export type Slot = { value: string; startsAt: number; endsAt: number; state: SlotState }

export type PriceLine = { name: string; count: number; each: Money; sum: Money }
export type Price = { lines: PriceLine[]; total: Money }

export type BookingStatus =
  | 'held'
  | 'offered'
  | 'awaiting_approval'
  | 'confirmed'
  | 'checked_in'
  | 'fulfilled'
  | 'no_show'
  | 'declined'
  | 'cancelled'
  | 'expired'

export type Party = { name: string; count: number }[]

export type Booking = {
  reference: string
  status: BookingStatus
  service: string
  place: Place
  when: When
  party: Party
  price: Price | null
}
