import { env } from 'cloudflare:workers'
import { rows } from './fixtures.ts'
import { keptOf } from './openapi-world.ts'
import { historyFaults, recount } from './recount.ts'

/**
 * Watches the database from one request to the next: whether what changed and what was told of it are the same, whatever
 * was asked. It knows tables and the types of events, and nothing of how either is written.
 */

const entities = [
  'organisation',
  'location',
  'queue',
  'pool',
  'service',
  'booking',
  'partner',
  'credential',
  'work_setup',
  'work_order',
  'webhook',
  'messaging',
  'recipient',
] as const
type Entity = (typeof entities)[number]

/** Which revisions an event moves on. What is told by a queue's own object moves none. */
const moves: [RegExp, Entity[]][] = [
  [/^organisation\.changed$/, ['organisation']],
  [/^location\.(created|changed|archived)$/, ['location']],
  [/^pool\.(created|changed|archived)$/, ['pool', 'location']],
  [/^pool\.capacity_changed$/, ['pool']],
  [/^service\./, ['service', 'location']],
  [/^booking\./, ['booking']],
  [/^partner\./, ['partner']],
  [/^(key|link|session)\./, ['credential']],
  [/^queue\.set_up$/, ['queue']],
  [/^work\.set_up$/, ['work_setup']],
  [/^work\.history_brought$/, []],
  [/^work\./, ['work_order']],
  [/^webhook\./, ['webhook']],
  [/^messaging\./, ['messaging']],
  [/^recipient\./, ['recipient']],
  [/^(location\.advanced|delivery\.retried)$/, []],
]

export type Told = { seq: number; type: string; command: string | null; source_seq: number | null }
type Sums = Record<Entity | 'claimed' | 'taken', number>

const sum = (from: string, of = 'revision') => `(SELECT coalesce(sum(${of}), 0) FROM ${from})`
const sums = `SELECT ${entities.map((table) => `${sum(table)} AS ${table}`).join(', ')},
  ${sum('claim WHERE released_at IS NULL', 'units * (to_bucket - from_bucket)')} AS claimed, ${sum('tally', 'taken')} AS taken`

/** Of some bookings: those that are not as their claims and events say. */
const misfits = (which: string) => `SELECT b.id FROM booking b WHERE ${which} AND (
  NOT EXISTS (SELECT 1 FROM claim c WHERE c.booking_id = b.id)
  OR EXISTS (SELECT 1 FROM claim c WHERE c.booking_id = b.id
     AND (c.released_at IS NULL) = (b.status IN ('cancelled', 'expired')))
  OR b.revision <> (SELECT max(revision) FROM event e WHERE e.subject = b.id)
  OR b.revision <> (SELECT count(*) FROM event e WHERE e.subject = b.id))`

/** What is left over: claims of no booking, tallies that are not what the CHECK says. */
const orphans = `SELECT booking_id AS id FROM claim c WHERE NOT EXISTS (SELECT 1 FROM booking WHERE id = c.booking_id)
  UNION ALL SELECT pool_id FROM tally WHERE taken NOT BETWEEN 0 AND capacity`

export class Watch {
  #sums: Sums | undefined
  #seq = 0

  /** What was told since the last look, and what is wrong with it or with what is stored. */
  async look(): Promise<{ told: Told[]; faults: string[] }> {
    const [counted, told, misfitting] = await env.DB.batch([
      env.DB.prepare(sums),
      env.DB.prepare('SELECT seq, type, command, source_seq FROM event WHERE seq > ? ORDER BY seq').bind(
        this.#seq,
      ),
      env.DB.prepare(misfits('b.id IN (SELECT subject FROM event WHERE seq > ?)')).bind(this.#seq),
    ])
    const before = this.#sums
    const after = counted?.results[0] as Sums
    const events = (told?.results ?? []) as Told[]
    this.#sums = after
    this.#seq = events.at(-1)?.seq ?? this.#seq
    const faults = ((misfitting?.results ?? []) as { id: string }[]).map(
      ({ id }) => `${id} is not as its events say`,
    )
    if (after.claimed !== after.taken)
      faults.push(`${after.taken} taken by the tallies, ${after.claimed} by the claims`)
    return { told: events, faults: before ? [...faults, ...faultsOf(before, after, events)] : faults }
  }

  /** Begins anew, after configuration was written past the stream. */
  async restart(): Promise<void> {
    this.#sums = undefined
    await this.look()
  }
}

function faultsOf(before: Sums, after: Sums, told: Told[]): string[] {
  const faults: string[] = []
  const expected = new Map<Entity, number>()
  for (const { type, source_seq } of told) {
    const known = moves.find(([of]) => of.test(type))
    if (!known && source_seq === null) faults.push(`${type}: which entity does it move?`)
    for (const entity of known?.[1] ?? []) expected.set(entity, (expected.get(entity) ?? 0) + 1)
  }
  for (const entity of entities) {
    const moved = after[entity] - before[entity]
    if (moved !== (expected.get(entity) ?? 0))
      faults.push(`${entity} moved by ${moved}, told of ${expected.get(entity) ?? 0}`)
  }
  return faults
}

/** What is wrong at a location, looked at as a whole. */
export async function faultsAt(location: string): Promise<string[]> {
  const revisions = await rows<{ subject: string; now: number; last: number; steps: number; first: number }>(
    `SELECT e.subject, coalesce(p.revision, s.revision) AS now, max(e.revision) AS last, min(e.revision) AS first, count(*) AS steps
     FROM event e LEFT JOIN pool p ON p.id = e.subject LEFT JOIN service s ON s.id = e.subject
     WHERE e.location_id = ? AND (e.type GLOB 'pool.*' OR e.type GLOB 'service.*') GROUP BY e.subject`,
    location,
  )
  const gaps = revisions
    .filter(({ now, last, first, steps }) => now !== last || last - first + 1 !== steps)
    .map((one) => JSON.stringify(one))
  const left = await rows<{ id: string }>(`${misfits('b.location_id = ?')} UNION ALL ${orphans}`, location)
  const unfit = left.map(({ id }) => `${id} does not fit`)
  const kept = (await keptOf(location))[1] as { seq: number }[]
  const [streamed] = await rows<{ count: number; last: number | null }>(
    'SELECT count(*) AS count, max(source_seq) AS last FROM event WHERE location_id = ? AND source_seq IS NOT NULL',
    location,
  )
  const last = kept.at(-1)?.seq ?? streamed?.last ?? 0
  if (streamed?.count !== last || (streamed.last ?? 0) !== last)
    gaps.push(
      `${streamed?.count} events of the queue in the stream up to ${streamed?.last}, ${last} in its object`,
    )
  return [...gaps, ...unfit, ...(await historyFaults(location)), ...(await recount(location)).faults]
}
