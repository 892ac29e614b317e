import { describe, expect, test, vi } from 'vitest'
import type { ServiceBody } from '../../src/location/contract.ts'
import { scaled } from '../scale.ts'
import {
  alwaysOpen,
  ask,
  departures,
  type Key,
  makeKey,
  makeLocation,
  makePool,
  makeService,
  nights,
  noon,
  rows,
  slots,
  tickets,
} from './fixtures.ts'
import { claimsOf, historyFaults, recount } from './recount.ts'

// A line a request, thousands of times: a third of the time that these tests take.
const deadline = noon + 10 * 60_000
const everybody = 200
/** Where a race shows nothing that another does not. */
const some = scaled(24, everybody)
const places = 7

type Answer = Awaited<ReturnType<typeof ask>>
const outcomes = (answers: Answer[]) => {
  const counts: Record<string, number> = {}
  for (const { status, body } of answers) {
    const outcome = status === 201 ? 'granted' : `${status} ${body.code}`
    counts[outcome] = (counts[outcome] ?? 0) + 1
  }
  return counts
}
const expiries = (location: string) =>
  rows<{ at: number; subject: string }>(
    "SELECT at, subject FROM event WHERE location_id = ? AND type = 'booking.expired'",
    location,
  )

/** What is sold, over one pool of seven or several: the names of slots that all need the same last places. */
type Sale = { pools: number[]; body: (pools: string[]) => ServiceBody; asked: string[] }
const sales: Record<string, Sale> = {
  'slots of a pool counted in quarters of an hour': {
    pools: [15],
    body: ([pool = '']) =>
      slots([{ of: [pool], take: 'places' }], { bufferBeforeMinutes: 15, bufferAfterMinutes: 10 }),
    asked: ['2026-11-24T10:00:00+00:00'],
  },
  'slots that overlap': {
    pools: [5],
    body: ([pool = '']) => slots([{ of: [pool], take: 'places' }], { startEveryMinutes: 20 }),
    asked: ['2026-11-24T10:00:00+00:00', '2026-11-24T10:20:00+00:00', '2026-11-24T10:40:00+00:00'],
  },
  'a departure': {
    pools: [1],
    body: ([pool = '']) => departures(pool),
    asked: ['2026-11-28T13:00:00+00:00'],
  },
  'tickets for a day': {
    pools: [1440],
    body: ([pool = '']) => tickets(pool),
    asked: ['2026-11-28'],
  },
  'stays that share a night': {
    pools: [1440],
    body: ([pool = '']) => nights(pool),
    asked: ['2026-11-24/2026-11-27', '2026-11-26/2026-11-27', '2026-11-26/2026-12-10'],
  },
  'a departure that takes a seat, a guide and a share of the day at once': {
    pools: [1, 15, 1440],
    body: ([seats = '', guides = '', day = '']) =>
      departures(seats, {
        needs: [seats, guides, day].map((pool) => ({ of: [pool], take: 'places' as const })),
      }),
    asked: ['2026-11-28T13:00:00+00:00'],
  },
}

/** Seven places, all of them held until the deadline. */
async function heldUntilDeadline({ pools, body, asked }: Sale) {
  const location = await makeLocation({ hours: alwaysOpen })
  const made: string[] = []
  for (const bucket of pools) made.push(await makePool(location, places, bucket))
  const service = await makeService(location, body(made))
  const bodyOf = (caller: number) => ({
    serviceId: service,
    slot: asked[caller % asked.length],
    units: { adult: 1 },
  })
  const held = await Promise.all(
    Array.from({ length: places }, (_, i) => ask('POST', '/v1/bookings', bodyOf(i))),
  )
  expect(outcomes(held)).toEqual({ granted: places })
  return { location, service, bodyOf, overdue: held.map((answer) => answer.body.id as string) }
}

/** Public, desk and partners at once; whoever may bring the time brings it, to the others it is what those brought. */
async function rush(callers: number, bodyOf: (caller: number) => object, now: number): Promise<Answer[]> {
  const keys: Key[] = [await makeKey('admin'), await makeKey('partner'), await makeKey('partner')]
  return Promise.all(
    Array.from({ length: callers }, (_, i) => {
      const key = keys[i % 4]
      return ask('POST', '/v1/bookings', bodyOf(i), key ? { key, now } : {})
    }),
  )
}

