import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type ParseArgsConfig, parseArgs } from 'node:util'
import { Ending } from './ending.ts'
import type { Progress } from './progress.ts'
import type { Credentials } from './run.ts'

/** What the commands that replay have in common: their options, their files, and how they are broken off. */

const common = {
  credentials: { type: 'string' },
  journal: { type: 'string' },
  restart: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
} as const satisfies ParseArgsConfig['options']

export type Common = {
  log: string
  journal: string
  restart: boolean
  json: boolean
  credentials: Credentials
  /** The command's own options. */
  own: Record<string, string | undefined>
}

/**
 * Reads the arguments: one log, the common options and those named, which take a text each.
 *
 * @throws {Ending} 2 when they are not understood or the credentials cannot be read
 */
export function readCommon(args: string[], what: string, names: string[], usage: string): Common {
  const own = Object.fromEntries(names.map((name) => [name, { type: 'string' } as const]))
  let read: { values: Record<string, unknown>; positionals: string[] }
  try {
    read = parseArgs({ args, allowPositionals: true, options: { ...common, ...own } })
  } catch (error) {
    throw new Ending(2, `${(error as Error).message}\n${usage}`)
  }
  const [log, ...more] = read.positionals
  if (!log || more.length > 0) throw new Ending(2, usage)
  const values = read.values as Record<string, string | undefined> & { restart: boolean; json: boolean }
  const file = values.credentials ?? join(process.env.DAWR_STATE || '.dawr', 'credentials.json')
  return {
    log,
    journal: values.journal ?? join(dirname(file), `replay-${what}.jsonl`),
    restart: values.restart,
    json: values.json,
    credentials: readCredentials(file),
    own: values,
  }
}

function readCredentials(file: string): Credentials {
  const { baseUrl, adminKey, staffKey } = JSON.parse(readFile(file).toString()) as Partial<Credentials>
  if (baseUrl && adminKey && staffKey) return { baseUrl, adminKey, staffKey }
  throw new Ending(2, `${file} lacks one of baseUrl, adminKey and staffKey.`)
}

/** @throws {Ending} 2 when it cannot be read */
export function readFile(path: string): Buffer {
  try {
    return readFileSync(path)
  } catch {
    throw new Ending(2, `${path} cannot be read.`)
  }
}

/** Ctrl-C ends at once: whatever was answered is in the journal. */
export function onInterrupt(progress: Progress): () => void {
  const end = () => {
    progress.stop()
    console.error('Interrupted. The same command goes on from here.')
    process.exit(130)
  }
  process.once('SIGINT', end)
  return () => void process.off('SIGINT', end)
}
