import { router } from '../platform/http.ts'

export const peopleRoutes = router()

/** The browser's session; `__Host-` binds it to this host and to HTTPS. */
export const sessionCookie = '__Host-dawr'
