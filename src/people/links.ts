import { base64url } from '../kernel/ids.ts'

/**
 * The customer's link to one booking, ticket or work order. Its token is the id under HMAC-SHA-256 with the deployment's secret:
 * nothing of it is stored, and a repeated request can be answered with the same link (docs/adr/0003).
 */

const keys = new Map<string, Promise<CryptoKey>>()

function keyOf(secret: string): Promise<CryptoKey> {
  let key = keys.get(secret)
  if (!key) {
    key = crypto.subtle.importKey(
      'raw',
      new TextEncoder().encode(secret),
      { name: 'HMAC', hash: 'SHA-256' },
      false,
      ['sign', 'verify'],
    )
    keys.set(secret, key)
  }
  return key
}

const encoder = new TextEncoder()

async function macOf(secret: string, subject: string): Promise<string> {
  return base64url(
    new Uint8Array(await crypto.subtle.sign('HMAC', await keyOf(secret), encoder.encode(subject))),
  )
}

async function isMacOf(secret: string, subject: string, mac: string): Promise<boolean> {
  const bytes = Uint8Array.from(atob(mac.replaceAll('-', '+').replaceAll('_', '/')), (char) =>
    char.charCodeAt(0),
  )
  return crypto.subtle.verify('HMAC', await keyOf(secret), bytes, encoder.encode(subject))
}

/** 256 bits in base64url: 43 characters, the last of sixteen, so that a token has one spelling. */
const sign = '([\\w-]{42}[AEIMQUYcgkosw048])'
const bookingToken = new RegExp(`^cst_([0-9a-z]{26})_${sign}$`)
const workToken = new RegExp(`^wst_([0-9a-z]{26})_${sign}$`)
const ticketTokenForm = new RegExp(`^tst_([0-9a-z]{26})_([0-9a-z]{26})_${sign}$`)

/** Length of an id's prefix with its underscore: `bkg_`, `loc_`, `tkt_`. */
const prefixChars = 4

/** The token of the link to one booking. */
export const linkToken = async (secret: string, booking: string): Promise<string> =>
  `cst_${booking.slice(prefixChars)}_${await macOf(secret, booking)}`

/** The token of the link to one ticket; it names the location, where the ticket's queue is. */
export const ticketToken = async (secret: string, location: string, ticket: string): Promise<string> =>
  `tst_${location.slice(prefixChars)}_${ticket.slice(prefixChars)}_${await macOf(secret, `${location}/${ticket}`)}`

/** The token of the link to one work order. */
export const workOrderToken = async (secret: string, order: string): Promise<string> =>
  `wst_${order.slice(prefixChars)}_${await macOf(secret, order)}`

/** The office of an account, as the holder of its own link to one of its work orders. */
export const officeOf = (order: string): string => `${order}/office`
export const isOffice = (subject: string): boolean => subject.endsWith('/office')

/** The token of the office's link to one work order. */
export const officeToken = async (secret: string, order: string): Promise<string> =>
  `wst_${order.slice(prefixChars)}_${await macOf(secret, officeOf(order))}`

/** What a token opens: the id of a booking or work order, that of its `office`, or `location/ticket`; undefined if this deployment did not make it. */
export async function readLink(secret: string, token: string): Promise<string | undefined> {
  const [, booking, mac] = bookingToken.exec(token) ?? []
  if (booking && mac) return (await isMacOf(secret, `bkg_${booking}`, mac)) ? `bkg_${booking}` : undefined
  const [, order, orderMac] = workToken.exec(token) ?? []
  for (const subject of order ? [`wrk_${order}`, officeOf(`wrk_${order}`)] : [])
    if (orderMac && (await isMacOf(secret, subject, orderMac))) return subject
  const [, location, ticket, ticketMac] = ticketTokenForm.exec(token) ?? []
  if (!location || !ticket || !ticketMac) return undefined
  const subject = `loc_${location}/tkt_${ticket}`
  return (await isMacOf(secret, subject, ticketMac)) ? subject : undefined
}
