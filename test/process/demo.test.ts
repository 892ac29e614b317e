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
  await workshopStands(first.url)
  await moves()
  await first.stop()

  const second = await startServer({ state: folder.state, empty: false })
  expect(credentials().adminKey).toBe(adminKey)
  expect(await read(second.url, '/v1/locations', adminKey)).toMatchObject({
    locations: expect.arrayContaining(locations.map(({ id }) => expect.objectContaining({ id }))),
  })
  await second.stop()
})

/** Fourteen jobs in hand, seventy behind them, and a customer's page of one with a quote to answer. */
async function workshopStands(url: string): Promise<void> {
  const { staffKey, workBoardPath, jobPath } = credentials()
  const location = workBoardPath.slice(workBoardPath.indexOf('=') + 1)
  const read = async (path: string) =>
    (await fetch(`${url}${path}`, { headers: { Authorization: `Bearer ${staffKey}` } })).json()
  type Job = {
    status: string
    pause: { reason: string } | null
    readyBy: { promised: string | null; first: string | null; chance: number | null }
    alternatives: { kind: string }[]
  }
  const jobs = async (over: boolean) =>
    ((await read(`/v1/work-orders?locationId=${location}&over=${over}&limit=200`)) as { workOrders: Job[] })
      .workOrders
  const open = await jobs(false)
  const stands = open.map(({ status, pause }) => (pause ? `${status} ${pause.reason}` : status))
  expect(Object.groupBy(stands, (one) => one)).toMatchObject({
    received: { length: 3 },
    diagnosing: { length: 2 },
    quoted: { length: 2 },
    in_progress: { length: 3 },
    ...{ 'paused parts': { length: 1 }, 'paused customer': { length: 1 } },
    ...{ quality_check: { length: 1 }, ready: { length: 1 } },
  })
  const atRisk = open.filter(({ readyBy }) => readyBy.chance !== null && readyBy.chance < 0.4)
  expect(atRisk.map(({ pause }) => pause?.reason)).toEqual(['parts'])
  expect(atRisk[0]?.alternatives.map(({ kind }) => kind)).toEqual(['later', 'loan', 'collect'])
  const moved = open.filter(({ readyBy: { promised, first } }) => promised !== null && promised !== first)
  expect(moved).toHaveLength(1)
  const done = await jobs(true)
  expect(done).toHaveLength(70)
  expect(done.filter(({ status }) => status === 'reopened')).toHaveLength(1)
  /** A few were late, and some of those were told so in time; the ledger takes events in after they happened. */
  const kept = async () => {
    const { record } = (await read(`/v1/locations/${location}/promises`)) as {
      record: { promises: number; kept: number; toldBefore: number }[]
    }
    const sum = (of: 'promises' | 'kept' | 'toldBefore') => record.reduce((total, one) => total + one[of], 0)
    return [sum('kept') < sum('promises'), sum('toldBefore') > 0]
  }
  await expect.poll(kept, { timeout: 20_000 }).toEqual([true, true])
  const page = await (await fetch(`${url}${jobPath}?lang=ar`)).text()
  expect([page.includes('dir="rtl"'), page.includes('Cassette')]).toEqual([true, true])
}

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
