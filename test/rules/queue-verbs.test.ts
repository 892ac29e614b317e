import { describe, expect, test } from 'vitest'
import { dueOf, overtakenBy } from '../../src/queue/rules/index.ts'
import { clock, customer, minutes, partner, Queue, quote, settings, staff, timer } from './queues.ts'

const reason = 'because'

/** Ann is called at desk 1 at nine. */
function called(): Queue {
  const queue = new Queue('09:00')
  queue.join('ann')
  queue.call()
  return queue
}

/** Ann is being served at desk 1 since nine. */
function serving(): Queue {
  const queue = called()
  queue.do({ verb: 'start', ticket: 'ann' })
  return queue
}

describe('calls', () => {
  test('again after an interval, a number of times, each with its grace', () => {
    const queue = called()
    const again = { verb: 'call_again', ticket: 'ann' } as const
    queue.now += settings.callAgain.intervalMs - 1
    queue.refused(again, 'wrong_state', { notBefore: queue.now + 1 })
    queue.now += 1
    queue.do(again)
    expect(queue.ticket('ann')).toMatchObject({ calls: 2, graceEndsAt: queue.now + minutes(2) })
    queue.now += settings.callAgain.intervalMs
    queue.do(again)
    queue.now += settings.callAgain.intervalMs
    queue.refused(again, 'wrong_state', { calls: 3 })
  })

  test('missed once the grace is over, by a command and never by time alone', () => {
    const queue = called()
    expect(dueOf(queue.ticket('ann'))).toEqual({ verb: 'missed', ticket: 'ann', at: clock('09:02') })
    const missed = { verb: 'missed', ticket: 'ann' } as const
    queue.now = clock('09:02') - 1
    queue.refused({ ...missed, ...timer }, 'wrong_state')
    queue.refused(missed, 'wrong_state')
    queue.now += minutes(60)
    queue.join('bob')
    expect(queue.ticket('ann').status).toBe('called')
    queue.do({ ...missed, ...timer })
    expect(queue.ticket('ann')).toMatchObject({ status: 'missed', missedAt: queue.now, presence: 'unknown' })
    expect(queue.desk('desk-1').ticket).toBeNull()
  })

  test('missed before that only by staff and with a reason', () => {
    const queue = called()
    queue.refused({ verb: 'missed', ticket: 'ann', ...timer, reason }, 'wrong_state')
    queue.do({ verb: 'missed', ticket: 'ann', reason })
  })

  test('"I am here" of somebody called starts the visit', () => {
    const queue = called()
    queue.now += 30_000
    const here = { verb: 'presence', ticket: 'ann', presence: 'on_site', ...customer('ann') } as const
    expect(queue.do(here).map(({ type }) => type)).toEqual(['presence_changed', 'started'])
    expect(queue.events.at(-1)).toMatchObject({ wayMs: 30_000, desk: 'desk-1' })
  })

  test('a desk on a break or closed calls nobody, and finishes the visit it has', () => {
    const queue = serving()
    queue.join('bob')
    queue.do({ verb: 'break_desk', desk: 'desk-1', endsAt: clock('09:30') })
    expect(queue.do({ verb: 'next', desk: 'desk-1' }).map(({ type }) => type)).toEqual(['finished'])
    queue.refused({ verb: 'next', desk: 'desk-1' }, 'wrong_state', { desk: 'break' })
    queue.refused({ verb: 'call_given', ticket: 'bob', desk: 'desk-1' }, 'wrong_state', { desk: 'break' })
    queue.at('10:00').refused({ verb: 'call_next', desk: 'desk-1' }, 'wrong_state', { desk: 'break' })
    queue.do({ verb: 'open_desk', desk: 'desk-1' })
    expect(queue.desk('desk-1')).toMatchObject({ status: 'open', breakEndsAt: null })
    expect(queue.call()).toBe('bob')
    queue.do({ verb: 'close_desk', desk: 'desk-1' })
    expect(queue.do({ verb: 'next', desk: 'desk-1' }).map(({ type }) => type)).toEqual(['started'])
    queue.refused({ verb: 'break_desk', desk: 'desk-1', endsAt: clock('11:00') }, 'wrong_state', {
      desk: 'closed',
    })
  })

  test('a break ends later than it begins', () => {
    const queue = new Queue('09:00')
    queue.refused({ verb: 'break_desk', desk: 'desk-1', endsAt: clock('09:00') }, 'invalid_field')
  })
})

