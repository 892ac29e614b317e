import { availableParallelism } from 'node:os'
import { cloudflareTest, readD1Migrations } from '@cloudflare/vitest-plugin'
import { transform } from 'esbuild'
import { defineConfig } from 'vitest/config'
import type { Vite } from 'vitest/node'
import { statementsOfMigrations } from './scripts/schema.ts'
import { LongestFirst } from './test/longest-first.ts'

// wrangler.toml asks for this secret, and wrangler looks for it here.
process.env.LINK_SECRET = 'a secret for tests, of no use anywhere else'
process.env.WRANGLER_LOG ??= 'warn'

const minutesMs = (count: number) => count * 60_000
// `npm run soak` runs the same tests at full size: see test/scale.ts.
const soak = process.env.DAWR_SOAK === '1'

/** All modules are sent to each workerd of test/worker/: of packages only what is needed to run. */
const leanPackages: Vite.Plugin = {
  name: 'lean-packages',
  enforce: 'post',
  async transform(code, id) {
    if (!id.includes('/node_modules/')) return null
    const lean = await transform(code, { minifyWhitespace: true, legalComments: 'none', charset: 'utf8' })
    return { code: lean.code, map: { mappings: '' } }
  },
}

export default defineConfig({
  define: { __DAWR_SOAK__: String(soak) },
  test: {
    // Half of the time a test waits for a process that it started; by itself vitest leaves a core of two unused.
    maxWorkers: Math.max(3, availableParallelism()),
    sequence: { sequencer: LongestFirst },
    // Only what hangs: a busy machine may take its time over processes and browsers.
    testTimeout: minutesMs(soak ? 60 : 4),
    hookTimeout: minutesMs(4),
    slowTestThreshold: 2_000,
    // The Worker logs a line a request: worth reading where a test failed.
    silent: 'passed-only',
    reporters: ['default', ['json', { outputFile: 'test-report/report.json' }]],
    provide: {
      migrations: await readD1Migrations({ migrationsPattern: 'migrations/[0-9]*.sql' }),
      schema: statementsOfMigrations(),
    },
    projects: [
      {
        extends: true,
        // Pure rules leave nothing behind that another file could see.
        test: { name: 'node', include: ['test/rules/**/*.test.ts', 'src/**/*.test.ts'], isolate: false },
      },
      {
        extends: true,
        plugins: [cloudflareTest({ wrangler: { configPath: 'wrangler.toml' } }), leanPackages],
        test: {
          name: 'workers',
          include: ['test/worker/**/*.test.ts'],
          setupFiles: ['test/worker/setup.ts'],
          // It gives each file storage of its own.
          isolate: false,
        },
      },
      {
        extends: true,
        test: { name: 'process', include: ['test/process/**/*.test.ts'], globalSetup: 'test/build.ts' },
      },
      {
        extends: true,
        test: {
          name: 'browser',
          include: ['test/browser/**/*.test.ts'],
          globalSetup: ['test/build.ts', 'test/browser/chromium.ts'],
        },
      },
    ],
  },
})
