import type { Ticket } from './types.ts'

/** A command that a timer sends when its time has come: the only things that time does to a ticket by itself. */
export type Due = { verb: 'missed' | 'ask'; ticket: string; at: number }

/** What a timer has to do for a ticket, if anything; asked anew whenever its row changes. */
export function dueOf({ id, status, graceEndsAt, askAt }: Ticket): Due | undefined {
  if (status === 'called' && graceEndsAt !== null) return { verb: 'missed', ticket: id, at: graceEndsAt }
  if (status === 'serving' && askAt !== null) return { verb: 'ask', ticket: id, at: askAt }
  return undefined
}
