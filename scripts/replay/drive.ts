import { dateOfEpochDay } from '../../src/kernel/time.ts'
import type { Answer } from './client.ts'
import { type Hotel, keyOfAgent, turnTo } from './hotel.ts'
import type { Run } from './run.ts'
import type { Outcome, Step } from './schedule.ts'
import type { Stay } from './stays.ts'

/** What came of asking for a stay; `token` is the guest's own, who booked without a key. */
type Asked = { booking: string; token?: string } | { refused: Exclude<Outcome, 'accepted'> }

export type Driven = {
  outcomes: Map<number, Outcome>
  /** Stays by the id of their booking. */
  bookings: Map<string, Stay>
  cancelled: number
  /** Of all rows those that were asked for now, not before an interruption. */
  askedNow: number
}

/** Takes every step of the log in order, one request after another; `onStep` is told of each that is done. */
export async function drive(
  run: Run,
  hotel: Hotel,
  steps: Step[],
  onStep: (done: number, day: number) => void,
): Promise<Driven> {
  const driven: Driven = { outcomes: new Map(), bookings: new Map(), cancelled: 0, askedNow: 0 }
  const asked = new Map<number, Asked>()
  let today: number | undefined
  for (const [index, { day, verb, stay }] of steps.entries()) {
    if (day !== today) await turnTo(run, hotel, day)
    today = day
    if (verb === 'book') {
      if (!run.journal.has(nameOf('hold', stay))) driven.askedNow++
      const answer = await book(run, hotel, stay)
      asked.set(stay.row, answer)
      driven.outcomes.set(stay.row, 'booking' in answer ? 'accepted' : answer.refused)
      if ('booking' in answer) driven.bookings.set(answer.booking, stay)
    } else {
      const answer = asked.get(stay.row)
      if (answer && 'booking' in answer) {
        await cancel(run, stay, answer, day)
        driven.cancelled++
      }
    }
    onStep(index + 1, day)
  }
  return driven
}

const nameOf = (verb: 'hold' | 'confirm' | 'cancel', { row }: Stay) => `row-${row}-${verb}`

/** Holds and confirms: an agent by its key, a guest by nothing and then by the token of the hold. */
async function book(run: Run, hotel: Hotel, stay: Stay): Promise<Asked> {
  const key = stay.agent === null ? undefined : await keyOfAgent(run, stay.agent)
  const slot = `${dateOfEpochDay(stay.arrival)}/${dateOfEpochDay(stay.arrival + stay.nights)}`
  const body = { serviceId: hotel.service, slot, units: { room: 1 } }
  const asked = await run.once(nameOf('hold', stay), '/v1/bookings', { key, body }, (answer) =>
    askedOf(answer, stay),
  )
  if ('booking' in asked) await step(run, 'confirm', stay, asked.booking, key ?? asked.token, {})
  return asked
}

function askedOf({ status, body }: Answer, { agent }: Stay): Asked | undefined {
  if (status === 201) {
    const [booking, token] = [body.id as string, body.token as string]
    return agent === null ? { booking, token } : { booking }
  }
  if (body.code === 'sold_out') return { refused: 'refused' }
  const [error] = (body.errors ?? []) as { path: string; rule: string }[]
  const zeroNights = body.code === 'invalid_field' && error?.path === 'slot' && error.rule === 'nights'
  return zeroNights ? { refused: 'zero_nights' } : undefined
}

/** Whoever booked cancels, up to the day of arrival; a cancellation dated later is for the desk to make. */
async function cancel(
  run: Run,
  stay: Stay,
  { booking, token }: { booking: string; token?: string },
  day: number,
): Promise<void> {
  if (day > stay.arrival) {
    await step(run, 'cancel', stay, booking, run.credentials.staffKey, { reason: 'customer_asked' })
  } else {
    const key = stay.agent === null ? token : await keyOfAgent(run, stay.agent)
    await step(run, 'cancel', stay, booking, key, { reason: 'changed_plans' })
  }
}

const becomes = { confirm: 'confirmed', cancel: 'cancelled' } as const

async function step(
  run: Run,
  verb: keyof typeof becomes,
  stay: Stay,
  booking: string,
  key: string | undefined,
  body: object,
): Promise<void> {
  await run.once(
    nameOf(verb, stay),
    `/v1/bookings/${booking}/${verb}`,
    { key, body },
    ({ status, body: after }) => (status === 200 && after.status === becomes[verb]) || undefined,
  )
}
