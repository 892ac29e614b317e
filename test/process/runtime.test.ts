import { afterEach, beforeEach, expect, test } from 'vitest'
import { openRuntime } from '../../scripts/runtime.ts'
import { startServer, temporaryState } from '../server.ts'

let folder: Awaited<ReturnType<typeof temporaryState>>
beforeEach(async () => {
  folder = await temporaryState()
})
afterEach(() => folder.remove())

test('what it answered survives the death of every process, and the migrations run once', async () => {
  const command = [process.execPath, 'test/process/ledger-server.ts']
  const rounds = ['first', 'second']
  const [callers, answersBeforeDeath] = [4, 12]
  const answered: string[] = []
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
  const runtime = await openRuntime({ state: folder.state, entry: 'test/process/ledger.ts' })
  const kept = (await (await runtime.fetch('/')).json()) as string[]
  const migrations = await runtime.db
    .prepare('SELECT name, count(*) AS times FROM d1_migrations GROUP BY name')
    .all()
  await runtime.close()
  expect(answered.length).toBeGreaterThanOrEqual(rounds.length * answersBeforeDeath)
  expect(kept).toEqual(expect.arrayContaining(answered))
  // Written, but killed before the answer: at most what was under way.
  expect(kept.length - answered.length).toBeLessThanOrEqual(rounds.length * callers)
  expect(migrations.results.length).toBeGreaterThan(0)
  expect(migrations.results.filter((row) => row.times !== 1)).toEqual([])
})

test('a trigger runs the scheduled handler with its expression and time', async () => {
  const runtime = await openRuntime({ state: folder.state, entry: 'test/process/ledger.ts' })
  await runtime.scheduled('*/5 * * * *', 300_000)
  const kept = await (await runtime.fetch('/')).json()
  await runtime.close()
  expect(kept).toEqual(['*/5 * * * * at 300000'])
})
