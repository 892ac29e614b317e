/** Numbers in [0, 1), equally likely, the same for the same seed. */
export type Random = () => number

/** G. Marsaglia's xorshift of 32 bits (2003, shifts 13, 17 and 5): plain, fast, and enough for a simulation. */
export function seededRandom(seed: number): Random {
  // In an array: a number of a closure that leaves the small integers would be allocated anew at each call.
  const state = Int32Array.of(seed ^ 0x5bd1e995 || 1)
  const next = () => {
    let x = state[0] as number
    x ^= x << 13
    x ^= x >>> 17
    x ^= x << 5
    state[0] = x
    return (x >>> 0) / 4294967296
  }
  // Seeds that differ in few bits begin alike; after some steps they do not.
  for (let i = 0; i < 20; i++) next()
  return next
}

/** Equally likely values of a bell of mean zero and deviation one (the logistic quantiles, scaled). */
const bell = Float64Array.from({ length: 256 }, (_, i) => {
  const share = (i + 0.5) / 256
  return (Math.log(share / (1 - share)) * Math.sqrt(3)) / Math.PI
})

/** A number of mean zero and deviation one. */
export const aroundZero = (random: Random): number => bell[(random() * bell.length) | 0] as number

/** A ratio around one with the given standard deviation; never less than a fifth. */
export const ratioNearOne = (deviation: number, random: Random): number =>
  Math.max(0.2, 1 + deviation * aroundZero(random))
