import { globSync } from 'node:fs'
import { join as joinPath } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { databaseFile } from '../scripts/runtime.ts'
import { adminSecret, clinics } from './data.ts'
import { type Entry, get, post } from './entries.ts'
import { type Ask, sendAll } from './load.ts'

/** Two clinics, one with ten people waiting and one with five thousand; each with one desk. */

type Size = keyof typeof clinics
const sizes: Size[] = [10, 5000]
const pathOf = (size: Size) => `/v1/locations/${clinics[size]}/queue`
const nameOf = (verb: string, size: Size) => (size === 10 ? `queue.${verb}` : `queue.${verb}.${size}`)

const join = (size: Size): Ask => {
  const who = { service: 'visit', presence: 'on_site' }
  return post(nameOf('join', size), `${pathOf(size)}/tickets`, who, adminSecret)
}
const command = (template: string, size: Size, body: object): Ask =>
  post(template, `${pathOf(size)}/commands`, body, adminSecret)
/** Two presses a visit: one starts it, the other ends it and calls. */
const next = (size: Size, n: number): Ask =>
  command(`${nameOf('next', size)} ${n % 2}`, size, { verb: 'next', desk: 'desk-1' })
const snapshot = (size: Size): Ask => get(nameOf('snapshot', size), pathOf(size), adminSecret)

/** As many come as are called: a block begins with as many waiting as its clinic has. */
export const queueEntries = (): Entry[] => {
  const kinds: [verb: string, Pick<Entry, 'block' | 'turns'>, (size: Size, n: number) => Ask][] = [
    ['join', { block: { alone: 15, many: 75 } }, join],
    ['next', { block: { alone: 30, many: 150 }, turns: 2 }, next],
    ['snapshot', { block: { alone: 30, many: 100 } }, snapshot],
  ]
  return kinds.flatMap(([verb, rest, ask]) =>
    sizes.map((size) => ({
      name: nameOf(verb, size),
      ...rest,
      ask: (n) => ask(size, n),
      wake: snapshot(size),
      ...(size === 10 && { grown: { in: nameOf(verb, 5000), from: 10, to: 5000 } }),
    })),
  )
}

/** So many join through the API in each clinic, and one is called; two more come, and one goes, to be recorded. */
const joined = 10

export async function openQueues(url: string): Promise<void> {
  const setup = {
    services: [{ id: 'visit', letter: 'A', name: { en: 'Visit' }, nominalMinutes: 15 }],
    desks: [{ id: 'desk-1', name: 'Desk 1', services: ['visit'] }],
  }
  for (const size of sizes) {
    const put: Ask = { ...post('', `${pathOf(size)}/setup`, setup, adminSecret), method: 'PUT' }
    const open = command('', size, { verb: 'open_desk', desk: 'desk-1' })
    await sendAll(url, [put, open, ...Array.from({ length: joined }, () => join(size)), next(size, 1)], 1)
  }
}

/** Others stand behind the last as if they had joined too: straight into the files of a stopped runtime. */
export function lengthenQueues(state: string): void {
  for (const file of globSync(joinPath(state, 'v3', 'do', '*LocationQueue', '*.sqlite'))) {
    if (file.endsWith('metadata.sqlite')) continue
    const db = new DatabaseSync(file)
    const { value } = db.prepare(`SELECT value FROM fact WHERE name = 'location'`).get() ?? {}
    if (value === clinics[5000]) lengthen(db, databaseFile(state), 5000 - joined)
    db.close()
  }
}

function lengthen(db: DatabaseSync, d1: string, more: number): void {
  const last = db
    .prepare(
      `SELECT id, seq, json->>'$.quote.id' AS quote FROM row WHERE kind = 'ticket' ORDER BY json->>'arrival' DESC LIMIT 1`,
    )
    .get()
  const { seq } = db.prepare('SELECT max(seq) AS seq FROM event').get() ?? {}
  if (!last?.quote || typeof seq !== 'number') throw new Error('nobody was told anything in the clinic')
  const numbers = `WITH RECURSIVE one(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM one WHERE n < ${more})`
  const id = (prefix: string) => `'${prefix}_' || printf('%026d', n)`
  db.exec(`BEGIN;
    ${numbers} INSERT INTO row
    SELECT kind, ${id('tkt')}, ${seq} + n, json_set(json, '$.id', ${id('tkt')}, '$.visit', ${id('vis')},
      '$.quote.id', ${id('qot')}, '$.reference', printf('%06d', n), '$.number', 'B' || n, '$.rank', ${seq} + n,
      '$.arrival', ${seq} + n, '$.countedFrom', ${seq} + n)
    FROM row, one WHERE kind = 'ticket' AND id = '${last.id}';
    UPDATE row SET json = json_set(json, '$.seq', ${seq + more}) WHERE kind = 'queue';
    UPDATE fact SET value = '${seq + more}' WHERE name = 'drained';
    COMMIT; PRAGMA wal_checkpoint(TRUNCATE)`)
  const stream = new DatabaseSync(d1)
  const columns = 'location_id, service, channel, renewal, made_at, p10, p50, p90, ahead'
  stream.exec(`${numbers} INSERT INTO queue_quote (id, ticket_id, ${columns})
    SELECT ${id('qot')}, ${id('tkt')}, ${columns} FROM queue_quote, one WHERE id = '${last.quote}';
    PRAGMA wal_checkpoint(TRUNCATE)`)
  stream.close()
}
