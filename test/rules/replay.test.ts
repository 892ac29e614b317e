import { expect, test } from 'vitest'
import { type CallEvent, countDifferences, daysOf, type Step } from '../../scripts/replay/calls.ts'
import { compareWithLog, type Happened, sweep } from '../../scripts/replay/proof.ts'
import { countInMemory, differences, figuresOf, schedule } from '../../scripts/replay/schedule.ts'
import { type Quote, scoreOf } from '../../scripts/replay/score.ts'
import { readStays, type Stay } from '../../scripts/replay/stays.ts'

const day = (date: string) => Date.parse(`${date}T00:00:00Z`) / 86_400_000

const header =
  'hotel,lead_time,arrival_date_year,arrival_date_month,arrival_date_day_of_month,stays_in_weekend_nights,' +
  'stays_in_week_nights,agent,reservation_status,reservation_status_date'
const csv = (...lines: string[]) => [header, ...lines].join('\n')

let rows = 0
const stay = (
  bookedOn: number,
  arrival: number,
  nights: number,
  cancelledOn: number | null = null,
  row = ++rows,
): Stay => ({ row, arrival, nights, bookedOn, cancelledOn, agent: null })

const said = (stays: Stay[]) =>
  schedule(stays).map((step) => `${step.day} ${step.verb} ${stays.indexOf(step.stay)}`)
const outcomesOf = (stays: Stay[], rooms: number) => {
  const outcomes = countInMemory(schedule(stays), rooms)
  return stays.map(({ row }) => outcomes.get(row))
}

test('reads the stays of one hotel, by the day on which each was booked', () => {
  const text = csv(
    'City Hotel,7,2016,March,2,2,1,9,Check-Out,3/5/2016',
    'Resort Hotel,0,2016,March,2,0,1,NULL,Check-Out,3/3/2016',
    'City Hotel,0,2016,February,29,0,0,NULL,No-Show,2016-02-29',
    'City Hotel,30,2016,March,2,0,1,240,Canceled,2/20/2016',
    'City Hotel,30,2016,March,2,0,1,240,Canceled,2016-02-20',
  )
  const march = day('2016-03-02')
  expect(readStays(text, 'City Hotel')).toEqual([
    { row: 1, arrival: march, nights: 3, bookedOn: march - 7, cancelledOn: null, agent: '9' },
    { row: 3, arrival: march - 2, nights: 0, bookedOn: march - 2, cancelledOn: null, agent: null },
    ...[4, 5].map((row) => ({
      row,
      arrival: march,
      nights: 1,
      bookedOn: march - 30,
      cancelledOn: day('2016-02-20'),
      agent: '240',
    })),
  ])
})

test.each([
  ['H,-1,2016,March,2,0,1,9,Check-Out,3/3/2016', 'Row 1: lead_time'],
  ['H,1,2016,March,2,0,1,9,Canceled,2/30/2016', 'Row 1: a date'],
  ['H,1,2016,Maart,2,0,1,9,Check-Out,3/3/2016', 'Row 1: a date'],
  ['H,1,2016,March,2,0,1,9,Canceled,soon', 'Row 1: a date'],
])('names the row that it cannot read: %s', (line, message) => {
  expect(() => readStays(csv(line), 'H')).toThrow(message)
})

test('a day begins with its cancellations; one of the same day follows its booking, as does one dated earlier', () => {
  const stays = [
    stay(5, 9, 1, 7), // 0
    stay(7, 9, 1), // 1
    stay(7, 9, 1, 7), // 2
    stay(7, 9, 1, 6), // 3: cancelled before it was made
    stay(4, 9, 1, 7), // 4
    stay(5, 9, 1, 10), // 5: cancelled after the arrival
  ]
  expect(said(stays)).toEqual([
    '4 book 4',
    '5 book 0',
    '5 book 5',
    '7 cancel 0',
    '7 cancel 4',
    '7 book 1',
    '7 book 2',
    '7 cancel 2',
    '7 book 3',
    '7 cancel 3',
    '10 cancel 5',
  ])
})

