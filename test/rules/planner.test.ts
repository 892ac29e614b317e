import { describe, expect, test } from 'vitest'
import type { Catalogue } from '../../src/booking/catalogue.ts'
import {
  claimer,
  findSlot,
  listSlots,
  nameOf,
  outsideWindow,
  partyOf,
  type Slot,
} from '../../src/booking/planner.ts'
import type { Refused, Result } from '../../src/kernel/result.ts'
import { epochDay, formatInstant, HOUR_MS, MINUTE_MS } from '../../src/kernel/time.ts'
import type { Hours } from '../../src/location/hours.ts'
import type { Pool } from '../../src/location/index.ts'
import {
  alwaysOpen,
  catalogue,
  departureService,
  nightService,
  officeHours,
  pool,
  slotService,
  ticketService,
} from './catalogues.ts'
import { everyDay, open, weeklyOnly } from './opening.ts'

const slotOf = (known: Catalogue, name: string): Slot => {
  const found = findSlot(known, name)
  if (!found.ok) throw new Error(`${name}: ${found.problem.detail}`)
  return found.value
}
const refusal = <T>(result: Result<T>) => {
  const { problem } = result as Refused
  return [problem.code, problem.errors?.[0]?.path, problem.errors?.[0]?.rule]
}

describe('a slot found by its name', () => {
  // A lunch break, a closed day and a short one; clocks go back on 25 October 2026 in London.
  const broken: Hours = {
    ...weeklyOnly(everyDay([open('09:00', '12:00'), open('13:00', '17:30')])),
    exceptions: [
      { date: '2026-10-24', intervals: [] },
      { date: '2026-10-26', intervals: [open('10:00', '11:00')] },
    ],
  }
  const kinds = [
    ['slots', slotService({ startEveryMinutes: 45 })],
    [
      'departures',
      departureService({
        departures: [
          { time: '09:30', days: [1, 3, 5] },
          { time: '16:30', days: [1, 2, 3, 4, 5, 6, 7] },
          { time: '10:00', days: [7] },
        ],
      }),
    ],
    ['opening_hours', ticketService()],
    ['nights', nightService()],
  ] as const

  for (const hours of [broken, alwaysOpen]) {
    test.each(kinds)(
      `is the one that is listed: %s, ${hours === broken ? 'with breaks' : 'always open'}`,
      (_, service) => {
        const known = catalogue(service, { hours })
        const listed = listSlots(known, '2026-10-22', '2026-10-28')
        expect(listed.length).toBeGreaterThan(4)
        expect(new Set(listed.map((slot) => nameOf(known, slot))).size).toBe(listed.length)
        expect(listed.map(({ start }) => start)).toEqual(
          listed.map(({ start }) => start).toSorted((a, b) => a - b),
        )
        for (const slot of listed) {
          expect(slotOf(known, nameOf(known, slot))).toEqual(slot)
          expect(listSlots(known, slot.date, slot.date)).toContainEqual(slot)
        }
      },
    )
  }

  test.each(kinds.slice(0, 2))(
    'or refused, whatever minute of an open, a short and a closed day is asked: %s',
    (_, service) => {
      const known = catalogue(service, { hours: broken })
      const starts = new Map(listSlots(known, '2026-10-24', '2026-10-26').map((slot) => [slot.start, slot]))
      const dates = new Set([...starts.values()].map(({ date }) => date))
      let found = 0
      for (
        let at = Date.parse('2026-10-24T00:00:00+01:00');
        at < Date.parse('2026-10-27T00:00:00Z');
        at += MINUTE_MS
      ) {
        const name = formatInstant(at, 'Europe/London')
        const result = findSlot(known, name)
        if (result.ok) {
          expect(result.value).toEqual(starts.get(at))
          found++
        } else {
          const rule = dates.has(name.slice(0, 10)) ? 'not_a_slot' : 'closed'
          expect(refusal(result)).toEqual(['not_bookable', 'slot', rule])
        }
      }
      expect(found).toBe(starts.size)
    },
  )

  test('in whatever offset the start is written', () => {
    const known = catalogue(slotService())
    const slot = slotOf(known, '2026-11-24T10:00:00+00:00')
    expect(slotOf(known, '2026-11-24T10:00:00Z')).toEqual(slot)
    expect(slotOf(known, '2026-11-24T15:30:00+05:30')).toEqual(slot)
    expect(nameOf(known, slot)).toBe('2026-11-24T10:00:00+00:00')
  })

  test('and not by what is no name of a slot of that kind', () => {
    const date = '2026-11-24'
    const start = `${date}T10:00:00+00:00`
    const rule = (service: Catalogue['service'], name: string) =>
      refusal(findSlot(catalogue(service, { hours: alwaysOpen }), name)).slice(1)
    for (const service of [slotService(), departureService()]) {
      for (const name of [
        date,
        '',
        'tomorrow',
        '2026-11-24T10:00:00',
        '2026-11-31T10:00:00Z',
        `${date}/${date}`,
      ]) {
        expect(rule(service, name)).toEqual(['slot', 'format'])
      }
    }
    for (const name of [start, '2026-11-31', '20261124']) {
      expect(rule(ticketService(), name)).toEqual(['slot', 'format'])
    }
    for (const name of [date, start, '2026-11-24/2026-11-31', '2026-11-24/2026-11-25/2026-11-26', '/']) {
      expect(rule(nightService(), name)).toEqual(['slot', 'format'])
    }
  })
})

