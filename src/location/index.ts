export { type Location, locationOf, type Pool, poolOf, type Service, serviceOf } from './catalogue.ts'
export type { LocationView, PoolView, ServiceBody, ServiceView } from './contract.ts'
export {
  covers,
  departuresOn,
  type Hours,
  type Interval,
  openRuns,
  type Run,
  walkStarts,
} from './hours.ts'
export { listLocations, readLocation } from './locations.ts'
export { fillings, groupNeeds } from './needs.ts'
export { readOrganisation } from './organisation.ts'
export { locationRoutes } from './routes.ts'
export { listServices, readService } from './services.ts'
export { type Offer, readOffer } from './offer.ts'
