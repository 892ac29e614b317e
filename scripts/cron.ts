/** Cron triggers of wrangler.toml, fired here because the local runtime has no clock for them. In UTC. */

const fieldRanges = [
  [0, 59],
  [0, 23],
  [1, 31],
  [1, 12],
  [0, 6],
] as const

/**
 * True when a cron expression names the minute of `at` (epoch ms, UTC). Takes numbers, `*`, lists, ranges and
 * steps, which is all that wrangler.toml needs here.
 *
 * @throws on an expression that is not five such fields
 */
export function cronMatches(expression: string, at: number): boolean {
  const date = new Date(at)
  const now = [
    date.getUTCMinutes(),
    date.getUTCHours(),
    date.getUTCDate(),
    date.getUTCMonth() + 1,
    date.getUTCDay(),
  ]
  const fields = expression.trim().split(/\s+/)
  if (fields.length !== 5) throw new Error(`Not a cron expression of five fields: ${expression}`)
  return fields.every((field, index) => {
    const [lowest, highest] = fieldRanges[index] as readonly [number, number]
    return field
      .split(',')
      .some((part) => partMatches(part, now[index] as number, lowest, highest, expression))
  })
}

function partMatches(
  part: string,
  value: number,
  lowest: number,
  highest: number,
  expression: string,
): boolean {
  const found = /^(?:\*|(\d+)(?:-(\d+))?)(?:\/(\d+))?$/.exec(part)
  if (!found) throw new Error(`Not understood in the cron expression ${expression}: ${part}`)
  const [, from, to, step] = found
  const start = from === undefined ? lowest : Number(from)
  const openEnd = from === undefined || step !== undefined ? highest : start
  const end = to === undefined ? openEnd : Number(to)
  return value >= start && value <= end && (value - start) % Number(step ?? 1) === 0
}

/**
 * Calls `fire` at each whole minute that an expression names, until the returned function is called. Does not
 * keep the process alive.
 */
export function startCron(expressions: string[], fire: (cron: string, at: number) => void): () => void {
  const minuteMs = 60_000
  let timer: NodeJS.Timeout
  const plan = (next: number) => {
    timer = setTimeout(
      () => {
        for (const cron of expressions) if (cronMatches(cron, next)) fire(cron, next)
        // A machine that slept owes no missed minutes: triggers are for sweeps, and one sweep is enough.
        plan(Math.max(next, Math.floor(Date.now() / minuteMs) * minuteMs) + minuteMs)
      },
      Math.max(0, next - Date.now()),
    ).unref()
  }
  if (expressions.length > 0) plan(Math.ceil((Date.now() + 1) / minuteMs) * minuteMs)
  return () => clearTimeout(timer)
}
