import { exports } from 'cloudflare:workers'
import { beforeAll, describe, expect, test } from 'vitest'
import { problems } from '../../src/kernel/result.ts'
import { roleScopes } from '../../src/people/principal.ts'
import { type ApiDocument, chaptersOf, type Endpoint, schemaOf } from '../../src/web/reference/document.ts'
import { exampleAddress, exampleOf, isSocket } from '../../src/web/reference/examples.ts'
import { ask, makeKey, makeLocation } from './fixtures.ts'

let document: ApiDocument
let endpoints: Endpoint[]
let html: string
let location: string
beforeAll(async () => {
  location = await makeLocation({ now: null })
  document = (await ask('GET', '/openapi.json')).body
  endpoints = chaptersOf(document).flatMap((chapter) => chapter.endpoints)
  html = await (await exports.default.fetch('http://dawr.test/docs')).text()
})

/** Sockets are opened by another kind of request. */
const documents = () => endpoints.filter((endpoint) => !isSocket(endpoint))

const askFor = async (endpoint: Endpoint, scopes?: readonly string[]) => {
  const body = schemaOf(endpoint.requestBody?.content)
  return ask(
    endpoint.method,
    exampleAddress(document, endpoint).replace(/loc_\w+/, location),
    body && exampleOf(document, body),
    scopes && { key: await makeKey('admin', { scopes, testMode: false }) },
  )
}

describe('the reference at /docs', () => {
  test('tells every endpoint, with a command to paste, and every problem', () => {
    expect(endpoints.length).toBeGreaterThan(30)
    for (const { operationId, method, path, summary, description = '' } of endpoints) {
      const start = html.indexOf(`<section id="endpoint-${operationId}"`)
      expect(start, operationId).toBeGreaterThan(0)
      const section = html.slice(start, html.indexOf('</section>', start))
      expect(section).toContain(`<h3>${summary}</h3>`)
      expect(section).toContain(`<b>${method}</b> ${path}`)
      expect(section).toMatch(
        /curl (-X [A-Z]+ )?&#39;http:\/\/dawr.test\/v1|new WebSocket\(&#39;ws:\/\/dawr.test\/v1/,
      )
      expect(section.replaceAll(/<\/?code>/g, '`')).toContain(description.slice(0, 20))
    }
    for (const code of Object.keys(problems)) expect(html).toContain(`id="problem-${code}"`)
  })

  test('has no link that leads nowhere, and no id twice', () => {
    const ids = [...html.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id)
    expect(ids.filter((id, place) => ids.indexOf(id) !== place)).toEqual([])
    const wanted = [...html.matchAll(/ href="#([^"]+)"/g)].map(([, id]) => id)
    expect(wanted.length).toBeGreaterThan(60)
    expect(wanted.filter((id) => !ids.includes(id))).toEqual([])
  })

  test('needs no script and nothing that the page’s policy forbids', () => {
    expect(html).not.toMatch(/<script|<style| style=| on[a-z]+="/)
  })

  test('shows nested fields, what is optional, and objects as links', () => {
    const start = html.indexOf('id="endpoint-createLocation"')
    const body = html.slice(start, html.indexOf('</section>', start))
    expect(body).toContain('<a href="#object-Hours">Hours</a>')
    expect(body).toMatch(/simulatedNow<\/code><\/b> <span class="type">instant, optional/)
    const hours = html.slice(html.indexOf('id="object-Hours"'))
    expect(hours.slice(0, hours.indexOf('</section>'))).toContain('<a href="#object-Weekly">Weekly</a>')
  })
})

describe('what the document says of who may ask', () => {
  test('is said of every endpoint', () => {
    for (const { operationId, security } of endpoints) {
      expect(security?.length, operationId).toBeGreaterThan(0)
      for (const scope of security?.flatMap((way) => way.key ?? []) ?? [])
        expect(roleScopes.admin, operationId).toContain(scope)
    }
  })

  test('is so: the public where it may, a key with the scope, and nobody else', async () => {
    for (const endpoint of documents()) {
      const ways = endpoint.security ?? []
      const open = ways.some((way) => Object.keys(way).length === 0)
      const anybody = await askFor(endpoint)
      expect([endpoint.operationId, anybody.body.code === 'unauthenticated']).toEqual([
        endpoint.operationId,
        !open,
      ])
      const all = await askFor(endpoint, roleScopes.admin)
      expect([endpoint.operationId, [401, 403].includes(all.status)]).toEqual([endpoint.operationId, false])
      const scopes = ways.flatMap((way) => way.key ?? [])
      if (scopes.length === 0) continue
      const fewer = roleScopes.admin.filter((scope) => !scopes.includes(scope))
      const refused = await askFor(endpoint, fewer)
      // Of a customer's own things nobody else learns that they exist.
      const hidden = ways.some((way) => way.link) && refused.status === 404
      expect([endpoint.operationId, hidden || refused.body.code]).toEqual([
        endpoint.operationId,
        hidden || 'out_of_scope',
      ])
    }
  })

  test('and its examples fit its schemas', async () => {
    for (const endpoint of documents()) {
      const { status, body } = await askFor(endpoint, roleScopes.admin)
      const wrong = (body.errors ?? []).filter(({ rule }: { rule: string }) => !/^unknown_/.test(rule))
      // What an example names is not there, or not set up; all else about it is as it should be.
      expect([endpoint.operationId, wrong, body.code]).toEqual([
        endpoint.operationId,
        [],
        status < 300
          ? undefined
          : expect.stringMatching(/^(not_found|invalid_field|stale_revision|time_not_allowed|wrong_state)$/),
      ])
    }
  })
})
