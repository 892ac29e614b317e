import { ok, type Result, refuse } from '../kernel/result.ts'
import { DAY_MS, formatInstant } from '../kernel/time.ts'
import {
  type Location,
  locationIn,
  locationStatement,
  organisationNameIn,
  organisationStatement,
} from '../location/index.ts'
import { credentialStatement, principalOf, reaches, unauthenticated } from '../people/index.ts'
import type { Context } from '../platform/context.ts'
import { statement } from '../platform/database.ts'
import type { LocalText } from '../platform/wire.ts'
import type { KeptRecord } from './contract.ts'

/** Since when promises count: so long before the location's own time, which only D1 knows before the answer. */
const since = 'coalesce((SELECT simulated_now FROM location WHERE id = :location), :wallNow) - :span'

/**
 * First promises that have ended. Another date counts as told if its message was out before the first one passed; what came
 * from another system was told by that.
 */
const bookedAndWorked = `SELECT kind, service, channel, count(*) AS promises, sum(outcome = 'kept') AS kept,
    sum(outcome = 'broken' AND EXISTS (
      SELECT 1 FROM promise n JOIN event e ON e.seq = n.event_seq
        LEFT JOIN delivery d ON d.event_seq = n.event_seq AND d.subject = n.subject
      WHERE n.subject = p.subject AND n.kind = p.kind AND n.event_seq > p.event_seq
        AND (d.status IN ('sent', 'stored') AND d.ended_at < p.due_at
          OR e.data->>'basis' = 'imported' AND e.at < p.due_at)
    )) AS toldBefore
  FROM promise p
  WHERE location_id = :location AND made_at >= ${since} AND first = 1 AND outcome IN ('kept', 'broken')
  GROUP BY kind, service, channel`

const queued = `SELECT 'call_by' AS kind, service, channel, count(*) AS promises, sum(kept) AS kept, 0 AS toldBefore
  FROM queue_quote
  WHERE location_id = :location AND made_at >= ${since} AND renewal = 0 AND kept IS NOT NULL
  GROUP BY service, channel`

/** What services are called, wherever they are configured. */
const names = `SELECT id, name FROM service WHERE location_id = :location
  UNION ALL SELECT s.value->>'id', s.value->'name' FROM queue q, json_each(q.setup, '$.services') s WHERE q.location_id = :location
  UNION ALL SELECT s.value->>'id', s.value->'name' FROM work_setup w, json_each(w.setup, '$.services') s WHERE w.location_id = :location`

export type Kept = KeptRecord['record'][number]
export type PromisesKept = {
  location: Location
  organisation: LocalText | null
  since: number
  record: Kept[]
}

/**
 * How well a location kept its word, by kind of promise, service and channel: published, so for everybody. Promises made in
 * the last `days` days. Refuses with `not_found`.
 */
export async function readPromises(
  context: Context,
  locationId: string,
  days: number,
): Promise<Result<PromisesKept>> {
  const span = days * DAY_MS
  const values = { location: locationId, wallNow: context.wallNow, span }
  const [credential, organisation, place, found, told, named] = await context.db.batch([
    credentialStatement(context),
    organisationStatement(),
    locationStatement(locationId),
    statement(bookedAndWorked, values),
    statement(queued, values),
    statement(names, { location: locationId }),
  ])
  const principal = principalOf(context.caller, credential?.rows ?? [])
  if (!principal) return unauthenticated()
  const location = locationIn(place)
  if (!location || location.archived || !reaches(principal, location))
    return refuse('not_found', { detail: 'There is no such location.' })
  const nameOf = new Map(
    (named?.rows ?? []).map(({ id, name }) => [id as string, JSON.parse(name as string) as LocalText]),
  )
  const counted = [...(found?.rows ?? []), ...(told?.rows ?? [])] as Omit<Kept, 'name'>[]
  return ok({
    location,
    organisation: organisationNameIn(organisation),
    since: (location.simulatedNow ?? context.wallNow) - span,
    record: counted
      .map((one) => ({ ...one, name: nameOf.get(one.service) ?? null }))
      .toSorted((a, b) => order(a).localeCompare(order(b))),
  })
}

const order = ({ kind, service, channel }: Pick<Kept, 'kind' | 'service' | 'channel'>) =>
  `${kind} ${service} ${channel}`

export const wirePromises = ({ since, record }: PromisesKept): KeptRecord => ({
  since: formatInstant(since, 'UTC'),
  record,
})
