import { cloudflareTest, readD1Migrations } from '@cloudflare/vitest-plugin'
import { defineConfig } from 'vitest/config'

// wrangler.toml asks for this secret, and wrangler looks for it here.
process.env.LINK_SECRET = 'a secret for tests, of no use anywhere else'
process.env.WRANGLER_LOG ??= 'warn'

const minutesMs = (count: number) => count * 60_000
// `npm run soak` runs the same tests at full size: see test/scale.ts.
const soak = process.env.DAWR_SOAK === '1'

export default defineConfig({
  define: { __DAWR_SOAK__: String(soak) },
  test: {
    // Only what hangs: a busy machine may take its time over processes and browsers.
    testTimeout: minutesMs(soak ? 60 : 4),
    hookTimeout: minutesMs(4),
    slowTestThreshold: 2_000,
    // The Worker logs a line a request: worth reading where a test failed.
    silent: 'passed-only',
    reporters: ['default', ['json', { outputFile: 'test-report/report.json' }]],
    provide: { migrations: await readD1Migrations({ migrationsPattern: 'migrations/[0-9]*.sql' }) },
    projects: [
      { extends: true, test: { name: 'node', include: ['test/rules/**/*.test.ts', 'src/**/*.test.ts'] } },
      {
        extends: true,
        plugins: [cloudflareTest({ wrangler: { configPath: 'wrangler.toml' } })],
        test: {
          name: 'workers',
          include: ['test/worker/**/*.test.ts'],
          setupFiles: ['test/worker/setup.ts'],
        },
      },
      { extends: true, test: { name: 'process', include: ['test/process/**/*.test.ts'] } },
      { extends: true, test: { name: 'browser', include: ['test/browser/**/*.test.ts'] } },
    ],
  },
})
