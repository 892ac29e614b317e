import type { QueueEvent, QueueState } from '../../src/queue/rules/index.ts'

export function must(holds: boolean, otherwise: () => string): void {
  if (!holds) throw new Error(otherwise())
}

/** Looks on at promises as `Watch` does at everything else. */
export class PromiseWatch {
  /** Every quote, and whether its wait goes on; the first of each ticket. */
  readonly #quotes = new Map<string, boolean>()
  readonly #first = new Map<string, string>()

  /** A ledger of promises by events alone: each begins once, ends once, and begins again only by an undo. */
  saw(event: QueueEvent): void {
    const made = event.type === 'joined' || event.type === 'requoted' ? event.quote : null
    if (made && 'ticket' in event) {
      must(!this.#quotes.has(made.id), () => `promises: ${made.id} is made twice`)
      this.#quotes.set(made.id, true)
      if (!this.#first.has(event.ticket)) this.#first.set(event.ticket, made.id)
    }
    for (const { id } of 'ends' in event ? event.ends : []) {
      must(this.#quotes.get(id) === true, () => `promises: ${id} ends and was not open`)
      this.#quotes.set(id, false)
    }
    for (const id of event.type === 'undone' ? event.reopens : []) {
      must(this.#quotes.get(id) === false, () => `promises: ${id} is open again and had not ended`)
      this.#quotes.set(id, true)
    }
  }

  /** What the tickets of a state say of their quotes is what the ledger says. */
  check(state: QueueState): void {
    const open = new Set([...this.#quotes].flatMap(([id, goesOn]) => (goesOn ? id : [])))
    for (const { id, status, quote, quoteOpen, renewed } of state.tickets.values()) {
      const first = this.#first.get(id)
      must(quote?.id === first, () => `promises: the first to ${id} is lost`)
      const own = [quoteOpen ? quote : null, renewed === 'none' ? null : renewed]
      for (const one of own) {
        if (!one) continue
        must(status === 'waiting', () => `promises: ${id} waits no more, and ${one.id} goes on`)
        must(open.delete(one.id), () => `promises: ${one.id} of ${id} has ended`)
      }
    }
    must(open.size === 0, () => `promises: nobody has ${[...open].join()}`)
  }
}
