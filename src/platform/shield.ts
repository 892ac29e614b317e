import type { MiddlewareHandler } from 'hono'
import { type AppEnv, problemResponse } from './http.ts'

/** What a server on one's own machine sees as an address; Cloudflare never does. */
const ownMachine = /^(127\.|::1$)/

/**
 * Holds off a flood of changes: the public by network address, keys each by themselves. Reads are cheap and pass.
 * The address is the one that Cloudflare saw; on one's own machine there is no shield.
 */
export const shield: MiddlewareHandler<AppEnv> = async (c, next) => {
  const address = c.req.header('CF-Connecting-IP')
  if (c.req.method === 'GET' || !address || ownMachine.test(address)) return next()
  const { caller } = c.get('context')
  const { success } =
    caller.kind === 'secret'
      ? await c.env.KEY_SHIELD.limit({ key: caller.hash })
      : await c.env.PUBLIC_SHIELD.limit({ key: address })
  return success ? next() : problemResponse(c, { code: 'too_many_requests' })
}
