import { createHash } from 'node:crypto'

/** A caller of the public API. A command that comes again under the same name has no second effect. */
export type Api = (
  method: 'GET' | 'POST' | 'PUT' | 'PATCH',
  path: string,
  body?: unknown,
  name?: string,
) => Promise<Answer>
// biome-ignore lint/suspicious/noExplicitAny: the demo reads a few fields of what it has just asked for
export type Answer = any

/** An answer that is a refusal; `code` is one of the closed set. */
export class Refused extends Error {
  readonly code: string

  constructor(message: string, code: string) {
    super(message)
    this.code = code
  }
}

/** @throws {Refused} whatever is not done */
export const apiOf =
  (baseUrl: string, key: string | undefined): Api =>
  async (method, path, body, name = crypto.randomUUID()) => {
    const response = await fetch(`${baseUrl}${path}`, {
      method,
      headers: {
        'Content-Type': 'application/json',
        'Idempotency-Key': createHash('sha256').update(name).digest('base64url'),
        ...(key === undefined ? {} : { Authorization: `Bearer ${key}` }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const answer = (await response.json()) as Answer
    if (!response.ok) {
      const said = `${method} ${path}: ${response.status} ${JSON.stringify(answer)}`
      throw new Refused(said, answer.code)
    }
    return answer
  }
