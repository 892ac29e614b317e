import { afterAll, beforeAll, expect, test } from 'vitest'
import { openRuntime, type Runtime } from '../../scripts/runtime.ts'
import { scaled } from '../scale.ts'
import { startServer, temporaryState } from '../server.ts'

const rounds = Array.from({ length: scaled(1, 10) }, (_, round) => `round ${round}`)
const [callers, answersBeforeDeath] = [4, 12]

let folder: Awaited<ReturnType<typeof temporaryState>>
/** What is started after the last death. */
let runtime: Runtime | undefined
const answered: string[] = []

beforeAll(async () => {
  folder = await temporaryState()
  const command = [process.execPath, 'test/process/ledger-server.ts']
  for (const round of rounds) {
    const { child, url } = await startServer({ state: folder.state, command })
    let answers = 0
    const call = async (caller: string): Promise<void> => {
      for (let line = 0; ; line++) {
        const body = `${round} ${caller} ${line}`
        const response = await fetch(url, { method: 'POST', body }).catch(() => null)
        const lines = await response?.json().catch(() => null)
        if (!lines) return
        answered.push(body)
        answers += 1
        if (answers === answersBeforeDeath) process.kill(-(child.pid ?? Number.NaN), 'SIGKILL')
      }
    }
    await Promise.all(Array.from({ length: callers }, (_, caller) => call(`caller ${caller}`)))
  }
  runtime = await openRuntime({ state: folder.state, entry: 'test/process/ledger.ts' })
})
afterAll(async () => {
  await runtime?.close()
  await folder.remove()
})

const ledger = async () => (await (await runtime?.fetch('/'))?.json()) as string[]

test('what it answered survives the death of every process', async () => {
  const kept = await ledger()
  expect(answered.length).toBeGreaterThanOrEqual(rounds.length * answersBeforeDeath)
  expect(kept).toEqual(expect.arrayContaining(answered))
  // Written, but killed before the answer: at most what was under way.
  expect(kept.length - answered.length).toBeLessThanOrEqual(rounds.length * callers)
})

test('the migrations run once, however often it starts', async () => {
  const counted = 'SELECT name, count(*) AS times FROM d1_migrations GROUP BY name'
  const migrations = await runtime?.db.prepare(counted).all()
  expect(migrations?.results.length).toBeGreaterThan(0)
  expect(migrations?.results.filter((row) => row.times !== 1)).toEqual([])
})

test('a trigger runs the scheduled handler with its expression and time', async () => {
  await runtime?.scheduled('*/5 * * * *', 300_000)
  expect((await ledger()).at(-1)).toBe('*/5 * * * * at 300000')
})
