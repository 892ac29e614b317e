/**
 * The queue as it stands, as far as it decides who is called when. Times in epoch milliseconds. The lower a place,
 * the sooner a call: credit, priority and appointments are all expressed as a place.
 */
export type Situation = {
  tickets: WaitingTicket[]
  desks: DeskNow[]
  /** Booked for today and not here yet. */
  appointments: DueAppointment[]
  /** Those who may still come and take a place: at their arrival plus the offset. */
  groups: { id: string; offsetMs: number }[]
  /** When nobody can join any more; whoever waits then is still served. Null if that is not in sight. */
  closesAt?: number | null
  /** Local minute of the day, for the rates of arrivals. */
  dayMinute: number
}

export type WaitingTicket = {
  service: string
  joinedAt: number
  place: number
  /** Until then called only when nobody else waits: an appointment that is early. */
  dueAt: number | null
  /** The one desk that may call it; null for any that serves the service. */
  desk: string | null
  /**
   * How many it stands for, one after another; 1 if it does not say. None: it asks what it would be told and takes
   * nobody's time.
   */
  people?: number
}

export type DueAppointment = { service: string; at: number; place: number }

export type DeskNow = {
  id: string
  services: string[]
  status: 'closed' | 'away' | 'free' | 'called' | 'serving'
  /** When that status began. */
  since: number
  /** Service of the visit that is called or served. */
  service: string | null
  /** Of the day, in order; none if nobody planned: then an open desk stays and a closed one stays closed. */
  shifts: Shift[]
}

/** `drains`: works on after the end until nobody waits. Without, a visit that was begun is finished. */
export type Shift = { from: number; to: number; drains: boolean }
