export { accessStatement, forgetAccesses, noteAccess } from './access.ts'
export { changed, found } from './answer.ts'
export { carryOut, type Done, type Guard, type Needs } from './change.ts'
export { timeAt } from './clock.ts'
export { claimFirstKey, firstAdminLink } from './first-key.ts'
export {
  isOffice,
  linkToken,
  officeOf,
  officeToken,
  readLink,
  ticketToken,
  workOrderToken,
} from './links.ts'
export {
  callerValues,
  credentialStatement,
  isStaff,
  lacks,
  liveCredential,
  type Principal,
  principalOf,
  reaches,
  type Scope,
  scopes,
  unauthenticated,
} from './principal.ts'
export { peopleRoutes, sessionCookie } from './routes.ts'
export { exchangeLink, readSignInLink, signOut } from './sign-in.ts'
