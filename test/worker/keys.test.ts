import { env } from 'cloudflare:workers'
import { describe, expect, test } from 'vitest'
import { sha256 } from '../../src/kernel/ids.ts'
import type { Scope } from '../../src/people/index.ts'
import { createPartner } from '../../src/people/partners.ts'
import type { Caller } from '../../src/platform/context.ts'
import { Database, type Statement } from '../../src/platform/database.ts'
import { ask, eventsOf, type Key, makeKey, rows } from './fixtures.ts'

const admin = (more: { scopes?: Scope[]; testMode?: boolean } = {}) =>
  makeKey('admin', { testMode: false, ...more })

async function makePartner(key: Key, name = 'Delta Reizen') {
  const made = await ask('POST', '/v1/partners', { name }, { key })
  expect(made.status).toBe(201)
  return made.body.id as string
}

/** Every endpoint of this feature, as it would succeed. */
const endpoints = (partner: string, key: string) =>
  [
    ['POST', '/v1/partners', { name: 'Rihla Travel' }],
    ['GET', '/v1/partners', undefined],
    ['POST', '/v1/keys', { role: 'partner', partnerId: partner, label: 'Till' }],
    ['GET', '/v1/keys', undefined],
    ['POST', `/v1/keys/${key}/revoke`, undefined],
    ['POST', '/v1/sign-in-links', { role: 'staff', label: 'Desk 1' }],
  ] as const

describe('who may manage partners and keys', () => {
  test('nobody without the scope `keys`', async () => {
    const owner = await admin()
    const partner = await makePartner(owner)
    const victim = await makeKey('staff', { testMode: false })
    const wrong: [number, string, Key | string | undefined][] = [
      [401, 'unauthenticated', undefined],
      [401, 'unauthenticated', 'dawr_live_of-nobody-at-all-but-long-enough'],
      [401, 'unauthenticated', 'short'],
      [403, 'out_of_scope', await makeKey('staff')],
      [403, 'out_of_scope', await makeKey('partner')],
      [403, 'out_of_scope', await admin({ scopes: ['config', 'events'] })],
    ]
    const before = await rows('SELECT hash FROM credential')
    for (const [status, code, key] of wrong) {
      for (const [method, path, body] of endpoints(partner, victim.id)) {
        const refused = await ask(method, path, body, { key })
        expect([method, path, refused.status, refused.body.code]).toEqual([method, path, status, code])
      }
    }
    expect(await rows('SELECT hash FROM credential')).toEqual(before)
    expect(
      await rows('SELECT id FROM credential WHERE revoked_at IS NOT NULL AND id = ?', victim.id),
    ).toEqual([])
  })

  test('with it, everything works', async () => {
    const owner = await admin({ scopes: ['keys', 'events', 'bookings', 'desk', 'work', 'capacity', 'time'] })
    const partner = await makePartner(owner)
    const victim = await makeKey('staff', { testMode: false })
    for (const [method, path, body] of endpoints(partner, victim.id)) {
      const done = await ask(method, path, body, { key: owner })
      expect([path, Math.floor(done.status / 100)]).toEqual([path, 2])
    }
  })
})

