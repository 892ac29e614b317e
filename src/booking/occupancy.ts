import type { Pool } from '../location/index.ts'
import type { Groups, PlannedClaim } from './planner.ts'
import type { OverdueRow, TakenRow } from './store.ts'

/** What is taken of pools, as read for a list of slots. Overdue holds are subtracted: they no longer count (Law 2). */
export class Occupancy {
  readonly #taken = new Map<string, Map<number, Tally>>()
  readonly #pools: Map<string, Pool>

  constructor(pools: Map<string, Pool>, tallies: TakenRow[], overdue: OverdueRow[]) {
    this.#pools = pools
    for (const { pool_id, bucket, taken, capacity } of tallies) {
      let buckets = this.#taken.get(pool_id)
      if (!buckets) {
        buckets = new Map()
        this.#taken.set(pool_id, buckets)
      }
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
    if (!buckets) return { free: usual, capacity: usual }
    let free = Number.POSITIVE_INFINITY
    let capacity = Number.POSITIVE_INFINITY
    for (let bucket = from; bucket < to; bucket++) {
      const tally = buckets.get(bucket)
      const of = tally ? tally.capacity : usual
      free = Math.min(free, tally ? of - tally.taken : of)
      capacity = Math.min(capacity, of)
    }
    return { free, capacity }
  }

  /**
   * Whether a hold of exactly these claims would be granted now; and for people to read how much is left, and of how
   * much, over all the candidates of a need. A need that takes a unit a place counts in places, one that takes a single
   * unit counts in bookings; a slot has as many as its scarcest need.
   */
  left(groups: Groups): { fits: boolean; vacancies: number; capacity: number } {
    let fits = true
    let vacancies = Number.POSITIVE_INFINITY
    let capacity = Number.POSITIVE_INFINITY
    for (const alternatives of groups) {
      const left =
        (alternatives[0]?.length ?? 1) === 1 ? this.#ofOne(alternatives) : this.#ofMany(alternatives)
      fits &&= left.fits
      vacancies = Math.min(vacancies, left.vacancies)
      capacity = Math.min(capacity, left.capacity)
    }
    return Number.isFinite(vacancies) ? { fits, vacancies, capacity } : { fits, vacancies: 0, capacity: 0 }
  }

  /** A need by itself, as most are: each alternative is another pool. */
  #ofOne(alternatives: PlannedClaim[][]): { fits: boolean; vacancies: number; capacity: number } {
    let fits = false
    let vacancies = 0
    let capacity = 0
    for (const [claim] of alternatives) {
      if (!claim) continue
      const pool = this.free(claim)
      fits ||= pool.free >= claim.units
      vacancies += pool.free
      capacity += pool.capacity
    }
    return { fits, vacancies, capacity }
  }

  /** Needs that share candidates: each alternative has a pool for each of them. */
  #ofMany(alternatives: PlannedClaim[][]): { fits: boolean; vacancies: number; capacity: number } {
    const pools = new Map<string, { free: number; capacity: number }>()
    for (const claim of alternatives.flat())
      if (!pools.has(claim.pool)) pools.set(claim.pool, this.free(claim))
    const each = [...pools.values()]
    const needs = alternatives[0]?.length ?? 1
    const freeOf = (claim: PlannedClaim) => pools.get(claim.pool)?.free ?? 0
    return {
      fits: alternatives.some((claims) => claims.every((claim) => freeOf(claim) >= claim.units)),
      vacancies: rounds(
        each.map(({ free }) => free),
        needs,
      ),
      capacity: rounds(
        each.map((pool) => pool.capacity),
        needs,
      ),
    }
  }
}

type Tally = { taken: number; capacity: number }

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
