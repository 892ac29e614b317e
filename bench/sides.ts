import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { openRuntime, type Runtime } from '../scripts/runtime.ts'
import { fill, service } from './data.ts'
import { type Entry, readEntries, writeEntries } from './entries.ts'
import { type Ask, send } from './load.ts'

/** The product on few bookings, the floor on a copy of the same, and the product on many. */
export type Side = {
  name: 'product' | 'floor' | 'grown'
  runtime: Runtime
  /** Bookings of the last block that made some. */
  ids: string[]
}
export type Sides = Record<Side['name'], Side>

export const note = (text: string): void => void process.stderr.write(`${text}\n`)

const slotsTried = 24

/** Three runtimes on databases of their own; `opened` gets each at once, for whoever has to close them. */
export async function openSides(
  folder: string,
  opened: Runtime[],
  sizes: { small: number; large: number },
  now: number,
): Promise<Sides> {
  const stateOf = (name: Side['name']) => join(folder, name)
  // Only a runtime knows how to make the database; it is then copied and filled while none has it.
  await (await openRuntime({ state: stateOf('product') })).close()
  cpSync(stateOf('product'), stateOf('grown'), { recursive: true })
  fill(stateOf('product'), sizes.small, now)
  cpSync(stateOf('product'), stateOf('floor'), { recursive: true })
  fill(stateOf('grown'), sizes.large, now)
  const open = async (name: Side['name'], entry?: string): Promise<Side> => {
    const runtime = await openRuntime({ state: stateOf(name), log, ...(entry && { entry }) })
    opened.push(runtime)
    return { name, runtime, ids: [] }
  }
  return {
    product: await open('product'),
    floor: await open('floor', 'bench/bare.ts'),
    grown: await open('grown'),
  }
}

/** A line a request is the product's cost; keeping it is not. */
function log({ level, message }: { level: string; message: string }): void {
  if (level === 'error' || level === 'warn') note(message)
}

/**
 * Lets the floor record what the product asks of D1 for each entry.
 *
 * @returns the entries; one whose page is not there is left out
 */
export async function recordEntries(
  { floor, product, grown }: Sides,
  date: (days: number) => string,
): Promise<Entry[]> {
  const slots = await freeSlots(product.runtime, date)
  const writes = writeEntries(slots)
  const recorded = (ask: Ask): Ask => {
    const { 'Bench-Replay': template = '', ...headers } = ask.headers
    return { ...ask, headers: { ...headers, 'Bench-Record': template } }
  }
  for (const side of [floor, product, grown]) {
    for (let n = 0; n < slots.length; n++) {
      let id = ''
      for (const entry of writes) {
        const ask = entry.ask(n, id)
        const { status, body } = await send(side.runtime.url, side === floor ? recorded(ask) : ask)
        if (status > 299) throw new Error(`${entry.name} was answered by ${status}: ${body}`)
        id = JSON.parse(body).id
      }
    }
  }
  const reads: Entry[] = []
  for (const entry of readEntries(date)) {
    const { status } = await send(floor.runtime.url, recorded(entry.ask(0, '')))
    if (status === 200) reads.push(entry)
    else note(`${entry.name} is left out: its route answers ${status}.`)
  }
  return [...writes, ...reads]
}

async function freeSlots(runtime: Runtime, date: (days: number) => string): Promise<string[]> {
  const response = await runtime.fetch(`/v1/services/${service}/availability?from=${date(1)}&to=${date(7)}`)
  const { slots } = (await response.json()) as { slots: { slot: string; status: string }[] }
  const free = slots.filter(({ status }) => status === 'available')
  const step = Math.floor(free.length / slotsTried)
  if (step < 1) throw new Error('The bench has too few free slots.')
  return Array.from({ length: slotsTried }, (_, i) => free[i * step]?.slot as string)
}

/** A replay that changed nothing would be too high a floor, and nobody would see it. */
export async function proveFloorDidTheWork({ product, floor }: Sides): Promise<void> {
  const counted = `SELECT
    (SELECT json_group_object(status, n) FROM (SELECT status, count(*) AS n FROM booking GROUP BY status)) AS bookings,
    (SELECT count(*) FROM event) AS events,
    (SELECT count(*) FROM claim WHERE released_at IS NULL) AS claims`
  const [ours, theirs] = await Promise.all(
    [product, floor].map(async ({ runtime }) => JSON.stringify(await runtime.db.prepare(counted).first())),
  )
  if (ours !== theirs) throw new Error(`The floor did other work: ${theirs} instead of ${ours}`)
}