describe('when it can be booked', () => {
  const at = (instant: string) => Date.parse(instant)

  test('until the lead time before the start, to the millisecond', () => {
    const known = catalogue(slotService({ leadTimeMinutes: 90 }))
    const slot = slotOf(known, '2026-11-24T10:00:00+00:00')
    expect(outsideWindow(known, at('2026-11-24T08:30:00Z'))(slot)).toBe(undefined)
    expect(outsideWindow(known, at('2026-11-24T08:30:00Z') + 1)(slot)).toBe('too_soon')
  })

  test('at the desk until the appointment ends; a departure waits for nobody', () => {
    const known = catalogue(slotService({ leadTimeMinutes: 90 }))
    const slot = slotOf(known, '2026-11-24T10:00:00+00:00')
    expect(outsideWindow(known, slot.end - 1, true)(slot)).toBe(undefined)
    expect(outsideWindow(known, slot.end, true)(slot)).toBe('too_soon')
    const tours = catalogue(departureService())
    const tour = slotOf(tours, '2026-11-24T11:00:00+00:00')
    expect(outsideWindow(tours, tour.start + 1, true)(tour)).toBe('too_soon')
  })

  test('without lead time until it starts', () => {
    const known = catalogue(departureService())
    const slot = slotOf(known, '2026-11-24T11:00:00+00:00')
    expect(outsideWindow(known, slot.start)(slot)).toBe(undefined)
    expect(outsideWindow(known, slot.start + 1)(slot)).toBe('too_soon')
  })

  test('a ticket for a day until its last entry, counted from the last closing', () => {
    const hours = weeklyOnly(everyDay([open('09:00', '12:00'), open('13:00', '17:00')]))
    const known = catalogue(ticketService({ lastEntryMinutes: 30, leadTimeMinutes: 15 }), { hours })
    const slot = slotOf(known, '2026-11-24')
    expect([slot.start, slot.end]).toEqual([at('2026-11-24T09:00:00Z'), at('2026-11-24T17:00:00Z')])
    expect(outsideWindow(known, at('2026-11-24T16:15:00Z'))(slot)).toBe(undefined)
    expect(outsideWindow(known, at('2026-11-24T16:15:00Z') + 1)(slot)).toBe('too_soon')
  })

  test('a stay until the end of the day of arrival, where it is', () => {
    const known = catalogue(nightService(), { zone: 'America/New_York', hours: alwaysOpen })
    const slot = slotOf(known, '2026-11-24/2026-11-26')
    expect(outsideWindow(known, at('2026-11-25T04:59:59.999Z'))(slot)).toBe(undefined)
    expect(outsideWindow(known, at('2026-11-25T05:00:00Z'))(slot)).toBe('too_soon')
  })

  test('up to the horizon, a date further from local midnight on', () => {
    const known = catalogue(slotService({ horizonDays: 3 }), { zone: 'America/New_York' })
    const [last, past] = ['2026-11-24', '2026-11-25'].map((date) => slotOf(known, `${date}T16:00:00-05:00`))
    const evening = at('2026-11-22T04:59:59.999Z')
    expect(outsideWindow(known, evening)(last as Slot)).toBe(undefined)
    expect(outsideWindow(known, evening)(past as Slot)).toBe('beyond_horizon')
    expect(outsideWindow(known, evening + 1)(past as Slot)).toBe(undefined)
  })

  test('and cancelled until the cut-off before the start', () => {
    const cancelUntil = (service: Catalogue['service'], name: string) =>
      slotOf(catalogue(service, { hours: alwaysOpen }), name).cancelUntil
    const hours48 = { cancelCutOffMinutes: 48 * 60 }
    expect(cancelUntil(nightService(hours48), '2026-11-24/2026-11-26')).toBe(at('2026-11-22T15:00:00Z'))
    expect(cancelUntil(slotService(hours48), '2026-11-24T10:00:00Z')).toBe(at('2026-11-22T10:00:00Z'))
  })
})

