import { describe, expect, test } from 'vitest'
import { ahead } from '../../src/queue/rules/index.ts'
import { clock, customer, minutes, Queue, quote, settings } from './queues.ts'

/** How a place is given up, lost, got back and moved. */

const reason = 'because'

describe('deferrals', () => {
  const defer = (ticket: string, minutesMore: number) =>
    ({ verb: 'defer', ticket, byMs: minutes(minutesMore), ...customer(ticket) }) as const

  test('the first one keeps the place', () => {
    const queue = new Queue('09:00')
    queue.join('ann')
    queue.at('09:01').join('bob')
    queue.at('09:02').join('cas')
    queue.at('09:10').do(defer('ann', 10))
    expect(queue.serve(1)).toEqual(['bob'])
    expect(queue.at('09:19').call('desk-3')).toBe('cas')
    queue.at('09:19').join('dan')
    expect(queue.at('09:20').serve(2)).toEqual(['ann', 'dan'])
  })

  test('somebody who was called may ask for it, and the desk is free', () => {
    const queue = new Queue('09:00')
    queue.join('ann')
    expect(queue.call()).toBe('ann')
    queue.do(defer('ann', 10))
    expect(queue.desk('desk-1').ticket).toBeNull()
    expect(queue.call()).toBeUndefined()
    expect(queue.at('09:10').call()).toBe('ann')
  })

  test('from the second one on the place counts from the time named', () => {
    const queue = new Queue('09:00')
    queue.join('ann')
    queue.at('09:01').do(defer('ann', 1))
    queue.at('09:03').do(defer('ann', 10))
    queue.at('09:12').join('bob')
    queue.at('09:14').join('cas')
    expect(queue.at('09:15').serve(3)).toEqual(['bob', 'ann', 'cas'])
  })

  test('and then from each return', () => {
    const queue = new Queue('09:00')
    queue.joinRemote('ann')
    queue.at('09:01').do(defer('ann', 1))
    queue.at('09:03').do(defer('ann', 10))
    queue.at('09:14').join('bob')
    queue.at('09:20').do({ verb: 'presence', ticket: 'ann', presence: 'on_site' })
    expect(queue.serve(2)).toEqual(['bob', 'ann'])
  })

  test('one that ends long after the turn gives the place up', () => {
    const queue = new Queue('09:00')
    queue.joinRemote('ann')
    queue.at('09:01').join('bob')
    expect(queue.at('09:05').serve(1)).toEqual(['bob'])
    queue.at('09:11').do(defer('ann', 10))
    queue.at('09:21').do({ verb: 'presence', ticket: 'ann', presence: 'on_site' })
    expect(queue.ticket('ann').key).toBe(clock('09:21'))
  })

  test('being here ends it', () => {
    const queue = new Queue('09:00')
    queue.join('ann')
    queue.do(defer('ann', 10))
    queue.at('09:03').do({ verb: 'presence', ticket: 'ann', presence: 'on_site' })
    expect(queue.call()).toBe('ann')
  })

  test('they are bounded in number and length', () => {
    const queue = new Queue('09:00')
    queue.join('ann')
    queue.refused(defer('ann', 16), 'invalid_field')
    queue.refused(defer('ann', 0), 'invalid_field')
    queue.refused(defer('ann', Number.NaN), 'invalid_field')
    for (let i = 0; i < settings.deferrals.max; i++) queue.do(defer('ann', 15))
    queue.refused(defer('ann', 1), 'wrong_state', { deferrals: 3 })
  })

  test('whoever books a place from home and pushes it back never goes before those in the hall', () => {
    const queue = new Queue('08:00')
    for (const id of ['home 1', 'home 2', 'home 3']) queue.joinRemote(id)
    const hall: string[] = []
    const served: (string | undefined)[] = []
    for (let minute = 0; minute < 60; minute++) {
      queue.now = clock('08:00') + minutes(minute)
      if (minute % 2 === 0) hall.push(queue.join(`hall ${minute}`).id)
      for (const id of ['home 1', 'home 2', 'home 3']) {
        // Back at the front of the line, and not there yet: the trick that shut out a whole hall.
        if (minute % 15 === 14 && minute < 45) queue.do(defer(id, 15))
      }
      if (minute % 3 === 0) served.push(...queue.serve(1))
    }
    queue.at('09:00')
    for (const id of ['home 1', 'home 2', 'home 3']) {
      queue.do({ verb: 'presence', ticket: id, presence: 'on_site', ...customer(id) })
    }
    served.push(...queue.serve(13))
    expect(served).toEqual([...hall, 'home 1', 'home 2', 'home 3'])
  })
})

