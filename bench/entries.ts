import { randomUUID } from 'node:crypto'
import { secrets, service } from './data.ts'
import type { Ask } from './load.ts'

/** One thing that is measured. What it asks is the same of the product and of the floor. */
export type Entry = {
  name: string
  /** Requests in a measured block, one at a time and many at once: long enough to time, short enough to take turns. */
  block: { alone: number; many: number }
  /** The `n`th request, about what the entry before it that `makes` has left. */
  ask: (n: number, made: Made) => Ask
  /** Its answers name what the entries after it take further. */
  makes?: true
  /** How many requests are recorded, if they differ by turns. */
  turns?: number
  /** Asked before each block: an object that nobody has asked for ten seconds is put away. There is no third side. */
  wake?: Ask
  /** The entry that does the same with more waiting. */
  grown?: { in: string; from: number; to: number }
}
/** A booking or a work order; `token` opens it, on the side of the product. */
export type Made = { id: string; token?: string }

const writes = { alone: 40, many: 150 }

let asked = 0
/** By one of the partner's keys in turn, if no secret is given. */
export const post = (template: string, path: string, body: unknown, secret?: string): Ask => ({
  method: 'POST',
  path,
  body: JSON.stringify(body),
  headers: {
    Authorization: `Bearer ${secret ?? secrets[asked++ % secrets.length]}`,
    'Content-Type': 'application/json',
    'Idempotency-Key': randomUUID(),
    'Bench-Replay': template,
  },
})

export const get = (template: string, path: string, secret?: string): Ask => ({
  method: 'GET',
  path,
  headers: { 'Bench-Replay': template, ...(secret && { Authorization: `Bearer ${secret}` }) },
})

/** @param slots names of free slots, taken in turn; each is a template of its own, because its claims differ */
export const writeEntries = (slots: string[]): Entry[] => [
  {
    name: 'booking.hold',
    block: writes,
    makes: true,
    turns: slots.length,
    ask: (n) =>
      post(`hold ${n % slots.length}`, '/v1/bookings', {
        serviceId: service,
        slot: slots[n % slots.length],
        units: { adult: 1, child: 1 },
        contact: { name: 'Ada Byron', email: 'ada@example.org' },
        partnerReference: `bench-${n}`,
      }),
  },
  {
    name: 'booking.confirm',
    block: writes,
    ask: (_, { id }) => post('confirm', `/v1/bookings/${id}/confirm`, {}),
  },
  {
    name: 'booking.cancel',
    block: writes,
    ask: (_, { id }) => post('cancel', `/v1/bookings/${id}/cancel`, { reason: 'changed_plans' }),
  },
]

/** @param date the date so many days from now */
export const readEntries = (date: (days: number) => string): Entry[] => [
  {
    name: 'availability.week',
    block: { alone: 30, many: 100 },
    ask: () => get('week', `/v1/services/${service}/availability?from=${date(1)}&to=${date(7)}`),
  },
  {
    name: 'availability.month',
    block: { alone: 15, many: 75 },
    ask: () => get('month', `/v1/services/${service}/calendar?from=${date(1)}&to=${date(62)}`),
  },
  {
    name: 'page.slots',
    block: { alone: 20, many: 75 },
    ask: () => get('page', `/services/${service}?date=${date(1)}`),
  },
]
