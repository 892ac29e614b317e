import {
  addDays,
  HOUR_MS,
  isWallTime,
  localDate,
  localTime,
  minutesOf,
  resolveMinutes,
} from '../../kernel/time.ts'

/** What a location sends and when. */
export type Settings = {
  /** Wall times between which nobody is disturbed; null: never quiet. */
  quiet: { from: string; to: string } | null
  /** How long before the start a reminder goes out; null: none does. */
  reminderHours: number | null
  /** Told that it is nearly their turn when so many stand before them; null: nobody is. */
  nearlyAhead: number | null
}

export const usual: Settings = {
  quiet: { from: '21:00', to: '08:00' },
  reminderHours: 24,
  nearlyAhead: 2,
}

const instantOf = (date: string, time: string, zone: string): number => {
  const found = resolveMinutes(date, minutesOf(time), zone)
  return found.kind === 'fold' ? found.later : found.at
}

/** The quiet hours that an instant falls into, as instants; undefined where it falls into none. */
function quietAround(
  at: number,
  { quiet }: Settings,
  zone: string,
): { from: number; to: number } | undefined {
  if (!quiet || quiet.from === quiet.to || !isWallTime(quiet.from)) return undefined
  const [today, time] = [localDate(at, zone), localTime(at, zone)]
  const overnight = quiet.from > quiet.to
  const inside = overnight ? time >= quiet.from || time < quiet.to : time >= quiet.from && time < quiet.to
  if (!inside) return undefined
  const began = overnight && time < quiet.to ? addDays(today, -1) : today
  const ends = overnight ? addDays(began, 1) : began
  return { from: instantOf(began, quiet.from, zone), to: instantOf(ends, quiet.to, zone) }
}

/** The first moment from `at` on, epoch ms, at which nobody is disturbed. */
export const afterQuiet = (at: number, settings: Settings, zone: string): number =>
  quietAround(at, settings, zone)?.to ?? at

/**
 * When to remind of something that starts then, epoch ms: outside of quiet hours, later rather than earlier as long as
 * half an hour is left. Undefined where that time has passed, as for whoever has only just booked.
 */
export function reminderAt(
  startsAt: number,
  settings: Settings,
  zone: string,
  now: number,
): number | undefined {
  if (settings.reminderHours === null) return undefined
  const wanted = startsAt - settings.reminderHours * HOUR_MS
  const quiet = quietAround(wanted, settings, zone)
  const at = !quiet ? wanted : quiet.to <= startsAt - HOUR_MS / 2 ? quiet.to : quiet.from
  return at > now ? at : undefined
}
