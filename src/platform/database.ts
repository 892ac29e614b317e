/**
 * The one way to D1. `batch` is its only transaction, so a decision that must hold is written in SQL: guarded insert,
 * conditional update, CHECK, trigger. Statements name their parameters (`:pool`); the same values serve a whole batch.
 */
export type Values = Record<string, string | number | null | undefined>
export type Statement = { sql: string; params: (string | number | null)[] }
export type Outcome = { rows: Record<string, unknown>[]; changes: number }

const compiled = new Map<string, { sql: string; names: string[] }>()

/** SQL with `:named` parameters; the texts are a fixed set, so each is taken apart once. */
export function statement(sql: string, values: Values = {}): Statement {
  let known = compiled.get(sql)
  if (!known) {
    const names: string[] = []
    const positional = sql.replace(/:([a-z]\w*)/gi, (_, name: string) => {
      if (!names.includes(name)) names.push(name)
      return `?${names.indexOf(name) + 1}`
    })
    known = { sql: positional, names }
    compiled.set(sql, known)
  }
  return { sql: known.sql, params: known.names.map((name) => values[name] ?? null) }
}

export class Database {
  readonly #session: D1DatabaseSession
  /** What this request has cost so far; logged and sent as Server-Timing. */
  readonly cost = { trips: 0, rowsRead: 0, rowsWritten: 0 }

  /** `bookmark` is what an earlier answer carried: reads are then at least as new as that. */
  constructor(d1: D1Database, bookmark?: string) {
    this.#session = d1.withSession(bookmark ?? 'first-unconstrained')
  }

  get bookmark(): string | null {
    return this.#session.getBookmark()
  }

  /** All of it or none of it, in one round trip. A constraint that fires throws: see `brokenConstraint`. */
  async batch(statements: Statement[]): Promise<Outcome[]> {
    this.cost.trips++
    const results = await this.#session.batch<Record<string, unknown>>(
      statements.map(({ sql, params }) => this.#session.prepare(sql).bind(...params)),
    )
    return results.map(({ results: rows, meta }) => {
      this.cost.rowsRead += meta.rows_read
      this.cost.rowsWritten += meta.rows_written
      return { rows, changes: meta.changes }
    })
  }

  async rows(one: Statement): Promise<Record<string, unknown>[]> {
    const [outcome] = await this.batch([one])
    return outcome?.rows ?? []
  }
}

/** The name of the index, table or CHECK that refused a batch, or undefined if the failure was another. */
export function brokenConstraint(error: unknown): string | undefined {
  const text = error instanceof Error ? `${error.message} ${String(error.cause ?? '')}` : String(error)
  return /(?:UNIQUE|CHECK) constraint failed: ([\w.]+)/.exec(text)?.[1]
}
