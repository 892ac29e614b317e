/** How working time runs at a location; both ways take and give milliseconds, instants in epoch ms. */
export type Calendar = {
  /** Working time between two instants; 0 where `to` is not after `from`. */
  elapsed(from: number, to: number): number
  /** The instant by which so much working time has passed since `from`. */
  after(from: number, ms: number): number
}

/** Work that never rests: working time is the time of the clock. */
export const always: Calendar = {
  elapsed: (from, to) => Math.max(0, to - from),
  after: (from, ms) => from + ms,
}
