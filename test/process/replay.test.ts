import { type ChildProcess, execFile } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { gunzipSync, gzipSync } from 'node:zlib'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { LogEvent } from '../../scripts/backtest/log.ts'
import { readLog } from '../../scripts/backtest/read-log.ts'
import { daysOf, totalOf } from '../../scripts/replay/calls.ts'
import { countInMemory, figuresOf, schedule } from '../../scripts/replay/schedule.ts'
import { readStays } from '../../scripts/replay/stays.ts'
import { openRuntime } from '../../scripts/runtime.ts'
import { root } from '../../scripts/worker-build.ts'
import { soak } from '../scale.ts'
import { type Server, startServer, temporaryState } from '../server.ts'
import { type Fate, type LossyProxy, startLossyProxy } from './lossy-proxy.ts'

type Log = { file: string; hotel: string; rooms: number }

let state: string
let log: Log
let shortLog: Log
let credentials: string
let proxy: LossyProxy
let server: Server
let replaying: ChildProcess | undefined
/** Decides about the answers of the server, until the next test. */
let decide: (path: string, status: number) => Fate
const undo: (() => unknown)[] = []

const killServer = () => process.kill(-(server.child.pid ?? Number.NaN), 'SIGKILL')
const killReplay = () => replaying?.kill('SIGKILL')
const startAgain = async () => {
  server = await startServer({ state, empty: true })
  proxy.target = server.url
}

beforeAll(async () => {
  const folder = await temporaryState()
  undo.push(folder.remove)
  state = folder.state
  log = makeUp('Small Hotel', 120)
  shortLog = makeUp('Smaller Hotel', 30)
  proxy = await startLossyProxy((path, status) => decide(path, status))
  undo.push(proxy.close)
  credentials = join(state, 'credentials.json')
  const key = await makeAdminKey()
  writeFileSync(credentials, JSON.stringify({ baseUrl: proxy.url, adminKey: key, staffKey: key }))
  await startAgain()
  undo.push(() => server.stop())
})
afterAll(async () => {
  for (const step of undo.reverse()) await step()
})
beforeEach(() => {
  decide = () => 'pass'
})

/** A summer in which a hotel of three rooms is often full. Always the same one. */
function makeUp(hotel: string, bookings: number): Log {
  let seed = 7
  const random = (below: number) => {
    seed = (seed * 48_271) % 2_147_483_647
    return seed % below
  }
  const months = ['June', 'July', 'August']
  const lines = Array.from({ length: bookings }, () => {
    const [month, day, lead] = [random(3), 1 + random(28), random(4) === 0 ? 0 : random(60)]
    const arrival = Date.UTC(2016, 5 + month, day)
    const cancelled = random(3) === 0
    // From the day of the booking to two days after the arrival, when only the desk still cancels.
    const on = new Date(arrival + (random(lead + 3) - lead) * 86_400_000).toISOString().slice(0, 10)
    const nights = random(12) === 0 ? [0, 0] : [random(2), 1 + random(4)]
    const agent = random(8) === 0 ? 'NULL' : 1 + random(9)
    const status = cancelled ? `Canceled,${on}` : `${random(9) === 0 ? 'No-Show' : 'Check-Out'},2016-09-30`
    return [hotel, lead, 2016, months[month], day, ...nights, agent, status].join(',')
  })
  const columns =
    'hotel,lead_time,arrival_date_year,arrival_date_month,arrival_date_day_of_month,stays_in_weekend_nights,' +
    'stays_in_week_nights,agent,reservation_status,reservation_status_date'
  const file = join(state, `${hotel}.csv.gz`)
  writeFileSync(file, gzipSync([columns, ...lines].join('\n')))
  return { file, hotel, rooms: 3 }
}

async function makeAdminKey(): Promise<string> {
  const secret = `dawr_test_${randomBytes(32).toString('base64url')}`
  const hash = createHash('sha256').update(secret).digest('base64url')
  const scopes = ['config', 'keys', 'events', 'bookings', 'desk', 'capacity', 'time']
  const runtime = await openRuntime({ state })
  await runtime.db
    .prepare(
      `INSERT INTO credential (hash, id, kind, role, scopes, label, test_mode, created_at, revision)
       VALUES (?, 'key_0000000000000000000000test', 'key', 'admin', ?, 'Test', 1, 0, 1)`,
    )
    .bind(hash, JSON.stringify(scopes))
    .run()
  await runtime.close()
  return secret
}

