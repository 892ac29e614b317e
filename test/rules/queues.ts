import { expect } from 'vitest'
import type { ProblemCode } from '../../src/kernel/result.ts'
import type { Command, Sender } from '../../src/queue/rules/commands.ts'
import { decide } from '../../src/queue/rules/decide.ts'
import type { QueueEvent } from '../../src/queue/rules/events.ts'
import { evolve } from '../../src/queue/rules/evolve.ts'
import { newQueue, type QueueState, stateFrom } from '../../src/queue/rules/state.ts'
import type { Desk, Quote, Settings, Ticket } from '../../src/queue/rules/types.ts'

/** A clinic with two services and three desks, of which the third serves both, and words to move its queue. */

export const minutes = (count: number): number => count * 60_000
export const clock = (time: string): number => Date.parse(`2026-11-22T${time}:00Z`)

export const settings: Settings = {
  appointments: { windowMs: minutes(10), creditMs: minutes(15), lateMs: minutes(10) },
  priorities: { wheelchair: minutes(20) },
  overtakeBudget: 3,
  keepPlaceMs: minutes(15),
  deferrals: { max: 3, maxMs: minutes(15) },
  reinstate: { to: 'after', places: 2, windowMs: minutes(30), max: 2 },
  callAgain: { intervalMs: 20_000, max: 2 },
  callAheadMs: minutes(2),
  undoMs: minutes(2),
}

export const staff = { actor: { kind: 'staff', id: 'staff-1' }, channel: 'front_desk' } as const
export const timer = { actor: { kind: 'system', id: 'timer' }, channel: 'api' } as const
export const customer = (id: string) => ({ actor: { kind: 'customer', id }, channel: 'web' }) as const
export const partner = { actor: { kind: 'partner', id: 'partner-1' }, channel: 'partner' } as const
export const kiosk = { actor: { kind: 'kiosk', id: 'kiosk-1' }, channel: 'kiosk' } as const

/** Told at `from`: between two and ten minutes from then. */
export const quote = (id: string, madeAt: number): Quote => ({
  id,
  madeAt,
  ...{ p10: madeAt + minutes(2), p50: madeAt + minutes(5), p90: madeAt + minutes(10), ahead: 1 },
  reason: {
    ...{ desks: 1, paceMs: minutes(5), appointments: 0, closesAt: null, main: 'ahead' },
    parts: { servingMs: 0, aheadMs: minutes(5), appointmentsMs: 0, changesMs: 0 },
  },
})

type Loose<T> = T extends unknown ? Omit<T, keyof Sender> & Partial<Sender> : never
/** A command as a test says it: staff's at the front desk, unless it says otherwise. */
export type Said = Loose<Command>

export class Queue {
  state: QueueState
  now: number
  readonly events: QueueEvent[] = []

  constructor(from: string, changed: Partial<Settings> = {}) {
    this.now = clock(from)
    this.state = stateFrom(newQueue('2026-11-22', { ...settings, ...changed }))
    const services = ['A', 'B'].map((id) => ({ id, letter: id, graceMs: minutes(2), p99Ms: minutes(30) }))
    const desks = [
      { id: 'desk-1', services: ['A'] },
      { id: 'desk-2', services: ['B'] },
      { id: 'desk-3', services: ['A', 'B'] },
    ]
    this.do({ verb: 'configure', services, desks, ...timer })
    for (const { id } of desks) this.do({ verb: 'open_desk', desk: id })
  }

  at(time: string): this {
    this.now = clock(time)
    return this
  }

  decide(said: Said) {
    return decide(this.state, { ...staff, ...said } as Command, this.now)
  }

  /** Carries out a command that must be accepted. */
  do(said: Said): QueueEvent[] {
    const decision = this.decide(said)
    if (!decision.ok) throw new Error(`${said.verb} refused: ${JSON.stringify(decision.problem)}`)
    for (const event of decision.value) evolve(this.state, event)
    this.events.push(...decision.value)
    return decision.value
  }

  refused(said: Said, code: ProblemCode, facts?: Record<string, unknown>): void {
    const before = JSON.stringify([...this.state.tickets])
    const decision = this.decide(said)
    expect(decision).toMatchObject({ ok: false, problem: { code, ...(facts && { facts }) } })
    expect(JSON.stringify([...this.state.tickets])).toBe(before)
  }

  /** Joins service A on site at the front desk, unless it says otherwise. */
  join(id: string, more: Partial<Extract<Said, { verb: 'join' }>> = {}): Ticket {
    const drawn = { ticket: id, visit: `visit-${id}`, reference: `ref-${id}`, holders: [`holder-${id}`] }
    this.do({ verb: 'join', ...drawn, service: 'A', party: 1, reachable: true, presence: 'on_site', ...more })
    return this.ticket(id)
  }

  /** Joins from afar, as a customer does on the phone. */
  joinRemote(id: string, more: Partial<Extract<Said, { verb: 'join' }>> = {}): Ticket {
    return this.join(id, { presence: 'remote', ...customer(`holder-${id}`), ...more })
  }

  /** Calls the next at a free desk and says who it was; undefined if nobody can be called. */
  call(desk = 'desk-1'): string | undefined {
    const decision = this.decide({ verb: 'call_next', desk })
    if (!decision.ok) return undefined
    this.do({ verb: 'call_next', desk })
    return this.desk(desk).ticket ?? undefined
  }

  /** Calls, starts and finishes one after another, and says who they were. */
  serve(count: number, desk = 'desk-1'): (string | undefined)[] {
    return Array.from({ length: count }, () => {
      const id = this.call(desk)
      if (id === undefined) return undefined
      this.do({ verb: 'start', ticket: id })
      this.do({ verb: 'finish', ticket: id })
      return id
    })
  }

  ticket(id: string): Ticket {
    const ticket = this.state.tickets.get(id)
    if (!ticket) throw new Error(`no ticket ${id}`)
    return ticket
  }

  desk(id: string): Desk {
    const desk = this.state.desks.get(id)
    if (!desk) throw new Error(`no desk ${id}`)
    return desk
  }
}
