import { addDays, DAY_MS, localDate } from '../kernel/time.ts'
import { type Location, openRuns } from '../location/index.ts'
import type { Shown, Stage, Status, WorkOrder } from '../work/index.ts'
import { inLanguage } from './page.tsx'
import type { Reader } from './reader.ts'
import type { MessageKey } from './say.ts'

/** A work order as its pages show it, to the customer and to staff. Instants are epoch ms, amounts minor units. */

export type StepState = 'done' | 'now' | 'ahead'
export type JobStep = { status: Stage | 'ready' | 'collected'; state: StepState; at: number | null }

export type JobPromise = { at: number | null; first: boolean; was: number | null }

export type JobEvent = {
  at: number
  what: MessageKey
  /** More about it, such as why it is paused. */
  why: MessageKey | null
  by: WorkOrder['history'][number]['by']
  /** Which of the staff, to staff. */
  actor: string | null
  basis: WorkOrder['history'][number]['basis']
  promises: JobPromise[]
}

/** What can be chosen where the date may not be kept, or was. */
export type JobChoice = Pick<WorkOrder['alternatives'][number], 'kind' | 'name' | 'offered'> & {
  at: number | null
  chosenAt: number | null
}

export type JobLine = WorkOrder['lines'][number]

export type Job = {
  reference: string
  status: Status
  place: { name: string; address: string | null; zone: string }
  service: string
  items: WorkOrder['items']
  steps: JobStep[]
  pause: { reason: NonNullable<WorkOrder['pause']>['reason']; until: number | null } | null
  ready: {
    promised: number | null
    first: number | null
    /** Why it is another day or hour than was promised first. */
    why: MessageKey | null
    /** Since when it is ready. */
    since: number | null
    chance: number | null
  }
  choices: JobChoice[]
  price: WorkOrder['price']
  lines: JobLine[]
  photos: { href: string; subject: WorkOrder['photos'][number]['subject']; at: number }[]
  events: JobEvent[]
}

const read = (instant: string): number => Date.parse(instant)
const maybe = (instant: string | null): number | null => (instant === null ? null : read(instant))

export function jobOf(
  r: Reader,
  { order, location, stages }: Shown,
  photoHref: (photo: string) => string,
): Job {
  const { readyBy, pause } = order
  const since = order.history.findLast(({ type }) => type === 'ready')?.at
  return {
    reference: order.reference,
    status: order.status,
    place: {
      name: inLanguage(r.language, location.name),
      address: location.address,
      zone: location.zone,
    },
    service: inLanguage(r.language, order.serviceName),
    items: order.items,
    steps: stepsOf(order, stages),
    pause: pause && { reason: pause.reason, until: maybe(pause.until) },
    ready: {
      promised: maybe(readyBy.promised),
      first: maybe(readyBy.first),
      why: movedBy(order),
      since: since === undefined ? null : read(since),
      chance: readyBy.chance,
    },
    choices: choicesOf(order),
    price: order.price,
    lines: order.lines,
    photos: order.photos.map(({ id, subject, at }) => ({ href: photoHref(id), subject, at: read(at) })),
    events: order.history.flatMap((entry) => {
      const what = told[entry.type]
      return what === undefined ? [] : [eventOf(entry, what)]
    }),
  }
}

export const choicesOf = ({ alternatives }: Pick<WorkOrder, 'alternatives'>): JobChoice[] =>
  alternatives.map((one) => ({ ...one, at: maybe(one.at), chosenAt: maybe(one.chosenAt) }))

/** Where a status stands among the stages; beyond them, and before any, a status of its own. */
const standsAt: Partial<Record<Status, JobStep['status']>> = {
  paused: 'in_progress',
  declined: 'quoted',
  quote_expired: 'quoted',
  closed: 'collected',
  reopened: 'collected',
}

