import { z } from '@hono/zod-openapi'
import { ok, type Result, refuseField } from '../kernel/result.ts'
import { readCursor, writeCursor } from './cursor.ts'
import { cursor, pageSize } from './wire.ts'

/** Lists in the order of their ids, which is the order in which things were made. */

export const pageQuery = z.strictObject({ after: cursor.optional(), limit: pageSize.default(50) })
export type PageQuery = z.infer<typeof pageQuery>

/** What SQL needs of a page: `id > :afterId ORDER BY id LIMIT :limit`. One row more tells whether there is a next page. */
export type PageValues = { afterId: string; limit: number }

/** Refuses with `invalid_field` what is no cursor of such a list. */
export function pageValues({ after, limit }: PageQuery): Result<PageValues> {
  if (after === undefined) return ok({ afterId: '', limit: limit + 1 })
  const position = readCursor(after)
  return position
    ? ok({ afterId: position.id, limit: limit + 1 })
    : refuseField('query.after', 'cursor', 'Not a cursor of this list.', 'invalid_request')
}

/** The rows of a page, and the cursor of the next one. */
export function pageOf<Row extends { id: string }>(read: unknown[], limit: number) {
  const rows = read.slice(0, limit) as Row[]
  const last = rows.at(-1)
  return { rows, next: read.length > limit && last ? writeCursor(0, last.id) : null }
}
