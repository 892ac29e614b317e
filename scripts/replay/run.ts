import { type Answer, type Ask, type Client, unforeseen } from './client.ts'
import type { Journal } from './journal.ts'

/** Where the server is, and who may act there. */
export type Credentials = { baseUrl: string; adminKey: string; staffKey: string }

/** A run that may have been broken off: what was answered is not asked again. */
export class Run {
  readonly client: Client
  readonly journal: Journal
  readonly credentials: Credentials

  constructor(client: Client, journal: Journal, credentials: Credentials) {
    this.client = client
    this.journal = journal
    this.credentials = credentials
  }

  /**
   * Makes one change, once in the whole run. `name` is its place in the journal and, with the run's own id, its
   * Idempotency-Key: sent again after a lost answer, it answers with what was made then. `keep` takes from the answer
   * what the run has to know later, or returns undefined for an answer that was not foreseen.
   */
  async once<T>(
    name: string,
    path: string,
    ask: Pick<Ask, 'key' | 'body' | 'now'> & { method?: 'PUT' },
    keep: (answer: Answer) => T | undefined,
  ): Promise<T> {
    if (this.journal.has(name)) return this.journal.get(name) as T
    const { method = 'POST', ...rest } = ask
    const answer = await this.client.ask(method, path, {
      ...rest,
      idempotencyKey: `${this.journal.run}-${name}`,
    })
    const kept = keep(answer)
    if (kept === undefined) throw unforeseen(`${name}, ${method} ${path}`, answer)
    this.journal.keep(name, kept)
    return kept
  }
}

/** The id of what was made. */
export const madeId = ({ status, body }: Answer): string | undefined =>
  status === 201 && typeof body.id === 'string' ? body.id : undefined
