import { rows } from './fixtures.ts'

/** Bookings and claims of a location counted again from what is written, knowing nothing of how it was written. */

type Claim = {
  booking_id: string
  pool_id: string
  from_bucket: number
  to_bucket: number
  units: number
  hold_until: number | null
  claimed_at: number
  released_at: number | null
  /** Of its booking. */
  status: string
  deadline: number | null
}
type Tally = { pool_id: string; bucket: number; taken: number; capacity: number }
export type Recount = { claims: Claim[]; tallies: Tally[]; faults: string[] }

export const claimsOf = (location: string) =>
  rows<Claim>(
    `SELECT c.*, b.status, b.hold_until AS deadline FROM pool p JOIN claim c ON c.pool_id = p.id
     LEFT JOIN booking b ON b.id = c.booking_id WHERE p.location_id = ? ORDER BY c.booking_id, c.seq`,
    location,
  )
export const talliesOf = (location: string) =>
  rows<Tally>('SELECT t.* FROM pool p JOIN tally t ON t.pool_id = p.id WHERE p.location_id = ?', location)

/** Every bucket of the claims as `pool bucket`, with the claims on it. */
const byBucket = (claims: Claim[]) =>
  Map.groupBy(
    claims.flatMap((claim) =>
      Array.from({ length: claim.to_bucket - claim.from_bucket }, (_, i) => ({
        claim,
        at: `${claim.pool_id} ${claim.from_bucket + i}`,
      })),
    ),
    ({ at }) => at,
  )

/** The most units that were ever claimed at once. A claim ends before one begins at the same instant. */
function peak(claims: Claim[]): number {
  const moves = claims
    .filter(({ claimed_at, released_at }) => released_at === null || claimed_at < released_at)
    .flatMap(({ claimed_at, released_at, units }) => [
      { at: claimed_at, units },
      { at: released_at ?? Number.POSITIVE_INFINITY, units: -units },
    ])
  let [now, most] = [0, 0]
  for (const { units } of moves.toSorted((a, b) => a.at - b.at || a.units - b.units)) {
    now += units
    most = Math.max(most, now)
  }
  return most
}

/**
 * Counts again. Faults: a claim that does not go with its booking, a tally that is not the sum of its unreleased claims,
 * a bucket over its capacity now or, by the times of claiming and releasing, ever. `everHad` is the most a bucket had, where capacities were changed.
 */
export async function recount(location: string, everHad?: (bucket: string) => number): Promise<Recount> {
  const [claims, tallies] = [await claimsOf(location), await talliesOf(location)]
  const known = new Map(tallies.map((tally) => [`${tally.pool_id} ${tally.bucket}`, tally]))
  const buckets = byBucket(claims)
  const faults: string[] = []
  for (const { booking_id, status, deadline, hold_until, released_at } of claims) {
    const ended = status === 'cancelled' || status === 'expired'
    if (!status || ended !== (released_at !== null) || hold_until !== deadline) {
      faults.push(
        `${booking_id} ${status} until ${deadline}: claim until ${hold_until}, released ${released_at}`,
      )
    }
  }
  for (const [at, { taken, capacity }] of known) {
    const live = (buckets.get(at) ?? []).filter(({ claim }) => claim.released_at === null)
    const sum = live.reduce((total, { claim }) => total + claim.units, 0)
    if (taken !== sum) faults.push(`${at}: tally ${taken}, claims ${sum}`)
    if (sum > capacity) faults.push(`${at}: ${sum} of ${capacity}`)
  }
  for (const [at, on] of buckets) {
    const most = peak(on.map(({ claim }) => claim))
    const had = everHad?.(at) ?? known.get(at)?.capacity ?? 0
    if (most > had) faults.push(`${at}: once ${most} of ${had}`)
  }
  return { claims, tallies, faults }
}

type Told = {
  subject: string
  type: string
  at: number
  revision: number
  status: string
  now: number
  hold: number | null
}

/** Faults in the histories: each begins held, ends in the status the booking has, takes legal steps, revisions 1 to n. */
export async function historyFaults(location: string): Promise<string[]> {
  const told = await rows<Told>(
    `SELECT b.id AS subject, e.type, e.at, e.revision, e.data->>'holdUntil' AS hold, b.status, b.revision AS now
     FROM booking b LEFT JOIN event e ON e.subject = b.id WHERE b.location_id = ? ORDER BY e.seq`,
    location,
  )
  const faults: string[] = []
  for (const [booking, events] of Map.groupBy(told, ({ subject }) => subject)) {
    const line = events.map(({ type }) => type?.replace('booking.', '')).join(' ')
    const say = (fault: string) => faults.push(`${booking} ${line}: ${fault}`)
    if (!/^held( extended)*( (confirmed( cancelled| checked_in)?|cancelled|expired))?$/.test(line))
      say('not a life')
    const last = events.at(-1)
    const ends = last?.type === 'booking.extended' ? 'booking.held' : last?.type
    if (ends !== `booking.${last?.status}`) say(`the booking is ${last?.status}`)
    if (last?.revision !== last?.now) say(`the booking is at revision ${last?.now}`)
    for (const [i, event] of events.entries()) {
      const before = events[i - 1]
      if (event.revision !== i + 1) say(`revision ${event.revision} at ${i + 1}`)
      if (before && event.at < before.at) say('time runs backwards')
      if (event.type === 'booking.expired' && event.at !== before?.hold) say(`expired at ${event.at}`)
      if (event.type !== 'booking.expired' && before?.hold && event.at >= before.hold)
        say('a step after its deadline')
    }
  }
  return faults
}
