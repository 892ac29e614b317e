import type { CancelBody } from '../../booking/index.ts'
import { formatNumber, formatPlainDate } from '../../kernel/format.ts'
import { Button, ErrorSummary, Hidden, PostForm, SelectField, TextArea } from '../components/form.tsx'
import { Icon } from '../components/icon.tsx'
import { Notice } from '../components/notice.tsx'
import { type PlaceLink, Places } from '../components/places.tsx'
import { Name, PartyText, Phone, Reference, Time } from '../components/text.tsx'
import { Status, Ticket } from '../components/ticket.tsx'
import { Layout } from '../layout.tsx'
import type { Reader } from '../reader.ts'
import type { Booking, BookingStatus, Fault, Form, Frame, Party, Place, ServiceKind } from '../views.ts'

export type DeskBooking = {
  reference: string
  status: BookingStatus
  name: string | null
  phone: string | null
  party: Party
  /** Who brought it, when that was not the customer. */
  via: string | null
  /** Null when it can no longer be cancelled. */
  cancelHref: string | null
}

/** Everything that starts at one time for one service. */
export type DeskGroup = {
  kind: ServiceKind
  startsAt: number
  service: string
  /** Places taken and places there are; null where that is not one number. */
  places: { taken: number; capacity: number } | null
  bookings: DeskBooking[]
}

export type StaffDayView = {
  frame: Frame
  place: Place
  /** All locations, to change over to another. */
  places: PlaceLink[]
  date: string
  today: boolean
  /** The board of the location's queue, if it has one. */
  queueHref: string | null
  /** The board of its work in hand, if it takes in any. */
  workHref: string | null
  messagesHref: string
  earlierHref: string
  laterHref: string
  todayHref: string
  /** GET, finds a reference as the field `reference`. */
  find: Form & { value: string; notFound: boolean }
  groups: DeskGroup[]
  /** The customers' own pages, booked as staff. */
  book: { service: string; href: string }[]
  /** The rest of a day with more bookings than one page holds. */
  moreHref: string | null
  notice: string | null
}

const Row = ({ r, booking }: { r: Reader; booking: DeskBooking }) => (
  <li class="desk-row">
    <span class="desk-code">
      <Reference code={booking.reference} />
    </span>
    <span class="desk-who">
      {booking.name === null ? (
        <span class="quiet">{r.say('desk.no_name')}</span>
      ) : (
        <strong>
          <Name text={booking.name} />
        </strong>
      )}
      {booking.phone ? <Phone number={booking.phone} /> : null}
    </span>
    <span class="desk-party">
      <PartyText r={r} party={booking.party} />
      {booking.via ? (
        <span class="quiet desk-via">{r.sayWith('desk.via', { name: <Name text={booking.via} /> })}</span>
      ) : null}
    </span>
    <Status r={r} status={booking.status} />
    {booking.cancelHref ? (
      <a class="desk-cancel" href={booking.cancelHref}>
        {r.say('desk.cancel')}
        <span class="unseen"> {booking.reference}</span>
      </a>
    ) : null}
  </li>
)

const Group = ({ r, group, zone, at }: { r: Reader; group: DeskGroup; zone: string; at: number }) => (
  <section class="desk-group" aria-labelledby={`group-${at}`}>
    <div class="desk-head">
      <h2 id={`group-${at}`}>
        {group.kind === 'slots' || group.kind === 'departures' ? (
          <>
            <Time r={r} at={group.startsAt} zone={zone} />{' '}
          </>
        ) : null}
        <Name text={group.service} />
      </h2>
      {group.places ? (
        <p class="desk-places">
          <meter min={0} max={group.places.capacity} value={group.places.taken} aria-hidden="true" />
          {r.say('desk.taken', {
            taken: formatNumber(r.locale, group.places.taken),
            capacity: formatNumber(r.locale, group.places.capacity),
          })}
        </p>
      ) : null}
    </div>
    {group.bookings.length === 0 ? (
      <p class="quiet">{r.say('desk.group_empty')}</p>
    ) : (
      <ul class="desk-list">
        {group.bookings.map((booking) => (
          <Row r={r} booking={booking} />
        ))}
      </ul>
    )}
  </section>
)

const Tools = ({ r, view }: { r: Reader; view: StaffDayView }) => (
  <div class="desk-tools">
    <search>
      <form method="get" action={view.find.action} class="desk-find">
        <Hidden values={view.find.hidden} />
        <label for="find-reference">{r.say('desk.find')}</label>
        <div>
          <input
            id="find-reference"
            name="reference"
            type="search"
            value={view.find.value}
            maxlength={12}
            autocomplete="off"
            autocapitalize="characters"
            spellcheck={false}
            dir="ltr"
          />
          <Button look="plain">{r.say('desk.find_button')}</Button>
        </div>
      </form>
    </search>
    {view.book.length > 0 ? (
      <nav aria-label={r.say('desk.book')} class="desk-book">
        <p>{r.say('desk.book')}</p>
        <ul>
          {view.book.map(({ service, href }) => (
            <li>
              <a class="button button-plain" href={href}>
                <Name text={service} />
              </a>
            </li>
          ))}
        </ul>
      </nav>
    ) : null}
  </div>
)

