import type { Quote, QuoteEnd, Ticket } from './types.ts'

/** What a ticket was promised, and what became of it. */

/** A promise is renewed at most so often in one wait: whoever has heard it ten times believes none. */
export const renewalsMost = 10

/** The promise that counts now, if there is one. */
export const promiseOf = ({ quote, quoteOpen, renewed }: Ticket): Quote | null =>
  renewed === 'none' ? null : (renewed ?? (quoteOpen ? quote : null))

const ended = (quote: Quote, at: number, outcome: QuoteEnd['outcome'], first = false): QuoteEnd => {
  const { id, madeAt, p10, p50, p90, ahead } = quote
  const kept = outcome === 'called' ? at <= p90 : at < p90
  // Who was not called by then is known to have been told too little; who left before would have been called some time.
  const known = outcome === 'called' || !kept
  return {
    ...{ id, madeAt, p10, p50, p90, ahead, first, outcome },
    inside: known ? kept && at >= p10 : null,
    kept: known ? kept : null,
  }
}

/** What becomes of the quotes of a ticket whose wait ends at `at`; the first of them is the first promise. */
export const endsOf = (
  { quote, quoteOpen, renewed }: Ticket,
  at: number,
  outcome: QuoteEnd['outcome'],
): QuoteEnd[] => [
  ...(quote && quoteOpen ? [ended(quote, at, outcome, true)] : []),
  ...(renewed && renewed !== 'none' ? [ended(renewed, at, outcome)] : []),
]

/** What a renewed promise puts an end to: the renewed one before it. The first one goes on until the wait ends. */
export const replacedBy = ({ renewed }: Ticket, at: number): QuoteEnd[] =>
  renewed && renewed !== 'none' ? [ended(renewed, at, 'replaced')] : []

/** A row with its wait at an end. */
export const waitOver = { quoteOpen: false, renewed: null } as const satisfies Partial<Ticket>

/** Whether a wait was an undisturbed one, from which the patience of people can be learned. */
export const isPlainWait = ({ deferrals, reinstatements }: Ticket): boolean =>
  deferrals === 0 && reinstatements === 0

/** For how long a ticket that waits could have been called, up to `at`; ms. */
export const callableMs = ({ legAt, cameAt, dueAt, deferredUntil }: Ticket, at: number): number =>
  Math.max(0, at - Math.max(legAt, cameAt ?? 0, dueAt ?? 0, deferredUntil ?? 0))
