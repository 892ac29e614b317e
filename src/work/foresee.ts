import { limits } from '../config.ts'
import { HOUR_MS } from '../kernel/time.ts'
import type { Location } from '../location/index.ts'
import { type Calendar, forecast, type Model, newModel } from './forecast/index.ts'
import { accountOf } from './rules/account.ts'
import type { Config } from './rules/decide.ts'
import { type Stage, stageOf, stages } from './rules/life.ts'
import { type Foresee, laterDate, type PromiseRules } from './rules/promise.ts'
import { workingTime } from './rules/working-time.ts'
import type { WorkService, WorkSetup } from './setup-contract.ts'

/** Configuration and what was learned, as the rules of a work order take them. */

export type Ways = PromiseRules & { config: Config; calendar: Calendar }

/** Stages that a service uses: approval comes with a quote. */
export const usedStages = (service: WorkService): Stage[] => {
  const named = new Set<Stage>(['received', ...service.stages.map(({ stage }) => stage)])
  if (named.has('quoted')) named.add('approved')
  return stages.filter((stage) => named.has(stage))
}

/** A model that has seen nothing but the set-up. */
const freshModel = (service: WorkService): Model =>
  newModel(
    usedStages(service).map((stage) => ({
      stage,
      nominalMs: (service.stages.find((one) => one.stage === stage)?.workingHours ?? 0) * HOUR_MS,
    })),
  )

/**
 * What was learned, with the stages as they are set up now. What an older release learned in another shape is no model of
 * this one: it is begun anew.
 */
export function modelNow(service: WorkService, learned: Model | undefined): Model {
  const fresh = freshModel(service)
  const fits = learned && Object.keys(fresh).every((key) => key in learned)
  return fits ? { ...learned, stages: fresh.stages } : fresh
}

export const calendarOf = ({ hours, zone }: Pick<Location, 'hours' | 'zone'>) => workingTime(hours, zone)

/** How orders of a service are decided and promised; `model` as learned, undefined while nothing was. */
export function waysOf(
  service: WorkService,
  setup: Pick<WorkSetup, 'quoteHours' | 'tolerancePercent' | 'tellBelowPercent' | 'accounts'>,
  calendar: ReturnType<typeof workingTime>,
  learned: Model | undefined,
): Ways {
  const model = modelNow(service, learned)
  const used = usedStages(service)
  const foresee: Foresee = (order, now) => {
    const resumes = order.pause_until !== null && order.pause_until > now ? order.pause_until : undefined
    const from = resumes ?? now
    const { created_at: openedAt, status_at, stage_before, stage_before_at } = order
    const before =
      stage_before === null ? null : { stage: stage_before, enteredAt: stage_before_at ?? openedAt }
    const job =
      resumes === undefined
        ? { openedAt, stage: stageOf(order), enteredAt: status_at, before }
        : {
            openedAt,
            stage: 'in_progress',
            enteredAt: from,
            before: { stage: stageOf(order), enteredAt: status_at },
          }
    const seen = forecast(model, job, order.load, from, calendar)
    return {
      p50: from + seen.p50Ms,
      p90: from + seen.p90Ms,
      chanceBy: (at) => (at <= from ? 0 : seen.within(at - from)),
    }
  }
  const rules: PromiseRules = {
    foresee,
    hourOf: calendar.hourOf,
    tellBelow: setup.tellBelowPercent / 100,
    promiseAt: service.promiseAt ?? (used.includes('quoted') ? 'approval' : 'intake'),
    whenLate: service.whenLate ?? [],
  }
  return {
    ...rules,
    calendar,
    config: {
      used,
      quoteMs: setup.quoteHours * HOUR_MS,
      tolerancePercent: setup.tolerancePercent,
      linesMost: limits.workLines,
      approvesTo: ({ account }) => accountOf(setup.accounts, account)?.approvesTo,
      laterDate: (order, now) => laterDate(order, now, rules),
    },
  }
}
