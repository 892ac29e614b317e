import { base64url } from '../kernel/ids.ts'

/** Opaque position in a list sorted by (key, id). */
export const writeCursor = (key: number, id: string): string =>
  base64url(new TextEncoder().encode(JSON.stringify([key, id])))

export function readCursor(text: string): { key: number; id: string } | undefined {
  try {
    const parsed: unknown = JSON.parse(atob(text.replaceAll('-', '+').replaceAll('_', '/')))
    if (!Array.isArray(parsed)) return undefined
    const [key, id] = parsed as unknown[]
    return Number.isSafeInteger(key) && typeof id === 'string' ? { key: key as number, id } : undefined
  } catch {
    return undefined
  }
}
