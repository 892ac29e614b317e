export { attend, consume, type Errand } from './consume.ts'
export { notifyFollows } from './follow.ts'
export { readOutbox } from './outbox.ts'
export { notifyRoutes } from './routes.ts'
