import { z } from '@hono/zod-openapi'
import { limits } from '../config.ts'
import { newId } from '../kernel/ids.ts'
import { ok, type Result, refuse, refuseField } from '../kernel/result.ts'
import { parseInstant } from '../kernel/time.ts'
import { locationIn, locationStatement } from '../location/index.ts'
import { carryOut, type Done, type Guard, reaches, timeAt } from '../people/index.ts'
import type { Context } from '../platform/context.ts'
import type { Statement } from '../platform/database.ts'
import { instant } from '../platform/wire.ts'
import { clockStatements } from './change.ts'
import { workCommandBody, workOrderBody, workOrderId } from './contract.ts'
import { nothing } from './intake.ts'
import { learnWork } from './learn.ts'
import { setupOf } from './reading.ts'
import { replay } from './replay.ts'
import { statuses } from './rules/life.ts'
import type { Order } from './rules/order.ts'
import {
  broughtStatement,
  insertOrders,
  intakeAt,
  partsStatements,
  setupStatement,
  tellAll,
  updateOrders,
} from './store.ts'
import { settleLocation } from './sweep.ts'
import type { WorkSetupRow } from './tables.ts'

/** Bringing a history: jobs that another system kept, so that their ends are foreseen from them and open ones go on here. */

const promised = instant.optional().openapi({ description: 'The date that was told with it.' })

const pastStep = z
  .strictObject({
    at: instant,
    by: z.enum(['staff', 'customer', 'office']).default('staff'),
    command: workCommandBody.optional().openapi({
      description: 'What was done then, as it is done here; without it another date was told and no more.',
    }),
    promised,
  })
  .openapi('PastStep', {
    example: {
      at: '2026-10-26T10:00:00+00:00',
      by: 'staff',
      command: { verb: 'advance', to: 'in_progress' },
    },
  })

const { service, items, contact, note, channel, assignee, lines, priceLimit } = workOrderBody.shape
const pastJob = z
  .strictObject({
    ...{ service, items, contact, note, channel, assignee, lines, priceLimit },
    receivedAt: instant,
    promised,
    reworkOf: z.number().int().min(1).max(limits.pastJobs).optional().openapi({
      description: 'The job of this request, counted from 1, that was collected and came back.',
    }),
    steps: z.array(pastStep).max(limits.pastSteps).openapi({
      description: 'In order, each later than the one before, none in the future.',
    }),
  })
  .openapi('PastJob', {
    example: {
      service: 'service',
      items: [{ name: 'Blue bicycle' }],
      receivedAt: '2026-10-26T09:00:00+00:00',
      promised: '2026-10-26T16:00:00+00:00',
      steps: [
        { at: '2026-10-26T10:00:00+00:00', by: 'staff', command: { verb: 'advance', to: 'in_progress' } },
        { at: '2026-10-26T11:30:00+00:00', by: 'staff', command: { verb: 'advance', to: 'ready' } },
      ],
    },
  })
export type PastJob = z.infer<typeof pastJob>

export const workHistoryBody = z
  .strictObject({ jobs: z.array(pastJob).min(1).max(limits.pastJobs) })
  .openapi('WorkHistoryBody')
export type WorkHistoryBody = z.infer<typeof workHistoryBody>

const broughtFields = { id: workOrderId, reference: z.string(), status: z.enum(statuses) }
export const workBrought = z
  .object({
    workOrders: z
      .array(z.object({ ...broughtFields, token: z.string() }))
      .openapi({ description: 'In the order of the jobs, each with the token of its link.' }),
  })
  .openapi('WorkBrought')
type Brought = { id: string; reference: string; status: (typeof statuses)[number] }[]

const missing = () => refuse('not_found', { detail: 'There is no such location, or it takes in no work.' })

/**
 * Takes over jobs from another system (scope `config`): each becomes a work order that went through the same rules at its own
 * times, told by events whose basis is `imported`. Refuses with `invalid_field` what could not have happened here, naming the
 * job and step; with `not_found`, and as every change does.
 */
