declare const __DAWR_SOAK__: boolean

/** True in `npm run soak`: the long proofs, at full size. */
export const soak = __DAWR_SOAK__

/** A size for every day and the full one for `npm run soak`: `scaled(200, 10_000)` requests. */
export function scaled(everyDay: number, full: number): number {
  return soak ? full : everyDay
}
