import { type FieldError, ok, type Result, refuse, repeated } from '../kernel/result.ts'
import { type Location, locationIn, locationStatement } from '../location/index.ts'
import {
  carryOut,
  credentialStatement,
  type Done,
  type Guard,
  lacks,
  principalOf,
  reaches,
  unauthenticated,
} from '../people/index.ts'
import type { Context } from '../platform/context.ts'
import { setupOf } from './reading.ts'
import { stages } from './rules/life.ts'
import type { WorkSetup, WorkSetupBody } from './setup-contract.ts'
import { namesInUse, setupStatement, writeSetup } from './store.ts'
import type { WorkSetupRow } from './tables.ts'

const missing = () => refuse('not_found', { detail: 'There is no such location, or it takes in no work.' })

const setupView = (row: WorkSetupRow, { currency }: Location): WorkSetup => ({
  locationId: row.location_id,
  ...setupOf(row),
  currency,
})

/** How a location takes in work, to staff with the scope `work`. */
export async function readWorkSetup(context: Context, locationId: string): Promise<Result<WorkSetup>> {
  if (context.caller.kind === 'public') return unauthenticated()
  const [credential, place, found] = await context.db.batch([
    credentialStatement(context),
    locationStatement(locationId),
    setupStatement(locationId),
  ])
  const principal = principalOf(context.caller, credential?.rows ?? [])
  const refused = lacks(principal, 'work')
  if (refused || !principal) return refused ?? unauthenticated()
  const location = locationIn(place)
  const row = found?.rows[0] as WorkSetupRow | undefined
  return location && row && reaches(principal, location) ? ok(setupView(row, location)) : missing()
}

/**
 * Sets up what work a location takes in (scope `config`). Orders that are open go on by the new set-up; a service that has
 * orders stays in it. Refuses with `stale_revision`, `not_found`, `invalid_field`.
 */
export function configureWork(
  context: Context,
  locationId: string,
  input: WorkSetupBody,
): Promise<Result<Done<WorkSetup>>> {
  const again = async () => {
    const [place, found] = await context.db.batch([locationStatement(locationId), setupStatement(locationId)])
    const location = locationIn(place)
    const row = found?.rows[0] as WorkSetupRow | undefined
    return location && row ? ok(setupView(row, location)) : missing()
  }
  const reads = [locationStatement(locationId), setupStatement(locationId), namesInUse(locationId)]
  return carryOut(context, 'config', reads, again, ([place, present, used], principal) => {
    const location = locationIn(place)
    if (!location || location.archived || !reaches(principal, location)) return missing()
    const before = present?.rows[0] as WorkSetupRow | undefined
    if (input.revision !== before?.revision)
      return refuse('stale_revision', { facts: { revision: before?.revision ?? null } })
    const errors = faults(input, (used?.rows ?? []) as InUse[])
    if (errors.length > 0) return refuse('invalid_field', { errors })
    const { revision: _, ...setup } = input
    const revision = (before?.revision ?? 0) + 1
    const row: WorkSetupRow = { location_id: locationId, setup: JSON.stringify(setup), revision }
    return ok({
      event: {
        at: location.simulatedNow ?? context.wallNow,
        type: 'work.set_up',
        location: locationId,
        subject: locationId,
        revision,
        data: { ...setup, accounts: setup.accounts?.map(({ id, approvesTo }) => ({ id, approvesTo })) },
      },
      guard: guardOf(locationId, before),
      writes: (guard) => [writeSetup(row, guard)],
      value: setupView(row, location),
    })
  })
}

const guardOf = (guardLocation: string, before: WorkSetupRow | undefined): Guard =>
  before
    ? {
        sql: 'EXISTS (SELECT 1 FROM work_setup WHERE location_id = :guardLocation AND revision = :guardRevision)',
        values: { guardLocation, guardRevision: before.revision },
      }
    : {
        sql: 'NOT EXISTS (SELECT 1 FROM work_setup WHERE location_id = :guardLocation)',
        values: { guardLocation },
      }

/** What orders name: their services, and the accounts of those that are open. */
type InUse = { service: string; account: string | null }

function faults({ services, accounts = [] }: WorkSetupBody, inUse: InUse[]): FieldError[] {
  const errors: FieldError[] = []
  const ids = services.map(({ id }) => id)
  for (const [i, service] of services.entries()) {
    const fault = (path: string, rule: string, message: string) =>
      errors.push({ path: `services.${i}.${path}`, rule, message })
    if (ids.indexOf(service.id) < i) fault('id', 'duplicate', 'It stands here already.')
    const named = service.stages.map(({ stage }) => stage)
    if (!named.includes('in_progress')) fault('stages', 'no_work', 'The work itself is one of them.')
    if (named.includes('approved') && !named.includes('quoted'))
      fault('stages', 'no_quote', 'What is approved was quoted before.')
    for (const [j, stage] of named.entries()) {
      if (j > 0 && stages.indexOf(stage) <= stages.indexOf(named[j - 1] ?? 'received'))
        fault(`stages.${j}.stage`, 'order', 'Each stage comes once, in the order of work.')
    }
    for (const [j, { kind, amount }] of service.prices.entries()) {
      if (kind === 'discount' ? amount > 0 : amount < 0)
        fault(`prices.${j}.amount`, 'sign', 'A discount is negative, everything else is not.')
    }
  }
  const named = accounts.map(({ id }) => id)
  errors.push(...repeated(named, (i) => `accounts.${i}.id`))
  const gone = (path: string, used: Set<string | null>, kept: string[]) => {
    for (const id of used)
      if (id !== null && !kept.includes(id))
        errors.push({ path, rule: 'in_use', message: `There are work orders of ${id}.` })
  }
  gone('services', new Set(inUse.map(({ service }) => service)), ids)
  gone('accounts', new Set(inUse.map(({ account }) => account)), named)
  return errors
}
