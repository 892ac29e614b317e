import { views } from './views.ts'

/** Everything that is learned about the jobs of one work service; plain data that can be stored as JSON. */
export type Model = {
  stages: NominalStage[]
  open: Record<string, OpenJob>
  /** What followed after stages were entered, the oldest first. */
  past: Example[]
  /** Jobs done so far, and when the latest of them were, by the time that was busy: see `busy`. */
  ended: number
  lately: number[]
  /** Working ms with a job open, up to the instant `until` (epoch ms; null while none is open). */
  busy: { ms: number; until: number | null }
  /** How long the latest jobs took from their opening to their end, in working ms. */
  lives: number[]
  /** What each view lost lately against the others, in usual losses: in all, and when a job was opened. */
  losses: { all: number; opening: number }[]
  /** Working ms: what a forecast loses on average. */
  usualLoss: number
  /** By how much the level is moved at which P90 is read: when a job is opened, and later. */
  moved: { opening: number; later: number }
}

/** A stage as configured, in the order of work: `nominalMs` of working time from its beginning to its end. */
export type NominalStage = { stage: string; nominalMs: number }

/** A job as it stands. A pause is a stage of its own (such as `paused parts`), and so is the return from it. */
export type Job = {
  openedAt: number
  /** The stage it is in, and since when. */
  stage: string
  enteredAt: number
  /** The stage that it was in before; null in its first. */
  before: { stage: string; enteredAt: number } | null
}

/** One stage that a job entered, as far as jobs are compared by it; durations in working ms. */
export type Entry = {
  stage: string
  before: string | null
  /** Since the job was opened, and since it entered the stage before. */
  age: number
  gap: number
  /** How long the open jobs would take at the pace of late; null while too few have ended. */
  pressure: number | null
}

export type OpenEntry = Entry & {
  /** P90 as announced, and P50 and P90 of each view; none while nothing was known. */
  said: { p90: number; views: [number, number][] } | null
}

export type OpenJob = { openedAt: number; entries: OpenEntry[] }

/** What followed: working ms in the stage and until the end, in which it was done unless it was dropped. */
export type Example = Entry & { stayed: number; remaining: number; done: boolean; job: number }

/** @param stages as configured; without them the first forecasts know nothing and are wide */
export const newModel = (stages: NominalStage[] = []): Model => ({
  stages,
  open: {},
  past: [],
  ended: 0,
  lately: [],
  busy: { ms: 0, until: null },
  lives: [],
  losses: views.map(() => ({ all: 0, opening: 0 })),
  usualLoss: 0,
  moved: { opening: 0, later: 0 },
})
