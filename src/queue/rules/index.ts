/** The rules of the queue: pure, the same in the location's object, the simulator and the back-test. */
export type { RowKey } from './change.ts'
export type { Command, CommandOf, Join, Target, Verb } from './commands.ts'
export { decide } from './decide.ts'
export { type Due, dueOf } from './due.ts'
export type { EventBody, EventOf, EventType, QueueEvent } from './events.ts'
export { evolve, rowAt } from './evolve.ts'
export { ahead, inReach, nextFor } from './order.ts'
export { promiseOf, renewalsMost } from './promise.ts'
export { actorsOf, channelsOf } from './scope.ts'
export { isLive, isPresent, newQueue, overtakenBy, type QueueState, rowsOf, stateFrom } from './state.ts'
export type * from './types.ts'
export {
  actorKinds,
  channels,
  deskStatuses,
  liveStatuses,
  mainReasons,
  presences,
  statuses,
} from './types.ts'
