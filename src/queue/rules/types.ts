/**
 * The queue of one location as plain rows: what is stored, loaded and compared. Instants are epoch ms, durations
 * end in `Ms`. No personal data: ids alone.
 */

export const statuses = ['waiting', 'called', 'serving', 'paused', 'served', 'left', 'missed'] as const
export type Status = (typeof statuses)[number]

/** A ticket in one of these is still somebody's business; one holder has at most one of them. */
export const liveStatuses = ['waiting', 'called', 'serving', 'paused'] as const satisfies Status[]

export const actorKinds = ['customer', 'staff', 'partner', 'system', 'kiosk'] as const
export type ActorKind = (typeof actorKinds)[number]
/** Who acts. A customer's id is that of the ticket, the booking or the holder that was proven at the door. */
export type Actor = { kind: ActorKind; id: string }

export const channels = ['web', 'kiosk', 'phone', 'front_desk', 'partner', 'api'] as const
export type Channel = (typeof channels)[number]

/** Where somebody is. `unknown`: joined on the spot without saying; may be called, and is not counted as having come. */
export const presences = ['remote', 'on_the_way', 'on_site', 'unknown'] as const
export type Presence = (typeof presences)[number]

/** What decides a wait most. */
export const mainReasons = [
  /** Nobody is ahead. */
  'next',
  'ahead',
  'appointments',
  /** An appointment that is early. */
  'early',
  /** They asked for more time. */
  'deferred',
  /** The desks are on a break. */
  'break',
  /** The place may close before, and whoever waits then is served; or the desks leave. */
  'closing',
  /** No desk that may call is open. */
  'no_desk',
] as const
export type MainReason = (typeof mainReasons)[number]

/** Why a wait is as long as it is. The parts add up to the median; the last may be negative. */
export type QuoteReason = {
  /** Open desks that may call the ticket, and from one call to the next at one of them. */
  desks: number
  paceMs: number
  /** Appointments that are expected to come before, as far as people come. */
  appointments: number
  closesAt: number | null
  main: MainReason
  parts: { servingMs: number; aheadMs: number; appointmentsMs: number; changesMs: number }
}

/** What somebody was told of their wait: when one in ten, half, and nine in ten are called. `p90` is the promise. */
export type Quote = {
  id: string
  madeAt: number
  p10: number
  p50: number
  p90: number
  ahead: number
  reason: QuoteReason
}

/** What became of a quote. `inside` and `kept` are null where nobody knows: of those who left before. */
export type QuoteEnd = Omit<Quote, 'reason'> & {
  /** Whether it is the first promise of its ticket. */
  first: boolean
  outcome: 'called' | 'left' | 'replaced' | 'day_over'
  inside: boolean | null
  kept: boolean | null
}

/** Where a ticket stands: `key` (ms, a virtual arrival) orders the line, `rank` parts equal keys; `from` is since when it waits by right. */
export type Place = { key: number; rank: number; from: number }

export type Ticket = Place & {
  id: string
  visit: string
  /** Six characters for people, unique among live tickets. */
  reference: string
  /** Letter of the service joined and a number of the day; kept through transfers. */
  number: string
  service: string
  /** Only this desk may call it, after a transfer to a desk. */
  onlyDesk: string | null
  channel: Channel
  /** Who joined on somebody's behalf, if a partner did. */
  partner: string | null
  /** Ids of the customer and of the device: each has one live ticket. Never a number or an address. */
  holders: readonly string[]
  booking: string | null
  appointmentAt: number | null
  party: number
  priority: string | null
  reachable: boolean
  /** The first promise; kept through transfers and for ever. */
  quote: Quote | null
  /** Whether the wait that it is about still goes on. */
  quoteOpen: boolean
  /** The promise that took its place once it had passed; `none` where nothing could be promised then. */
  renewed: Quote | 'none' | null
  renewals: number
  status: Status
  /** The desk that called or serves it, or did last. */
  desk: string | null
  /** Of the visit; no transfer, deferral or reinstatement changes it. */
  arrivedAt: number
  /** Order of joining; parts those who arrived in the same ms. */
  arrival: number
  /** 1 for the service joined, one more with each transfer. */
  leg: number
  legAt: number
  presence: Presence
  /** When somebody on the way says to be here. */
  etaAt: number | null
  /** Start of the present stay on site. */
  cameAt: number | null
  /** Until then only called when nobody whose turn can come waits: an appointment that is early. */
  dueAt: number | null
  /** Until then not called by Next at all: a deferral. */
  deferredUntil: number | null
  deferrals: number
  /** The place counts from each return: deferred more often than keeps a place. */
  returnsAnew: boolean
  /** When somebody was first called past a person who was away. */
  turnPassedAt: number | null
  /** How often it had been overtaken when event `countedFrom` happened; what came after is in the passes. */
  overtaken: number
  countedFrom: number
  calls: number
  calledAt: number | null
  lastCallAt: number | null
  graceEndsAt: number | null
  startedAt: number | null
  pausedAt: number | null
  pausedMs: number
  pauseReason: string | null
  /** When the open visit is to be asked about; null while it does not run. */
  askAt: number | null
  /** Asked and not answered: stays out of learning. */
  askedAt: number | null
  missedAt: number | null
  reinstatements: number
  endedAt: number | null
  revision: number
}

