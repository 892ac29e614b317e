import { dateOfEpochDay } from '../../src/kernel/time.ts'
import type { Driven } from './drive.ts'
import type { Swept } from './proof.ts'
import { figuresOf, type Step } from './schedule.ts'

/** What `--json` prints. */
export type Figures = ReturnType<typeof figuresOf> & {
  /** The night on which most rooms were taken at once, counted from the event stream; of several the first. */
  fullestNight: { date: string; rooms: number } | null
  /** Rows asked for, each with its confirmation and the cancellations between, since this process began to ask. */
  bookingsPerSecond: number
}

export function figuresOfRun(steps: Step[], driven: Driven, { fullest }: Swept, seconds: number): Figures {
  return {
    ...figuresOf(steps, driven.outcomes),
    cancelled: driven.cancelled,
    fullestNight: fullest ? { date: dateOfEpochDay(fullest.bucket), rooms: fullest.units } : null,
    bookingsPerSecond: Math.round((10 * driven.askedNow) / seconds) / 10,
  }
}

const number = (value: number) => value.toLocaleString('en-GB').padStart(8)

/** The figures, for people. */
export function reportOf(hotel: string, rooms: number, steps: Step[], figures: Figures): string {
  const [first, last] = [steps[0], steps.at(-1)].map((step) => dateOfEpochDay(step?.day ?? 0))
  const { asked, zeroNights, accepted, refused, cancelled, fullestNight, bookingsPerSecond } = figures
  return [
    `${hotel}, ${rooms} rooms, from ${first} to ${last}`,
    `  asked      ${number(asked)}`,
    `  zero nights${number(zeroNights)}  refused: a stay has a night`,
    `  refused    ${number(refused)}  sold out`,
    `  accepted   ${number(accepted)}`,
    `  cancelled  ${number(cancelled)}  of those accepted`,
    fullestNight ? `  the fullest night, ${fullestNight.date}, had ${fullestNight.rooms} rooms taken` : '',
    `  ${bookingsPerSecond} bookings a second`,
  ]
    .filter(Boolean)
    .join('\n')
}

const shown = 10

/** What disagrees: the first of it in words, and how many more; nothing is said of nothing. */
export function complaint(what: string, faults: string[]): string[] {
  if (faults.length === 0) return []
  const rest = faults.length - shown
  return [what, ...faults.slice(0, shown), ...(rest > 0 ? [`and ${rest} more`] : [])]
}
