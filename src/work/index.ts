export { commandWorkOrder } from './command.ts'
export { configureWork, readWorkSetup } from './configure.ts'
export {
  type WorkCommandBody,
  type WorkOrder,
  type WorkOrderBody,
  type WorkSetup,
  type WorkSummary,
  workCommandBody,
  workOrderBody,
} from './contract.ts'
export { workFollows } from './follow.ts'
export { createWorkOrder } from './intake.ts'
export { learnWork } from './learn.ts'
export { addPhoto, readPhoto } from './photos.ts'
export { listWorkOrders, readWorkOrder } from './read.ts'
export { workRoutes } from './routes.ts'
export { sweepWork } from './sweep.ts'
