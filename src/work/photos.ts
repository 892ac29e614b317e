import { limits } from '../config.ts'
import { ok, type Result, refuse, refuseField } from '../kernel/result.ts'
import {
  credentialStatement,
  type Done,
  lacks,
  noteAccess,
  principalOf,
  unauthenticated,
} from '../people/index.ts'
import { type Context, commandOf } from '../platform/context.ts'
import { changeOrder } from './change.ts'
import type { PhotoAdded, PhotoBody } from './contract.ts'
import { mayFind, missing, readingOf } from './reading.ts'
import { cleanImage } from './rules/photo.ts'
import { insertPhoto, orderStatements } from './store.ts'
import type { PhotoRow } from './tables.ts'

/** Photos of the work: their facts in D1, their bytes in R2. */

const keyOf = (order: string, photo: string): string => `${order}/${photo}`

export type NewPhoto = Pick<PhotoBody, 'subject' | 'line'> & { bytes: Uint8Array }

/** The bytes of base64; undefined where it is none. */
export function bytesOf(base64: string): Uint8Array | undefined {
  try {
    const text = atob(base64)
    const bytes = new Uint8Array(text.length)
    for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i)
    return bytes
  } catch {
    return undefined
  }
}

/**
 * Adds a photo (scope `work`), cleaned of its metadata. D1 has it first: if the bytes do not arrive in R2 the request fails, and
 * repeating it under its key brings them there. Refuses with `invalid_field` what is no image or too large, `wrong_state` where
 * there are too many.
 */
export async function addPhoto(
  context: Context,
  bucket: R2Bucket,
  id: string,
  { subject, line, bytes }: NewPhoto,
): Promise<Result<Done<PhotoAdded>>> {
  if (bytes.length > limits.photoBytes)
    return refuseField('image', 'too_large', `At most ${limits.photoBytes} bytes.`)
  const image = cleanImage(bytes)
  if (!image) return refuseField('image', 'no_image', 'It is no whole JPEG, PNG or still WebP.')
  const photoId = await photoOf(context, id)
  const done = await changeOrder(
    context,
    id,
    undefined,
    (principal) => lacks(principal, 'work'),
    (reading, deed) => {
      if (line !== undefined && !reading.lines.some((one) => one.line === line))
        return refuseField('line', 'no_such_line', 'There is no such line.')
      if (reading.photos.length >= limits.workPhotos)
        return refuse('wrong_state', { detail: `A work order has at most ${limits.workPhotos} photos.` })
      const photo: PhotoRow = {
        id: photoId,
        order_id: id,
        subject,
        line: line ?? null,
        type: image.type,
        bytes: image.bytes.length,
        at: deed.at,
        by: deed.actor,
      }
      return ok({
        step: {
          after: reading,
          type: 'photo_added',
          basis: 'seen',
          data: { photo: photo.id, subject, line: line ?? null },
        },
        writes: (guard) => [insertPhoto(photo, guard)],
        photo,
      })
    },
  )
  if (!done.ok) return done
  const { value: order, repeated } = done.value
  const added = order.photos.find((one) => one.id === photoId)
  if (!added) throw new Error('a photo was added and is not there')
  await bucket.put(keyOf(id, photoId), image.bytes, { httpMetadata: { contentType: image.type } })
  return ok({
    repeated,
    value: { id: photoId, type: added.type, bytes: added.bytes, revision: order.revision },
  })
}

/** The id of the photo that a command adds: the same when it comes again, so that its bytes find their place. */
async function photoOf(context: Context, order: string): Promise<string> {
  const { key, fingerprint } = commandOf(context)
  const text = JSON.stringify([context.caller, order, key, fingerprint])
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)))
  return `pho_${Array.from(digest.subarray(0, 26), (byte) => (byte % 32).toString(32)).join('')}`
}

/** The bytes of a photo, to staff and to the holder of the order's link. */
export async function readPhoto(
  context: Context,
  bucket: R2Bucket,
  id: string,
  photo: string,
): Promise<Result<{ type: string; body: ReadableStream }>> {
  if (context.caller.kind === 'public') return unauthenticated()
  const [credential, ...outcomes] = await context.db.batch([
    credentialStatement(context),
    ...orderStatements(id),
  ])
  const principal = principalOf(context.caller, credential?.rows ?? [])
  const refused = principal?.role === 'customer' ? undefined : lacks(principal, 'work')
  if (refused || !principal) return refused ?? unauthenticated()
  const reading = readingOf(outcomes)
  if (!reading || !mayFind(principal, reading)) return missing()
  const known = reading.photos.find((one) => one.id === photo)
  const stored = known && (await bucket.get(keyOf(id, photo)))
  if (known && stored) await noteAccess(context, principal, 'photo', id)
  return known && stored ? ok({ type: known.type, body: stored.body }) : missing()
}
