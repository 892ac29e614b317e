import product from '../src/index.ts'
import { type IdPrefix, newId, newReference } from '../src/kernel/ids.ts'
import { type BareQueue, listening, type Run, recordWork } from './bare-queue.ts'

export { LocationQueue } from './bare-queue.ts'

/**
 * The floor of the bench: it runs the very statements that the product ran for a request, in the same round trips, with
 * the parameters ready, and does nothing else. A request with `Bench-Record` goes through the product, and what that
 * asks of D1 is kept under the name; a request with `Bench-Replay` runs it again with fresh ids. What is asked of a
 * queue goes on to its object, which does the same there (`bare-queue.ts`).
 */
type Template = {
  trips: Run[][]
  /** What is different each time: where such a value was recorded, the request's own stands in. */
  varies: { id: string | undefined; reference: string | undefined; key: string | null }
  makes: boolean
}
const templates = new Map<string, Template>()

export default {
  fetch: (request, env, context) => {
    const replayed = request.headers.get('Bench-Replay')
    return !replayed ? record(request, env, context) : replay(replayed, request, env)
  },
  // What was recorded sends errands; nobody runs them here.
  queue: () => {},
} satisfies ExportedHandler<Env>

async function replay(name: string, request: Request, env: Env): Promise<Response> {
  const template = templates.get(name)
  if (!template) return Response.json({ unknown: name }, { status: 404 })
  const { trips, varies, makes } = template
  const id = makes ? newId(varies.id?.slice(0, 3) as IdPrefix, Date.now()) : idIn(request.url)
  const fresh = new Map<unknown, unknown>([
    [varies.id, id],
    [varies.reference, newReference()],
    [varies.key, request.headers.get('Idempotency-Key')],
  ])
  const session = env.DB.withSession('first-unconstrained')
  for (const statements of trips) {
    await session.batch(
      statements.map(({ sql, params }) =>
        session.prepare(sql).bind(...params.map((value) => (fresh.has(value) ? fresh.get(value) : value))),
      ),
    )
  }
  const queue = queueOf(request, env)
  if (!queue) return Response.json({ id })
  return new Response(await queue.replay(name), { headers: { 'Content-Type': 'application/json' } })
}

async function record(request: Request, env: Env, context: ExecutionContext): Promise<Response> {
  const trips: Template['trips'] = []
  const name = request.headers.get('Bench-Record') ?? ''
  const queue = queueOf(request, env)
  const DB = listening(env.DB, (runs) => void trips.push(runs))
  const ask = async () => product.fetch(request, { ...env, DB }, context)
  const response = await (name && queue ? recordWork(name, queue, ask) : ask())
  if (!name || !response.ok) return response
  const isJson = response.headers.get('Content-Type')?.startsWith('application/json') ?? false
  const made = isJson ? await response.clone().json<{ id?: string; reference?: string }>() : {}
  templates.set(name, {
    trips,
    varies: { id: made.id, reference: made.reference, key: request.headers.get('Idempotency-Key') },
    makes: response.status === 201 && !queue,
  })
  return response
}

const idIn = (url: string): string | undefined => /(?:bkg|wrk)_[0-9a-z]{26}/.exec(url)?.[0]

function queueOf({ url }: Request, { QUEUE }: Env): BareQueue | undefined {
  const location = /(loc_[0-9a-z]{26})\/queue/.exec(url)?.[1]
  return location === undefined ? undefined : (QUEUE.get(QUEUE.idFromName(location)) as unknown as BareQueue)
}
