import { env } from 'cloudflare:workers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { brokenConstraint } from '../../src/platform/database.ts'
import { rows } from './fixtures.ts'

/** What the database refuses whoever writes: that each of its guards does, and that nothing else would. */

/** Runs it; what refused it, or undefined. */
export async function refusalOf(sql: string): Promise<string | undefined> {
  try {
    const { meta } = await env.DB.prepare(sql).run()
    if (meta.changes === 0) throw new Error(`nothing to change: ${sql}`)
    return undefined
  } catch (error) {
    return error instanceof Error && error.message.startsWith('nothing to change')
      ? Promise.reject(error)
      : (brokenConstraint(error) ?? String(error))
  }
}

type Trigger = { name: string; sql: string }
const triggers = () =>
  rows<Trigger>("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND sql LIKE '%RAISE(ABORT%'")

/** Every trigger that refuses and every CHECK, by whose they are. */
export async function guardNames(isMine: (name: string) => boolean) {
  const tables = await rows<{ sql: string }>("SELECT sql FROM sqlite_master WHERE type = 'table'")
  const checks = tables.flatMap(({ sql }) =>
    [...sql.matchAll(/CONSTRAINT "?(\w+)"? CHECK/g)].map(([, name = '']) => name),
  )
  return {
    triggers: (await triggers())
      .map(({ name }) => name)
      .filter(isMine)
      .toSorted(),
    checks: checks.filter(isMine).toSorted(),
  }
}

/** Proves each trigger: it refuses each of these writes, and taken away nothing else does. */
export function proveTriggers<Target>(
  guarded: Record<string, Record<string, (at: Target) => string>>,
  target: () => Promise<Target>,
): void {
  describe.each(Object.entries(guarded))('%s', (trigger, writes) => {
    test.each(Object.entries(writes))('refuses %s', async (_, write) => {
      const [made] = await rows<Trigger>('SELECT name, sql FROM sqlite_master WHERE name = ?', trigger)
      const message = /RAISE\(ABORT, '(.+)'\)/.exec(made?.sql ?? '')?.[1] ?? ''
      expect(await refusalOf(write(await target()))).toContain(message)
    })

    describe('taken away', () => {
      let made: Trigger | undefined
      beforeAll(async () => {
        made = (await triggers()).find(({ name }) => name === trigger)
        await env.DB.prepare(`DROP TRIGGER ${trigger}`).run()
      })
      afterAll(async () => {
        await env.DB.prepare(made?.sql ?? '').run()
      })
      test.each(Object.entries(writes))('nothing else stops %s', async (_, write) => {
        expect(await refusalOf(write(await target()))).toBe(undefined)
      })
    })
  })
}
