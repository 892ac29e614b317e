import { closeSync, openSync, writeSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { Ending } from '../replay/ending.ts'
import { readLines } from './read-log.ts'
import type { WorkEvent } from './work-log.ts'
import { Workshop } from './workshop.ts'

const usage = 'Usage: npm run backtest -- work <events.jsonl[.gz]> --out <predictions.jsonl>'

/**
 * Announces what is left of a job at each stage that it enters, from the events up to and including it, and writes
 * the announcements.
 *
 * @throws {Ending} 2 for arguments or files that cannot be used
 */
export async function backtestWork(args: string[]): Promise<void> {
  const { log, out } = readOptions(args)
  const events = readLines<WorkEvent>(log)
  if (!events.every(({ t, type }) => Number.isFinite(t) && ['open', 'stage', 'done'].includes(type)))
    throw new Ending(2, `${log} is no log of work: its lines are open, stage and done, each with its time.`)
  const workshop = new Workshop()
  const started = performance.now()
  const file = openSync(out, 'w')
  let announced = 0
  try {
    for (const event of events) {
      const said = workshop.see(event)
      if (!said) continue
      const [p50, p90] = [Math.round(said.p50), Math.round(said.p90)]
      writeSync(file, `${JSON.stringify({ caseId: event.caseId, at: event.t, p50, p90 })}\n`)
      announced++
    }
  } finally {
    closeSync(file)
  }
  const seconds = (performance.now() - started) / 1000
  console.log(`${announced} announcements from ${events.length} events in ${seconds.toFixed(1)} s: ${out}`)
}

function readOptions(args: string[]): { log: string; out: string } {
  try {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: { out: { type: 'string' } },
    })
    const [log, ...more] = positionals
    if (!log || more.length > 0 || !values.out) throw new Ending(2, usage)
    return { log, out: values.out }
  } catch (error) {
    if (error instanceof Ending) throw error
    throw new Ending(2, `${error instanceof Error ? error.message : error}\n${usage}`)
  }
}
