import { csrf } from 'hono/csrf'
import { readDigits } from '../kernel/format.ts'
import { sha256 } from '../kernel/ids.ts'
import type { Result } from '../kernel/result.ts'
import type { Context } from '../platform/context.ts'
import { type AppContext, router } from '../platform/http.ts'
import { readOverview } from '../queue/index.ts'
import { faultsOf } from './faults.ts'
import {
  fieldsOf,
  formContext,
  frameFor,
  freshForm,
  inLanguage,
  page,
  problemPage,
  seeOther,
} from './page.tsx'
import { TellMePage, ways } from './pages/tell-me.tsx'
import { openedTicket } from './queue.tsx'
import type { Fault } from './views.ts'

/** Keeps how the holder of a ticket is told; supplied by the composition root. What is wrong is said by field. */
export type Chooser = (
  context: Context,
  location: string,
  ticket: string,
  input: unknown,
) => Promise<Result<unknown>>

/** The page on which the holder of a ticket says how to be told that it is nearly their turn, or that they are not to be. */
export function tellMeRoutes(choose: Chooser) {
  const routes = router()
  routes.use('/t/:token/messages', csrf())
  routes.get('/t/:token/messages', (c) => tellMePage(c))
  routes.post('/t/:token/messages', (c) => tellMe(c, choose))
  return routes
}

type Typed = { way: string; phone: string; email: string }

async function tellMePage(c: AppContext, faults: Fault[] = [], typed?: Typed): Promise<Response> {
  const opened = await openedTicket(c)
  if (!opened) return problemPage(c, { code: 'not_found' })
  const { location, context, here } = opened
  const overview = await readOverview(context, location)
  if (!overview.ok) return problemPage(c, overview.problem)
  const { organisation, location: place } = overview.value
  const action = `${here}/messages`
  const frame = frameFor(c, place.country, organisation, c.req.method === 'GET' ? c.req.url : action)
  const view = {
    frame,
    place: inLanguage(frame.reader.language, place.name),
    form: freshForm(action),
    typed: typed ?? { way: 'sms', phone: '', email: '' },
    faults,
    saved: c.req.query('news') === 'saved',
    backHref: here,
  }
  return page(c, TellMePage, view, faults.length > 0 ? 422 : 200)
}

async function tellMe(c: AppContext, choose: Chooser): Promise<Response> {
  const opened = await openedTicket(c)
  if (!opened) return problemPage(c, { code: 'not_found' })
  const { location, ticket, context, here } = opened
  const fields = await fieldsOf(c)
  const typed: Typed = {
    way: ways.find((way) => way === fields.way) ?? 'none',
    phone: readDigits(fields.phone ?? '').trim(),
    email: (fields.email ?? '').trim(),
  }
  const frame = frameFor(c, undefined, null)
  const input = {
    channels: typed.way === 'none' ? [] : [typed.way],
    ...(typed.way === 'mail' ? { email: typed.email } : typed.way === 'none' ? {} : { phone: typed.phone }),
    language: frame.reader.language,
  }
  const command = formContext(c, fields, await sha256(`tell me ${ticket} ${JSON.stringify(input)}`))
  if (!command) return seeOther(c, `${here}/messages`)
  const done = await choose({ ...command, caller: context.caller }, location, ticket, input)
  if (done.ok) return seeOther(c, `${here}/messages?news=saved`)
  const faults = faultsOf(frame.reader, done.problem.errors ?? [], (path) => path)
  return faults.length > 0 ? tellMePage(c, faults, typed) : problemPage(c, done.problem, here)
}
