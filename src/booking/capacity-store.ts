import { limits } from '../config.ts'
import { DAY_MS } from '../kernel/time.ts'
import { type Statement, statement } from '../platform/database.ts'

/** Capacity in SQL: what a pool has, for good or for some buckets. */

export const poolStatements = (pool: string): Statement[] => [
  statement('SELECT * FROM pool WHERE id = :pool', { pool }),
  statement('SELECT l.* FROM pool p JOIN location l ON l.id = p.location_id WHERE p.id = :pool', { pool }),
]

/** Buckets [from, to) of a pool, or all from `from` on that still follow the pool's own capacity. */
export type Stretch = { pool: string; from: number; to: number | null; capacity: number; revision: number }

const tooFull = `SELECT bucket FROM tally WHERE pool_id = :pool AND bucket >= :from AND taken > :capacity
  AND (bucket < :to OR :to IS NULL AND overridden = 0)`

/** Condition of a change of capacity: nobody changed the pool since it was read, and what is taken still fits. */
export const capacityGuard = `EXISTS (SELECT 1 FROM pool WHERE id = :pool AND revision = :revision) AND NOT EXISTS (${tooFull})`

/** Sets the capacity of buckets that exist and of those that do not yet; the CHECK stands behind the guard. */
export const setCapacity = (stretch: Stretch): Statement[] => [
  stretch.to === null
    ? statement(
        `UPDATE tally SET capacity = :capacity
         WHERE pool_id = :pool AND bucket >= :from AND overridden = 0 AND ${capacityGuard}`,
        stretch,
      )
    : statement(
        `INSERT INTO tally (pool_id, bucket, taken, capacity, overridden)
         WITH RECURSIVE span (bucket) AS (SELECT :from UNION ALL SELECT bucket + 1 FROM span WHERE bucket + 1 < :to)
         SELECT :pool, bucket, 0, :capacity, 1 FROM span WHERE ${capacityGuard}
         ON CONFLICT (pool_id, bucket) DO UPDATE SET capacity = excluded.capacity, overridden = 1`,
        stretch,
      ),
  statement(
    `UPDATE pool SET revision = revision + 1, capacity = iif(:to IS NULL, :capacity, capacity)
     WHERE id = :pool AND ${capacityGuard} RETURNING revision`,
    stretch,
  ),
]

/** The bookings that stand in the way of a lower capacity, soonest first; a stay that began before `from` is one too. */
export const bookingsInTheWay = (stretch: Stretch, limit: number): Statement =>
  statement(
    `SELECT b.id, b.reference FROM pool p
     JOIN booking b ON b.location_id = p.location_id
       AND b.starts_at >= :from * p.bucket_minutes * 60000 - ${(limits.nights + 2) * DAY_MS}
     WHERE p.id = :pool AND EXISTS (${tooFull}) AND EXISTS (
       SELECT 1 FROM claim c JOIN (${tooFull}) tight ON tight.bucket >= c.from_bucket AND tight.bucket < c.to_bucket
       WHERE c.booking_id = b.id AND c.pool_id = p.id AND c.released_at IS NULL
     )
     ORDER BY b.starts_at, b.id LIMIT :limit`,
    { ...stretch, limit },
  )
