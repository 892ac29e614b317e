import { ok, type Result, refuse, refuseField } from '../kernel/result.ts'
import { locationIn, locationStatement } from '../location/index.ts'
import { carryOut, type Done, type Principal, reaches, unauthenticated } from '../people/index.ts'
import type { Context } from '../platform/context.ts'
import { statement } from '../platform/database.ts'
import { fieldErrors } from '../platform/http.ts'
import { type RecipientBody, type RecipientView, recipientBody } from './contract.ts'
import type { RecipientRow } from './tables.ts'

/** How a customer wants to be told. What is personal of it stands in this one table and can be erased. */

const recipientStatement = (subject: string) =>
  statement('SELECT * FROM recipient WHERE subject = :subject', { subject })

const viewOf = ({ subject, channels, revision }: RecipientRow): RecipientView => ({
  subject,
  channels: JSON.parse(channels) as RecipientView['channels'],
  revision,
})

const missing = () => refuse('not_found', { detail: 'There is no such booking or ticket.' })

/** Customers by their own link; for others the desk, or the partner whose booking or ticket it is. */
const mayChoose = (principal: Principal | undefined) => {
  if (!principal || principal.role === 'public') return unauthenticated()
  if (principal.role === 'customer') return undefined
  const scope = principal.role === 'partner' ? 'bookings' : 'desk'
  return principal.scopes.includes(scope)
    ? undefined
    : refuse('out_of_scope', { detail: `This needs the scope "${scope}".` })
}

type Found = { partner: string | null; location_id: string }

/**
 * Chooses the channels by which the holder of a booking or ticket is told; for a ticket, which has no contact of its own,
 * with where. Without a channel nobody is told, and what was kept is erased. Refuses with `not_found`, `invalid_field`.
 */
export function chooseMessages(
  context: Context,
  locationId: string,
  subject: string,
  { channels, ...contact }: RecipientBody,
): Promise<Result<Done<RecipientView>>> {
  const again = async () => {
    const [row] = await context.db.rows(recipientStatement(subject))
    return row ? ok(viewOf(row as RecipientRow)) : missing()
  }
  const reads = [
    locationStatement(locationId),
    statement(
      `SELECT partner_id AS partner, location_id FROM booking WHERE id = :subject
       UNION ALL SELECT data->>'partner', location_id FROM event WHERE subject = :subject AND type = 'queue.joined'`,
      { subject },
    ),
    recipientStatement(subject),
  ]
  return carryOut(context, mayChoose, reads, again, ([place, found, present], principal) => {
    const location = locationIn(place)
    const about = found?.rows[0] as Found | undefined
    if (!location || !mayTouch(principal, location, subject, about)) return missing()
    const fault = contactFault(subject, channels, contact)
    if (fault) return fault
    const before = present?.rows[0] as RecipientRow | undefined
    const kept: RecipientRow = {
      subject,
      location_id: locationId,
      contact: channels.length > 0 && subject.startsWith('tkt_') ? JSON.stringify(contact) : null,
      channels: JSON.stringify(channels),
      revision: (before?.revision ?? 0) + 1,
    }
    return ok({
      event: {
        at: location.simulatedNow ?? context.wallNow,
        type: 'recipient.chosen',
        location: locationId,
        subject,
        revision: kept.revision,
        data: { channels },
      },
      guard: {
        sql: 'coalesce((SELECT revision FROM recipient WHERE subject = :guardSubject), 0) = :guardRevision',
        values: { guardSubject: subject, guardRevision: kept.revision - 1 },
      },
      writes: (guard) => [
        statement(
          `INSERT INTO recipient (subject, location_id, contact, channels, revision)
           SELECT :subject, :location_id, :contact, :channels, :revision WHERE ${guard.sql}
           ON CONFLICT (subject) DO UPDATE SET contact = excluded.contact, channels = excluded.channels,
             revision = excluded.revision`,
          { ...kept, ...guard.values },
        ),
      ],
      value: viewOf(kept),
    })
  })
}

/** As `chooseMessages`, of what a form sends: refuses with `invalid_field` what is no such choice. */
export async function chooseUnchecked(
  context: Context,
  locationId: string,
  subject: string,
  input: unknown,
): Promise<Result<Done<RecipientView>>> {
  const parsed = recipientBody.safeParse(input)
  return parsed.success
    ? chooseMessages(context, locationId, subject, parsed.data)
    : refuse('invalid_field', { errors: fieldErrors(parsed.error, 'body') })
}

/** A ticket that has only just been made may not be in the stream yet: its own link vouches for it. */
function mayTouch(
  principal: Principal,
  location: { id: string; testMode: boolean },
  subject: string,
  about: Found | undefined,
): boolean {
  if (principal.role === 'customer')
    return (
      principal.id === `${location.id}/${subject}` ||
      (principal.id === subject && about?.location_id === location.id)
    )
  if (about?.location_id !== location.id || !reaches(principal, location)) return false
  return principal.role !== 'partner' || (about.partner !== null && about.partner === principal.partnerId)
}

/** A booking's contact stands with the booking; a ticket's is given here, for every channel that is chosen. */
function contactFault(
  subject: string,
  channels: string[],
  { email, phone, language }: Omit<RecipientBody, 'channels'>,
) {
  if (subject.startsWith('bkg_')) {
    const given = Object.entries({ email, phone, language }).find(([, value]) => value !== undefined)?.[0]
    return given && refuseField(given, 'not_allowed', 'The contact of a booking stands with the booking.')
  }
  if (channels.includes('mail') && email === undefined)
    return refuseField('email', 'required', 'Say where mail is to go.')
  if (channels.some((channel) => channel !== 'mail') && phone === undefined)
    return refuseField('phone', 'required', 'Say to which phone.')
  return undefined
}
