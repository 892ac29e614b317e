import * as http from 'node:http'
import * as https from 'node:https'
import { setTimeout as pause } from 'node:timers/promises'
import { Ending } from './ending.ts'

/** A JSON answer: `body` is what was asked for below 400, a problem document from 400 on. */
export type Answer = { status: number; body: Record<string, unknown> }
export type Ask = {
  key?: string | undefined
  idempotencyKey?: string
  /** The time at a test-mode location, epoch ms; else it stands still. */
  now?: number | undefined
  body?: unknown
}

const answerWithinMs = 30_000
/** A server that only stumbled is back within these; one that is gone is for the person at the terminal. */
const lostPausesMs = [50, 100, 200, 400, 800]
/** How often a server may say that it is too busy before we believe it. */
const busyWaits = 90

/**
 * The public API over one kept connection, one request after another. Every write may be sent again under its
 * Idempotency-Key, so a lost answer is asked for again.
 */
export class Client {
  /** Requests answered so far. */
  answered = 0
  readonly #base: URL
  readonly #agent: http.Agent
  readonly #protocol: typeof http | typeof https
  #bookmark: string | undefined

  constructor(baseUrl: string) {
    this.#base = new URL(baseUrl)
    this.#protocol = this.#base.protocol === 'https:' ? https : http
    this.#agent = new this.#protocol.Agent({ keepAlive: true, maxSockets: 1 })
  }

  /** @throws {Ending} 75 when the server is gone or stays too busy */
  async ask(method: string, path: string, ask: Ask = {}): Promise<Answer> {
    let busy = 0
    for (let lost = 0; ; ) {
      const reply = await this.#once(method, path, ask).catch((error: Error) => error)
      if (!(reply instanceof Error)) {
        if (reply.status !== 429 && reply.status !== 503) {
          this.answered++
          return reply
        }
        if (++busy > busyWaits) throw gone(this.#base, 'stays too busy')
        await pause(reply.retryAfterMs)
      } else {
        const again = lostPausesMs[lost++]
        if (again === undefined) throw gone(this.#base, `does not answer (${reply.message})`)
        await pause(again)
      }
    }
  }

  close(): void {
    this.#agent.destroy()
  }

  #once(
    method: string,
    path: string,
    { key, idempotencyKey, now, body }: Ask,
  ): Promise<Answer & { retryAfterMs: number }> {
    const text = body === undefined ? '' : JSON.stringify(body)
    const headers = {
      ...(text ? { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) } : {}),
      ...(key ? { Authorization: `Bearer ${key}` } : {}),
      ...(idempotencyKey ? { 'Idempotency-Key': idempotencyKey } : {}),
      ...(now === undefined ? {} : { 'Dawr-Now': new Date(now).toISOString() }),
      // Whoever reads after writing says so: a replica may be behind.
      ...(this.#bookmark ? { 'Dawr-Bookmark': this.#bookmark } : {}),
    }
    return new Promise((resolve, reject) => {
      const request = this.#protocol.request(
        new URL(path, this.#base),
        { method, headers, agent: this.#agent, timeout: answerWithinMs },
        (response) => {
          const chunks: Buffer[] = []
          response.on('data', (chunk: Buffer) => chunks.push(chunk))
          response.once('error', reject)
          response.once('close', () => {
            if (!response.complete) return reject(new Error('the answer broke off'))
            try {
              const bookmark = response.headers['dawr-bookmark']
              if (typeof bookmark === 'string') this.#bookmark = bookmark
              const status = response.statusCode ?? 0
              const retryAfterMs = 1000 * (Number(response.headers['retry-after']) || 1)
              resolve({ status, retryAfterMs, body: JSON.parse(Buffer.concat(chunks).toString()) })
            } catch {
              // A proxy whose server is gone answers in its own words.
              reject(new Error(`status ${response.statusCode}, not JSON`))
            }
          })
        },
      )
      request.once('timeout', () => request.destroy(new Error(`no answer in ${answerWithinMs} ms`)))
      request.once('error', reject)
      request.end(text)
    })
  }
}

const gone = (base: URL, what: string) =>
  new Ending(
    75,
    `The server at ${base.origin} ${what}. Start it and run the same command again: it goes on from here.`,
  )

/** What an answer that was not foreseen says, for the person at the terminal. */
export function unforeseen(what: string, { status, body }: Answer): Ending {
  const { code, detail, errors, requestId } = body
  const words = [code, detail, errors && JSON.stringify(errors), requestId].filter(Boolean).join(' · ')
  return new Ending(
    1,
    `${what}: the server answered ${status} ${words}\nThe same command goes on from here; with --restart it begins anew.`,
  )
}
