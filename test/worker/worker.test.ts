import { applyD1Migrations } from 'cloudflare:test'
import { env, exports } from 'cloudflare:workers'
import { expect, inject, test } from 'vitest'
import { rows } from './fixtures.ts'
import { empty } from './setup.ts'

test('the Worker answers', async () => {
  const response = await exports.default.fetch('http://dawr.test/openapi.json')
  expect(response.status).toBe(200)
  expect(await response.json()).toMatchObject({ openapi: '3.1.0' })
})

test('its database is what the migrations make, one after the other', async () => {
  const parts = () =>
    rows<{ name: string; sql: string }>(
      `SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE '~_cf%' ESCAPE '~'
         AND name NOT IN ('d1_migrations', 'sqlite_sequence') ORDER BY name`,
    )
  const stored = async () => [await parts(), await rows('SELECT * FROM cursor ORDER BY reader')]
  const atOnce = await stored()
  await empty()
  await applyD1Migrations(env.DB, inject('migrations'))
  expect(await stored()).toEqual(atOnce)
  expect(await rows('SELECT count(*) AS n FROM d1_migrations')).toEqual([{ n: inject('migrations').length }])
})
