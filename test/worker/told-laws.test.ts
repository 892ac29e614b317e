import { env } from 'cloudflare:workers'
import { expect, test } from 'vitest'
import { guardNames, proveTriggers, refusalOf } from './guards.ts'

/** What the database refuses of messages, of who has read what, and of the ledger of promises, whoever writes. */

let made = 0

const delivery = (id: string, status: string, endedAt: string) =>
  `INSERT INTO delivery (id, kind, subject, revision, recipient, event_seq, lane, status, due_at, attempts, facts,
     created_at, ended_at)
   VALUES ('${id}', 'called', '${id}', 1, '', 1, '${id}', '${status}', 0, 0, '{}', 0, ${endedAt})`
const promise = (columns: Record<string, string>) => {
  const row: Record<string, string> = {
    ...{ event_seq: String(++made), kind: "'ready_by'", subject: "'wrk_x'", location_id: "'loc_x'" },
    ...{ service: "'repair'", channel: "'web'", first: '1', made_at: '0', due_at: '1', ...columns },
  }
  return `INSERT INTO promise (${Object.keys(row).join(', ')}) VALUES (${Object.values(row).join(', ')})`
}

type Target = { sent: string; reader: string; read: string }
async function target(): Promise<Target> {
  const [sent, reader, read] = [`dlv_${++made}`, `reader ${made}`, `acc_${made}`]
  await env.DB.batch([
    env.DB.prepare(delivery(sent, 'sent', '1')),
    env.DB.prepare(`INSERT INTO access_log VALUES ('${read}', 0, 0, 'key', 'booking', '${read}')`),
    env.DB.prepare(`INSERT INTO cursor (reader, seq) VALUES ('${reader}', 7)`),
  ])
  return { sent, reader, read }
}

const guarded: Record<string, Record<string, (at: Target) => string>> = {
  access_log_fixed: {
    'another who has read it': ({ read }) => `UPDATE access_log SET actor = 'x' WHERE id = '${read}'`,
  },
  cursor_forward: {
    'a reader set back': ({ reader }) => `UPDATE cursor SET seq = 6 WHERE reader = '${reader}'`,
    'a reader renamed': ({ reader }) => `UPDATE cursor SET reader = '${reader}!' WHERE reader = '${reader}'`,
  },
  delivery_ended: {
    'a message sent again': ({ sent }) =>
      `UPDATE delivery SET status = 'waiting', ended_at = NULL WHERE id = '${sent}'`,
  },
  delivery_kept: {
    'a message taken out of the record': ({ sent }) => `DELETE FROM delivery WHERE id = '${sent}'`,
  },
}

const checked: Record<string, string> = {
  delivery_end: delivery('dlv_odd_end', 'sent', 'NULL'),
  delivery_status: delivery('dlv_odd_status', 'lost', '1'),
  promise_about: promise({ amount: '5' }),
  promise_end: promise({ outcome: "'kept'" }),
  promise_kind: promise({ kind: "'some_day'" }),
  promise_outcome: promise({ outcome: "'nearly'", ended_at: '1' }),
}

test('every guard of what is told is proven here', async () => {
  expect(await guardNames((name) => /^(access|cursor|delivery|promise)_/.test(name))).toEqual({
    triggers: Object.keys(guarded).toSorted(),
    checks: Object.keys(checked).toSorted(),
  })
})

proveTriggers(guarded, target)

test.each(Object.entries(checked))('%s refuses the row that breaks it', async (name, write) => {
  expect(await refusalOf(write)).toBe(name)
})