test('a room is taken for every night of a stay, and free again on the day of departure', () => {
  expect(outcomesOf([stay(1, 10, 3), stay(2, 12, 1), stay(2, 13, 2), stay(3, 9, 2)], 1)).toEqual([
    'accepted',
    'refused',
    'accepted',
    'refused',
  ])
})

test('a stay without a night is neither accepted nor sold out, even where nothing is free', () => {
  expect(outcomesOf([stay(1, 10, 1), stay(2, 10, 0)], 1)).toEqual(['accepted', 'zero_nights'])
})

test('a cancellation frees the nights for whoever comes after it, and only those of an accepted booking', () => {
  const stays = [stay(1, 10, 2, 3), stay(2, 10, 1, 4), stay(3, 11, 1), stay(4, 11, 1), stay(4, 10, 1)]
  const steps = schedule(stays)
  const outcomes = countInMemory(steps, 1)
  expect(stays.map(({ row }) => outcomes.get(row))).toEqual([
    'accepted',
    'refused',
    'accepted',
    'refused',
    'accepted',
  ])
  expect(figuresOf(steps, outcomes)).toEqual({
    asked: 5,
    zeroNights: 0,
    accepted: 3,
    refused: 2,
    cancelled: 1,
  })
})

test('rows of which something else came are named in file order', () => {
  const stays = [stay(1, 10, 2, null, 1), stay(1, 10, 2, null, 2), stay(1, 10, 2, null, 3)]
  const foretold = countInMemory(schedule(stays), 2)
  expect(differences(stays, foretold, new Map(foretold))).toEqual([])
  const wrong = new Map(foretold).set(3, 'accepted' as const)
  wrong.delete(1)
  expect(differences(stays, foretold, wrong)).toEqual([
    'row 1 (2 nights): not asked, foretold accepted',
    'row 3 (2 nights): accepted, foretold refused',
  ])
})

const capacity = new Map([['rooms', 1]])
let seq = 0
const event = (
  type: string,
  subject: string,
  at: number,
  claims: [from: number, to: number][] = [],
): Happened => ({
  seq: ++seq,
  at,
  type: `booking.${type}`,
  subject,
  claims: claims.map(([from, to]) => ({ pool: 'rooms', from, to, units: 1 })),
})

test('the sweep takes and releases by time, and in one instant by the order of the stream', () => {
  const events = [
    event('held', 'a', 1, [[10, 12]]),
    event('confirmed', 'a', 1),
    event('held', 'b', 1, [[12, 13]]),
    event('confirmed', 'b', 1),
    event('cancelled', 'a', 5),
    event('held', 'c', 5, [[11, 12]]),
    event('held', 'd', 9, [[12, 13]]),
    event('expired', 'c', 7), // written late, by whoever came
    event('cancelled', 'b', 8),
  ]
  expect(sweep(events, capacity)).toEqual({
    held: 4,
    confirmed: 2,
    cancelled: 2,
    expired: 1,
    fullest: { bucket: 10, units: 1 },
    faults: [],
  })
})

test('the sweep finds a bucket over capacity at any time, though it ends below it', () => {
  const events = [
    event('held', 'a', 1, [[10, 13]]),
    event('held', 'b', 3, [[12, 14]]),
    event('cancelled', 'a', 4),
    event('cancelled', 'b', 5),
  ]
  const { faults, fullest } = sweep(events, capacity)
  expect(faults).toEqual([expect.stringContaining('2 of 1 taken in bucket 12 of rooms')])
  expect(fullest).toEqual({ bucket: 12, units: 2 })
})

test('the sweep trusts no event that does not follow from the ones before', () => {
  const events = [
    event('confirmed', 'a', 1),
    event('cancelled', 'b', 1),
    event('held', 'c', 2),
    { ...event('held', 'd', 2), claims: [{ pool: 'other', from: 1, to: 2, units: 1 }] },
  ]
  const { faults } = sweep(events, capacity)
  expect(faults.map((fault) => fault.replace(/event \d+: /, ''))).toEqual([
    'confirmed what was not held',
    'released what was not held',
    'held without a claim',
    '1 of undefined taken in bucket 1 of other',
  ])
})