/** The front desk's list of one day. */
export const StaffDayPage = (view: StaffDayView) => {
  const { frame, place, date, groups } = view
  const r = frame.reader
  const day = formatPlainDate(r.locale, date, 'long')
  return (
    <Layout frame={frame} title={r.say('desk.title', { place: place.name, date: day })}>
      {view.notice ? (
        <Notice tone="good" announce={true}>
          <p>{view.notice}</p>
        </Notice>
      ) : null}
      {view.find.notFound ? (
        <Notice tone="warning" announce={true}>
          <p>{r.say('desk.not_found')}</p>
        </Notice>
      ) : null}
      {view.places.length > 1 ? (
        <Places r={r} places={view.places} />
      ) : (
        <p class="eyebrow">
          <Name text={place.name} />
        </p>
      )}
      <div class="pager-row">
        <h1>{day}</h1>
        <div class="pager">
          <a href={view.earlierHref} rel="prev" class="pager-way" aria-label={r.say('desk.earlier')}>
            <Icon name="back" />
          </a>
          {view.today ? null : (
            <a href={view.todayHref} class="pager-text">
              {r.say('desk.today')}
            </a>
          )}
          <a href={view.laterHref} rel="next" class="pager-way" aria-label={r.say('desk.later')}>
            <Icon name="forward" />
          </a>
        </div>
      </div>
      <p class="actions">
        {view.queueHref ? (
          <a class="button button-plain" href={view.queueHref}>
            {r.say('board.queue')}
          </a>
        ) : null}
        {view.workHref ? (
          <a class="button button-plain" href={view.workHref}>
            {r.say('work.board')}
          </a>
        ) : null}
        <a class="button button-plain" href={view.messagesHref}>
          {r.say('outbox.title')}
        </a>
      </p>
      <Tools r={r} view={view} />
      {groups.length === 0 ? <p class="empty">{r.say('desk.empty')}</p> : null}
      {groups.map((group, at) => (
        <Group r={r} group={group} zone={place.zone} at={at} />
      ))}
      {view.moreHref ? (
        <p>
          <a class="onward" href={view.moreHref}>
            {r.say('desk.more')}
            <Icon name="forward" />
          </a>
        </p>
      ) : null}
    </Layout>
  )
}

/** Why the desk cancels; the code goes into the history, the note stays with the booking. */
export const cancelReasons = [
  'customer_asked',
  'location_closed',
  'staff_absent',
  'duplicate',
  'other',
] as const satisfies readonly CancelBody['reason'][]

export type StaffCancelView = {
  frame: Frame
  booking: Booking
  customer: string | null
  cancel: Form
  backHref: string
  chosen: { reason: string; note: string }
  faults: Fault[]
}

/** Posts `reason` (one of cancelReasons) and `note`. */
export const StaffCancelPage = (view: StaffCancelView) => {
  const { frame, booking, customer, cancel, backHref, chosen, faults } = view
  const r = frame.reader
  return (
    <Layout frame={frame} title={r.say('cancel.title')} faulty={faults.length > 0}>
      <ErrorSummary r={r} faults={faults} />
      <h1>{r.say('cancel.title')}</h1>
      <div class="pair">
        <div class="panel">
          <PostForm form={cancel} class="stack">
            {customer === null ? null : (
              <p>{r.sayWith('desk_cancel.whose', { name: <Name text={customer} /> })}</p>
            )}
            <SelectField
              r={r}
              faults={faults}
              field="reason"
              label={r.say('desk_cancel.reason')}
              value={chosen.reason}
              options={cancelReasons.map((value) => ({ value, text: r.say(`reason.${value}`) }))}
            />
            <TextArea
              r={r}
              faults={faults}
              field="note"
              label={r.say('desk_cancel.note')}
              hint={r.say('desk_cancel.note_hint')}
              value={chosen.note}
              maxlength={500}
              optional={true}
            />
            <div class="actions">
              <Button look="danger">{r.say('cancel.yes')}</Button>
              <a class="button button-plain" href={backHref}>
                {r.say('cancel.no')}
              </a>
            </div>
          </PostForm>
        </div>
        <Ticket r={r} booking={booking} />
      </div>
    </Layout>
  )
}
