import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { Ending } from '../replay/ending.ts'
import type { LogEvent, Meta } from './log.ts'

/**
 * Reads a log of waits, plain or gzipped.
 *
 * @throws {Ending} 2 when there is no such file or it is no such log
 */
export function readLog(path: string): { meta: Meta; events: Exclude<LogEvent, { type: 'meta' }>[] } {
  const events: Exclude<LogEvent, { type: 'meta' }>[] = []
  let meta: Meta | undefined
  for (const event of readLines<LogEvent>(path)) {
    if (event.type === 'meta') meta = event
    else events.push(event)
  }
  if (!meta) throw new Ending(2, `${path} has no line of type "meta": it is no log of waits.`)
  return { meta, events }
}

/**
 * Reads one JSON value a line, plain or gzipped.
 *
 * @throws {Ending} 2 when there is no such file or a line is not JSON
 */
export function readLines<Line>(path: string): Line[] {
  let lines: string[]
  try {
    const bytes = readFileSync(path)
    lines = (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8').split('\n')
  } catch (error) {
    throw new Ending(2, `${path} cannot be read: ${error instanceof Error ? error.message : error}`)
  }
  const values: Line[] = []
  for (const [index, line] of lines.entries()) {
    if (line === '') continue
    try {
      values.push(JSON.parse(line))
    } catch {
      throw new Ending(2, `Line ${index + 1} of ${path} is not JSON.`)
    }
  }
  return values
}
