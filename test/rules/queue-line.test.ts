import { expect, test } from 'vitest'
import type { Ticket } from '../../src/queue/rules/index.ts'
import {
  byArrival,
  byPlace,
  countOvertaken,
  enterHere,
  leaveHere,
  longestHere,
  newLine,
  overtakenOf,
  protectedFrom,
} from '../../src/queue/rules/line.ts'
import { drawing } from './queue-days.ts'
import { Queue, type Said } from './queues.ts'

test('a line of thousands counts as one that counts for each', () => {
  const draw = drawing(7)
  const below = (most: number) => Math.floor(draw(most))
  const line = newLine()
  const counts = new Map<Ticket, number>()
  for (let step = 0; step < 6_000; step++) {
    const tickets = [...(step % 300 === 299 ? counts.keys() : [])]
    const [from, key] = [step + below(400), step + below(900)]
    const drawn = { id: `t${step}`, from, key, rank: 0, arrival: step } as Ticket
    const what = below(10)
    if (what < 6) {
      counts.set(drawn, below(3))
      enterHere(line, drawn, counts.get(drawn) as number)
    } else if (what < 8) {
      const only = below(4) === 0 ? ({ arrival }: Ticket) => arrival % 3 === 0 : undefined
      const by = below(5) === 0 ? -1 : 1
      countOvertaken(line, drawn, by, only)
      for (const [ticket, count] of counts) {
        if (byArrival(ticket, drawn) < 0 && (!only || only(ticket))) counts.set(ticket, count + by)
      }
    } else {
      const leaving = line.here[below(line.here.length)]
      if (!leaving) continue
      expect(leaveHere(line, leaving)).toBe(counts.get(leaving))
      counts.delete(leaving)
    }
    if (tickets.length === 0) continue
    const budget = below(1_500)
    const spared = tickets.filter(
      (ticket) => byArrival(ticket, drawn) < 0 && (counts.get(ticket) ?? 0) >= budget,
    )
    expect(protectedFrom(line, drawn, budget)).toBe(spared.sort(byArrival)[0])
    const now = [...counts.keys()]
    expect(line.here).toEqual(now.toSorted(byPlace))
    expect(longestHere(line)).toBe(now.toSorted(byArrival)[0])
    for (const ticket of now) expect(overtakenOf(line, ticket)).toBe(counts.get(ticket))
  }
  expect(line.blocks.length).toBeGreaterThan(10)
})

/** A desk that serves one for each who joins; every third has an appointment and overtakes. */
function busy(waiting: number) {
  const queue = new Queue('09:00', { overtakeBudget: 1_000_000 })
  const join = (id: string, more: Partial<Extract<Said, { verb: 'join' }>> = {}) => {
    queue.now += 1_000
    queue.join(id, more)
  }
  for (let i = 0; i < waiting; i++) join(`waiting ${i}`)
  let served = 0
  const turn = () => {
    const id = `later ${served++}`
    const begun = performance.now()
    join(id, served % 3 === 0 ? { booking: { id, at: queue.now } } : {})
    const joined = performance.now()
    for (const _ of ['call', 'start']) queue.do({ verb: 'next', desk: 'desk-1' })
    return { join: joined - begun, next: performance.now() - joined }
  }
  return { queue, turn }
}

test('with 5,000 waiting a join and a Next cost at most twice what they cost with 10', () => {
  const [few, many] = [busy(10), busy(5_000)]
  const never = Number.POSITIVE_INFINITY
  const [small, large] = [
    { join: never, next: never },
    { join: never, next: never },
  ]
  const measure = (of: ReturnType<typeof busy>, least: typeof small) => {
    const sum = { join: 0, next: 0 }
    for (let i = 0; i < 20; i++) {
      const took = of.turn()
      sum.join += took.join
      sum.next += took.next
    }
    least.join = Math.min(least.join, sum.join)
    least.next = Math.min(least.next, sum.next)
  }
  // The least of many leaves out what else the machine is doing.
  for (let round = 0; round < 200; round++) {
    measure(few, small)
    measure(many, large)
  }
  expect(many.queue.state.lines.get('A')?.here.length).toBeGreaterThan(4_990)
  expect(large.join / small.join).toBeLessThan(2)
  expect(large.next / small.next).toBeLessThan(2)
})
