/** Everything that is learned about the jobs of one work service; plain data that can be stored as JSON. */
export type Model = {
  stages: NominalStage[]
  open: Record<string, OpenJob>
  /** The newest last. */
  past: Example[]
}

/** A stage as configured, in the order of work: `nominalMs` of working time from its beginning to its end. */
export type NominalStage = { stage: string; nominalMs: number }

/** A job as it stands. A pause is a stage of its own (such as `paused parts`), and so is the return from it. */
export type Job = {
  openedAt: number
  /** The stage it is in, and since when. */
  stage: string
  enteredAt: number
  /** How many stages it has entered, this one included; a stage that comes again counts again. */
  entries: number
}

/** One stage that a job entered; `age` in working ms since it was opened. */
export type Entry = { stage: string; age: number; load: number }

export type OpenJob = { openedAt: number; entries: Entry[] }

/** What followed after a stage was entered: working ms in the stage and until the end; `done` unless it was dropped. */
export type Example = Entry & { stayed: number; remaining: number; done: boolean }

export const newModel = (stages: NominalStage[] = []): Model => ({ stages, open: {}, past: [] })
