import product from '../src/index.ts'
import { newId, newReference } from '../src/kernel/ids.ts'

// The objects of wrangler.toml, whichever they are.
export * from '../src/index.ts'

/**
 * The floor of the bench: it runs the very statements that the product ran for a request, in the same round trips, with
 * the parameters ready, and does nothing else. A request with `Bench-Record` goes through the product, and what that
 * asks of D1 is kept under the name; a request with `Bench-Replay` runs it again with fresh ids.
 */
type Template = {
  trips: { sql: string; params: unknown[] }[][]
  /** What is different each time: where such a value was recorded, the request's own stands in. */
  varies: { id: string | undefined; reference: string | undefined; key: string | null }
  makes: boolean
}
const templates = new Map<string, Template>()

export default {
  fetch: (request, env, context) => {
    const replayed = request.headers.get('Bench-Replay')
    return replayed === null ? record(request, env, context) : replay(replayed, request, env.DB)
  },
  // What was recorded sends errands; nobody runs them here.
  queue: () => {},
} satisfies ExportedHandler<Env>

async function replay(name: string, request: Request, d1: D1Database): Promise<Response> {
  const template = templates.get(name)
  if (!template) return Response.json({ unknown: name }, { status: 404 })
  const { trips, varies, makes } = template
  const id = makes ? newId('bkg', Date.now()) : idIn(request.url)
  const fresh = new Map<unknown, unknown>([
    [varies.id, id],
    [varies.reference, newReference()],
    [varies.key, request.headers.get('Idempotency-Key')],
  ])
  const session = d1.withSession('first-unconstrained')
  for (const statements of trips) {
    await session.batch(
      statements.map(({ sql, params }) =>
        session.prepare(sql).bind(...params.map((value) => (fresh.has(value) ? fresh.get(value) : value))),
      ),
    )
  }
  return Response.json({ id })
}

async function record(request: Request, env: Env, context: ExecutionContext): Promise<Response> {
  const trips: Template['trips'] = []
  const response = await product.fetch(request, { ...env, DB: listening(env.DB, trips) }, context)
  const name = request.headers.get('Bench-Record')
  if (name === null || !response.ok) return response
  const isJson = response.headers.get('Content-Type')?.startsWith('application/json') ?? false
  const made = isJson ? await response.clone().json<{ id?: string; reference?: string }>() : {}
  templates.set(name, {
    trips,
    varies: { id: made.id, reference: made.reference, key: request.headers.get('Idempotency-Key') },
    makes: response.status === 201,
  })
  return response
}

const idIn = (url: string): string | undefined => /bkg_[0-9a-z]{26}/.exec(url)?.[0]

/** The database, as far as the product's `Database` uses one; what passes is noted. */
function listening(d1: D1Database, trips: Template['trips']): D1Database {
  const withSession = (bookmark: string) => {
    const session = d1.withSession(bookmark)
    return {
      prepare: (sql: string) => ({ bind: (...params: unknown[]) => ({ sql, params }) }),
      batch: (statements: Template['trips'][number]) => {
        trips.push(statements)
        return session.batch(statements.map(({ sql, params }) => session.prepare(sql).bind(...params)))
      },
      getBookmark: () => session.getBookmark(),
    }
  }
  return { withSession } as unknown as D1Database
}
