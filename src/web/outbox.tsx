import type { Result } from '../kernel/result.ts'
import { readOffer } from '../location/index.ts'
import type { Context } from '../platform/context.ts'
import { type AppContext, router } from '../platform/http.ts'
import type { LocalText } from '../platform/wire.ts'
import { outboxHref } from './address.ts'
import { frameFor, inLanguage, page, problemPage, seeOther } from './page.tsx'
import { type OutboxMessage, OutboxPage } from './pages/outbox.tsx'

/** Reads what customers were told; supplied by the composition root, because nobody imports who listens to events. */
export type OutboxReader = (
  context: Context,
  office: { linkSecret: string; origin: string },
  location: string,
  before?: string,
) => Promise<
  Result<{
    organisation: LocalText | null
    location: { id: string; name: LocalText; zone: string; country: string }
    messages: OutboxMessage[]
    next: string | null
  }>
>

/** The desk's page of what customers were told, or would have been where nothing is sent. */
export function outboxRoutes(read: OutboxReader) {
  const routes = router()
  routes.get('/desk/messages', (c) => outboxPage(c, read))
  return routes
}

async function outboxPage(c: AppContext, read: OutboxReader): Promise<Response> {
  const context = c.get('context')
  const { locations } = await readOffer(context)
  const wanted = c.req.query('location') ?? locations[0]?.location.id
  if (wanted === undefined) return seeOther(c, '/')
  const office = { linkSecret: c.env.LINK_SECRET, origin: new URL(c.req.url).origin }
  const found = await read(context, office, wanted, c.req.query('before'))
  if (!found.ok) return problemPage(c, found.problem)
  const { organisation, location, messages, next } = found.value
  const frame = frameFor(c, location.country, organisation)
  const name = (text: LocalText) => inLanguage(frame.reader.language, text)
  return page(c, OutboxPage, {
    frame,
    place: name(location.name),
    zone: location.zone,
    places: locations.map((one) => ({
      name: name(one.location.name),
      href: outboxHref(one.location.id),
      current: one.location.id === location.id,
    })),
    messages,
    olderHref: next === null ? null : outboxHref(location.id, next),
  })
}
