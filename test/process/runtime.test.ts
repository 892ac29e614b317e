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
  const answered: string[] = []
  for (const round of ['first', 'second']) {
    const { child, url } = await startServer({ state: folder.state, command })
    setTimeout(() => process.kill(-(child.pid ?? Number.NaN), 'SIGKILL'), 300)
    for (let line = 0; ; line++) {
      const response = await fetch(url, { method: 'POST', body: `${round} ${line}` }).catch(() => null)
      if (!response?.ok || !(await response.json().catch(() => null))) break
      answered.push(`${round} ${line}`)
    }
  }
  const runtime = await openRuntime({ state: folder.state, entry: 'test/process/ledger.ts' })
  const kept = (await (await runtime.fetch('/')).json()) as string[]
  const migrations = await runtime.db
    .prepare('SELECT name, count(*) AS times FROM d1_migrations GROUP BY name')
    .all()
  await runtime.close()
  expect(answered.length).toBeGreaterThan(5)
  expect(kept).toEqual(expect.arrayContaining(answered))
  expect(kept.length - answered.length).toBeLessThanOrEqual(2) // written, but killed before the answer
  expect(migrations.results.filter((row) => row.times !== 1)).toEqual([])
})

test('a trigger runs the scheduled handler with its expression and time', async () => {
  const runtime = await openRuntime({ state: folder.state, entry: 'test/process/ledger.ts' })
  await runtime.scheduled('*/5 * * * *', 300_000)
  const kept = await (await runtime.fetch('/')).json()
  await runtime.close()
  expect(kept).toEqual(['*/5 * * * * at 300000'])
})