describe('nights', () => {
  const known = (more = {}) =>
    catalogue(nightService(more), { hours: alwaysOpen, pools: [pool('a', { bucketMinutes: 1440 })] })
  const hoursOf = (slot: Slot) => (slot.end - slot.start) / HOUR_MS

  test('go from check-in to check-out on the clock, an hour longer or shorter where it is put', () => {
    expect(hoursOf(slotOf(known(), '2026-11-24/2026-11-25'))).toBe(20)
    expect(hoursOf(slotOf(known(), '2026-10-24/2026-10-25'))).toBe(21)
    expect(hoursOf(slotOf(known(), '2027-03-27/2027-03-28'))).toBe(19)
    const claims = claimer(known(), '2026-10-23', '2026-10-27')(slotOf(known(), '2026-10-23/2026-10-27'), 1)
    const first = epochDay('2026-10-23')
    expect(claims).toEqual([[[{ pool: 'a', units: 1, from: first, to: first + 4 }]]])
  })

  test('a check-in that the clock jumps is when it jumps; one that comes twice is the first', () => {
    const start = (name: string) =>
      new Date(slotOf(known({ checkIn: '01:30', checkOut: '01:30' }), name).start)
    expect(start('2027-03-28/2027-03-29').toISOString()).toBe('2027-03-28T01:00:00.000Z')
    expect(start('2026-10-25/2026-10-26').toISOString()).toBe('2026-10-25T00:30:00.000Z')
  })

  test('are one to the longest stay, all of them open', () => {
    const three = known({ maxNights: 3 })
    expect(slotOf(three, '2026-11-24/2026-11-27').lastDate).toBe('2026-11-26')
    expect(refusal(findSlot(three, '2026-11-24/2026-11-28'))).toEqual(['invalid_field', 'slot', 'nights'])
    expect(refusal(findSlot(three, '2026-11-24/2026-11-24'))).toEqual(['invalid_field', 'slot', 'nights'])
    expect(refusal(findSlot(three, '2026-11-24/2026-11-23'))).toEqual(['invalid_field', 'slot', 'nights'])
    const closed = catalogue(nightService(), {
      hours: { ...alwaysOpen, exceptions: [{ date: '2026-11-25', intervals: [] }] },
    })
    expect(refusal(findSlot(closed, '2026-11-24/2026-11-26'))).toEqual(['not_bookable', 'slot', 'closed'])
    expect(findSlot(closed, '2026-11-24/2026-11-25').ok).toBe(true)
    expect(findSlot(closed, '2026-11-26/2026-11-27').ok).toBe(true)
  })
})

