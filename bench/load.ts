import { Agent, request } from 'node:http'

export type Ask = {
  method: 'GET' | 'POST' | 'PUT'
  path: string
  headers: Record<string, string>
  body?: string | undefined
}
export type Answer = { status: number; headers: Record<string, string | string[] | undefined>; body: string }

/** A connection that waits for its side's turn is closed before the server does so in the midst of a request. */
const agent = new Agent({ keepAlive: true, maxSockets: 64, timeout: 2_000 })

/** One request over a connection that stays open. */
export function send(url: string, { method, path, headers, body }: Ask): Promise<Answer> {
  const { hostname, port } = new URL(url)
  return new Promise((resolve, reject) => {
    const sent = request({ agent, host: hostname, port, method, path, headers }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('error', reject)
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(chunks).toString(),
        }),
      )
    })
    sent.on('error', reject)
    sent.end(body)
  })
}

/**
 * Sends all of them, `atOnce` at a time.
 *
 * @returns the answers in the order of the requests, and requests per second: one at a time by the median time that
 * one took, so that a pause of the machine does not count; otherwise by the time that all of them took
 * @throws when one is not answered by 2xx
 */
export async function sendAll(
  url: string,
  asks: Ask[],
  atOnce: number,
): Promise<{ answers: Answer[]; perSecond: number }> {
  const answers: Answer[] = []
  const took: number[] = []
  let next = 0
  const caller = async () => {
    for (let i = next++; i < asks.length; i = next++) {
      const sent = performance.now()
      answers[i] = await send(url, asks[i] as Ask)
      took.push(performance.now() - sent)
    }
  }
  const started = performance.now()
  await Promise.all(Array.from({ length: atOnce }, caller))
  const all = performance.now() - started
  const failed = answers.findIndex(({ status }) => status < 200 || status > 299)
  if (failed >= 0) {
    const { status, body } = answers[failed] as Answer
    throw new Error(`${asks[failed]?.method} ${asks[failed]?.path} was answered by ${status}: ${body}`)
  }
  return { answers, perSecond: 1000 / (atOnce === 1 ? median(took) : all / asks.length) }
}

/** The value that a `part` of all values is below; between two of them in proportion. */
export function quantile(values: number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  const at = (sorted.length - 1) * part
  const [low, high] = [sorted[Math.floor(at)] ?? Number.NaN, sorted[Math.ceil(at)] ?? Number.NaN]
  return low + (high - low) * (at - Math.floor(at))
}
export const median = (values: number[]): number => quantile(values, 0.5)
