import { ok, type Result, refuse } from '../kernel/result.ts'
import type { AppContext } from '../platform/http.ts'
import { type Display, type Overview, openLive, readDisplay, readOverview } from '../queue/index.ts'
import { hallHref, joinHref } from './address.ts'
import { type Language, languages } from './languages.ts'
import { frameFor, inLanguage, page, problemPage, unlessSeen } from './page.tsx'
import { HallPage } from './pages/hall.tsx'
import { PosterPage } from './pages/poster.tsx'
import type { Frame } from './views.ts'

/** What everybody may see of a queue: the screen in the hall, the poster at its door, and what pages listen to. */

type Shown = { overview: Overview; display: Display; tag: string }

/** The queue as everybody may see it, with the names around it. */
export async function shown(c: AppContext): Promise<Result<Shown>> {
  const location = c.req.param('location') ?? ''
  const [overview, display] = await Promise.all([
    readOverview(c.get('context'), location),
    readDisplay(c.get('context'), c.env, location),
  ])
  if (!overview.ok) return overview
  if (!display.ok) return display
  return display.value.view
    ? ok({ overview: overview.value, display: display.value.view, tag: display.value.tag })
    : refuse('not_found')
}

/** Of a page about a queue; what answers a form can be opened again where one joins. */
export const frameOf = (c: AppContext, { location, organisation }: Overview): Frame =>
  frameFor(c, location.country, organisation, c.req.method === 'GET' ? c.req.url : joinHref(location.id))

/** How many calls the hall's screen keeps in sight. */
const callsShown = 6

export async function hallPage(c: AppContext): Promise<Response> {
  const found = await shown(c)
  if (!found.ok) return problemPage(c, found.problem)
  const { overview, display, tag } = found.value
  const frame = frameOf(c, overview)
  const { language } = frame.reader
  const lastCall = (number: string) => display.calls.findLast((call) => call.number === number)?.seq ?? 0
  const calls = display.desks
    .flatMap(({ name, number, visit }) =>
      visit === 'called' && number ? { number, desk: name, seq: lastCall(number) } : [],
    )
    .toSorted((a, b) => b.seq - a.seq)
    .slice(0, callsShown)
  const { location } = overview
  const seen = unlessSeen(c, [tag, frame.reader.locale.tag])
  if (seen) return seen
  return page(c, HallPage, {
    frame,
    liveHref: `${hallHref(location.id)}/live`,
    seq: display.seq,
    place: inLanguage(language, location.name),
    zone: location.zone,
    calls,
    opensAt: display.opensAt,
    services: display.services.map(({ name, waiting, wait, record, joinsClosed }) => ({
      ...{ name: inLanguage(language, name), waiting, wait, record },
      closed: display.joinsClosed || joinsClosed,
    })),
    joinAddress: addressToJoin(c, location.id),
  })
}

/** What a QR code leads to: the join page of this very site. */
const addressToJoin = (c: AppContext, location: string) => new URL(joinHref(location), c.req.url).href

/** The poster at the door. */
export async function posterPage(c: AppContext): Promise<Response> {
  const overview = await readOverview(c.get('context'), c.req.param('location') ?? '')
  if (!overview.ok) return problemPage(c, overview.problem)
  const { location } = overview.value
  const named = languages.map((language) => [language, inLanguage(language, location.name)])
  return page(c, PosterPage, {
    frame: frameOf(c, overview.value),
    place: Object.fromEntries(named) as Record<Language, string>,
    country: location.country,
    address: addressToJoin(c, location.id),
  })
}

/** The event that a page has seen last; one that says something else is told everything. */
export function sinceOf(c: AppContext): number {
  const since = Number(c.req.query('since') ?? -1)
  return Number.isSafeInteger(since) ? since : -1
}

export async function hallLive(c: AppContext): Promise<Response> {
  const location = c.req.param('location') ?? ''
  const live = await openLive(c.get('context'), c.env, c.req.raw, location, { kind: 'display' }, sinceOf(c))
  return live.ok ? live.value : problemPage(c, live.problem)
}

export async function boardLive(c: AppContext): Promise<Response> {
  const location = c.req.query('location') ?? ''
  const live = await openLive(c.get('context'), c.env, c.req.raw, location, { kind: 'desk' }, sinceOf(c))
  return live.ok ? live.value : problemPage(c, live.problem)
}
