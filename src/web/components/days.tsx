import { formatPlainDate, weekdayOf, weekdays } from '../../kernel/format.ts'
import type { Reader } from '../reader.ts'
import type { Day } from '../views.ts'
import { Icon } from './icon.tsx'

/** Earlier and later, for a week or a month; an end without a way stays visible as such. */
const Pager = (props: {
  earlier: string | null
  later: string | null
  earlierText: string
  laterText: string
}) => (
  <div class="pager">
    {props.earlier ? (
      <a href={props.earlier} rel="prev" class="pager-way" aria-label={props.earlierText}>
        <Icon name="back" />
      </a>
    ) : null}
    {props.later ? (
      <a href={props.later} rel="next" class="pager-way" aria-label={props.laterText}>
        <Icon name="forward" />
      </a>
    ) : null}
  </div>
)

/** One day as a link, with its state as a mark for the eye and in words for the ear. */
const DayLink = ({ r, day, weekday }: { r: Reader; day: Day; weekday: boolean }) => {
  const look = `day day-${day.state}${day.today ? ' day-today' : ''}`
  const face = (
    <>
      {weekday ? (
        <span class="day-name" aria-hidden="true">
          {weekdays(r.locale).find((each) => each.weekday === weekdayOf(day.date))?.short}
        </span>
      ) : null}
      <span class="day-number" aria-hidden="true">
        {formatPlainDate(r.locale, day.date, 'day')}
      </span>
      <span class="unseen">
        {r.say(`day.${day.state}`, { date: formatPlainDate(r.locale, day.date, 'long') })}
      </span>
      <span class="day-mark" aria-hidden="true" />
    </>
  )
  return day.href ? (
    <a class={look} href={day.href} aria-current={day.selected ? 'date' : undefined}>
      {face}
    </a>
  ) : (
    <span class={look}>{face}</span>
  )
}

export type WeekView = { days: Day[]; earlier: string | null; later: string | null }

export const WeekStrip = ({ r, week }: { r: Reader; week: WeekView }) => {
  const [first, last] = [week.days[0], week.days.at(-1)]
  return (
    <nav class="week" aria-label={r.say('find.week')}>
      <div class="pager-row">
        <p class="week-span">
          {first && last
            ? r.say('find.week_span', {
                from: formatPlainDate(r.locale, first.date, 'short'),
                to: formatPlainDate(r.locale, last.date, 'short'),
              })
            : null}
        </p>
        <Pager
          earlier={week.earlier}
          later={week.later}
          earlierText={r.say('find.week_earlier')}
          laterText={r.say('find.week_later')}
        />
      </div>
      <ol class="week-days">
        {week.days.map((day) => (
          <li>
            <DayLink r={r} day={day} weekday={true} />
          </li>
        ))}
      </ol>
    </nav>
  )
}

/** `month` is `YYYY-MM`; `days` are the days of that month, in order. */
export type MonthView = { month: string; days: Day[]; earlier: string | null; later: string | null }

/** Rows of seven, with empty cells before the first day and after the last. */
function rows(r: Reader, days: Day[]): (Day | null)[][] {
  const first = days[0]
  if (!first) return []
  const before = (weekdayOf(first.date) - r.locale.firstDay + 7) % 7
  const cells = [...Array<null>(before).fill(null), ...days]
  while (cells.length % 7 !== 0) cells.push(null)
  return Array.from({ length: cells.length / 7 }, (_, row) => cells.slice(row * 7, row * 7 + 7))
}

/** A month of days to look over and choose from. */
export const MonthCalendar = ({ r, month }: { r: Reader; month: MonthView }) => {
  const name = formatPlainDate(r.locale, `${month.month}-01`, 'month')
  return (
    <section class="month" aria-labelledby="month-name">
      <div class="pager-row">
        <h2 id="month-name">{name}</h2>
        <Pager
          earlier={month.earlier}
          later={month.later}
          earlierText={r.say('find.month_earlier')}
          laterText={r.say('find.month_later')}
        />
      </div>
      <table>
        <caption class="unseen">{r.say('find.month_caption', { month: name })}</caption>
        <thead>
          <tr>
            {weekdays(r.locale).map(({ short, long }) => (
              <th scope="col">
                <span aria-hidden="true">{short}</span>
                <span class="unseen">{long}</span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows(r, month.days).map((row) => (
            <tr>
              {row.map((day) => (
                <td>{day ? <DayLink r={r} day={day} weekday={false} /> : null}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      <ul class="legend" aria-hidden="true">
        {(['open', 'few', 'sold_out', 'closed'] as const).map((state) => (
          <li>
            <span class={`day day-${state}`}>
              <span class="day-mark" />
            </span>
            {r.say(`legend.${state}`)}
          </li>
        ))}
      </ul>
    </section>
  )
}
