/** Numbers in [0, 1), equally likely, the same for the same seed. */
export type Random = () => number

/** A small generator of 32 bits of state (mulberry32, T. Ettinger, public domain): enough for a simulation. */
export function seededRandom(seed: number): Random {
  // In an array, for a number of a closure that leaves the small integers would be allocated anew at each call.
  const state = Int32Array.of(seed)
  return () => {
    const next = ((state[0] as number) + 0x6d2b79f5) | 0
    state[0] = next
    let mixed = Math.imul(next ^ (next >>> 15), 1 | next)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}

/** A standard normal number, near enough: the sum of four uniform ones has its mean, spread and no far outliers. */
export const nearNormal = (random: Random): number =>
  (random() + random() + random() + random() - 2) * Math.sqrt(3)
