import type { Meta } from '../backtest/log.ts'
import type { Days, Step } from './calls.ts'
import { madeId, type Run } from './run.ts'

/** The call centre of a log as the product knows it: a test-mode location, its services, its desks, its rules. */
export type Centre = { location: string; classes: ReadonlySet<number> }

/** Times of the log are read as UTC, and so are its days. */
const zone = 'UTC'
const allDay = [{ from: '00:00', to: '24:00' }]
const everyDay = { mon: allDay, tue: allDay, wed: allDay, thu: allDay, fri: allDay, sat: allDay, sun: allDay }
const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'

export const classOf = (priority: number): string => `class-${priority}`
export const serviceOf = (id: string): string => id.toLowerCase()

/** Makes the location with its clock at the first step, and sets its queue up as the log's. */
export async function setUpCentre(run: Run, meta: Meta, { steps, seats, from }: Days): Promise<Centre> {
  const key = run.credentials.adminKey
  const location = await run.once(
    'location',
    '/v1/locations',
    {
      key,
      body: {
        name: { en: 'Replayed queue' },
        zone,
        currency: 'EUR',
        country: 'NL',
        hours: { weekly: everyDay },
        simulatedNow: new Date(Math.min(steps[0]?.t ?? from, from)).toISOString(),
      },
    },
    madeId,
  )
  // A class for each priority that the log gives credit: nobody needs one that has none.
  const credits = Object.entries(meta.discipline.creditMs ?? {}).map(([id, ms]) => ({ id: Number(id), ms }))
  const setup = {
    services: meta.services.map(({ id, nominalMin }, index) => ({
      id: serviceOf(id),
      letter: letters[index],
      name: { en: id },
      nominalMinutes: nominalMin,
    })),
    desks: seats.map(({ id, name, services }) => ({ id, name, services: [...services].map(serviceOf) })),
    rules: {
      priorities: Object.fromEntries(credits.map(({ id, ms }) => [classOf(id), ms / 60_000])),
    },
  }
  await run.once(
    'setup',
    `/v1/locations/${location}/queue/setup`,
    { key, method: 'PUT', body: setup },
    ({ status }) => status === 200 || undefined,
  )
  return { location, classes: new Set(credits.map(({ id }) => id)) }
}

/** What a step says to the server; `ticket` is the id of the one that it is about. */
export function commandOf(step: Step, ticket: string | undefined, { classes }: Centre): object {
  const { verb, t } = step
  switch (verb) {
    case 'join': {
      const { priority } = step
      const classed = { priority: classOf(priority), reason: 'Class of the log' }
      return {
        service: serviceOf(step.service),
        channel: 'phone',
        presence: 'on_site',
        ...(classes.has(priority) ? classed : {}),
      }
    }
    case 'open_desk':
    case 'close_desk':
      return { verb, desk: step.desk }
    case 'call_given':
      return { verb, ticket, desk: step.desk, reason: 'The choice of the log' }
    case 'start':
      return { verb, ticket }
    case 'finish':
      // Said for however long it took: the log answers for it.
      return { verb, ticket, endedAt: new Date(t).toISOString() }
    case 'leave':
      return { verb, ticket, reason: 'Hung up' }
    case 'missed':
      return { verb, ticket, reason: 'Did not come' }
  }
}
