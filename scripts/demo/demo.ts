import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { claimFirstKey, firstAdminLink } from '../../src/people/index.ts'
import { Database } from '../../src/platform/database.ts'
import type { Runtime } from '../runtime.ts'
import { apiOf, Refused } from './api.ts'
import { makeClinic } from './clinic.ts'
import { makeMuseum } from './museum.ts'
import { makeWorkshop } from './workshop.ts'

/** What the local demo leaves for whoever tries it; these keys open nothing but the demo on this machine. */
export type Credentials = {
  baseUrl: string
  adminKey: string
  staffKey: string
  partnerKey: string
  staffSignInUrl?: string
  /** Of a demo that has the workshop: its work board for the desk, and a job as its customer follows it. */
  workBoardPath?: string
  jobPath?: string
}

const dayMs = 86_400_000
const staleDays = 7

export const credentialsFile = (state: string): string => join(state, 'credentials.json')
const demoFile = (state: string): string => join(state, 'demo.json')

export const readCredentials = (state: string): Credentials | undefined =>
  existsSync(credentialsFile(state))
    ? (JSON.parse(readFileSync(credentialsFile(state), 'utf8')) as Credentials)
    : undefined

const keep = (file: string, content: unknown) =>
  writeFileSync(file, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 })

/** The first administrator's key, as whoever owns the database can make it. */
async function firstKey(runtime: Runtime): Promise<string | undefined> {
  const db = new Database(runtime.db)
  const link = await firstAdminLink({ db, wallNow: Date.now() })
  if (!link) return undefined
  const token = link.path.slice(link.path.lastIndexOf('/') + 1)
  const key = await claimFirstKey({ db, caller: { kind: 'public' }, wallNow: Date.now() }, token)
  return key.ok ? (key.value.secret ?? undefined) : undefined
}

/**
 * Fills a new state folder with the demo. Interrupted, it goes on where it stopped at the next start: the
 * administrator's key is kept first, and every command has a name of its own.
 */
export async function makeDemo(runtime: Runtime): Promise<void> {
  const { state, url } = runtime
  const begun = existsSync(demoFile(state))
    ? (JSON.parse(readFileSync(demoFile(state), 'utf8')) as Demo)
    : undefined
  if (begun?.finishedAt) return
  const adminKey = begun?.adminKey ?? (await firstKey(runtime))
  if (!adminKey) return // somebody has set this folder up for themselves
  const startedAt = begun?.startedAt ?? Date.now()
  keep(demoFile(state), { startedAt, adminKey } satisfies Demo)
  const admin = apiOf(url, adminKey)
  const name = { en: 'Harbour University', nl: 'Havenuniversiteit', ar: 'جامعة الميناء' }
  await admin('PUT', '/v1/organisation', { name }, 'demo organisation')
  const staff = await admin('POST', '/v1/keys', { role: 'staff', label: 'Front desk of the demo' })
  const museum = await makeMuseum(url, admin, staff.secret, startedAt)
  const desk = apiOf(url, staff.secret)
  await makeClinic(admin, desk, startedAt)
  const workshop = await makeWorkshop(admin, desk, startedAt)
  keep(credentialsFile(state), {
    baseUrl: url,
    adminKey,
    staffKey: staff.secret,
    partnerKey: museum.partnerKey,
    workBoardPath: `/desk/work?location=${workshop.locationId}`,
    jobPath: workshop.jobPath,
  } satisfies Credentials)
  keep(demoFile(state), { startedAt, finishedAt: Date.now() } satisfies Demo)
}

type Demo = { startedAt: number; adminKey?: string; finishedAt?: number }

/** Renews what a start renews, and says what there is to try. */
export async function greet(runtime: Runtime): Promise<string[]> {
  const { state, url } = runtime
  const credentials = readCredentials(state)
  if (!credentials) return []
  const admin = apiOf(url, credentials.adminKey)
  const link = await admin('POST', '/v1/sign-in-links', { role: 'staff', label: 'Front desk' }).catch(
    (error) => {
      if (error instanceof Refused) return undefined
      throw error
    },
  )
  // Its keys are of a time when roles had other scopes.
  if (!link) return [`The demo in ${state} is of an earlier version: npm run demo:reset makes it new.`]
  const renewed: Credentials = { ...credentials, baseUrl: url, staffSignInUrl: `${url}${link.path}` }
  keep(credentialsFile(state), renewed)
  const { startedAt } = JSON.parse(readFileSync(demoFile(state), 'utf8')) as Demo
  const age = Math.floor((Date.now() - startedAt) / dayMs)
  return [
    `  customers  ${url}/`,
    `  front desk ${renewed.staffSignInUrl} (works once)`,
    ...(renewed.jobPath ? [`  a job      ${url}${renewed.jobPath} (a customer’s link)`] : []),
    ...(renewed.workBoardPath ? [`  workshop   ${url}${renewed.workBoardPath} (once signed in)`] : []),
    `  API        ${url}/docs`,
    `  keys       ${credentialsFile(state)}`,
    ...(age > staleDays ? [`This demo is ${age} days old: npm run demo:reset makes it new.`] : []),
  ]
}
