import { env, exports } from 'cloudflare:workers'
import { problems } from '../../src/kernel/result.ts'
import type { Key } from './fixtures.ts'
import { closed, faultsIn, type Operation } from './openapi.ts'

/** A request of the contract, as it goes over the wire. */

export type Call = {
  params?: Record<string, string>
  query?: Record<string, string>
  body?: unknown
  headers?: Record<string, string>
  key?: Key | string | undefined
}

export type Answer = { status: number; headers: Headers; text: string; body: Record<string, unknown> }

/** The address of a call. A parameter that begins with % goes as it is, so that it can be encoded wrongly. */
export const addressOf = ({ path }: Pick<Operation, 'path'>, { params = {}, query = {} }: Call): string => {
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = params[name] ?? ''
    return value.startsWith('%') ? value : encodeURIComponent(value.toWellFormed())
  })
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
    ...call.headers,
    ...headers,
  }
  return deliver(operation.method, addressOf(operation, call), all, body)
}

/** Sends exactly this; a header that is undefined is left out. */
export async function deliver(
  method: string,
  address: string,
  headers: Record<string, string | undefined>,
  body?: string,
): Promise<Answer> {
  const response = await exports.default.fetch(`http://dawr.test${address}`, {
    method,
    headers: Object.entries(headers).filter((header): header is [string, string] => header[1] !== undefined),
    // Bytes, because fetch gives a string a content type by itself.
    ...(body === undefined ? {} : { body: new TextEncoder().encode(body) }),
    redirect: 'manual',
  })
  if (response.webSocket) {
    response.webSocket.accept()
    response.webSocket.close()
  }
  const text = response.webSocket ? '' : await response.text()
  const type = response.headers.get('Content-Type') ?? ''
  const parsed = /[/+]json/.test(type) && text !== '' ? (JSON.parse(text) as Record<string, unknown>) : {}
  return { status: response.status, headers: response.headers, text, body: parsed }
}

const problem = closed({ $ref: '#/components/schemas/Problem' })

/** What is wrong with a refusal, whatever it is about. `secrets` must not be told by it. */
export function refusalFaults({ status, headers, body, text }: Answer, secrets: string[]): string[] {
  const faults = faultsIn(body, problem)
  const code = body.code as keyof typeof problems
  if (headers.get('Content-Type') !== 'application/problem+json') faults.push('not a problem document')
  if (problems[code]?.[0] !== status || body.status !== status) faults.push(`${status} is not ${code}`)
  if (body.requestId !== headers.get('Request-Id')) faults.push('another request id')
  const told = [...secrets, env.LINK_SECRET, 'SQLITE', 'D1_ERROR'].filter((secret) => text.includes(secret))
  return [...faults, ...told.map((secret) => `tells ${secret}`)]
}

/** The fields at fault, as a refusal names them. */
export const fieldPaths = ({ body }: Answer): string[] =>
  ((body.errors ?? []) as { path: string }[]).map(({ path }) => path)
