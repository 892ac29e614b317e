/** "Demo open day": a dated exception around the start, so that a place is open whenever somebody tries it. */

const minuteMs = 60_000
const hourMs = 60 * minuteMs

const wallTime = (at: number, timeZone: string) =>
  new Intl.DateTimeFormat('en-GB', {
    timeZone,
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).format(at)
export const dateIn = (at: number, timeZone: string) =>
  new Intl.DateTimeFormat('en-CA', { timeZone }).format(at)

/**
 * Open from two hours before the start to six after, within its own date and the next; and nine minutes, so that an
 * appointment of every length that is offered began nine minutes ago.
 */
export function openDays(now: number, zone: string) {
  const [from, to] = [now - 2 * hourMs - 9 * minuteMs, now + 6 * hourMs]
  const [first, last] = [dateIn(from, zone), dateIn(to, zone)]
  const [opens, closes] = [wallTime(from, zone), wallTime(to, zone)]
  const reason = 'Demo open day'
  if (first === last) return [{ date: first, intervals: [{ from: opens, to: closes }], reason }]
  return [
    { date: first, intervals: [{ from: opens, to: '24:00' }], reason },
    { date: last, intervals: [{ from: '00:00', to: closes }], reason },
  ].filter(({ intervals }) => intervals.every(({ from: start, to: end }) => start < end))
}
