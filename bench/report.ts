import type { Entry } from './entries.ts'
import { type Answer, median, quantile } from './load.ts'

/** What a request costs besides time, as the product tells in Server-Timing; bytes are those of the answer's body. */
export type Cost = { trips: number; rowsRead: number; rowsWritten: number; bytes: number }
/** Requests a second of one block on each side, and what they cost. */
export type Block = {
  product: number
  floor: number
  grown: number
  cost: Cost | undefined
  grownCost: Cost | undefined
}
/** Blocks with one request at a time, and with fifty. */
export type Measured = { alone: Block[]; many: Block[] }

export type BenchResult = {
  name: string
  value: number
  unit: 'requests/s'
  floor: number
  ratio: number
  /** Quartiles of the ratio over the rounds. */
  spread: [number, number]
  valueAt50: number
  floorAt50: number
  ratioAt50: number
  spreadAt50: [number, number]
  trips: number
  rowsRead: number
  rowsWritten: number
  bytes: number
  /** How many times as long a request takes with `to` bookings, or waiting, as with `from`; the rows it then reads in D1. */
  growth?: { from: number; to: number; ratio: number; rowsRead: number }
}

/** The median over the answers of a block: what is written can depend on which rows are there. */
export function costOf(answers: Answer[]): Cost {
  const costs = answers.map(({ headers, body }) => {
    const [, trips, read, written] =
      /trips=(\d+) read=(\d+) written=(\d+)/.exec(String(headers['server-timing'])) ?? []
    return [Number(trips), Number(read), Number(written), Buffer.byteLength(body)] as const
  })
  const middle = (index: 0 | 1 | 2 | 3) => Math.round(median(costs.map((cost) => cost[index])))
  return { trips: middle(0), rowsRead: middle(1), rowsWritten: middle(2), bytes: middle(3) }
}

export function resultOf(
  { name, grown }: Entry,
  measured: Map<string, Measured>,
  sizes: { small: number; large: number },
): BenchResult {
  const { alone, many } = measured.get(name) as Measured
  const one = compare(alone)
  const fifty = compare(many)
  const { cost, grownCost } = alone.at(-1) ?? {}
  if (!cost) throw new Error(`${name} was not measured`)
  const larger = grown && measured.get(grown.in)?.alone
  const growth = larger
    ? {
        ...{ from: grown.from, to: grown.to, rowsRead: larger.at(-1)?.cost?.rowsRead ?? 0 },
        ratio: round(median(alone.map((block, i) => block.product / (larger[i]?.product ?? Number.NaN))), 2),
      }
    : grownCost && {
        ...{ from: sizes.small, to: sizes.large, rowsRead: grownCost.rowsRead },
        ratio: round(median(alone.map((block) => block.product / block.grown)), 2),
      }
  return {
    name,
    value: one.value,
    unit: 'requests/s',
    floor: one.floor,
    ratio: one.ratio,
    spread: one.spread,
    valueAt50: fifty.value,
    floorAt50: fifty.floor,
    ratioAt50: fifty.ratio,
    spreadAt50: fifty.spread,
    ...cost,
    ...(growth && { growth }),
  }
}

function compare(blocks: Block[]) {
  const value = median(blocks.map(({ product }) => product))
  const floor = median(blocks.map((block) => block.floor))
  const ratios = blocks.map((block) => block.product / block.floor)
  const spread: [number, number] = [round(quantile(ratios, 0.25), 3), round(quantile(ratios, 0.75), 3)]
  return { value: round(value, 1), floor: round(floor, 1), ratio: round(value / floor, 3), spread }
}

const round = (value: number, digits: number): number => Number(value.toFixed(digits))

/** One line an entry, for people. */
export function table(results: BenchResult[]): string {
  const head = [
    'entry',
    'per s',
    'floor',
    'ratio',
    'quartiles',
    'per s at 50',
    'floor',
    'ratio',
    'quartiles',
    'trips',
    'read',
    'written',
    'bytes',
    'grown to',
    'takes',
    'read',
  ]
  const lines = results.map((result) => [
    result.name,
    result.value.toFixed(0),
    result.floor.toFixed(0),
    result.ratio.toFixed(2),
    result.spread.map((part) => part.toFixed(2)).join('-'),
    result.valueAt50.toFixed(0),
    result.floorAt50.toFixed(0),
    result.ratioAt50.toFixed(2),
    result.spreadAt50.map((part) => part.toFixed(2)).join('-'),
    String(result.trips),
    String(result.rowsRead),
    String(result.rowsWritten),
    String(result.bytes),
    String(result.growth?.to ?? ''),
    result.growth ? `x ${result.growth.ratio.toFixed(2)}` : '',
    String(result.growth?.rowsRead ?? ''),
  ])
  const widths = head.map((title, i) => Math.max(title.length, ...lines.map((line) => line[i]?.length ?? 0)))
  const draw = (cells: string[]) =>
    cells.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join('  ')
  return `${[head, ...lines].map(draw).join('\n')}\n`
}
