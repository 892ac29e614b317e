import { sha256 } from '../kernel/ids.ts'
import { readLink } from '../people/index.ts'
import type { Context } from '../platform/context.ts'
import type { AppContext } from '../platform/http.ts'
import { commandWorkOrder, readPhoto, type Shown, showWorkOrder, workCommandBody } from '../work/index.ts'
import { jobHref } from './address.ts'
import { type Asked, lineField } from './components/quote.tsx'
import { isChosen, jobOf, openDays, totalOf } from './job.ts'
import { fieldsOf, formContext, frameFor, freshForm, page, problemPage, seeOther } from './page.tsx'
import { customerReasons, JobCancelPage, JobPage } from './pages/work.tsx'
import type { MessageKey } from './say.ts'
import type { Frame } from './views.ts'

/** The customer's pages of one work order, by its link: how it stands, answering a quote, cancelling. */

type Opened = { id: string; context: Context; here: string }

/** The order behind a link, and a context whose caller is its holder. */
async function opened(c: AppContext): Promise<Opened | undefined> {
  const token = c.req.param('token') ?? ''
  const subject = await readLink(c.env.LINK_SECRET, token)
  const [id] = subject?.split('/') ?? []
  return subject && id
    ? { id, here: jobHref(token), context: { ...c.get('context'), caller: { kind: 'link', subject } } }
    : undefined
}

const nothingThere = (c: AppContext) => problemPage(c, { code: 'not_found' })

export async function followPage(c: AppContext): Promise<Response> {
  const link = await opened(c)
  if (!link) return nothingThere(c)
  const shown = await showWorkOrder(link.context, link.id)
  return shown.ok ? showJob(c, link, shown.value) : problemPage(c, shown.problem)
}

const frameOf = (c: AppContext, { location, organisation }: Shown, here: string) =>
  frameFor(c, location.country, organisation, c.req.method === 'GET' ? c.req.url : here)

/** `refused` is what was not taken of a form, with the lines that stood ticked. */
function showJob(
  c: AppContext,
  { here, context }: Opened,
  shown: Shown,
  refused?: { field: string; key: MessageKey; chosen?: number[] },
) {
  const frame = frameOf(c, shown, here)
  const { say } = frame.reader
  const faults = refused ? [{ field: refused.field, text: say(refused.key) }] : []
  const news = newsOf(c.req.query('news'), frame)
  const now = shown.location.simulatedNow ?? context.wallNow
  return page(
    c,
    JobPage,
    {
      frame,
      job: jobOf(frame.reader, shown, (photo) => `${here}/photos/${photo}`),
      asked: askedOf(shown, `${here}/quote`, refused?.chosen),
      days: openDays(shown.location, now),
      choose: freshForm(`${here}/choose`),
      cancelHref: shown.offered.customerCancels ? `${here}/cancel` : null,
      news,
      faults,
    },
    refused ? 422 : 200,
  )
}

const newsMessages: Record<string, MessageKey> = {
  answered: 'job.news_answered',
  chosen: 'job.news_chosen',
  cancelled: 'job.news_cancelled',
}
const newsOf = (news: string | undefined, { reader: { say } }: Frame): string | null =>
  news !== undefined && Object.hasOwn(newsMessages, news)
    ? say(newsMessages[news] as 'job.news_chosen')
    : null

/** The quote that waits for an answer; what the work needs stands ticked at first, what is optional does not. */
export function askedOf(
  { order, location, tolerancePercent, decidesAll }: Shown,
  action: string,
  chosen?: number[],
): Asked | null {
  const quote = order.quotes.find(({ status }) => status === 'open')
  if (!quote || order.status !== 'quoted') return null
  const lines = order.lines.filter(({ version }) => version === quote.version)
  const ticked = chosen ?? lines.filter((line) => isChosen(line) && !line.optional).map(({ line }) => line)
  return {
    form: freshForm(action, { version: String(quote.version), verb: 'decide' }),
    currency: order.price.currency,
    zone: location.zone,
    expiresAt: Date.parse(quote.expiresAt),
    lines,
    chosen: ticked,
    total: totalOf(lines, ticked),
    limit: quote.priceLimit,
    account: order.account && { ...order.account, decides: decidesAll },
    tolerancePercent,
  }
}

/** The lines that stand ticked in a form. */
export const tickedIn = (fields: Record<string, string>): number[] =>
  Object.keys(fields)
    .map((field) => Number(/^line-(\d{1,4})$/.exec(field)?.[1]))
    .filter((line) => fields[lineField(line)] === '1')
    .sort((a, b) => a - b)

