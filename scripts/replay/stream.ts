import { type Client, unforeseen } from './client.ts'
import type { Claim, Happened } from './proof.ts'

/** All that happened to the bookings of a location. @throws {Ending} when the stream cannot be read */
export async function readHappened(client: Client, adminKey: string, location: string): Promise<Happened[]> {
  const happened: Happened[] = []
  const page = async (query: string) => {
    const answer = await client.ask('GET', `/v1/events?${query}`, { key: adminKey })
    if (answer.status !== 200) throw unforeseen('Reading the event stream', answer)
    return answer.body as { events: WireEvent[]; next: number }
  }
  // Nothing happened at the location before it was made.
  const { events: made } = await page(`subject=${location}&limit=1`)
  for (let after = (made[0]?.seq ?? 1) - 1; ; ) {
    const { events, next } = await page(`after=${after}&limit=200`)
    if (events.length === 0) return happened
    after = next
    for (const { seq, at, type, subject, locationId, data } of events) {
      if (locationId !== location || !type.startsWith('booking.')) continue
      happened.push({ seq, at: Date.parse(at), type, subject, claims: data.claims ?? [] })
    }
  }
}

type WireEvent = {
  seq: number
  at: string
  type: string
  subject: string
  locationId: string | null
  data: { claims?: Claim[] }
}
