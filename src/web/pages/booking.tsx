import { Button, PostForm } from '../components/form.tsx'
import { Notice, type Tone } from '../components/notice.tsx'
import { DateText, Time } from '../components/text.tsx'
import { Ticket } from '../components/ticket.tsx'
import { Layout } from '../layout.tsx'
import type { Reader } from '../reader.ts'
import type { Booking, Form, Frame } from '../views.ts'

/** Whether this booking can still be cancelled here, and until when that was promised. */
export type Cancelling =
  | { can: true; until: number; href: string }
  | { can: false; since: number }
  | { can: false; since: null }

export type BookingView = {
  frame: Frame
  booking: Booking
  cancelling: Cancelling
  /** What just happened, to be read first. */
  news: 'confirmed' | 'cancelled' | null
  /** Who cancelled it and when, of a cancelled one. */
  ended: { at: number; by: 'customer' | 'staff' | 'partner'; reason: string | null } | null
  /** Way to book the same again, of one that is over. */
  againHref: string | null
}

const News = ({ r, news }: { r: Reader; news: 'confirmed' | 'cancelled' }) => {
  const tone: Tone = news === 'confirmed' ? 'good' : 'info'
  return (
    <Notice tone={tone} announce={true}>
      <p>
        <strong>{r.say(`booking.news_${news}`)}</strong>
      </p>
      <p>{r.say(`booking.news_${news}_more`)}</p>
    </Notice>
  )
}

const CancelNote = ({ r, cancelling, zone }: { r: Reader; cancelling: Cancelling; zone: string }) => {
  if (cancelling.can) {
    const { until, href } = cancelling
    return (
      <div class="actions">
        <a class="button button-plain" href={href}>
          {r.say('booking.cancel')}
        </a>
        <p class="quiet">
          {r.sayWith('booking.cancel_until', {
            date: <DateText r={r} at={until} zone={zone} />,
            time: <Time r={r} at={until} zone={zone} />,
          })}
        </p>
      </div>
    )
  }
  return cancelling.since === null ? null : (
    <p class="quiet">
      {r.sayWith('booking.cancel_over', {
        date: <DateText r={r} at={cancelling.since} zone={zone} />,
        time: <Time r={r} at={cancelling.since} zone={zone} />,
      })}
    </p>
  )
}

/** The customer's own page of one booking. */
export const BookingPage = ({ frame, booking, cancelling, news, ended, againHref }: BookingView) => {
  const r = frame.reader
  const { zone } = booking.place
  return (
    <Layout frame={frame} title={r.say('booking.title')}>
      <div class="narrow">
        {news ? <News r={r} news={news} /> : null}
        <h1>{r.say('booking.title')}</h1>
        {ended ? (
          <p>
            {r.sayWith(`booking.ended_by_${ended.by}`, {
              date: <DateText r={r} at={ended.at} zone={zone} />,
              time: <Time r={r} at={ended.at} zone={zone} />,
            })}
            {ended.reason ? ` ${r.say('booking.ended_reason', { reason: ended.reason })}` : null}
          </p>
        ) : null}
        <Ticket r={r} booking={booking} />
        {booking.status === 'confirmed' ? <p>{r.say('booking.show_code')}</p> : null}
        <CancelNote r={r} cancelling={cancelling} zone={zone} />
        {againHref ? (
          <p>
            <a class="button button-main" href={againHref}>
              {r.say('booking.again')}
            </a>
          </p>
        ) : null}
      </div>
    </Layout>
  )
}

export type CancelView = {
  frame: Frame
  booking: Booking
  cancel: Form
  /** Back to the booking, with nothing done. */
  keepHref: string
}

/** Are you sure: the step before a cancellation. */
export const CancelPage = ({ frame, booking, cancel, keepHref }: CancelView) => {
  const r = frame.reader
  return (
    <Layout frame={frame} title={r.say('cancel.title')}>
      <div class="narrow">
        <h1>{r.say('cancel.title')}</h1>
        <p class="lead">{r.say('cancel.lead')}</p>
        <div class="actions">
          <PostForm form={cancel}>
            <Button look="danger">{r.say('cancel.yes')}</Button>
          </PostForm>
          <a class="button button-plain" href={keepHref}>
            {r.say('cancel.no')}
          </a>
        </div>
        <Ticket r={r} booking={booking} />
      </div>
    </Layout>
  )
}
