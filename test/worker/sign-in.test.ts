import { env } from 'cloudflare:workers'
import { describe, expect, test } from 'vitest'
import { sha256 } from '../../src/kernel/ids.ts'
import {
  claimFirstKey,
  exchangeLink,
  firstAdminLink,
  readSignInLink,
  type Scope,
  signOut,
} from '../../src/people/index.ts'
import type { Caller, Context } from '../../src/platform/context.ts'
import { Database } from '../../src/platform/database.ts'
import { ask, eventsOf, makeKey, rows } from './fixtures.ts'

const admin = (more: { scopes?: Scope[]; testMode?: boolean } = {}) =>
  makeKey('admin', { testMode: false, ...more })

const contextOf = (caller: Caller = { kind: 'public' }, wallNow = Date.now()): Context => ({
  db: new Database(env.DB),
  caller,
  wallNow,
})

describe('a sign-in link', () => {
  async function makeLink(role = 'staff') {
    const owner = await admin()
    const made = await ask('POST', '/v1/sign-in-links', { role, label: 'Desk 1' }, { key: owner })
    expect(made.status).toBe(201)
    const token = made.body.path.split('/').at(-1) as string
    return { owner, token, id: made.body.id as string, body: made.body }
  }
  const session = async (secret: string): Promise<Caller> => ({ kind: 'secret', hash: await sha256(secret) })

  test('starts one session, of its role, which ends when signed out', async () => {
    const { token, id } = await makeLink()
    expect(await readSignInLink(contextOf(), token)).toEqual({ ok: true, value: { makes: 'session' } })
    const started = await exchangeLink(contextOf(), token)
    if (!started.ok) throw new Error('no session')
    const { secret, role } = started.value
    expect(role).toBe('staff')
    expect((await ask('GET', '/v1/bookings', undefined, { key: secret })).status).toBe(200)
    expect((await ask('GET', '/v1/keys', undefined, { key: secret })).status).toBe(403)

    expect(await exchangeLink(contextOf(), token)).toMatchObject({
      ok: false,
      problem: { code: 'not_found' },
    })
    expect((await readSignInLink(contextOf(), token)).ok).toBe(false)

    await signOut(contextOf(await session(secret)))
    await signOut(contextOf(await session(secret)))
    expect((await ask('GET', '/v1/bookings', undefined, { key: secret })).status).toBe(401)
    const told = await rows<{ type: string }>('SELECT type FROM event WHERE actor IN (?, ?)', id, 'none')
    expect(told.map(({ type }) => type)).toEqual(['session.started'])
    const [credential] = await rows<{ id: string }>(
      'SELECT id FROM credential WHERE hash = ?',
      await sha256(secret),
    )
    expect((await eventsOf(credential?.id ?? '')).map(({ type }) => type)).toEqual([
      'session.started',
      'session.ended',
    ])
  })

  test('used by many at once starts one session', async () => {
    const { token, id } = await makeLink()
    const all = await Promise.all(Array.from({ length: 10 }, () => exchangeLink(contextOf(), token)))
    expect(all.filter(({ ok }) => ok)).toHaveLength(1)
    expect(await rows('SELECT seq FROM event WHERE actor = ?', id)).toHaveLength(1)
  })

  test('does not work after its hour, nor when revoked, nor as a key', async () => {
    const { token, owner, id, body } = await makeLink()
    expect((await ask('GET', '/v1/bookings', undefined, { key: token })).status).toBe(401)
    const later = Date.parse(body.expiresAt) + 1_000
    expect((await exchangeLink(contextOf({ kind: 'public' }, later), token)).ok).toBe(false)
    expect((await ask('POST', `/v1/keys/${id}/revoke`, undefined, { key: owner })).status).toBe(200)
    expect((await exchangeLink(contextOf(), token)).ok).toBe(false)
    for (const odd of ['', 'x', '\ud800', 'x'.repeat(100_000)]) {
      expect((await exchangeLink(contextOf(), odd)).ok).toBe(false)
    }
  })

  test('is told once; a repeated request gets it without its path', async () => {
    const owner = await admin()
    const idempotencyKey = crypto.randomUUID()
    const body = { role: 'admin', label: 'Office' }
    const one = await ask('POST', '/v1/sign-in-links', body, { key: owner, idempotencyKey })
    const two = await ask('POST', '/v1/sign-in-links', body, { key: owner, idempotencyKey })
    expect(one.body.path).toMatch(/^\/sign-in\/dawr_link_[\w-]{43}$/)
    expect(two.body).toEqual({ ...one.body, path: null })
  })

  test('of a test-mode key starts a session of test mode', async () => {
    const key = await admin({ testMode: true })
    const made = await ask('POST', '/v1/sign-in-links', { role: 'staff', label: 'x' }, { key })
    const started = await exchangeLink(contextOf(), made.body.path.split('/').at(-1))
    if (!started.ok) throw new Error('no session')
    const hash = await sha256(started.value.secret)
    expect(await rows('SELECT test_mode FROM credential WHERE hash = ?', hash)).toEqual([{ test_mode: 1 }])
  })

  test('ends with its session when that is revoked', async () => {
    const { token, owner } = await makeLink()
    const started = await exchangeLink(contextOf(), token)
    if (!started.ok) throw new Error('no session')
    const hash = await sha256(started.value.secret)
    const [row] = await rows<{ id: string }>('SELECT id FROM credential WHERE hash = ?', hash)
    const revoked = await ask('POST', `/v1/keys/${row?.id}/revoke`, undefined, { key: owner })
    expect(revoked.body).toMatchObject({ kind: 'session', label: 'Desk 1' })
    expect((await ask('GET', '/v1/bookings', undefined, { key: started.value.secret })).status).toBe(401)
  })
})

