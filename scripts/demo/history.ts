import { type Chance, chance } from './chance.ts'

/** What the clinic did on the days before: visits as its old system would have noted them. Made up, the same each time. */

/** A visit that is over; without `startedAt` nobody came when called, without `calledAt` nobody was called in time. */
export type PastVisit = {
  service: string
  desk?: string
  channel: 'web' | 'kiosk' | 'front_desk'
  joinedAt: string
  calledAt?: string
  startedAt?: string
  endedAt: string
}
export type PastDay = { date: string; visits: PastVisit[] }

const minuteMs = 60_000
const dayMs = 24 * 60 * minuteMs
/** Riyadh keeps one offset all year. */
const offset = '+03:00'
const services = [
  // How many in a hundred come for it, minutes of a visit from and to, and the desks that serve it.
  { id: 'visit', share: 42, minutes: [9, 19], desks: ['desk-1', 'desk-2', 'desk-3'] },
  { id: 'blood', share: 28, minutes: [5, 12], desks: ['desk-2', 'desk-3'] },
  { id: 'vaccination', share: 10, minutes: [7, 14], desks: ['desk-2'] },
  { id: 'certificate', share: 20, minutes: [3, 8], desks: ['desk-1', 'desk-3'] },
] as const

/** Open from 8:00, a pause from 11:45 to 12:30, until 16:00: minutes of the day. */
const [opens, pauses, resumes, closes] = [480, 705, 750, 960]
/** How busy each hour is, from eight on; on Sunday morning the week begins. */
const weekdayHours = [6, 7, 6, 5, 4, 7, 6, 5]
const sundayHours = [10, 10, 8, 7, 4, 7, 6, 5]
const graceMinutes = 3
/** Of a hundred called, how many do not come; of a hundred who wait, how many have less patience than most. */
const [missed, impatient] = [0.07, 0.15]

/** The working days of the thirty before `now` (epoch ms), oldest first. */
export function historyOf(now: number): PastDay[] {
  const dice = chance(85)
  return Array.from({ length: 30 }, (_, index) => new Date(now + 3 * 60 * minuteMs - (30 - index) * dayMs))
    .filter((day) => day.getUTCDay() < 5)
    .map((day) => pastDay(day.toISOString().slice(0, 10), day.getUTCDay() === 0, dice))
}

function pastDay(date: string, sunday: boolean, dice: Chance): PastDay {
  const at = (minute: number) =>
    new Date(Date.parse(`${date}T00:00:00${offset}`) + minute * minuteMs).toISOString()
  const free = new Map(['desk-1', 'desk-2', 'desk-3'].map((desk) => [desk, opens]))
  const visits = arrivals(sunday ? sundayHours : weekdayHours, dice).map((joined): PastVisit => {
    const service = dice.byShare(services)
    const visit = { service: service.id, channel: dice.one(['web', 'kiosk', 'kiosk', 'front_desk'] as const) }
    const desk = service.desks.reduce(
      (best: string, one) => (freeAt(free, one) < freeAt(free, best) ? one : best),
      service.desks[0],
    )
    const called = notInPause(Math.max(joined, freeAt(free, desk)) + dice.between(1, 4) / 10)
    const patience = dice.often(impatient) ? dice.between(4, 15) : 90
    if (called - joined > patience) return { ...visit, joinedAt: at(joined), endedAt: at(joined + patience) }
    const known = { ...visit, desk, joinedAt: at(joined), calledAt: at(called) }
    if (dice.often(missed)) {
      free.set(desk, called + graceMinutes)
      return { ...known, endedAt: at(called + graceMinutes) }
    }
    const started = called + dice.between(2, 12) / 10
    const ended = started + dice.between(service.minutes[0] * 10, service.minutes[1] * 10) / 10
    free.set(desk, ended)
    return { ...known, startedAt: at(started), endedAt: at(ended) }
  })
  return { date, visits }
}

const freeAt = (free: Map<string, number>, desk: string) => free.get(desk) ?? opens

const notInPause = (minute: number) => (minute >= pauses && minute < resumes ? resumes : minute)

/** When people come, in minutes of the day: as many an hour as is said, twice over, give or take. */
function arrivals(hours: number[], dice: Chance): number[] {
  return hours
    .flatMap((busy, hour) =>
      Array.from(
        { length: Math.round((busy * 2 * dice.between(80, 120)) / 100) },
        () => opens + hour * 60 + dice.between(0, 590) / 10,
      ),
    )
    .filter((minute) => minute < closes - 15 && (minute < pauses - 5 || minute >= resumes))
    .sort((a, b) => a - b)
}
