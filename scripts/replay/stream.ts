import { setTimeout as pause } from 'node:timers/promises'
import { type Client, unforeseen } from './client.ts'
import type { Claim, Happened } from './proof.ts'

/** All that happened to the bookings of a location. @throws {Ending} when the stream cannot be read */
export async function readHappened(client: Client, adminKey: string, location: string): Promise<Happened[]> {
  const happened: Happened[] = []
  for await (const { seq, at, type, subject, data } of eventsOf(client, adminKey, location)) {
    if (!type.startsWith('booking.')) continue
    happened.push({ seq, at: Date.parse(at), type, subject, claims: (data.claims ?? []) as Claim[] })
  }
  return happened
}

/** How often, and how long apart, events that are on their way from a queue are looked for. */
const looks = 50
const lookMs = 200

/**
 * The events of a location, as the one stream has them. A queue hands its own over a little later: at the end of the
 * stream it is looked at again until there is `enough`, for ten seconds.
 *
 * @throws {Ending} when it cannot be read
 */
export async function* eventsOf(
  client: Client,
  adminKey: string,
  location: string,
  enough: () => boolean = () => true,
): AsyncGenerator<StreamEvent> {
  const page = async (query: string) => {
    const answer = await client.ask('GET', `/v1/events?${query}`, { key: adminKey })
    if (answer.status !== 200) throw unforeseen('Reading the event stream', answer)
    return answer.body as { events: StreamEvent[]; next: number }
  }
  // Nothing happened at the location before it was made.
  const { events: made } = await page(`subject=${location}&limit=1`)
  let after = (made[0]?.seq ?? 1) - 1
  for (let look = 0; look < looks; ) {
    const { events, next } = await page(`after=${after}&limit=200`)
    after = next
    for (const event of events) if (event.locationId === location) yield event
    if (events.length > 0) continue
    if (enough()) return
    look++
    await pause(lookMs)
  }
}

export type StreamEvent = {
  seq: number
  at: string
  type: string
  subject: string
  locationId: string | null
  revision: number
  data: Record<string, unknown>
}