describe('the first key', () => {
  const noAdmins = () => env.DB.prepare("UPDATE credential SET revoked_at = 1 WHERE role = 'admin'").run()
  const linkToken = async () => (await firstAdminLink(contextOf()))?.path.split('/').at(-1) ?? ''

  test('comes from a link that only the database can hold, once', async () => {
    await noAdmins()
    const token = await linkToken()
    expect(await readSignInLink(contextOf(), token)).toEqual({ ok: true, value: { makes: 'first_key' } })
    expect((await exchangeLink(contextOf(), token)).ok).toBe(false)
    const claimed = await claimFirstKey(contextOf(), token)
    if (!claimed.ok) throw new Error('no key')
    expect(claimed.value).toMatchObject({ role: 'admin', kind: 'key', testMode: false, expiresAt: null })
    const secret = claimed.value.secret ?? ''
    expect((await ask('POST', '/v1/partners', { name: 'First' }, { key: secret })).status).toBe(201)
    expect((await claimFirstKey(contextOf(), token)).ok).toBe(false)
    expect(await firstAdminLink(contextOf())).toBeUndefined()
    expect((await eventsOf(claimed.value.id)).map(({ type }) => type)).toEqual(['key.issued'])
  })

  test('is one, from however many links at once', async () => {
    await noAdmins()
    const tokens = [await linkToken(), await linkToken(), await linkToken()]
    const claims = await Promise.all([...tokens, ...tokens].map((token) => claimFirstKey(contextOf(), token)))
    expect(claims.filter(({ ok }) => ok)).toHaveLength(1)
    expect(
      await rows("SELECT id FROM credential WHERE role = 'admin' AND kind = 'key' AND revoked_at IS NULL"),
    ).toHaveLength(1)
  })

  test('does not come from a link made before somebody else had one', async () => {
    await noAdmins()
    const token = await linkToken()
    await admin()
    expect((await claimFirstKey(contextOf(), token)).ok).toBe(false)
    const { body } = await ask(
      'POST',
      '/v1/sign-in-links',
      { role: 'admin', label: 'x' },
      { key: await admin() },
    )
    await noAdmins()
    expect((await claimFirstKey(contextOf(), body.path.split('/').at(-1))).ok).toBe(false)
  })
})
