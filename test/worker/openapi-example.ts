import type { Scope } from '../../src/people/principal.ts'
import { type Key, makeKey } from './fixtures.ts'
import type { Call } from './openapi-send.ts'
import type { World } from './openapi-world.ts'

/** What an example of an operation is, and the words that examples are made of. */

export type Access =
  /** For everybody, with the reason; a key, where one is sent, needs its scope. `ways` in: as the contract names them. */
  | { open: string; ways?: object[] }
  | { open: string; scope: Scope }
  /** Needs a scope; `link`: or the customer's link to that one booking; `partners`: another scope, for theirs. */
  | { scope: Scope; link?: true }
  | { scope: Scope; link: true; partners: Scope }
  /** As well, but whoever lacks it may be told that nothing is there. */
  | { scope: Scope; link?: true; hidden: true }
  /** For staff, whatever their scopes. */
  | { staff: true }

export type Example = {
  access: Access
  /** Succeeds, with no more rights than it takes. */
  call: (world: World) => Call | Promise<Call>
  /** Another request that would be right too: what the same idempotency key must not stand for. */
  another?: (world: World) => Pick<Call, 'params' | 'body'>
  /** What a repetition tells otherwise: a secret is told once. */
  once?: Record<string, unknown>
  /** Who asks for something of somebody else's, or of the other mode: it is not there. */
  strangers?: (world: World) => Call[]
}

export const only = (role: Parameters<typeof makeKey>[0], ...scopes: Scope[]) =>
  makeKey(role, { scopes, testMode: false })
export const config = () => only('admin', 'config')
export const keys = () => only('admin', 'keys')
export const at = (id: string) => ({ params: { id } })
export const each = (call: Call, ...asking: (Key | string)[]): Call[] =>
  asking.map((key) => ({ ...call, key }))
/** Configuration of a live place, for a test key. */
export const liveOnly =
  (id: (world: World) => string, more: Call = {}) =>
  (world: World): Call[] => [
    { ...more, params: { ...more.params, id: id(world) }, key: world.keys.adminTest },
  ]

export const location = (world: World) => world.live.location