test('the stream must claim one room for exactly the nights that the log asked for', () => {
  const bookings = new Map([
    ['a', stay(1, 10, 2, null, 1)],
    ['b', stay(1, 12, 2, null, 2)],
  ])
  const compare = (events: Happened[], cancelled: number) =>
    compareWithLog(events, sweep(events, new Map([['rooms', 5]])), { bookings, cancelled }, 'rooms')
  const right = [
    event('held', 'a', 1, [[10, 12]]),
    event('confirmed', 'a', 1),
    event('held', 'b', 1, [[12, 14]]),
    event('confirmed', 'b', 1),
    event('cancelled', 'b', 2),
  ]
  expect(compare(right, 1)).toEqual([])
  expect(compare(right, 0)).toEqual(['1 bookings cancelled in the stream, 0 in the log'])
  const short = right.with(0, { ...event('held', 'a', 1, [[10, 11]]), seq: 1 })
  expect(compare(short, 1)).toEqual(['event 1: row 1 does not claim one room for its nights'])
  expect(compare([...right, event('held', 'c', 3, [[1, 2]])], 1)).toEqual([
    '3 bookings held in the stream, 2 in the log',
    expect.stringContaining('a booking that was not asked for'),
  ])
})

const minute = 60_000
const monday = Date.parse('1999-02-01T00:00:00Z')
const at = (hours: number, minutes = 0) => monday + (60 * hours + minutes) * minute
const joins = (t: number, ticketId: string, service = 'PS', priority = 0): CallEvent => ({
  t,
  type: 'join',
  ticketId,
  service,
  priority,
  queued: true,
})
const desks = (t: number, type: 'open' | 'close', counter: string): CallEvent => ({
  t,
  type,
  counter,
  reason: 'inferred',
})
const visits = (
  t: number,
  type: 'call' | 'start' | 'complete',
  ticketId: string,
  counter: string,
): CallEvent => ({
  t,
  type,
  ticketId,
  counter,
})
const leaves = (t: number, ticketId: string): CallEvent => ({ t, type: 'abandon', ticketId })
const saidOf = ({ t, verb, ...rest }: Step) =>
  [`${(t - monday) / minute}`, verb, ...Object.values(rest).filter((one) => one !== 0)].join(' ')

/** Ann works all night, Ben takes one call; a visit and a wait go on over midnight. */
const twoDays: CallEvent[] = [
  desks(at(22), 'open', 'ANN'),
  joins(at(22), 'a'),
  visits(at(22), 'call', 'a', 'ANN'),
  visits(at(22), 'start', 'a', 'ANN'),
  visits(at(22, 5), 'complete', 'a', 'ANN'),
  joins(at(23, 50), 'b'),
  visits(at(23, 50), 'call', 'b', 'ANN'),
  visits(at(23, 50), 'start', 'b', 'ANN'),
  joins(at(23, 55), 'c', 'NW', 2),
  joins(at(23, 56), 'd'),
  leaves(at(23, 58), 'd'),
  visits(at(24, 2), 'complete', 'b', 'ANN'),
  joins(at(24, 3), 'e'),
  desks(at(24, 4), 'open', 'BEN'),
  visits(at(24, 4), 'call', 'c', 'BEN'),
  visits(at(24, 4), 'start', 'c', 'BEN'),
  visits(at(24, 6), 'call', 'e', 'ANN'),
  visits(at(24, 6), 'start', 'e', 'ANN'),
  visits(at(24, 9), 'complete', 'c', 'BEN'),
  desks(at(24, 9), 'close', 'BEN'),
  joins(at(25), 'f'),
  leaves(at(25, 1), 'f'),
]

