export { timeAt } from './clock.ts'
export { linkToken, readLink } from './links.ts'
export {
  callerValues,
  credentialStatement,
  lacks,
  liveCredential,
  type Principal,
  principalOf,
  type Scope,
  scopes,
  unauthenticated,
} from './principal.ts'
export { peopleRoutes, sessionCookie } from './routes.ts'
