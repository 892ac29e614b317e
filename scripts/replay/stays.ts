import { parse } from 'csv-parse/sync'

/** One booking of the log. Days are counted from 1970-01-01. */
export type Stay = {
  /** Its row in the file; the first booking under the header is 1. */
  row: number
  arrival: number
  /** May be 0: a stay that ended on the day it began. */
  nights: number
  bookedOn: number
  /** Day of its cancellation, if it was cancelled. */
  cancelledOn: number | null
  /** The agent that booked it; null for a guest who booked directly. */
  agent: string | null
}

const DAY_MS = 86_400_000
const months = 'January February March April May June July August September October November December'.split(
  ' ',
)

type Column =
  | 'hotel'
  | 'lead_time'
  | 'arrival_date_year'
  | 'arrival_date_month'
  | 'arrival_date_day_of_month'
  | 'stays_in_weekend_nights'
  | 'stays_in_week_nights'
  | 'agent'
  | 'reservation_status'
  | 'reservation_status_date'

/**
 * The stays of one hotel in the CSV of Antonio, Almeida and Nunes ("Hotel booking demand datasets", 2019), in file
 * order. It was booked `lead_time` days before it began. A no-show is not a cancellation: the room stayed taken.
 *
 * @throws when a number or a date cannot be read, naming the row
 */
export function readStays(csv: string | Uint8Array, hotel: string): Stay[] {
  const records = parse(csv, { columns: true, trim: true }) as Record<Column, string>[]
  return records.flatMap((record, index) => (record.hotel === hotel ? [stayOf(record, index + 1)] : []))
}

function stayOf(record: Record<Column, string>, row: number): Stay {
  const number = (column: Column) => {
    if (!/^\d+$/.test(record[column])) throw new Error(`Row ${row}: ${column} is not a number`)
    return Number(record[column])
  }
  const month = months.indexOf(record.arrival_date_month)
  const arrival = dayOf(number('arrival_date_year'), month + 1, number('arrival_date_day_of_month'), row)
  return {
    row,
    arrival,
    nights: number('stays_in_weekend_nights') + number('stays_in_week_nights'),
    bookedOn: arrival - number('lead_time'),
    cancelledOn:
      record.reservation_status === 'Canceled' ? statusDay(record.reservation_status_date, row) : null,
    agent: record.agent === 'NULL' ? null : String(number('agent')),
  }
}

/** The file is in circulation with both `7/1/2015` (month first) and `2015-07-01`. */
function statusDay(text: string, row: number): number {
  const [, month, day, year] =
    /^(\d{1,2})\/(\d{1,2})\/(\d{4})$/.exec(text) ??
    /^(\d{4})-(\d\d)-(\d\d)$/.exec(text)?.map((_, i, [all, y, m, d]) => [all, m, d, y][i]) ??
    []
  return dayOf(Number(year), Number(month), Number(day), row)
}

function dayOf(year: number, month: number, day: number, row: number): number {
  const ms = Date.UTC(year, month - 1, day)
  if (new Date(ms).getUTCMonth() !== month - 1) throw new Error(`Row ${row}: a date that does not exist`)
  return ms / DAY_MS
}
