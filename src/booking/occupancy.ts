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
    let free = Number.POSITIVE_INFINITY
    let capacity = Number.POSITIVE_INFINITY
    for (let bucket = from; bucket < to; bucket++) {
      const tally = buckets?.get(bucket)
      const of = tally ? tally.capacity : usual
      free = Math.min(free, tally ? of - tally.taken : of)
      capacity = Math.min(capacity, of)
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
    let vacancies = Number.POSITIVE_INFINITY
    let capacity = Number.POSITIVE_INFINITY
    for (const alternatives of groups) {
      const needs = alternatives[0]?.length ?? 1
      const pools = new Map<string, { free: number; capacity: number }>()
      for (const claims of alternatives) {
        for (const claim of claims) if (!pools.has(claim.pool)) pools.set(claim.pool, this.free(claim))
      }
      const each = [...pools.values()]
      const [free, all] = [each.map((pool) => pool.free), each.map((pool) => pool.capacity)]
      vacancies = Math.min(vacancies, rounds(free, needs))
      capacity = Math.min(capacity, rounds(all, needs))
    }
    return Number.isFinite(vacancies) ? { vacancies, capacity } : { vacancies: 0, capacity: 0 }
  }
}

/** How many times one unit can be had of each of `needs` different pools. */
function rounds(free: number[], needs: number): number {
  for (let most = Number.POSITIVE_INFINITY; ; ) {
    let units = 0
    for (const of of free) units += Math.min(of, most)
    const fewer = Math.floor(units / needs)
    if (fewer >= most) return most
    most = fewer
  }
}
