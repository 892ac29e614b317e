import { exports } from 'cloudflare:workers'
import { expect } from 'vitest'

/** A visitor's browser without scripts: it keeps cookies, sends forms as they stand, and follows nothing by itself. */

const origin = 'http://dawr.test'

const plain = (html: string) =>
  html
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')

export type SeenForm = { action: string; fields: Record<string, string> }

export class Seen {
  readonly response: Response
  readonly html: string
  constructor(response: Response, html: string) {
    this.response = response
    this.html = html
  }

  get status() {
    return this.response.status
  }

  /** Where a form leads to next. */
  get next(): string {
    expect(this.status).toBe(303)
    return this.response.headers.get('Location') ?? ''
  }

  /** What a reader sees, without tags and invisible marks, in one line. */
  get text(): string {
    const body = this.html.replace(/<head>.*<\/head>/s, '')
    const words = body.replace(/<\/?(bdi|time|code|b)\b[^>]*>/g, '').replace(/<[^>]+>/g, ' ')
    return plain(words)
      .replace(/[\u2066-\u2069]/g, '')
      .replace(/\s+/g, ' ')
  }

  /** The form that goes there, with what it holds unseen. */
  form(action: RegExp): SeenForm {
    for (const [whole, attributes = ''] of this.html.matchAll(/<form([^>]*)>.*?<\/form>/gs)) {
      const to = plain(/ action="([^"]*)"/.exec(attributes)?.[1] ?? '')
      if (!action.test(to)) continue
      const hidden = [...whole.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)"/g)]
      return {
        action: to,
        fields: Object.fromEntries(hidden.map(([, name = '', value = '']) => [plain(name), plain(value)])),
      }
    }
    throw new Error(`no form goes to ${action} on this page, ${this.status}: ${this.text.slice(0, 400)}`)
  }

  /** The slots that can be pressed. */
  get slots(): string[] {
    return [...this.html.matchAll(/ name="slot" value="([^"]*)"/g)].map(([, value = '']) => plain(value))
  }

  /** Round trips to the database. */
  get trips(): number {
    return Number(/trips=(\d+)/.exec(this.response.headers.get('Server-Timing') ?? '')?.[1] ?? 0)
  }
}

export class Visitor {
  readonly cookies = new Map<string, string>()
  readonly #headers: Record<string, string>

  constructor(headers: Record<string, string> = {}) {
    this.#headers = headers
  }

  open(path: string, headers: Record<string, string> = {}): Promise<Seen> {
    return this.#send(path, { method: 'GET', headers })
  }

  /** Sends a form with what was filled in; `from` is the site whose page it stood on. */
  press({ action, fields }: SeenForm, filled: Record<string, string> = {}, from = origin): Promise<Seen> {
    const body = new URLSearchParams({ ...fields, ...filled })
    return this.#send(action, { method: 'POST', body, headers: { Origin: from } })
  }

  async #send(path: string, init: RequestInit): Promise<Seen> {
    const headers = new Headers({ ...this.#headers, ...(init.headers as Record<string, string>) })
    if (this.cookies.size > 0)
      headers.set('Cookie', [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; '))
    const response = await exports.default.fetch(`${origin}${path}`, {
      ...init,
      headers,
      redirect: 'manual',
    })
    for (const cookie of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? []
      if (/Max-Age=0/.test(cookie)) this.cookies.delete(name)
      else this.cookies.set(name, value)
    }
    return new Seen(response, await response.text())
  }
}
