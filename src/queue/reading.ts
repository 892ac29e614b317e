import { ok, type Refused, type Result, refuse, refuseField } from '../kernel/result.ts'
import { unauthenticated } from '../people/index.ts'
import type { Context } from '../platform/context.ts'
import { readCursor, writeCursor } from '../platform/cursor.ts'
import { actorOf, asked, elsewhere, look, needsDesk, type Queue, type QueueEnv } from './client.ts'
import type { LiveView } from './live.ts'
import type { Asking, NeedsSetup, Seen } from './order.ts'
import type { Display, LinePage, ShownTicket, Snapshot, TicketView } from './views.ts'

/** Looking at a queue: once, now and then (`seen` is the tag of what the reader has), or live. */

const noTicket = () => refuse('not_found', { detail: 'There is no such ticket.' })

/** The queue as the desk sees it; without `view` where nothing has happened since. */
export const readQueue = (
  context: Context,
  env: QueueEnv,
  locationId: string,
  seen?: string,
): Promise<Result<Seen<Snapshot>>> =>
  forDesk(context, env, locationId, (queue, asking) => queue.snapshot(asking, seen))

/** The same as the JSON that goes over the wire. */
export const readQueueWritten = (
  context: Context,
  env: QueueEnv,
  locationId: string,
  seen?: string,
): Promise<Result<Seen<string>>> =>
  forDesk(context, env, locationId, (queue, asking) => queue.written(asking, seen))

async function forDesk<T>(
  context: Context,
  env: QueueEnv,
  locationId: string,
  read: (queue: Queue, asking: Asking) => Promise<Seen<T> | NeedsSetup>,
): Promise<Result<Seen<T>>> {
  if (context.caller.kind === 'public') return unauthenticated()
  const known = await look(context, env, locationId)
  if (!known.ok) return known
  const { principal, asking } = known.value
  return needsDesk(principal) ?? asked(env, known.value, (queue) => read(queue, asking))
}

/** The rest of a line that is longer than what the desk is shown. `after` is the last that was read. */
export async function readLine(
  context: Context,
  env: QueueEnv,
  locationId: string,
  input: { line: string; limit: number; after?: string | undefined },
): Promise<Result<LinePage & { next: string | null }>> {
  if (context.caller.kind === 'public') return unauthenticated()
  const after = input.after === undefined ? undefined : readCursor(input.after)?.id.split(' ').map(Number)
  if (input.after !== undefined && (after?.length !== 3 || !after.every(Number.isFinite)))
    return refuseField('query.after', 'cursor', 'Not a cursor of this list.', 'invalid_request')
  const known = await look(context, env, locationId)
  if (!known.ok) return known
  const { principal, asking } = known.value
  const place = after as [number, number, number] | undefined
  const page =
    needsDesk(principal) ??
    (await asked(env, known.value, (queue) => queue.line(asking, input.line, input.limit, place)))
  if (!page.ok) return page
  const last = page.value.tickets.at(-1)
  const next = page.value.more && last ? writeCursor(0, last.order.join(' ')) : null
  return ok({ ...page.value, next })
}

/** Somebody wherever they stand, by ticket, number or reference, as the desk sees them; null where there is no such ticket. */
export async function findTicket(
  context: Context,
  env: QueueEnv,
  locationId: string,
  said: string,
): Promise<Result<{ ticket: ShownTicket | null }>> {
  const known = await look(context, env, locationId)
  if (!known.ok) return known
  const { principal, asking } = known.value
  return needsDesk(principal) ?? asked(env, known.value, (queue) => queue.find(asking, said))
}

/** The queue as everybody in the hall may see it: numbers, desks, services. */
export async function readDisplay(
  context: Context,
  env: QueueEnv,
  locationId: string,
  seen?: string,
): Promise<Result<Seen<Display>>> {
  const known = await look(context, env, locationId)
  if (!known.ok) return known
  return asked(env, known.value, (queue) => queue.display(known.value.asking, seen))
}

/** One ticket, to its holder, the partner who joined for them, and staff with the scope `desk`. */
export async function readTicket(
  context: Context,
  env: QueueEnv,
  locationId: string,
  id: string,
  seen?: string,
): Promise<Result<Seen<TicketView>>> {
  if (context.caller.kind === 'public') return unauthenticated()
  const known = await look(context, env, locationId)
  if (!known.ok) return known
  const { principal, asking } = known.value
  const actor = actorOf(principal)
  if (elsewhere(principal, locationId) || (actor.kind === 'staff' && needsDesk(principal))) return noTicket()
  const found = await asked(env, known.value, (queue) => queue.ticket(asking, id, actor, seen))
  return found.ok && found.value.view === undefined && found.value.tag !== seen ? noTicket() : found
}

/**
 * Opens a live socket: what `since` has not seen, then every change. A browser sends its cookie to whoever's page asks,
 * so one that comes by cookie must come from our own pages.
 */
export async function openLive(
  context: Context,
  env: QueueEnv,
  request: Request,
  locationId: string,
  view: LiveView,
  since = -1,
): Promise<Result<Response>> {
  if (request.headers.get('Upgrade')?.toLowerCase() !== 'websocket')
    return refuse('invalid_request', { detail: 'This address is for a WebSocket.' })
  const { kind } = context.caller
  if (kind === 'public' && view.kind !== 'display') return unauthenticated()
  const byCookie = kind === 'secret' && !request.headers.has('Authorization')
  if (byCookie && request.headers.get('Origin') !== new URL(request.url).origin)
    return refuse('out_of_scope', { detail: 'This page is not one of ours.' })
  const known = await look(context, env, locationId)
  if (!known.ok) return known
  const { principal, asking } = known.value
  const actor = actorOf(principal)
  const refused: Record<LiveView['kind'], () => Refused | undefined> = {
    desk: () => needsDesk(principal),
    display: () => undefined,
    ticket: () =>
      elsewhere(principal, locationId) ?? (actor.kind === 'staff' ? needsDesk(principal) : undefined),
  }
  const problem = refused[view.kind]()
  if (problem) return problem
  const ask = encodeURIComponent(JSON.stringify({ asking, view, actor, since }))
  const opened = await asked(env, known.value, async (queue): Promise<Response | NeedsSetup> => {
    const response = await queue.fetch(
      new Request(`https://queue/live?ask=${ask}`, { headers: { Upgrade: 'websocket' } }),
    )
    return response.status === 409 ? { needs: 'setup' } : response
  })
  if (!opened.ok) return opened
  if (opened.value.status === 101) return ok(opened.value)
  return opened.value.status === 404 ? noTicket() : refuse('overloaded', { detail: 'Too many look on.' })
}
