import { expect } from 'vitest'
import { ask, type Key, makeKey, noon, office } from './fixtures.ts'

/** Configuration over the API, for the tests of configuration itself. */

export const clock = new Date(noon).toISOString()
export const museum = {
  name: { en: 'Museum of Navigation', ar: 'متحف الملاحة' },
  zone: 'Europe/London',
  currency: 'GBP',
  country: 'GB',
  address: '1 Harbour Street',
  hours: office,
}

/** A live key of an administrator. */
export const admin = (): Promise<Key> => makeKey('admin', { testMode: false })

type Asked = Awaited<ReturnType<typeof ask>>
export const post = async (path: string, body: unknown): Promise<Asked> =>
  ask('POST', path, body, { key: await admin() })
export const patch = async (path: string, body: unknown): Promise<Asked> =>
  ask('PATCH', path, body, { key: await admin() })

export async function made(path: string, body: unknown) {
  const answer = await post(path, body)
  expect([path, answer.status, answer.body.errors]).toEqual([path, 201, undefined])
  return answer.body
}
export const newLocation = async (more: object = {}): Promise<string> =>
  (await made('/v1/locations', { ...museum, ...more })).id
export const newPool = async (location: string, more: object = {}): Promise<string> =>
  (
    await made(`/v1/locations/${location}/pools`, {
      name: 'Places',
      bucket: 'departure',
      capacity: 7,
      ...more,
    })
  ).id

/** `path rule` of each error of a refusal, which must be of one field or more. */
export function faults({ status, body }: Asked): string[] {
  expect([status, body.code]).toEqual([422, 'invalid_field'])
  return body.errors.map(({ path, rule }: { path: string; rule: string }) => `${path} ${rule}`)
}

export const revisionOf = async (location: string): Promise<number> =>
  (await ask('GET', `/v1/locations/${location}`)).body.revision
