// `npm run bench`: what the product costs beside the D1 round trips that it cannot do without. See docs/bench.md.
//   --json           one JSON object on stdout and nothing else there
//   --full           a million bookings instead of a hundred thousand, to see how cost grows
//   --seconds <n>    how long to measure (80); the more, the steadier the ratios
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { Runtime } from '../scripts/runtime.ts'
import { cacheFolder } from '../scripts/worker-build.ts'
import type { Entry } from './entries.ts'
import { sendAll } from './load.ts'
import { type Block, costOf, type Measured, resultOf, table } from './report.ts'
import { note, openSides, proveFloorDidTheWork, recordEntries, type Sides } from './sides.ts'

const { values: options } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    full: { type: 'boolean', default: false },
    seconds: { type: 'string', default: '80' },
  },
})
const sizes = { small: 1_000, large: options.full ? 1_000_000 : 100_000 }
/** Code is compiled and caches are filled after this many rounds; they do not count. */
const warmUps = 1
/** However slow the machine. */
const fewestRounds = 3
const loads = { alone: 1, many: 50 }

class Stopped extends Error {}
let stopped = false
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    stopped = true
  })
}

mkdirSync(cacheFolder, { recursive: true })
const folder = mkdtempSync(join(cacheFolder, 'bench-'))
const opened: Runtime[] = []
try {
  const now = Date.now()
  note(`Filling in ${sizes.small} and ${sizes.large} bookings.`)
  const sides = await openSides(folder, opened, sizes, now)
  const entries = await recordEntries(sides, (days) =>
    new Date(now + days * 86_400_000).toISOString().slice(0, 10),
  )
  const measured = await measure(sides, entries)
  await proveFloorDidTheWork(sides)
  const results = entries.map(({ name }) => resultOf(name, measured.get(name) as Measured, sizes))
  process.stdout.write(options.json ? `${JSON.stringify({ bench: results })}\n` : table(results, sizes))
} catch (error) {
  if (!(error instanceof Stopped)) throw error
  process.exitCode = 130
} finally {
  await Promise.all(opened.map((runtime) => runtime.close()))
  rmSync(folder, { recursive: true, force: true })
}

async function measure(sides: Sides, entries: Entry[]): Promise<Map<string, Measured>> {
  const measured = new Map(entries.map(({ name }): [string, Measured] => [name, { alone: [], many: [] }]))
  const until = performance.now() + Number(options.seconds) * 1000
  for (let round = 0; round < warmUps + fewestRounds || performance.now() < until; round++) {
    for (const load of ['alone', 'many'] as const) {
      for (const entry of entries) {
        if (stopped) throw new Stopped()
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
  const order = load === 'alone' ? [product, floor, grown] : [product, floor]
  const turned = order.map((_, i) => order[(i + round) % order.length] ?? product)
  const block: Block = { product: 0, floor: 0, grown: 0, cost: undefined, grownCost: undefined }
  for (const side of turned) {
    const asks = Array.from({ length: entry.block[load] }, (_, n) => entry.ask(n, side.ids[n] ?? ''))
    const { answers, perSecond } = await sendAll(side.runtime.url, asks, loads[load])
    if (entry.makes) side.ids = answers.map(({ body }) => JSON.parse(body).id)
    block[side.name] = perSecond
    if (side === product) block.cost = costOf(answers)
    if (side === grown) block.grownCost = costOf(answers)
  }
  return block
}
