import { formatMinutes, formatPlainDate } from '../../kernel/format.ts'
import { MonthCalendar, type MonthView, WeekStrip, type WeekView } from '../components/days.tsx'
import { Button, ErrorSummary, Hidden } from '../components/form.tsx'
import { Icon } from '../components/icon.tsx'
import { Notice } from '../components/notice.tsx'
import { PriceSummary } from '../components/price.tsx'
import { SlotList } from '../components/slots.tsx'
import { Name, ZoneNote } from '../components/text.tsx'
import { UnitPicker } from '../components/units.tsx'
import { Layout } from '../layout.tsx'
import type { Reader } from '../reader.ts'
import type { Fault, Form, Frame, Place, Price, Service, Slot, UnitChoice } from '../views.ts'

export type FindView = {
  frame: Frame
  place: Place
  service: Service
  /** The times are found again for these numbers; posted by GET, with the chosen day in `hidden`. */
  search: Form
  units: UnitChoice[]
  price: Price | null
  week: WeekView
  month: MonthView | null
  day: {
    date: string
    slots: Slot[]
    /** What the location says about this day, such as why it is closed. */
    note: string | null
    /** The next day that has something free. */
    next: { date: string; href: string } | null
  }
  /** Holds the slot whose button is pressed: its value goes along as `slot`. */
  hold: Form
  faults: Fault[]
  /** A word on what just happened, such as a time that somebody else took first. */
  notice: string | null
  /** Any instant of the chosen day: names the clock. */
  at: number
}

const Facts = ({ r, service, place }: { r: Reader; service: Service; place: Place }) => (
  <div class="facts">
    <p class="with-icon">
      <Icon name="pin" />
      <span>
        <Name text={place.name} />
        {place.address ? (
          <span class="quiet address">
            <Name text={place.address} />
          </span>
        ) : null}
      </span>
    </p>
    {service.minutes === null ? null : (
      <p class="with-icon">
        <Icon name="clock" />
        {formatMinutes(r.locale, service.minutes)}
      </p>
    )}
    {service.bring ? (
      <p class="with-icon">
        <Icon name="info" />
        <Name text={service.bring} />
      </p>
    ) : null}
  </div>
)

const Day = ({ r, view }: { r: Reader; view: FindView }) => {
  const { day, service, place } = view
  return (
    <section class="times" aria-labelledby="times">
      <h2 id="times">{formatPlainDate(r.locale, day.date, 'long')}</h2>
      <ZoneNote r={r} place={place} at={view.at} />
      {day.note ? (
        <Notice tone="info">
          <p>
            <Name text={day.note} />
          </p>
        </Notice>
      ) : null}
      {day.slots.length > 0 ? (
        <SlotList r={r} kind={service.kind} zone={place.zone} slots={day.slots} form={view.hold} />
      ) : (
        <p class="empty">{r.say('find.nothing')}</p>
      )}
      {day.next ? (
        <p>
          <a class="onward" href={day.next.href}>
            {r.say('find.next_day', { date: formatPlainDate(r.locale, day.next.date, 'long') })}
            <Icon name="forward" />
          </a>
        </p>
      ) : null}
    </section>
  )
}

/** How many, which day, what time. */
export const FindPage = (view: FindView) => {
  const { frame, place, service } = view
  const r = frame.reader
  return (
    <Layout frame={frame} title={service.name} findable={true} faulty={view.faults.length > 0}>
      <div class="find">
        <div class="find-head">
          <ErrorSummary r={r} faults={view.faults} />
          {view.notice ? (
            <Notice tone="warning" announce={true}>
              <p>{view.notice}</p>
            </Notice>
          ) : null}
          <h1>
            <Name text={service.name} />
          </h1>
          {service.description ? (
            <p class="lead">
              <Name text={service.description} />
            </p>
          ) : null}
          <Facts r={r} service={service} place={place} />
        </div>
        <div class="find-who panel">
          <form method="get" action={view.search.action} novalidate>
            <Hidden values={view.search.hidden} />
            <UnitPicker r={r} units={view.units} faults={view.faults} />
            <Button look="plain">{r.say('find.update')}</Button>
          </form>
          {view.price ? <PriceSummary r={r} price={view.price} /> : null}
        </div>
        <div class="find-when">
          <WeekStrip r={r} week={view.week} />
          <Day r={r} view={view} />
        </div>
        {view.month ? (
          <div class="find-month panel">
            <MonthCalendar r={r} month={view.month} />
          </div>
        ) : null}
      </div>
    </Layout>
  )
}
