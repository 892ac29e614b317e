import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { findSlot, listSlots, nameOf } from '../../src/booking/planner.ts'
import { canBeFilled } from '../../src/location/checks.ts'
import { fillings, groupNeeds } from '../../src/location/needs.ts'
import { catalogue, departureService, officeHours, pool, slotService } from './catalogues.ts'
import { everyDay, open } from './opening.ts'

describe('needs that share candidates', () => {
  const needs = fc.array(
    fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'), { minLength: 1, maxLength: 3 }),
    {
      minLength: 1,
      maxLength: 5,
    },
  )

  test('are chosen together, also where they only share through a third; the others apart', () => {
    expect(groupNeeds([['a'], ['b'], ['c']])).toEqual([[0], [1], [2]])
    expect(groupNeeds([['a', 'b'], ['c', 'd'], ['x'], ['b', 'c']])).toEqual([[2], [0, 1, 3]])
  })

  test('a group is exactly what hangs together, and every need is in one', () => {
    fc.assert(
      fc.property(needs, (of) => {
        const groups = groupNeeds(of)
        expect(groups.flat().toSorted()).toEqual([...of.keys()])
        const groupOf = (need: number) => groups.findIndex((group) => group.includes(need))
        for (const first of of.keys()) {
          const reached = new Set([first])
          for (const from of reached) {
            for (const [to, pools] of of.entries()) {
              if (pools.some((one) => of[from]?.includes(one))) reached.add(to)
            }
          }
          for (const second of of.keys()) expect(groupOf(first) === groupOf(second)).toBe(reached.has(second))
        }
      }),
    )
  })

  /** Every way to fill the needs, by trying all there is; needs alike are not told apart. */
  function everyFilling(wanted: { of: string[]; units: number; key: string }[]): Set<string> {
    const ways = wanted.reduce<string[][]>(
      (made, { of }) => made.flatMap((way) => of.map((one) => [...way, one])),
      [[]],
    )
    const apart = ways.filter((way) => new Set(way).size === way.length)
    return new Set(
      apart.map((way) =>
        way
          .map((one, i) => `${wanted[i]?.key} x${wanted[i]?.units} ${one}`)
          .toSorted()
          .join('; '),
      ),
    )
  }

  test('can be filled in every way that gives each a pool of its own, each way found once', () => {
    fc.assert(
      fc.property(
        needs,
        fc.array(fc.integer({ min: 1, max: 2 }), { minLength: 5, maxLength: 5 }),
        (of, units) => {
          const wanted = of.map((pools, i) => ({ of: pools, units: units[i] ?? 1, key: pools.join() }))
          const found = fillings(wanted)
          for (const filling of found) {
            expect(new Set(filling.map(({ pool }) => pool)).size).toBe(of.length)
            expect(filling.map(({ units }) => units)).toEqual(wanted.map(({ units }) => units))
          }
          const named = found.map((filling) =>
            filling
              .map(({ pool, units }, i) => `${wanted[i]?.key} x${units} ${pool}`)
              .toSorted()
              .join('; '),
          )
          expect(new Set(named).size).toBe(named.length)
          expect(new Set(named)).toEqual(everyFilling(wanted))
        },
      ),
    )
  })

  test('two of six bicycles: fifteen pairs, not thirty; in the order of the candidates', () => {
    const six = ['1', '2', '3', '4', '5', '6']
    const bicycle = { units: 1, of: six, key: 'bicycle' }
    const pairs = fillings([bicycle, bicycle]).map((filling) => filling.map(({ pool }) => pool).join(''))
    expect(pairs.length).toBe(15)
    expect(pairs[0]).toBe('12')
    expect(pairs.at(-1)).toBe('56')
  })

  test('needs that differ in units are told apart: who takes which pool matters', () => {
    const van = { units: 1, of: ['1', '2'], key: 'van' }
    expect(fillings([van, { ...van, units: 3 }])).toEqual([
      [
        { pool: '1', units: 1 },
        { pool: '2', units: 3 },
      ],
      [
        { pool: '2', units: 1 },
        { pool: '1', units: 3 },
      ],
    ])
  })

  test('a first choice that leaves nothing for the next is not the end of it', () => {
    const [either, only] = [
      { units: 1, of: ['a', 'b'], key: 'either' },
      { units: 1, of: ['a'], key: 'only' },
    ]
    expect(fillings([either, only]).map((filling) => filling.map(({ pool }) => pool))).toEqual([['b', 'a']])
    expect(fillings([only, only])).toEqual([])
  })

  test('are looked for only as far as is asked', () => {
    const seat = { units: 1, of: ['1', '2', '3', '4', '5', '6'], key: 'seat' }
    const five = Array(5).fill(seat)
    expect(fillings(five).length).toBe(6)
    expect(fillings([seat, seat], 4)).toEqual(fillings([seat, seat]).slice(0, 4))
    expect(fillings([seat, seat], 16).length).toBe(15)
  })
})

describe('whether needs can be met at all', () => {
  const canBe = (needs: string[][], working: string[]) =>
    canBeFilled({ needs: needs.map((of) => ({ of, take: 'one' as const })) }, (id) => working.includes(id))

  test('goes by who is left to meet them, each with a pool of its own', () => {
    expect(canBe([['a', 'b'], ['a']], ['a', 'b'])).toBe(true)
    expect(canBe([['a', 'b'], ['a']], ['a'])).toBe(false)
    expect(canBe([['a', 'b'], ['a']], ['b'])).toBe(false)
    expect(canBe([['a', 'b'], ['c']], ['b', 'c'])).toBe(true)
    expect(canBe([['a'], ['c']], ['a'])).toBe(false)
  })
})

test.each([
  [
    'one need',
    slotService({ needs: [{ of: ['a', 'b'], take: 'one' }] }),
    ['10:00', '11:00', '13:00', '14:00'],
  ],
  [
    'two at once',
    slotService({ needs: [1, 2].map(() => ({ of: ['a', 'b'], take: 'one' as const })) }),
    ['11:00'],
  ],
  [
    'a departure',
    departureService({
      needs: [{ of: ['a'], take: 'places' }],
      departures: ['10:00', '15:00'].map((time) => ({ time, days: [1, 2, 3, 4, 5, 6, 7] })),
    }),
    ['10:00'],
  ],
])('a slot is where somebody works for each need: %s', (_, service, times) => {
  const working = [
    pool('a', { hours: everyDay([open('10:00', '12:00')]) }),
    pool('b', { hours: everyDay([open('11:00', '12:00'), open('13:00', '15:00')]) }),
  ]
  const known = catalogue(service, { hours: officeHours, pools: working })
  const named = listSlots(known, '2026-11-24', '2026-11-24').map((slot) => nameOf(known, slot))
  expect(named.map((name) => name.slice(11, 16))).toEqual(times)
  expect(findSlot(known, '2026-11-24T15:00:00+00:00')).toMatchObject({
    problem: { code: 'not_bookable', errors: [{ path: 'slot', rule: 'not_a_slot' }] },
  })
})
