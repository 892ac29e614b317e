import { adminSecret, location } from './data.ts'
import { type Entry, get, post } from './entries.ts'
import { sendAll } from './load.ts'

/** A workshop at the location of the bookings; its jobs are taken in while it is measured. */

const setup = {
  services: [
    {
      id: 'repair',
      name: { en: 'Repair', nl: 'Reparatie' },
      stages: [
        { stage: 'diagnosing', workingHours: 2 },
        { stage: 'quoted', workingHours: 8 },
        { stage: 'in_progress', workingHours: 6 },
        { stage: 'quality_check', workingHours: 1 },
      ],
    },
  ],
}

export async function setUpWork(url: string): Promise<void> {
  const put = post('', `/v1/locations/${location}/work/setup`, setup, adminSecret)
  await sendAll(url, [{ ...put, method: 'PUT' }], 1)
}

const writes = { alone: 30, many: 100 }
const job = { locationId: location, service: 'repair', items: [{ name: 'Blue bicycle' }] }
const step = { verb: 'advance', to: 'diagnosing' }

/** Each job is taken in, looked at by its customer's link, and taken a stage further. */
export const workEntries = (): Entry[] => [
  {
    name: 'work.receive',
    block: writes,
    makes: true,
    ask: () => post('receive', '/v1/work-orders', job, adminSecret),
  },
  {
    name: 'work.track',
    block: writes,
    ask: (_, { id, token }) => get('track', `/v1/work-orders/${id}`, token ?? ''),
  },
  {
    name: 'work.advance',
    block: writes,
    ask: (_, { id }) => post('advance', `/v1/work-orders/${id}/commands`, step, adminSecret),
  },
]

/** A reader takes the stream on from where it stood: a page of a hundred. */
export const eventEntries = (): Entry[] => [
  {
    name: 'events.pull',
    block: { alone: 20, many: 75 },
    ask: () => get('events', '/v1/events?after=500&limit=100', adminSecret),
  },
]
