import type { Ticket } from './types.ts'

/**
 * One line of waiting tickets, in memory: who is here in the order of their places, who is away, and how often each
 * one who is here has been overtaken. Sorted arrays with binary search; the counts lie in blocks, so that one call
 * that overtakes thousands costs as much as one that overtakes ten.
 */

type Compare = (a: Ticket, b: Ticket) => number

type Placed = Pick<Ticket, 'key' | 'rank' | 'arrival'>

/** Order of calls. */
export const byPlace = (a: Placed, b: Placed): number =>
  a.key - b.key || a.rank - b.rank || a.arrival - b.arrival

/** Order of right: whoever comes first here came first. */
export const byArrival = (a: Pick<Ticket, 'from' | 'arrival'>, b: Pick<Ticket, 'from' | 'arrival'>): number =>
  a.from - b.from || a.arrival - b.arrival

const blockSize = 128
type Block = { tickets: Ticket[]; counts: number[]; add: number; max: number }

export type Line = { here: Ticket[]; away: Ticket[]; blocks: Block[] }

export const newLine = (): Line => ({ here: [], away: [], blocks: [] })

/** Index of the first item that is not before `ticket`. */
function indexIn(sorted: readonly Ticket[], ticket: Ticket, compare: Compare): number {
  let [low, high] = [0, sorted.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (compare(sorted[middle] as Ticket, ticket) < 0) low = middle + 1
    else high = middle
  }
  return low
}

export function insertSorted(sorted: Ticket[], ticket: Ticket, compare: Compare): void {
  const last = sorted.at(-1)
  if (!last || compare(last, ticket) < 0) sorted.push(ticket)
  else sorted.splice(indexIn(sorted, ticket, compare), 0, ticket)
}

export function removeSorted(sorted: Ticket[], ticket: Ticket, compare: Compare): void {
  const index = indexIn(sorted, ticket, compare)
  if (sorted[index] !== ticket) throw new Error(`ticket ${ticket.id} is not where its place says`)
  if (index === 0) sorted.shift()
  else sorted.splice(index, 1)
}

/** How many stand before that place. */
export const countBefore = (sorted: readonly Ticket[], ticket: Ticket): number =>
  indexIn(sorted, ticket, byPlace)

export function enterHere(line: Line, ticket: Ticket, overtaken: number): void {
  insertSorted(line.here, ticket, byPlace)
  const at = Math.max(0, blockIndex(line, ticket))
  const block = line.blocks[at]
  if (!block) {
    line.blocks.push({ tickets: [ticket], counts: [overtaken], add: 0, max: overtaken })
    return
  }
  const index = indexIn(block.tickets, ticket, byArrival)
  block.tickets.splice(index, 0, ticket)
  block.counts.splice(index, 0, overtaken - block.add)
  block.max = Math.max(block.max, overtaken - block.add)
  if (block.tickets.length > blockSize) split(line, at, block)
}

/** Takes a ticket out and returns how often it has been overtaken. */
export function leaveHere(line: Line, ticket: Ticket): number {
  removeSorted(line.here, ticket, byPlace)
  const at = blockIndex(line, ticket)
  const block = line.blocks[at]
  const index = block ? indexIn(block.tickets, ticket, byArrival) : -1
  if (!block || block.tickets[index] !== ticket) throw new Error(`ticket ${ticket.id} is in no block`)
  const overtaken = (block.counts[index] as number) + block.add
  block.tickets.splice(index, 1)
  block.counts.splice(index, 1)
  if (block.tickets.length === 0) line.blocks.splice(at, 1)
  else block.max = block.counts.reduce((most, count) => Math.max(most, count), Number.NEGATIVE_INFINITY)
  return overtaken
}

/** The last block that begins at or before the ticket; -1 if all begin after it. */
function blockIndex({ blocks }: Line, ticket: Pick<Ticket, 'from' | 'arrival'>): number {
  let [low, high] = [0, blocks.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (byArrival(blocks[middle]?.tickets[0] as Ticket, ticket) <= 0) low = middle + 1
    else high = middle
  }
  return low - 1
}

function split(line: Line, at: number, block: Block): void {
  const half = block.tickets.length >> 1
  const [tickets, counts] = [block.tickets.splice(half), block.counts.splice(half)]
  const most = (of: number[]) => of.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY)
  line.blocks.splice(at + 1, 0, { tickets, counts, add: block.add, max: most(counts) })
  block.max = most(block.counts)
}

type Passer = Pick<Ticket, 'from' | 'arrival'>

/**
 * Counts one overtaking for everybody here who has waited longer by right than `passer`. `only` restricts it to some,
 * at a cost that grows with the line; `by` is -1 to take one back.
 */
export function countOvertaken(
  line: Line,
  passer: Passer,
  by: 1 | -1,
  only?: (ticket: Ticket) => boolean,
): void {
  for (const block of line.blocks) {
    const { tickets, counts } = block
    if (byArrival(tickets[0] as Ticket, passer) >= 0) return
    if (!only && byArrival(tickets[tickets.length - 1] as Ticket, passer) < 0) {
      block.add += by
      continue
    }
    block.max = Number.NEGATIVE_INFINITY
    for (let i = 0; i < tickets.length; i++) {
      const ticket = tickets[i] as Ticket
      if (byArrival(ticket, passer) < 0 && (!only || only(ticket))) counts[i] = (counts[i] as number) + by
      block.max = Math.max(block.max, counts[i] as number)
    }
  }
}

/** Who has waited longest among those here whose budget is used up and whom `passer` would overtake. */
export function protectedFrom(line: Line, passer: Passer, budget: number): Ticket | undefined {
  for (const { tickets, counts, add, max } of line.blocks) {
    if (byArrival(tickets[0] as Ticket, passer) >= 0) return undefined
    if (max + add < budget) continue
    for (let i = 0; i < tickets.length; i++) {
      const ticket = tickets[i] as Ticket
      if (byArrival(ticket, passer) >= 0) return undefined
      if ((counts[i] as number) + add >= budget) return ticket
    }
  }
  return undefined
}

/** Who of those here has waited longest by right. */
export const longestHere = (line: Line): Ticket | undefined => line.blocks[0]?.tickets[0]

export function overtakenOf(line: Line, ticket: Ticket): number {
  const block = line.blocks[blockIndex(line, ticket)]
  const index = block ? indexIn(block.tickets, ticket, byArrival) : -1
  if (!block || block.tickets[index] !== ticket) throw new Error(`ticket ${ticket.id} is in no block`)
  return (block.counts[index] as number) + block.add
}
