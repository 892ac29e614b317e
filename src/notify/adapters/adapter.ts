import { limits } from '../../config.ts'
import type { Written } from '../rules/write.ts'

/** A message and where to; `id` is the same in every attempt, so that a provider sends it once. */
export type Message = Written & { id: string; to: string }

export type Sent =
  | { outcome: 'sent'; providerId?: string }
  /** Not this time; `askedMs` is how long the provider wants to be left alone. */
  | { outcome: 'retry'; reason: string; askedMs?: number }
  /** Not ever: trying again would be refused again. */
  | { outcome: 'refused'; reason: string }

/** One way to reach somebody. `reason` is a short code and never holds an address. */
export type Adapter = (message: Message) => Promise<Sent>

/** Refusals that pass: too many at once, too slow, busy with the same. */
const passing = new Set([408, 409, 425, 429])

type Asking = {
  /** What the provider calls the message, in a good answer; without it the answer is not read. */
  read?: (answer: unknown) => string | undefined
  /** Whether an answer that is not good is meant for ever. */
  refuses?: (status: number) => boolean
  timeoutMs?: number
}

/** What the provider understands and refuses it refuses again. */
const meant = (status: number) => status >= 400 && status < 500 && !passing.has(status)

/** Asks somebody elsewhere, with an end to our patience. Whatever goes wrong on the way is tried again. */
export async function post(
  url: string,
  init: { headers: Record<string, string>; body: string },
  { read, refuses = meant, timeoutMs = limits.providerMs }: Asking = {},
): Promise<Sent> {
  let response: Response
  let text = ''
  try {
    // A redirect is no answer: it could lead anywhere.
    response = await fetch(url, {
      ...init,
      method: 'POST',
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    })
    if (read) text = await response.text()
    else await response.body?.cancel()
  } catch (error) {
    const timedOut = error instanceof Error && error.name === 'TimeoutError'
    return { outcome: 'retry', reason: timedOut ? 'timeout' : 'unreachable' }
  }
  const { status } = response
  const reason = `status_${status}`
  if (response.ok) {
    const providerId = read?.(parsed(text))
    return { outcome: 'sent', ...(providerId && { providerId }) }
  }
  if (refuses(status)) return { outcome: 'refused', reason }
  const askedMs = waitOf(response.headers.get('Retry-After'))
  return { outcome: 'retry', reason, ...(askedMs && { askedMs }) }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Retry-After in seconds, as ms; a date is left to the usual schedule. */
const waitOf = (header: string | null): number | undefined =>
  header !== null && /^\d{1,6}$/.test(header) ? Number(header) * 1000 : undefined

/** A field of an answer of which nothing is known for sure. */
export function field(answer: unknown, ...path: (string | number)[]): string | undefined {
  let found = answer
  for (const key of path)
    found =
      typeof found === 'object' && found !== null
        ? (found as Record<string | number, unknown>)[key]
        : undefined
  return typeof found === 'string' ? found : undefined
}
