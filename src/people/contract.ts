import { z } from '@hono/zod-openapi'
import { pageQuery } from '../platform/page.ts'
import { cursor, id, instant, line, revision } from '../platform/wire.ts'
import { roles, scopes } from './principal.ts'

const label = line(100)

export const partnerBody = z
  .strictObject({ name: label })
  .openapi('PartnerBody', { example: { name: 'Delta Reizen' } })
export type PartnerBody = z.infer<typeof partnerBody>

export const partner = z
  .object({ id: id('ptn', 'partner'), name: z.string(), createdAt: instant, revision })
  .openapi('Partner')
export type Partner = z.infer<typeof partner>

export const partnerPage = z
  .object({ partners: z.array(partner), next: cursor.nullable() })
  .openapi('PartnerPage')

export const keyBody = z
  .strictObject({
    role: z.enum(roles),
    partnerId: id('ptn', 'partner')
      .optional()
      .openapi({ description: 'Whose key it is; for the role `partner` and for no other.' }),
    label: label.openapi({ description: 'What it is for; shown in the list of keys.' }),
    scopes: z
      .array(z.enum(scopes))
      .min(1)
      .max(scopes.length)
      .optional()
      .openapi({ description: 'Fewer than the role has. Without it: all of the role.' }),
    testMode: z.boolean().default(false).openapi({
      description:
        'A test-mode key reaches test-mode locations only, a live key of a partner live ones only.',
    }),
    expiresAt: instant.optional().openapi({ description: 'Without it: until it is revoked.' }),
  })
  .openapi('KeyBody', { example: { role: 'staff', label: 'Front desk' } })
export type KeyBody = z.infer<typeof keyBody>

export const credentialId = z
  .string()
  .regex(/^(key|ses|lnk)_[0-9a-z]{26}$/, 'is the id of a key, a session or a sign-in link')
  .openapi({ example: 'key_01kaqm3x7h4d8nq0v5wz2r9c6t' })

export const key = z
  .object({
    id: credentialId,
    kind: z.enum(['key', 'session', 'link']).openapi({
      description: 'A key, a session in a browser, or a link that starts one.',
    }),
    role: z.enum(roles),
    partnerId: id('ptn', 'partner').nullable(),
    label: z.string(),
    scopes: z.array(z.string()),
    testMode: z.boolean(),
    createdAt: instant,
    expiresAt: instant.nullable(),
    revokedAt: instant.nullable().openapi({ description: 'Of a link that was used: when.' }),
    revision,
  })
  .openapi('Key')
export type Key = z.infer<typeof key>

export const keyPage = z.object({ keys: z.array(key), next: cursor.nullable() }).openapi('KeyPage')

export const issuedKey = key
  .extend({
    secret: z.string().nullable().openapi({
      example: 'dawr_test_ZGF3ciBrZWVwcyBubyBzZWNyZXQsIG9ubHkgYSBoYXNo',
      description:
        'The bearer token. Given this once and kept by nobody; null when the same request is repeated.',
    }),
  })
  .openapi('IssuedKey')
export type IssuedKey = z.infer<typeof issuedKey>

export const accessQuery = pageQuery.extend({
  subject: z
    .string()
    .regex(/^[a-z]{3,4}_[0-9a-z]{26}$/, 'is an id')
    .optional()
    .openapi({ example: 'bkg_01kaqm3x7h4d8nq0v5wz2r9c6t', description: 'Of this one alone.' }),
})
export type AccessQuery = z.infer<typeof accessQuery>

const access = z
  .object({
    id: id('acc', 'access'),
    at: instant.openapi({ description: 'The first time within an hour.' }),
    actor: credentialId,
    what: z.enum(['booking', 'bookings', 'work_order', 'photo', 'messages']),
    subject: z
      .string()
      .openapi({ description: 'What was read; of a list its location, `*` for all of them.' }),
  })
  .openapi('Access')
export type Access = z.infer<typeof access>

export const accessPage = z
  .object({ accesses: z.array(access), next: cursor.nullable() })
  .openapi('AccessPage')

export const signInLinkBody = z
  .strictObject({ role: z.enum(['staff', 'admin']), label })
  .openapi('SignInLinkBody', { example: { role: 'staff', label: 'Front desk' } })
export type SignInLinkBody = z.infer<typeof signInLinkBody>

export const signInLink = z
  .object({
    id: credentialId,
    path: z.string().nullable().openapi({
      example: '/sign-in/dawr_link_ZGF3ciBrZWVwcyBubyBzZWNyZXQsIG9ubHkgYSBoYXNo',
      description:
        'Path of the page that starts the session, good for one use; null when the same request is repeated.',
    }),
    expiresAt: instant,
  })
  .openapi('SignInLink')
export type SignInLink = z.infer<typeof signInLink>