const node = promisify(execFile)
type Ended = { code: number | null; stdout: string; stderr: string }

const replay = ({ file, hotel, rooms }: Log, journal: string, ...more: string[]): Promise<Ended> =>
  command(['bookings', file, '--hotel', hotel, '--rooms', String(rooms)], journal, more)

/** Runs the command; a run of its own for each journal. */
async function command(what: string[], journal: string, more: string[] = []): Promise<Ended> {
  const options = ['--credentials', credentials, '--journal', join(state, journal), ...more]
  const run = node(process.execPath, ['scripts/replay.ts', ...what, ...options], { cwd: root })
  replaying = run.child
  return run.then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    ({ code, stdout, stderr }) => ({ code, stdout, stderr }),
  )
}

const isHold = (path: string) => path === '/v1/bookings'
const isCancel = (path: string) => path.endsWith('/cancel')

test('comes out as counted, though answers are lost, and the server and the replay are killed on the way', async () => {
  // `npm run soak` does it on two years of a real hotel, where that log is at hand.
  const realLog = soak ? process.env.DAWR_HOTEL_CSV : undefined
  if (realLog) log = { file: realLog, hotel: 'City Hotel', rooms: 150 }
  const stays = readStays(gunzipSync(readFileSync(log.file)), log.hotel)
  const steps = schedule(stays)
  const foretold = figuresOf(steps, countInMemory(steps, log.rooms))
  // In the order in which they come, whatever the log: keys are asked for at its start, cancellations go on to its end.
  const gone = { code: 75, stdout: '', stderr: expect.stringContaining('run the same command again') }
  const killed = { code: null, stdout: '', stderr: '' }
  const everyDay = [
    { at: isHold, nth: Math.floor(stays.length / 3), kill: killReplay, ends: killed },
    { at: isHold, nth: Math.floor(stays.length / 2), kill: killServer, ends: gone },
  ]
  const first = { at: (path: string) => path === '/v1/keys', nth: 2, kill: killServer, ends: gone }
  const last = { at: isCancel, nth: Math.floor((foretold.cancelled * 2) / 3), kill: killServer, ends: gone }
  const deaths = soak ? [first, ...everyDay, last] : everyDay
  const seen = deaths.map(() => 0)
  let [answers, died] = [0, 0]
  decide = (path) => {
    for (const [index, { at, nth, kill }] of deaths.entries()) {
      if (!at(path) || ++(seen[index] as number) !== nth) continue
      died++
      kill()
      return 'lose'
    }
    return ++answers % 23 === 0 ? 'lose' : 'pass'
  }

  for (const [index, { kill, ends }] of deaths.entries()) {
    expect(await replay(log, 'killed.jsonl', '--json')).toEqual(ends)
    expect(died).toBe(index + 1)
    if (kill === killServer) await startAgain()
  }
  const whole = await replay(log, 'killed.jsonl', '--json')
  expect(whole).toMatchObject({ code: 0, stderr: '' })
  expect(JSON.parse(whole.stdout)).toEqual({
    ...foretold,
    fullestNight: { date: expect.stringMatching(/^\d{4}-\d\d-\d\d$/), rooms: log.rooms },
    bookingsPerSecond: expect.any(Number),
  })
  expect(foretold.refused).toBeGreaterThan(10)
  expect(foretold.cancelled).toBeGreaterThan(10)
})

test('names the row where the server refused a room that was free, and begins anew after a finished run', async () => {
  let held = 0
  decide = (path, status) =>
    isHold(path) && status === 201 && ++held === 3 ? { status: 409, body: { code: 'sold_out' } } : 'pass'
  const wrong = await replay(shortLog, 'wrong.jsonl')
  expect(wrong.code).toBe(1)
  expect(wrong.stderr).toMatch(/row \d+ \(\d nights\): refused, foretold accepted/)
  expect(wrong.stderr).toMatch(/event \d+: a booking that was not asked for/)
  decide = () => 'pass'
  const right = await replay(shortLog, 'wrong.jsonl')
  expect(right.code).toBe(0)
  expect(right.stdout).toContain('no night was ever over capacity')
})

