import { expect } from 'vitest'
import { ask, rows } from '../fixtures.ts'
import { claimsOf } from '../recount.ts'
import type { Command } from './generated.ts'
import { instantOf, later, written } from './oracle.ts'
import {
  at,
  count,
  expected,
  type Held,
  holdOf,
  intervals,
  look,
  minute,
  nameOf,
  type Stage,
  type State,
  said,
} from './stage.ts'

/** Carries commands out over the API; each must be answered as the oracle, or the state it met, says. */

export async function carryOut(stage: Stage, command: Command): Promise<void> {
  const { location, keys, world } = stage
  const state = await look(stage)
  const { now } = state
  switch (command.do) {
    case 'hold': {
      const name = nameOf(stage, state, command.service, command.slot)
      const verdict = expected(stage, state, command.service, name, command.party, command.by === 'desk')
      const key = { public: undefined, partner: keys.partner, desk: keys.admin }[command.by]
      const body = holdOf(stage, command.service, name, command.party, { holdMinutes: command.minutes })
      const answer = await ask('POST', '/v1/bookings', body, { key })
      expect([name, said(answer)]).toEqual([name, verdict])
      count(`hold ${verdict}`)
      if (answer.status === 201) stage.held.push(answer.body)
      return
    }
    case 'crowd': {
      const name = nameOf(stage, state, command.service, command.slot)
      const verdict = expected(stage, state, command.service, name, command.party)
      const body = holdOf(stage, command.service, name, command.party)
      const answers = await Promise.all(Array.from({ length: 7 }, () => ask('POST', '/v1/bookings', body)))
      const told = new Set(answers.map(said))
      // As many as fit, and then it is sold out; or nobody, for the same reason.
      if (verdict === 'free') {
        expect(told.has('free')).toBe(true)
        if (told.size > 1) {
          expect([...told].toSorted()).toEqual(['free', 'sold_out'])
          expect(expected(stage, await look(stage), command.service, name, command.party)).toBe('sold_out')
          count('crowd cut off')
        }
      } else expect([...told]).toEqual([verdict])
      for (const { status, body } of answers) if (status === 201) stage.held.push(body)
      return
    }
    case 'extend':
    case 'confirm':
    case 'cancel':
      if (stage.held.length > 0) await step(stage, command, at(stage.held.toReversed(), command.booking), now)
      return
    case 'advance': {
      const to = new Date(now + command.minutes * minute).toISOString()
      expect(
        (await ask('POST', `/v1/locations/${location}/advance`, { to }, { key: keys.admin })).status,
      ).toBe(200)
      return
    }
    case 'wait': {
      const deadlines = (await claimsOf(location)).flatMap(({ hold_until }) =>
        hold_until !== null && hold_until > now ? [hold_until] : [],
      )
      const next = Math.min(...deadlines)
      const until = {
        minutes: now + command.minutes * minute,
        deadline: next,
        'just before': next - 1,
      }[command.until]
      if (!Number.isFinite(until) || until <= now) return
      await rows('UPDATE location SET simulated_now = ? WHERE id = ?', until, location)
      count(`wait ${command.until}`)
      return
    }
    case 'open': {
      const date = later(stage.first, command.day)
      const path = `/v1/locations/${location}/exceptions/${date}`
      if (command.openings) {
        const body = { intervals: intervals(command.openings) }
        expect((await ask('PUT', path, body, { key: keys.admin })).status).toBe(200)
        world.exceptions.set(date, command.openings)
        count(command.openings.length === 0 ? 'day closed' : 'day opened')
      } else {
        const known = world.exceptions.delete(date)
        expect((await ask('DELETE', path, undefined, { key: keys.admin })).status).toBe(known ? 200 : 404)
      }
      return
    }
    case 'capacity':
      return setCapacity(stage, command, state)
  }
}

async function setCapacity(
  stage: Stage,
  command: Command & { do: 'capacity' },
  { taken }: State,
): Promise<void> {
  const { world, keys } = stage
  const [id, pool] = at([...world.pools], command.pool)
  const date = later(stage.first, command.day)
  const [start, end] = ['09:00', '12:00'].map((time) => instantOf(date, time, world.zone)) as [number, number]
  const size = pool.minutes * minute
  const byDay = pool.minutes === 1440
  const day = Date.parse(date) / (1440 * minute)
  const [from, to] = byDay ? [day, day + 1] : [Math.floor(start / size), Math.ceil(end / size)]
  const buckets = Array.from({ length: to - from }, (_, i) => `${id} ${from + i}`)
  const inTheWay = buckets.some((bucket) => (taken.get(bucket) ?? 0) > command.capacity)
  const body = {
    capacity: command.capacity,
    reason: 'Drawn at random',
    from: byDay ? date : written(start, world.zone),
    to: byDay ? later(date, 1) : written(end, world.zone),
  }
  const answer = await ask('POST', `/v1/pools/${id}/capacity`, body, { key: keys.admin })
  expect([answer.status, answer.body.code]).toEqual(inTheWay ? [409, 'capacity_in_use'] : [200, undefined])
  count(inTheWay ? 'capacity in use' : 'capacity set')
  if (inTheWay) return
  for (const bucket of buckets) {
    const had = world.set.get(bucket) ?? pool.capacity
    stage.ever.set(bucket, Math.max(stage.ever.get(bucket) ?? 0, had))
    world.set.set(bucket, command.capacity)
  }
}

type Row = { status: string; hold_until: number; hold_limit: number; cancel_until: number }
type Step = Command & { do: 'extend' | 'confirm' | 'cancel' }

/** What a step on a booking in that state must answer. */
function due(
  command: Step,
  { status, hold_until, hold_limit, cancel_until }: Row,
  now: number,
): number | string {
  const overdue = status === 'held' && hold_until <= now
  if (status === 'expired' || overdue) return 'hold_expired'
  switch (command.do) {
    case 'extend':
      if (status !== 'held') return 'wrong_state'
      return Math.min(now + command.minutes * minute, hold_limit) > hold_until ? 200 : 'wrong_state'
    case 'confirm':
      return status === 'cancelled' ? 'wrong_state' : 200
    case 'cancel':
      return status === 'confirmed' && !command.desk && now > cancel_until ? 'cut_off_passed' : 200
  }
}

async function step(stage: Stage, command: Step, { id, token }: Held, now: number): Promise<void> {
  const [row] = await rows<Row>(
    'SELECT status, hold_until, hold_limit, cancel_until FROM booking WHERE id = ?',
    id,
  )
  if (!row) throw new Error('a booking vanished')
  const wanted = due(command, row, now)
  const body = {
    extend: { holdMinutes: 'minutes' in command ? command.minutes : 1 },
    confirm: {},
    cancel: { reason: 'other' },
  }[command.do]
  const key = 'desk' in command && command.desk ? stage.keys.admin : token
  const answer = await ask('POST', `/v1/bookings/${id}/${command.do}`, body, { key })
  expect([command.do, row.status, answer.status === 200 ? 200 : answer.body.code]).toEqual([
    command.do,
    row.status,
    wanted,
  ])
  count(`${command.do} ${wanted}`)
}
