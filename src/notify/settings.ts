import { ok, type Result, refuse } from '../kernel/result.ts'
import { locationIn, locationStatement } from '../location/index.ts'
import {
  carryOut,
  credentialStatement,
  type Done,
  lacks,
  principalOf,
  reaches,
  unauthenticated,
} from '../people/index.ts'
import type { Context } from '../platform/context.ts'
import { type Statement, statement } from '../platform/database.ts'
import type { MessagingBody, MessagingView } from './contract.ts'
import { type Settings, usual } from './rules/settings.ts'
import type { MessagingRow } from './tables.ts'

/** What a location sends and when. */

const reads = (locationId: string): Statement[] => [
  locationStatement(locationId),
  statement('SELECT * FROM messaging WHERE location_id = :locationId', { locationId }),
]

const missing = () => refuse('not_found', { detail: 'There is no such location.' })

const viewOf = (locationId: string, row: MessagingRow | undefined): MessagingView => ({
  locationId,
  ...(row ? (JSON.parse(row.settings) as Settings) : usual),
  revision: row?.revision ?? null,
})

/** As it is set up, or as is usual (scope `config`). */
export async function readMessaging(context: Context, locationId: string): Promise<Result<MessagingView>> {
  const [credential, found, present] = await context.db.batch([
    credentialStatement(context),
    ...reads(locationId),
  ])
  const principal = principalOf(context.caller, credential?.rows ?? [])
  const refused = lacks(principal, 'config')
  if (refused || !principal) return refused ?? unauthenticated()
  const place = locationIn(found)
  return place && reaches(principal, place)
    ? ok(viewOf(locationId, present?.rows[0] as MessagingRow | undefined))
    : missing()
}

/** Sets up quiet hours and reminders (scope `config`); what is planned already keeps its time. */
export function setUpMessaging(
  context: Context,
  locationId: string,
  { revision: known, ...settings }: MessagingBody,
): Promise<Result<Done<MessagingView>>> {
  const again = () => readMessaging(context, locationId)
  return carryOut(context, 'config', reads(locationId), again, ([found, present], principal) => {
    const place = locationIn(found)
    if (!place || place.archived || !reaches(principal, place)) return missing()
    const before = present?.rows[0] as MessagingRow | undefined
    if (known !== before?.revision)
      return refuse('stale_revision', { facts: { revision: before?.revision ?? null } })
    const revision = (before?.revision ?? 0) + 1
    return ok({
      event: {
        at: place.simulatedNow ?? context.wallNow,
        type: 'messaging.set_up',
        location: locationId,
        subject: locationId,
        revision,
        data: settings,
      },
      guard: {
        sql: 'coalesce((SELECT revision FROM messaging WHERE location_id = :guardLocation), 0) = :guardRevision',
        values: { guardLocation: locationId, guardRevision: revision - 1 },
      },
      writes: (guard) => [
        statement(
          `INSERT INTO messaging (location_id, settings, revision)
           SELECT :locationId, :settings, :revision WHERE ${guard.sql}
           ON CONFLICT (location_id) DO UPDATE SET settings = excluded.settings, revision = excluded.revision`,
          { locationId, settings: JSON.stringify(settings), revision, ...guard.values },
        ),
      ],
      value: { locationId, ...settings, revision },
    })
  })
}
