import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { cacheFolder, root } from '../scripts/worker-build.ts'

export type Server = {
  url: string
  child: ChildProcess
  /** Lines of stdout and stderr so far. */
  output: string[]
  /** Asks it to stop (SIGTERM) and waits; the exit code, or null when a signal ended it. */
  stop: () => Promise<number | null>
}

export type ServerOptions = {
  state: string
  /** Defaults to a free port. */
  port?: number
  /** Without the demo, which takes a while to make; the default. */
  empty?: boolean
  /** The command to run instead of the server itself, such as `npm start`. */
  command?: string[]
}

/** An empty folder for a server's state, and what removes it. */
export async function temporaryState(): Promise<{ state: string; remove: () => Promise<void> }> {
  const state = await mkdtemp(join(tmpdir(), 'dawr-test-'))
  return { state, remove: () => rm(state, { recursive: true, force: true }) }
}

/** Starts the server as `npm start` does, in a process group of its own, without waiting for anything. */
export function spawnServer({ state, port = 0, empty = true, command }: ServerOptions): Omit<Server, 'url'> {
  const [file = '', ...args] = command ?? [
    process.execPath,
    'scripts/serve.ts',
    ...(empty ? ['--empty'] : []),
  ]
  // Servers are started dozens of times, and most of a start is compiling the same modules.
  const compiled = join(cacheFolder, 'compiled')
  const env = { ...process.env, NODE_COMPILE_CACHE: compiled, PORT: String(port), DAWR_STATE: state }
  const child = spawn(file, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'], detached: true })
  const output: string[] = []
  for (const stream of [child.stdout, child.stderr])
    createInterface(stream).on('line', (line) => output.push(line))
  const stop = async () => {
    child.kill('SIGTERM')
    return ended(child)
  }
  return { child, output, stop }
}

/**
 * Starts a server and waits until it says that it is ready.
 *
 * @throws with all it said when it ends instead
 */
export async function startServer(options: ServerOptions): Promise<Server> {
  const server = spawnServer(options)
  const url = await new Promise<string>((resolve, reject) => {
    createInterface(server.child.stdout as NonNullable<ChildProcess['stdout']>).on('line', (line) => {
      const ready = /^Dawr is ready on (http:\/\/localhost:\d+)$/.exec(line)
      if (ready?.[1]) resolve(ready[1])
    })
    server.child.once('close', (code) => reject(new Error(`Exit ${code}:\n${server.output.join('\n')}`)))
  })
  return { url, ...server }
}

/** The exit code when the process has ended and said all it had to say; null when a signal ended it. */
export async function ended(child: ChildProcess): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null)
    await new Promise((resolve) => child.once('close', resolve))
  return child.exitCode
}
