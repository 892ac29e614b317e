import type { Reader } from '../reader.ts'
import type { Booking, BookingStatus } from '../views.ts'
import { Icon, type IconName } from './icon.tsx'
import { PriceSummary } from './price.tsx'
import { Name, PartyText, Reference, WhenText, ZoneNote } from './text.tsx'

type Mood = 'good' | 'waiting' | 'over'

const faces: Record<BookingStatus, [IconName, Mood]> = {
  held: ['hourglass', 'waiting'],
  offered: ['hourglass', 'waiting'],
  awaiting_approval: ['hourglass', 'waiting'],
  confirmed: ['check', 'good'],
  checked_in: ['pin', 'good'],
  fulfilled: ['check', 'over'],
  no_show: ['cross', 'over'],
  declined: ['cross', 'over'],
  cancelled: ['cross', 'over'],
  expired: ['clock', 'over'],
}

/** How a booking stands, in words with a drawing beside them. */
export const Status = ({ r, status }: { r: Reader; status: BookingStatus }) => {
  const [icon, mood] = faces[status]
  return (
    <span class={`status status-${mood}`}>
      <Icon name={icon} />
      {r.say(`status.${status}`)}
    </span>
  )
}

/** A booking as a ticket: what, when, where, for whom, and the code to show at the desk. */
export const Ticket = ({ r, booking }: { r: Reader; booking: Booking }) => (
  <article class="ticket" aria-label={r.say('ticket.label', { service: booking.service })}>
    <div class="ticket-body">
      <p class="ticket-status">
        <Status r={r} status={booking.status} />
      </p>
      <p class="ticket-service">
        <Name text={booking.service} />
      </p>
      <dl>
        <div>
          <dt>{r.say('ticket.when')}</dt>
          <dd>
            <WhenText r={r} when={booking.when} zone={booking.place.zone} />
            <ZoneNote r={r} place={booking.place} at={booking.when.startsAt} />
          </dd>
        </div>
        <div>
          <dt>{r.say('ticket.where')}</dt>
          <dd>
            <Name text={booking.place.name} />
            {booking.place.address ? (
              <span class="quiet address">
                <Name text={booking.place.address} />
              </span>
            ) : null}
          </dd>
        </div>
        <div>
          <dt>{r.say('ticket.who')}</dt>
          <dd>
            <PartyText r={r} party={booking.party} />
          </dd>
        </div>
      </dl>
      {booking.price ? <PriceSummary r={r} price={booking.price} /> : null}
    </div>
    <div class="ticket-stub">
      <p class="quiet">{r.say('ticket.reference')}</p>
      <p class="ticket-code">
        <Reference code={booking.reference} />
      </p>
    </div>
  </article>
)
