import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { Runtime, RuntimeOptions } from '../scripts/runtime.ts'
import { fill, service } from './data.ts'
import { type Entry, type Made, readEntries, writeEntries } from './entries.ts'
import { type Ask, send } from './load.ts'
import { lengthenQueues, openQueues, queueEntries } from './queue.ts'
import { eventEntries, setUpWork, workEntries } from './work.ts'

/** The product on few bookings, the floor on a copy of the same, and the product on many. */
export type Side = {
  name: 'product' | 'floor' | 'grown'
  runtime: Runtime
  /** What the last block that made some has made. */
  made: Made[]
}
export type Sides = Record<Side['name'], Side>

export const note = (text: string): void => void process.stderr.write(`${text}\n`)

const slotsTried = 24

/** Opens a runtime; whoever gives this closes them all in the end. */
export type Open = (options: RuntimeOptions) => Promise<Runtime>

/** Three runtimes on databases of their own. */
export async function openSides(
  folder: string,
  openRuntime: Open,
  stop: AbortSignal,
  sizes: { small: number; large: number },
  now: number,
): Promise<Sides> {
  const stateOf = (name: Side['name']) => join(folder, name)
  // Only a runtime knows how to make the database; it is then copied and filled while none has it.
  await (await openRuntime({ state: stateOf('product') })).close()
  cpSync(stateOf('product'), stateOf('grown'), { recursive: true })
  await fill(stateOf('product'), sizes.small, now, stop)
  const first = await openRuntime({ state: stateOf('product'), log })
  await openQueues(first.url)
  await first.close()
  lengthenQueues(stateOf('product'))
  cpSync(stateOf('product'), stateOf('floor'), { recursive: true })
  await fill(stateOf('grown'), sizes.large, now, stop)
  const open = async (name: Side['name'], entry?: string): Promise<Side> => {
    const runtime = await openRuntime({ state: stateOf(name), log, ...(entry && { entry }) })
    await setUpWork(runtime.url)
    return { name, runtime, made: [] }
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
 * Has the floor record what the product does for each entry; the other sides do the same, so that all stand alike.
 *
 * @param only what the names of the entries begin with
 */
export async function recordEntries(
  { floor, product, grown }: Sides,
  date: (days: number) => string,
  only: string,
): Promise<Entry[]> {
  const slots = await freeSlots(product.runtime, date)
  const all = [writeEntries(slots), readEntries(date), eventEntries(), workEntries(), queueEntries()]
  // What makes the things that others are about goes with them.
  const chains = all.map((chain) => {
    const wanted = chain.filter(({ name }) => name.startsWith(only))
    return wanted.length === 0 ? [] : chain.filter((entry) => entry.makes || wanted.includes(entry))
  })
  for (const side of [floor, product, grown]) {
    for (const chain of chains) await recordChain(side, chain)
  }
  return chains.flat()
}

async function recordChain(side: Side, chain: Entry[]): Promise<void> {
  const turns = Math.max(0, ...chain.map((entry) => entry.turns ?? 1))
  for (let turn = 0; turn < turns; turn++) {
    let made: Made = { id: '' }
    for (const entry of chain) {
      if (entry.wake && side.name === 'grown') continue
      if (entry.wake) await asked(side, entry.wake)
      const ask = entry.ask(turn, made)
      const body = await asked(side, ask, ask.headers['Bench-Replay'])
      if (entry.makes) made = JSON.parse(body)
    }
  }
}

/** Goes through the product on every side; the floor records it under the name, if there is one. */
async function asked(side: Side, ask: Ask, name = ''): Promise<string> {
  const { 'Bench-Replay': _, ...headers } = ask.headers
  const { status, body } = await send(side.runtime.url, {
    ...ask,
    headers: { ...headers, 'Bench-Record': name },
  })
  if (status > 299) throw new Error(`${ask.method} ${ask.path} was answered by ${status}: ${body}`)
  return body
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
    (SELECT json_group_object(type, n) FROM (SELECT type, count(*) AS n FROM event GROUP BY type)) AS events,
    (SELECT json_group_object(status, n) FROM (SELECT status, count(*) AS n FROM work_order GROUP BY status)) AS jobs,
    (SELECT count(*) FROM queue_quote) AS quotes,
    (SELECT count(*) FROM claim WHERE released_at IS NULL) AS claims`
  const count = () =>
    Promise.all(
      [product, floor].map(async ({ runtime }) => JSON.stringify(await runtime.db.prepare(counted).first())),
    )
  // Objects hand their events to D1 after they have answered.
  for (let tries = 20; ; tries--) {
    const [ours, theirs] = await count()
    if (ours === theirs) return
    if (tries === 0) throw new Error(`The floor did other work: ${theirs} instead of ${ours}`)
    await pause(100)
  }
}