describe('visits', () => {
  test('a pause frees the desk and is not time served', () => {
    const queue = serving()
    queue.join('bob')
    queue.refused({ verb: 'pause', ticket: 'ann' }, 'invalid_field')
    queue.at('09:10').do({ verb: 'pause', ticket: 'ann', reason: 'fetches a paper' })
    expect(queue.ticket('ann')).toMatchObject({
      status: 'paused',
      pauseReason: 'fetches a paper',
      askAt: null,
    })
    expect(queue.call()).toBe('bob')
    const resume = { verb: 'resume', ticket: 'ann', desk: 'desk-1' } as const
    queue.refused(resume, 'wrong_state', { ticket: 'bob' })
    queue.refused({ ...resume, desk: 'desk-2' }, 'wrong_state')
    queue.at('09:15').do({ ...resume, desk: 'desk-3' })
    expect(queue.ticket('ann')).toMatchObject({ status: 'serving', desk: 'desk-3', askAt: clock('09:35') })
    queue.at('09:20').do({ verb: 'finish', ticket: 'ann' })
    expect(queue.events.at(-1)).toMatchObject({ servedMs: minutes(15), pausedMs: minutes(5), desk: 'desk-3' })
  })

  test('a paused one can be finished, and nothing was served since the pause', () => {
    const queue = serving()
    queue.at('09:10').do({ verb: 'pause', ticket: 'ann', reason })
    queue.at('09:30').do({ verb: 'finish', ticket: 'ann' })
    expect(queue.events.at(-1)).toMatchObject({ servedMs: minutes(10), pausedMs: minutes(20) })
  })

  test('one open longer than its P99 asks, and stays out of learning until answered', () => {
    const queue = serving()
    expect(dueOf(queue.ticket('ann'))).toEqual({ verb: 'ask', ticket: 'ann', at: clock('09:30') })
    const ask = { verb: 'ask', ticket: 'ann', ...timer } as const
    queue.now = clock('09:30') - 1
    queue.refused(ask, 'wrong_state')
    queue.refused({ verb: 'still_going', ticket: 'ann' }, 'wrong_state')
    queue.at('09:30').do(ask)
    expect(queue.ticket('ann')).toMatchObject({ status: 'serving', askedAt: clock('09:30') })
    queue.refused(ask, 'wrong_state')
    queue.at('09:40').do({ verb: 'finish', ticket: 'ann' })
    expect(queue.events.at(-1)).toMatchObject({ learn: false })
  })

  test('it is answered by "still going"', () => {
    const queue = serving()
    queue.at('09:30').do({ verb: 'ask', ticket: 'ann', ...timer })
    queue.at('09:31').do({ verb: 'still_going', ticket: 'ann' })
    expect(queue.ticket('ann')).toMatchObject({ askedAt: null, askAt: clock('10:01') })
    queue.at('09:40').do({ verb: 'next', desk: 'desk-1' })
    expect(queue.events.at(-1)).toMatchObject({ learn: true, servedMs: minutes(40) })
  })

  test('or by when it really ended', () => {
    const queue = serving()
    queue.at('10:30').do({ verb: 'ask', ticket: 'ann', ...timer })
    const finish = (time: string) => ({ verb: 'finish', ticket: 'ann', endedAt: clock(time) }) as const
    queue.refused(finish('08:59'), 'wrong_state')
    queue.refused(finish('10:31'), 'wrong_state')
    queue.do(finish('09:12'))
    expect(queue.events.at(-1)).toMatchObject({ learn: true, servedMs: minutes(12), at: clock('10:30') })
    expect(queue.ticket('ann').endedAt).toBe(clock('09:12'))
  })
})

describe('joins', () => {
  test.each([{ service: 'A' }, {}])('close for %o, but not for those with an appointment', (scope) => {
    const queue = new Queue('09:00')
    queue.do({ verb: 'close_joins', ...scope })
    queue.refused({ verb: 'close_joins', ...scope }, 'wrong_state')
    const drawn = { visit: 'v', party: 1, reachable: true, holders: [], service: 'A' } as const
    const join = { verb: 'join', ticket: 'ann', reference: 'r', ...drawn } as const
    queue.refused(join, 'wrong_state', { joinsClosed: true })
    queue.join('bob', { booking: { id: 'b', at: clock('09:00') } })
    if (scope.service) queue.join('cas', { service: 'B' })
    queue.do({ verb: 'open_joins', ...scope })
    queue.do(join)
  })

  test('say how many, and when they will be here', () => {
    const queue = new Queue('09:00')
    const drawn = { ticket: 't', visit: 'v', reference: 'r', reachable: true, holders: [], service: 'A' }
    for (const party of [0, -1, 1.5]) queue.refused({ verb: 'join', ...drawn, party }, 'invalid_field')
    const late = { verb: 'join', ...drawn, party: 2, presence: 'on_the_way' } as const
    queue.refused(late, 'invalid_field')
    queue.refused({ ...late, etaAt: clock('08:59') }, 'invalid_field')
    queue.do({ ...late, etaAt: clock('09:10') })
    expect(queue.ticket('t')).toMatchObject({ party: 2, etaAt: clock('09:10'), cameAt: null })
    queue.refused({ verb: 'join', ...drawn, service: 'none', party: 1 }, 'not_found')
  })

  test.each([
    ['front_desk', 'on_site', staff],
    ['web', 'remote', customer('holder-ann')],
    ['partner', 'remote', partner],
  ] as const)('by %s they are taken to be %s', (_, presence, sender) => {
    const queue = new Queue('09:00')
    expect(queue.join('ann', { ...sender, presence: undefined }).presence).toBe(presence)
  })
})

