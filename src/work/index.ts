export { commandWorkOrder } from './command.ts'
export { configureWork, readWorkSetup } from './configure.ts'
export {
  cancelReasons,
  type WorkCommandBody,
  type WorkOrder,
  type WorkOrderBody,
  type WorkSummary,
  workCommandBody,
  workOrderBody,
} from './contract.ts'
export { workFollows } from './follow.ts'
export { createWorkOrder } from './intake.ts'
export { learnWork } from './learn.ts'
export { addPhoto, type NewPhoto, readPhoto } from './photos.ts'
export { listWorkOrders, readWorkOrder } from './read.ts'
export { workRoutes } from './routes.ts'
export { type AlternativeKind, alternativeKinds } from './rules/alternatives.ts'
export { isOver, pauseReasons, type Stage, type Status, statuses } from './rules/life.ts'
export { lineKinds } from './rules/quote.ts'
export type { WorkSetup } from './setup-contract.ts'
export { nextStage, type Shown, showWorkOrder } from './shown.ts'
export { sweepWork } from './sweep.ts'