const above: Record<string, MessageKey> = {
  above_limit: 'job.above_limit',
  above_account: 'job.above_account',
}

export async function answerQuote(c: AppContext): Promise<Response> {
  const link = await opened(c)
  if (!link) return nothingThere(c)
  const fields = await fieldsOf(c)
  const approve = tickedIn(fields)
  const version = Number(/^\d{1,6}$/.exec(fields.version ?? '')?.[0] ?? 0)
  const keyed = formContext(c, fields, await sha256(`decide ${link.id} ${version} ${approve.join(' ')}`))
  if (!keyed || version < 1) return seeOther(c, link.here)
  const done = await commandWorkOrder({ ...keyed, caller: link.context.caller }, link.id, {
    verb: 'decide',
    version,
    approve,
    basis: 'told',
  })
  if (done.ok) return seeOther(c, `${link.here}?news=answered`)
  if (done.problem.code !== 'invalid_field') return problemPage(c, done.problem, link.here)
  const shown = await showWorkOrder(link.context, link.id)
  if (!shown.ok) return problemPage(c, shown.problem)
  const key = above[done.problem.errors?.[0]?.rule ?? ''] ?? 'fault.other'
  return showJob(c, link, shown.value, { field: 'approve', key, chosen: approve })
}

/** The command that a choice stands for; undefined where nothing was chosen. */
export function choiceIn({ choice = '' }: Record<string, string>) {
  const [kind, offered] = choice.split(' ')
  const body = workCommandBody.safeParse({ verb: 'choose', kind, offered: Number(offered) })
  return body.success && body.data.verb === 'choose' ? body.data : undefined
}

export async function chooseInstead(c: AppContext): Promise<Response> {
  const link = await opened(c)
  if (!link) return nothingThere(c)
  const fields = await fieldsOf(c)
  const choice = choiceIn(fields)
  const keyed = formContext(c, fields, await sha256(`choose ${link.id} ${fields.choice}`))
  if (!keyed) return seeOther(c, link.here)
  if (!choice) {
    const shown = await showWorkOrder(link.context, link.id)
    if (!shown.ok) return problemPage(c, shown.problem)
    return shown.value.offered.verbs.includes('choose')
      ? showJob(c, link, shown.value, { field: 'choice', key: 'job.choice_none' })
      : seeOther(c, link.here)
  }
  const done = await commandWorkOrder({ ...keyed, caller: link.context.caller }, link.id, choice)
  if (!done.ok) return problemPage(c, done.problem, link.here)
  return seeOther(c, `${link.here}?news=${choice.kind === 'cancel' ? 'cancelled' : 'chosen'}`)
}

export async function jobCancelPage(c: AppContext): Promise<Response> {
  const link = await opened(c)
  if (!link) return nothingThere(c)
  const shown = await showWorkOrder(link.context, link.id)
  if (!shown.ok) return problemPage(c, shown.problem)
  if (!shown.value.offered.customerCancels) return seeOther(c, link.here)
  const frame = frameOf(c, shown.value, link.here)
  return page(c, JobCancelPage, {
    frame,
    job: jobOf(frame.reader, shown.value, () => ''),
    cancel: freshForm(`${link.here}/cancel`),
    keepHref: link.here,
  })
}

export async function cancelJob(c: AppContext): Promise<Response> {
  const link = await opened(c)
  if (!link) return nothingThere(c)
  const fields = await fieldsOf(c)
  const reason = customerReasons.find((known) => known === fields.reason)
  const keyed = formContext(c, fields, await sha256(`cancel ${link.id} ${reason}`))
  if (!keyed || !reason) return seeOther(c, `${link.here}/cancel`)
  const done = await commandWorkOrder({ ...keyed, caller: link.context.caller }, link.id, {
    verb: 'cancel',
    reason,
  })
  return done.ok ? seeOther(c, `${link.here}?news=cancelled`) : problemPage(c, done.problem, link.here)
}

export async function jobPhoto(c: AppContext): Promise<Response> {
  const link = await opened(c)
  return link ? photoOf(c, link.context, link.id) : nothingThere(c)
}

/** The picture that an address names, to whoever may see its order. */
export async function photoOf(c: AppContext, context: Context, order: string): Promise<Response> {
  const read = await readPhoto(context, c.env.PHOTOS, order, c.req.param('photo') ?? '')
  if (!read.ok) return problemPage(c, read.problem)
  return c.body(read.value.body, 200, {
    'Content-Type': read.value.type,
    'Cache-Control': 'private, max-age=86400, immutable',
  })
}
