import { deleteCookie, setCookie } from 'hono/cookie'
import { claimFirstKey, exchangeLink, readSignInLink, sessionCookie, signOut } from '../people/index.ts'
import type { AppContext } from '../platform/http.ts'
import { fieldsOf, frameFor, page, problemPage, seeOther } from './page.tsx'
import { FirstKeyPage, SignInPage, SignInUsedPage } from './pages/sign-in.tsx'

/** One-time links: looking at one does nothing, pressing its button uses it up. */

const here = '/sign-in'

export async function signInPage(c: AppContext): Promise<Response> {
  const token = c.req.param('token') ?? ''
  const frame = frameFor(c, undefined, null)
  const link = await readSignInLink(c.get('context'), token)
  if (!link.ok) return page(c, SignInUsedPage, { frame }, 404)
  return page(c, SignInPage, { frame, form: { action: here, hidden: { token } } })
}

export async function signIn(c: AppContext): Promise<Response> {
  const { token = '' } = await fieldsOf(c)
  const frame = frameFor(c, undefined, null)
  const context = c.get('context')
  const link = await readSignInLink(context, token)
  if (!link.ok) return page(c, SignInUsedPage, { frame }, 404)
  if (link.value.makes === 'first_key') {
    const made = await claimFirstKey(context, token)
    return made.ok
      ? page(c, FirstKeyPage, { frame, secret: made.value.secret ?? '' })
      : problemPage(c, made.problem)
  }
  const session = await exchangeLink(context, token)
  if (!session.ok) return page(c, SignInUsedPage, { frame }, 404)
  setCookie(c, sessionCookie, session.value.secret, {
    path: '/',
    secure: true,
    httpOnly: true,
    sameSite: 'Lax',
    expires: new Date(session.value.expiresAt),
  })
  return seeOther(c, '/desk')
}

export async function signOutHere(c: AppContext): Promise<Response> {
  await signOut(c.get('context'))
  deleteCookie(c, sessionCookie, { path: '/', secure: true })
  return seeOther(c, '/')
}
