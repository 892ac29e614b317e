import { expect } from 'vitest'
import type { WorkOrder } from '../../src/work/index.ts'
import { ask, everyDay, type Key, makeKey, makeLocation, noon, rows } from './fixtures.ts'

/** A place that takes in work, and orders in it, over the API. */

export const hour = 3_600_000

export const workSetup = {
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
    {
      id: 'service',
      name: { en: 'Small service' },
      stages: [{ stage: 'in_progress', workingHours: 2 }],
    },
  ],
  tolerancePercent: 10,
  accounts: [
    {
      ...{ id: 'courier', name: 'Harbour couriers', approvesTo: 7_000, marks: ['HK 001', 'HK 002'] },
      office: { email: 'office@example.org', language: 'nl' },
    },
  ],
}

export const chain = { kind: 'part', name: 'Chain', amount: 3_850 }
export const labour = { kind: 'labour', name: 'Labour', amount: 2_700 }
export const light = { kind: 'part', name: 'Light', amount: 1_995, optional: true }

/** A workshop whose clock stands at `noon`, open every day from nine to five. */
export async function makeWorkshop(now: number | null = noon) {
  const location = await makeLocation({ now, hours: everyDay([{ from: '09:00', to: '17:00' }]) })
  const admin = await makeKey('admin', { testMode: now !== null })
  const staff = await makeKey('staff', { testMode: now !== null })
  const set = await ask('PUT', `/v1/locations/${location}/work/setup`, workSetup, { key: admin })
  expect([set.status, set.body.errors]).toEqual([200, undefined])

  const receive = async (service = 'service', more: object = {}): Promise<WorkOrder & { token: string }> => {
    const body = { locationId: location, service, items: [{ name: 'Blue bicycle' }], ...more }
    const received = await ask('POST', '/v1/work-orders', body, { key: staff })
    expect([received.status, received.body.errors]).toEqual([201, undefined])
    return received.body
  }
  /** Carries out commands one after another; the last answer. */
  const run = async (id: string, ...commands: object[]) => {
    let last: Awaited<ReturnType<typeof command>> | undefined
    for (const one of commands) {
      last = await command(id, one)
      expect([JSON.stringify(one), last.status, last.body.detail, last.body.errors]).toEqual([
        JSON.stringify(one),
        200,
        undefined,
        undefined,
      ])
    }
    return last?.body as WorkOrder
  }
  const command = (id: string, one: object, by: Parameters<typeof ask>[3] = {}) =>
    ask('POST', `/v1/work-orders/${id}/commands`, one, { key: staff, ...by })
  const read = async (id: string, key: Key | string = staff): Promise<WorkOrder> =>
    (await ask('GET', `/v1/work-orders/${id}`, undefined, { key })).body
  const advance = async (to: number) => {
    const moved = await ask(
      'POST',
      `/v1/locations/${location}/advance`,
      { to: new Date(to).toISOString() },
      { key: admin },
    )
    expect(moved.status).toBe(200)
  }
  return { location, admin, staff, receive, run, command, read, advance }
}
export type Workshop = Awaited<ReturnType<typeof makeWorkshop>>

export const go = (to: string) => ({ verb: 'advance', to })
export const quoteOf = (...lines: object[]) => ({ verb: 'quote', lines })
export const approve = (version: number, ...lines: number[]) => ({ verb: 'decide', version, approve: lines })

export type Told = { type: string; at: number; revision: number; data: Record<string, unknown> }
export const toldOf = async (id: string): Promise<Told[]> =>
  (
    await rows<{ type: string; at: number; revision: number; data: string }>(
      'SELECT type, at, revision, data FROM event WHERE subject = ? ORDER BY seq',
      id,
    )
  ).map(({ data, ...rest }) => ({ ...rest, data: JSON.parse(data) }))