describe('a key', () => {
  test('is issued with its secret once, works, and is kept as a hash', async () => {
    const owner = await admin()
    const partnerId = await makePartner(owner)
    const body = { role: 'partner', partnerId, label: 'Booking site', testMode: true }
    const idempotencyKey = crypto.randomUUID()
    const made = await ask('POST', '/v1/keys', body, { key: owner, idempotencyKey })
    expect(made.status).toBe(201)
    const { id, secret } = made.body
    expect(made.body).toMatchObject({
      kind: 'key',
      role: 'partner',
      partnerId,
      label: 'Booking site',
      scopes: ['bookings', 'events', 'time'],
      testMode: true,
      expiresAt: null,
      revokedAt: null,
      revision: 1,
    })
    expect(secret).toMatch(/^dawr_test_[\w-]{43}$/)
    expect((await ask('GET', '/v1/bookings', undefined, { key: secret })).status).toBe(200)

    const again = await ask('POST', '/v1/keys', body, { key: owner, idempotencyKey })
    expect(again.status).toBe(201)
    expect(again.body).toEqual({ ...made.body, secret: null })
    expect(again.headers.get('Idempotent-Replayed')).toBe('true')

    const other = await ask('POST', '/v1/keys', { ...body, label: 'Another' }, { key: owner, idempotencyKey })
    expect(other.body.code).toBe('key_reused')

    const stored = await rows<{ hash: string }>('SELECT * FROM credential WHERE id = ?', id)
    expect(stored.map(({ hash }) => hash)).toEqual([await sha256(secret)])
    const everything = JSON.stringify([stored, await rows('SELECT * FROM event')])
    expect(everything).not.toContain(secret)
    expect(everything).not.toContain(secret.slice(10))
    expect((await eventsOf(id)).map(({ type, actor }) => [type, actor])).toEqual([['key.issued', owner.id]])
  })

  test('is in the list without its secret, a page at a time', async () => {
    const owner = await admin()
    const labels: string[] = []
    for (const label of ['one', 'two', 'three']) {
      await ask('POST', '/v1/keys', { role: 'staff', label }, { key: owner })
    }
    for (let after = ''; ; ) {
      const page = await ask('GET', `/v1/keys?limit=2${after}`, undefined, { key: owner })
      expect(page.status).toBe(200)
      for (const key of page.body.keys) {
        expect(key.kind).toBe('key')
        expect(Object.keys(key)).not.toContain('secret')
        expect(Object.keys(key)).not.toContain('hash')
        labels.push(key.label)
      }
      if (page.body.next === null) break
      after = `&after=${page.body.next}`
    }
    expect(labels.filter((label) => ['one', 'two', 'three'].includes(label))).toEqual(['one', 'two', 'three'])
    const links = await ask('GET', '/v1/keys?kind=link', undefined, { key: owner })
    expect(links.body.keys.every((key: { kind: string }) => key.kind === 'link')).toBe(true)
    const wrong = await ask('GET', '/v1/keys?after=nonsense', undefined, { key: owner })
    expect([wrong.status, wrong.body.errors[0].rule]).toEqual([400, 'cursor'])
  })

  test('stops working at once when it is revoked, and at its expiry', async () => {
    const owner = await admin()
    const expiresAt = new Date(Date.now() + 3_600_000).toISOString()
    const made = await ask('POST', '/v1/keys', { role: 'staff', label: 'Desk', expiresAt }, { key: owner })
    const { id, secret } = made.body
    expect((await ask('GET', '/v1/bookings', undefined, { key: secret })).status).toBe(200)
    const revoked = await ask('POST', `/v1/keys/${id}/revoke`, undefined, { key: owner })
    expect([revoked.status, revoked.body.revision]).toEqual([200, 2])
    expect(revoked.body.revokedAt).not.toBeNull()
    expect((await ask('GET', '/v1/bookings', undefined, { key: secret })).body.code).toBe('unauthenticated')
    const twice = await ask('POST', `/v1/keys/${id}/revoke`, undefined, { key: owner })
    expect(twice.body).toEqual(revoked.body)
    expect((await eventsOf(id)).map(({ type }) => type)).toEqual(['key.issued', 'key.revoked'])

    const late = await makeKey('staff')
    await env.DB.prepare('UPDATE credential SET expires_at = ? WHERE id = ?')
      .bind(Date.now() - 1, late.id)
      .run()
    expect((await ask('GET', '/v1/bookings', undefined, { key: late })).status).toBe(401)
  })

  test('gives nothing that its issuer does not have', async () => {
    const partnerId = await makePartner(await admin())
    const narrow = await admin({ scopes: ['keys', 'bookings'] })
    const test = await admin({ testMode: true })
    const full = await admin()
    const cases: [Key, object, string][] = [
      [full, { role: 'staff', label: 'x', scopes: ['config'] }, 'scopes scope_not_allowed'],
      [full, { role: 'partner', partnerId, label: 'x', scopes: ['desk'] }, 'scopes scope_not_allowed'],
      [narrow, { role: 'admin', label: 'x' }, 'scopes scope_not_allowed'],
      [narrow, { role: 'staff', label: 'x', scopes: ['desk'] }, 'scopes scope_not_allowed'],
      [test, { role: 'staff', label: 'x' }, 'testMode test_only'],
      [full, { role: 'partner', label: 'x' }, 'partnerId required'],
      [full, { role: 'staff', partnerId, label: 'x' }, 'partnerId not_allowed'],
      [
        full,
        { role: 'partner', partnerId: `ptn_${'0'.repeat(26)}`, label: 'x' },
        'partnerId unknown_partner',
      ],
      [full, { role: 'staff', label: 'x', expiresAt: '2020-01-01T00:00:00Z' }, 'expiresAt in_past'],
      [full, { role: 'staff', label: 'x', expiresAt: '1990-01-01T00:00:00+14:00' }, 'expiresAt custom'],
      [full, { role: 'staff', label: 'x', expiresAt: '2099-01-01T00:00:00Z' }, 'expiresAt too_late'],
    ]
    for (const [key, body, wanted] of cases) {
      const refused = await ask('POST', '/v1/keys', body, { key })
      const [error] = refused.body.errors
      expect([refused.status, refused.body.code, `${error.path} ${error.rule}`]).toEqual([
        422,
        'invalid_field',
        wanted,
      ])
    }
    const few = await ask(
      'POST',
      '/v1/keys',
      { role: 'staff', label: 'x', scopes: ['bookings'] },
      { key: narrow },
    )
    expect(few.body.scopes).toEqual(['bookings'])
    expect(
      (await ask('POST', '/v1/sign-in-links', { role: 'staff', label: 'x' }, { key: narrow })).status,
    ).toBe(422)
  })

  test('of test mode sees no live key and revokes none', async () => {
    const test = await admin({ testMode: true })
    const live = await makeKey('staff', { testMode: false })
    const listed = await ask('GET', '/v1/keys?limit=200', undefined, { key: test })
    expect(listed.body.keys.filter((key: { testMode: boolean }) => !key.testMode)).toEqual([])
    expect((await ask('POST', `/v1/keys/${live.id}/revoke`, undefined, { key: test })).status).toBe(404)
    expect((await ask('GET', '/v1/bookings', undefined, { key: live })).status).toBe(200)
  })

  test('that is revoked between the read and the write of a change changes nothing', async () => {
    const owner = await admin()
    class Interrupted extends Database {
      override async batch(statements: Statement[]) {
        if (this.cost.trips === 1) {
          await env.DB.prepare('UPDATE credential SET revoked_at = 1 WHERE id = ?').bind(owner.id).run()
        }
        return super.batch(statements)
      }
    }
    const caller: Caller = { kind: 'secret', hash: await sha256(owner.secret) }
    const command = { key: crypto.randomUUID(), fingerprint: 'x' }
    const context = { db: new Interrupted(env.DB), caller, wallNow: Date.now(), command }
    const refused = await createPartner(context, { name: 'Too late' })
    expect(refused).toMatchObject({ ok: false, problem: { code: 'unauthenticated' } })
    expect(await rows("SELECT id FROM partner WHERE name = 'Too late'")).toEqual([])
    expect(await rows('SELECT seq FROM event WHERE actor = ?', owner.id)).toEqual([])
  })

  test('that is unknown cannot be revoked', async () => {
    const owner = await admin()
    const gone = await ask('POST', `/v1/keys/key_${'0'.repeat(26)}/revoke`, undefined, { key: owner })
    expect(gone.body.code).toBe('not_found')
    expect((await ask('POST', '/v1/keys/key_1/revoke', undefined, { key: owner })).status).toBe(400)
  })

  test('is issued once for one idempotency key, whoever comes at once', async () => {
    const owner = await admin()
    const idempotencyKey = crypto.randomUUID()
    const all = await Promise.all(
      Array.from({ length: 8 }, () =>
        ask('POST', '/v1/keys', { role: 'staff', label: 'Race' }, { key: owner, idempotencyKey }),
      ),
    )
    expect(all.map(({ status }) => status)).toEqual(Array(8).fill(201))
    expect(new Set(all.map(({ body }) => body.id)).size).toBe(1)
    expect(all.filter(({ body }) => body.secret !== null)).toHaveLength(1)
    expect(await eventsOf(all[0]?.body.id)).toHaveLength(1)
  })
})