export async function bringWork(
  context: Context,
  locationId: string,
  input: WorkHistoryBody,
): Promise<Result<Done<Brought>>> {
  const reads = [locationStatement(locationId), setupStatement(locationId)]
  const again = async (subject: string) => ok((await context.db.rows(broughtStatement(subject))) as Brought)
  let until: number | undefined
  const done = await carryOut(context, 'config', reads, again, ([place, configured], principal) => {
    const location = locationIn(place)
    const setup = configured?.rows[0] && setupOf(configured.rows[0] as WorkSetupRow)
    if (!location || location.archived || !setup || !reaches(principal, location)) return missing()
    const now = timeAt(context, location, principal)
    if (!now.ok) return now
    until = now.value
    const timed = timesOf(input.jobs, now.value)
    if (!timed.ok) return timed
    const replayed = replay(timed.value, location, setup, principal.actor)
    if (!replayed.ok) return replayed
    const { orders, told } = replayed.value
    const last = orders.map((states) => (states.at(-1) as Order).order)
    return ok({
      event: {
        at: now.value,
        type: 'work.history_brought',
        location: locationId,
        subject: newId('imp', now.value),
        revision: 1,
        data: { orders: last.map(({ id }) => id) },
      },
      guard: intakeAt(locationId, setup.revision, now.value),
      writes: (guard: Guard) => [
        tellAll(told, guard),
        ...clockStatements(context, locationId, now.value, guard),
        ...layers(orders, guard),
      ],
      value: last.map(({ id, reference, status }) => ({ id, reference, status })) as Brought,
    })
  })
  if (done.ok && until !== undefined) {
    // Cron would do both: whoever looks at once sees it by what was learned.
    await learnWork(context.db)
    await settleLocation(context.db, locationId, until)
  }
  return done
}

/** A job and its steps with their instants in epoch ms. */
export type TimedJob = {
  job: PastJob
  receivedAt: number
  promised: number | undefined
  steps: { step: PastJob['steps'][number]; at: number; promised: number | undefined }[]
}

/** The jobs by their instants. Refuses with `invalid_field` what is in the future or out of order. */
export function timesOf(jobs: PastJob[], now: number): Result<TimedJob[]> {
  const timed: TimedJob[] = []
  for (const [i, job] of jobs.entries()) {
    const receivedAt = msOf(job.receivedAt)
    const steps = job.steps.map((step) => ({ step, at: msOf(step.at), promised: maybeMs(step.promised) }))
    if (receivedAt > now) return refuseField(`jobs.${i}.receivedAt`, 'in_future', 'It is not yet.')
    for (const [j, { at, step }] of steps.entries()) {
      const wrong = (rule: string, message: string) => refuseField(`jobs.${i}.steps.${j}.at`, rule, message)
      if (at > now) return wrong('in_future', 'It is not yet.')
      if (!step.command && step.promised === undefined)
        return refuseField(
          `jobs.${i}.steps.${j}`,
          'nothing',
          'It says neither what was done nor what was told.',
        )
      if (at <= (steps[j - 1]?.at ?? receivedAt)) return wrong('order', 'It is not after what was before it.')
    }
    timed.push({ job, receivedAt, promised: maybeMs(job.promised), steps })
  }
  return ok(timed)
}

const msOf = (time: string) => parseInstant(time) as number
const maybeMs = (time: string | undefined) => (time === undefined ? undefined : msOf(time))

/** All orders at once, one step after another: the database sees each of them begin and go every step. */
function layers(orders: Order[][], guard: Guard): Statement[] {
  const longest = Math.max(...orders.map((states) => states.length))
  return Array.from({ length: longest }, (_, n) => n).flatMap((n) => {
    const changes = orders.flatMap((states) => {
      const after = states[n]
      return after ? [{ before: states[n - 1] ?? { order: after.order, ...nothing }, after }] : []
    })
    const rows = changes.map(({ after }) => after.order)
    // What was agreed at intake is asked first; the order itself begins with its second state.
    const own = n === 0 ? [] : [n === 1 ? insertOrders(rows, guard) : updateOrders(rows, guard)]
    return [...partsStatements(changes, guard), ...own]
  })
}
