import * as format from '../../kernel/format.ts'
import type { Reader } from '../reader.ts'
import type { Party, Place, When } from '../views.ts'

/** A code that is read aloud and typed, fenced off from text of the other direction. */
export const Reference = ({ code }: { code: string }) => (
  <bdi class="reference" dir="ltr">
    {code}
  </bdi>
)

/** A name somebody else wrote, in whatever script. */
export const Name = ({ text }: { text: string }) => <bdi>{text}</bdi>

export const Phone = ({ number }: { number: string }) => (
  <a href={`tel:${number.replace(/[^+\d]/g, '')}`}>
    <bdi dir="ltr">{number}</bdi>
  </a>
)

export const Amount = ({ r, money }: { r: Reader; money: format.Money }) => (
  <bdi class="amount">{format.formatMoney(r.locale, money)}</bdi>
)

export const Time = ({ r, at, zone }: { r: Reader; at: number; zone: string }) => (
  <time datetime={new Date(at).toISOString()}>
    <bdi dir={r.direction}>{format.formatTime(r.locale, at, zone)}</bdi>
  </time>
)

export const DateText = ({ r, at, zone }: { r: Reader; at: number; zone: string }) => (
  <time datetime={format.plainDateAt(at, zone)}>{format.formatDate(r.locale, at, zone)}</time>
)

const Range = ({ r, when, zone }: { r: Reader; when: When; zone: string }) => (
  <bdi dir={r.direction}>{format.formatTimeRange(r.locale, when.startsAt, when.endsAt, zone)}</bdi>
)

/** Day and hours of a booking, in the way of its kind. */
export const WhenText = ({ r, when, zone }: { r: Reader; when: When; zone: string }) => {
  if (when.kind === 'nights') {
    const arrival = format.plainDateAt(when.startsAt, zone)
    const departure = format.plainDateAt(when.endsAt, zone)
    const nights = Math.round((Date.parse(departure) - Date.parse(arrival)) / 86_400_000)
    return (
      <>
        <span class="when-day">{r.say('when.nights', { count: nights })}</span>
        <span class="when-hours">
          {r.sayWith('when.stay', {
            arrival: <DateText r={r} at={when.startsAt} zone={zone} />,
            departure: <DateText r={r} at={when.endsAt} zone={zone} />,
          })}
        </span>
      </>
    )
  }
  return (
    <>
      <span class="when-day">
        <DateText r={r} at={when.startsAt} zone={zone} />
      </span>
      <span class="when-hours">
        {when.kind === 'opening_hours' ? (
          r.sayWith('when.any_time', { hours: <Range r={r} when={when} zone={zone} /> })
        ) : (
          <Range r={r} when={when} zone={zone} />
        )}
      </span>
    </>
  )
}

/** Says whose clock the times are on, unless the visitor's own clock shows the same. */
export const ZoneNote = ({ r, place, at }: { r: Reader; place: Place; at: number }) =>
  place.visitorZone !== null && format.sameClock(at, place.zone, place.visitorZone) ? null : (
    <p class="quiet zone-note">
      <bdi>{r.say('when.zone', { zone: format.zoneName(r.locale, at, place.zone) })}</bdi>
    </p>
  )

/** `2 × Adult, 1 × Child`. */
export const PartyText = ({ r, party }: { r: Reader; party: Party }) => (
  <>
    {party.map((unit, place) => (
      <>
        {place > 0 ? r.say('party.separator') : null}
        <bdi>
          {r.say('party.unit', { count: format.formatNumber(r.locale, unit.count), name: unit.name })}
        </bdi>
      </>
    ))}
  </>
)