describe.each(Object.entries(sales))('%s: seven places, held by seven, and everybody calls', (name, sale) => {
  const crowd = name === 'a departure' ? everybody : some

  test('at the deadline seven are granted, the others told so, seven expiries written once', async () => {
    const { location, bodyOf, overdue } = await heldUntilDeadline(sale)
    const answers = await rush(crowd, bodyOf, deadline)
    expect(outcomes(answers)).toEqual({ granted: places, '409 sold_out': crowd - places })
    const expired = await expiries(location)
    expect(expired.map(({ at }) => at)).toEqual(Array(places).fill(deadline))
    expect(expired.map(({ subject }) => subject).toSorted()).toEqual(overdue.toSorted())
    const { claims, faults } = await recount(location)
    expect([...faults, ...(await historyFaults(location))]).toEqual([])
    expect(claims.filter(({ released_at }) => released_at === null).length).toBe(places * sale.pools.length)
    expect(claims.length).toBe(2 * places * sale.pools.length)
  })

  test('a millisecond before it nobody is granted anything and nothing expires', async () => {
    const { location, bodyOf } = await heldUntilDeadline(sale)
    expect(outcomes(await rush(some, bodyOf, deadline - 1))).toEqual({ '409 sold_out': some })
    expect(await expiries(location)).toEqual([])
    expect((await recount(location)).faults).toEqual([])
  })
})

describe('the last place', () => {
  const tour = async () => {
    const location = await makeLocation()
    const service = await makeService(location, departures(await makePool(location, 1, 1)))
    return { location, body: { serviceId: service, slot: '2026-11-28T13:00:00+00:00', units: { adult: 1 } } }
  }

  test('is confirmed in time or sold to another, never both', async () => {
    const clock = await makeKey('admin')
    const won = { confirmed: 0, sold: 0 }
    for (let round = 0; round < 12; round++) {
      const { location, body } = await tour()
      const { id, token } = (await ask('POST', '/v1/bookings', body)).body
      // To confirm takes one batch, to hold two: the more is read first, the more often the others win.
      const confirm = async () => {
        for (let i = 0; i < round % 4; i++) await ask('GET', `/v1/bookings/${id}`, undefined, { key: token })
        return ask('POST', `/v1/bookings/${id}/confirm`, {}, { key: token })
      }
      const others = Array.from({ length: 8 }, () =>
        ask('POST', '/v1/bookings', body, { key: clock, now: deadline }),
      )
      const [own, ...answers] = await Promise.all([confirm(), ...others])
      const granted = outcomes(answers).granted ?? 0
      expect([own?.status, own?.body.code, granted]).toEqual(
        granted === 0 ? [200, undefined, 0] : [409, 'hold_expired', 1],
      )
      won[granted === 0 ? 'confirmed' : 'sold']++
      expect([...(await recount(location)).faults, ...(await historyFaults(location))]).toEqual([])
    }
    expect(won.confirmed * won.sold).toBeGreaterThan(0)
  })

  test('given back by many at once is given back once, and taken by one', async () => {
    const { location, body } = await tour()
    const { id, token } = (await ask('POST', '/v1/bookings', body)).body
    const answers = await Promise.all(
      Array.from({ length: 60 }, (_, i) =>
        i % 2 === 0
          ? ask('POST', `/v1/bookings/${id}/cancel`, { reason: 'changed_plans' }, { key: token })
          : ask('POST', '/v1/bookings', body),
      ),
    )
    const [given, taken] = [answers.filter((_, i) => i % 2 === 0), answers.filter((_, i) => i % 2 === 1)]
    expect(new Set(given.map(({ status }) => status))).toEqual(new Set([200]))
    expect(outcomes(taken)).toEqual({ granted: 1, '409 sold_out': 29 })
    expect([...(await recount(location)).faults, ...(await historyFaults(location))]).toEqual([])
  })
})

