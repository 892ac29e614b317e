import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { identify, lives } from '../../scripts/processes.mjs'
import type { ServerRecord } from '../../scripts/state-folder.ts'
import { ended, type ServerOptions, spawnServer, startServer, temporaryState } from '../server.ts'

let state: string
const undo: (() => unknown)[] = []

beforeEach(async () => {
  const folder = await temporaryState()
  state = folder.state
  undo.push(folder.remove)
})
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step()
})

const start = async (options: Partial<ServerOptions> = {}) => {
  const server = await startServer({ state, ...options })
  undo.push(() => killGroup(server.child.pid))
  return server
}
const refused = async (options: Partial<ServerOptions> = {}) => {
  const server = spawnServer({ state, ...options })
  return { code: await ended(server.child), said: server.output.join('\n') }
}
const record = (): ServerRecord => JSON.parse(readFileSync(join(state, 'server.json'), 'utf8'))
const runtimeOf = ({ node, workerd }: ServerRecord) => {
  if (workerd === null) throw new Error('No workerd is on record')
  return { node, workerd }
}

function killGroup(pid: number | undefined): void {
  try {
    process.kill(-(pid ?? Number.NaN), 'SIGKILL')
  } catch {
    // it has ended already
  }
}

async function until(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 60_000
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`Did not come true within a minute: ${condition}`)
    await pause(20)
  }
}

test('says where it serves, answers there, and a stop leaves no process and no record', async () => {
  const server = await start()
  const { node, workerd } = runtimeOf(record())
  expect(node.pid).toBe(server.child.pid)
  expect(record().port).toBe(Number(new URL(server.url).port))
  expect((await fetch(`${server.url}/openapi.json`)).status).toBe(200)
  expect(statSync(join(state, 'secrets.json')).mode & 0o777).toBe(0o600)

  expect(await server.stop()).toBe(0)
  expect(lives(node)).toBe(false)
  expect(lives(workerd)).toBe(false)
  expect(() => record()).toThrow('ENOENT')
})

test('refuses a folder that a living server uses, and leaves that one alone', async () => {
  const first = await start()
  const { code, said } = await refused()
  expect(code).toBe(1)
  expect(said).toContain(
    `Dawr already runs on ${first.url} (process ${first.child.pid}) with the state folder ${state}.`,
  )
  expect(said).not.toContain('at async') // a sentence, not a stack
  expect((await fetch(`${first.url}/openapi.json`)).status).toBe(200)
})

test('of two that start at once on one folder, one serves', async () => {
  const both = [0, 1].map(() => spawnServer({ state }))
  undo.push(
    ...both.map(
      ({ child }) =>
        () =>
          killGroup(child.pid),
    ),
  )
  const loser = await Promise.race(both.map(async (server) => ({ server, code: await ended(server.child) })))
  expect(loser.code).toBe(1)
  expect(loser.server.output.join('\n')).toContain('Dawr already runs')
  const winner = both.find((server) => server !== loser.server)
  await until(() => winner?.output.some((line) => line.startsWith('Dawr is ready on ')) ?? false)
})

test('refuses a port that another program has', async () => {
  const other = createServer().listen(0, '127.0.0.1')
  undo.push(() => other.close())
  await new Promise((resolve) => other.once('listening', resolve))
  const { port } = other.address() as AddressInfo
  const { code, said } = await refused({ port })
  expect(code).toBe(1)
  expect(said).toContain(`Port ${port} is in use by another program.`)
  expect(said).not.toContain('at async')
})

test('refuses a PORT that is none', async () => {
  const { code, said } = await refused({ port: 70_000 })
  expect([code, said]).toEqual([1, 'PORT is not a port number: 70000'])
})

test('ends the runtime that a killed server left, and takes its port again', async () => {
  const first = await start()
  const { workerd } = runtimeOf(record())
  first.child.kill('SIGKILL')
  await ended(first.child)
  expect(lives(workerd)).toBe(true)

  const second = await start({ port: Number(new URL(first.url).port) })
  expect(lives(workerd)).toBe(false)
  expect(second.url).toBe(first.url)
  expect(second.output).toContainEqual(
    `Ended the runtime that a killed server had left (process ${workerd.pid}).`,
  )
})

test('ends no process that only has the number of its old runtime', async () => {
  const first = await start()
  const { node, workerd } = runtimeOf(record())
  expect(await first.stop()).toBe(0)
  const bystander = identify(process.pid)
  writeFileSync(
    join(state, 'server.json'),
    JSON.stringify({ port: 1, node, workerd: { ...workerd, pid: process.pid } }),
  )
  await start()
  expect(bystander && lives(bystander)).toBe(true)
})

test('a signal that comes twice is one stop', async () => {
  const server = await start()
  server.child.kill('SIGINT')
  server.child.kill('SIGINT')
  expect(await ended(server.child)).toBe(0)
})

test('a signal while it starts stops it', async () => {
  const server = spawnServer({ state })
  undo.push(() => killGroup(server.child.pid))
  await until(() => identify(server.child.pid ?? 0)?.command.includes('serve.ts') ?? false)
  await pause(300) // past the loading of its modules; before or after that a signal ends it as well
  server.child.kill('SIGTERM')
  await ended(server.child)
  expect(server.output.filter((line) => line.startsWith('Dawr is ready'))).toEqual([])
})

test.each(['SIGTERM', 'SIGINT'] as const)(
  '%s to npm alone stops everything, as a success',
  async (signal) => {
    const npm = await start({ command: ['npm', 'start', '--', '--empty'] })
    const { node, workerd } = runtimeOf(record())
    npm.child.kill(signal)
    expect(await ended(npm.child)).toBe(0)
    expect([lives(node), lives(workerd)]).toEqual([false, false])
  },
)

test('a killed npm takes the server along', async () => {
  const npm = await start({ command: ['npm', 'start', '--', '--empty'] })
  const { node, workerd } = runtimeOf(record())
  npm.child.kill('SIGKILL')
  await until(() => !lives(node) && !lives(workerd))
})
