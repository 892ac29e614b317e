import { expect, test } from 'vitest'
import { breaches } from '../../scripts/house-rules.ts'

const importing = (path: string, wanted: string) =>
  breaches(new Map([[path, `import { it } from '${wanted}'\n`]]))

test.each([
  ['src/web/pages/slots.tsx', '../../booking/index.ts'],
  ['src/booking/hold.ts', '../people/index.ts'],
  ['src/booking/hold.ts', './store.ts'],
  ['src/booking/store.ts', '../platform/database.ts'],
  ['src/platform/http.ts', '../kernel/result.ts'],
  ['src/platform/http.ts', '../config.ts'],
  ['src/platform/http.ts', 'hono'],
  ['src/kernel/time.ts', 'temporal-polyfill/implementation'],
  ['src/app.ts', './platform/log.ts'],
  ['src/app.ts', './notify/index.ts'],
])('%s may import %s', (path, wanted) => {
  expect(importing(path, wanted)).toEqual([])
})

test.each([
  ['src/booking/hold.ts', '../people/keys.ts', 'only through src/people/index.ts'],
  ['src/web/reader.ts', '../people/links.ts', 'only through src/people/index.ts'],
  ['src/app.ts', './booking/routes.ts', 'only through src/booking/index.ts'],
  ['src/booking/hold.ts', '../web/say.ts', 'no feature imports them'],
  ['src/booking/hold.ts', '../notify/index.ts', 'imported by the composition root alone'],
  ['src/booking/hold.ts', '../app.ts', 'nothing imports the composition root'],
  ['src/platform/http.ts', '../people/index.ts', 'nothing above it'],
  ['src/kernel/money.ts', '../platform/http.ts', 'no platform'],
  ['src/kernel/money.ts', 'cloudflare:workers', 'no platform'],
  ['src/booking/planner.ts', '../platform/database.ts', 'no platform'],
  ['src/queue/rules.ts', 'drizzle-orm/sqlite-core', 'no platform'],
  ['src/location/hours.ts', 'temporal-polyfill/implementation', 'the only importer of Temporal'],
  ['src/kernel/time.ts', 'temporal-polyfill', 'half-working'],
  ['src/app.ts', '../scripts/cron.ts', 'from src/ only'],
])('%s may not import %s', (path, wanted, reason) => {
  expect(importing(path, wanted)).toEqual([expect.stringContaining(reason)])
})

test('an import is seen in each of its forms', () => {
  const forms = [
    "import type { A,\n  B } from '../people/keys.ts'",
    "export * from '../people/keys.ts'",
    "import '../people/keys.ts'",
    "const keys = await import('../people/keys.ts')",
  ]
  for (const form of forms) expect(breaches(new Map([['src/booking/hold.ts', form]]))).toHaveLength(1)
})

test('a word like from in a text is no import', () => {
  expect(
    breaches(new Map([['src/booking/hold.ts', 'export const text = "from \'../people/keys.ts\'"\n']])),
  ).toEqual([])
})

test('a file may have 400 lines and no more', () => {
  expect(breaches(new Map([['src/booking/hold.ts', 'x\n'.repeat(400)]]))).toEqual([])
  expect(breaches(new Map([['src/booking/hold.ts', 'x\n'.repeat(401)]]))).toHaveLength(1)
})

test('vague names and open ends are told', () => {
  expect(breaches(new Map([['src/web/utils.ts', '']]))).toEqual([expect.stringContaining('says nothing')])
  const open = `// ${'TO'}${'DO'}: later\n`
  expect(breaches(new Map([['test/rules/x.test.ts', open]]))).toEqual([
    expect.stringContaining('do it, or open an issue'),
  ])
})
