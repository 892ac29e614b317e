import fc from 'fast-check'
import type { Opening, Week } from './oracle.ts'

/** Locations, services and what happens to them, drawn at random; pools are named by what counts them and a number. */

const closed: Opening[] = []
const openings: Opening[][] = [
  closed,
  [['09:00', '12:00']],
  [
    ['09:00', '12:00'],
    ['13:00', '17:00'],
  ],
  // Off the grid of every pool.
  [['08:10', '14:40']],
  [['00:00', '24:00']],
]
const weighted: fc.Arbitrary<Opening[]> = fc.oneof(
  { weight: 1, arbitrary: fc.constant(closed) },
  { weight: 6, arbitrary: fc.constantFrom(...openings.slice(1)) },
)
export const weeks: fc.Arbitrary<Week> = fc.array(weighted, { minLength: 7, maxLength: 7 })

/** A zone and a Saturday before the clocks are put, or an ordinary one. */
const places = fc.constantFrom(
  ...([
    ['Europe/London', '2026-11-21'],
    ['Europe/London', '2026-10-24'],
    ['Europe/London', '2027-03-27'],
    ['America/New_York', '2026-10-31'],
    ['Australia/Lord_Howe', '2027-04-03'],
    ['Asia/Kathmandu', '2026-12-31'],
  ] as const),
)

/** Capacities of the pools by what counts them, from none to a family's. */
const capacities = (pools: number) =>
  fc.array(fc.constantFrom(1, 2, 3, 4, 0), { minLength: pools, maxLength: pools })
const pools = fc.record({
  quarter: capacities(3),
  five: capacities(1),
  departure: capacities(2),
  day: capacities(2),
})
/** Somebody's own hours. */
const shifts = fc.dictionary(fc.constantFrom('quarter0', 'quarter0', 'quarter1', 'departure0'), weeks, {
  maxKeys: 2,
})

const take = fc.constantFrom('places', 'one')
const needing = (...shapes: string[][][]) =>
  fc
    .tuple(fc.constantFrom(...shapes), fc.array(take, { minLength: 3, maxLength: 3 }))
    .map(([shape, takes]) => shape.map((of, i) => ({ of, take: takes[i] as 'places' | 'one' })))
const [q0, q1, q2, f0] = ['quarter0', 'quarter1', 'quarter2', 'five0']
const [p0, p1, d0, d1] = ['departure0', 'departure1', 'day0', 'day1']

const common = {
  leadTimeMinutes: fc.constantFrom(0, 0, 45, 600),
  cancelCutOffMinutes: fc.constantFrom(0, 120, 2880),
  horizonDays: fc.constantFrom(1, 2, 90),
}
const grid = fc.constantFrom(30, 45, 60, 90)
const buffers = {
  bufferBeforeMinutes: fc.constantFrom(0, 15, 30),
  bufferAfterMinutes: fc.constantFrom(0, 15, 30),
}
const slotServices = fc.record({
  kind: fc.constant('slots' as const),
  ...common,
  ...buffers,
  durationMinutes: grid,
  startEveryMinutes: fc.constantFrom(15, 30, 45, 60),
  needs: needing(
    [[q0]],
    [[q0, q1]],
    [[q0, q1], [q2]],
    [
      [q0, q1],
      [q1, q2],
    ],
    [
      [q0, q1, q2],
      [q0, q1, q2],
    ],
    [[q0, q1], [q0]],
    [[q0, q1, q2], [q1, q2], [q2]],
    [[q0], [f0]],
  ),
})
const departureServices = fc.record({
  kind: fc.constant('departures' as const),
  ...common,
  ...buffers,
  durationMinutes: grid,
  departures: fc
    .uniqueArray(fc.constantFrom('09:00', '10:30', '13:15', '15:45', '23:30'), {
      minLength: 1,
      maxLength: 4,
    })
    .chain((times) =>
      fc.tuple(
        ...times.map((time) =>
          fc.record({
            time: fc.constant(time),
            days: fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { minLength: 3, maxLength: 7 }),
          }),
        ),
      ),
    ),
  needs: needing([[p0]], [[p0, p1]], [[p0], [q0, q1]], [[p0, p1], [p0]], [[q1], [f0]]),
})
const ticketServices = fc.record({
  kind: fc.constant('opening_hours' as const),
  ...common,
  lastEntryMinutes: fc.constantFrom(0, 30),
  needs: needing([[d0]], [[d0, d1]], [[d0], [d1]]),
})
const nightServices = fc.record({
  kind: fc.constant('nights' as const),
  ...common,
  checkIn: fc.constant('15:00'),
  checkOut: fc.constant('11:00'),
  maxNights: fc.constantFrom(1, 3),
  needs: needing([[d1]], [[d0, d1]], [[d0, d1], [d1]]),
})
/** By time of day most of all: that is where most can go wrong. */
const services = fc.oneof(
  { weight: 4, arbitrary: slotServices },
  { weight: 2, arbitrary: departureServices },
  { weight: 1, arbitrary: ticketServices },
  { weight: 1, arbitrary: nightServices },
)

export const configurations = fc.record({
  place: places,
  week: weeks,
  pools,
  shifts,
  services: fc.array(services, { minLength: 1, maxLength: 2 }),
})
type Of<T> = T extends fc.Arbitrary<infer V> ? V : never
export type Configuration = Of<typeof configurations>

const some = fc.nat(1000)
/** Which slot: mostly one of a few, so that they meet. */
const slot = fc.oneof({ weight: 4, arbitrary: fc.nat(2) }, { weight: 1, arbitrary: some })
/** Which booking, counted from the last: mostly one that may still change. */
const booking = fc.oneof({ weight: 3, arbitrary: fc.nat(2) }, { weight: 1, arbitrary: some })
/** Which party: single ones mostly, pairs, a family of four, five. */
const party = fc.constantFrom(0, 0, 0, 1, 1, 2, 3)
const command = fc.oneof(
  {
    weight: 10,
    arbitrary: fc.record({
      do: fc.constant('hold' as const),
      service: some,
      slot,
      party,
      by: fc.constantFrom('public' as const, 'partner' as const, 'desk' as const),
      minutes: fc.constantFrom(1, 10, 60),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('crowd' as const), service: some, slot, party }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('extend' as const),
      booking,
      minutes: fc.constantFrom(1, 15, 90),
    }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('confirm' as const), booking }) },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('cancel' as const), booking, desk: fc.boolean() }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('advance' as const), minutes: fc.constantFrom(1, 30, 300, 1500) }),
  },
  // Time goes on and nobody sweeps: to the next deadline, to a millisecond before it, or by so many minutes.
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('wait' as const),
      until: fc.constantFrom('deadline' as const, 'just before' as const, 'minutes' as const),
      minutes: fc.integer({ min: 1, max: 400 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('open' as const),
      day: fc.nat(3),
      openings: fc.option(fc.constantFrom(...openings)),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('capacity' as const),
      pool: some,
      day: fc.nat(3),
      capacity: fc.integer({ min: 0, max: 5 }),
    }),
  },
)
export type Command = Of<typeof command>

export const commands = fc.array(command, { minLength: 12, maxLength: 24 })
