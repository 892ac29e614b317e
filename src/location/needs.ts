/** Needs that share candidates have to be filled together: the planner plans by these rules, configuration is checked by them. */

/** Indexes of needs, together where they share a candidate: only those have to be chosen together. */
export function groupNeeds(needs: string[][]): number[][] {
  const groups: { indexes: number[]; pools: Set<string> }[] = []
  for (const [index, of] of needs.entries()) {
    const shared = groups.filter(({ pools }) => of.some((pool) => pools.has(pool)))
    const merged = {
      indexes: [...shared.flatMap(({ indexes }) => indexes), index],
      pools: new Set([...shared.flatMap(({ pools }) => [...pools]), ...of]),
    }
    for (const group of shared) groups.splice(groups.indexOf(group), 1)
    groups.push(merged)
  }
  return groups.map(({ indexes }) => indexes)
}

/** `key` is the same for needs with the same candidates. */
export type Wanted = { units: number; of: string[]; key: string }
export type Filling = { pool: string; units: number }[]

/**
 * Ways to give each of these needs a pool of its own, `atMost` of them. Two needs alike in pools and units are not told
 * apart, so of the two orders in which they could take the same two pools only one is tried.
 */
export function fillings(needs: Wanted[], atMost = Number.POSITIVE_INFINITY): Filling[] {
  const [need, ...rest] = needs
  if (!need) return [[]]
  const found: Filling[] = []
  for (const [position, pool] of need.of.entries()) {
    if (found.length >= atMost) break
    const left = rest.map((other) => ({
      ...other,
      of: other.of.filter((candidate) =>
        alike(need, other) ? need.of.indexOf(candidate) > position : candidate !== pool,
      ),
    }))
    for (const filling of fillings(left, atMost - found.length)) {
      found.push([{ pool, units: need.units }, ...filling])
    }
  }
  return found
}

const alike = (a: Wanted, b: Wanted) => a.units === b.units && a.key === b.key
