import { sha256 } from '../../src/kernel/ids.ts'
import type { Answer } from './openapi-send.ts'
import { saturday, type World } from './openapi-world.ts'

/** What the tokens in a request stand for in one world, and in what came about in it since. */
export class Names {
  readonly #known: Record<string, string[]>

  constructor(world: World) {
    const { keys, live, services, pools } = world
    this.#known = {
      loc: [world.location, live.location],
      pool: [...Object.values(pools), live.pool],
      svc: [...Object.values(services), live.service],
      // In the order of the services.
      slot: [saturday, '2026-11-24T10:00:00+00:00', '2026-11-28', '2026-11-28/2026-11-30', live.slot],
      bkg: [world.held.id, world.agency.id, world.visitor.id, live.held.id],
      ptn: [world.partner, world.rival],
      key: [keys.spare.id, keys.other.id, keys.expired.id],
      tkt: [world.ticket.id],
      wrk: [world.work.order.id, world.work.other.id, world.work.live.id],
      pho: [world.work.photo],
      whk: [world.webhook.id],
      dlv: [world.failed],
      admin: [keys.admin.secret, keys.adminTest.secret],
      caller: [
        ...Object.values(keys).map(({ secret }) => secret),
        ...[world.held.token, world.agency.token, world.visitor.token, live.held.token, world.ticket.token],
        ...[world.work.order.token, world.work.other.token],
        ...['dawr_test_of-nobody-at-all-but-long-enough', `cst_${'0'.repeat(26)}_${'A'.repeat(43)}`],
      ],
    }
  }

  /** The text with every token as it is sent. */
  resolve(text: string): string {
    return text.replace(/‹(\w+):(\d+)›/g, (_, kind: string, count: string) => {
      const n = Number(count)
      if (kind === 'long') return 'x'.repeat(n)
      if (kind === 'deep') return '['.repeat(n) + ']'.repeat(n)
      if (kind === 'fresh') return crypto.randomUUID()
      const names = this.#known[kind] ?? []
      return names[n % names.length] ?? ''
    })
  }

  /** The text with tokens in place of what has a name. */
  tokenised(text: string): string {
    let named = text
    for (const [kind, names] of Object.entries(this.#known))
      for (const [index, name] of names.entries())
        named = named.replaceAll(`"${name}"`, `"‹${kind}:${index}›"`)
    return named
  }

  /** Takes up what an answer made: later requests are about it too. */
  learn({ body: { id, token } }: Answer): void {
    const kind = typeof id === 'string' ? /^[a-z]+(?=_)/.exec(id)?.[0] : undefined
    const names = kind === undefined ? undefined : this.#known[kind]
    if (names && !names.includes(id as string)) names.push(id as string)
    if (names && typeof token === 'string') this.#known.caller?.push(token)
  }

  /** The secret that a header sends, and its hash. */
  static async secrets(authorization: string | undefined): Promise<string[]> {
    const secret = /^Bearer (\S{20,})$/.exec(authorization ?? '')?.[1]
    return secret === undefined ? [] : [secret, await sha256(secret)]
  }
}
