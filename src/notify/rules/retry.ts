import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../kernel/time.ts'

/** How long to wait after each failed attempt; after the last there is none. */
const schedules = {
  /** An hour late is late for a message; four hours later nobody wants it. */
  message: [10_000, MINUTE_MS, 5 * MINUTE_MS, 15 * MINUTE_MS, 30 * MINUTE_MS, HOUR_MS, 2 * HOUR_MS],
  /** Three days: a weekend without anybody to mend the receiver. */
  webhook: [
    5_000,
    MINUTE_MS,
    5 * MINUTE_MS,
    30 * MINUTE_MS,
    HOUR_MS,
    2 * HOUR_MS,
    5 * HOUR_MS,
    10 * HOUR_MS,
    14 * HOUR_MS,
    20 * HOUR_MS,
    20 * HOUR_MS,
  ],
} as const

/**
 * Ms from a failed attempt, the `attempts`th, to the next; undefined if that was the last. The receiver may ask for more
 * time (`askedMs`), up to a day.
 */
export function retryAfter(what: keyof typeof schedules, attempts: number, askedMs = 0): number | undefined {
  const wait = schedules[what][attempts - 1]
  return wait === undefined ? undefined : Math.max(wait, Math.min(askedMs, DAY_MS))
}
