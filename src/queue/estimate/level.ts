/**
 * A mean that may drift: running means of several memories, weighed by how well each foretold what came. A short
 * memory follows a drift, a long one errs less where there is none; which of the two an office is shows in days.
 */
export type Level = {
  /** What was expected before anything was seen. */
  prior: number
  /** Observations that fade to a third after so many more; 0 learns nothing and says that nothing ever drifts. */
  memories: number[]
  /** By memory: what is left of the prior, weight and sum of what was observed, and how well it foretold. */
  priors: number[]
  weights: number[]
  sums: number[]
  scores: number[]
}

/** No memory is ever ruled out: it may be the right one again. */
const worstScore = -8

/** @param scores what each memory is thought of before anything was seen: 0 as well as any other, less for worse */
export const newLevel = (prior: number, memories: number[], scores = memories.map(() => 0)): Level => ({
  prior,
  memories,
  priors: memories.map(() => 1),
  weights: memories.map(() => 0),
  sums: memories.map(() => 0),
  scores: [...scores],
})

/**
 * Learns one duration, or a ratio.
 *
 * @param spread standard deviation of such values in parts of their mean
 */
export function addToLevel(level: Level, value: number, spread: number, priorError: number): void {
  let best = Number.NEGATIVE_INFINITY
  for (let i = 0; i < level.memories.length; i++) {
    const { mean } = meanOf(level, i, spread, priorError)
    // The logarithm of a gamma density of that mean and spread, less what is the same for all memories.
    const score = -(Math.log(mean) + value / mean) / (spread * spread)
    level.scores[i] = (level.scores[i] as number) + score
    best = Math.max(best, level.scores[i] as number)
    const memory = level.memories[i] as number
    if (memory === 0) continue
    const keep = 1 - 1 / memory
    level.priors[i] = (level.priors[i] as number) * keep
    level.weights[i] = (level.weights[i] as number) * keep + 1
    level.sums[i] = (level.sums[i] as number) * keep + value
  }
  for (let i = 0; i < level.memories.length; i++)
    level.scores[i] = Math.max(worstScore, (level.scores[i] as number) - best)
}

/**
 * The mean, and the variance of that estimate in parts of its square.
 *
 * @param priorError how far off the expected mean is itself expected to be, in parts of it
 */
export function levelOf(level: Level, spread: number, priorError: number): { mean: number; error: number } {
  let [mean, error, all] = [0, 0, 0]
  for (let i = 0; i < level.memories.length; i++) {
    const trust = Math.exp(level.scores[i] as number)
    const one = meanOf(level, i, spread, priorError)
    mean += trust * one.mean
    error += trust * one.error
    all += trust
  }
  return { mean: mean / all, error: error / all }
}

function meanOf(level: Level, i: number, spread: number, priorError: number) {
  if (level.memories[i] === 0) return { mean: level.prior, error: 0 }
  // As many observations as would be as far off as the prior is.
  const prior = ((level.priors[i] as number) * spread * spread) / (priorError * priorError)
  const weight = prior + (level.weights[i] as number)
  return {
    mean: (prior * level.prior + (level.sums[i] as number)) / weight,
    error: (spread * spread) / weight,
  }
}
