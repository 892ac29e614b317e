import { type IdPrefix, newId } from '../src/kernel/ids.ts'
import { LocationQueue as Product } from '../src/queue/index.ts'

/**
 * The floor of a queue: an object that runs the very statements which the product's ran for a request, in one
 * transaction, hands on to D1 what that handed on, and answers with the same bytes. While a request is recorded it is the
 * product's object, listened to; of what it did, only that is different each time which has to be: numbers of events,
 * ids of who joins, the name of the command.
 */
export type Run = { sql: string; params: unknown[] }
type Work = { own: Run[]; sent: Run[]; events: number; leavesUndo: boolean; answer: string }

/** By name. An object that nobody has asked for ten seconds is put away; what is out here stays. */
const works = new Map<string, Work>()
let heard: { own: Run[]; sent: Run[] } | undefined

export type BareQueue = Pick<LocationQueue, 'catchUp' | 'replay'>

/** Has the product do a request, and keeps under a name what its object did for it. */
export async function recordWork(
  name: string,
  queue: BareQueue,
  request: () => Promise<Response>,
): Promise<Response> {
  const listened = { own: [], sent: [] }
  heard = listened
  const response = await request()
  await queue.catchUp(Number.MAX_SAFE_INTEGER)
  heard = undefined
  works.set(name, { ...marked(listened), answer: await response.clone().text() })
  return response
}

export class LocationQueue extends Product {
  readonly #exec: SqlStorage['exec']
  readonly #d1: D1Database
  #seq = 0
  #drained = 0
  #undo = ''
  #handing: Run[] = []
  #draining = false

  constructor(ctx: DurableObjectState, env: Env) {
    const { sql } = ctx.storage
    const exec = sql.exec.bind(sql)
    sql.exec = ((text: string, ...params: SqlStorageValue[]) => {
      heard?.own.push({ sql: text, params })
      return exec(text, ...params)
    }) as typeof sql.exec
    super(ctx, { ...env, DB: listening(env.DB, (runs) => heard?.sent.push(...runs)) })
    this.#exec = exec
    this.#d1 = env.DB
    const [fact] = exec<{ value: string }>(`SELECT value FROM fact WHERE name = 'drained'`).toArray()
    this.#follow(Number(fact?.value ?? 0))
  }

  override async catchUp(highest: number): ReturnType<Product['catchUp']> {
    const reached = await super.catchUp(highest)
    this.#follow(reached.seq)
    return reached
  }

