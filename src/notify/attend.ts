import { limits } from '../config.ts'
import type { Database } from '../platform/database.ts'
import type { EventRow } from '../platform/tables.ts'
import { wants } from './rules/endpoint.ts'
import { movesTheLine } from './rules/kinds.ts'
import {
  type About,
  endedBy,
  type Happened,
  messagesOf,
  nearlyOf,
  type Planned,
  webhookOf,
} from './rules/plan.ts'
import { type Settings, usual } from './rules/settings.ts'
import {
  type AboutRow,
  aboutStatement,
  cursorStatement,
  endpointsStatement,
  eventsAfterCursor,
  modesStatement,
  ownersStatement,
  planStatements,
  takeDue,
} from './store.ts'
import type { WebhookRow } from './tables.ts'

/** From the stream to deliveries, and from deliveries to the queue. Each step can be cut off and is then done again. */

/** Tickets that wait at a location with how many stand before each; asked of its queue. */
type Line = (location: string) => Promise<{ ticket: string; ahead: number }[]>

/** Plans what is to be told of all that happened since; tells how many events it has gone through. */
export async function plan(db: Database, wallNow: number, line: Line): Promise<number> {
  for (let gone = 0, rounds = 0; ; rounds++) {
    const moved = await step(db, wallNow, line)
    gone += moved
    if (moved === 0 || rounds === limits.planRounds) return gone
  }
}

async function step(db: Database, wallNow: number, line: Line): Promise<number> {
  const [at, found, endpoints] = await db.batch([
    cursorStatement(),
    eventsAfterCursor(limits.planEvents),
    endpointsStatement(),
  ])
  const events = ((found?.rows ?? []) as EventRow[]).map(happened)
  const [from, last] = [at?.rows[0]?.seq as number, events.at(-1)]
  if (!last) return 0
  const ended = events.flatMap((event) => endedBy(event) ?? [])
  const planned = [
    ...(await messages(db, events)),
    ...(await nearly(db, events, line)),
    ...(await webhooks(db, events, (endpoints?.rows ?? []) as WebhookRow[])),
  ]
  await db.batch(planStatements(from, last.seq, planned, ended, wallNow))
  return events.length
}

const happened = (row: EventRow): Happened => ({
  seq: row.seq,
  at: row.at,
  type: row.type,
  location: row.location_id,
  subject: row.subject,
  revision: row.revision,
  data: JSON.parse(row.data) as Record<string, unknown>,
})

async function messages(db: Database, events: Happened[]): Promise<Planned[]> {
  const telling = events.filter((event) => endedBy(event) !== undefined)
  const about = await knownAbout(
    db,
    telling.map(({ subject }) => subject),
  )
  return telling.flatMap((event) => messagesOf(event, about.get(event.subject)?.(event)))
}

/** What is known of subjects whom somebody can be told about; the desk is that of the event. */
async function knownAbout(db: Database, subjects: string[]) {
  const rows = subjects.length > 0 ? await db.rows(aboutStatement([...new Set(subjects)])) : []
  return new Map(
    (rows as AboutRow[]).map((row) => [row.subject, (event: Happened): About => aboutOf(row, event)]),
  )
}

function aboutOf(row: AboutRow, event: Happened): About {
  const desks = (JSON.parse(row.setup ?? '{}') as { desks?: { id: string; name: string }[] }).desks
  return {
    zone: row.zone,
    settings: row.settings ? (JSON.parse(row.settings) as Settings) : usual,
    ...(row.status !== null && {
      booking: { status: row.status, startsAt: row.starts_at ?? 0, endsAt: row.ends_at ?? 0 },
    }),
    ...(row.first_promised_at !== null && { work: { firstPromisedAt: row.first_promised_at } }),
    ...(row.number !== null && {
      ticket: {
        number: row.number,
        booking: row.booking,
        desk: desks?.find(({ id }) => id === event.data.desk)?.name ?? null,
      },
    }),
  }
}

/** Those whose turn is near now. A queue that cannot be asked is asked after its next event. */
async function nearly(db: Database, events: Happened[], line: Line): Promise<Planned[]> {
  const moved = new Map(
    events.flatMap((event) =>
      event.location !== null && movesTheLine(event.type) ? [[event.location, event] as const] : [],
    ),
  )
  const planned: Planned[] = []
  for (const [location, event] of moved) {
    const waiting = (await line(location)).filter(({ ahead }) => ahead <= limits.nearlyAhead)
    const about = await knownAbout(
      db,
      waiting.map(({ ticket }) => ticket),
    )
    for (const { ticket, ahead } of waiting) {
      const known = about.get(ticket)?.(event)
      const { nearlyAhead } = known?.settings ?? usual
      if (known && nearlyAhead !== null && ahead <= nearlyAhead)
        planned.push(nearlyOf(event, known, ticket, ahead))
    }
  }
  return planned
}

/** Who is to be called about what happened, each event once for each endpoint. */
async function webhooks(db: Database, events: Happened[], endpoints: WebhookRow[]): Promise<Planned[]> {
  if (endpoints.length === 0) return []
  const [owned, found] = await db.batch([
    ownersStatement([...new Set(events.map(({ subject }) => subject))]),
    modesStatement(),
  ])
  const owners = new Map((owned?.rows ?? []).map((row) => [row.subject as string, row.partner as string]))
  const modes = new Map((found?.rows ?? []).map((row) => [row.id as string, row.test_mode === 1]))
  return endpoints.flatMap((endpoint) => {
    const wish = {
      partner: endpoint.partner_id,
      testMode: endpoint.test_mode === 1,
      types: JSON.parse(endpoint.types) as string[],
    }
    return events.flatMap((event) => {
      const testMode = event.location === null ? null : (modes.get(event.location) ?? null)
      const owner = owners.get(event.subject) ?? null
      return wants(wish, { type: event.type, owner, testMode }) ? webhookOf(event, endpoint.id) : []
    })
  })
}

export type Due = { id: string; kind: string }

/** Hands what is due to the queue; tells how many. */
export async function handOver(
  db: Database,
  wallNow: number,
  send: (due: Due[]) => Promise<unknown>,
): Promise<number> {
  for (let handed = 0; ; ) {
    const taken = await db.rows(takeDue(wallNow, limits.handMs, limits.handAtOnce))
    if (taken.length === 0) return handed
    await send(taken as Due[])
    handed += taken.length
  }
}
