import { ok, type Result, refuse } from '../kernel/result.ts'
import { carryOut, credentialStatement, type Done, principalOf, unauthenticated } from '../people/index.ts'
import type { Context } from '../platform/context.ts'
import type { Outcome } from '../platform/database.ts'
import type { LocalText } from '../platform/wire.ts'
import { staleUnless } from './change.ts'
import type { Organisation, OrganisationBody } from './contract.ts'
import { organisationStatement } from './found.ts'
import { organisationAt, writeOrganisation } from './store.ts'
import type { OrganisationRow } from './tables.ts'

/** A deployment serves one organisation, so its row has a fixed id. */
const theOne = 'organisation'

const viewOf = (outcome: Outcome | undefined): Organisation | undefined => {
  const row = outcome?.rows[0] as OrganisationRow | undefined
  return row && { name: JSON.parse(row.name) as LocalText, revision: row.revision }
}

/** Whose deployment this is; to everybody. `not_found` until it has been set up. */
export async function readOrganisation(context: Context): Promise<Result<Organisation>> {
  const [credential, found] = await context.db.batch([credentialStatement(context), organisationStatement()])
  if (!principalOf(context.caller, credential?.rows ?? [])) return unauthenticated()
  const organisation = viewOf(found)
  return organisation ? ok(organisation) : refuse('not_found', { detail: 'It has not been set up yet.' })
}

/** Sets up the organisation, or renames it. */
export function renameOrganisation(
  context: Context,
  input: OrganisationBody,
): Promise<Result<Done<Organisation>>> {
  return carryOut(
    context,
    'config',
    [organisationStatement()],
    () => readOrganisation(context),
    ([found], principal) => {
      if (principal.testMode) {
        return refuse('out_of_scope', { detail: 'A test-mode key changes test-mode locations only.' })
      }
      const before = viewOf(found)
      const stale = staleUnless(input.revision, before?.revision ?? 0)
      if (stale) return stale
      const revision = (before?.revision ?? 0) + 1
      const row = { id: theOne, name: JSON.stringify(input.name), revision }
      return ok({
        event: {
          at: context.wallNow,
          type: 'organisation.changed',
          subject: theOne,
          revision,
          data: { before: before?.name ?? null, after: input.name },
        },
        guard: organisationAt(revision - 1),
        writes: (guard) => [writeOrganisation(row, guard)],
        value: { name: input.name, revision },
      })
    },
  )
}
