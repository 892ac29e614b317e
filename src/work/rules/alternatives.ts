import { isDone, type Status, waitsForCustomer } from './life.ts'
import type { Told } from './promise.ts'

/** What a customer can choose when their job may not be ready by the time they were told. Pure. */

export const alternativeKinds = ['later', 'loan', 'collect', 'cancel'] as const
/**
 * `later`: another date, foreseen as every date is · `loan`: something to use meanwhile · `collect`: it is collected as it
 * is · `cancel`: nothing more is done, and nothing is billed.
 */
export type AlternativeKind = (typeof alternativeKinds)[number]

export type Alternative = {
  kind: AlternativeKind
  /** More about it, in the words of whoever offered it. */
  name: string | null
  /** Ready by then, of `later`. */
  at: number | null
  /** The revision of the order with which it was offered. */
  offered: number
  chosenAt: number | null
}

/** As the table keeps them. */
export const readAlternatives = (column: string | null): Alternative[] =>
  column === null ? [] : (JSON.parse(column) as Alternative[])
export const writeAlternatives = (alternatives: Alternative[]): string | null =>
  alternatives.length > 0 ? JSON.stringify(alternatives) : null

export const isOpen = ({ chosenAt, at }: Alternative, now: number): boolean =>
  chosenAt === null && (at === null || at > now)

const fresh = (kind: AlternativeKind, offered: number): Alternative => ({
  ...{ kind, name: null, at: null, offered, chosenAt: null },
})

/**
 * What can be chosen once a step is done. What was chosen stays. Where our own delay moves the date, whatever the service
 * offers then (`whenLate`) is there; another date is none once the date was told anew; and nothing is left to choose where
 * the work is done or the customer is to answer something else.
 */
export function alternativesAfter(
  before: Alternative[],
  order: { status: string; pause_reason: string | null; revision: number },
  told: Told | undefined,
  whenLate: readonly AlternativeKind[],
): Alternative[] {
  if (isDone(order.status as Status) || waitsForCustomer(order))
    return before.filter(({ chosenAt }) => chosenAt !== null)
  const left = told ? before.filter(({ kind, chosenAt }) => kind !== 'later' || chosenAt !== null) : before
  const slips = told && told.at !== null && told.was !== null && told.at > told.was
  if (!slips) return left
  const known = new Set(left.map(({ kind }) => kind))
  return [...left, ...whenLate.filter((kind) => !known.has(kind)).map((kind) => fresh(kind, order.revision))]
}