describe('a partner', () => {
  test('is made once for one idempotency key and listed', async () => {
    const owner = await admin()
    const idempotencyKey = crypto.randomUUID()
    const [one, two] = [
      await ask('POST', '/v1/partners', { name: 'Harbour Voices' }, { key: owner, idempotencyKey }),
      await ask('POST', '/v1/partners', { name: 'Harbour Voices' }, { key: owner, idempotencyKey }),
    ]
    expect(two.body).toEqual(one.body)
    const listed = await ask('GET', '/v1/partners?limit=200', undefined, { key: owner })
    expect(listed.body.partners.filter(({ id }: { id: string }) => id === one.body.id)).toEqual([one.body])
    const [event] = await rows<{ data: string }>('SELECT * FROM event WHERE subject = ?', one.body.id)
    expect(JSON.stringify(event)).not.toContain('Voices')
  })

  test.each([
    [{}],
    [{ name: '' }],
    [{ name: '   ' }],
    [{ name: 'x'.repeat(101) }],
    [{ name: 'a\ud800b' }],
    [{ name: 'a\u0000b' }],
    [{ name: 7 }],
    [{ name: 'x', extra: 1 }],
    [[]],
    [null],
  ])('is not made of %j', async (body) => {
    const refused = await ask('POST', '/v1/partners', body, { key: await admin() })
    expect([refused.status, refused.body.code]).toEqual([422, 'invalid_field'])
  })
})
