import { OpenAPIHono, z } from '@hono/zod-openapi'
import type { Context as HonoContext, MiddlewareHandler, TypedResponse } from 'hono'
import { newId, sha256 } from '../kernel/ids.ts'
import { type FieldError, type Problem, problems, type Result } from '../kernel/result.ts'
import { parseInstant } from '../kernel/time.ts'
import type { Caller, Context } from './context.ts'
import { Database } from './database.ts'

/** The door between HTTP and the verbs: who asks, what time it is, what makes the request repeatable, and the answer. */

export type AppEnv = {
  Bindings: Env
  Variables: { requestId: string; context: Context; log: Record<string, string | number> }
}
export type AppContext = HonoContext<AppEnv>

const bearerPattern = /^Bearer ([\w-]{20,200})$/

/** Reads the customer's link token; supplied by the composition root, because a link belongs to `people`. */
export type LinkReader = (token: string, env: Env) => Promise<string | undefined>

/** Prepares the context of every request. The one place that reads the clock. */
export const door =
  (readLink: LinkReader, readCookie: (c: AppContext) => string | undefined): MiddlewareHandler<AppEnv> =>
  async (c, next) => {
    const wallNow = Date.now()
    c.set('requestId', newId('req', wallNow))
    c.set('log', {})
    const db = new Database(c.env.DB, bookmarkOf(c))
    c.set('context', { db, caller: await callerOf(c, readLink, readCookie), wallNow })
    await next()
    c.header('Request-Id', c.get('requestId'))
    if (db.cost.trips > 0) {
      const { trips, rowsRead, rowsWritten } = db.cost
      c.header('Server-Timing', `d1;desc="trips=${trips} read=${rowsRead} written=${rowsWritten}"`)
      if (db.bookmark) c.header('Dawr-Bookmark', db.bookmark)
    }
  }

function bookmarkOf(c: AppContext): string | undefined {
  const sent = c.req.header('Dawr-Bookmark')
  return sent && /^[\w-]{1,200}$/.test(sent) ? sent : undefined
}

async function callerOf(
  c: AppContext,
  readLink: LinkReader,
  readCookie: (c: AppContext) => string | undefined,
): Promise<Caller> {
  const header = c.req.header('Authorization')
  if (header !== undefined) {
    const secret = bearerPattern.exec(header)?.[1]
    if (!secret) return { kind: 'secret', hash: '' }
    const booking = await readLink(secret, c.env)
    return booking ? { kind: 'link', subject: booking } : { kind: 'secret', hash: await sha256(secret) }
  }
  const session = readCookie(c)
  return session ? { kind: 'secret', hash: await sha256(session) } : { kind: 'public' }
}

/** The context of a read: the caller may give a test-mode location its time. */
export function readContext(c: AppContext): Result<Context> {
  const sent = c.req.header('Dawr-Now')
  if (sent === undefined) return { ok: true, value: c.get('context') }
  const simulatedNow = parseInstant(sent)
  if (simulatedNow === undefined)
    return badHeader('Dawr-Now', 'format', 'is an ISO 8601 instant with its offset')
  return { ok: true, value: { ...c.get('context'), simulatedNow } }
}

const keyPattern = /^[\w-]{16,100}$/

/** The context of a mutation: it must carry an Idempotency-Key; method, path and body together are what it stands for. */
export async function commandContext(c: AppContext): Promise<Result<Context>> {
  const key = c.req.header('Idempotency-Key')
  if (key === undefined)
    return badHeader('Idempotency-Key', 'required', 'Every change carries an Idempotency-Key.')
  if (!keyPattern.test(key)) {
    return badHeader('Idempotency-Key', 'format', 'It has 16 to 100 letters, digits, - or _; a UUID will do.')
  }
  const context = readContext(c)
  if (!context.ok) return context
  const fingerprint = await sha256(`${c.req.method} ${c.req.path}\n${await c.req.text()}`)
  return { ok: true, value: { ...context.value, command: { key, fingerprint } } }
}

const badHeader = (name: string, rule: string, message: string): Result<never> => ({
  ok: false,
  problem: { code: 'invalid_request', detail: message, errors: [{ path: `header.${name}`, rule, message }] },
})

/** RFC 9457 problem document; `code` is one of the closed set. */
const problemSchema = z
  .object({
    type: z.string().openapi({ example: '/docs#problem-sold_out' }),
    title: z.string(),
    status: z.number().int(),
    code: z.enum(Object.keys(problems) as [keyof typeof problems]),
    detail: z.string().optional(),
    errors: z.array(z.object({ path: z.string(), rule: z.string(), message: z.string() })).optional(),
    facts: z.record(z.string(), z.unknown()).optional(),
    requestId: z.string(),
  })
  .openapi('Problem')

/** Fits every route: each declares problem documents for whatever it refuses. */
export type ProblemResponse = Response & TypedResponse<never, never, never>

export function problemResponse(c: AppContext, problem: Problem): ProblemResponse {
  const [status, title] = problems[problem.code]
  const { code, detail, errors, facts } = problem
  c.get('log').code = code
  const headers: Record<string, string> = { 'Content-Type': 'application/problem+json' }
  if (status === 401) headers['WWW-Authenticate'] = 'Bearer'
  if (status === 429 || status === 503) headers['Retry-After'] = '1'
  const body = {
    type: `/docs#problem-${code}`,
    title,
    status,
    code,
    detail,
    errors,
    facts,
    requestId: c.get('requestId'),
  }
  return c.body(JSON.stringify(body), status, headers) as unknown as ProblemResponse
}

/** Zod's findings as field errors: where, which rule, in words. */
export const fieldErrors = (error: { issues: readonly z.core.$ZodIssue[] }, root: string): FieldError[] =>
  error.issues.slice(0, 20).map((issue) => {
    const keys =
      issue.code === 'unrecognized_keys' ? issue.keys.slice(0, 5).map((key) => key.slice(0, 60)) : []
    return {
      path: [root, ...issue.path, ...keys].filter((part) => part !== 'body').join('.') || root,
      rule: issue.code,
      message: issue.message.slice(0, 300),
    }
  })

/** A router whose requests are checked by their schemas before any verb sees them. */
export const router = () =>
  new OpenAPIHono<AppEnv>({
    defaultHook: (result, c) => {
      if (result.success) return
      const root = result.target === 'json' ? 'body' : result.target
      return problemResponse(c, {
        code: result.target === 'json' ? 'invalid_field' : 'invalid_request',
        errors: fieldErrors(result.error, root),
      })
    },
  })

/** The responses that every endpoint may give beside its own. */
export const problemResponses = {
  '4XX': { description: 'Refused', content: { 'application/problem+json': { schema: problemSchema } } },
} as const

export const json = <T extends z.ZodType>(schema: T, description: string) => ({
  content: { 'application/json': { schema } },
  description,
})
export const jsonBody = <T extends z.ZodType>(schema: T) => ({
  content: { 'application/json': { schema } },
  required: true,
})

export const idempotencyHeader = z.object({
  'idempotency-key': z
    .string()
    .optional()
    .openapi({
      description:
        '16 to 100 letters, digits, - or _. Repeating a request under its key changes nothing more.',
      // The door asks for it, with a refusal of its own.
      param: { required: true },
    }),
})
