import { ok, type Result, refuse, repeated } from '../kernel/result.ts'
import { hasHours, type Location, locationIn, locationStatement } from '../location/index.ts'
import { carryOut, type Done, reaches } from '../people/index.ts'
import type { Context } from '../platform/context.ts'
import { statement } from '../platform/database.ts'
import type { QueueSetupBody, QueueSetupView } from './contract.ts'
import type { Setup } from './setup.ts'
import type { QueueSetupRow } from './tables.ts'

const minuteMs = 60_000

export const setupStatement = (location: string) =>
  statement('SELECT * FROM queue WHERE location_id = :location', { location })

export const setupView = (row: QueueSetupRow): QueueSetupView => ({
  locationId: row.location_id,
  ...(JSON.parse(row.setup) as Omit<QueueSetupView, 'locationId' | 'revision'>),
  revision: row.revision,
})

/** Sets up a location's queue: services with their letters, desks with what they serve, the rules of the order. */
export function configureQueue(
  context: Context,
  locationId: string,
  input: QueueSetupBody,
): Promise<Result<Done<QueueSetupView>>> {
  const location = locationStatement(locationId)
  const again = async () => {
    const [row] = await context.db.rows(setupStatement(locationId))
    return row ? ok(setupView(row as QueueSetupRow)) : refuse('not_found')
  }
  return carryOut(
    context,
    'config',
    [location, setupStatement(locationId)],
    again,
    ([found, present], principal) => {
      const place = locationIn(found)
      if (!place || place.archived || !reaches(principal, place)) {
        return refuse('not_found', { detail: 'There is no such location.' })
      }
      const before = present?.rows[0] as QueueSetupRow | undefined
      if (input.revision !== before?.revision) {
        return refuse('stale_revision', { facts: { revision: before?.revision ?? null } })
      }
      const fault = faults(input)
      if (fault) return fault
      const { revision: _, ...setup } = input
      const revision = (before?.revision ?? 0) + 1
      const values = { locationId, setup: JSON.stringify(setup), revision }
      return ok({
        event: {
          at: context.wallNow,
          type: 'queue.set_up',
          location: locationId,
          subject: locationId,
          revision,
          data: setup,
        },
        guard: before
          ? {
              sql: 'EXISTS (SELECT 1 FROM queue WHERE location_id = :guardLocation AND revision = :guardRevision)',
              values: { guardLocation: locationId, guardRevision: before.revision },
            }
          : {
              sql: 'NOT EXISTS (SELECT 1 FROM queue WHERE location_id = :guardLocation)',
              values: { guardLocation: locationId },
            },
        writes: (guard) => [
          statement(
            `INSERT INTO queue (location_id, setup, revision) SELECT :locationId, :setup, :revision WHERE ${guard.sql}
           ON CONFLICT (location_id) DO UPDATE SET setup = excluded.setup, revision = excluded.revision`,
            { ...values, ...guard.values },
          ),
        ],
        value: { locationId, ...setup, revision },
      })
    },
  )
}

function faults({ services, desks }: QueueSetupBody): Result<never> | undefined {
  const errors = [
    ...repeated(
      services.map(({ id }) => id),
      (i) => `services.${i}.id`,
    ),
    ...repeated(
      services.map(({ letter }) => letter),
      (i) => `services.${i}.letter`,
    ),
    ...repeated(
      desks.map(({ id }) => id),
      (i) => `desks.${i}.id`,
    ),
    ...desks.flatMap((desk, i) =>
      desk.services.flatMap((service, j) =>
        services.some(({ id }) => id === service)
          ? []
          : {
              path: `desks.${i}.services.${j}`,
              rule: 'unknown_service',
              message: 'There is no such service here.',
            },
      ),
    ),
  ]
  return errors.length > 0 ? refuse('invalid_field', { errors }) : undefined
}

/** The set-up as the location's object keeps it: minutes become milliseconds. */
export function setupFor(
  row: QueueSetupRow,
  { zone, testMode, hours, revision }: Pick<Location, 'zone' | 'testMode' | 'hours' | 'revision'>,
): Setup {
  const { services, desks, rules } = setupView(row)
  return {
    // Each of the two only grows, so whatever changes moves their sum.
    revision: row.revision + revision,
    zone,
    testMode,
    hours: hasHours(hours) ? hours : null,
    services: services.map(({ nominalMinutes, graceMinutes, p99Minutes, ...service }) => ({
      ...service,
      nominalMs: nominalMinutes * minuteMs,
      graceMs: graceMinutes * minuteMs,
      p99Ms: (p99Minutes ?? nominalMinutes * 6) * minuteMs,
    })),
    desks,
    settings: {
      appointments: {
        windowMs: rules.appointmentWindowMinutes * minuteMs,
        creditMs: rules.appointmentCreditMinutes * minuteMs,
        lateMs: rules.appointmentLateMinutes * minuteMs,
      },
      priorities: Object.fromEntries(
        Object.entries(rules.priorities).map(([id, credit]) => [id, credit * minuteMs]),
      ),
      overtakeBudget: rules.overtakeBudget,
      keepPlaceMs: rules.keepPlaceMinutes * minuteMs,
      deferrals: { max: rules.deferrals, maxMs: rules.deferMinutes * minuteMs },
      reinstate: {
        to: 'after',
        places: rules.reinstateAfter,
        windowMs: rules.reinstateMinutes * minuteMs,
        max: rules.reinstatements,
      },
      callAgain: { intervalMs: rules.callAgainSeconds * 1_000, max: rules.callsAgain },
      callAheadMs: rules.callAheadMinutes * minuteMs,
      undoMs: rules.undoSeconds * 1_000,
    },
  }
}