describe('while everybody books', () => {
  const seven = async () => {
    const location = await makeLocation()
    const pool = await makePool(location, places, 1)
    const service = await makeService(location, departures(pool))
    const body = { serviceId: service, slot: '2026-11-28T13:00:00+00:00', units: { adult: 1 } }
    return { location, pool, book: () => ask('POST', '/v1/bookings', body) }
  }
  /** Waves of callers, and in the one that the round says, somebody who changes what they book. */
  async function waves(round: number, book: () => Promise<Answer>, change: () => Promise<Answer>) {
    const answers: Promise<Answer>[] = []
    let changed: Promise<Answer> | undefined
    for (let wave = 0; wave < 4; wave++) {
      if (wave === round % 4) changed = change()
      for (let i = 0; i < 3; i++) answers.push(book())
      await answers.at(-1)
    }
    return { told: outcomes(await Promise.all(answers)), changed: await changed }
  }

  test('capacity is cut to what is not yet sold, or the cut is refused', async () => {
    const key = await makeKey('admin')
    const seen = { cut: 0, refused: 0 }
    for (let round = 0; round < 8; round++) {
      const { location, pool, book } = await seven()
      const cut = () =>
        ask('POST', `/v1/pools/${pool}/capacity`, { capacity: 3, reason: 'A smaller boat' }, { key })
      const { told, changed } = await waves(round, book, cut)
      const left = changed?.status === 200 ? 3 : places
      if (left === places) expect(changed?.body.code).toBe('capacity_in_use')
      expect(told).toEqual({ granted: left, '409 sold_out': 12 - left })
      expect((await recount(location)).faults).toEqual([])
      seen[left === 3 ? 'cut' : 'refused']++
    }
    expect(Math.min(seen.cut, seen.refused)).toBeGreaterThan(0)
  })

  test('a day is closed, and from then on nothing on it is sold', async () => {
    const key = await makeKey('admin')
    let sold = 0
    for (let round = 0; round < 4; round++) {
      const { location, book } = await seven()
      const close = () =>
        ask('PUT', `/v1/locations/${location}/exceptions/2026-11-28`, { intervals: [] }, { key })
      const { told, changed } = await waves(round, book, close)
      expect(changed?.status).toBe(200)
      const { granted = 0, '422 not_bookable': closed = 0, '409 sold_out': late = 0, ...others } = told
      expect([others, granted + closed + late]).toEqual([{}, 12])
      expect((await book()).body.errors?.[0]?.rule).toBe('closed')
      const stream = await rows<{ type: string }>(
        'SELECT type FROM event WHERE location_id = ? ORDER BY seq',
        location,
      )
      expect(stream.map(({ type }) => type)).toEqual([
        ...Array(granted).fill('booking.held'),
        'location.changed',
      ])
      sold += granted
    }
    expect(sold).toBeGreaterThan(0)
  })
})

test('a live location goes by the clock of the door: at the deadline, not before', async () => {
  const location = await makeLocation({ now: null })
  const service = await makeService(location, departures(await makePool(location, places, 1)))
  const body = { serviceId: service, slot: '2026-11-28T13:00:00+00:00', units: { adult: 1 } }
  const all = () => Promise.all(Array.from({ length: some }, () => ask('POST', '/v1/bookings', body)))
  vi.useFakeTimers({ toFake: ['Date'], now: noon })
  try {
    expect(outcomes(await all())).toEqual({ granted: places, '409 sold_out': some - places })
    vi.setSystemTime(deadline - 1)
    expect(outcomes(await all())).toEqual({ '409 sold_out': some })
    vi.setSystemTime(deadline)
    expect(outcomes(await all())).toEqual({ granted: places, '409 sold_out': some - places })
  } finally {
    vi.useRealTimers()
  }
  expect((await expiries(location)).map(({ at }) => at)).toEqual(Array(places).fill(deadline))
  expect([...(await recount(location)).faults, ...(await historyFaults(location))]).toEqual([])
})

