import { ok, refuse } from '../../../kernel/result.ts'
import type { Verb } from '../commands.ts'
import { endsOf } from '../promise.ts'
import { isHere, isLive, overtakenBy, type QueueState } from '../state.ts'
import type { Desk, Ticket } from '../types.ts'
import { type Decision, displaced, type Situation, wrongState } from './situation.ts'

/**
 * Takes back the last command of staff or timers that changed this desk or ticket: rows, order, promise and counts
 * become what they were. Refused once the window is over, or when anything it changed was changed again since, by a
 * customer above all. Events stay; what is undone is told by one more.
 */
export function undo({ state, command, at, seq }: Situation<'undo'>): Decision {
  const id = 'desk' in command ? command.desk : command.ticket
  const row = 'desk' in command ? state.desks.get(id) : state.tickets.get(id)
  if (!row) return refuse('not_found', { detail: 'No such desk or ticket.' })
  const { expectedRevision } = command
  if (expectedRevision !== undefined && expectedRevision !== row.revision) {
    return refuse('stale_revision', { facts: { revision: row.revision } })
  }
  const first = state.undoable.get(id)
  const record = first === undefined ? undefined : state.undos.get(first)
  if (!record) return wrongState('Nothing can be undone here.')
  const until = record.at + state.queue.settings.undoMs
  if (at > until) return wrongState('It is too late to undo that.', { until })
  const fault = record.tickets
    .filter((ticket) => isLive(ticket))
    .map((ticket) => displaced(state, ticket))
    .find((one) => one !== undefined)
  if (fault) return fault
  const tickets = record.tickets.map((ticket) => restored(state, ticket, seq))
  const desks = record.desks.map((desk) => ({ ...desk, revision: revisionAfter(state.desks.get(desk.id)) }))
  return ok([
    {
      type: 'undone',
      command: record.command,
      undone: record.verb as Verb,
      ...{ tickets, desks, reopens: tickets.flatMap((ticket) => reopened(state, ticket)) },
      ends: tickets.flatMap((ticket) => voided(state, ticket, at)),
    },
  ])
}

const revisionAfter = (row: Ticket | Desk | undefined): number => (row?.revision ?? 0) + 1

function restored(state: QueueState, before: Ticket, seq: number): Ticket {
  const now = state.tickets.get(before.id) as Ticket
  const inLine = now.status === 'waiting' && isHere(state, now)
  // Whoever stood in line all the while was overtaken in truth; whoever did not was not.
  const overtaken = inLine ? Math.max(before.overtaken, overtakenBy(state, now)) : before.overtaken
  // A promise that was renewed meanwhile stays so; one whose wait had ended is open again.
  const { quote, quoteOpen, renewed, renewals } = now.status === 'waiting' ? now : before
  const told = before.status === 'waiting' ? { quote, quoteOpen, renewed, renewals } : { quote: now.quote }
  return { ...before, ...told, overtaken, countedFrom: seq, revision: revisionAfter(now) }
}

/** Quotes of a ticket that were at an end, and are not any more. */
function reopened(state: QueueState, ticket: Ticket): string[] {
  const open = ({ quote, quoteOpen, renewed }: Ticket) => [
    ...(quote && quoteOpen ? [quote.id] : []),
    ...(renewed && renewed !== 'none' ? [renewed.id] : []),
  ]
  const known = new Set(open(state.tickets.get(ticket.id) as Ticket))
  return open(ticket).filter((id) => !known.has(id))
}

/** Quotes made since for a wait that is taken back. */
const voided = (state: QueueState, ticket: Ticket, at: number) =>
  ticket.status === 'waiting' ? [] : endsOf(state.tickets.get(ticket.id) as Ticket, at, 'replaced')
