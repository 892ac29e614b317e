/** Numbers that look random and are the same for the same seed (mulberry32: T. Ettinger, public domain). */
export function chance(seed: number) {
  let state = seed
  const next = () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
  return {
    /** A whole number from `low` to `high`, both included. */
    between: (low: number, high: number): number => low + Math.floor(next() * (high - low + 1)),
    /** True so often, 0 to 1. */
    often: (share: number): boolean => next() < share,
    /** One of those whose shares are parts of a hundred. */
    byShare: <T extends { share: number }>(of: readonly T[]): T => {
      const drawn = next() * 100
      let sum = 0
      for (const one of of) {
        sum += one.share
        if (drawn < sum) return one
      }
      throw new Error(`shares that add up to ${sum}`)
    },
    one: <T>(of: readonly T[]): T => of[Math.floor(next() * of.length)] as T,
  }
}
export type Chance = ReturnType<typeof chance>