describe('what a hold claims', () => {
  const claimed = (
    service: Catalogue['service'],
    pools: Pool[],
    name: string,
    places = 1,
    hours = officeHours,
  ) => {
    const known = catalogue(service, { pools, hours })
    const slot = slotOf(known, name)
    return claimer(known, slot.date, slot.lastDate)(slot, places)
  }
  const bucket = (instant: string, minutes: number) => Date.parse(instant) / (minutes * MINUTE_MS)
  const ten = '2026-11-24T10:00:00+00:00'

  test('is every bucket it touches, buffers included', () => {
    const service = slotService({ bufferBeforeMinutes: 10, bufferAfterMinutes: 5, durationMinutes: 50 })
    const [from, to] = [bucket('2026-11-24T09:45:00Z', 15), bucket('2026-11-24T11:00:00Z', 15)]
    expect(claimed(service, [pool('a')], ten)).toEqual([[[{ pool: 'a', units: 1, from, to }]]])
    const fine = [bucket('2026-11-24T09:50:00Z', 5), bucket('2026-11-24T10:55:00Z', 5)]
    expect(claimed(service, [pool('a', { bucketMinutes: 5 })], ten)).toEqual([
      [[{ pool: 'a', units: 1, from: fine[0], to: fine[1] }]],
    ])
  })

  test('is one bucket of a departure, one of each local day', () => {
    const eleven = '2026-11-24T11:00:00+00:00'
    const minute = bucket('2026-11-24T11:00:00Z', 1)
    expect(
      claimed(departureService({ bufferAfterMinutes: 60 }), [pool('a', { bucketMinutes: 1 })], eleven),
    ).toEqual([[[{ pool: 'a', units: 1, from: minute, to: minute + 1 }]]])
    const day = epochDay('2026-11-24')
    expect(claimed(ticketService(), [pool('a', { bucketMinutes: 1440 })], '2026-11-24')).toEqual([
      [[{ pool: 'a', units: 1, from: day, to: day + 1 }]],
    ])
    const night = slotService({ durationMinutes: 120, startEveryMinutes: 60 })
    expect(
      claimed(night, [pool('a', { bucketMinutes: 1440 })], '2026-11-24T23:00:00+00:00', 1, alwaysOpen),
    ).toEqual([[[{ pool: 'a', units: 1, from: day, to: day + 2 }]]])
  })

  test('is a unit a place, or one whatever the party', () => {
    const service = slotService({
      needs: [
        { of: ['a'], take: 'places' },
        { of: ['b'], take: 'one' },
      ],
    })
    const units = claimed(service, [pool('a'), pool('b')], ten, 4).map((group) => group[0]?.[0]?.units)
    expect(units).toEqual([4, 1])
  })

  test('is of somebody who is there from its first to its last minute', () => {
    const service = slotService({ needs: [{ of: ['a', 'b', 'c'], take: 'one' }] })
    const shift = (from: string, to: string) => ({ hours: everyDay([open(from, to)]) })
    const pools = [
      pool('a', shift('10:00', '17:00')),
      pool('b', shift('09:00', '11:00')),
      pool('c', shift('10:15', '17:00')),
    ]
    const who = (name: string) =>
      claimed(service, pools, name)[0]
        ?.flat()
        .map((claim) => claim.pool)
    expect(who('2026-11-24T09:00:00+00:00')).toEqual(['b'])
    expect(who(ten)).toEqual(['a', 'b'])
    expect(who('2026-11-24T11:00:00+00:00')).toEqual(['a', 'c'])
  })

  test('is never of a pool that is archived or gone; then nobody is there', () => {
    const service = slotService({ needs: [{ of: ['a', 'b', 'gone'], take: 'one' }] })
    const pools = [pool('a', { archived: true }), pool('b')]
    expect(
      claimed(service, pools, ten)[0]
        ?.flat()
        .map((claim) => claim.pool),
    ).toEqual(['b'])
    expect(claimed(service, [pool('a', { archived: true })], ten)).toEqual([[]])
  })

  test('is the same whether planned for the slot alone or for the whole week', () => {
    const service = slotService({ needs: [{ of: ['a', 'b'], take: 'one' }], startEveryMinutes: 30 })
    const pools = [
      pool('a', { hours: everyDay([open('09:00', '13:00')]) }),
      pool('b', { hours: everyDay([open('11:30', '17:00')]) }),
    ]
    const known = catalogue(service, { pools })
    const ofWeek = claimer(known, '2026-10-22', '2026-10-29')
    const slots = listSlots(known, '2026-10-22', '2026-10-28')
    expect(slots.length).toBe(7 * 15)
    for (const slot of slots)
      expect(claimer(known, slot.date, slot.lastDate)(slot, 1)).toEqual(ofWeek(slot, 1))
  })
})

describe('what is asked for', () => {
  const service = slotService({
    units: [
      { id: 'adult', name: { en: 'Adult' }, places: 1, price: 1800, min: 0, max: 500 },
      { id: 'child', name: { en: 'Child' }, places: 1, price: 900, min: 0, max: 500 },
      { id: 'family', name: { en: 'Family' }, places: 4, price: 4500, min: 0, max: 500 },
      { id: 'group', name: { en: 'Group' }, places: 10, price: 9000, min: 2, max: 3 },
      { id: 'guide', name: { en: 'Guide' }, places: 0, price: 2000, min: 0, max: 1 },
    ],
  })
  const party = (quantities: Record<string, number>) => partyOf(service, quantities)

  test('is counted in places and priced by unit', () => {
    expect(party({ adult: 2, family: 1, guide: 1, child: 0 })).toEqual({
      ok: true,
      value: {
        places: 6,
        price: 10_100,
        lines: [
          { unit: 'adult', quantity: 2, price: 1800 },
          { unit: 'family', quantity: 1, price: 4500 },
          { unit: 'guide', quantity: 1, price: 2000 },
        ],
      },
    })
  })

  test('takes at least one place and at most a thousand', () => {
    expect(refusal(party({}))).toEqual(['invalid_field', 'units', 'empty'])
    expect(refusal(party({ adult: 0 }))).toEqual(['invalid_field', 'units', 'empty'])
    expect(refusal(party({ guide: 1 }))).toEqual(['invalid_field', 'units', 'empty'])
    expect(party({ family: 250 }).ok).toBe(true)
    expect(refusal(party({ family: 250, adult: 1 }))).toEqual(['invalid_field', 'units', 'too_many'])
  })

  test('is of units that are sold, in the quantities they are sold in', () => {
    expect(refusal(party({ senior: 1 }))).toEqual(['invalid_field', 'units.senior', 'unknown_unit'])
    expect([1, 2, 3, 4].map((group) => party({ group }).ok)).toEqual([false, true, true, false])
    expect(refusal(party({ group: 1 }))).toEqual(['invalid_field', 'units.group', 'quantity'])
    expect(party({ group: 0, adult: 1 }).ok).toBe(true)
  })
})
