import type { MiddlewareHandler } from 'hono'
import type { AppContext, AppEnv } from './http.ts'

/**
 * One line a request: the route's pattern, never the address itself, which may hold a customer's link; no header, no
 * body, no personal data.
 */
export const logRequest =
  (route: (c: AppContext) => string): MiddlewareHandler<AppEnv> =>
  async (c, next) => {
    const started = Date.now()
    await next()
    const { trips, rowsRead, rowsWritten } = c.get('context')?.db.cost ?? {
      trips: 0,
      rowsRead: 0,
      rowsWritten: 0,
    }
    console.log(
      JSON.stringify({
        level: 'info',
        requestId: c.get('requestId'),
        method: c.req.method,
        route: route(c),
        status: c.res.status,
        ms: Date.now() - started,
        caller: c.get('context')?.caller.kind,
        trips,
        rowsRead,
        rowsWritten,
        ...c.get('log'),
      }),
    )
  }
