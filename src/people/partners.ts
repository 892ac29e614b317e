import { newId } from '../kernel/ids.ts'
import { ok, type Result, refuse, refuseField } from '../kernel/result.ts'
import { formatInstant } from '../kernel/time.ts'
import type { Context } from '../platform/context.ts'
import { readCursor, writeCursor } from '../platform/cursor.ts'
import { carryOut, type Done } from './change.ts'
import type { PageQuery, Partner, PartnerBody } from './contract.ts'
import { credentialStatement, lacks, principalOf } from './principal.ts'
import { insertPartner, partnerStatement, partnersStatement } from './store.ts'
import type { PartnerRow } from './tables.ts'

const viewOf = (row: PartnerRow): Partner => ({
  id: row.id,
  name: row.name,
  createdAt: formatInstant(row.created_at, 'UTC'),
  revision: row.revision,
})

/** Makes a partner, which can then be given keys. Its name is in no event: a partner may be one person. */
export function createPartner(context: Context, input: PartnerBody): Promise<Result<Done<Partner>>> {
  const again = async (id: string) => {
    const [row] = await context.db.rows(partnerStatement(id))
    return row ? ok(viewOf(row as PartnerRow)) : refuse('not_found')
  }
  return carryOut(context, 'keys', [], again, () => {
    const at = context.wallNow
    const row: PartnerRow = { id: newId('ptn', at), name: input.name, revision: 1, created_at: at }
    return ok({
      event: { at, type: 'partner.created', subject: row.id, revision: 1 },
      writes: (guard) => [insertPartner(row, guard)],
      value: viewOf(row),
    })
  })
}

/** Partners in the order in which they were made. */
export async function listPartners(
  context: Context,
  { after, limit }: PageQuery,
): Promise<Result<{ partners: Partner[]; next: string | null }>> {
  const position = readPosition(after)
  if (!position.ok) return position
  const [credential, found] = await context.db.batch([
    credentialStatement(context),
    partnersStatement(position.value, limit),
  ])
  const refused = lacks(principalOf(context.caller, credential?.rows ?? []), 'keys')
  if (refused) return refused
  const { rows, next } = pageOf((found?.rows ?? []) as PartnerRow[], limit)
  return ok({ partners: rows.map(viewOf), next })
}

/** Where a page starts: nowhere for the first. */
export function readPosition(after: string | undefined): Result<{ key: number; id: string } | undefined> {
  if (after === undefined) return ok(undefined)
  const position = readCursor(after)
  return position ? ok(position) : refuseField('query.after', 'cursor', 'Not a cursor of this list.')
}

/** The rows of a page, and the cursor of the next: one row more than a page holds was read. */
export function pageOf<Row extends { id: string; created_at: number }>(read: Row[], limit: number) {
  const rows = read.slice(0, limit)
  const last = rows.at(-1)
  return { rows, next: read.length > limit && last ? writeCursor(last.created_at, last.id) : null }
}