test('a day of a log of calls begins with the queue as it stood, which is not counted', () => {
  const { from, until, steps, counts } = daysOf(twoDays, 2, 1)
  expect([from, until]).toEqual([at(24), at(48)])
  expect(steps.map(saidOf)).toEqual([
    '1320 open_desk desk-1',
    '1430 join b PS',
    '1430 call_given b desk-1',
    '1430 start b',
    '1435 join c NW 2',
    '1442 finish b',
    '1443 join e PS',
    '1444 open_desk relief-1',
    '1444 call_given c relief-1',
    '1444 start c',
    '1446 call_given e desk-1',
    '1446 start e',
    '1449 finish c',
    '1449 close_desk relief-1',
    '1500 join f PS',
    '1501 leave f',
  ])
  expect(Object.fromEntries(counts)).toEqual({
    NW: { joined: 0, called: 1, served: 1, abandoned: 0 },
    PS: { joined: 2, called: 1, served: 1, abandoned: 1 },
  })
  expect(daysOf(twoDays, 1, 1).counts.get('PS')).toEqual({ joined: 3, called: 2, served: 1, abandoned: 1 })
  expect(daysOf(twoDays, 3, 1).steps.map(saidOf)).toEqual([
    '1320 open_desk relief-1',
    '1443 join e PS',
    '1446 call_given e relief-1',
    '1446 start e',
  ])
})

test('whoever takes one call alone sits at a relief desk that is free, and each desk serves what it takes', () => {
  const one = (t: number, name: string): CallEvent[] => [
    joins(t, name),
    desks(t, 'open', name),
    visits(t, 'call', name, name),
    visits(t, 'start', name, name),
    visits(t + 3 * minute, 'complete', name, name),
    desks(t + 3 * minute, 'close', name),
  ]
  const byTime = (a: CallEvent, b: CallEvent) => a.t - b.t
  const events = [...one(at(9), 'x1'), ...one(at(9, 2), 'x2'), ...one(at(9, 4), 'x3'), ...twoDays.slice(0, 8)]
  const { steps, seats } = daysOf(events.sort(byTime), 1, 1)
  expect(steps.flatMap((step) => (step.verb === 'open_desk' ? [step.desk] : []))).toEqual([
    'relief-1',
    'relief-2',
    'relief-1',
    'desk-1',
  ])
  expect(seats.map(({ id, name, services }) => [id, name, ...services])).toEqual([
    ['desk-1', 'ANN', 'PS'],
    ['relief-1', 'Relief 1', 'PS'],
    ['relief-2', 'Relief 2', 'PS'],
  ])
})

test('names what the server counted otherwise', () => {
  const counts = { joined: 3, called: 2, served: 2, abandoned: 1 }
  expect(countDifferences(new Map([['ps', counts]]), new Map([['ps', { ...counts }]]))).toEqual([])
  const server = new Map([
    ['ps', { ...counts, served: 1 }],
    ['nw', { joined: 1, called: 0, served: 0, abandoned: 0 }],
  ])
  expect(countDifferences(new Map([['ps', counts]]), server)).toEqual([
    'ps: 1 served, the log has 2',
    'nw: 1 joined, the log has 0',
  ])
})

test('quotes are scored by the first one of each who was called', () => {
  const quote = (ticketId: string, renewal: number, minutes: [number, number, number]): Quote => {
    const [from, median, to] = minutes.map((one) => new Date(at(9, one)).toISOString()) as [
      string,
      string,
      string,
    ]
    return { id: `${ticketId}${renewal}`, ticketId, renewal, from, median, to, outcome: 'called' }
  }
  const quotes = [
    quote('a', 0, [1, 5, 9]),
    quote('a', 1, [10, 11, 12]),
    quote('b', 0, [0, 1, 2]),
    quote('c', 0, [0, 1, 2]),
  ]
  const called = new Map([
    ['a', at(9, 12)],
    ['b', at(9, 2)],
  ])
  expect(scoreOf(quotes, called)).toEqual({ mae_s: 240, insideRange: 0.5 })
  expect(scoreOf(quotes, new Map())).toEqual({ mae_s: null, insideRange: null })
})
