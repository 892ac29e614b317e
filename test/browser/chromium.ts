import { execFileSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { type Browser, chromium } from 'playwright-core'
import { cacheFolder } from '../../scripts/worker-build.ts'
import { unpackWoff } from './woff.ts'

/** The packed one is for one kind of machine. */
const isPacked = process.platform === 'linux' && process.arch === 'x64'

/** Headless, without anything that talks to other machines. Chrome of the system where the packed one cannot run. */
export async function launchBrowser(): Promise<Browser> {
  const args = [
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-dev-shm-usage', // small in containers
    '--disable-gpu',
    '--no-default-browser-check',
    '--no-first-run',
    ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), // the sandbox refuses root
  ]
  if (!isPacked) return chromium.launch({ channel: 'chrome', args })
  const folder = await unpackChromium()
  return chromium.launch({ executablePath: join(folder, 'chromium'), args, env: browserEnvironment(folder) })
}

/**
 * Unpacks the packed Chromium once for each version, into the project's own cache, with an Arabic font beside
 * its Latin one: 203 MB in two seconds.
 */
async function unpackChromium(): Promise<string> {
  const require = createRequire(import.meta.url)
  const packed = join(require.resolve('@sparticuz/chromium'), '..', '..')
  const { version } = require(join(packed, 'package.json')) as { version: string }
  const folder = join(cacheFolder, 'chromium', version)
  if (existsSync(folder)) return folder
  const scratch = `${folder}.${randomUUID()}`
  await mkdir(scratch, { recursive: true })
  const outer = process.env.TMPDIR
  process.env.TMPDIR = scratch // where the package unpacks to
  try {
    const { inflate } = await import('@sparticuz/chromium')
    for (const name of ['chromium.br', 'fonts.tar.br', 'swiftshader.tar.br', 'al2023.tar.br']) {
      await inflate(join(packed, 'bin', name))
    }
  } finally {
    if (outer === undefined) delete process.env.TMPDIR
    else process.env.TMPDIR = outer
  }
  const font = require.resolve('@fontsource/noto-naskh-arabic/files/noto-naskh-arabic-arabic-400-normal.woff')
  await writeFile(join(scratch, 'fonts', 'arabic.ttf'), unpackWoff(await readFile(font)))
  await writeFile(join(scratch, 'fonts', 'fonts.conf'), fontConfiguration(join(folder, 'fonts')))
  // Two test runs at once unpack the same bytes: whoever comes second drops its own.
  await rename(scratch, folder).catch(() => rm(scratch, { recursive: true }))
  return folder
}

const fontConfiguration = (folder: string) =>
  `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>${folder}</dir><cachedir>${join(folder, 'cache')}</cachedir></fontconfig>`

/** The package's own fonts, so that pages look the same everywhere; its libraries only where the system lacks them. */
function browserEnvironment(folder: string): Record<string, string> {
  const env: Record<string, string> = { FONTCONFIG_PATH: join(folder, 'fonts') }
  for (const [name, value] of Object.entries(process.env)) if (value !== undefined) env[name] ??= value
  if (execFileSync('ldd', [join(folder, 'chromium')], { encoding: 'utf8' }).includes('not found')) {
    env.LD_LIBRARY_PATH = [join(folder, 'al2023', 'lib'), env.LD_LIBRARY_PATH].filter(Boolean).join(':')
  }
  return env
}

/** For vitest: unpacks it once before all files that open a browser, or each would do it at the same time. */
export default async function unpack(): Promise<void> {
  if (isPacked) await unpackChromium()
}
