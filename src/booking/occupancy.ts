import type { Pool } from '../location/index.ts'
import type { Groups, PlannedClaim } from './planner.ts'
import type { OverdueRow, TakenRow } from './store.ts'

/** What is taken of pools, as read for a list of slots. Overdue holds are subtracted: they no longer count (Law 2). */
export class Occupancy {
  readonly #taken = new Map<string, Map<number, { taken: number; capacity: number }>>()
  readonly #pools: Map<string, Pool>

  constructor(pools: Map<string, Pool>, tallies: TakenRow[], overdue: OverdueRow[]) {
    this.#pools = pools
    for (const { pool_id, bucket, taken, capacity } of tallies) {
      const buckets = this.#taken.get(pool_id) ?? new Map<number, { taken: number; capacity: number }>()
      this.#taken.set(pool_id, buckets)
      buckets.set(bucket, { taken, capacity })
    }
    for (const { pool_id, from_bucket, to_bucket, units } of overdue) {
      const buckets = this.#taken.get(pool_id)
      for (let bucket = from_bucket; bucket < to_bucket; bucket++) {
        const tally = buckets?.get(bucket)
        if (tally) tally.taken -= units
      }
    }
  }

  /** Units of the claim's pool that are free in all of its buckets, and how many there are when none is taken. */
  free({ pool, from, to }: PlannedClaim): { free: number; capacity: number } {
    const buckets = this.#taken.get(pool)
    const usual = this.#pools.get(pool)?.capacity ?? 0
    let [free, capacity] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]
    for (let bucket = from; bucket < to; bucket++) {
      const tally = buckets?.get(bucket) ?? { taken: 0, capacity: usual }
      free = Math.min(free, tally.capacity - tally.taken)
      capacity = Math.min(capacity, tally.capacity)
    }
    return { free, capacity }
  }

  /** Whether a hold of exactly these claims would be granted now. */
  fits(groups: Groups): boolean {
    return groups.every((alternatives) =>
      alternatives.some((claims) => claims.every((claim) => this.free(claim).free >= claim.units)),
    )
  }

  /**
   * How much is left for people to read, and of how much, over all the candidates of a need. A need that takes a unit a
   * place counts in places, one that takes a single unit counts in bookings; a slot has as many as its scarcest need.
   */
  left(groups: Groups): { vacancies: number; capacity: number } {
    let left = { vacancies: Number.POSITIVE_INFINITY, capacity: Number.POSITIVE_INFINITY }
    for (const alternatives of groups) {
      const needs = alternatives[0]?.length ?? 1
      const pools = new Map(alternatives.flat().map((claim) => [claim.pool, this.free(claim)]))
      const each = [...pools.values()]
      left = {
        vacancies: Math.min(
          left.vacancies,
          rounds(
            each.map(({ free }) => free),
            needs,
          ),
        ),
        capacity: Math.min(
          left.capacity,
          rounds(
            each.map(({ capacity }) => capacity),
            needs,
          ),
        ),
      }
    }
    return Number.isFinite(left.vacancies) ? left : { vacancies: 0, capacity: 0 }
  }
}

/** How many times one unit can be had of each of `needs` different pools. */
function rounds(free: number[], needs: number): number {
  for (let most = Number.POSITIVE_INFINITY; ; ) {
    const units = free.reduce((sum, of) => sum + Math.min(of, most), 0)
    const fewer = Math.floor(units / needs)
    if (fewer >= most) return most
    most = fewer
  }
}
