import { type Counts, noCounts } from './calls.ts'
import { unforeseen } from './client.ts'
import type { Run } from './run.ts'
import type { Quote } from './score.ts'
import { eventsOf } from './stream.ts'

/** What became of a replayed queue, read back over the API. */

export type Played = {
  /** What happened from a time on, by service. */
  counts: Map<string, Counts>
  /** When each ticket was first called, epoch ms. */
  called: Map<string, number>
  faults: string[]
}

const counted = {
  'queue.joined': 'joined',
  'queue.called': 'called',
  'queue.finished': 'served',
  'queue.left': 'abandoned',
} as const

/** All events of the queue in the stream, without a gap, counted from `from` on. @throws {Ending} when it cannot be read */
export async function readPlayed(
  { client, credentials }: Run,
  location: string,
  from: number,
): Promise<Played> {
  const key = credentials.adminKey
  const queue = await client.ask('GET', `/v1/locations/${location}/queue`, { key })
  if (queue.status !== 200) throw unforeseen('Reading the queue', queue)
  const last = queue.body.seq as number
  const played: Played = { counts: new Map(), called: new Map(), faults: [] }
  const services = new Map<string, string>()
  let seq = 0
  for await (const event of eventsOf(client, key, location, () => seq >= last)) {
    const { type, subject, revision, data } = event
    if (!type.startsWith('queue.') || type === 'queue.set_up') continue
    if (revision !== seq + 1) played.faults.push(`event ${revision} of the queue comes after event ${seq}`)
    seq = revision
    if (type === 'queue.joined') services.set(subject, String(data.service))
    const at = Date.parse(event.at)
    if (type === 'queue.called' && !played.called.has(subject)) played.called.set(subject, at)
    const what = counted[type as keyof typeof counted] as keyof Counts | undefined
    if (what && at >= from) count(played.counts, services.get(subject) ?? '', what)
  }
  if (seq !== last) played.faults.push(`the stream ends at event ${seq} of the queue, the queue at ${last}`)
  return played
}

function count(counts: Map<string, Counts>, service: string, what: keyof Counts): void {
  const own = counts.get(service) ?? noCounts()
  own[what]++
  counts.set(service, own)
}

/** Every quote of the queue. @throws {Ending} when they cannot be read */
export async function readQuotes({ client, credentials }: Run, location: string): Promise<Quote[]> {
  const quotes: Quote[] = []
  for (let after: string | null = ''; after !== null; ) {
    const query: string = after && `?after=${encodeURIComponent(after)}`
    const path = `/v1/locations/${location}/queue/quotes${query}`
    const answer = await client.ask('GET', path, { key: credentials.adminKey })
    if (answer.status !== 200) throw unforeseen('Reading the quotes', answer)
    const page = answer.body as { quotes: Quote[]; next: string | null }
    quotes.push(...page.quotes)
    after = page.next
  }
  return quotes
}
