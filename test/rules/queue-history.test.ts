import { expect, test } from 'vitest'
import { meanVisitMs } from '../../src/queue/estimate/model.ts'
import type { PastVisit } from '../../src/queue/rules/index.ts'
import { newLearned, observe } from '../../src/queue/waits/learned.ts'
import { clock, minutes, Queue, staff } from './queues.ts'

/** Days that were noted elsewhere. */

const visit = (n: number, values: Partial<PastVisit> = {}): PastVisit => {
  const joinedAt = clock('09:00') - 3 * 24 * minutes(60) + minutes(10) * n
  const [calledAt, startedAt] = [joinedAt + minutes(3), joinedAt + minutes(4)]
  return {
    visit: `vis-${n}`,
    service: 'A',
    desk: 'desk-1',
    joinedBy: 'kiosk',
    ...{ joinedAt, calledAt, startedAt, endedAt: startedAt + minutes(20) },
    ...values,
  }
}
const brings = (date: string, visits: PastVisit[]) =>
  ({ verb: 'import_day', date, visits, ...staff }) as const

test('days are brought in order, each once, and none that is not over', () => {
  const queue = new Queue('09:00')
  const { date } = queue.state.queue
  queue.do(brings('2026-10-01', [visit(1), visit(2)]))
  queue.refused(brings('2026-10-01', []), 'wrong_state', { importedTo: '2026-10-01' })
  queue.refused(brings('2026-09-30', []), 'wrong_state')
  queue.refused(brings(date, []), 'wrong_state', { date })
  queue.refused(brings('2026-10-02', [visit(1, { service: 'none' })]), 'invalid_field')
  queue.refused(brings('2026-10-02', [visit(1), visit(2, { desk: 'none' })]), 'invalid_field')
  queue.do(brings('2026-10-02', []))
  expect(queue.state.tickets.size).toBe(0)
})

test('what they teach is what their visits say: their length, who did not come, who left', () => {
  const queue = new Queue('09:00')
  const zone = 'Asia/Riyadh'
  const services = [{ id: 'A', nominalMs: minutes(5), graceMs: minutes(3) }]
  const learned = newLearned({ zone, services })
  const before = structuredClone(learned.model)
  const visits = Array.from({ length: 60 }, (_, n) => visit(n))
  visits.push(visit(60, { startedAt: null }), visit(61, { desk: null, calledAt: null, startedAt: null }))
  const decided = queue.decide(brings('2026-10-01', visits))
  if (!decided.ok) throw new Error('refused')
  for (const event of decided.value) observe(learned, event, zone)
  const { model } = learned
  expect(meanVisitMs(before, 'A', 'desk-1')).toBe(minutes(5))
  expect(meanVisitMs(model, 'A', 'desk-1')).toBeGreaterThan(minutes(15))
  expect(model.missed.missed).toBeGreaterThan(before.missed.missed)
  expect(model.patience).not.toEqual(before.patience)
  expect(Object.keys(model.arrivals)).toEqual(['walk-in'])
  expect(learned.seq).toBe(decided.value.at(-1)?.seq)
})
