import type { Result } from '../kernel/result.ts'
import type { Context } from '../platform/context.ts'
import { type AppContext, commandContext, problemResponse } from '../platform/http.ts'
import type { Done } from './change.ts'

/** Answers a read with what was found, or with why not. */
export function found<T extends object>(c: AppContext, result: Result<T>) {
  return result.ok ? c.json(result.value, 200) : problemResponse(c, result.problem)
}

/** Makes a change under the request's idempotency key and answers with what came of it. */
export async function changed<T extends object, Status extends 200 | 201>(
  c: AppContext,
  status: Status,
  make: (context: Context) => Promise<Result<Done<T>>>,
) {
  const context = await commandContext(c)
  if (!context.ok) return problemResponse(c, context.problem)
  const done = await make(context.value)
  if (!done.ok) return problemResponse(c, done.problem)
  if (done.value.repeated) c.header('Idempotent-Replayed', 'true')
  return c.json(done.value.value, status)
}
