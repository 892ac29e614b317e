import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { startServer, temporaryState } from '../server.ts'

let folder: Awaited<ReturnType<typeof temporaryState>>
beforeEach(async () => {
  folder = await temporaryState()
})
afterEach(() => folder.remove())

const credentials = () => JSON.parse(readFileSync(join(folder.state, 'credentials.json'), 'utf8'))

test('a first start makes the demo and its keys, a second one keeps both', async () => {
  const first = await startServer({ state: folder.state, empty: false })
  const { baseUrl, adminKey, staffKey, partnerKey, staffSignInUrl } = credentials()
  expect(baseUrl).toBe(first.url)
  const read = async (url: string, path: string, key: string) =>
    (await fetch(`${url}${path}`, { headers: { Authorization: `Bearer ${key}` } })).json()
  const { locations } = (await read(first.url, '/v1/locations', partnerKey)) as {
    locations: { zone: string; id: string }[]
  }
  const clinic = locations.find(({ zone }) => zone === 'Asia/Riyadh')?.id
  const queue = (await read(first.url, `/v1/locations/${clinic}/queue`, staffKey)) as { tickets: unknown[] }
  expect(queue.tickets).toHaveLength(12)
  const { bookings } = (await read(first.url, '/v1/bookings?limit=200', staffKey)) as { bookings: unknown[] }
  expect(bookings).toHaveLength(200)
  expect((await fetch(staffSignInUrl)).status).toBe(200)
  await first.stop()

  const second = await startServer({ state: folder.state, empty: false })
  expect(credentials().adminKey).toBe(adminKey)
  expect(await read(second.url, '/v1/locations', adminKey)).toMatchObject({
    locations: expect.arrayContaining(locations.map(({ id }) => expect.objectContaining({ id }))),
  })
  await second.stop()
})
