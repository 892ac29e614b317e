/** Prefixes of ids: what kind of thing an id names can be read off it. */
export type IdPrefix =
  | 'loc'
  | 'pool'
  | 'svc'
  | 'bkg'
  | 'ptn'
  | 'tkt'
  | 'vis'
  | 'wrk'
  | 'imp'
  | 'pho'
  | 'qot'
  | 'key'
  | 'acc'
  | 'ses'
  | 'lnk'
  | 'dlv'
  | 'whk'
  | 'req'

const idAlphabet = '0123456789abcdefghjkmnpqrstvwxyz'
const timeChars = 10
const randomChars = 16

/** No 0 O 1 I L: what is said over a telephone and typed at a desk must survive it. */
export const referenceAlphabet = '23456789ABCDEFGHJKMNPQRSTUVWXYZ'
const referenceChars = 6

function randomIn(alphabet: string, length: number): string {
  // Bytes past the largest multiple of the alphabet would favour its first letters.
  const fair = 256 - (256 % alphabet.length)
  let text = ''
  while (text.length < length) {
    for (const byte of crypto.getRandomValues(new Uint8Array(length))) {
      if (byte < fair && text.length < length) text += alphabet[byte % alphabet.length]
    }
  }
  return text
}

/** `bkg_` + 48 bits of time + 80 random bits: ids made later sort later, which keeps a large table's index cheap. */
export function newId(prefix: IdPrefix, now: number): string {
  let time = ''
  for (let rest = now, i = 0; i < timeChars; i++, rest = Math.floor(rest / 32)) {
    time = idAlphabet[rest % 32] + time
  }
  return `${prefix}_${time}${randomIn(idAlphabet, randomChars)}`
}

/** Six characters for people; unique only among open records, so whoever stores one must be ready to draw again. */
export const newReference = (): string => randomIn(referenceAlphabet, referenceChars)

/** Reads a reference as people type it: any case, spaces and dashes between. Undefined if it cannot be one. */
export function readReference(text: string): string | undefined {
  const plain = text.replace(/[\s-]/g, '').toUpperCase()
  return new RegExp(`^[${referenceAlphabet}]{${referenceChars}}$`).test(plain) ? plain : undefined
}

/** 256 random bits as URL-safe text: an API key, a session, a one-time link. */
export function newSecret(prefix: string): string {
  return `${prefix}_${base64url(crypto.getRandomValues(new Uint8Array(32)))}`
}

export const base64 = (bytes: Uint8Array): string => btoa(String.fromCharCode(...bytes))

export function base64url(bytes: Uint8Array): string {
  return base64(bytes).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}

/** SHA-256 as base64url: what is kept of a secret, and what tells one request body from another. */
export async function sha256(text: string): Promise<string> {
  return base64url(new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))))
}