function stepsOf({ status, history }: WorkOrder, stages: readonly Stage[]): JobStep[] {
  const line: JobStep['status'][] = [...stages, 'ready', 'collected']
  const reached = (step: string) => history.findLast(({ type }) => type === step)?.at
  const at =
    status === 'cancelled'
      ? line.findLastIndex((step) => reached(step) !== undefined) + 0.5
      : line.indexOf(standsAt[status] ?? (status as JobStep['status']))
  const over = status === 'collected' || status === 'closed' || status === 'reopened'
  return line.map((step, place) => {
    const when = reached(step)
    const state = place < at || (over && place === at) ? 'done' : place === at ? 'now' : 'ahead'
    return { status: step, state, at: when === undefined || state === 'ahead' ? null : read(when) }
  })
}

/** What is told of each type of event; of others nothing. */
const told: Record<string, MessageKey> = {
  received: 'job.status_received',
  diagnosing: 'job.status_diagnosing',
  quoted: 'job.status_quoted',
  approved: 'job.status_approved',
  scheduled: 'job.status_scheduled',
  in_progress: 'job.status_in_progress',
  paused: 'job.status_paused',
  quality_check: 'job.status_quality_check',
  ready: 'job.status_ready',
  collected: 'job.status_collected',
  closed: 'job.status_closed',
  declined: 'job.status_declined',
  quote_expired: 'job.status_quote_expired',
  cancelled: 'job.status_cancelled',
  reopened: 'job.status_reopened',
  line_worked: 'job.event_line_worked',
  photo_added: 'job.event_photo_added',
  billed: 'job.event_billed',
  promise_moved: 'job.event_promise_moved',
  alternatives_offered: 'job.event_alternatives_offered',
  alternative_chosen: 'job.event_alternative_chosen',
}

const pauses = {
  parts: 'job.pause_parts',
  customer: 'job.pause_customer',
  third_party: 'job.pause_third_party',
  internal: 'job.pause_internal',
  safety: 'job.pause_safety',
} as const satisfies Record<NonNullable<WorkOrder['pause']>['reason'], MessageKey>
export const pauseMessage = (reason: string | null): MessageKey | null =>
  reason !== null && Object.hasOwn(pauses, reason) ? pauses[reason as keyof typeof pauses] : null

const eventOf = (entry: WorkOrder['history'][number], what: MessageKey): JobEvent => ({
  at: read(entry.at),
  what,
  why: entry.type === 'paused' ? pauseMessage(entry.reason) : null,
  by: entry.by,
  actor: entry.actor,
  basis: entry.basis,
  promises: entry.promises.map(({ at, first, was }) => ({ at: maybe(at), first, was: maybe(was) })),
})

/** Why the date was moved last. */
function movedBy({ history }: WorkOrder): MessageKey | null {
  const entry = history.findLast(({ promises }) => promises.some(({ at, first }) => at !== null && !first))
  if (!entry) return null
  if (entry.type === 'paused') return pauseMessage(entry.reason) ?? 'job.why_slow'
  if (entry.type === 'alternative_chosen') return 'job.event_alternative_chosen'
  return entry.type === 'approved' ? 'job.why_answer' : 'job.why_slow'
}

export type OpenDay = { date: string; runs: { from: number; to: number }[] }

const daysAhead = 14
const daysShown = 3

/** The next days on which one can come by, today first if it is not over. */
export function openDays({ hours, zone }: Location, now: number): OpenDay[] {
  const today = localDate(now, zone)
  const days = new Map<string, OpenDay>()
  for (const { start, end } of openRuns(hours, zone, today, addDays(today, daysAhead))) {
    // A place that never closes has no hours to tell.
    if (end <= now || end - start > DAY_MS) continue
    const date = localDate(start, zone)
    const day = days.get(date) ?? { date, runs: [] }
    day.runs.push({ from: start, to: end })
    days.set(date, day)
  }
  return [...days.values()].slice(0, daysShown)
}

/** Labour and parts are chosen; tax and discounts go with their lines, or with the whole. */
export const isChosen = ({ kind }: { kind: string }): boolean => kind === 'labour' || kind === 'part'

/** What approving these lines of a quote comes to. */
export function totalOf(lines: readonly JobLine[], approve: readonly number[]): number {
  const goes = (line: JobLine) =>
    isChosen(line)
      ? approve.includes(line.line)
      : line.of === null
        ? approve.length > 0
        : approve.includes(line.of)
  return lines.filter(goes).reduce((total, { amount }) => total + amount, 0)
}
