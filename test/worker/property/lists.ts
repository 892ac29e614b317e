import { expect } from 'vitest'
import { ask } from '../fixtures.ts'
import { claimsOf } from '../recount.ts'
import { judge, left, type PlainSlot, slotsOn, takenBy } from './oracle.ts'
import {
  at,
  count,
  datesOf,
  expected,
  holdOf,
  nowAt,
  parties,
  placesOf,
  type Stage,
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

/** The list for one party is what the oracle says, slot by slot; then some of each kind are tried. */
export async function checkList(stage: Stage, turn: number): Promise<void> {
  const { id, plain } = at(stage.services, turn)
  // Small parties more often: larger ones are mostly refused.
  const party = at([0, 1, 0, 2, 1, 3], turn)
  const dates = datesOf(stage).slice(...at(ranges, turn >> 1))
  const now = await nowAt(stage)
  const taken = takenBy(await claimsOf(stage.location), now)
  const places = at(placesOf, party)
  const slots = dates.flatMap((date) => slotsOn(stage.world, plain, date)).filter(({ end }) => end > now)
  const verdict = (slot: PlainSlot) => judge(stage.world, plain, slot, places, taken, now)
  const units = Object.entries(at(parties, party)).map(([unit, n]) => `${unit}:${n}`)
  const query = `from=${dates[0]}&to=${dates.at(-1)}&units=${units.join()}`
  const { body } = await ask('GET', `/v1/services/${id}/availability?${query}`)
  type Listed = { slot: string; status: string; vacancies: number; capacity: number }
  const listed = body.slots as Listed[]
  const plainStatus = ({ status }: Listed) =>
    status === 'available' || status === 'limited' ? 'free' : status
  expect(listed.map((one) => [one.slot, plainStatus(one)])).toEqual(
    slots.map((slot) => [slot.name, verdict(slot)]),
  )
  for (const [i, one] of listed.entries()) {
    count(`listed ${one.status}`)
    const vacancies = left(stage.world, plain, slots[i] as PlainSlot, taken)
    if (vacancies !== undefined) expect([one.slot, one.vacancies]).toEqual([one.slot, vacancies])
    if (plainStatus(one) === 'free') expect(one.status === 'limited').toBe(one.vacancies * 2 < one.capacity)
    expect(one.vacancies).toBeGreaterThanOrEqual(plainStatus(one) === 'free' ? 1 : 0)
  }
  // To hold expires what is overdue: the commands in between are to meet that too.
  if (turn % 3 < 2) return
  for (const [status, alike] of Map.groupBy(listed, plainStatus)) {
    for (const one of [alike[0], alike.at(-1)].slice(0, alike.length)) {
      const hold = holdOf(stage, turn, one?.slot ?? '', party)
      const answer = await ask('POST', '/v1/bookings', hold, { key: stage.keys.partner })
      expect([one?.slot, said(answer)]).toEqual([one?.slot, status])
      count(`hold ${status}`)
      if (answer.status !== 201) continue
      if (turn % 2 === 0) {
        // What is kept changes what is left: the rest of the list is of before.
        stage.held.push(answer.body)
        return
      }
      const given = await ask(
        'POST',
        `/v1/bookings/${answer.body.id}/cancel`,
        { reason: 'other' },
        { key: stage.keys.partner },
      )
      expect(given.status).toBe(200)
    }
  }
}

/** A time that is not listed is refused, with the reason. */
export async function probe(stage: Stage, service: number, pick: number): Promise<void> {
  const name = timeIn(stage, service, pick)
  const verdict = await expected(stage, service, name, 0)
  if (verdict === 'free' || verdict === 'sold_out') return
  const answer = await ask('POST', '/v1/bookings', holdOf(stage, service, name, 0))
  expect([name, said(answer)]).toEqual([name, verdict])
  count(`hold ${verdict}`)
}
