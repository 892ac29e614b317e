import { limits } from '../config.ts'
import { locationOf } from '../location/index.ts'
import type { Database } from '../platform/database.ts'
import type { EventRow } from '../platform/tables.ts'
import { learn, type Model, type Seen } from './forecast/index.ts'
import { calendarOf, modelNow } from './foresee.ts'
import { modelOf, setupOf } from './reading.ts'
import { stageOf } from './rules/life.ts'
import { learnedUpTo, locationsNamed, modelsNamed, setupsNamed, workEvents, writeModels } from './store.ts'
import type { WorkSetupRow } from './tables.ts'

/** Learns from the stream how long work takes. What was learned is a projection: each event counts once, in order. */

type Told = Pick<EventRow, 'seq' | 'at' | 'subject' | 'location_id' | 'type'> & { data: string }

/** Reads on in the stream until there is nothing new. */
export async function learnWork(db: Database): Promise<void> {
  for (;;) {
    const [cursor, found] = await db.batch([learnedUpTo(), workEvents(limits.learnWork)])
    const { after, last } = (cursor?.rows[0] ?? { after: 0, last: 0 }) as { after: number; last: number }
    const events = (found?.rows ?? []) as Told[]
    const upTo = events.length < limits.learnWork ? last : (events.at(-1)?.seq ?? last)
    if (events.length === 0 && upTo - after < limits.learnWork) return
    await learnFrom(db, events, after, upTo)
    if (events.length < limits.learnWork) return
  }
}

async function learnFrom(db: Database, events: Told[], after: number, upTo: number): Promise<void> {
  const locations = [...new Set(events.map(({ location_id }) => location_id ?? ''))]
  const [places, setups, known] = await db.batch([
    locationsNamed(locations),
    setupsNamed(locations),
    modelsNamed(locations),
  ])
  const models: { location: string; service: string; model: Model }[] = []
  for (const row of places?.rows ?? []) {
    const location = locationOf(row as Parameters<typeof locationOf>[0])
    const setupRow = setups?.rows.find(({ location_id }) => location_id === location.id)
    if (!setupRow) continue
    const calendar = calendarOf(location)
    for (const service of setupOf(setupRow as WorkSetupRow).services) {
      const mine = events.filter(
        ({ location_id, data }) => location_id === location.id && JSON.parse(data).service === service.id,
      )
      if (mine.length === 0) continue
      const stored = known?.rows.find((one) => one.location_id === location.id && one.service === service.id)
      const model = modelNow(service, modelOf(stored))
      for (const event of mine) {
        const seen = seenIn(event)
        if (seen) learn(model, seen, calendar)
      }
      models.push({ location: location.id, service: service.id, model })
    }
  }
  await db.batch(writeModels(models, after, upTo))
}

/** What an event says of how long work takes: it entered a stage, is done, or ended without. */
function seenIn({ at, type, subject, data }: Told): Seen | undefined {
  const { status, from, load = 1 } = JSON.parse(data) as { status: string; from?: string; load?: number }
  const job = subject
  if (type === 'work.ready') return { kind: 'done', job, at }
  if (type === 'work.cancelled' || type === 'work.declined') return { kind: 'dropped', job, at }
  if (type === 'work.collected' || type === 'work.closed' || type === 'work.reopened') return undefined
  if (type !== 'work.received' && from === undefined) return undefined
  const reason = status === 'paused' ? ((JSON.parse(data) as { pause?: string }).pause ?? null) : null
  return { kind: 'entered', job, stage: stageOf({ status, pause_reason: reason }), at, load }
}
