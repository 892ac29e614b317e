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

/** Equally likely values of a bell of mean zero and deviation one (the logistic quantiles, scaled). */
const bell = Float64Array.from({ length: 256 }, (_, i) => {
  const share = (i + 0.5) / 256
  return (Math.log(share / (1 - share)) * Math.sqrt(3)) / Math.PI
})

/** A ratio around one with the given standard deviation; never less than a fifth. */
export const ratioNearOne = (deviation: number, random: Random): number =>
  Math.max(0.2, 1 + deviation * (bell[(random() * bell.length) | 0] as number))
