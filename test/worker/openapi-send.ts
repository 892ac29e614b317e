import { exports } from 'cloudflare:workers'
import type { Key } from './fixtures.ts'
import type { Operation } from './openapi.ts'

/** A request of the contract, as it goes over the wire. */

export type Call = {
  params?: Record<string, string>
  query?: Record<string, string>
  body?: unknown
  key?: Key | string | undefined
}

export type Answer = { status: number; headers: Headers; text: string; body: Record<string, unknown> }

export const addressOf = ({ path }: Pick<Operation, 'path'>, { params = {}, query = {} }: Call): string => {
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(params[name] ?? ''))
  const search = new URLSearchParams(query).toString()
  return search ? `${filled}?${search}` : filled
}

/** Sends it with what it needs; `headers` go on top, undefined leaves one out; `raw` goes in place of the body. */
export async function send(
  operation: Pick<Operation, 'path' | 'method'>,
  call: Call,
  headers: Record<string, string | undefined> = {},
  raw?: string,
): Promise<Answer> {
  const secret = typeof call.key === 'object' ? call.key.secret : call.key
  const body = raw ?? (call.body === undefined ? undefined : JSON.stringify(call.body))
  const all: Record<string, string | undefined> = {
    ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
    ...(secret === undefined ? {} : { Authorization: `Bearer ${secret}` }),
    ...(operation.method === 'GET' ? {} : { 'Idempotency-Key': crypto.randomUUID() }),
    ...headers,
  }
  const response = await exports.default.fetch(`http://dawr.test${addressOf(operation, call)}`, {
    method: operation.method,
    headers: Object.entries(all).filter((header): header is [string, string] => header[1] !== undefined),
    // Bytes, because fetch gives a string a content type by itself.
    ...(body === undefined ? {} : { body: new TextEncoder().encode(body) }),
  })
  const text = await response.text()
  const type = response.headers.get('Content-Type') ?? ''
  const parsed = type.includes('json') ? (JSON.parse(text) as Record<string, unknown>) : {}
  return { status: response.status, headers: response.headers, text, body: parsed }
}

/** Types and revisions of the events that stand in the stream after a position. */
export const fieldPaths = ({ body }: Answer): string[] =>
  ((body.errors ?? []) as { path: string }[]).map(({ path }) => path)
