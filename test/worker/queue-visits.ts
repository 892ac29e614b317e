import { expect } from 'vitest'
import { alwaysOpen, ask, makeKey } from './fixtures.ts'
import { type Clinic, clinic } from './queue-clinic.ts'
import { Seen, type SeenForm, Visitor } from './visitor.ts'

/** Visitors and a colleague on the pages of a clinic's queue. */

export const openClinic = (setup: object = {}, hours = alwaysOpen) => clinic({ now: null, setup, hours })

export const formsOf = (seen: Seen): SeenForm[] =>
  (seen.html.match(/<form[^>]*>.*?<\/form>/gs) ?? []).map((html) => new Seen(seen.response, html).form(/./))

/** The form that carries these hidden values, such as a verb or a service. */
export function formOf(seen: Seen, hidden: Record<string, string>): SeenForm {
  const found = formsOf(seen).find(({ fields }) =>
    Object.entries(hidden).every(([name, value]) => fields[name] === value),
  )
  if (!found) throw new Error(`no form carries ${JSON.stringify(hidden)}`)
  return found
}

export const verbsOf = (seen: Seen) => formsOf(seen).flatMap(({ fields }) => fields.verb ?? [])

export type Joined = { visitor: Visitor; href: string }

export async function joined(
  queue: Clinic,
  service = 'visit',
  filled: Record<string, string> = {},
): Promise<Joined> {
  const visitor = new Visitor()
  const page = await visitor.open(`/queue/${queue.location}`)
  const done = await visitor.press(formOf(page, { service }), {
    [`party-${service}`]: '1',
    [`presence-${service}`]: 'on_site',
    ...filled,
  })
  expect(done.next).toMatch(/^\/t\//)
  return { visitor, href: done.next }
}

/** Presses the button of a verb on a page, and reads the page that comes of it. */
export async function press(
  visitor: Visitor,
  href: string,
  hidden: Record<string, string>,
  filled: Record<string, string> = {},
): Promise<Seen> {
  const done = await visitor.press(formOf(await visitor.open(href), hidden), filled)
  return visitor.open(done.next)
}

/** Somebody at the desk, signed in. */
export async function colleague(): Promise<Visitor> {
  const key = await makeKey('admin', { testMode: false })
  const { path } = (await ask('POST', '/v1/sign-in-links', { role: 'staff', label: 'Desk' }, { key })).body
  const visitor = new Visitor()
  await visitor.press((await visitor.open(path)).form(/^\/sign-in$/))
  return visitor
}

export const boardOf = (queue: Clinic, desk = 'desk-1') =>
  `/desk/queue?location=${queue.location}&desk=${desk}`
export const openedOn = (queue: Clinic, ticket: { id: string } | undefined) =>
  `${boardOf(queue)}&ticket=${ticket?.id}`
export const next = (queue: Clinic) => queue.command({ verb: 'next', desk: 'desk-1' })
export const ticketsOf = async (queue: Clinic) =>
  (await queue.read()).tickets as { id: string; number: string; reference: string; party: number }[]
