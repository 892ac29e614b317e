import { type Browsed, type CalendarDay, isBookable } from '../booking/index.ts'
import { limits } from '../config.ts'
import { addDays, weekday } from '../kernel/time.ts'
import type { MonthView, WeekView } from './components/days.tsx'
import type { Day, DayState } from './views.ts'

/** Which dates the find page reads and shows. All dates are the location's, `YYYY-MM-DD`. */

type Dates = { from: string; to: string }

const firstOfMonth = (date: string) => `${date.slice(0, 7)}-01`
const firstOfNext = (date: string) => firstOfMonth(addDays(firstOfMonth(date), 31))

/** The month of a date with the weeks that reach out of it, and a week of nights; of what is past nothing is asked. */
export function datesAround(date: string, today: string): Dates {
  const from = addDays(firstOfMonth(date), -6)
  return { from: from < today ? today : from, to: addDays(firstOfNext(date), 6) }
}

/** As far as one reading goes from today: most likely the first free day and all of its month. */
export const datesAhead = (today: string): Dates => ({
  from: addDays(today, -1),
  to: addDays(today, limits.calendarDays - 2),
})

export const covers = (range: Dates, { from, to }: Dates): boolean => range.from <= from && range.to >= to

/** How a day looks from outside, by the best of its slots. */
function dayState(status: CalendarDay['status'] | undefined): DayState {
  switch (status) {
    case 'available':
      return 'open'
    case 'limited':
      return 'few'
    case 'sold_out':
      return 'sold_out'
    default:
      return 'closed'
  }
}

type Chosen = {
  date: string
  today: string
  firstDay: number
  states: Map<string, CalendarDay>
  href: (date: string) => string
}

const dayOf = ({ date, today, states, href }: Chosen, of: string): Day => ({
  date: of,
  state: of < today ? 'past' : dayState(states.get(of)?.status),
  href: of < today ? null : href(of),
  selected: of === date,
  today: of === today,
})

export function weekOf(chosen: Chosen): WeekView {
  const { date, today, firstDay, href } = chosen
  const start = addDays(date, -((weekday(date) - firstDay + 7) % 7))
  const earlier = addDays(start, -7)
  return {
    days: Array.from({ length: 7 }, (_, i) => dayOf(chosen, addDays(start, i))),
    earlier: start <= today ? null : href(earlier < today ? today : earlier),
    later: href(addDays(start, 7)),
  }
}

export function monthOf(chosen: Chosen): MonthView {
  const { date, today, href } = chosen
  const [first, next] = [firstOfMonth(date), firstOfNext(date)]
  const before = firstOfMonth(addDays(first, -1))
  const days: Day[] = []
  for (let of = first; of < next; of = addDays(of, 1)) days.push(dayOf(chosen, of))
  return {
    month: date.slice(0, 7),
    days,
    earlier: first <= today ? null : href(before < today ? today : before),
    later: href(next),
  }
}

/** The first date from `from` on with something to book, of a list by start. */
export const firstFree = (listed: Browsed['listed'], from: string): string | undefined =>
  listed.find((one) => one.slot.date >= from && isBookable(one))?.slot.date
