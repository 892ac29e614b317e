import { calling, type QueueEnv } from './client.ts'

/**
 * Who waits at a location with how many before each, as far as a desk sees; nobody where the queue cannot be asked.
 * `wallNow` in epoch ms.
 */
export async function readWaiting(
  env: QueueEnv,
  location: string,
  wallNow: number,
): Promise<{ ticket: string; ahead: number }[]> {
  const asking = { location, setupRevision: undefined, wallNow, clock: undefined, vouch: undefined }
  const found = await calling(env, location, (queue) => queue.snapshot(asking))
  if (!found.ok || 'needs' in found.value) return []
  return (found.value.view?.tickets ?? []).flatMap(({ id, ahead }) =>
    ahead === null ? [] : { ticket: id, ahead },
  )
}
