import type { Actor, Channel, MainReason, PastVisit, Presence, Quote, Settings } from './types.ts'

/** What every command says of itself. */
export type Sender = {
  actor: Actor
  channel: Channel
  /** Refused as stale when the ticket, or the desk of a command that names no ticket, has moved on. */
  expectedRevision?: number | undefined
  reason?: string | undefined
}

export type Join = {
  verb: 'join'
  /** Ids and reference are drawn by the caller; a reference in use is refused, and the caller draws again. */
  ticket: string
  visit: string
  reference: string
  service: string
  party: number
  holders: readonly string[]
  /** Default: here at a kiosk or the front desk, remote elsewhere. */
  presence?: Presence | undefined
  etaAt?: number | undefined
  /** A check-in: one ticket per booking. */
  booking?: { id: string; at: number } | undefined
  /** Class of the settings; staff and system give it, with a reason. */
  priority?: string | undefined
  reachable: boolean
  /** The quote made for this join, or why there is none. */
  quote?: Quote | undefined
  unquoted?: MainReason | undefined
}

/** Where to put a ticket in its line. */
export type Target = { to: 'front' } | { to: 'end' } | { to: 'after'; ticket: string }

export type TicketCommand =
  | { verb: 'leave'; ticket: string }
  | { verb: 'call_given'; ticket: string; desk: string }
  | { verb: 'call_again'; ticket: string }
  | { verb: 'start'; ticket: string }
  /** `endedAt`: when it really ended, if not now. */
  | { verb: 'finish'; ticket: string; endedAt?: number | undefined }
  | { verb: 'pause'; ticket: string }
  | { verb: 'resume'; ticket: string; desk: string }
  /** To a service, to one desk of the present service, or to one desk of another service. */
  | { verb: 'transfer'; ticket: string; service?: string | undefined; desk?: string | undefined }
  | { verb: 'missed'; ticket: string }
  | { verb: 'reinstate'; ticket: string }
  | { verb: 'defer'; ticket: string; byMs: number }
  | { verb: 'reorder'; ticket: string; target: Target }
  | { verb: 'presence'; ticket: string; presence: Presence; etaAt?: number | undefined }
  | { verb: 'reachability'; ticket: string; reachable: boolean }
  /** An open visit is past its P99. */
  | { verb: 'ask'; ticket: string }
  | { verb: 'still_going'; ticket: string }
  /** A promise has passed, or can be made only now: the new one, or why there is none. */
  | { verb: 'requote'; ticket: string; quote: Quote | null; unquoted?: MainReason | undefined }

export type DeskCommand =
  /** Finishes the visit at the desk and calls the next one; starts the one that was called. */
  | { verb: 'next'; desk: string }
  | { verb: 'call_next'; desk: string }
  | { verb: 'open_desk'; desk: string }
  | { verb: 'close_desk'; desk: string }
  | { verb: 'break_desk'; desk: string; endsAt: number }

export type DayCommand =
  /** Of one service, or of the location; of the location the system says so when its hours end and begin. */
  | { verb: 'close_joins'; service?: string | undefined }
  | { verb: 'open_joins'; service?: string | undefined }
  /** A new local date: numbers start at 1 and what is over is let go. */
  | { verb: 'start_day'; date: string }
  /** A day that was over before the queue was kept here: as it was noted elsewhere. */
  | { verb: 'import_day'; date: string; visits: readonly PastVisit[] }
  /** Puts what is configured: services and desks are added or changed, none is taken away. */
  | {
      verb: 'configure'
      services: readonly { id: string; letter: string; graceMs: number; p99Ms: number }[]
      desks: readonly { id: string; services: readonly string[] }[]
      settings?: Settings | undefined
    }

/** Takes back the last command that changed the desk or the ticket. */
export type Undo = { verb: 'undo'; desk: string } | { verb: 'undo'; ticket: string }

export type Command = Sender & (Join | TicketCommand | DeskCommand | DayCommand | Undo)
export type Verb = Command['verb']
export type CommandOf<V extends Verb> = Extract<Command, { verb: V }>
