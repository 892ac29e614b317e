/** Addresses of the pages. A language wish travels as `?lang=` and stays in a cookie, so addresses carry none. */

const query = (values: Record<string, string | undefined>): string => {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(values)) if (value !== undefined) search.set(name, value)
  const text = search.toString()
  return text && `?${text}`
}

/** `units` are quantities by unit id, each as its own parameter `u.<id>`, as the form sends them. */
export const findHref = (
  service: string,
  date?: string,
  units: Record<string, number> = {},
  more: Record<string, string> = {},
): string =>
  `/services/${service}${query({
    date,
    ...Object.fromEntries(Object.entries(units).map(([id, count]) => [unitField(id), String(count)])),
    ...more,
  })}`

export const unitField = (id: string): string => `u.${id}`
export const unitOf = (field: string): string | undefined =>
  field.startsWith('u.') ? field.slice(2) : undefined

export const bookingHref = (token: string, step = ''): string => `/my/${token}${step && `/${step}`}`

export const deskHref = (location?: string, date?: string, more: Record<string, string> = {}): string =>
  `/desk${query({ location, date, ...more })}`
export const outboxHref = (location: string, before?: string): string =>
  `/desk/messages${query({ location, before })}`
export const deskCancelHref = (booking: string): string => `/desk/bookings/${booking}/cancel`

export const joinHref = (location: string): string => `/queue/${location}`
export const posterHref = (location: string): string => `/queue/${location}/poster`
export const wordHref = (location: string): string => `/word/${location}`
export const hallHref = (location: string): string => `/hall/${location}`
export const ticketHref = (token: string, step = ''): string => `/t/${token}${step && `/${step}`}`
export const boardHref = (location?: string, desk?: string, more: Record<string, string> = {}): string =>
  `/desk/queue${query({ location, desk, ...more })}`

export const jobHref = (token: string): string => `/w/${token}`
export const workBoardHref = (location?: string, more: Record<string, string | undefined> = {}): string =>
  `/desk/work${query({ location, ...more })}`
export const myWorkHref = (location: string, person?: string): string =>
  `/desk/work/mine${query({ location, person })}`
export const newWorkHref = (location: string): string => `/desk/work/new${query({ location })}`
export const workOrderHref = (order: string): string => `/desk/work/${order}`