describe('reinstating', () => {
  const missed = (rule: (typeof settings)['reinstate']) => {
    const queue = new Queue('09:00', { reinstate: rule })
    for (const id of ['ann', 'bob', 'cas', 'dan']) {
      queue.now += 1_000
      queue.join(id)
    }
    queue.call()
    queue.now += minutes(2)
    queue.do({ verb: 'missed', ticket: 'ann' })
    return queue
  }
  const rule = { places: 2, windowMs: minutes(30), max: 1 }

  test.each([
    ['front', ['ann', 'bob', 'cas', 'dan']],
    ['after', ['bob', 'cas', 'ann', 'dan']],
    ['end', ['bob', 'cas', 'dan', 'ann']],
  ] as const)('to the %s', (to, order) => {
    const queue = missed({ to, ...rule })
    queue.do({ verb: 'reinstate', ticket: 'ann' })
    expect(queue.ticket('ann')).toMatchObject({ presence: 'on_site', reinstatements: 1, missedAt: null })
    expect(queue.serve(4)).toEqual(order)
  })

  test('within a window and a number of times', () => {
    const queue = missed({ to: 'front', ...rule })
    queue.now += minutes(30)
    queue.do({ verb: 'reinstate', ticket: 'ann', ...customer('holder-ann') })
    expect(queue.call()).toBe('ann')
    queue.now += minutes(2)
    queue.do({ verb: 'missed', ticket: 'ann' })
    queue.refused({ verb: 'reinstate', ticket: 'ann' }, 'wrong_state', { reinstatements: 1 })
    const late = missed({ to: 'front', ...rule })
    late.now += minutes(30) + 1
    late.refused({ verb: 'reinstate', ticket: 'ann' }, 'wrong_state')
  })

  test('not when they hold another ticket by now', () => {
    const queue = missed({ to: 'front', ...rule })
    queue.join('ann again', { holders: ['holder-ann'] })
    queue.refused({ verb: 'reinstate', ticket: 'ann' }, 'already_exists', { ticket: 'ann again' })
  })

  test('at the end whatever the rule, for whoever gave the place up', () => {
    const queue = new Queue('09:00', { reinstate: { to: 'front', ...rule } })
    for (const id of ['ann', 'bob']) queue.join(id)
    for (const _ of [1, 2]) queue.do({ verb: 'defer', ticket: 'ann', byMs: minutes(1) })
    queue.at('09:02').do({ verb: 'call_given', ticket: 'ann', desk: 'desk-1' })
    queue.at('09:04').do({ verb: 'missed', ticket: 'ann' })
    queue.do({ verb: 'reinstate', ticket: 'ann' })
    expect(queue.serve(2)).toEqual(['bob', 'ann'])
  })
})

