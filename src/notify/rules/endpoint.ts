/** Where webhooks may go, and what of. */

/** Names that lead into a private network, whoever resolves them. */
const privateNames =
  /(^|\.)(localhost|local|internal|intranet|lan|home|corp|private|test|invalid|home\.arpa)$/

/** Text of the rule that an address breaks, or undefined. On one's own machine a test may be told over plain HTTP. */
export function urlFault(text: string, testMode: boolean): string | undefined {
  if (!URL.canParse(text)) return 'It is an address, such as https://example.org/hooks.'
  const { protocol, hostname, username, password, hash } = new URL(text)
  if (username || password || hash) return 'It has no user, password or fragment.'
  if (testMode && /^https?:$/.test(protocol) && /^(localhost|127\.0\.0\.1|\[::1\])$/.test(hostname))
    return undefined
  if (protocol !== 'https:') return 'It begins with https.'
  // The parser has made of every spelling of an IPv4 address four numbers, and put IPv6 between brackets.
  if (/^[\d.]+$|^\[/.test(hostname)) return 'It names a host, not a number.'
  return !hostname.includes('.') || privateNames.test(hostname.replace(/\.$/, ''))
    ? 'It leads to the public internet.'
    : undefined
}

export type Wish = { partner: string | null; testMode: boolean; types: readonly string[] }

/**
 * Whether an endpoint is told of an event: `owner` is the partner whose booking or ticket it is about, `testMode` that of
 * its location, null where there is none. Partners are told of their own alone, tests of tests.
 */
export function wants(
  { partner, testMode, types }: Wish,
  event: { type: string; owner: string | null; testMode: boolean | null },
): boolean {
  if (partner !== null && partner !== event.owner) return false
  if (testMode !== (event.testMode ?? false)) return false
  const [family] = event.type.split('.')
  return types.length === 0 || types.includes(event.type) || types.includes(`${family}.*`)
}
