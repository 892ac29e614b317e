import { learn, newModel } from '../../src/work/forecast/index.ts'
import type { WorkEvent } from './work-log.ts'

/** The jobs of a log as the product would know them, learning and announcing as it goes. */
export class Workshop {
  readonly #model = newModel()
  readonly #open = new Set<string>()

  /** Takes in one event; returns what is announced then, in ms from it, unless the job is done. */
  see(event: WorkEvent): { p50: number; p90: number } | null {
    const { t: at, caseId: job } = event
    if (event.type === 'done') {
      this.#open.delete(job)
      learn(this.#model, { kind: 'done', job, at })
      return null
    }
    this.#open.add(job)
    const said = learn(this.#model, { kind: 'entered', job, stage: event.stage, at, load: this.#open.size })
    return said && { p50: said.p50Ms, p90: said.p90Ms }
  }
}
