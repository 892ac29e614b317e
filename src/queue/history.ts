import { z } from '@hono/zod-openapi'
import { limits } from '../config.ts'
import { newId } from '../kernel/ids.ts'
import { ok, type Result, refuse, refuseField } from '../kernel/result.ts'
import { DAY_MS, localDate, parseInstant } from '../kernel/time.ts'
import { unauthenticated } from '../people/index.ts'
import type { Context } from '../platform/context.ts'
import { date, instant, slug } from '../platform/wire.ts'
import { look, type QueueEnv } from './client.ts'
import type { Done } from './order.ts'
import { channels, type PastVisit } from './rules/index.ts'
import { carry, senderOf } from './verbs.ts'

/** Bringing a history: days that another system noted, so that waits are foretold from them on the first day here. */

const pastVisit = z
  .strictObject({
    service: slug,
    desk: slug.optional().openapi({ description: 'Where they were called.' }),
    channel: z.enum(channels).default('front_desk'),
    joinedAt: instant,
    calledAt: instant.optional().openapi({ description: 'Left out for who left before.' }),
    startedAt: instant.optional().openapi({ description: 'Left out for who did not come when called.' }),
    endedAt: instant,
  })
  .openapi('PastVisit', {
    example: {
      service: 'visit',
      desk: 'desk-1',
      channel: 'kiosk',
      joinedAt: '2026-10-26T09:00:00+00:00',
      calledAt: '2026-10-26T09:12:00+00:00',
      startedAt: '2026-10-26T09:13:00+00:00',
      endedAt: '2026-10-26T09:26:00+00:00',
    },
  })

export const pastDayBody = z
  .strictObject({
    date: date.openapi({ description: 'A local date that is over.', example: '2026-10-26' }),
    visits: z
      .array(pastVisit)
      .max(limits.pastVisits)
      .openapi({ description: 'All of that day, in the order in which they joined.' }),
  })
  .openapi('PastDayBody')
export type PastDayBody = z.infer<typeof pastDayBody>

export const pastDay = z
  .object({
    date,
    visits: z.number().int(),
    seq: z.number().int().openapi({ description: 'The last event of the queue after it.' }),
  })
  .openapi('PastDay')

/** Brings one day; days come in order, each once. Refuses with `wrong_state` otherwise. */
export async function bringDay(
  context: Context,
  env: QueueEnv,
  locationId: string,
  input: PastDayBody,
): Promise<Result<Done>> {
  if (context.caller.kind === 'public') return unauthenticated()
  const known = await look(context, env, locationId)
  if (!known.ok) return known
  const { principal, setup } = known.value
  if (!principal.scopes.includes('config'))
    return refuse('out_of_scope', { detail: 'This needs the scope "config".' })
  if (!setup) return refuse('overloaded', { detail: 'The location cannot be read at the moment.' })
  const visits = pastVisits(input, setup.zone)
  if (!visits.ok) return visits
  const { date: day } = input
  return carry(context, env, known.value, {
    verb: 'import_day',
    ...senderOf(principal),
    date: day,
    visits: visits.value,
  })
}

/** As the rules have them: each within its day, its times in order, and after the one before. */
export function pastVisits({ date: day, visits }: PastDayBody, zone: string): Result<PastVisit[]> {
  const past: PastVisit[] = []
  for (const [index, { service, desk, channel, ...times }] of visits.entries()) {
    const [joinedAt, calledAt, startedAt, endedAt] = [
      msOf(times.joinedAt),
      times.calledAt === undefined ? null : msOf(times.calledAt),
      times.startedAt === undefined ? null : msOf(times.startedAt),
      msOf(times.endedAt),
    ]
    const inOrder = [joinedAt, calledAt, startedAt, endedAt].filter((time) => time !== null)
    const wrong = (field: string, rule: string, message: string) =>
      refuseField(`visits.${index}.${field}`, rule, message)
    if (localDate(joinedAt, zone) !== day) return wrong('joinedAt', 'date', 'It is of another date.')
    if (joinedAt < (past.at(-1)?.joinedAt ?? 0))
      return wrong('joinedAt', 'order', 'It is before that of the visit before.')
    if ((calledAt === null) !== (desk === undefined))
      return wrong('desk', 'called', 'A desk and `calledAt` come together.')
    if (startedAt !== null && calledAt === null)
      return wrong('startedAt', 'called', 'Nobody starts uncalled.')
    if (inOrder.some((time, at) => time < (inOrder[at - 1] ?? 0)))
      return wrong('endedAt', 'order', 'Its times run joined, called, started, ended.')
    if (endedAt - joinedAt > DAY_MS) return wrong('endedAt', 'too_long', 'It lasted longer than a day.')
    const id = newId('vis', joinedAt)
    past.push({
      visit: id,
      service,
      desk: desk ?? null,
      joinedBy: channel,
      joinedAt,
      calledAt,
      startedAt,
      endedAt,
    })
  }
  return ok(past)
}

const msOf = (time: string) => parseInstant(time) as number
