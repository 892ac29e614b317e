import { limits } from '../config.ts'
import { ok, type Result, refuse } from '../kernel/result.ts'
import {
  locationIn,
  locationStatement,
  organisationNameIn,
  organisationStatement,
} from '../location/index.ts'
import {
  credentialStatement,
  lacks,
  noteAccess,
  principalOf,
  reaches,
  unauthenticated,
} from '../people/index.ts'
import type { Context } from '../platform/context.ts'
import type { LocalText } from '../platform/wire.ts'
import { addressOf, writtenOf } from './deliver.ts'
import type { Channel, Kind } from './rules/kinds.ts'
import type { Language } from './rules/write.ts'
import { type Detailed, messagesStatement } from './store.ts'

/** A message as its reader has it, or would have it. */
export type OutboxMessage = {
  id: string
  kind: Kind
  status: 'waiting' | 'sending' | 'sent' | 'stored' | 'failed'
  /** When it ended, or when it is due; epoch ms. */
  at: number
  channel: Channel
  to: string
  language: Language
  subject: string
  text: string
  short: string
}

export type Outbox = {
  organisation: LocalText | null
  location: { id: string; name: LocalText; zone: string; country: string }
  messages: OutboxMessage[]
  /** Where the older ones begin; null where there are none. */
  next: string | null
}

/**
 * What the customers of a location were told, or would have been where nothing is sent, newest first, to staff with the
 * scope `desk`. Written anew from what is known: after an erasure nothing of it is left. `not_found` for a location that
 * is not there for them.
 */
export async function readOutbox(
  context: Context,
  office: { linkSecret: string; origin: string },
  locationId: string,
  before = '~',
): Promise<Result<Outbox>> {
  const [credential, place, organisation, found] = await context.db.batch([
    credentialStatement(context),
    locationStatement(locationId),
    organisationStatement(),
    messagesStatement(locationId, before, limits.outboxPage + 1),
  ])
  const principal = principalOf(context.caller, credential?.rows ?? [])
  const refused = lacks(principal, 'desk')
  if (refused || !principal) return refused ?? unauthenticated()
  const location = locationIn(place)
  if (!location || !reaches(principal, location))
    return refuse('not_found', { detail: 'There is no such location.' })
  await noteAccess(context, principal, 'messages', locationId)
  const rows = (found?.rows ?? []) as Detailed[]
  const shown = rows.slice(0, limits.outboxPage)
  const messages = await Promise.all(shown.map((one) => messageOf(one, office)))
  return ok({
    organisation: organisationNameIn(organisation),
    location: { id: location.id, name: location.name, zone: location.zone, country: location.country },
    messages: messages.filter((one) => one !== undefined),
    next: rows.length > shown.length ? (shown.at(-1)?.id ?? null) : null,
  })
}

async function messageOf(
  row: Detailed,
  office: { linkSecret: string; origin: string },
): Promise<OutboxMessage | undefined> {
  const address = addressOf(row)
  if (!address) return undefined
  const { subject, text, short } = await writtenOf(row, address.language, office)
  const { id, kind, status } = row
  return {
    ...{ id, kind: kind as Kind, status: status as OutboxMessage['status'] },
    ...{ ...address, channel: (row.channel as Channel | null) ?? address.channel },
    ...{ at: row.ended_at ?? row.due_at, subject, text, short },
  }
}