test('does not mix an unfinished run with another, and says how it is used', async () => {
  writeFileSync(join(state, 'other.jsonl'), '["run","0123456789abcdef"]\n["subject",{"rooms":1}]\n["locat')
  expect(await replay(shortLog, 'other.jsonl')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('an unfinished replay of something else'),
  })
  expect(await replay({ ...shortLog, file: credentials }, 'none.jsonl')).toMatchObject({
    code: 2,
    stderr: `${credentials}: incorrect header check\n`,
  })
  expect(await replay({ ...shortLog, hotel: 'Another' }, 'none.jsonl')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('has no booking of the hotel "Another"'),
  })
  expect(await replay(shortLog, 'other.jsonl', '--rooms', 'many')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('Usage: npm run replay'),
  })
})

/** A morning with one desk and a second one later; people call every minute, each seventh hangs up after four. */
function makeUpCalls(callers: number): string {
  const minute = 60_000
  const opens = Date.parse('1999-02-02T09:00:00Z')
  const free = { ANN: opens, BEN: opens + 8 * minute }
  const events: LogEvent[] = Object.entries(free).map(([counter, t]) => ({ t, type: 'open', counter }))
  for (let n = 0; n < callers; n++) {
    const [joined, ticketId] = [opens + n * minute, `call-${n}`]
    const [service, priority] = [n % 3 === 0 ? 'NW' : 'PS', n % 5 === 0 ? 2 : 0]
    const counter = free.BEN < free.ANN ? 'BEN' : 'ANN'
    const called = Math.max(joined, free[counter])
    events.push({ t: joined, type: 'join', ticketId, service, priority, queued: called > joined })
    if (n % 7 === 3 && called > joined) {
      events.push({ t: Math.min(joined + 4 * minute, called - 1), type: 'abandon', ticketId })
      continue
    }
    free[counter] = called + (90 + 20 * (n % 4)) * 1000
    events.push(
      { t: called, type: 'call', ticketId, counter },
      { t: called, type: 'start', ticketId, counter },
    )
    events.push({ t: free[counter], type: 'complete', ticketId, counter })
  }
  const meta: LogEvent = {
    type: 'meta',
    discipline: { type: 'fifo', creditMs: { 2: 90_000 } },
    services: ['PS', 'NW'].map((id) => ({ id, nominalMin: 2 })),
    graceMs: 0,
  }
  const file = join(state, 'calls.jsonl.gz')
  const timed = events.filter((event) => event.type !== 'meta').sort((a, b) => a.t - b.t)
  writeFileSync(file, gzipSync([meta, ...timed].map((event) => JSON.stringify(event)).join('\n')))
  return file
}

test('a day of calls comes out as in its log, though answers are lost and the replay is killed on the way', async () => {
  // `npm run soak` does it on five days of a real call centre, where that log is at hand.
  const realLog = soak ? process.env.DAWR_CALL_LOG : undefined
  const [file, days] = realLog ? [realLog, 5] : [makeUpCalls(24), 1]
  const calls = ['queue', file, '--day', '1', '--days', String(days)]
  let answers = 0
  decide = () => {
    if (++answers === 60) killReplay()
    return answers % 23 === 0 ? 'lose' : 'pass'
  }
  expect(await command(calls, 'calls.jsonl', ['--json'])).toEqual({ code: null, stdout: '', stderr: '' })
  const whole = await command(calls, 'calls.jsonl', ['--json'])
  expect(whole).toMatchObject({ code: 0, stderr: '' })
  const figures = JSON.parse(whole.stdout)
  expect(figures).toEqual({
    ...totalOf(daysOf(readLog(file).events, 1, days).counts.values()),
    quotes: expect.any(Number),
    mae_s: expect.any(Number),
    insideRange: expect.any(Number),
    eventsPerSecond: expect.any(Number),
  })
  expect(figures.abandoned).toBeGreaterThan(1)
  expect(figures.quotes).toBeGreaterThan(10)
})
