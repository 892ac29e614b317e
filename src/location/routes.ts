import { router } from '../platform/http.ts'

export const locationRoutes = router()
