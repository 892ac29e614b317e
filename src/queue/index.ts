export { LocationQueue } from './object.ts'
export { queueRoutes } from './routes.ts'
