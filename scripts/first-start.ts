import type { Runtime } from './runtime.ts'

/**
 * What a start does between migrating and being ready: fills a new state folder, unless it is to stay empty,
 * and writes the credentials of the local demo.
 *
 * @returns lines to print under the ready line
 */
export async function firstStart(_: { runtime: Runtime; empty: boolean }): Promise<string[]> {
  return []
}
