/** One way of saying which past entries are like a present one. */
export type View = {
  /** Jobs ended after which an example counts e times less. */
  memory: number
  /** What an example counts that came from another stage. */
  otherBefore: number
  /** Whether age and time since the stage before are compared. */
  byPath: boolean
  /** How far the logarithm of the pressure may be off until an example counts a quarter. */
  byPressure: number
  /** With which power of the pressure durations grow. */
  growth: number
}

const plain: View = {
  memory: Number.POSITIVE_INFINITY,
  otherBefore: 1,
  byPath: false,
  byPressure: Number.POSITIVE_INFINITY,
  growth: 0,
}
const path: View = { ...plain, otherBefore: 0.3, byPath: true }

/** The views among which what came decides: by path and by what was lately, growing with the load or not. */
export const views: View[] = [
  path,
  { ...plain, memory: 60 },
  { ...plain, memory: 20 },
  { ...path, memory: 60 },
  { ...path, growth: 0.5 },
  { ...path, growth: 1 },
  { ...plain, memory: 60, growth: 1 },
  { ...plain, memory: 60, growth: 0.5 },
  { ...path, byPressure: 0.3 },
]
