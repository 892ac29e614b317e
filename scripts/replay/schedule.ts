import type { Stay } from './stays.ts'

/** Something that happens on a day of the log. */
export type Step = { day: number; verb: 'book' | 'cancel'; stay: Stay }

/**
 * The log in the order in which it is replayed, day by day: first the cancellations dated that day, in file order, then
 * the day's bookings in file order. A cancellation dated on the day of its own booking comes right after that booking,
 * and so does one dated earlier still: there is nothing to cancel before.
 */
export function schedule(stays: Stay[]): Step[] {
  const booked = Map.groupBy(stays, ({ bookedOn }) => bookedOn)
  const cancelled = Map.groupBy(stays.filter(cancelledLater), ({ cancelledOn }) => cancelledOn)
  const days = [...new Set([...booked.keys(), ...cancelled.keys()])].filter((day) => day !== null)
  return days
    .sort((a, b) => a - b)
    .flatMap((day) => [
      ...(cancelled.get(day) ?? []).map((stay): Step => ({ day, verb: 'cancel', stay })),
      ...(booked.get(day) ?? []).flatMap((stay): Step[] =>
        stay.cancelledOn === null || cancelledLater(stay)
          ? [{ day, verb: 'book', stay }]
          : [
              { day, verb: 'book', stay },
              { day, verb: 'cancel', stay },
            ],
      ),
    ])
}

const cancelledLater = ({ cancelledOn, bookedOn }: Stay) => cancelledOn !== null && cancelledOn > bookedOn

export type Outcome = 'accepted' | 'refused' | 'zero_nights'

/**
 * What has to come of every row, by a plain count of rooms per night in the same order: accepted if each of its nights
 * has a room left. A cancellation frees the nights of a booking that was accepted.
 */
export function countInMemory(steps: Step[], rooms: number): Map<number, Outcome> {
  const outcomes = new Map<number, Outcome>()
  const taken = new Map<number, number>()
  const nightsOf = ({ arrival, nights }: Stay) => Array.from({ length: nights }, (_, i) => arrival + i)
  const move = (stay: Stay, by: 1 | -1) => {
    for (const night of nightsOf(stay)) taken.set(night, (taken.get(night) ?? 0) + by)
  }
  for (const { verb, stay } of steps) {
    if (verb === 'cancel') {
      if (outcomes.get(stay.row) === 'accepted') move(stay, -1)
    } else if (stay.nights === 0) {
      outcomes.set(stay.row, 'zero_nights')
    } else if (nightsOf(stay).every((night) => (taken.get(night) ?? 0) < rooms)) {
      outcomes.set(stay.row, 'accepted')
      move(stay, 1)
    } else {
      outcomes.set(stay.row, 'refused')
    }
  }
  return outcomes
}

/** Counts per outcome, and how many accepted bookings a cancellation then freed. */
export function figuresOf(steps: Step[], outcomes: Map<number, Outcome>) {
  const count = (wanted: Outcome) => [...outcomes.values()].filter((outcome) => outcome === wanted).length
  return {
    asked: outcomes.size,
    zeroNights: count('zero_nights'),
    accepted: count('accepted'),
    refused: count('refused'),
    cancelled: steps.filter(({ verb, stay }) => verb === 'cancel' && outcomes.get(stay.row) === 'accepted')
      .length,
  }
}

/** The rows of which something else came than was foretold, in words and in file order. */
export const differences = (
  stays: Stay[],
  foretold: Map<number, Outcome>,
  outcomes: Map<number, Outcome>,
): string[] =>
  stays
    .filter(({ row }) => foretold.get(row) !== outcomes.get(row))
    .map(({ row, nights }) => {
      const [wanted, got] = [foretold.get(row), outcomes.get(row)]
      return `row ${row} (${nights} nights): ${got ?? 'not asked'}, foretold ${wanted}`
    })
