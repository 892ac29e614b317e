import { newId } from '../kernel/ids.ts'
import { ok, type Result, refuse } from '../kernel/result.ts'
import { formatInstant } from '../kernel/time.ts'
import type { Context } from '../platform/context.ts'
import { type PageQuery, pageOf, pageValues } from '../platform/page.ts'
import { carryOut, type Done } from './change.ts'
import type { Partner, PartnerBody } from './contract.ts'
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
  query: PageQuery,
): Promise<Result<{ partners: Partner[]; next: string | null }>> {
  const page = pageValues(query)
  if (!page.ok) return page
  const [credential, found] = await context.db.batch([
    credentialStatement(context),
    partnersStatement(page.value),
  ])
  const refused = lacks(principalOf(context.caller, credential?.rows ?? []), 'keys')
  if (refused) return refused
  const { rows, next } = pageOf<PartnerRow>(found?.rows ?? [], query.limit)
  return ok({ partners: rows.map(viewOf), next })
}
