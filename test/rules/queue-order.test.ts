import { describe, expect, test } from 'vitest'
import { clock, customer, minutes, Queue } from './queues.ts'

const booked = (at: string) => ({ booking: { id: `booking-${at}`, at: clock(at) } })
const reason = 'because'

describe('appointments and walk-ins in one order', () => {
  test('an appointment that is due goes before whoever came less than its credit before its time', () => {
    const queue = new Queue('09:00')
    queue.at('09:40').join('walk-in 9:40')
    queue.at('09:50').join('walk-in 9:50')
    queue.at('09:58').join('appointment', booked('10:00'))
    expect(queue.serve(3)).toEqual(['walk-in 9:40', 'appointment', 'walk-in 9:50'])
  })

  test('one that is early waits behind all who are in line, and is called when there is nobody', () => {
    const queue = new Queue('09:00')
    queue.join('appointment', booked('10:00'))
    queue.at('09:20').join('walk-in 9:20')
    expect(queue.serve(3)).toEqual(['walk-in 9:20', 'appointment', undefined])
  })

  test('one that is early takes its place when it is due, without anybody doing anything', () => {
    const queue = new Queue('09:00')
    queue.join('appointment', booked('10:00'))
    queue.at('09:46').join('walk-in 9:46')
    queue.at('09:47').join('walk-in 9:47')
    expect(queue.at('09:49').serve(1)).toEqual(['walk-in 9:46'])
    expect(queue.at('09:50').serve(2)).toEqual(['appointment', 'walk-in 9:47'])
  })

  test.each([
    ['10:10', 'keeps its place', ['appointment', 'walk-in 9:50']],
    ['10:11', 'is a walk-in', ['walk-in 9:50', 'appointment']],
  ])('one that comes at %s for 10:00 %s', (time, _, order) => {
    const queue = new Queue('09:50')
    queue.join('walk-in 9:50')
    queue.at(time).join('appointment', booked('10:00'))
    expect(queue.serve(2)).toEqual(order)
  })

  test('a class of priority has its credit and no more', () => {
    const queue = new Queue('09:00')
    queue.join('walk-in 9:00')
    queue.at('09:15').join('walk-in 9:15')
    queue.at('09:30').join('wheelchair', { priority: 'wheelchair', reason })
    expect(queue.serve(3)).toEqual(['walk-in 9:00', 'wheelchair', 'walk-in 9:15'])
  })

  test('a priority has a class, a reason and somebody at the desk who gives it', () => {
    const queue = new Queue('09:00')
    const drawn = { verb: 'join', ticket: 't', visit: 'v', reference: 'r', service: 'A', party: 1 } as const
    const join = { ...drawn, holders: ['c'], reachable: true, priority: 'wheelchair' }
    queue.refused({ ...join, reason, ...customer('c') }, 'out_of_scope')
    queue.refused(join, 'invalid_field')
    queue.refused({ ...join, reason, priority: 'friend' }, 'invalid_field')
  })
})

describe('overtaking', () => {
  /** Ann came first; appointments due at nine come after her and stand before her. */
  const overtaken = (times: number, more = {}) => {
    const queue = new Queue('08:50', more)
    queue.join('ann')
    for (let i = 1; i <= times + 1; i++) {
      queue.now += 1_000
      queue.join(`appointment ${i}`, { booking: { id: `b${i}`, at: clock('09:00') } })
    }
    return queue
  }

  test('nobody overtakes whoever has been overtaken as often as the budget says', () => {
    const queue = overtaken(3)
    expect(queue.serve(5)).toEqual([
      'appointment 1',
      'appointment 2',
      'appointment 3',
      'ann',
      'appointment 4',
    ])
  })

  test('without a budget the order is that of arrival', () => {
    expect(overtaken(2, { overtakeBudget: 0 }).serve(2)).toEqual(['ann', 'appointment 1'])
  })

  test('only a desk that could have served somebody overtakes them', () => {
    const queue = overtaken(3)
    queue.join('other', { service: 'B' })
    queue.serve(3)
    expect(queue.serve(1, 'desk-2')).toEqual(['other'])
    expect(queue.serve(1, 'desk-3')).toEqual(['ann'])
  })

  test('a desk with several services spares those of each', () => {
    const queue = new Queue('08:50')
    queue.join('ann', { service: 'B' })
    for (const id of ['1', '2', '3', '4']) {
      queue.now += 1_000
      queue.join(id, { booking: { id, at: clock('09:00') } })
    }
    expect(queue.serve(5, 'desk-3')).toEqual(['1', '2', '3', 'ann', '4'])
  })

  test('calling somebody given past the protected takes a reason, and then uses nobody’s budget', () => {
    const queue = overtaken(3)
    queue.serve(3)
    const given = { verb: 'call_given', ticket: 'appointment 4', desk: 'desk-1' } as const
    queue.refused(given, 'wrong_state', { protected: 'ann' })
    queue.do({ ...given, reason: 'an emergency' })
    expect(queue.events.at(-1)).toMatchObject({ counted: false, passed: ['A'], reason: 'an emergency' })
    expect(queue.call('desk-3')).toBe('ann')
    expect(queue.ticket('ann').overtaken).toBe(3)
  })

  test('a place given up takes no protection along', () => {
    const queue = new Queue('09:00', { overtakeBudget: 1 })
    queue.join('ann')
    queue.at('09:01').join('appointment', booked('09:00'))
    expect(queue.serve(1)).toEqual(['appointment'])
    for (const _ of [1, 2]) queue.at('09:05').do({ verb: 'defer', ticket: 'ann', byMs: minutes(15) })
    queue.at('09:10').join('bob')
    queue.at('09:21').join('another', booked('09:24'))
    expect(queue.serve(3)).toEqual(['another', 'bob', 'ann'])
  })

  test('who has waited longest of the protected goes first', () => {
    const queue = new Queue('08:50')
    queue.join('ann')
    queue.now += 1_000
    queue.join('bob')
    for (const id of ['1', '2', '3', '4']) {
      queue.now += 1_000
      queue.join(id, { booking: { id, at: clock('09:00') } })
    }
    expect(queue.serve(6)).toEqual(['1', '2', '3', 'ann', 'bob', '4'])
  })
})

