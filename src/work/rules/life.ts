/** The life of a work order: its statuses, which lead where, and for whom it waits in each. Pure. */

export const statuses = [
  'received',
  'diagnosing',
  'quoted',
  'approved',
  'scheduled',
  'in_progress',
  'paused',
  'quality_check',
  'ready',
  'collected',
  'closed',
  'declined',
  'quote_expired',
  'cancelled',
  'reopened',
] as const
export type Status = (typeof statuses)[number]

export const pauseReasons = ['parts', 'customer', 'third_party', 'internal', 'safety'] as const
export type PauseReason = (typeof pauseReasons)[number]

/** Stages that a work service may use, in the order of work; `approved` comes with `quoted`. */
export const stages = [
  'received',
  'diagnosing',
  'quoted',
  'approved',
  'scheduled',
  'in_progress',
  'quality_check',
] as const
export type Stage = (typeof stages)[number]

/** Where each status leads. The database has the same list (`work_step`). */
export const steps: Record<Status, readonly Status[]> = {
  received: ['diagnosing', 'quoted', 'scheduled', 'in_progress', 'cancelled'],
  diagnosing: ['quoted', 'scheduled', 'in_progress', 'cancelled'],
  quoted: ['approved', 'declined', 'quote_expired', 'cancelled'],
  approved: ['quoted', 'scheduled', 'in_progress', 'cancelled'],
  scheduled: ['quoted', 'in_progress', 'cancelled'],
  in_progress: ['quoted', 'paused', 'quality_check', 'ready', 'cancelled'],
  paused: ['quoted', 'in_progress', 'cancelled'],
  quality_check: ['quoted', 'in_progress', 'ready', 'cancelled'],
  ready: ['collected'],
  collected: ['closed', 'reopened'],
  closed: ['reopened'],
  declined: ['quoted', 'collected', 'cancelled'],
  quote_expired: ['quoted', 'approved', 'collected', 'cancelled'],
  cancelled: [],
  reopened: [],
}

/** Statuses that `advance` leads to: the others come by a verb of their own. */
export const advanceTo = [
  'diagnosing',
  'scheduled',
  'in_progress',
  'quality_check',
  'ready',
  'collected',
  'closed',
] as const
export type AdvanceTo = (typeof advanceTo)[number]

/** It is over: nothing more happens but that it is reopened. */
export const isOver = (status: Status): boolean =>
  status === 'closed' || status === 'cancelled' || status === 'reopened'

/** The work is done. */
export const isDone = (status: Status): boolean =>
  status === 'ready' || status === 'collected' || isOver(status)

export type Waiting = { status: string; pause_reason: string | null }

/** Whether the next step is the customer's: then no date is promised, because the date hangs on the answer. */
export const waitsForCustomer = ({ status, pause_reason }: Waiting): boolean =>
  ['quoted', 'declined', 'quote_expired'].includes(status) || pause_reason === 'customer'

/** The stage of an order as a model knows it: a pause is one of its own. */
export const stageOf = ({ status, pause_reason }: Waiting): string =>
  pause_reason === null ? status : `${status} ${pause_reason}`

/** Whether our clock runs: it is neither paused nor with the customer. */
const isOurs = (order: Waiting): boolean =>
  order.status !== 'paused' && !waitsForCustomer(order) && !isDone(order.status as Status)

/** Whether the stages of a service allow this step: a stage that it uses is not passed over. */
export function mayAdvance(used: readonly Stage[], from: Status, to: AdvanceTo): boolean {
  if (!steps[from].includes(to)) return false
  if (from === 'quality_check' && to === 'in_progress') return true
  const [at, next] = [order.indexOf(from), order.indexOf(to)]
  if (next < 0) return true
  if (stages.some((stage) => stage === to && !used.includes(stage))) return false
  // From a pause work goes on by `resume`; a status that is no stage leads where `steps` says.
  if (at < 0) return from !== 'paused'
  return !order.slice(at + 1, next).some((status) => used.some((stage) => stage === status))
}
const order: Status[] = [...stages, 'ready', 'collected', 'closed']

/** How long it was ours and how long it waited, once the present stretch ends at `now`. */
export function clockAt(
  row: Waiting & { status_at: number; ours_ms: number; waited_ms: number },
  now: number,
): { ours_ms: number; waited_ms: number } {
  const stretch = Math.max(0, now - row.status_at)
  return isOurs(row)
    ? { ours_ms: row.ours_ms + stretch, waited_ms: row.waited_ms }
    : { ours_ms: row.ours_ms, waited_ms: row.waited_ms + stretch }
}
