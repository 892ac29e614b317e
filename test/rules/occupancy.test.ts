import { describe, expect, test } from 'vitest'
import { Occupancy } from '../../src/booking/occupancy.ts'
import type { Groups } from '../../src/booking/planner.ts'
import { pool } from './catalogues.ts'

const known = (...pools: ReturnType<typeof pool>[]) => new Map(pools.map((one) => [one.id, one]))
const tally = (id: string, bucket: number, taken: number, capacity: number) => ({
  pool_id: id,
  bucket,
  taken,
  capacity,
})
const overdue = (id: string, from: number, to: number, units: number) => ({
  pool_id: id,
  from_bucket: from,
  to_bucket: to,
  units,
})
const claim = (id: string, from: number, to: number, units = 1) => ({ pool: id, from, to, units })
const seven = known(pool('a', { capacity: 7 }))

describe('what is free', () => {
  test('of buckets that nobody touched: all that the pool has', () => {
    expect(new Occupancy(seven, [], []).free(claim('a', 10, 14))).toEqual({ free: 7, capacity: 7 })
  })

  test('is the least of its buckets, those of the claim only', () => {
    const occupancy = new Occupancy(
      seven,
      [tally('a', 9, 7, 7), tally('a', 11, 2, 7), tally('a', 12, 3, 7)],
      [],
    )
    expect(occupancy.free(claim('a', 10, 14))).toEqual({ free: 4, capacity: 7 })
    expect(occupancy.free(claim('a', 10, 12))).toEqual({ free: 5, capacity: 7 })
    expect(occupancy.free(claim('a', 9, 10))).toEqual({ free: 0, capacity: 7 })
  })

  test('goes by the capacity of the bucket where that was changed, and of a pool that is gone nothing is free', () => {
    const occupancy = new Occupancy(seven, [tally('a', 10, 3, 3), tally('a', 11, 0, 9)], [])
    expect(occupancy.free(claim('a', 10, 11))).toEqual({ free: 0, capacity: 3 })
    expect(occupancy.free(claim('a', 11, 12))).toEqual({ free: 9, capacity: 9 })
    expect(occupancy.free(claim('a', 10, 12))).toEqual({ free: 0, capacity: 3 })
    expect(occupancy.free(claim('gone', 10, 12))).toEqual({ free: 0, capacity: 0 })
  })

  test('counts what overdue holds take as free, in the buckets they took and no other', () => {
    const tallies = [10, 11, 12].map((bucket) => tally('a', bucket, 7, 7))
    const occupancy = new Occupancy(seven, tallies, [overdue('a', 10, 12, 4), overdue('a', 11, 12, 2)])
    expect([10, 11, 12].map((bucket) => occupancy.free(claim('a', bucket, bucket + 1)).free)).toEqual([
      4, 6, 0,
    ])
  })

  test('ignores overdue holds of buckets that were not asked for', () => {
    const occupancy = new Occupancy(
      seven,
      [tally('a', 10, 7, 7)],
      [overdue('a', 500, 600, 7), overdue('b', 10, 11, 7)],
    )
    expect(occupancy.free(claim('a', 10, 11)).free).toBe(0)
    expect(occupancy.free(claim('a', 500, 501)).free).toBe(7)
  })
})

describe('a hold fits', () => {
  const occupancy = new Occupancy(
    known(pool('a', { capacity: 7 }), pool('b', { capacity: 2 }), pool('c')),
    [tally('a', 10, 3, 7), tally('c', 10, 1, 1)],
    [],
  )

  const fits = (groups: Groups) => occupancy.left(groups).fits

  test('up to the last unit and not one past it', () => {
    expect(fits([[[claim('a', 10, 11, 4)]]])).toBe(true)
    expect(fits([[[claim('a', 10, 11, 5)]]])).toBe(false)
  })

  test('where every group has one alternative all of whose claims fit', () => {
    expect(fits([[[claim('c', 10, 11)], [claim('b', 10, 11)]]])).toBe(true)
    expect(fits([[[claim('c', 10, 11)], [claim('b', 10, 11)]], [[claim('a', 10, 11, 5)]]])).toBe(false)
    expect(fits([[[claim('a', 10, 11), claim('c', 10, 11)]]])).toBe(false)
  })

  test('never where a group has no alternative', () => {
    expect(fits([[[claim('a', 10, 11)]], []])).toBe(false)
  })
})

describe('what is left', () => {
  test('of one pool: its free units of its capacity', () => {
    const occupancy = new Occupancy(seven, [tally('a', 10, 5, 7)], [])
    expect(occupancy.left([[[claim('a', 10, 12, 4)]]])).toMatchObject({ vacancies: 2, capacity: 7 })
  })

  test('of several at once: as many as the scarcest', () => {
    const occupancy = new Occupancy(known(pool('a', { capacity: 7 }), pool('b', { capacity: 3 })), [], [])
    expect(occupancy.left([[[claim('a', 10, 11)]], [[claim('b', 10, 11)]]])).toMatchObject({
      vacancies: 3,
      capacity: 3,
    })
  })

  test('of people or rooms, any one of them: as many as are free', () => {
    const doctors = ['a', 'b', 'c']
    const occupancy = new Occupancy(known(...doctors.map((id) => pool(id))), [tally('b', 10, 1, 1)], [])
    expect(occupancy.left([doctors.map((id) => [claim(id, 10, 11)])])).toMatchObject({
      vacancies: 2,
      capacity: 3,
    })
  })

  test('of several pools, any one of them: what all of them have, whatever the first has', () => {
    const left = (free: number[]) => {
      const pools = free.map((_, i) => pool(`${i}`, { capacity: 3 }))
      const tallies = free.map((one, i) => tally(`${i}`, 10, 3 - one, 3))
      return new Occupancy(known(...pools), tallies, []).left([pools.map(({ id }) => [claim(id, 10, 11)])])
    }
    expect(left([1, 1])).toMatchObject({ vacancies: 2, capacity: 6 })
    expect(left([2, 1])).toMatchObject({ vacancies: 3, capacity: 6 })
    expect(left([3, 0])).toMatchObject({ vacancies: 3, capacity: 6 })
  })

  test('of pairs: half as many as are free, rounded down', () => {
    const six = ['1', '2', '3', '4', '5', '6']
    const occupancy = new Occupancy(known(...six.map((id) => pool(id))), [tally('1', 10, 1, 1)], [])
    const pairs = six.flatMap((one, i) =>
      six.slice(i + 1).map((two) => [claim(one, 10, 11), claim(two, 10, 11)]),
    )
    expect(occupancy.left([pairs])).toMatchObject({ vacancies: 2, capacity: 3 })
  })

  test('of pairs of pools that have more than one: as often as two of them have some', () => {
    const left = (...free: number[]) => {
      const pools = free.map((capacity, i) => pool(`${i}`, { capacity }))
      const pairs = pools.flatMap((one, i) =>
        pools.slice(i + 1).map((two) => [claim(one.id, 10, 11), claim(two.id, 10, 11)]),
      )
      return new Occupancy(known(...pools), [], []).left([pairs]).vacancies
    }
    expect(left(5, 1)).toBe(1)
    expect(left(5, 2, 1)).toBe(3)
    expect(left(2, 2, 2)).toBe(3)
    expect(left(9, 0)).toBe(0)
  })

  test('nothing of nothing where nobody works', () => {
    expect(new Occupancy(seven, [], []).left([[]])).toMatchObject({ vacancies: 0, capacity: 0 })
    expect(new Occupancy(seven, [], []).left([[[claim('a', 10, 11)]], []])).toMatchObject({
      vacancies: 0,
      capacity: 0,
    })
  })
})