describe('several needs at once', () => {
  const ten = '2026-11-24T10:00:00+00:00'
  const many = (location: string, count: number) =>
    Promise.all(Array.from({ length: count }, () => makePool(location, 1)))
  /** All ask for the same hour; what was granted, and who got which pools. */
  async function race(callers: number, location: string, needs: ServiceBody['needs']) {
    const service = await makeService(location, slots(needs))
    const bodyOf = () => ({ serviceId: service, slot: ten, units: { adult: 1 } })
    const answers = await rush(callers, bodyOf, noon)
    expect([...(await recount(location)).faults, ...(await historyFaults(location))]).toEqual([])
    const claims = await claimsOf(location)
    const teams = [...Map.groupBy(claims, ({ booking_id }) => booking_id).values()]
    return { granted: outcomes(answers), teams: teams.map((team) => team.map(({ pool_id }) => pool_id)) }
  }

  test('three doctors and two rooms: two are granted, nobody and nothing claimed twice', async () => {
    const location = await makeLocation()
    const [doctors, rooms] = [await many(location, 3), await many(location, 2)]
    const { granted, teams } = await race(everybody, location, [
      { of: doctors, take: 'one' },
      { of: rooms, take: 'one' },
    ])
    expect(granted).toEqual({ granted: 2, '409 sold_out': everybody - 2 })
    expect(teams.map((team) => team.length)).toEqual([2, 2])
    for (const [doctor = '', room = ''] of teams) {
      expect([doctors.includes(doctor), rooms.includes(room)]).toEqual([true, true])
    }
    expect(new Set(teams.flat()).size).toBe(4)
  })

  test('two bicycles of six: three are granted, two different ones each', async () => {
    const location = await makeLocation()
    const bicycles = await many(location, 6)
    const need = { of: bicycles, take: 'one' as const }
    const { granted, teams } = await race(some, location, [need, need])
    expect(granted).toEqual({ granted: 3, '409 sold_out': some - 3 })
    expect(teams.map((team) => new Set(team).size)).toEqual([2, 2, 2])
    expect(new Set(teams.flat()).size).toBe(6)
  })

  test('a first choice that would leave nothing for the second need is not taken', async () => {
    const location = await makeLocation()
    const [senior = '', junior = ''] = await many(location, 2)
    const { granted, teams } = await race(some, location, [
      { of: [senior, junior], take: 'one' },
      { of: [senior], take: 'one' },
    ])
    expect(granted).toEqual({ granted: 1, '409 sold_out': some - 1 })
    expect(teams).toEqual([[junior, senior]])
  })

  test('a chain of choices is followed to its end, also when part of it is taken', async () => {
    const location = await makeLocation()
    const [a = '', b = '', c = '', d = ''] = await many(location, 4)
    const other = await makeService(location, slots([{ of: [d], take: 'one' }]))
    expect(
      (await ask('POST', '/v1/bookings', { serviceId: other, slot: ten, units: { adult: 1 } })).status,
    ).toBe(201)
    const { granted, teams } = await race(some, location, [
      { of: [a, b], take: 'one' },
      { of: [b, c], take: 'one' },
      { of: [c, d], take: 'one' },
    ])
    expect(granted).toEqual({ granted: 1, '409 sold_out': some - 1 })
    expect(teams.find((team) => team.length === 3)).toEqual([a, b, c])
  })

  test('needs that share candidates never take the same pool, however much it has', async () => {
    const location = await makeLocation()
    const vans = [await makePool(location, 50), await makePool(location, 3)]
    const need = { of: vans, take: 'places' as const }
    const { granted, teams } = await race(some, location, [need, need])
    expect(granted).toEqual({ granted: 3, '409 sold_out': some - 3 })
    expect(teams.map((team) => new Set(team).size)).toEqual([2, 2, 2])
  })

  test('nothing is claimed of one need when another cannot be met', async () => {
    const location = await makeLocation()
    const [doctor, room] = [await makePool(location, 5), await makePool(location, 0)]
    const { granted, teams } = await race(some, location, [
      { of: [doctor], take: 'one' },
      { of: [room], take: 'one' },
    ])
    expect([granted, teams]).toEqual([{ '409 sold_out': some }, []])
    expect((await recount(location)).tallies).toEqual([])
  })
})
