import { env, exports } from 'cloudflare:workers'
import { expect, inject, test } from 'vitest'

test('the Worker answers', async () => {
  const response = await exports.default.fetch('http://dawr.test/openapi.json')
  expect(response.status).toBe(200)
  expect(await response.json()).toMatchObject({ openapi: '3.1.0' })
})

test('its database has every migration', async () => {
  const applied = await env.DB.prepare('SELECT name FROM d1_migrations ORDER BY id').all<{ name: string }>()
  expect(applied.results.map((row) => row.name)).toEqual(inject('migrations').map(({ name }) => name))
})
