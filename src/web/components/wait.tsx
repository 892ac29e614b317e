import { formatNumber, formatSeconds } from '../../kernel/format.ts'
import type { Display, TicketView } from '../../queue/index.ts'
import type { Reader } from '../reader.ts'
import { DateText, Time } from './text.tsx'

/**
 * Waits in clock times. A clock shows no seconds: who is called within the range finds that its reading lies between
 * the two that are shown.
 */

type Span = { from: number | null; to: number | null }
type Wait = NonNullable<TicketView['wait']>
type Held = NonNullable<TicketView['record']>
/** What is told of a service to whoever would join it. */
export type WaitOfService = Pick<Display['services'][number], 'wait' | 'record'>

const sentences = {
  joining: { whole: 'queue.wait', open: 'queue.wait_open', unknown: 'queue.wait_unknown' },
  mine: { whole: 'ticket_page.wait', open: 'ticket_page.wait_open', unknown: 'ticket_page.wait_unknown' },
} as const

type Told = { r: Reader; zone: string }

/** `name` is what a script finds it by that brings it up to date. */
const At = ({ r, zone, at, name }: Told & { at: number; name: string }) => (
  <bdi data-wait={name}>
    <Time r={r} at={at} zone={zone} />
  </bdi>
)

/** When the turn comes of somebody who waits, or who would join now. */
export const SpanText = ({ r, zone, span, of }: Told & { span: Span | null; of: keyof typeof sentences }) => {
  const { whole, open, unknown } = sentences[of]
  if (!span || span.from === null) return <>{r.say(unknown)}</>
  const from = <At r={r} zone={zone} at={span.from} name="from" />
  if (span.to === null) return <>{r.sayWith(open, { from })}</>
  return <>{r.sayWith(whole, { from, to: <At r={r} zone={zone} at={span.to} name="to" /> })}</>
}

/** When people can join again. */
export const ClosedUntil = ({ r, zone, at }: Told & { at: number }) =>
  r.sayWith('queue.closed_until', {
    date: <DateText r={r} at={at} zone={zone} />,
    time: <Time r={r} at={at} zone={zone} />,
  })

/** How often what was told lately held. */
export const RecordText = ({ r, record }: { r: Reader; record: Held | null }) =>
  record === null || record.told === 0 ? null : (
    <p class="quiet">
      {r.say('queue.record', { told: record.told, inside: formatNumber(r.locale, record.inside) })}
    </p>
  )

/** The first promise and, once it has passed, the one that took its place. */
const Promised = ({ r, zone, wait }: Told & { wait: Wait }) => {
  const { promisedBy: first, renewedBy: moved } = wait
  if (first === null) return null
  const time = (at: number) => <Time r={r} at={at} zone={zone} />
  return (
    <p>
      {moved === null
        ? r.sayWith('ticket_page.promise', { time: time(first) })
        : r.sayWith('ticket_page.promise_moved', { first: time(first), time: time(moved) })}
    </p>
  )
}

/** What the wait is made of. */
const Why = ({ r, zone, wait: { reason }, record }: Told & { wait: Wait; record: Held | null }) => (
  <details class="why" id="why">
    <summary>{r.say('ticket_page.why')}</summary>
    <p>{r.say(`ticket_page.main_${reason.main}`)}</p>
    <ul>
      <li>{r.say('ticket_page.why_ahead', { count: reason.ahead })}</li>
      <li>{r.say('ticket_page.why_desks', { count: reason.desks })}</li>
      {reason.paceSeconds > 0 ? (
        <li>
          {r.say('ticket_page.why_pace', { time: formatSeconds(r.locale, Math.round(reason.paceSeconds)) })}
        </li>
      ) : null}
      {reason.appointments > 0 ? (
        <li>
          {r.say('ticket_page.why_appointments', { count: formatNumber(r.locale, reason.appointments) })}
        </li>
      ) : null}
      {reason.closesAt === null ? null : (
        <li>
          {r.sayWith('ticket_page.why_closes', { time: <Time r={r} at={reason.closesAt} zone={zone} /> })}
        </li>
      )}
    </ul>
    <RecordText r={r} record={record} />
  </details>
)

/** When my turn comes, what was promised, when to be back, and why. `away`: not at the place itself. */
export const MyWait = (
  props: Told & { wait: TicketView['wait']; record: TicketView['record']; away: boolean },
) => {
  const { r, zone, wait, record, away } = props
  if (!wait) return null
  return (
    <div class="my-wait">
      <p class="my-span">
        <SpanText r={r} zone={zone} span={wait} of="mine" />
      </p>
      {away && wait.beBackBy !== null ? (
        <p class="my-back">
          {r.sayWith('ticket_page.be_back', {
            time: <At r={r} zone={zone} at={wait.beBackBy} name="beBackBy" />,
          })}
        </p>
      ) : null}
      <Promised r={r} zone={zone} wait={wait} />
      <Why r={r} zone={zone} wait={wait} record={record} />
    </div>
  )
}
