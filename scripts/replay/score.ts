/** A wait as it was foretold; instants as on the wire. */
export type Quote = {
  id: string
  ticketId: string
  /** 0 for the first of a wait. */
  renewal: number
  from: string
  median: string
  to: string
  outcome: string | null
}

/** How well the first quotes of those who were called did: mean absolute error of the median, and share inside. */
export function scoreOf(quotes: Quote[], called: Map<string, number>) {
  const first = quotes.flatMap(({ ticketId, renewal, from, median, to }) => {
    const at = called.get(ticketId)
    if (renewal > 0 || at === undefined) return []
    return [
      { off: Math.abs(at - Date.parse(median)), inside: Date.parse(from) <= at && at <= Date.parse(to) },
    ]
  })
  const share = (sum: number, digits: number) =>
    first.length === 0 ? null : Math.round((sum / first.length) * digits) / digits
  return {
    mae_s: share(first.reduce((sum, { off }) => sum + off, 0) / 1000, 10),
    insideRange: share(first.filter(({ inside }) => inside).length, 1000),
  }
}