describe('moving a ticket', () => {
  const four = () => {
    const queue = new Queue('09:00')
    for (const id of ['ann', 'bob', 'cas', 'dan']) {
      queue.now += 1_000
      queue.join(id)
    }
    return queue
  }

  test.each([
    ['dan', { to: 'front' }, ['dan', 'ann', 'bob', 'cas']],
    ['dan', { to: 'after', ticket: 'ann' }, ['ann', 'dan', 'bob', 'cas']],
    ['ann', { to: 'after', ticket: 'cas' }, ['bob', 'cas', 'ann', 'dan']],
    ['ann', { to: 'after', ticket: 'dan' }, ['bob', 'cas', 'dan', 'ann']],
    ['bob', { to: 'end' }, ['ann', 'cas', 'dan', 'bob']],
  ] as const)('%s to %o', (ticket, target, order) => {
    const queue = four()
    queue.do({ verb: 'reorder', ticket, target, reason })
    expect(queue.serve(4)).toEqual(order)
  })

  test('again and again to the same spot, until there is no room', () => {
    const queue = four()
    let moves = 0
    const move = () => {
      const [ticket, target] = [['bob', 'cas'][moves % 2] as string, { to: 'after', ticket: 'ann' }] as const
      return { verb: 'reorder', ticket, target, reason } as const
    }
    for (; queue.decide(move()).ok; moves++) {
      const { ticket } = move()
      queue.do(move())
      expect(ahead(queue.state, queue.ticket(ticket))).toBe(1)
    }
    expect(moves).toBeGreaterThan(30)
    queue.refused(move(), 'wrong_state')
  })

  test('for a reason, and after a ticket of the same line', () => {
    const queue = four()
    queue.join('eve', { service: 'B' })
    queue.refused({ verb: 'reorder', ticket: 'dan', target: { to: 'front' } }, 'invalid_field')
    const behind = (ticket: string) =>
      ({ verb: 'reorder', ticket: 'dan', target: { to: 'after', ticket }, reason }) as const
    queue.refused(behind('eve'), 'invalid_field')
    queue.refused(behind('dan'), 'invalid_field')
    queue.refused(behind('nobody'), 'not_found')
  })

  test('whoever is moved back on purpose is not brought forward again by the budget', () => {
    const queue = four()
    queue.do({ verb: 'reorder', ticket: 'ann', target: { to: 'end' }, reason })
    for (const id of ['1', '2', '3']) queue.join(id)
    expect(queue.serve(7)).toEqual(['bob', 'cas', 'dan', 'ann', '1', '2', '3'])
  })
})

describe('a transfer', () => {
  test('keeps arrival, place, promise and number, and opens another leg', () => {
    const queue = new Queue('09:00')
    queue.join('ann', { quote: quote('quote-1', queue.now) })
    queue.at('09:10').join('bob', { service: 'B' })
    queue.at('09:20')
    expect(queue.call()).toBe('ann')
    queue.do({ verb: 'start', ticket: 'ann' })
    queue.at('09:25').do({ verb: 'transfer', ticket: 'ann', service: 'B' })
    expect(queue.events.at(-1)).toMatchObject({ leg: 1, servedMs: minutes(5), learn: true, was: 'serving' })
    expect(queue.ticket('ann')).toMatchObject({
      arrivedAt: clock('09:00'),
      number: 'A1',
      quote: { id: 'quote-1' },
      leg: 2,
      legAt: clock('09:25'),
      service: 'B',
      status: 'waiting',
      startedAt: null,
    })
    expect(queue.desk('desk-1').ticket).toBeNull()
    expect(queue.serve(2, 'desk-2')).toEqual(['ann', 'bob'])
  })

  test('to a desk is called by that desk alone', () => {
    const queue = new Queue('09:00')
    queue.join('ann')
    queue.join('bob')
    queue.do({ verb: 'transfer', ticket: 'ann', desk: 'desk-3' })
    queue.refused({ verb: 'call_given', ticket: 'ann', desk: 'desk-1' }, 'wrong_state')
    expect(queue.call('desk-1')).toBe('bob')
    expect(queue.call('desk-3')).toBe('ann')
  })

  test('goes to a desk that serves it, and somewhere else than where it waits', () => {
    const queue = new Queue('09:00')
    queue.join('ann')
    queue.refused({ verb: 'transfer', ticket: 'ann', desk: 'desk-2' }, 'invalid_field')
    queue.refused({ verb: 'transfer', ticket: 'ann', service: 'A' }, 'wrong_state')
    queue.refused({ verb: 'transfer', ticket: 'ann', service: 'none' }, 'not_found')
    queue.refused({ verb: 'transfer', ticket: 'ann', desk: 'none' }, 'not_found')
  })
})
