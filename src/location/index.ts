export { type Location, locationOf, type Pool, poolOf, type Service, serviceOf } from './catalogue.ts'
export { locationIn, locationStatement, organisationNameIn, organisationStatement } from './found.ts'
export {
  covers,
  departuresOn,
  type Hours,
  hasHours,
  type Interval,
  type Opening,
  openingAt,
  openRuns,
  type Run,
  walkStarts,
} from './hours.ts'
export { type Filling, fillings, groupNeeds } from './needs.ts'
export { type Offer, readOffer } from './offer.ts'
export { locationRoutes } from './routes.ts'
