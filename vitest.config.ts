import { cloudflareTest, readD1Migrations } from '@cloudflare/vitest-plugin'
import { defineConfig } from 'vitest/config'

// `npm run soak` runs the same tests at full size: see test/scale.ts.
const soak = process.env.DAWR_SOAK === '1'
// wrangler.toml asks for this secret, and wrangler looks for it here.
process.env.LINK_SECRET = 'a secret for tests, of no use anywhere else'
process.env.WRANGLER_LOG ??= 'warn'

const minutes = (count: number) => count * 60_000
const shared = {
  define: { __DAWR_SOAK__: String(soak) },
  test: { testTimeout: soak ? minutes(60) : 20_000, hookTimeout: minutes(1) },
}
// These start servers and browsers, beside everything else that runs.
const slower = { ...shared.test, testTimeout: soak ? minutes(60) : minutes(1) }

export default defineConfig({
  test: {
    slowTestThreshold: 2_000,
    // The Worker logs a line a request: worth reading where a test failed.
    silent: 'passed-only',
    reporters: ['default', ['json', { outputFile: 'test-report/report.json' }]],
    provide: { migrations: await readD1Migrations({ migrationsPattern: 'migrations/[0-9]*.sql' }) },
    projects: [
      {
        ...shared,
        test: { ...shared.test, name: 'node', include: ['test/rules/**/*.test.ts', 'src/**/*.test.ts'] },
      },
      {
        ...shared,
        plugins: [
          cloudflareTest({
            wrangler: { configPath: 'wrangler.toml' },
          }),
        ],
        test: {
          ...shared.test,
          name: 'workers',
          include: ['test/worker/**/*.test.ts'],
          setupFiles: ['test/worker/setup.ts'],
        },
      },
      { ...shared, test: { ...slower, name: 'process', include: ['test/process/**/*.test.ts'] } },
      { ...shared, test: { ...slower, name: 'browser', include: ['test/browser/**/*.test.ts'] } },
    ],
  },
})
