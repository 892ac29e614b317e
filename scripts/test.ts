// `npm test`: every test, then one last line `<n> passed, <n> failed` counted from the report.
//   npm test -- test/worker/hold.test.ts      what vitest takes goes through to it
//   --soak                                    the long proofs, at full size (`npm run soak`)
import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './worker-build.ts'

type Report = {
  numPassedTests: number
  numFailedTests: number
  success: boolean
  testResults: { status: string; assertionResults: { status: string }[] }[]
}

const reportFile = join(root, 'test-report', 'report.json')
const args = process.argv.slice(2).filter((arg) => arg !== '--soak')
const env = { ...process.env, ...(process.argv.includes('--soak') ? { DAWR_SOAK: '1' } : {}) }

rmSync(reportFile, { force: true })
mkdirSync(join(root, 'test-report'), { recursive: true })
const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs')
const run = spawnSync(process.execPath, [vitest, 'run', ...args], {
  cwd: root,
  env,
  stdio: ['ignore', 'inherit', 'inherit'],
})
const { passed, failed } = count()
const summary = `${passed} passed, ${failed} failed`
writeFileSync(join(root, 'test-report', 'summary.txt'), `${summary}\n`) // for .ci/run
console.log(summary)
process.exitCode = run.status === 0 && failed === 0 && passed > 0 ? 0 : 1

/** A run that broke off and a file that did not even load count as one failure each: nothing fails unseen. */
function count(): { passed: number; failed: number } {
  let report: Report
  try {
    report = JSON.parse(readFileSync(reportFile, 'utf8'))
  } catch {
    return { passed: 0, failed: 1 }
  }
  const broken = report.testResults.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some((result) => result.status === 'failed'),
  )
  const failed = report.numFailedTests + broken.length
  return { passed: report.numPassedTests, failed: failed === 0 && run.status !== 0 ? 1 : failed }
}
