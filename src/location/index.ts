export { covers, departuresOn, type Hours, openRuns, type Run, walkStarts } from '../booking/hours.ts'
export { type Location, locationOf, type Pool, poolOf, type Service, serviceOf } from './catalogue.ts'
export { locationRoutes } from './routes.ts'
