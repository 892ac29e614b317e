// `npm start`: serves Dawr on this machine until it is told to stop.
//   PORT         port to listen on (8787)
//   DAWR_STATE   folder that keeps the data, the secrets and the credentials of the demo (.dawr)
//   --empty      starts without a demo and prints a one-time link that makes the first admin key
import { existsSync, openSync, renameSync, writeSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { firstStart } from './first-start.ts'
import { Refusal } from './refusal.ts'
import { type LogLine, openRuntime, type Runtime } from './runtime.ts'

const parentCheckMs = 500

const { values } = parseArgs({ options: { empty: { type: 'boolean', default: false } } })
const state = resolve(process.env.DAWR_STATE || '.dawr')

let runtime: Runtime | undefined
let stopping = false
let logFile: number | undefined

// npm passes on a signal that the terminal has sent to the whole group already: the second one changes nothing.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop)
stopWithParent()

try {
  runtime = await openRuntime({ state, port: readPort(process.env.PORT || '8787'), log })
  if (stopping) await stop()
  const notes = await firstStart({ runtime, empty: values.empty })
  console.log(`Dawr is ready on ${runtime.url}`)
  for (const note of notes) console.log(note)
} catch (error) {
  if (!stopping) {
    console.error(error instanceof Refusal ? error.message : error)
    await runtime?.close()
    process.exit(1)
  }
}

async function stop(): Promise<void> {
  stopping = true
  if (!runtime) return // still opening: it stops as soon as there is something to stop
  await runtime.close()
  process.exit(0)
}

/**
 * npm may be killed without telling us: who lost its parent stops as well. (npm's own shell would keep signals
 * to itself; the start script replaces it with `exec`.)
 */
function stopWithParent(): void {
  if (process.env.npm_lifecycle_event === undefined) return
  const parent = process.ppid
  setInterval(() => {
    if (process.ppid !== parent) stop()
  }, parentCheckMs).unref()
}

function readPort(text: string): number {
  const port = Number(text)
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new Refusal(`PORT is not a port number: ${text}`)
  return port
}

/** Every line goes to `<state>/server.log`, the last start's to `server.log.1`; what is wrong is shown as well. */
function log({ level, message }: LogLine): void {
  if (logFile === undefined) {
    const path = join(state, 'server.log')
    if (existsSync(path)) renameSync(path, `${path}.1`)
    logFile = openSync(path, 'a')
  }
  writeSync(logFile, `${message}\n`)
  if (level === 'error' || level === 'warn') console.error(message)
}
