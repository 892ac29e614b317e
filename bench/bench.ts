// `npm run bench`: what the product costs beside the D1 round trips that it cannot do without. See docs/bench.md.
//   --json           one JSON object on stdout and nothing else there
//   --full           a million bookings instead of a hundred thousand, to see how cost grows
//   --seconds <n>    how long to measure (100); the more, the steadier the ratios
//   --only <prefix>  the entries whose names begin so: queue, work.track
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { openRuntime, type Runtime, type RuntimeOptions } from '../scripts/runtime.ts'
import { cacheFolder } from '../scripts/worker-build.ts'
import type { Entry } from './entries.ts'
import { sendAll } from './load.ts'
import { type BenchResult, type Block, costOf, type Measured, resultOf, table } from './report.ts'
import { note, openSides, proveFloorDidTheWork, recordEntries, type Sides } from './sides.ts'

const { values: options } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    full: { type: 'boolean', default: false },
    seconds: { type: 'string', default: '100' },
    only: { type: 'string', default: '' },
  },
})
const sizes = { small: 1_000, large: options.full ? 1_000_000 : 100_000 }
/** Code is compiled and caches are filled after this many rounds; they do not count. */
const warmUps = 1
/** However slow the machine. */
const fewestRounds = 3
const loads = { alone: 1, many: 50 }

class Stopped extends Error {}
const stop = new AbortController()
const stopped = new Promise<never>((_, reject) => {
  stop.signal.addEventListener('abort', () => reject(stop.signal.reason))
})
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.on(signal, () => stop.abort(new Stopped(signal)))

mkdirSync(cacheFolder, { recursive: true })
const folder = mkdtempSync(join(cacheFolder, 'bench-'))
/** Noted before they are open: one that is told to stop then still has to be closed. */
const opened: Promise<Runtime>[] = []
try {
  const results = await Promise.race([run(), stopped])
  process.stdout.write(options.json ? `${JSON.stringify({ bench: results })}\n` : table(results))
} catch (error) {
  if (!(error instanceof Stopped)) throw error
  process.exitCode = 130
} finally {
  await Promise.allSettled(opened.map(async (opening) => (await opening).close()))
  rmSync(folder, { recursive: true, force: true })
}

function open(options: RuntimeOptions): Promise<Runtime> {
  stop.signal.throwIfAborted()
  const opening = openRuntime(options)
  opened.push(opening)
  return opening
}

async function run(): Promise<BenchResult[]> {
  const now = Date.now()
  note(`Filling in ${sizes.small} and ${sizes.large} bookings.`)
  const sides = await openSides(folder, open, stop.signal, sizes, now)
  const date = (days: number) => new Date(now + days * 86_400_000).toISOString().slice(0, 10)
  const entries = await recordEntries(sides, date, options.only)
  if (entries.length === 0) throw new Error(`No entry begins with "${options.only}".`)
  const measured = await measure(sides, entries)
  await proveFloorDidTheWork(sides)
  return entries.map((entry) => resultOf(entry, measured, sizes))
}

async function measure(sides: Sides, entries: Entry[]): Promise<Map<string, Measured>> {
  const measured = new Map(entries.map(({ name }): [string, Measured] => [name, { alone: [], many: [] }]))
  const until = performance.now() + Number(options.seconds) * 1000
  for (let round = 0; round < warmUps + fewestRounds || performance.now() < until; round++) {
    for (const load of ['alone', 'many'] as const) {
      for (const entry of entries) {
        stop.signal.throwIfAborted()
        const block = await turn(sides, entry, load, round)
        if (round >= warmUps) measured.get(entry.name)?.[load].push(block)
      }
    }
    note(round < warmUps ? 'Warming up.' : `Round ${round - warmUps + 1}.`)
  }
  return measured
}

/** A block on each side, one right after another, in an order that changes from round to round. */
async function turn(sides: Sides, entry: Entry, load: keyof typeof loads, round: number): Promise<Block> {
  const { product, floor, grown } = sides
  const order = load === 'alone' && !entry.wake ? [product, floor, grown] : [product, floor]
  const turned = order.map((_, i) => order[(i + round) % order.length] ?? product)
  const block: Block = { product: 0, floor: 0, grown: 0, cost: undefined, grownCost: undefined }
  for (const side of turned) {
    const asks = Array.from({ length: entry.block[load] }, (_, n) => entry.ask(n, side.made[n] ?? { id: '' }))
    if (entry.wake) await sendAll(side.runtime.url, [entry.wake], 1)
    const { answers, perSecond } = await sendAll(side.runtime.url, asks, loads[load])
    if (entry.makes) side.made = answers.map(({ body }) => JSON.parse(body))
    block[side.name] = perSecond
    if (side === product) block.cost = costOf(answers)
    if (side === grown) block.grownCost = costOf(answers)
  }
  return block
}