describe('whose ticket', () => {
  test('a customer touches their own: by ticket, holder or booking', () => {
    const queue = new Queue('09:00')
    queue.join('ann', { holders: ['device'], booking: { id: 'booking', at: clock('09:00') } })
    for (const id of ['ann', 'device', 'booking']) {
      expect(queue.decide({ verb: 'leave', ticket: 'ann', ...customer(id) }).ok).toBe(true)
    }
    queue.refused({ verb: 'leave', ticket: 'ann', ...customer('bob') }, 'not_found')
  })

  test('a partner touches what it joined', () => {
    const queue = new Queue('09:00')
    queue.join('ann', partner)
    queue.join('bob')
    queue.do({ verb: 'leave', ticket: 'ann', ...partner, reason })
    queue.refused({ verb: 'leave', ticket: 'bob', ...partner, reason }, 'not_found')
  })

  test('who takes somebody else off the queue says why', () => {
    const queue = called()
    queue.refused({ verb: 'leave', ticket: 'ann' }, 'invalid_field')
    queue.do({ verb: 'leave', ticket: 'ann', reason: 'went home' })
    expect(queue.desk('desk-1').ticket).toBeNull()
  })
})

describe('undo', () => {
  test('takes a call back: order, promise and counts are as before', () => {
    const queue = new Queue('08:50')
    queue.join('ann', { quote: quote('quote-ann', queue.now) })
    queue.now += 1_000
    queue.join('bob', { booking: { id: 'b', at: clock('09:00') }, quote: quote('quote-bob', queue.now) })
    const before = structuredClone(queue.ticket('bob'))
    expect(queue.call()).toBe('bob')
    expect(overtakenBy(queue.state, queue.ticket('ann'))).toBe(1)
    queue.join('cas')
    queue.now += settings.undoMs
    queue.do({ verb: 'undo', desk: 'desk-1' })
    expect(queue.ticket('bob')).toEqual({ ...before, revision: 3, countedFrom: queue.state.queue.seq })
    expect(overtakenBy(queue.state, queue.ticket('ann'))).toBe(0)
    expect(queue.state.passes).toEqual([])
    expect(queue.serve(3)).toEqual(['bob', 'ann', 'cas'])
  })

  test('takes all of Next back at once', () => {
    const queue = serving()
    queue.join('bob')
    queue.at('09:10').do({ verb: 'next', desk: 'desk-1' })
    queue.do({ verb: 'undo', ticket: 'bob' })
    expect(queue.ticket('ann')).toMatchObject({ status: 'serving', endedAt: null, askAt: clock('09:30') })
    expect(queue.ticket('bob')).toMatchObject({ status: 'waiting', desk: null })
    expect(queue.desk('desk-1').ticket).toBe('ann')
  })

  test('is for staff’s last command there, within the window', () => {
    const queue = called()
    queue.join('joined')
    queue.refused({ verb: 'undo', ticket: 'joined' }, 'wrong_state')
    queue.refused({ verb: 'undo', desk: 'none' }, 'not_found')
    queue.refused({ verb: 'undo', ticket: 'ann', expectedRevision: 1 }, 'stale_revision', { revision: 2 })
    queue.now += settings.undoMs + 1
    queue.refused({ verb: 'undo', desk: 'desk-1' }, 'wrong_state', { until: queue.now - 1 })
    queue.join('bob')
    expect([...queue.state.undos.keys()]).toEqual([])
    queue.refused({ verb: 'undo', desk: 'desk-1' }, 'wrong_state')
  })

  test('cannot be undone, only done again', () => {
    const queue = called()
    queue.do({ verb: 'undo', desk: 'desk-1' })
    queue.refused({ verb: 'undo', desk: 'desk-1' }, 'wrong_state')
    expect(queue.call()).toBe('ann')
  })

  test('ends when the customer acts on it', () => {
    const queue = called()
    queue.do({
      verb: 'presence',
      ticket: 'ann',
      presence: 'on_the_way',
      etaAt: clock('09:01'),
      ...customer('ann'),
    })
    queue.refused({ verb: 'undo', desk: 'desk-1' }, 'wrong_state')
    queue.refused({ verb: 'undo', ticket: 'ann' }, 'wrong_state')
  })

  test('never takes back what a customer did', () => {
    const queue = new Queue('09:00')
    queue.join('ann')
    queue.do({ verb: 'leave', ticket: 'ann', ...customer('ann') })
    queue.refused({ verb: 'undo', ticket: 'ann' }, 'wrong_state')
    queue.join('bob')
    queue.do({ verb: 'leave', ticket: 'bob', reason: 'the wrong one' })
    queue.do({ verb: 'undo', ticket: 'bob' })
    expect(queue.serve(1)).toEqual(['bob'])
  })

  test('still takes a call back that was called again', () => {
    const queue = called()
    queue.now += settings.callAgain.intervalMs
    queue.do({ verb: 'call_again', ticket: 'ann' })
    queue.do({ verb: 'undo', desk: 'desk-1' })
    expect(queue.ticket('ann')).toMatchObject({ status: 'waiting', calls: 0 })
  })

  test('is refused when the holder has another ticket by now', () => {
    const queue = new Queue('09:00')
    queue.join('ann')
    queue.do({ verb: 'leave', ticket: 'ann', reason })
    queue.join('ann again', { holders: ['holder-ann'] })
    queue.refused({ verb: 'undo', ticket: 'ann' }, 'already_exists', { ticket: 'ann again' })
  })

  test('brings a missed ticket back to its desk', () => {
    const queue = called()
    queue.at('09:02').do({ verb: 'missed', ticket: 'ann', ...timer })
    queue.do({ verb: 'undo', ticket: 'ann' })
    expect(queue.ticket('ann')).toMatchObject({ status: 'called', desk: 'desk-1', presence: 'on_site' })
    expect(queue.desk('desk-1').ticket).toBe('ann')
  })

  test('opens a desk that was closed by mistake', () => {
    const queue = new Queue('09:00')
    queue.do({ verb: 'close_desk', desk: 'desk-1' })
    queue.do({ verb: 'undo', desk: 'desk-1' })
    expect(queue.desk('desk-1').status).toBe('open')
  })
})

