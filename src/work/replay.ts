import { ok, type Refused, type Result, refuse, refuseField } from '../kernel/result.ts'
import { parseInstant } from '../kernel/time.ts'
import type { Location } from '../location/index.ts'
import type { NewEvent } from '../platform/events.ts'
import { calendarOf, type Ways, waysOf } from './foresee.ts'
import type { TimedJob } from './history.ts'
import { agreedAtIntake, begun, nothing, receivedAs, reopenedAs } from './intake.ts'
import { type Setup, staleUnless } from './reading.ts'
import { accountFor } from './rules/account.ts'
import { decide, fallDue } from './rules/decide.ts'
import { isDone, type Status } from './rules/life.ts'
import { type Deed, type Finished, finish, type Order, type Step } from './rules/order.ts'
import { openQuote } from './rules/quote.ts'

/** Plays what another system noted through the rules of work orders, each step at its own time. */

type Replayed = {
  /** Of each job all that it was: as asked, as received, and after every step. */
  orders: Order[][]
  /** In the order in which it happened. */
  told: (NewEvent & { location: string })[]
}

type Happening = { at: number; job: number; step: number | undefined }

/** Refuses with `invalid_field` at what the rules refuse, by the path in the request. */
export function replay(
  jobs: TimedJob[],
  location: Pick<Location, 'id' | 'hours' | 'zone'>,
  setup: Setup,
  actor: string,
): Result<Replayed> {
  const orders: Order[][] = jobs.map(() => [])
  const told: Replayed['told'] = []
  const calendar = calendarOf(location)
  const services = new Map<string, Ways>(
    setup.services.map((service) => [service.id, waysOf(service, setup, calendar, undefined)]),
  )
  const present = (job: number) => orders[job]?.at(-1)
  /** Those of a service that are in hand, as `load` counts. */
  const inHand = (service: string) =>
    orders.filter((states) => {
      const row = states.at(-1)?.order
      return row?.service === service && !isAway(row.status as Status)
    }).length
  const keep = (job: number, { after, event }: Finished) => {
    orders[job]?.push(after)
    const { location_id, id, revision } = after.order
    told.push({ ...event, location: location_id, subject: id, revision, actor })
  }
  const take = (job: number, before: Order, step: Step, deed: Deed, ways: Ways, date: number | undefined) => {
    const elsewhere = { told: date }
    const load = inHand(before.order.service)
    const finished = finish(before, { ...step, basis: 'imported' }, deed, { ...ways, elsewhere, load })
    keep(job, finished)
    return isTold(finished, date, deed.at)
  }

  for (const { at, job: index, step: n } of happenings(jobs)) {
    const { job, promised, steps } = jobs[index] as TimedJob
    const path = n === undefined ? `jobs.${index}` : `jobs.${index}.steps.${n}`
    const ways = services.get(job.service)
    if (!ways) return refuseField(`${path}.service`, 'unknown_service', 'This location does no such work.')
    const past = n === undefined ? undefined : steps[n]
    const deed: Deed = { at, actor, by: past?.step.by ?? 'staff' }
    if (!past) {
      const from = job.reworkOf === undefined ? undefined : job.reworkOf - 1
      const origin = from === undefined ? undefined : present(from)
      if (from !== undefined && origin?.order.status !== 'collected' && origin?.order.status !== 'closed')
        return refuseField(`${path}.reworkOf`, 'not_collected', 'That job was not collected by then.')
      const row = begun(
        location.id,
        {
          service: job.service,
          origin_id: origin?.order.id ?? null,
          account: accountFor(setup.accounts, job.items),
          ...{ booking_id: null, ticket_id: null, partner_id: null, channel: job.channel ?? 'front_desk' },
          contact: job.contact ? JSON.stringify(job.contact) : null,
          items: JSON.stringify(job.items),
          note: job.note ?? null,
          assignee: job.assignee ? JSON.stringify(job.assignee) : null,
        },
        inHand(job.service) + 1,
        deed,
      )
      const agreed = agreedAtIntake({ order: row, ...nothing }, job, deed, ways)
      if (!agreed.ok) return below(path, agreed)
      const [asked, received] = agreed.value
      orders[index]?.push(asked)
      const finished = receivedAs(received, deed, { ...ways, elsewhere: { told: promised } }, 'imported')
      keep(index, finished)
      if (!isTold(finished, promised, at)) return untold(path)
      if (from !== undefined && origin) take(from, origin, reopenedAs(origin, row.id), deed, ways, undefined)
      continue
    }
    const lapsed = present(index) as Order
    const asked = openQuote(lapsed.quotes)
    if (asked && asked.expires_at <= at) {
      const end: Deed = { at: asked.expires_at, actor: 'system', by: 'system' }
      take(index, lapsed, fallDue(lapsed, end), end, ways, undefined)
    }
    const before = present(index) as Order
    const decided = decidedAs(before, past.step.command, deed, ways)
    if (!decided.ok) return below(`${path}.command`, decided)
    if (!take(index, before, decided.value, deed, ways, past.promised)) return untold(path)
  }
  return ok({ orders, told: told.sort((a, b) => a.at - b.at) })
}

/** All that happened, job by job where it was at once. */
const happenings = (jobs: TimedJob[]): Happening[] =>
  jobs
    .flatMap(({ receivedAt, steps }, job): Happening[] => [
      { at: receivedAt, job, step: undefined },
      ...steps.map(({ at }, step) => ({ at, job, step })),
    ])
    .sort((a, b) => a.at - b.at)

const isAway = (status: Status): boolean =>
  isDone(status) || status === 'declined' || status === 'quote_expired'

const isTold = ({ after }: Finished, date: number | undefined, at: number): boolean =>
  date === undefined || (date > at && after.order.promised_at === date)

const untold = (path: string) =>
  refuseField(
    `${path}.promised`,
    'no_promise',
    'No such date could be told then: it is past, or hangs on the customer.',
  )

function decidedAs(
  before: Order,
  command: TimedJob['steps'][number]['step']['command'],
  deed: Deed,
  { config }: Ways,
): Result<Step> {
  if (!command) return ok({ after: before, type: 'promise_moved', basis: 'imported' })
  if (command.verb === 'reopen')
    return refuseField('verb', 'own_job', 'What came back is a job of its own, with `reworkOf`.')
  const stale = staleUnless(command.revision, before.order.revision)
  if (stale) return stale
  const instants = {
    expiresAt: command.verb === 'quote' ? instantOf(command.expiresAt) : undefined,
    until: command.verb === 'pause' ? instantOf(command.until) : undefined,
  }
  return decide(before, command, instants, deed, config)
}

const instantOf = (text: string | undefined) => (text === undefined ? undefined : parseInstant(text))

/** What the rules refuse, as a fault of the request: which field of which job. */
function below(path: string, { problem: { code, detail, errors, facts } }: Refused): Refused {
  const faults = errors ?? [{ path: 'verb', rule: code, message: detail ?? 'This was not possible then.' }]
  return refuse('invalid_field', {
    ...(detail !== undefined && { detail }),
    ...(facts && { facts }),
    errors: faults.map((fault) => ({ ...fault, path: `${path}.${fault.path}` })),
  })
}
