import { expect } from 'vitest'
import { ask } from '../fixtures.ts'
import { judge, left, slotsOn } from './oracle.ts'
import {
  at,
  count,
  datesOf,
  expected,
  holdOf,
  parties,
  placesOf,
  type Stage,
  type State,
  said,
  timeIn,
} from './stage.ts'

/** Lists against the oracle, and lists against what can then be held. */

/** Ranges of dates that are listed in turn: what is taken just outside a range counts in it too. */
const ranges = [
  [0, 5],
  [1, 2],
  [2, 3],
  [1, 3],
] as const

type Listed = { slot: string; status: string; vacancies: number; capacity: number }
const isFree = ({ status }: Listed) => status === 'available' || status === 'limited'
const plainly = (one: Listed) => (isFree(one) ? 'free' : one.status)
/** Whether what is said of a free slot goes together. */
const isOdd = (one: Listed) =>
  isFree(one) && (one.vacancies < 1 || (one.status === 'limited') !== one.vacancies * 2 < one.capacity)

/** The list of that turn is what the oracle says, slot by slot; its name, whom it was for, and what it said. */
export async function checkList(stage: Stage, { now, taken }: State, turn: number) {
  const { world } = stage
  const { id, plain } = at(stage.services, turn)
  // Small parties more often: larger ones are mostly refused.
  const party = at([0, 1, 0, 2, 1, 3], turn)
  const dates = datesOf(stage).slice(...at(ranges, turn >> 1))
  const slots = dates.flatMap((date) => slotsOn(world, plain, date)).filter(({ end }) => end > now)
  const units = Object.entries(at(parties, party)).map(([unit, n]) => `${unit}:${n}`)
  const query = `from=${dates[0]}&to=${dates.at(-1)}&units=${units.join()}`
  const { body } = await ask('GET', `/v1/services/${id}/availability?${query}`)
  const listed = body.slots as Listed[]
  expect(listed.map((one) => [one.slot, plainly(one), one.vacancies])).toEqual(
    slots.map((slot, i) => [
      slot.name,
      judge(world, plain, slot, at(placesOf, party), taken, now),
      left(world, plain, slot, taken) ?? listed[i]?.vacancies,
    ]),
  )
  expect(listed.filter(isOdd)).toEqual([])
  for (const { status } of listed) count(`listed ${status}`)
  return { listed, party }
}

/** Some of each kind that a list has are tried, by holding them: what was free is given back, or kept to the end. */
export async function tryList(
  stage: Stage,
  turn: number,
  { listed, party }: { listed: Listed[]; party: number },
) {
  const { partner } = stage.keys
  for (const [status, alike] of Map.groupBy(listed, plainly)) {
    for (const one of [alike[0], alike.at(-1)].slice(0, alike.length)) {
      const hold = holdOf(stage, turn, one?.slot ?? '', party)
      const answer = await ask('POST', '/v1/bookings', hold, { key: partner })
      expect([one?.slot, said(answer)]).toEqual([one?.slot, status])
      count(`hold ${status}`)
      if (answer.status !== 201) continue
      if (turn % 2 === 0) {
        // What is kept changes what is left: the rest of the list is of before.
        stage.held.push(answer.body)
        return
      }
      const path = `/v1/bookings/${answer.body.id}/cancel`
      expect((await ask('POST', path, { reason: 'other' }, { key: partner })).status).toBe(200)
    }
  }
}

/** A time that is not listed is refused, with the reason. */
export async function probe(stage: Stage, state: State, service: number, pick: number): Promise<void> {
  const name = timeIn(stage, service, pick)
  const verdict = expected(stage, state, service, name, 0)
  if (verdict === 'free' || verdict === 'sold_out') return
  const answer = await ask('POST', '/v1/bookings', holdOf(stage, service, name, 0))
  expect([name, said(answer)]).toEqual([name, verdict])
  count(`hold ${verdict}`)
}
