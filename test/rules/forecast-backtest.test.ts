import { describe, expect, test } from 'vitest'
import type { WorkEvent } from '../../scripts/backtest/work-log.ts'
import { Workshop } from '../../scripts/backtest/workshop.ts'
import { hourMs, plainJobs, queuedJobs, slowingJobs } from './forecast-jobs.ts'

type Said = { stage: string; p50: number; p90: number; left: number; usual: number }

/** What is announced in the second half of a log, what was left in truth, and by the mean life of the last thirty. */
function announced(events: WorkEvent[]): Said[] {
  const doneAt = new Map(events.flatMap(({ type, caseId, t }) => (type === 'done' ? [[caseId, t]] : [])))
  const openedAt = new Map<string, number>()
  const lives: number[] = []
  const workshop = new Workshop()
  const said: Said[] = []
  for (const [index, event] of events.entries()) {
    const quote = workshop.see(event)
    if (event.type === 'open') openedAt.set(event.caseId, event.t)
    const age = event.t - (openedAt.get(event.caseId) as number)
    if (event.type === 'done') lives.push(age)
    const ends = doneAt.get(event.caseId)
    if (event.type === 'done' || !quote || ends === undefined || index < events.length / 2) continue
    const latest = lives.slice(-30)
    const usual = Math.max(0, latest.reduce((a, b) => a + b, 0) / latest.length - age)
    said.push({ stage: event.stage, ...quote, left: ends - event.t, usual })
  }
  return said
}

const share = (said: Said[], is: (one: Said) => boolean) => said.filter(is).length / said.length
const within90 = (said: Said[]) => share(said, ({ left, p90 }) => left <= p90)
const within50 = (said: Said[]) => share(said, ({ left, p50 }) => left <= p50)

const pinball = (left: number, p50: number, p90: number) =>
  Math.max(left - p50, p50 - left) / 2 + Math.max(0.9 * (left - p90), 0.1 * (p90 - left))
const lost = (said: Said[], rule: (one: Said) => [number, number]) =>
  said.reduce((sum, one) => sum + pinball(one.left, ...rule(one)), 0) / said.length
const own = ({ p50, p90 }: Said): [number, number] => [p50, p90]
const usual = (one: Said): [number, number] => [one.usual, one.usual]

describe('a log of work played through the forecast', () => {
  test('announced times hold as often as they say, and cost little more than knowing the truth', () => {
    const said = announced(plainJobs(3))
    expect(said.length).toBeGreaterThan(350)
    expect(Math.abs(within90(said) - 0.9)).toBeLessThan(0.04)
    expect(Math.abs(within50(said) - 0.5)).toBeLessThan(0.06)
    const working = said.filter(({ stage }) => stage === 'in_progress')
    const known: [number, number] = [24 * hourMs * Math.log(2), 24 * hourMs * Math.log(10)]
    expect(lost(working, own)).toBeLessThan(1.04 * lost(working, () => known))
  })

  test('a workshop that slows down is followed', () => {
    const said = announced(slowingJobs(3))
    expect(Math.abs(within90(said) - 0.9)).toBeLessThan(0.05)
    expect(lost(said, own)).toBeLessThan(0.8 * lost(said, usual))
  })

  test('a line before the bench makes the end later', () => {
    const said = announced(queuedJobs(3))
    expect(Math.abs(within90(said) - 0.9)).toBeLessThan(0.05)
    expect(lost(said, own)).toBeLessThan(0.6 * lost(said, usual))
  })

  test('an announcement knows nothing of what comes after it', () => {
    const events = queuedJobs(4)
    const cut = 500
    const play = (list: WorkEvent[]) => {
      const workshop = new Workshop()
      return list.map((event) => workshop.see(event))
    }
    const later = events.slice(cut, cut + 100).map((event) => ({ ...event, t: event.t + 5 * hourMs }))
    const changed = play([...events.slice(0, cut), ...later])
    expect(changed.slice(0, cut)).toEqual(play(events.slice(0, cut + 100)).slice(0, cut))
  })
})
