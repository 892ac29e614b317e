import { describe, expect, test } from 'vitest'
import { clock, customer, kiosk, minutes, Queue, timer } from './queues.ts'

test('Next calls, starts, finishes and calls: one key runs a plain day', () => {
  const queue = new Queue('09:00')
  queue.join('ann')
  queue.at('09:01').join('bob')
  const next = () => queue.do({ verb: 'next', desk: 'desk-1' }).map(({ type }) => type)
  expect(queue.at('09:02').ticket('ann')).toMatchObject({ number: 'A1', status: 'waiting' })
  expect(next()).toEqual(['called'])
  expect(queue.ticket('ann')).toMatchObject({ status: 'called', desk: 'desk-1' })
  queue.at('09:03')
  expect(next()).toEqual(['started'])
  queue.at('09:15')
  expect(next()).toEqual(['finished', 'called'])
  expect(queue.ticket('ann')).toMatchObject({ status: 'served', endedAt: clock('09:15') })
  expect(queue.events.at(-2)).toMatchObject({ servedMs: minutes(12), pausedMs: 0, learn: true })
  expect(queue.events.at(-1)).toMatchObject({ ticket: 'bob', waitedMs: minutes(14) })
  expect(next()).toEqual(['started'])
  expect(next()).toEqual(['finished'])
  queue.refused({ verb: 'next', desk: 'desk-1' }, 'wrong_state', { nobody: true })
})

test('joining again shows the ticket that the phone or the device has', () => {
  const queue = new Queue('09:00')
  queue.join('ann', { holders: ['customer-1', 'device-1'] })
  const again = {
    ticket: 'new',
    visit: 'v',
    reference: 'r',
    service: 'B',
    party: 1,
    reachable: true,
  } as const
  queue.refused({ verb: 'join', ...again, holders: ['device-1'], ...customer('x') }, 'already_exists', {
    ticket: 'ann',
  })
  queue.refused({ verb: 'join', ...again, holders: ['customer-1', 'device-2'] }, 'already_exists', {
    ticket: 'ann',
  })
  queue.do({ verb: 'leave', ticket: 'ann', ...customer('ann') })
  queue.do({ verb: 'join', ...again, holders: ['customer-1', 'device-1'] })
  expect(queue.ticket('new').number).toBe('B1')
})

test('a booking is checked in once, whatever becomes of its ticket', () => {
  const queue = new Queue('09:00')
  const booking = { id: 'bkg', at: clock('09:30') }
  queue.join('ann', { booking, ...kiosk })
  const again = { verb: 'join', ticket: 'x', visit: 'v', reference: 'r', service: 'A', party: 1 } as const
  const checkIn = { ...again, reachable: true, holders: [], booking }
  queue.refused(checkIn, 'already_exists', { ticket: 'ann' })
  queue.serve(1)
  queue.refused(checkIn, 'already_exists', { ticket: 'ann' })
})

test('a reference that is in use is refused, so that another is drawn', () => {
  const queue = new Queue('09:00')
  queue.join('ann', { reference: 'ABC234' })
  const other = { ticket: 'bob', visit: 'v', service: 'A', party: 1, reachable: true, holders: [] } as const
  queue.refused({ verb: 'join', ...other, reference: 'ABC234' }, 'already_exists')
  queue.serve(1)
  queue.do({ verb: 'join', ...other, reference: 'ABC234' })
  expect(queue.ticket('bob').status).toBe('waiting')
})

test('numbers go by service and begin anew each day, past those still in use', () => {
  const queue = new Queue('09:00')
  queue.join('a1')
  queue.join('a2')
  queue.join('b1', { service: 'B' })
  expect(['a1', 'a2', 'b1'].map((id) => queue.ticket(id).number)).toEqual(['A1', 'A2', 'B1'])
  queue.serve(1)
  queue.do({ verb: 'start_day', date: '2026-11-23', ...timer })
  expect([...queue.state.tickets.keys()].sort()).toEqual(['a2', 'b1'])
  queue.join('next-a1')
  queue.join('next-a3')
  expect(['a2', 'next-a1', 'next-a3'].map((id) => queue.ticket(id).number)).toEqual(['A2', 'A1', 'A3'])
  queue.refused({ verb: 'start_day', date: '2026-11-23', ...timer }, 'wrong_state')
})

describe('joins', () => {
  const drawn = { visit: 'v', party: 1, reachable: true, holders: [], service: 'A' } as const
  const [hoursEnd, hoursBegin] = [
    { verb: 'close_joins', ...timer },
    { verb: 'open_joins', ...timer },
  ] as const
  const day = (date: string) => ({ verb: 'start_day', date, ...timer }) as const

  test('close with the hours for all but appointments and whom staff let in, and open with them', () => {
    const queue = new Queue('17:00')
    queue.do(hoursEnd)
    queue.refused(hoursEnd, 'wrong_state')
    queue.refused(
      { verb: 'join', ticket: 'ann', reference: 'r', ...drawn, ...customer('ann') },
      'wrong_state',
      {
        joinsClosed: true,
      },
    )
    queue.join('ann')
    queue.join('bob', { booking: { id: 'b', at: clock('17:00') }, ...customer('b') })
    queue.do(day('2026-11-23'))
    expect(queue.state.queue.joinsClosed).toBe(true)
    queue.do(hoursBegin)
    queue.refused(hoursBegin, 'wrong_state')
    queue.joinRemote('cas')
  })

  test.each([{ service: 'A' }, {}])(
    'closed by hand for %o stay so when the hours begin, until the next day',
    (scope) => {
      const queue = new Queue('11:00')
      queue.do({ verb: 'close_joins', ...scope })
      const closed = { verb: 'join', ticket: 'ann', reference: 'r', ...drawn } as const
      for (const hours of [hoursEnd, hoursBegin]) {
        queue.decide(hours).ok && queue.do(hours)
        queue.refused(closed, 'wrong_state')
      }
      queue.do(day('2026-11-23'))
      queue.do(closed)
    },
  )

  test('opened by hand are so until the hours end again', () => {
    const queue = new Queue('17:00')
    queue.do(hoursEnd)
    queue.do({ verb: 'open_joins' })
    queue.joinRemote('ann')
    queue.refused(hoursBegin, 'wrong_state')
    queue.do(hoursEnd)
    queue.refused(
      { verb: 'join', ticket: 'bob', reference: 'r', ...drawn, ...customer('bob') },
      'wrong_state',
    )
  })
})
