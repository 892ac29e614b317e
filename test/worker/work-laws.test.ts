import { env } from 'cloudflare:workers'
import { beforeAll, expect, test } from 'vitest'
import { steps } from '../../src/work/rules/life.ts'
import { rows } from './fixtures.ts'
import { guardNames, proveTriggers, refusalOf } from './guards.ts'
import { chain, go, labour, makeWorkshop, quoteOf, type Workshop } from './workshop.ts'

/** What the database refuses of work orders, whoever writes, with no verb in between. */

let workshop: Workshop
beforeAll(async () => {
  workshop = await makeWorkshop()
})

const run = (sql: string) => env.DB.prepare(sql).run()
let made = 0
/** An event that somebody might hang a change on. */
const tell = (subject: string, revision: string, data = '{}') =>
  run(`INSERT INTO event (at, type, subject, revision, actor, data)
    SELECT 0, 'work.told', '${subject}', ${revision}, 'test', '${data}'`)

/** Where each illegal write is aimed. */
type Target = { agreed: string; asked: string; fresh: string; untold: string }
async function target(): Promise<Target> {
  const total = chain.amount + labour.amount
  const agreed = (await workshop.receive('service', { lines: [chain, labour], priceLimit: total })).id
  const asked = (await workshop.receive('repair', { account: 'courier' })).id
  await workshop.run(asked, quoteOf(chain))
  const [fresh, untold] = [`wrk_fresh${++made}`, `wrk_untold${made}`]
  await tell(fresh, '1')
  await tell(fresh, '2')
  const revision = `(SELECT revision FROM work_order WHERE id = '${agreed}')`
  await tell(agreed, `${revision} + 1`)
  await tell(agreed, `${revision} + 2`)
  return { agreed, asked, fresh, untold }
}

const copied = `location_id, service, channel, items, created_at, status_at, load, ours_ms, waited_ms, changed_at, changed_by`
/** Another order like one that there is, but for what is named. */
function copyOrder(from: string, id: string, more: Record<string, string> = {}) {
  const columns: Record<string, string> = {
    ...{ id: `'${id}'`, reference: `'${id.slice(-8)}'`, status: "'received'", revision: '1', due_at: '1' },
    ...more,
  }
  return `INSERT INTO work_order (${copied}, ${Object.keys(columns).join(', ')})
    SELECT ${copied}, ${Object.values(columns).join(', ')} FROM work_order WHERE id = '${from}'`
}
const change = (id: string, set: string, by = 1) =>
  `UPDATE work_order SET revision = revision + ${by}, ${set} WHERE id = '${id}'`
const quote = (id: string, status: string, ceiling = 'NULL') =>
  `INSERT INTO work_quote (order_id, version, status, ceiling, made_at, expires_at)
   VALUES ('${id}', 9, '${status}', ${ceiling}, 0, 1)`
const line = (id: string, version: number, decision: string) =>
  `INSERT INTO work_line (order_id, line, version, kind, name, amount, amount_most, optional, decision)
   VALUES ('${id}', 9, ${version}, 'part', 'x', 1, 1, 0, '${decision}')`
const invoice = (id: string, total: number | string) =>
  `INSERT INTO work_invoice (order_id, total, at, by) VALUES ('${id}', ${total}, 0, 'test')`
const setting = (table: string, columns: Record<string, string>, id: (at: Target) => string) =>
  Object.fromEntries(
    Object.entries(columns).map(([column, value]) => [
      `a ${table.replace('work_', '')} whose ${column} changes`,
      (at: Target) => `UPDATE ${table} SET ${column} = ${value} WHERE order_id = '${id(at)}'`,
    ]),
  )
const asked = (at: Target) => at.asked

