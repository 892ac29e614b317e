import type { Guard } from '../people/index.ts'
import { type Statement, statement } from '../platform/database.ts'
import type { PageValues } from '../platform/page.ts'
import type { Location } from './catalogue.ts'
import type { LocationRow, OrganisationRow, PoolRow, ServiceRow } from './tables.ts'

/**
 * Configuration in SQL. Whatever changes at a location moves the location's revision, and the revision that a change was
 * planned on is its guard: all statements of the change see it as it was read, until the last one moves it.
 */

/** That the organisation is at this revision still; 0 where it has not been set up. */
export const organisationAt = (revision: number): Guard => ({
  sql: `coalesce((SELECT revision FROM organisation), 0) = :guardRevision`,
  values: { guardRevision: revision },
})

export const writeOrganisation = (row: OrganisationRow, guard: Guard): Statement =>
  statement(
    `INSERT INTO organisation (id, name, revision) SELECT :id, :name, :revision WHERE ${guard.sql}
     ON CONFLICT (id) DO UPDATE SET name = excluded.name, revision = excluded.revision`,
    { ...row, ...guard.values },
  )

export const locationOfPool = (id: string): Statement =>
  statement('SELECT l.* FROM pool p JOIN location l ON l.id = p.location_id WHERE p.id = :id', { id })

export const locationOfService = (id: string): Statement =>
  statement('SELECT l.* FROM service s JOIN location l ON l.id = s.location_id WHERE s.id = :id', { id })

const page = (from: string, where: string) =>
  `SELECT * FROM ${from} WHERE ${where} AND archived_at IS NULL AND id > :afterId ORDER BY id LIMIT :limit`

export const locationsStatement = (values: PageValues): Statement =>
  statement(page('location', 'true'), values)

export const poolsStatement = (location: string, values: PageValues): Statement =>
  statement(page('pool', 'location_id = :location'), { ...values, location })

export const servicesStatement = (location: string, values: PageValues): Statement =>
  statement(page('service', 'location_id = :location'), { ...values, location })

/** That nothing was changed at the location since it was read, nor its clock moved past `now`. */
export const plannedOn = (location: Location, now: number): Guard => ({
  sql: `EXISTS (
    SELECT 1 FROM location
    WHERE id = :guardLocation AND revision = :guardRevision AND (test_mode = 0 OR simulated_now <= :guardNow)
  )`,
  values: { guardLocation: location.id, guardRevision: location.revision, guardNow: now },
})

export const insertLocation = (row: LocationRow, guard: Guard): Statement =>
  statement(
    `INSERT INTO location (
       id, name, zone, currency, country, address, hours, test_mode, simulated_now, revision, created_at, archived_at
     )
     SELECT :id, :name, :zone, :currency, :country, :address, :hours, :test_mode, :simulated_now, :revision, :created_at,
            :archived_at
     WHERE ${guard.sql}`,
    { ...row, ...guard.values },
  )

/** Writes what can change of a location, its revision and its clock. */
export const updateLocation = (row: LocationRow, guard: Guard): Statement =>
  statement(
    `UPDATE location SET name = :name, address = :address, hours = :hours, archived_at = :archived_at,
       revision = :revision, simulated_now = :simulated_now
     WHERE id = :id AND ${guard.sql}`,
    { ...row, ...guard.values },
  )

export const poolStatement = (id: string): Statement => statement('SELECT * FROM pool WHERE id = :id', { id })

export const poolsByIds = (ids: string[]): Statement =>
  statement('SELECT * FROM pool WHERE id IN (SELECT value FROM json_each(:ids))', {
    ids: JSON.stringify(ids),
  })

/** Services at the pool's location that are offered; which of them need the pool is for code to see. */
export const servicesBesidePool = (id: string): Statement =>
  statement(
    `SELECT * FROM service
     WHERE location_id = (SELECT location_id FROM pool WHERE id = :id) AND archived_at IS NULL`,
    { id },
  )

export const poolsBesidePool = (id: string): Statement =>
  statement('SELECT * FROM pool WHERE location_id = (SELECT location_id FROM pool WHERE id = :id)', { id })

export const insertPool = (row: PoolRow, guard: Guard): Statement =>
  statement(
    `INSERT INTO pool (id, location_id, name, bucket_minutes, capacity, hours, revision, archived_at)
     SELECT :id, :location_id, :name, :bucket_minutes, :capacity, :hours, :revision, :archived_at WHERE ${guard.sql}`,
    { ...row, ...guard.values },
  )

/** That the pool's capacity was not set since it was read either: that moves the pool's revision alone. */
export const poolAt = (id: string, revision: number): Guard => ({
  sql: 'EXISTS (SELECT 1 FROM pool WHERE id = :guardPool AND revision = :guardPoolRevision)',
  values: { guardPool: id, guardPoolRevision: revision },
})

/**
 * Writes what can change of a pool, its capacity apart. It comes last, when the location has moved on: a pool that still
 * stands before the event of its next revision is one whose event this batch has just written.
 */
export const updatePool = (row: PoolRow): Statement =>
  statement(
    `UPDATE pool SET name = :name, hours = :hours, archived_at = :archived_at, revision = :revision
     WHERE id = :id AND revision = :revision - 1
       AND EXISTS (SELECT 1 FROM event WHERE subject = :id AND revision = :revision)`,
    row,
  )

export const serviceStatement = (id: string): Statement =>
  statement('SELECT * FROM service WHERE id = :id', { id })

export const insertService = (row: ServiceRow, guard: Guard): Statement =>
  statement(
    `INSERT INTO service (id, location_id, name, kind, rules, revision, archived_at)
     SELECT :id, :location_id, :name, :kind, :rules, :revision, :archived_at WHERE ${guard.sql}`,
    { ...row, ...guard.values },
  )

export const updateService = (row: ServiceRow, guard: Guard): Statement =>
  statement(
    `UPDATE service SET name = :name, rules = :rules, archived_at = :archived_at, revision = :revision
     WHERE id = :id AND ${guard.sql}`,
    { ...row, ...guard.values },
  )
