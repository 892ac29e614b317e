import type { WorkAccount } from '../setup-contract.ts'

/** Organisations that agreed up to what their people approve, and how their things are known. Pure. */

type Accounts = readonly WorkAccount[] | undefined

export const accountOf = (accounts: Accounts, id: string | null): WorkAccount | undefined =>
  accounts?.find((one) => one.id === id)

/** As people write numbers on frames: spaces, dashes and small letters make no difference. */
const spelt = (mark: string): string => mark.toUpperCase().replace(/[^\p{L}\p{N}]/gu, '')

/** The id of the account that knows one of these things by its mark; null where none does. */
export function accountFor(
  accounts: Accounts,
  items: readonly { mark?: string | undefined }[],
): string | null {
  const marks = new Set(items.flatMap(({ mark }) => (mark === undefined ? [] : [spelt(mark)])))
  return accounts?.find((one) => one.marks.some((mark) => marks.has(spelt(mark))))?.id ?? null
}
