import { setTimeout as pause } from 'node:timers/promises'
import { type Api, apiOf, Refused } from './api.ts'
import { type Chance, chance } from './chance.ts'

/** People who join the clinic's queue and desks that serve them, through the public API alone. */

export type Live = {
  baseUrl: string
  staffKey: string
  location: string
  /** How much faster than real. */
  speed: number
  seed: number
  signal: AbortSignal
  say: (line: string) => void
}

type Desk = { id: string; name: string; status: string; breakEndsAt: string | null; ticket: string | null }
type Ticket = { id: string; number: string; status: string; service: string; token: string }
type Queue = { desks: Desk[]; tickets: Ticket[] }

const minuteMs = 60_000
/** Mean minutes of a visit, and how many in a hundred come for it. Vaccinations are by appointment alone. */
const services = [
  { id: 'visit', minutes: 14, share: 45 },
  { id: 'blood', minutes: 8, share: 30 },
  { id: 'certificate', minutes: 5, share: 25 },
]
/** Three desks at eleven minutes a visit are busy, and keep up. */
const minutesBetweenJoins = 4
/** Of a hundred: who joins from home, of those who thinks better of it, and who does not come when called. */
const [fromHome, cancels, misses] = [0.3, 0.2, 0.07]
const minutesToBreak = 90

/**
 * Until it is told to stop. Whatever somebody at the pages does meanwhile is respected.
 *
 * @throws what the signal was aborted with, or whatever went wrong
 */
export async function live(options: Live): Promise<never> {
  const { baseUrl, staffKey, location, speed, seed, signal, say } = options
  const staff = apiOf(baseUrl, staffKey)
  const path = `/v1/locations/${location}/queue`
  const minutes = (count: number) => pause((count * minuteMs) / speed, undefined, { signal })
  const inMinutes = (count: number) => new Date(Date.now() + (count * minuteMs) / speed).toISOString()
  const command = (api: Api, body: object) => allowed(api('POST', `${path}/commands`, body))

  async function arrivals(dice: Chance): Promise<void> {
    for (;;) {
      await minutes((minutesBetweenJoins * dice.between(10, 190)) / 100)
      const service = dice.byShare(services).id
      if (dice.often(fromHome)) background(visitFromHome(service, chance(dice.between(1, 1e9))))
      else {
        const ticket = await allowed(staff('POST', `${path}/tickets`, { service, presence: 'on_site' }))
        if (ticket) say(`${ticket.number} joins in the hall`)
      }
    }
  }

  /** Joins by oneself, and then comes or does not. */
  async function visitFromHome(service: string, dice: Chance): Promise<void> {
    const device = crypto.randomUUID()
    const everybody = apiOf(baseUrl, undefined)
    const ticket: Ticket | undefined = await allowed(
      everybody('POST', `${path}/tickets`, { service, device }),
    )
    if (!ticket) return
    say(`${ticket.number} joins from home`)
    const self = apiOf(baseUrl, ticket.token)
    await minutes(dice.between(2, 8))
    if (dice.often(cancels)) {
      if (await command(self, { verb: 'leave', ticket: ticket.id })) say(`${ticket.number} leaves`)
      return
    }
    const way = dice.between(5, 12)
    await command(self, {
      verb: 'presence',
      ticket: ticket.id,
      presence: 'on_the_way',
      etaAt: inMinutes(way),
    })
    await minutes(way)
    if (await command(self, { verb: 'presence', ticket: ticket.id, presence: 'on_site' }))
      say(`${ticket.number} is here`)
  }

  /** Looks at the desk as it stands, does what comes next, and looks again. */
  async function work(id: string, dice: Chance): Promise<void> {
    let nextBreak = minutesToBreak * dice.between(1, 3)
    let worked = 0
    const busy = async (count: number) => {
      await minutes(count)
      worked += count
    }
    for (;;) {
      const { desks, tickets }: Queue = await staff('GET', path)
      const desk = desks.find((one) => one.id === id) as Desk
      const ticket = tickets.find((one) => one.id === desk.ticket)
      if (ticket?.status === 'called') {
        await busy(dice.between(3, 12) / 10)
        const verb = dice.often(misses) ? 'missed' : 'start'
        const done = await command(staff, { verb, ticket: ticket.id, reason: 'Did not come' })
        if (done && verb === 'missed') say(`${ticket.number} does not come to ${desk.name}`)
      } else if (ticket?.status === 'serving') {
        const mean = services.find(({ id }) => id === ticket.service)?.minutes ?? 10
        await busy((mean * dice.between(40, 160)) / 100)
        if (await command(staff, { verb: 'finish', ticket: ticket.id }))
          say(`${ticket.number} is done at ${desk.name}`)
      } else if (desk.status !== 'open') {
        const restMs = desk.breakEndsAt === null ? 0 : Date.parse(desk.breakEndsAt) - Date.now()
        await pause(Math.max(0, restMs), undefined, { signal })
        if (await command(staff, { verb: 'open_desk', desk: id })) say(`${desk.name} opens`)
      } else if (worked >= nextBreak) {
        nextBreak = worked + minutesToBreak
        if (await command(staff, { verb: 'break_desk', desk: id, endsAt: inMinutes(dice.between(5, 15)) }))
          say(`${desk.name} has a break`)
      } else {
        const called = await command(staff, { verb: 'call_next', desk: id })
        if (called) say(`${called.ticket.number} is called to ${desk.name}`)
        else await busy(0.5)
      }
    }
  }

  const ended = Promise.withResolvers<never>()
  const background = (task: Promise<void>) => void task.catch(ended.reject)
  const { desks }: Queue = await staff('GET', path)
  background(arrivals(chance(seed)))
  for (const [index, { id }] of desks.entries()) background(work(id, chance(seed + 1 + index)))
  return ended.promise
}

/** What came of a command, or undefined where the queue has moved on meanwhile. */
async function allowed<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer
  } catch (error) {
    if (error instanceof Refused && ['wrong_state', 'not_found', 'stale_revision'].includes(error.code))
      return undefined
    throw error
  }
}
