import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { identify, lives } from '../../scripts/processes.mjs'
import type { ServerRecord } from '../../scripts/state-folder.ts'
import {
  ended,
  type Server,
  type ServerOptions,
  spawnServer,
  startServer,
  temporaryState,
} from '../server.ts'

let folder: Awaited<ReturnType<typeof temporaryState>>
let state: string
const undo: (() => unknown)[] = []

beforeAll(async () => {
  folder = await temporaryState()
  state = folder.state
})
afterAll(async () => {
  for (const step of undo.splice(0).reverse()) await step()
  await folder.remove()
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

const serves = ({ output }: { output: string[] }) =>
  output.find((line) => line.startsWith('Dawr is ready on '))?.replace('Dawr is ready on ', '')

// A start takes a while: each goes on with the server, and with the folder, that the one before has left.
describe('one folder', () => {
  let server: Omit<Server, 'url'>
  let url: string

  test('of two that start at once on it, one serves and says where', async () => {
    const both = [0, 1].map(() => spawnServer({ state }))
    for (const { child } of both) undo.push(() => killGroup(child.pid))
    const loser = await Promise.race(both.map(async (one) => ({ server: one, code: await ended(one.child) })))
    expect(loser.code).toBe(1)
    expect(loser.server.output.join('\n')).toContain('Dawr already runs')
    server = both.find((one) => one !== loser.server) as (typeof both)[number]
    await until(() => serves(server) !== undefined)
    url = serves(server) ?? ''
    expect((await fetch(`${url}/openapi.json`)).status).toBe(200)
    const { node } = runtimeOf(record())
    expect([node.pid, record().port]).toEqual([server.child.pid, Number(new URL(url).port)])
    expect(statSync(join(state, 'secrets.json')).mode & 0o777).toBe(0o600)
  })

  test('is refused to others while that server lives, which is left alone', async () => {
    const { code, said } = await refused()
    expect(code).toBe(1)
    expect(said).toContain(
      `Dawr already runs on ${url} (process ${server.child.pid}) with the state folder ${state}.`,
    )
    expect(said).not.toContain('at async') // a sentence, not a stack
    expect((await fetch(`${url}/openapi.json`)).status).toBe(200)
  })

  test('is left by a stop without a process and without a record; a signal that comes twice is one stop', async () => {
    const { node, workerd } = runtimeOf(record())
    server.child.kill('SIGINT')
    server.child.kill('SIGINT')
    expect(await ended(server.child)).toBe(0)
    expect([lives(node), lives(workerd)]).toEqual([false, false])
    expect(() => record()).toThrow('ENOENT')
    // A record with the number of another process, for the next start.
    const forged = { port: 1, node, workerd: { ...workerd, pid: process.pid } }
    writeFileSync(join(state, 'server.json'), JSON.stringify(forged))
  })

  test('may name a process that only has the number of its old runtime: that one is not ended', async () => {
    const bystander = identify(process.pid)
    const next = await start()
    expect(bystander && lives(bystander)).toBe(true)
    server = next
    url = next.url
  })

  test('is freed of the runtime that a killed server left, and so is its port', async () => {
    const { workerd } = runtimeOf(record())
    server.child.kill('SIGKILL')
    await ended(server.child)
    expect(lives(workerd)).toBe(true)
    const next = await start({ port: Number(new URL(url).port) })
    expect(lives(workerd)).toBe(false)
    expect(next.url).toBe(url)
    expect(next.output).toContainEqual(
      `Ended the runtime that a killed server had left (process ${workerd.pid}).`,
    )
    expect(await next.stop()).toBe(0)
  })

  test.each(['SIGTERM', 'SIGINT'] as const)('is left by %s to npm alone, as a success', async (signal) => {
    const npm = await start({ command: ['npm', 'start', '--', '--empty'] })
    const { node, workerd } = runtimeOf(record())
    npm.child.kill(signal)
    expect(await ended(npm.child)).toBe(0)
    expect([lives(node), lives(workerd)]).toEqual([false, false])
  })

  test('is left by the server when its npm is killed', async () => {
    const npm = await start({ command: ['npm', 'start', '--', '--empty'] })
    const { node, workerd } = runtimeOf(record())
    npm.child.kill('SIGKILL')
    await until(() => !lives(node) && !lives(workerd))
  })
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

test('a signal while it starts stops it', async () => {
  const server = spawnServer({ state })
  undo.push(() => killGroup(server.child.pid))
  await until(() => identify(server.child.pid ?? 0)?.command.includes('serve.ts') ?? false)
  await pause(300) // past the loading of its modules; before or after that a signal ends it as well
  server.child.kill('SIGTERM')
  await ended(server.child)
  expect(serves(server)).toBeUndefined()
})
