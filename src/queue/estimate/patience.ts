/**
 * How long people wait before they leave: the rate of leaving by how long they have waited, from who left and how
 * long everybody stayed (a piecewise constant hazard; Kaplan and Meier's counts with wider steps).
 */
export type Patience = { left: number[]; waitedMs: number[] }

const minuteMs = 60_000
const edgesMs = [0, 0.5, 1, 2, 4, 8, 16, 32, 64, 128].map((minutes) => minutes * minuteMs)
const memory = 4000
/** The rate of a step leans on the rate over all as if on so many who left. */
const leaning = 20

/** Until somebody was seen: one in ten leaves within half an hour. */
export const newPatience = (): Patience => ({
  left: edgesMs.map(() => 0),
  waitedMs: edgesMs.map(() => 0),
})
const prior = { left: 1, waitedMs: 300 * minuteMs }

/** Learns that somebody waited so long and then left, or was called. */
export function addToPatience(patience: Patience, waitedMs: number, left: boolean): void {
  const keep = 1 - 1 / memory
  for (let step = 0; step < edgesMs.length; step++) {
    const from = edgesMs[step] as number
    const to = edgesMs[step + 1] ?? Number.POSITIVE_INFINITY
    const inside = Math.max(0, Math.min(waitedMs, to) - from)
    const ends = left && waitedMs >= from && waitedMs < to
    patience.waitedMs[step] = (patience.waitedMs[step] as number) * keep + inside
    patience.left[step] = (patience.left[step] as number) * keep + (ends ? 1 : 0)
  }
}

export const stepMs = 15_000
const steps = 1000

/**
 * How much urge to leave people have gathered after 0, 15, 30 ... seconds (the cumulative hazard): of those who
 * still wait at one time, e to the minus of its rise stay until another.
 *
 * @returns the urge, and the standard deviation of that estimate in parts of it
 */
export function urgeOf(patience: Patience): { urge: Float64Array; error: number } {
  const left = patience.left.reduce((a, b) => a + b, prior.left)
  const waited = patience.waitedMs.reduce((a, b) => a + b, prior.waitedMs)
  const overall = left / waited
  const rates = edgesMs.map(
    (_, step) =>
      ((patience.left[step] as number) + leaning) / ((patience.waitedMs[step] as number) + leaning / overall),
  )
  const urge = new Float64Array(steps)
  let step = 0
  for (let i = 1; i < steps; i++) {
    while (step + 1 < edgesMs.length && (i - 1) * stepMs >= (edgesMs[step + 1] as number)) step++
    urge[i] = (urge[i - 1] as number) + (rates[step] as number) * stepMs
  }
  return { urge, error: 1 / Math.sqrt(2 + left) }
}

/** How much of it one person bears before leaving: equally likely values of a standard exponential. */
export const bearing = Float64Array.from({ length: 1024 }, (_, i) => -Math.log((i + 0.5) / 1024))