/** What each trigger that refuses is there to refuse. */
const guarded: Record<string, Record<string, (at: Target) => string>> = {
  work_begins: {
    'an order that begins under way': (at) => copyOrder(at.agreed, at.fresh, { status: "'diagnosing'" }),
  },
  work_step: {
    'a change that skips a revision': (at) => change(at.agreed, 'note = NULL', 2),
    'a stage that is passed over': (at) => change(at.agreed, "status = 'ready'"),
    'an order that takes another id': (at) => change(at.agreed, `id = '${at.fresh}'`),
  },
  work_told_first: {
    'an order that nothing tells of': (at) => copyOrder(at.agreed, at.untold),
    'a first promise that its event does not tell': (at) =>
      copyOrder(at.agreed, at.fresh, { promised_at: '9', first_promised_at: '9' }),
  },
  work_told: {
    'a change that nothing tells of': (at) => change(at.asked, "note = 'x'"),
    'another date that its event does not tell': (at) =>
      change(at.agreed, 'promised_at = promised_at + 3600000'),
    'a date that is withdrawn in silence': (at) => change(at.agreed, 'promised_at = NULL'),
  },
  work_first_promise_kept: {
    'a first promise that becomes another': (at) =>
      change(at.agreed, 'first_promised_at = first_promised_at + 1'),
  },
  work_time: {
    'a change before the one before': (at) => change(at.agreed, 'changed_at = changed_at - 1'),
  },
  work_kept: { 'an order deleted': (at) => `DELETE FROM work_order WHERE id = '${at.agreed}'` },
  work_quote_begins: { 'a quote that begins decided': (at) => quote(at.agreed, 'decided', '1') },
  work_quote_ends_once: {
    'a decision taken back': (at) =>
      `UPDATE work_quote SET status = 'open', ceiling = NULL WHERE order_id = '${at.agreed}'`,
    'another ceiling': (at) => `UPDATE work_quote SET ceiling = ceiling - 1 WHERE order_id = '${at.agreed}'`,
  },
  work_quote_account: {
    'more approved by a link than the account lets it': (at) =>
      `UPDATE work_quote SET status = 'decided', ceiling = 7001, decided_by = 'customer:${at.asked}'
       WHERE order_id = '${at.asked}'`,
  },
  work_quote_fixed: setting('work_quote', { price_limit: '1', expires_at: 'expires_at + 1' }, asked),
  work_quote_kept: { 'a quote deleted': (at) => `DELETE FROM work_quote WHERE order_id = '${at.asked}'` },
  work_line_begins: {
    'a line that begins approved': (at) => line(at.asked, 1, 'approved'),
    'a line put under a quote that was decided': (at) => line(at.agreed, 1, 'open'),
    'a line of no quote': (at) => line(at.asked, 7, 'open'),
  },
  work_line_fixed: setting('work_line', { kind: "'labour'", amount: '1', amount_most: '999999' }, asked),
  work_line_decided_once: {
    'an approval taken back': (at) =>
      `UPDATE work_line SET decision = 'refused' WHERE order_id = '${at.agreed}'`,
  },
  work_line_in_time: {
    'an approval after the quote has ended': (at) =>
      `UPDATE work_line SET decision = 'approved', decided_at = 9999999999999 WHERE order_id = '${at.asked}'`,
  },
  work_line_kept: { 'a line deleted': (at) => `DELETE FROM work_line WHERE order_id = '${at.asked}'` },
  work_invoice_of_lines: {
    'an invoice of what no line says': (at) => invoice(at.agreed, 1),
  },
}

/** An order that is billed but for its second line, and one whose lines were billed above its ceiling. */
type Billed = { billed: string; dear: string }
async function billed(): Promise<Billed> {
  const { agreed } = await target()
  const bill = (await workshop.receive('service', { lines: [chain, labour] })).id
  await workshop.run(bill, go('in_progress'), { verb: 'work_line', line: 1 }, go('ready'), { verb: 'bill' })
  await run(`UPDATE work_line SET billed = amount_most WHERE order_id = '${agreed}'`)
  return { billed: bill, dear: agreed }
}
const billing: Record<string, Record<string, (at: Billed) => string>> = {
  work_invoice_under_ceiling: {
    'an invoice above its ceiling': (at) =>
      invoice(at.dear, `(SELECT sum(billed) FROM work_line WHERE order_id = '${at.dear}')`),
  },
  work_invoice_fixed: {
    'an invoice of another sum': (at) => `UPDATE work_invoice SET total = 0 WHERE order_id = '${at.billed}'`,
  },
  work_invoice_kept: {
    'an invoice deleted': (at) => `DELETE FROM work_invoice WHERE order_id = '${at.billed}'`,
  },
  work_line_billed_once: {
    'a line billed at another sum': (at) =>
      `UPDATE work_line SET billed = 0 WHERE order_id = '${at.billed}' AND line = 1`,
    'a line billed after its invoice': (at) =>
      `UPDATE work_line SET billed = 0 WHERE order_id = '${at.billed}' AND line = 2`,
  },
}

