import { ok, type Result, refuse } from '../kernel/result.ts'
import type { Command, Desk, Join, QueueEvent, QueueState } from './rules/index.ts'
import type { TicketView } from './views.ts'

/** What goes to a location's object and comes back: plain values. */

/** Who a secret belongs to, as D1 has just said. */
export type Vouch = { hash: string; id: string; principal: string }

/** What the door knows of a request. Times are epoch ms. */
export type Asking = {
  location: string
  /** Revision of the set-up as D1 has it; undefined while D1 cannot be asked, and the object goes on with what it has. */
  setupRevision: number | undefined
  wallNow: number
  /** Where D1 has the clock of a test-mode location. */
  clock: number | undefined
  vouch: Vouch | undefined
}

/** A command on its way to the object. */
export type Order = Asking & {
  command: Asked
  /** Caller and idempotency key: carried out once. */
  name: string
  fingerprint: string
  /** The time that the caller gives a test-mode location: never earlier than what it has seen. */
  simulatedNow: number | undefined
}

/** A join without what the object draws for it. */
export type Asked =
  | Exclude<Command, Join>
  | (Omit<Command & Join, 'ticket' | 'visit' | 'reference' | 'quote' | 'unquoted'> & { verb: 'join' })

export type Done = {
  seq: number
  ticket: TicketView | null
  desk: Desk | null
  /** Nothing new happened: the command came before, or whoever joins had a ticket. */
  repeated: boolean
}
/** `setup`: the object has an older set-up than D1; give it the present one and ask again. */
export type NeedsSetup = { needs: 'setup' }
export type Answer = Result<Done> | NeedsSetup

/** A view with its tag, which moves with events and, as waits do, by the minute; only the tag where the reader has seen it. */
export type Seen<T> = { seq: number; tag: string; zone: string; view: T | undefined }

/** What is kept of an answer, to give it again. */
export type Kept = { seq: number; ticket: string | null; desk: string | null }

/** What an answer names: the ticket that the command or its last event is about, and the desk where it happened. */
export function outcomeOf(command: Asked, events: QueueEvent[], state: QueueState): Kept {
  const { seq } = state.queue
  if (command.verb === 'undo') {
    const undone = events.find((event) => event.type === 'undone')
    const [ticket, desk] = [undone?.tickets.at(-1)?.id ?? null, undone?.desks.at(-1)?.id ?? null]
    return 'ticket' in command ? { seq, ticket: command.ticket, desk } : { seq, ticket, desk: command.desk }
  }
  const last = (...names: ('ticket' | 'desk' | 'fromDesk')[]) => {
    for (const event of events.toReversed()) {
      for (const name of names) {
        const id = (event as Partial<Record<typeof name, string | null>>)[name]
        if (typeof id === 'string') return id
      }
    }
    return null
  }
  return { seq, ticket: last('ticket'), desk: last('fromDesk', 'desk') }
}

/**
 * The time that a command counts with (Law 11): the door's, or in test mode the latest that is known. `seenAt` is the
 * time of the queue's last event. Refuses with `time_not_allowed`, `time_backwards`.
 */
export function timeOf(
  { wallNow, clock = 0, simulatedNow }: Order,
  testMode: boolean,
  seenAt: number,
): Result<number> {
  if (!testMode) return simulatedNow === undefined ? ok(wallNow) : refuse('time_not_allowed')
  const known = Math.max(clock, seenAt)
  if (simulatedNow === undefined) return ok(known)
  return simulatedNow < known ? refuse('time_backwards') : ok(simulatedNow)
}
