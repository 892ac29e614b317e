import { bodyLimit } from 'hono/body-limit'
import { getCookie } from 'hono/cookie'
import { HTTPException } from 'hono/http-exception'
import { routePath } from 'hono/route'
import { secureHeaders } from 'hono/secure-headers'
import { bookingRoutes, sweepRoutes } from './booking/index.ts'
import { limits } from './config.ts'
import { eventRoutes } from './events/index.ts'
import type { Problem } from './kernel/result.ts'
import { locationRoutes } from './location/index.ts'
import { chooseUnchecked, notifyFollows, notifyRoutes, readOutbox } from './notify/index.ts'
import { peopleRoutes, readLink, sessionCookie } from './people/index.ts'
import { type AppContext, door, problemResponse, router } from './platform/http.ts'
import { logRequest } from './platform/log.ts'
import { shield } from './platform/shield.ts'
import { promiseRoutes, readPromises } from './promises/index.ts'
import { queueFollows, queueRoutes } from './queue/index.ts'
import { outboxRoutes, problemPage, referencePage, tellMeRoutes, webRoutes, wordRoutes } from './web/index.ts'
import { workFollows, workRoutes } from './work/index.ts'

/** Middleware order, mounts, error boundary, /openapi.json and /docs. */
export const app = router()

app.use(logRequest((c) => routePath(c, -1)))
app.use(
  secureHeaders({
    contentSecurityPolicy: {
      defaultSrc: ["'none'"],
      styleSrc: ["'self'"],
      scriptSrc: ["'self'"],
      imgSrc: ["'self'", 'data:'],
      fontSrc: ["'self'"],
      connectSrc: ["'self'"],
      formAction: ["'self'"],
      baseUri: ["'none'"],
      frameAncestors: ["'none'"],
    },
    referrerPolicy: 'same-origin',
    xFrameOptions: 'DENY',
  }),
)
// A session cookie counts on pages alone: the API is not to be driven by somebody else's page.
app.use(
  door(
    (token, env) => readLink(env.LINK_SECRET, token),
    (c) => (c.req.path.startsWith('/v1/') ? undefined : getCookie(c, sessionCookie)),
  ),
)
app.use(shield)
const bodyOf = (maxSize: number) =>
  bodyLimit({
    maxSize,
    onError: (c) => refused(c as AppContext, { code: 'body_too_large', detail: `At most ${maxSize} bytes.` }),
  })
const [plainBody, photoBody] = [bodyOf(limits.bodyBytes), bodyOf(limits.photoBodyBytes)]
app.use((c, next) =>
  (/^\/(v1\/work-orders|desk\/work)\/[^/]+\/photos$/.test(c.req.path) ? photoBody : plainBody)(c, next),
)
app.use('/v1/*', async (c, next) => {
  const type = c.req.header('Content-Type')
  if (type !== undefined && !/^application\/json\b/i.test(type))
    return problemResponse(c, { code: 'unsupported_media_type' })
  return next()
})

app.route('/', notifyFollows)
app.route('/', queueFollows)
app.route('/', workFollows)
app.route('/', bookingRoutes)
app.route('/', sweepRoutes)
app.route('/', locationRoutes)
app.route('/', peopleRoutes)
app.route('/', queueRoutes)
app.route('/', workRoutes)
app.route('/', eventRoutes)
app.route('/', notifyRoutes)
app.route('/', promiseRoutes)
app.route('/', webRoutes)
app.route('/', outboxRoutes(readOutbox))
app.route('/', tellMeRoutes(chooseUnchecked))
app.route('/', wordRoutes(readPromises))

app.openAPIRegistry.registerComponent('securitySchemes', 'key', {
  type: 'http',
  scheme: 'bearer',
  description: 'An API key; each endpoint names the scope that it needs.',
})
app.openAPIRegistry.registerComponent('securitySchemes', 'link', {
  type: 'http',
  scheme: 'bearer',
  description: 'The token of a customer’s link: opens that one booking, ticket or work order.',
})

let described: ReturnType<typeof app.getOpenAPI31Document> | undefined
/** The OpenAPI document; made once, as it changes with a deployment only. */
function apiDocument(c: AppContext) {
  described ??= app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'Dawr',
      version: '1',
      description:
        'Reservations and queues for services whose capacity is limited. Every change carries an `Idempotency-Key`; every refusal is a problem document with a stable `code`.',
    },
  })
  return { ...described, servers: [{ url: new URL(c.req.url).origin }] }
}
app.get('/openapi.json', (c) => c.json(apiDocument(c)))
app.get('/docs', (c) => referencePage(c, apiDocument(c)))

/** Programs are refused by a document, people by a page. */
const isApi = (c: AppContext): boolean => /^\/(v1\/|openapi\.json)/.test(c.req.path)
const refused = (c: AppContext, problem: Problem) =>
  isApi(c) ? problemResponse(c, problem) : problemPage(c, problem)

const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']
/** The methods that an address takes; what runs for all methods alike answers none. */
const methodsAt = (path: string): string[] =>
  methods.filter((method) => app.router.match(method, path)[0].some(([[, route]]) => route.method === method))

app.notFound((c) => {
  const allowed = isApi(c) ? methodsAt(c.req.path) : []
  if (allowed.length === 0) return refused(c, { code: 'not_found' })
  // Whoever may read may ask for the head alone.
  c.header('Allow', allowed.flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : method)).join(', '))
  return problemResponse(c, { code: 'method_not_allowed' })
})

app.onError((error, c) => {
  if (error instanceof HTTPException && error.status === 415) {
    return refused(c, { code: 'unsupported_media_type' })
  }
  if (error instanceof HTTPException && error.status < 500) {
    return refused(c, {
      code: error.status === 403 ? 'out_of_scope' : 'invalid_request',
      detail: 'The body is not valid JSON.',
    })
  }
  const overloaded = /overloaded|too many requests queued/i.test(String(error))
  console.error(
    JSON.stringify({
      level: 'error',
      requestId: c.get('requestId'),
      route: routePath(c, -1),
      error: error.stack ?? String(error),
      cause: String(error.cause ?? ''),
    }),
  )
  return refused(c, { code: overloaded ? 'overloaded' : 'internal' })
})