export const deskStatuses = ['closed', 'open', 'break'] as const
export type DeskStatus = (typeof deskStatuses)[number]

/** Where staff serve. Closing or a break stops calls; a visit already there is finished. */
export type Desk = {
  id: string
  /** Services it can serve. */
  services: readonly string[]
  status: DeskStatus
  breakEndsAt: number | null
  /** The one visit called to it or served at it. */
  ticket: string | null
  revision: number
}

export type Service = {
  id: string
  letter: string
  /** From a call, or a call again, until the ticket may be declared missed. */
  graceMs: number
  /** A visit open longer asks whether it still goes on. */
  p99Ms: number
  joinsClosed: boolean
  /** Last number given today. */
  lastNumber: number
  revision: number
}

export type Settings = {
  /**
   * An appointment waits by right from its time less `windowMs`, at the place of somebody who arrived `creditMs`
   * before its time; later than `lateMs` after it, it is a walk-in. `creditMs` is at least `windowMs`.
   */
  appointments: { windowMs: number; creditMs: number; lateMs: number }
  /** Credit in ms by priority class. */
  priorities: Record<string, number>
  /** How often a ticket may be overtaken by people who arrived after it. */
  overtakeBudget: number
  /** How long after their turn a place is kept for somebody who is away. */
  keepPlaceMs: number
  /** At most `max` times, at most `maxMs` each; `maxMs` is at most `keepPlaceMs`. */
  deferrals: { max: number; maxMs: number }
  reinstate: { to: 'front' | 'after' | 'end'; places: number; windowMs: number; max: number }
  callAgain: { intervalMs: number; max: number }
  /** Somebody on the way may be called this long before the ETA, if nobody who is here waits. */
  callAheadMs: number
  undoMs: number
}

/** The location's own row. */
export type QueueRow = {
  /** Of the last event; events are numbered from 1 without gaps. */
  seq: number
  /** Time of the last event; events never run backwards. */
  at: number
  /** Local date of the numbers in use. */
  date: string
  joinsClosed: boolean
  /** Whether it was the end of the opening hours that closed joins. */
  closedByHours?: boolean
  settings: Settings
  /** The last of the days that were noted elsewhere. */
  importedTo?: string
}

/** A visit that was over before the queue was kept here. */
export type PastVisit = {
  visit: string
  service: string
  /** Where they were called; null for who left before. */
  desk: string | null
  joinedBy: Channel
  joinedAt: number
  calledAt: number | null
  /** Null for who did not come when called. */
  startedAt: number | null
  endedAt: number
}

/** A call that went past somebody: at a later place than one who was away, or of a later arrival than one who was here. */
export type Pass = Place & {
  seq: number
  /** First event of the command, by which an undo finds it. */
  command: number
  at: number
  arrival: number
  /** The lines in the reach of the desk in which somebody was passed. */
  lines: string[]
  /** False if somebody protected was passed on purpose and for a reason: on record, and on nobody's budget. */
  counted: boolean
}

/** The rows as they were before a command that can be undone; gone as soon as anything touches one of them again. */
export type UndoRow = {
  /** Its first event. */
  command: number
  verb: string
  at: number
  tickets: Ticket[]
  desks: Desk[]
}

export type Rows = {
  queue: QueueRow
  services: Service[]
  desks: Desk[]
  tickets: Ticket[]
  passes: Pass[]
  undos: UndoRow[]
}
