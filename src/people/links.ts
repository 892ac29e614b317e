import { base64url } from '../kernel/ids.ts'

/**
 * The customer's link to one booking. Its token is the booking's id under HMAC-SHA-256 with the deployment's secret:
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

const prefix = 'bkg_'

export async function linkToken(secret: string, booking: string): Promise<string> {
  const mac = await crypto.subtle.sign('HMAC', await keyOf(secret), new TextEncoder().encode(booking))
  return `cst_${booking.slice(prefix.length)}_${base64url(new Uint8Array(mac))}`
}

/** The booking that a token opens, or undefined if it was not made by this deployment. */
export async function readLink(secret: string, token: string): Promise<string | undefined> {
  const [, rest, mac] = /^cst_([0-9a-z]{26})_([\w-]{43})$/.exec(token) ?? []
  if (!rest || !mac) return undefined
  const bytes = Uint8Array.from(atob(mac.replaceAll('-', '+').replaceAll('_', '/')), (char) =>
    char.charCodeAt(0),
  )
  const booking = prefix + rest
  const made = await crypto.subtle.verify(
    'HMAC',
    await keyOf(secret),
    bytes,
    new TextEncoder().encode(booking),
  )
  return made ? booking : undefined
}
