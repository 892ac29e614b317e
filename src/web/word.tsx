import type { Result } from '../kernel/result.ts'
import type { Context } from '../platform/context.ts'
import { type AppContext, router } from '../platform/http.ts'
import type { LocalText } from '../platform/wire.ts'
import { frameFor, inLanguage, page, problemPage } from './page.tsx'
import { type KeptKind, type KeptRow, keptKinds, WordPage } from './pages/word.tsx'

/** Reads how well a location kept its word; supplied by the composition root, because nobody imports who reads events. */
export type WordReader = (
  context: Context,
  location: string,
  days: number,
) => Promise<
  Result<{
    organisation: LocalText | null
    location: { name: LocalText; country: string }
    record: (Omit<KeptRow, 'name'> & { kind: KeptKind; name: LocalText | null })[]
  }>
>

/** A quarter: long enough for numbers, short enough to be about the present. */
const days = 90

/** The page for everybody: how well we kept our word. */
export function wordRoutes(read: WordReader) {
  const routes = router()
  routes.get('/word/:location', (c) => wordPage(c, read))
  return routes
}

async function wordPage(c: AppContext, read: WordReader): Promise<Response> {
  const found = await read(c.get('context'), c.req.param('location') ?? '', days)
  if (!found.ok) return problemPage(c, found.problem)
  const { organisation, location, record } = found.value
  const frame = frameFor(c, location.country, organisation)
  const { language } = frame.reader
  return page(c, WordPage, {
    frame,
    place: inLanguage(language, location.name),
    days,
    kinds: keptKinds.flatMap((kind) => {
      const rows = record
        .filter((row) => row.kind === kind)
        .map((row) => ({ ...row, name: row.name ? inLanguage(language, row.name) : row.service }))
      return rows.length > 0 ? [{ kind, rows }] : []
    }),
  })
}
