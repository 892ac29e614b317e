import { limits } from '../config.ts'
import { newId } from '../kernel/ids.ts'
import { ok, type Result } from '../kernel/result.ts'
import { DAY_MS, formatInstant, HOUR_MS } from '../kernel/time.ts'
import type { Context } from '../platform/context.ts'
import { type Database, type Statement, statement } from '../platform/database.ts'
import { pageOf, pageValues } from '../platform/page.ts'
import type { Access, AccessQuery } from './contract.ts'
import { credentialStatement, lacks, type Principal, principalOf } from './principal.ts'
import type { AccessRow } from './tables.ts'

/** Who has read personal data of others, and when (Law 5). Changes are in the stream already, with who made them. */

/** That somebody has been shown something: once for each hour in which they were. */
export const accessStatement = (
  { wallNow }: Pick<Context, 'wallNow'>,
  { actor }: Principal,
  what: Access['what'],
  subject: string,
): Statement =>
  statement(
    `INSERT INTO access_log (id, at, hour, actor, what, subject)
     VALUES (:id, :at, :hour, :actor, :what, :subject) ON CONFLICT DO NOTHING`,
    { id: newId('acc', wallNow), at: wallNow, hour: Math.floor(wallNow / HOUR_MS), actor, what, subject },
  )

/** Writes down that somebody is shown personal data before they are; what is their own is theirs to read. */
export async function noteAccess(
  context: Context,
  principal: Principal,
  what: Access['what'],
  subject: string,
): Promise<void> {
  if (principal.role !== 'customer')
    await context.db.batch([accessStatement(context, principal, what, subject)])
}

/** Accesses in the order in which they were made (scope `keys`); a test-mode key is told of those by test-mode keys. */
export async function listAccesses(
  context: Context,
  { subject, ...query }: AccessQuery,
): Promise<Result<{ accesses: Access[]; next: string | null }>> {
  const page = pageValues(query)
  if (!page.ok) return page
  const [credential, found] = await context.db.batch([
    credentialStatement(context),
    statement(
      `SELECT a.* FROM access_log a JOIN credential c ON c.id = a.actor
       WHERE a.id > :afterId ${subject === undefined ? '' : 'AND a.subject = :subject'}
         AND c.test_mode >= (SELECT test_mode FROM credential WHERE hash = :hash)
       ORDER BY a.id LIMIT :limit`,
      { ...page.value, subject, hash: context.caller.kind === 'secret' ? context.caller.hash : null },
    ),
  ])
  const refused = lacks(principalOf(context.caller, credential?.rows ?? []), 'keys')
  if (refused) return refused
  const { rows, next } = pageOf<AccessRow>(found?.rows ?? [], query.limit)
  return ok({
    accesses: rows.map(({ id, at, actor, what, subject }) => ({
      ...{ id, at: formatInstant(at, 'UTC'), actor, what: what as Access['what'], subject },
    })),
    next,
  })
}

/** Lets go of what is older than it is kept: the oldest of it, at each call. */
export const forgetAccesses = (db: Database, wallNow: number) =>
  db.batch([
    statement(
      `DELETE FROM access_log
       WHERE at < :before AND id IN (SELECT id FROM access_log ORDER BY id LIMIT :limit)`,
      { before: wallNow - limits.accessDays * DAY_MS, limit: limits.accessesForgotten },
    ),
  ])
