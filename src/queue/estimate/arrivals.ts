/** How many come in each half-hour of a day, for one kind of arrival, and for which service. */
export type Arrivals = {
  /** Whole days learned, and the running mean of arrivals by half-hour. */
  days: number
  mean: number[]
  /** Arrivals of the day that is not over yet. */
  today: number[]
  services: Record<string, number>
}

const halfHours = 48
const halfHourMinutes = 30
const memoryDays = 25
const serviceMemory = 1000
/** The present day's surplus counts against what is usual like so many arrivals. */
const leaning = 60

export const newArrivals = (): Arrivals => ({
  days: 0,
  mean: new Array<number>(halfHours).fill(0),
  today: new Array<number>(halfHours).fill(0),
  services: {},
})

const halfHourOf = (dayMinute: number) =>
  Math.min(halfHours - 1, Math.max(0, Math.floor(dayMinute / halfHourMinutes)))

export function addArrival(arrivals: Arrivals, service: string, dayMinute: number): void {
  const index = halfHourOf(dayMinute)
  arrivals.today[index] = (arrivals.today[index] as number) + 1
  for (const id of Object.keys(arrivals.services))
    arrivals.services[id] = (arrivals.services[id] as number) * (1 - 1 / serviceMemory)
  arrivals.services[service] = (arrivals.services[service] ?? 0) + 1
}

/** The day is over: what came today becomes part of what is usual. */
export function endDay(arrivals: Arrivals): void {
  if (arrivals.today.every((count) => count === 0)) return
  arrivals.days++
  const part = 1 / Math.min(arrivals.days, memoryDays)
  for (let i = 0; i < halfHours; i++) {
    arrivals.mean[i] = (arrivals.mean[i] as number) * (1 - part) + (arrivals.today[i] as number) * part
    arrivals.today[i] = 0
  }
}

/**
 * Arrivals expected per millisecond in each half-hour of the day: what is usual, as busy as today is so far.
 *
 * @returns the rates, and the standard deviation of that estimate in parts of it
 */
export function ratesOf(arrivals: Arrivals, dayMinute: number): { rates: Float64Array; error: number } {
  const { days, mean, today } = arrivals
  const now = halfHourOf(dayMinute)
  let [usual, seen, open] = [0, 0, 0]
  for (let i = 0; i <= now; i++) {
    const share = i < now ? 1 : dayMinute / halfHourMinutes - now
    usual += (mean[i] as number) * share
    seen += today[i] as number
    if (seen > 0) open += share
  }
  const before = days * mean.reduce((sum, count) => sum + count, 0)
  const busy = (leaning + seen) / (leaning + usual)
  const rates = new Float64Array(halfHours)
  for (let i = 0; i < halfHours; i++) {
    const own = mean[i] as number
    const around = ((mean[i - 1] ?? own) + 2 * own + (mean[i + 1] ?? own)) / 4
    // On the first day nothing is usual yet: as many as so far, in each half-hour since the first of them.
    rates[i] = (days === 0 ? seen / Math.max(1, open) : around * busy) / (halfHourMinutes * 60_000)
  }
  return { rates, error: 1 / Math.sqrt(4 + seen + before) }
}
