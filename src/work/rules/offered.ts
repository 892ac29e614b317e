import type { WorkOrder, WorkVerb } from '../contract.ts'
import {
  type AdvanceTo,
  advanceTo,
  isDone,
  isOver,
  mayAdvance,
  type Stage,
  type Status,
  steps,
} from './life.ts'

/** What can be done with a work order now, for whoever offers it as buttons. Pure. */

export type Offered = {
  /** Where `advance` leads; what most orders do next comes last. */
  advance: AdvanceTo[]
  verbs: Exclude<WorkVerb, 'advance'>[]
  /** Approved lines of labour and parts that nobody has worked on. */
  workable: number[]
  /** Whether the holder of its link may cancel it. */
  customerCancels: boolean
}

export function offeredFor(
  {
    status,
    lines,
    quotes,
    price,
    readyBy,
    alternatives,
  }: Pick<WorkOrder, 'status' | 'lines' | 'quotes' | 'alternatives'> & {
    price: Pick<WorkOrder['price'], 'billed'>
    readyBy: Pick<WorkOrder['readyBy'], 'promised'>
  },
  used: readonly Stage[],
): Offered {
  const leadsTo = (next: Status) => steps[status].includes(next)
  const begun = status === 'in_progress' || status === 'paused' || status === 'quality_check'
  const workable =
    status === 'in_progress' || status === 'quality_check'
      ? lines.filter(
          ({ kind, decision, workedAt }) =>
            decision === 'approved' && workedAt === null && (kind === 'labour' || kind === 'part'),
        )
      : []
  const when: Record<Offered['verbs'][number], boolean> = {
    decide: status === 'quoted' && quotes.some((quote) => quote.status === 'open'),
    work_line: workable.length > 0,
    offer: readyBy.promised !== null && !isDone(status),
    choose: alternatives.some(({ chosenAt }) => chosenAt === null),
    resume: status === 'paused',
    continue: status === 'quote_expired' && lines.some(({ decision }) => decision === 'approved'),
    bill: (status === 'ready' || status === 'collected') && price.billed === null,
    quote: status === 'quoted' || leadsTo('quoted'),
    pause: status === 'paused' || leadsTo('paused'),
    assign: !isOver(status),
    cancel: leadsTo('cancelled'),
    reopen: status === 'collected' || status === 'closed',
  }
  return {
    advance: advanceTo.filter((next) => mayAdvance(used, status, next)),
    verbs: (Object.keys(when) as Offered['verbs']).filter((verb) => when[verb]),
    workable: workable.map(({ line }) => line),
    customerCancels: leadsTo('cancelled') && !begun && lines.every(({ workedAt }) => workedAt === null),
  }
}
