import { getCookie, setCookie } from 'hono/cookie'
import type { FC } from 'hono/jsx'
import type { Problem } from '../kernel/result.ts'
import { problems } from '../kernel/result.ts'
import { sessionCookie } from '../people/index.ts'
import type { Context } from '../platform/context.ts'
import type { AppContext } from '../platform/http.ts'
import type { LocalText } from '../platform/wire.ts'
import { deskHref } from './address.ts'
import { chooseLanguage, type Language, languages, sameAddressIn, usualCountry } from './languages.ts'
import { ProblemPage } from './pages/message.tsx'
import { type Reader, readerFor } from './reader.ts'
import type { Form, Frame } from './views.ts'

/** What every page needs of its request, and how one is answered. */

const languageCookie = 'lang'
const yearSeconds = 365 * 24 * 3600

/** The language of the answer: asked for here or before, or the browser's own. */
export const languageOf = (c: AppContext): Language =>
  chooseLanguage({
    query: c.req.query('lang'),
    cookie: getCookie(c, languageCookie),
    acceptLanguage: c.req.header('Accept-Language'),
  })

/** Keeps a language that was asked for by name. */
function rememberLanguage(c: AppContext): void {
  const language = languageOf(c)
  if (c.req.query('lang') !== language) return
  setCookie(c, languageCookie, language, { path: '/', maxAge: yearSeconds, sameSite: 'Lax', httpOnly: true })
}

/** Who reads, before it is known about which place: for what is wrong with a form. */
export function readerOf(c: AppContext): Reader {
  const language = languageOf(c)
  return readerFor(language, usualCountry[language])
}

/** A text in the reader's language, or in whichever it exists. */
export const inLanguage = (language: Language, text: LocalText): string =>
  text[language] ?? languages.map((other) => text[other]).find((found) => found !== undefined) ?? ''

const isSignedIn = (c: AppContext): boolean => getCookie(c, sessionCookie) !== undefined

/** Where the page that is being made can be read again; of an answer to a form nowhere. */
const addressOf = (c: AppContext) => (c.req.method === 'GET' ? c.req.url : undefined)

/**
 * The frame around a page about a place in `country`, which decides formats; where there is none, the language does.
 * `here` is where the page can be opened again, unlike the address that a form was posted to; the answer to a form
 * without such a place stays in its language.
 */
export function frameFor(
  c: AppContext,
  country: string | undefined,
  organisation: LocalText | null,
  here = addressOf(c),
): Frame {
  const language = languageOf(c)
  const reader = readerFor(language, country ?? usualCountry[language])
  return {
    reader,
    organisation: organisation ? inLanguage(language, organisation) : 'Dawr',
    homeHref: '/',
    languageHrefs: here === undefined ? null : sameAddressIn(new URL(here, c.req.url)),
    staff: isSignedIn(c)
      ? { label: reader.say('frame.desk'), dayHref: deskHref(), signOut: { action: '/sign-out', hidden: {} } }
      : null,
  }
}

/** The fields of a form as our pages send it; of anything else there are none. The door keeps it small. */
export async function fieldsOf(c: AppContext): Promise<Record<string, string>> {
  const type = c.req.header('Content-Type') ?? ''
  if (!/^application\/x-www-form-urlencoded\b/i.test(type)) return {}
  const body = await c.req.parseBody()
  return Object.fromEntries(
    Object.entries(body).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  )
}

/** The context of a posted form: its hidden `key` makes a second press of the button the same command. */
export function formContext(
  c: AppContext,
  fields: Record<string, string>,
  fingerprint: string,
): Context | undefined {
  const { key } = fields
  if (!key || !/^[\w-]{16,100}$/.test(key)) return undefined
  return { ...c.get('context'), command: { key, fingerprint } }
}

/** A form with a key of its own. */
export const freshForm = (action: string, hidden: Record<string, string> = {}): Form => ({
  action,
  hidden: { ...hidden, key: crypto.randomUUID() },
})

export const page = <View,>(
  c: AppContext,
  Page: FC<View>,
  view: View,
  status: 200 | 404 | 409 | 422 = 200,
) => {
  rememberLanguage(c)
  c.header('Cache-Control', 'no-store')
  return c.html(<Page {...(view as View & object)} />, status)
}

/**
 * For scripts that fetch a page again: 304 where it would show the same, by a tag of what that depends on. Browsers by
 * themselves keep none of these pages.
 */
export function unlessSeen(c: AppContext, shown: string[]): Response | undefined {
  const tag = `W/"${shown.join('.')}"`
  c.header('ETag', tag)
  if (c.req.header('If-None-Match') !== tag) return undefined
  c.header('Cache-Control', 'no-store')
  return c.body(null, 304)
}

/** A refusal as a page. */
export function problemPage(
  c: AppContext,
  problem: Problem,
  backHref: string | null = null,
): Response | Promise<Response> {
  const [status] = problems[problem.code]
  c.get('log').code = problem.code
  rememberLanguage(c)
  c.header('Cache-Control', 'no-store')
  if (status === 429 || status === 503) c.header('Retry-After', '1')
  return c.html(
    <ProblemPage
      frame={frameFor(c, undefined, null, addressOf(c) ?? backHref ?? undefined)}
      code={problem.code}
      requestId={c.get('requestId')}
      backHref={backHref}
    />,
    status,
  )
}

/** After a form: the page to look at, so that going back or reloading posts nothing again. */
export const seeOther = (c: AppContext, href: string): Response => c.redirect(href, 303)
