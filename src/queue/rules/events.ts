import type { Verb } from './commands.ts'
import type {
  Actor,
  Channel,
  Desk,
  MainReason,
  PastVisit,
  Place,
  Presence,
  Quote,
  QuoteEnd,
  Settings,
  Status,
  Ticket,
} from './types.ts'

/** What an event says that ends a wait. */
type WaitEnd = {
  service: string
  /** Its place in the line. */
  key: number
  /** In this leg. */
  waitedMs: number
  /** False for a wait that says nothing of people's patience. */
  learn: boolean
  ends: QuoteEnd[]
}

/** What happened, complete enough to be applied again and to be projected. Ids, never personal data. */
export type EventBody =
  | {
      type: 'joined'
      ticket: string
      visit: string
      reference: string
      number: string
      service: string
      partner: string | null
      holders: readonly string[]
      booking: string | null
      appointmentAt: number | null
      party: number
      priority: string | null
      reachable: boolean
      quote: Quote | null
      /** Why there is no quote. */
      unquoted: MainReason | null
      presence: Presence
      etaAt: number | null
      dueAt: number | null
      place: Place
    }
  | ({ type: 'left'; ticket: string; was: Status; desk: string | null } & WaitEnd)
  | (WaitEnd & {
      type: 'called'
      ticket: string
      desk: string
      how: 'next' | 'given'
      /** How long it could have been called. */
      callableMs: number
      graceEndsAt: number
      /** The lines of the desk's reach in which it went past somebody. */
      passed: string[]
      /** False: somebody protected was passed for the event's reason, and no budget was used. */
      counted: boolean
    })
  | { type: 'called_again'; ticket: string; desk: string; calls: number; graceEndsAt: number }
  | { type: 'started'; ticket: string; desk: string; wayMs: number; askAt: number }
  | {
      type: 'finished'
      ticket: string
      service: string
      desk: string
      startedAt: number
      endedAt: number
      servedMs: number
      pausedMs: number
      /** False: nobody knows when it really ended. */
      learn: boolean
    }
  | { type: 'paused'; ticket: string; desk: string }
  | { type: 'resumed'; ticket: string; desk: string; pausedMs: number; askAt: number }
  | {
      type: 'transferred'
      ticket: string
      /** The leg that is closed by it. */
      leg: number
      was: Status
      fromService: string
      fromDesk: string | null
      startedAt: number | null
      servedMs: number
      pausedMs: number
      learn: boolean
      service: string
      desk: string | null
    }
  | {
      type: 'requoted'
      ticket: string
      service: string
      /** By which channel they had joined. */
      joinedBy: Channel
      quote: Quote | null
      unquoted: MainReason | null
      /** 0: the first promise of this ticket. */
      renewal: number
      ends: QuoteEnd[]
    }
  | { type: 'missed'; ticket: string; desk: string; calls: number }
  | { type: 'reinstated'; ticket: string; place: Place }
  | {
      type: 'deferred'
      ticket: string
      until: number
      was: Status
      desk: string | null
      turnPassedAt: number | null
      returnsAnew: boolean
      place: Place
    }
  | { type: 'reordered'; ticket: string; place: Place }
  | {
      type: 'presence_changed'
      ticket: string
      presence: Presence
      etaAt: number | null
      cameAt: number | null
      deferredUntil: number | null
      turnPassedAt: number | null
      place: Place
    }
  | { type: 'reachability_changed'; ticket: string; reachable: boolean }
  | { type: 'asked'; ticket: string; desk: string; openMs: number }
  | { type: 'answered'; ticket: string; desk: string; askAt: number }
  | { type: 'desk_opened'; desk: string }
  | { type: 'desk_closed'; desk: string }
  | { type: 'desk_break'; desk: string; endsAt: number }
  | { type: 'joins_closed'; service: string | null }
  | { type: 'joins_opened'; service: string | null }
  | { type: 'day_started'; date: string; ends: QuoteEnd[] }
  | ({ type: 'visit_imported' } & PastVisit)
  | { type: 'day_imported'; date: string; visits: number }
  | { type: 'service_configured'; service: string; letter: string; graceMs: number; p99Ms: number }
  | { type: 'desk_configured'; desk: string; services: readonly string[] }
  | { type: 'settings_configured'; settings: Settings }
  /** The rows as they are from now on. */
  | {
      type: 'undone'
      command: number
      undone: Verb
      tickets: Ticket[]
      desks: Desk[]
      /** Quotes whose wait goes on after all, and those that it makes void. */
      reopens: string[]
      ends: QuoteEnd[]
    }

export type EventType = EventBody['type']

export type QueueEvent = EventBody & {
  /** Without gaps within the location. */
  seq: number
  at: number
  actor: Actor
  channel: Channel
  /** The command and the `seq` of its first event. */
  verb: Verb
  first: number
  reason: string | null
}

export type EventOf<T extends EventType> = Extract<QueueEvent, { type: T }>
