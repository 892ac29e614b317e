import { closeSync, openSync, writeSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { Ending } from '../replay/ending.ts'
import { Office } from './office.ts'
import { readLog } from './read-log.ts'

const usage = 'Usage: npm run backtest -- wait <events.jsonl[.gz]> --out <predictions.jsonl>'
/** What stands in for "not any more today" in a file that wants a number. */
const farMs = 12 * 3_600_000

/**
 * Announces a wait at each join that queued, from the events up to and including it, and writes the announcements.
 *
 * @throws {Ending} 2 for arguments or files that cannot be used
 */
export async function backtestWait(args: string[]): Promise<void> {
  const { log, out, samples, seed } = readOptions(args)
  const { meta, events } = readLog(log)
  const office = new Office(meta, samples, seed)
  const started = performance.now()
  const file = openSync(out, 'w')
  let announced = 0
  try {
    for (const event of events) {
      const quote = office.see(event)
      if (!quote || event.type !== 'join') continue
      const [p10, p50, p90] = [quote.p10, quote.p50, quote.p90].map((ms) => Math.round(Math.min(ms, farMs)))
      writeSync(file, `${JSON.stringify({ ticketId: event.ticketId, at: event.t, p10, p50, p90 })}\n`)
      announced++
    }
  } finally {
    closeSync(file)
  }
  const seconds = (performance.now() - started) / 1000
  console.log(`${announced} announcements from ${events.length} events in ${seconds.toFixed(1)} s: ${out}`)
}

function readOptions(args: string[]): { log: string; out: string; samples: number; seed: number } {
  try {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: {
        out: { type: 'string' },
        samples: { type: 'string', default: '400' },
        seed: { type: 'string', default: '1' },
      },
    })
    const [log, ...more] = positionals
    const [samples, seed] = [Number(values.samples), Number(values.seed)]
    const whole = Number.isSafeInteger(samples) && samples >= 10 && Number.isSafeInteger(seed)
    if (!log || more.length > 0 || !values.out || !whole) throw new Ending(2, usage)
    return { log, out: values.out, samples, seed }
  } catch (error) {
    if (error instanceof Ending) throw error
    throw new Ending(2, `${error instanceof Error ? error.message : error}\n${usage}`)
  }
}
