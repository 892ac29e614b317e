import { addDays, dateOfEpochDay, formatInstant, resolveWall } from '../../src/kernel/time.ts'
import type { Answer } from './client.ts'
import { Ending } from './ending.ts'
import { madeId, type Run } from './run.ts'
import type { Stay } from './stays.ts'

/** The hotel as the product knows it. */
export type Hotel = { location: string; pool: string; service: string }

const zone = 'Europe/Lisbon'
/** When everybody acts on a day of the log: before check-in, so that a guest may still cancel on the day of arrival. */
const deskOpens = '08:00'
const checkIn = '15:00'
const allDay = [{ from: '00:00', to: '24:00' }]
const everyDay = { mon: allDay, tue: allDay, wed: allDay, thu: allDay, fri: allDay, sat: allDay, sun: allDay }

/** The instant at which the bookings of a day of the log are made. */
function deskTime(date: string): string {
  const opens = resolveWall(date, deskOpens, zone)
  if (opens.kind !== 'once') throw new Error(`no ${deskOpens} on ${date}`)
  return formatInstant(opens.at, zone)
}

/** A test-mode location with its clock before the first booking, its rooms, and its nights as one service. */
export async function setUp(run: Run, name: string, rooms: number, stays: Stay[]): Promise<Hotel> {
  const key = run.credentials.adminKey
  const most = (of: (stay: Stay) => number) => stays.reduce((top, stay) => Math.max(top, of(stay)), 1)
  const firstDay = stays.reduce((first, { bookedOn }) => Math.min(first, bookedOn), Number.POSITIVE_INFINITY)
  const location = await run.once(
    'location',
    '/v1/locations',
    {
      key,
      body: {
        name: { en: name },
        zone,
        currency: 'EUR',
        country: 'PT',
        hours: { weekly: everyDay },
        simulatedNow: deskTime(addDays(dateOfEpochDay(firstDay), -1)),
      },
    },
    madeId,
  )
  const pool = await run.once(
    'pool',
    `/v1/locations/${location}/pools`,
    { key, body: { name: 'Rooms', bucket: 'day', capacity: rooms } },
    madeId,
  )
  const service = await run.once(
    'service',
    `/v1/locations/${location}/services`,
    {
      key,
      body: {
        kind: 'nights',
        name: { en: 'Room' },
        units: [{ id: 'room', name: { en: 'Room' }, places: 1, price: 0, max: 1 }],
        needs: [{ of: [pool], take: 'one' }],
        leadTimeMinutes: 0,
        cancelCutOffMinutes: 0,
        horizonDays: most(({ arrival, bookedOn }) => arrival - bookedOn),
        checkIn,
        checkOut: '11:00',
        maxNights: most(({ nights }) => nights),
      },
    },
    madeId,
  )
  return { location, pool, service }
}

/** Puts the location's clock to a day of the log. */
export async function turnTo(run: Run, { location }: Hotel, day: number): Promise<void> {
  const date = dateOfEpochDay(day)
  await run.once(
    `day-${date}`,
    `/v1/locations/${location}/advance`,
    { key: run.credentials.adminKey, body: { to: deskTime(date) } },
    ({ status }) => status === 200 || undefined,
  )
}

/** How often the answer to an agent's key may be lost before something else is wrong. */
const keyTries = 5

/** The agent's own key, made with its partner when the agent first appears. */
export async function keyOfAgent(run: Run, agent: string): Promise<string> {
  const key = run.credentials.adminKey
  const partner = await run.once(
    `partner-${agent}`,
    '/v1/partners',
    { key, body: { name: `Agent ${agent}` } },
    madeId,
  )
  for (let attempt = 1; attempt <= keyTries; attempt++) {
    const name = `key-${agent}-${attempt}`
    const body = { role: 'partner', partnerId: partner, label: `Replay, agent ${agent}`, testMode: true }
    const issued = await run.once(name, '/v1/keys', { key, body }, issuedOf)
    if (issued.secret !== null) return issued.secret
    // A secret is told once. That answer was lost, so nobody has it, and nobody shall.
    const revoked = ({ status }: Answer) => status === 200 || undefined
    await run.once(`${name}-revoke`, `/v1/keys/${issued.id}/revoke`, { key }, revoked)
  }
  throw new Ending(1, `The server does not tell the secret of a key for agent ${agent}.`)
}

const issuedOf = ({ status, body }: Answer) =>
  status === 201 ? { id: body.id as string, secret: body.secret as string | null } : undefined
