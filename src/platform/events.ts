import type { Command } from './context.ts'
import { type Statement, statement, type Values } from './database.ts'
import type { EventRow } from './tables.ts'

export type NewEvent = {
  at: number
  type: string
  location?: string | null
  subject: string
  revision: number
  actor: string
  reason?: string | null
  data?: Record<string, unknown>
}

/** The `command` value of a caller's idempotency key; SQL, because the caller may be known only there. */
export const commandName = `(coalesce(:callerName, (SELECT coalesce(partner_id, id) FROM credential WHERE hash = :hash)) || ' ' || :key)`

/**
 * Appends an event in the batch of the change it tells of. `guard` is the same condition that the change itself has,
 * and the event goes first: both then see the same state, so one never happens without the other.
 */
export function eventStatement(
  event: NewEvent,
  caller: Values,
  command: Command,
  guard = 'true',
  guardValues: Values = {},
): Statement {
  return statement(
    `INSERT INTO event (at, type, location_id, subject, revision, actor, reason, command, fingerprint, data)
     SELECT :eventAt, :eventType, :eventLocation, :eventSubject, :eventRevision, :eventActor, :eventReason,
       ${commandName}, :fingerprint, :eventData
     WHERE ${guard}`,
    {
      ...guardValues,
      ...caller,
      key: command.key,
      fingerprint: command.fingerprint,
      eventAt: event.at,
      eventType: event.type,
      eventLocation: event.location ?? null,
      eventSubject: event.subject,
      eventRevision: event.revision,
      eventActor: event.actor,
      eventReason: event.reason ?? null,
      eventData: JSON.stringify(event.data ?? {}),
    },
  )
}

/** The event of what no idempotency key stands for: time does it, or a link makes it happen once by itself. */
export const uncommanded = (event: NewEvent, guard: { sql: string; values: Values }): Statement =>
  eventStatement(
    event,
    { callerName: null, hash: null },
    { key: '', fingerprint: '' },
    guard.sql,
    guard.values,
  )

/** The event that this command already caused, if it was carried out before. */
export const priorEvent = (caller: Values, command: Command | undefined): Statement =>
  statement(`SELECT subject, type, fingerprint, revision FROM event WHERE command = ${commandName}`, {
    ...caller,
    key: command?.key,
  })

export type PriorEvent = Pick<EventRow, 'subject' | 'type' | 'fingerprint' | 'revision'>
