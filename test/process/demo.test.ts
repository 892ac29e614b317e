import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { root } from '../../scripts/worker-build.ts'
import { ended, startServer, temporaryState } from '../server.ts'

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
  const queue = (await read(first.url, `/v1/locations/${clinic}/queue`, staffKey)) as {
    seq: number
    tickets: { appointmentAt: string | null; arrivedAt: string }[]
  }
  expect(queue.tickets).toHaveLength(13)
  const appointments = queue.tickets.filter(({ appointmentAt }) => appointmentAt !== null)
  const lateMs = appointments.map(
    ({ appointmentAt, arrivedAt }) => Date.parse(arrivedAt) - Date.parse(appointmentAt ?? ''),
  )
  expect(lateMs.filter((ms) => ms > 0)).toHaveLength(1)
  expect(appointments).toHaveLength(3)
  // Thirty days lie behind it: an event for each visit of about 85 a day.
  expect(queue.seq).toBeGreaterThan(20 * 80)
  const { bookings } = (await read(first.url, '/v1/bookings?limit=200', staffKey)) as { bookings: unknown[] }
  expect(bookings).toHaveLength(200)
  expect((await fetch(staffSignInUrl)).status).toBe(200)
  await moves()
  await first.stop()

  const second = await startServer({ state: folder.state, empty: false })
  expect(credentials().adminKey).toBe(adminKey)
  expect(await read(second.url, '/v1/locations', adminKey)).toMatchObject({
    locations: expect.arrayContaining(locations.map(({ id }) => expect.objectContaining({ id }))),
  })
  await second.stop()
})

/** `npm run demo:live` lets people join and desks serve them, and stops when it is told to. */
async function moves(): Promise<void> {
  const env = { ...process.env, DAWR_STATE: folder.state }
  const demo = spawn(process.execPath, ['scripts/demo-live.ts', '--speed', '2000'], { cwd: root, env })
  let said = ''
  for await (const chunk of demo.stdout.setEncoding('utf8')) {
    said += chunk
    if (/joins/.test(said) && /called/.test(said) && /is done/.test(said)) demo.kill('SIGINT')
  }
  expect(await ended(demo)).toBe(0)
  expect(said).toMatch(/joins in the hall/)
}
