import { z } from '@hono/zod-openapi'
import { limits } from '../config.ts'
import { parseDate, parseInstant } from '../kernel/time.ts'

/** Pieces of the wire that every feature shares. */

export const id = (prefix: string, what: string) =>
  z
    .string()
    .regex(new RegExp(`^${prefix}_[0-9a-z]{26}$`), `is the id of a ${what}, ${prefix}_ and 26 characters`)
    .openapi({ example: `${prefix}_01kaqm3x7h4d8nq0v5wz2r9c6t` })

/** The name that somebody gives to a part of their set-up. */
export const slug = z
  .string()
  .regex(/^[a-z][a-z0-9_-]{0,29}$/, 'is lower-case letters, digits, - and _, 30 at most')
  .openapi({ example: 'repair' })

/** What fits on a line; spaces around it are taken away once it is known to be one. */
export const line = (max: number) =>
  z
    .string()
    .max(max)
    .regex(/^[^\p{Cc}\p{Cs}]*$/u, 'has no control characters')
    .openapi({ pattern: '^[^\\p{Cc}\\p{Cs}]*$' })
    .trim()
    .min(1)

export const language = z.enum(['en', 'nl', 'ar'])
export type Language = z.infer<typeof language>

/** Words for people, in one language at least. */
const inLanguages = (words: z.ZodString) => {
  const said = words.optional()
  return z
    .strictObject({ en: said, nl: said, ar: said })
    .refine((text) => Object.keys(text).length > 0, 'has at least one of en, nl, ar')
}
export const localText = inLanguages(line(200))
/** Of several lines. */
export const longText = inLanguages(z.string().max(1_000).trim().min(1))
export type LocalText = z.infer<typeof localText>

export const date = z
  .string()
  .refine((text) => parseDate(text) !== undefined, 'is a date of the years 1990 to 2100, YYYY-MM-DD')
  .openapi({ format: 'date', example: '2026-11-28' })

export const wallTime = z.string().regex(/^(([01]\d|2[0-3]):[0-5]\d|24:00)$/, 'is a wall time, HH:MM')
export const instant = z
  .string()
  .refine(
    (text) => parseInstant(text) !== undefined,
    'is an ISO 8601 instant with its offset, in the years 1990 to 2100',
  )
  .openapi({ format: 'date-time', example: '2026-11-28T13:00:00+00:00' })

export const revision = z.number().int().min(1)
export const cursor = z.string().min(1).max(400)
export const pageSize = z.coerce.number().int().min(1).max(limits.page)