describe('what is configured', () => {
  const configure = { verb: 'configure', services: [], desks: [], ...timer } as const

  test('only what differs is told', () => {
    const queue = new Queue('09:00')
    const services = [{ id: 'A', letter: 'A', graceMs: minutes(2), p99Ms: minutes(20) }]
    const desks = [{ id: 'desk-1', services: ['A'] }]
    const told = queue.do({ ...configure, services, desks, settings: { ...settings, undoMs: 1 } })
    expect(told.map(({ type }) => type)).toEqual(['service_configured', 'settings_configured'])
    queue.refused({ ...configure, services, desks }, 'wrong_state')
  })

  test('what the order rests on is checked', () => {
    const queue = new Queue('09:00')
    const refused = (changed: Partial<typeof settings>) =>
      queue.refused({ ...configure, settings: { ...settings, ...changed } }, 'invalid_field')
    refused({ appointments: { windowMs: 2, creditMs: 1, lateMs: 0 } })
    refused({ deferrals: { max: 1, maxMs: settings.keepPlaceMs + 1 } })
    refused({ overtakeBudget: -1 })
    const letter = { id: 'C', letter: 'A', graceMs: 1, p99Ms: 1 }
    queue.refused({ ...configure, services: [letter] }, 'invalid_field')
    queue.refused({ ...configure, desks: [{ id: 'desk-1', services: ['none'] }] }, 'invalid_field')
  })
})

test('a clock that goes back stands still', () => {
  const queue = called()
  queue.at('08:00').join('bob')
  expect(queue.ticket('bob').arrivedAt).toBe(clock('09:00'))
})

test('reachability is known or changed', () => {
  const queue = called()
  queue.do({ verb: 'reachability', ticket: 'ann', reachable: false })
  expect(queue.ticket('ann').reachable).toBe(false)
  queue.refused({ verb: 'reachability', ticket: 'ann', reachable: false }, 'wrong_state')
})