  /** Does the work of one request again. */
  async replay(name: string): Promise<string> {
    const work = works.get(name)
    if (!work) throw new Error(`${name} was not recorded`)
    const first = this.#seq + 1
    const fill = filling(first, this.#undo)
    this.ctx.storage.transactionSync(() => {
      for (const { sql, params } of work.own) this.#exec(sql, ...(params.map(fill) as SqlStorageValue[]))
    })
    this.#seq += work.events
    if (work.leavesUndo) this.#undo = String(first)
    if (work.sent.length > 0) {
      this.#handing.push(...work.sent.map(({ sql, params }) => ({ sql, params: params.map(fill) })))
      this.ctx.waitUntil(this.#drain())
    }
    return work.answer
  }

  /** What the product's alarm would look after does not happen here. */
  override async alarm(): Promise<void> {}

  #follow(seq: number): void {
    this.#seq = Math.max(this.#seq, seq)
    this.#drained = this.#seq
  }

  /** One round trip for all that has come up meanwhile, as the product's outbox does. */
  async #drain(): Promise<void> {
    if (this.#draining) return
    this.#draining = true
    while (this.#handing.length > 0) {
      const seq = this.#seq
      this.#exec('SELECT json FROM event WHERE seq > ? ORDER BY seq LIMIT 100', this.#drained).toArray()
      const session = this.#d1.withSession('first-primary')
      const bySql = Map.groupBy(this.#handing.splice(0), ({ sql }) => sql)
      await session.batch([...bySql].map(([sql, runs]) => session.prepare(sql).bind(...joined(runs))))
      this.#exec('INSERT OR REPLACE INTO fact VALUES (?, ?)', 'drained', String(seq))
      this.#drained = seq
    }
    this.#draining = false
  }
}

const mark = (what: string | number) => `«${what}»`
const marks = /«([^»]+)»/g

/** The statements of a request without those of the outbox, and with marks for what is different each time. */
function marked({ own, sent }: { own: Run[]; sent: Run[] }): Omit<Work, 'answer'> {
  const mine = own.filter(
    ({ sql, params }) => params[0] !== 'drained' && !sql.startsWith('SELECT json FROM event'),
  )
  const events = mine.flatMap(({ sql, params }) =>
    sql.startsWith('INSERT INTO event') ? (JSON.parse(String(params[1])) as Event) : [],
  )
  const first = events[0]?.seq ?? 0
  const known = events.find(({ type }) => type === 'joined')
  const ids = known ? [known.ticket, known.visit, ...(known.quote ? [known.quote.id] : [])] : []
  const markText = (text: string) =>
    ids
      .reduce((marked, id) => marked.replaceAll(id, mark(id.slice(0, 3))), text)
      .replaceAll(/"seq":(\d+)/g, (_, seq) => `"seq":${mark(seq - first)}`)
  const isUndo = ({ params }: Run) => params[0] === 'undo'
  const markRun = (run: Run): Run => {
    const { sql, params } = run
    const takesUndo = isUndo(run) && sql.startsWith('DELETE')
    return {
      sql,
      params: params.map((value, i) => {
        if (i === 0 && / command\b/.test(sql)) return mark('key')
        if (i === 1 && takesUndo) return mark('undo')
        const after = Number(value) - first
        if (after >= 0 && after < events.length) return mark(after)
        return typeof value === 'string' ? markText(value) : value
      }),
    }
  }
  return {
    own: mine.map(markRun),
    sent: sent.map(markRun),
    events: events.length,
    leavesUndo: mine.some((run) => isUndo(run) && run.sql.startsWith('INSERT')),
  }
}

type Event = { seq: number; type: string; ticket: string; visit: string; quote: { id: string } | null }

/** Puts in what is different this time: numbers of events, counted from the first; `undo` is the row to be let go. */
function filling(first: number, undo: string): (value: unknown) => unknown {
  const fresh = new Map([['undo', undo]])
  const take = (_: string, what: string) => {
    const after = Number(what)
    if (!Number.isNaN(after)) return String(first + after)
    const drawn =
      fresh.get(what) ?? (what === 'key' ? crypto.randomUUID() : newId(what as IdPrefix, Date.now()))
    fresh.set(what, drawn)
    return drawn
  }
  return (value) => (typeof value === 'string' ? value.replace(marks, take) : value)
}

/** The parameters of several requests in one statement: their lists are one list. */
const joined = ([first, ...others]: Run[]): unknown[] =>
  (first?.params ?? []).map((value, i) =>
    typeof value === 'string' && value.startsWith('[')
      ? `[${[value, ...others.map(({ params }) => String(params[i]))].map((list) => list.slice(1, -1)).join()}]`
      : value,
  )

/** The database, as far as the product's `Database` uses one; what passes is told. */
export function listening(d1: D1Database, tell: (runs: Run[]) => void): D1Database {
  const withSession = (bookmark: string) => {
    const session = d1.withSession(bookmark)
    return {
      prepare: (sql: string) => ({ bind: (...params: unknown[]) => ({ sql, params }) }),
      batch: (runs: Run[]) => {
        tell(runs)
        return session.batch(runs.map(({ sql, params }) => session.prepare(sql).bind(...params)))
      },
      getBookmark: () => session.getBookmark(),
    }
  }
  return { withSession } as unknown as D1Database
}
