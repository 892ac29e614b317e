import { limits } from '../config.ts'
import { Database, statement } from '../platform/database.ts'
import { ledgerStatements } from './ledger.ts'
import type { QueueEvent } from './rules/index.ts'
import type { QueueStorage } from './storage.ts'

/** What an outbox reads and marks. */
type Kept = Pick<QueueStorage, 'events' | 'drained' | 'setFact' | 'due' | 'setDue' | 'beginDue'>

/** Whatever becomes of a drain that was begun, the alarm looks again after this. */
const watchMs = 10_000
const firstRetryMs = 1_000
const retryMostMs = 60_000

/**
 * Hands a queue's events to D1, in order, each once there. While D1 is away it tries again, ever more slowly, up to a
 * minute; its due row is written in the transaction of the events, so that no death of the object leaves them lying.
 */
export class Outbox {
  readonly #kept: Kept
  readonly #send: (events: QueueEvent[]) => Promise<void>
  #draining: Promise<boolean> | undefined

  constructor(kept: Kept, send: (events: QueueEvent[]) => Promise<void>) {
    this.#kept = kept
    this.#send = send
  }

  /** There are new events; part of their transaction. */
  expect(now: number): void {
    this.#kept.beginDue('drain', 'drain', now + watchMs)
  }

  /** Whether it is waiting for D1 to come back: then the alarm is what tries. */
  get backingOff(): boolean {
    return (this.#kept.due('drain', 'drain')?.tries ?? 0) > 0
  }

  isDue(now: number): boolean {
    const due = this.#kept.due('drain', 'drain')
    return due !== undefined && due.at <= now
  }

  /** Hands over all there is; tells whether D1 took it. One at a time: who comes in between shares the one under way. */
  drain(clock: () => number): Promise<boolean> {
    this.#draining ??= this.#drain(clock).finally(() => {
      this.#draining = undefined
    })
    return this.#draining
  }

  async #drain(clock: () => number): Promise<boolean> {
    try {
      for (;;) {
        const events = this.#kept.events(this.#kept.drained(), limits.drainEvents)
        const last = events.at(-1)
        if (!last) break
        await this.#send(events)
        this.#kept.setFact('drained', String(last.seq))
      }
    } catch (error) {
      const tries = this.#kept.due('drain', 'drain')?.tries ?? 0
      const waitMs = Math.min(retryMostMs, firstRetryMs * 2 ** tries)
      this.#kept.setDue('drain', 'drain', clock() + waitMs, tries + 1)
      console.warn(
        JSON.stringify({ level: 'warn', message: 'events wait for D1', tries, error: String(error) }),
      )
      return false
    }
    const due = this.#kept.due('drain', 'drain')
    if (due && (due.tries > 0 || due.at <= clock())) this.#kept.setDue('drain', 'drain', null)
    return true
  }
}

/** What an event is about: a ticket, a visit that never had one here, a desk. */
const subjectOf = (event: object): string | null | undefined =>
  (['ticket', 'visit', 'desk'] as const)
    .map((name) => (event as Partial<Record<typeof name, string | null>>)[name])
    .find((id) => typeof id === 'string')

/**
 * Appends a queue's events to the one stream, unique on (location, source_seq): handed over twice, they are there
 * once. A check-in makes its booking checked_in, and quotes and what became of them
 * come to the ledger, in the same transaction.
 */
export async function sendTo(d1: D1Database, location: string, events: QueueEvent[]): Promise<void> {
  const rows = events.map(({ seq, at, type, actor, reason, ...rest }) => ({
    seq,
    // What was noted elsewhere happened when it did, not when it was brought.
    at: 'joinedBy' in rest && 'endedAt' in rest ? rest.endedAt : at,
    type: `queue.${type}`,
    actor: actor.kind === 'system' ? 'system' : actor.id,
    reason,
    subject: subjectOf(rest) ?? location,
    data: rest,
  }))
  const values = { location, events: JSON.stringify(rows) }
  const checksIn = events.some((event) => event.type === 'joined' && event.booking !== null)
  await new Database(d1, 'first-primary').batch([
    statement(
      `INSERT INTO event (at, type, location_id, subject, revision, actor, reason, data, source_seq)
       SELECT value->>'at', value->>'type', :location, coalesce(value->>'subject', :location), value->>'seq', value->>'actor',
              value->>'reason', value->'data', value->>'seq'
       FROM json_each(:events) WHERE true
       ON CONFLICT (location_id, source_seq) WHERE source_seq IS NOT NULL DO NOTHING`,
      values,
    ),
    ...(checksIn ? [statement(checkIn, values)] : []),
    ...ledgerStatements(location, events),
  ])
}

/** The plus keeps SQLite from looking through all bookings of the location. */
const checkIn = `UPDATE booking SET status = 'checked_in', revision = revision + 1, changed_at = joined.at,
    changed_by = joined.actor, change_reason = NULL, command = NULL, fingerprint = NULL
  FROM (
    SELECT value->>'at' AS at, value->>'actor' AS actor, value->'data'->>'booking' AS booking
    FROM json_each(:events) WHERE value->>'type' = 'queue.joined'
  ) joined
  WHERE booking.id = joined.booking AND +booking.location_id = :location AND booking.status = 'confirmed'`
