import { type ChildProcess, spawn } from 'node:child_process'
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { root } from '../../scripts/worker-build.ts'
import { ended } from '../server.ts'

// A project of its own whose npm only notes how it was called, and installs as NPM_DOES says.
let project: string
beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), 'dawr-setup-'))
  mkdirSync(join(project, 'scripts'))
  for (const name of ['setup.mjs', 'processes.mjs'])
    cpSync(join(root, 'scripts', name), join(project, 'scripts', name))
  writeFileSync(join(project, 'package-lock.json'), '{}')
  mkdirSync(join(project, 'bin'))
  const npm = join(project, 'bin', 'npm')
  writeFileSync(
    npm,
    '#!/bin/sh\necho "$* ($npm_lifecycle_event)" >> calls\nmkdir -p node_modules\n$NPM_DOES\n',
  )
  chmodSync(npm, 0o755)
})
afterEach(() => rmSync(project, { recursive: true }))

function setUp(npmDoes = 'true'): ChildProcess & { said: string } {
  const path = [join(project, 'bin'), join(root, 'node_modules', '.bin'), process.env.PATH].join(delimiter)
  const env = { ...process.env, PATH: path, NPM_DOES: npmDoes, npm_lifecycle_event: 'prestart' }
  const child = spawn(process.execPath, ['scripts/setup.mjs'], {
    cwd: project,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const result = Object.assign(child, { said: '' })
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      result.said += chunk
    })
  }
  return result
}
const calls = () => readFileSync(join(project, 'calls'), 'utf8').trim().split('\n')

test('installs once, says nothing after that, and again when the lock file changes', async () => {
  expect(await ended(setUp())).toBe(0)
  const second = setUp()
  expect(await ended(second)).toBe(0)
  expect(second.said).toBe('')
  // The outer npm's own variables do not reach the inner one.
  expect(calls()).toEqual(['ci --include=dev --ignore-scripts=false --loglevel=error ()'])

  writeFileSync(join(project, 'package-lock.json'), '{ "changed": true }')
  expect(await ended(setUp())).toBe(0)
  expect(calls()).toHaveLength(2)
  expect(existsSync(join(project, '.setup-lock'))).toBe(false)
})

test('of two that start together one installs and the other waits for it', async () => {
  const both = [setUp('sleep 1'), setUp('sleep 1')]
  expect(await Promise.all(both.map(ended))).toEqual([0, 0])
  expect(calls()).toHaveLength(1)
  expect(both.filter(({ said }) => said.includes('Another installation runs here'))).toHaveLength(1)
})

test('an installation that fails is told, with its exit code, and tried again', async () => {
  const failing = setUp('exit 7')
  expect(await ended(failing)).toBe(7)
  expect(failing.said).toContain('npm ci failed (exit code 7)')
  expect(await ended(setUp())).toBe(0)
  expect(calls()).toHaveLength(2)
})

test('a lock that a killed setup left holds nobody up', async () => {
  const dead = { pid: process.pid, started: 'another boot:1', command: 'node' }
  writeFileSync(join(project, '.setup-lock'), JSON.stringify(dead))
  expect(await ended(setUp())).toBe(0)
  expect(calls()).toHaveLength(1)
})
