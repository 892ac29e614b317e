/** When booked people come, in minutes after their time (before is negative), and how many never do. */
export type Showing = { came: number[]; never: number }

const earliest = -60
const latest = 60
const memory = 1500
/** Before anybody was seen: most come a little early, one in ten never; counts like twenty bookings. */
const priorWeight = 20
const priorNever = 0.1

export function newShowing(): Showing {
  const came = Array.from({ length: latest - earliest + 1 }, (_, i) =>
    Math.exp(-(((i + earliest + 5) / 8) ** 2) / 2),
  )
  const all = came.reduce((a, b) => a + b, 0)
  return {
    came: came.map((weight) => (weight / all) * priorWeight * (1 - priorNever)),
    never: priorWeight * priorNever,
  }
}

/** @param minutes after the booked time at which they came; null if they never did */
export function addToShowing(showing: Showing, minutes: number | null): void {
  const keep = 1 - 1 / memory
  showing.never *= keep
  for (let i = 0; i < showing.came.length; i++) showing.came[i] = (showing.came[i] as number) * keep
  if (minutes === null) showing.never += 1
  else {
    const index = Math.round(Math.min(latest, Math.max(earliest, minutes))) - earliest
    showing.came[index] = (showing.came[index] as number) + 1
  }
}

/** The share of booked people who come at all. */
export function cameShare({ came, never }: Showing): number {
  const all = came.reduce((sum, weight) => sum + weight, 0)
  return all / (all + never)
}

/** Weights of coming by each minute, one after another, and of never coming last: for drawing often. */
export function showingTable({ came, never }: Showing): Float64Array {
  const upTo = new Float64Array(came.length + 1)
  for (let i = 0; i < came.length; i++) upTo[i + 1] = (upTo[i] as number) + (came[i] as number)
  return Float64Array.of(...upTo, (upTo[came.length] as number) + never)
}

/**
 * When somebody comes who has not come yet, in minutes after the booked time; null if never.
 *
 * @param passed minutes since the booked time, negative before it
 */
export function drawShowing(upTo: Float64Array, passed: number, uniform: number): number | null {
  const last = upTo.length - 2
  const gone = upTo[Math.min(last, Math.max(0, Math.ceil(passed) - earliest))] as number
  const wanted = gone + ((upTo[last + 1] as number) - gone) * uniform
  if (wanted >= (upTo[last] as number)) return null
  let [low, high] = [0, last]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((upTo[middle + 1] as number) <= wanted) low = middle + 1
    else high = middle
  }
  return low + earliest
}
