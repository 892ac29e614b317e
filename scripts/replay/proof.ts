import type { Stay } from './stays.ts'

/**
 * The proof that no bucket was ever over capacity, from the event stream alone: claims as they were taken and released,
 * over their times. Nothing here reads a tally or asks what is available.
 */

export type Claim = { pool: string; from: number; to: number; units: number }

/** An event as far as it matters here; `at` in epoch ms. */
export type Happened = { seq: number; at: number; type: string; subject: string; claims: Claim[] }

export type Swept = {
  held: number
  confirmed: number
  /** Released, by the event that did so. */
  cancelled: number
  expired: number
  /** The bucket in which most was ever taken at once; of several the first. */
  fullest: { bucket: number; units: number } | undefined
  /** In words; none: the proof holds. */
  faults: string[]
}

/**
 * Walks claims and releases in the order of their times, and within one instant in the order of the stream, and keeps
 * what is taken of every bucket. An overdue hold is released at its deadline, whenever that was written.
 */
export function sweep(events: Happened[], capacity: Map<string, number>): Swept {
  const taken = new Map<string, number>()
  const open = new Map<string, Claim[]>()
  const swept: Swept = { held: 0, confirmed: 0, cancelled: 0, expired: 0, fullest: undefined, faults: [] }
  const move = (event: Happened, { pool, from, to, units }: Claim, sign: 1 | -1) => {
    for (let bucket = from; bucket < to; bucket++) {
      const now = (taken.get(`${pool} ${bucket}`) ?? 0) + sign * units
      taken.set(`${pool} ${bucket}`, now)
      const limit = capacity.get(pool)
      if (sign === 1 && (limit === undefined || now > limit)) {
        swept.faults.push(`event ${event.seq}: ${now} of ${limit} taken in bucket ${bucket} of ${pool}`)
      }
      const { fullest } = swept
      if (!fullest || now > fullest.units || (now === fullest.units && bucket < fullest.bucket)) {
        swept.fullest = { bucket, units: now }
      }
    }
  }
  for (const event of events.toSorted((a, b) => a.at - b.at || a.seq - b.seq)) {
    const { type, subject, claims } = event
    if (type === 'booking.held') {
      swept.held++
      if (claims.length === 0 || open.has(subject))
        swept.faults.push(`event ${event.seq}: held without a claim`)
      open.set(subject, claims)
      for (const claim of claims) move(event, claim, 1)
    } else if (type === 'booking.confirmed') {
      swept.confirmed++
      if (!open.has(subject)) swept.faults.push(`event ${event.seq}: confirmed what was not held`)
    } else if (type === 'booking.cancelled' || type === 'booking.expired') {
      swept[type === 'booking.cancelled' ? 'cancelled' : 'expired']++
      if (!open.has(subject)) swept.faults.push(`event ${event.seq}: released what was not held`)
      for (const claim of open.get(subject) ?? []) move(event, claim, -1)
      open.delete(subject)
    }
  }
  return swept
}

/** Where the stream tells something else than the log: a booking too many, a claim on other nights, a step too few. */
export function compareWithLog(
  events: Happened[],
  { held, confirmed, cancelled, expired }: Swept,
  log: { bookings: Map<string, Stay>; cancelled: number },
  pool: string,
): string[] {
  const claimed = events
    .filter(({ type }) => type === 'booking.held')
    .flatMap(({ seq, subject, claims }) => {
      const stay = log.bookings.get(subject)
      if (!stay) return [`event ${seq}: a booking that was not asked for`]
      const { row, arrival, nights } = stay
      const [claim, ...more] = claims
      const exact =
        claim?.pool === pool &&
        claim.units === 1 &&
        claim.from === arrival &&
        claim.to === arrival + nights &&
        more.length === 0
      return exact ? [] : [`event ${seq}: row ${row} does not claim one room for its nights`]
    })
  const counted = Object.entries({
    held: [held, log.bookings.size],
    confirmed: [confirmed, log.bookings.size],
    cancelled: [cancelled, log.cancelled],
    expired: [expired, 0],
  }).flatMap(([name, [events, wanted]]) =>
    events === wanted ? [] : [`${events} bookings ${name} in the stream, ${wanted} in the log`],
  )
  return [...counted, ...claimed]
}
