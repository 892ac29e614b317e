import { firstAdminLink } from '../src/people/index.ts'
import { Database } from '../src/platform/database.ts'
import { greet, makeDemo } from './demo/demo.ts'
import type { Runtime } from './runtime.ts'

/**
 * What a start does between migrating and being ready: fills a new state folder with the demo, or with `empty`
 * makes the link to the first admin key as long as there is no such key.
 *
 * @returns lines to print under the ready line
 */
export async function firstStart({
  runtime,
  empty,
}: {
  runtime: Runtime
  empty: boolean
}): Promise<string[]> {
  if (!empty) {
    await makeDemo(runtime)
    return greet(runtime)
  }
  const link = await firstAdminLink({ db: new Database(runtime.db), wallNow: Date.now() })
  return link ? [`  first admin key ${runtime.url}${link.path} (works once, for an hour)`] : []
}
