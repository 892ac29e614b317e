/**
 * A quantile by linear interpolation (Hyndman and Fan's type 8, unbiased for the median). Reorders the values: only
 * as far as that one quantile needs (Hoare's selection), for sorting would cost more than the simulation.
 */
export function quantileOf(values: Float64Array, level: number): number {
  const last = values.length - 1
  const at = Math.min(last, Math.max(0, level * (values.length + 1 / 3) - 2 / 3))
  const low = Math.floor(at)
  select(values, low)
  const a = values[low] as number
  if (at === low) return a
  let b = Number.POSITIVE_INFINITY
  for (let i = low + 1; i <= last; i++) if ((values[i] as number) < b) b = values[i] as number
  return a === b ? a : a + (b - a) * (at - low)
}

/** Puts the value of rank `k` at index `k`, nothing greater before it and nothing less behind it. */
function select(values: Float64Array, k: number): void {
  let from = 0
  let to = values.length - 1
  while (from < to) {
    const pivot = values[k] as number
    let i = from
    let j = to
    while (i <= j) {
      while ((values[i] as number) < pivot) i++
      while (pivot < (values[j] as number)) j--
      if (i > j) break
      const kept = values[i] as number
      values[i] = values[j] as number
      values[j] = kept
      i++
      j--
    }
    if (j < k) from = i
    if (k < i) to = j
  }
}
