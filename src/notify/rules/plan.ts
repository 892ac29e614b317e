import { type Kind, news, waitsForMorning } from './kinds.ts'
import { afterQuiet, reminderAt, type Settings } from './settings.ts'

/** From what happened to what is to be told of it. */

export type Happened = {
  seq: number
  at: number
  type: string
  location: string | null
  subject: string
  revision: number
  data: Record<string, unknown>
}

/** What the subject of an event is about, as it is now; nothing of it is personal. */
export type About = {
  zone: string
  settings: Settings
  /** A booking's start, end and service. */
  booking?: { status: string; startsAt: number; endsAt: number }
  /** What was promised first for a work order, epoch ms. */
  work?: { firstPromisedAt: number }
  /** A ticket's number, the booking that it came with, and the name of the desk that calls. */
  ticket?: { number: string; booking: string | null; desk: string | null }
}

export type Planned = {
  kind: Kind | 'webhook'
  subject: string
  location: string | null
  revision: number
  recipient: string
  eventSeq: number
  lane: string
  dueAt: number
  facts: Record<string, unknown>
}

/** Of a subject, the kinds that an event makes pointless where they are not sent yet. */
export type Ended = { subject: string; kinds: Kind[]; before: number }

/** What an event makes pointless; a kind that is told again supersedes what was to be told before. */
export function endedBy(event: Happened): Ended | undefined {
  const kinds = [...new Set([...toldBy(event), ...(news[event.type]?.ends ?? [])])]
  return kinds.length > 0 ? { subject: event.subject, kinds, before: event.seq } : undefined
}

/** Another time than was promised; `was` is null where none stood any more. */
type Slip = { at: number; was: number | null }

/**
 * The time that an event promises anew, whatever else it tells: later than before for a work order, or for a ticket whose
 * promise has passed.
 */
function slipOf({ type, data }: Happened): Slip | undefined {
  if (type === 'queue.requoted') {
    const quote = data.quote as { p90: number } | null
    return quote && Number(data.renewal) > 0 ? { at: quote.p90, was: null } : undefined
  }
  const promises = (data.promises ?? []) as {
    kind: string
    at: number | null
    first: boolean
    was: number | null
  }[]
  const slip = promises.find(({ kind, at, first }) => kind === 'ready_by' && at !== null && !first)
  if (!slip || slip.at === null || (slip.was !== null && slip.at <= slip.was)) return undefined
  return { at: slip.at, was: slip.was }
}

/** What another system did was told by it, then. */
const toldBy = (event: Happened): Kind[] =>
  event.data.basis === 'imported'
    ? []
    : [...(news[event.type]?.tells ?? []), ...(slipOf(event) ? (['late'] as const) : [])]

/** The recipient who is not the customer: whoever decides for the account that the work is for. */
const office = 'office'

/** What customers are told of an event. Given back a hold or done before it was known: nothing. */
export function messagesOf(event: Happened, about: About | undefined): Planned[] {
  if (!about) return []
  return toldBy(event).flatMap((kind) => {
    const due = dueAt(kind, event, about)
    if (due === undefined) return []
    const message = planned(kind, event, about, due)
    // What is more than its people may approve is asked of the office of their account as well.
    const asksOffice = kind === 'quote' && event.data.office === true
    return asksOffice
      ? [message, { ...message, recipient: office, lane: `${event.subject}/${office}` }]
      : [message]
  })
}

function dueAt(kind: Kind, event: Happened, { booking, work, settings, zone }: About): number | undefined {
  switch (kind) {
    case 'late': {
      const slip = slipOf(event)
      // Nothing stood: then it is late only if it is later than what was told first.
      if (!slip || (slip.was === null && work && slip.at <= work.firstPromisedAt)) return undefined
      const morning = afterQuiet(event.at, settings, zone)
      // No promise passes in silence, at night neither; and whoever is in a queue is awake.
      return work && (slip.was === null || morning < slip.was) ? morning : event.at
    }
    case 'reminder':
      return booking && reminderAt(booking.startsAt, settings, zone, event.at)
    case 'cancelled':
      return event.data.from === 'held' ? undefined : event.at
    case 'changed':
      return booking?.status === 'confirmed' ? event.at : undefined
    default:
      return waitsForMorning(kind) ? afterQuiet(event.at, settings, zone) : event.at
  }
}

function planned(kind: Kind, event: Happened, { booking, ticket }: About, due: number): Planned {
  const slip = kind === 'late' ? slipOf(event) : undefined
  const choices = kind === 'late' || kind === 'choice' ? event.data.alternatives : undefined
  return {
    kind,
    subject: event.subject,
    location: event.location,
    revision: event.revision,
    recipient: '',
    eventSeq: event.seq,
    // A reminder waits by itself: what is told in the meantime does not wait for it.
    lane: kind === 'reminder' ? `${event.subject}/reminder` : event.subject,
    dueAt: due,
    facts: {
      ...(booking && { startsAt: booking.startsAt, endsAt: booking.endsAt }),
      ...ticket,
      ...(slip && { startsAt: slip.at, endsAt: slip.at }),
      ...(choices !== undefined && { choices }),
    },
  }
}

/** A ticket whose turn is near, told once. */
export const nearlyOf = (event: Happened, about: About, ticket: string, ahead: number): Planned => ({
  ...planned('nearly', { ...event, subject: ticket, revision: 1 }, about, event.at),
  facts: { ...about.ticket, ahead },
})

/** An event on its way to an endpoint: at once, in order for each subject, whatever becomes of other subjects. */
export const webhookOf = (event: Happened, endpoint: string): Planned => ({
  kind: 'webhook',
  subject: event.subject,
  location: event.location,
  revision: event.seq,
  recipient: endpoint,
  eventSeq: event.seq,
  lane: `${endpoint}/${event.subject}`,
  dueAt: 0,
  facts: {},
})