describe('people who are away', () => {
  test('are passed over and keep their place, and nobody counts it as overtaking', () => {
    const queue = new Queue('09:00')
    queue.joinRemote('ann')
    queue.at('09:05').join('bob')
    queue.at('09:06').join('cas')
    expect(queue.at('09:10').serve(1)).toEqual(['bob'])
    queue.at('09:20').do({ verb: 'presence', ticket: 'ann', presence: 'on_site', ...customer('ann') })
    expect(queue.ticket('ann').overtaken).toBe(0)
    expect(queue.serve(2)).toEqual(['ann', 'cas'])
  })

  test('lose their place when they come later after their turn than it is kept', () => {
    const queue = new Queue('09:00')
    queue.joinRemote('ann')
    queue.at('09:05').join('bob')
    queue.at('09:06').join('cas')
    expect(queue.at('09:10').serve(1)).toEqual(['bob'])
    // Coming and going does not begin the time anew.
    queue.at('09:20').do({ verb: 'presence', ticket: 'ann', presence: 'on_site' })
    queue.at('09:21').do({ verb: 'presence', ticket: 'ann', presence: 'remote' })
    queue.at('09:26').do({ verb: 'presence', ticket: 'ann', presence: 'on_site' })
    expect(queue.ticket('ann')).toMatchObject({ key: clock('09:26'), arrivedAt: clock('09:00') })
    expect(queue.serve(2)).toEqual(['cas', 'ann'])
  })

  test.each(['on_site', 'unknown'] as const)(
    'do not gain time by what they say before they are %s',
    (presence) => {
      const queue = new Queue('09:00')
      queue.joinRemote('ann')
      queue.at('09:05').join('bob')
      expect(queue.at('09:10').serve(1)).toEqual(['bob'])
      queue.at('09:20').do({ verb: 'presence', ticket: 'ann', presence: 'on_the_way', etaAt: clock('09:26') })
      queue.do({ verb: 'reachability', ticket: 'ann', reachable: false })
      queue.at('09:26').do({ verb: 'presence', ticket: 'ann', presence })
      expect(queue.ticket('ann').key).toBe(clock('09:26'))
    },
  )

  test('begin anew when they have been served and go on to another desk', () => {
    const queue = new Queue('09:00')
    queue.joinRemote('ann')
    queue.at('09:05').join('bob')
    expect(queue.at('09:10').serve(1)).toEqual(['bob'])
    queue.at('09:20').do({ verb: 'call_given', ticket: 'ann', desk: 'desk-1' })
    queue.do({ verb: 'start', ticket: 'ann' })
    queue.at('09:30').do({ verb: 'transfer', ticket: 'ann', service: 'B' })
    queue.do({ verb: 'presence', ticket: 'ann', presence: 'remote' })
    queue.at('09:31').do({ verb: 'presence', ticket: 'ann', presence: 'on_site' })
    expect(queue.ticket('ann').key).toBe(clock('09:00'))
  })

  test('are called when nobody who is here waits and they say to be here soon', () => {
    const queue = new Queue('09:00')
    queue.joinRemote('ann')
    queue.joinRemote('bob', { presence: 'on_the_way', etaAt: clock('09:13') })
    expect(queue.at('09:10').call()).toBeUndefined()
    queue.refused({ verb: 'call_next', desk: 'desk-1' }, 'wrong_state', { nobody: true, away: 2 })
    expect(queue.at('09:11').call()).toBe('bob')
    expect(queue.call('desk-3')).toBeUndefined()
    queue.do({ verb: 'call_given', ticket: 'ann', desk: 'desk-3' })
  })

  test('whoever joined without saying where they are may be called', () => {
    const queue = new Queue('09:00')
    queue.joinRemote('ann', { presence: 'unknown' })
    expect(queue.call()).toBe('ann')
  })
})

test('a desk calls only for the services that it can serve', () => {
  const queue = new Queue('09:00')
  queue.join('ann', { service: 'B' })
  expect(queue.call('desk-1')).toBeUndefined()
  queue.refused({ verb: 'call_given', ticket: 'ann', desk: 'desk-1' }, 'wrong_state')
  expect(queue.call('desk-3')).toBe('ann')
})