/** One row that breaks each CHECK, past all triggers. */
const checked: Record<string, (at: Target) => string> = {
  work_status: (at) => change(at.agreed, "status = 'waiting'"),
  work_pause: (at) => change(at.agreed, "pause_reason = 'parts'"),
  work_over: (at) => change(at.agreed, 'due_at = NULL, promised_at = NULL'),
  work_clock: (at) => change(at.agreed, 'ours_ms = ours_ms + 1'),
  work_first_promise: (at) => change(at.agreed, 'first_promised_at = NULL'),
  work_promise_watched: (at) => change(at.agreed, 'due_at = promised_at'),
  work_quote_status: (at) => quote(at.agreed, 'maybe'),
  work_quote_ceiling: (at) => quote(at.agreed, 'decided'),
  work_quote_limit: (at) => `UPDATE work_quote SET ceiling = price_limit + 1 WHERE order_id = '${at.agreed}'`,
  work_line_kind: (at) => `UPDATE work_line SET kind = 'tip' WHERE order_id = '${at.asked}'`,
  work_line_sign: (at) => `UPDATE work_line SET amount = -1 WHERE order_id = '${at.asked}'`,
  work_line_decision: (at) => `UPDATE work_line SET decision = 'perhaps' WHERE order_id = '${at.asked}'`,
  work_line_worked: (at) => `UPDATE work_line SET worked_at = 1 WHERE order_id = '${at.asked}'`,
  work_line_billed: (at) => `UPDATE work_line SET billed = amount_most + 1 WHERE order_id = '${at.agreed}'`,
  work_photo_subject: (at) =>
    `INSERT INTO work_photo VALUES ('pho_1', '${at.asked}', 'cat', NULL, 'x', 1, 1, 'x')`,
  work_photo_line: (at) =>
    `INSERT INTO work_photo VALUES ('pho_2', '${at.asked}', 'line', NULL, 'x', 1, 1, 'x')`,
}

test('every guard of the tables of work is proven below', async () => {
  expect(await guardNames((name) => /^work_/.test(name))).toEqual({
    triggers: Object.keys({ ...guarded, ...billing }).toSorted(),
    checks: Object.keys(checked).toSorted(),
  })
})

proveTriggers(guarded, target)
proveTriggers(billing, billed)

test('each CHECK refuses the row that breaks it, past all triggers', async () => {
  const at = await target()
  const triggers = await rows<{ name: string; sql: string }>(
    "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND name GLOB 'work_*'",
  )
  for (const { name } of triggers) await run(`DROP TRIGGER ${name}`)
  const refused: Record<string, string | undefined> = {}
  for (const [name, write] of Object.entries(checked)) refused[name] = await refusalOf(write(at))
  for (const { sql } of triggers) await run(sql)
  for (const [name, by] of Object.entries(refused)) expect(by).toBe(name)
})

test('a line is worked on, and billed, once it is approved', async () => {
  const at = await target()
  const set = (what: string, id: string) => refusalOf(`UPDATE work_line SET ${what} WHERE order_id = '${id}'`)
  expect(await set('worked_at = 1', at.asked)).toBe('work_line_worked')
  expect(await set('billed = 0', at.asked)).toBe('work_line_billed')
  expect(await set('worked_at = 1, billed = amount', at.agreed)).toBe(undefined)
})

test('one quote is open at a time', async () => {
  const { asked } = await target()
  expect(await refusalOf(quote(asked, 'open'))).toBe('work_quote.order_id')
})

test('the database knows the same steps as the rules', async () => {
  const [trigger] = await rows<{ sql: string }>("SELECT sql FROM sqlite_master WHERE name = 'work_step'")
  const there = [...(trigger?.sql ?? '').matchAll(/'(\w+)>(\w+)'/g)].map(([, from, to]) => `${from}>${to}`)
  const here = Object.entries(steps).flatMap(([from, to]) => to.map((one) => `${from}>${one}`))
  expect(there.toSorted()).toEqual(here.toSorted())
})
