import { learn } from '../../src/queue/estimate/learn.ts'
import { type Model, newModel } from '../../src/queue/estimate/model.ts'
import type { DeskNow, Situation, WaitingTicket } from '../../src/queue/estimate/situation.ts'

export const minuteMs = 60_000
export const now = Date.UTC(2026, 2, 2, 10)

/** A model that knows one service of ten minutes, at once called and at once there, whom nobody leaves. */
export function modelOf(draw: (index: number) => number, visits = 2000, services = ['A']): Model {
  const model = newModel({
    services: services.map((id) => ({ id, nominalMs: 10 * minuteMs })),
    graceMs: 90_000,
  })
  for (let i = 0; i < visits; i++) {
    for (const service of services) {
      learn(model, { kind: 'visit', service, desk: i % 2 ? 'd1' : 'd2', ms: draw(i) })
      learn(model, { kind: 'came', walkMs: 0 })
      learn(model, { kind: 'turned', awayMs: 0 })
      learn(model, { kind: 'waited', ms: 30 * minuteMs, left: false })
    }
  }
  return model
}

/** In line since `minutes` ago, oldest first as they are given. */
export const waiting = (minutes: number, more: Partial<WaitingTicket> = {}): WaitingTicket => ({
  service: 'A',
  joinedAt: now - minutes * minuteMs,
  place: now - minutes * minuteMs,
  dueAt: null,
  desk: null,
  ...more,
})

/** `count` tickets, a minute apart, the last of them just now. */
export const line = (count: number): WaitingTicket[] =>
  Array.from({ length: count }, (_, index) => waiting(count - 1 - index))

export const desk = (id: string, more: Partial<DeskNow> = {}): DeskNow => ({
  id,
  services: ['A'],
  status: 'free',
  since: now,
  service: null,
  shifts: [],
  ...more,
})

export const serving = (id: string, minutes: number, more: Partial<DeskNow> = {}): DeskNow =>
  desk(id, { status: 'serving', service: 'A', since: now - minutes * minuteMs, ...more })

export const situation = (
  tickets: WaitingTicket[],
  desks: DeskNow[],
  more: Partial<Situation> = {},
): Situation => ({ tickets, desks, appointments: [], groups: [], dayMinute: 600, ...more })

/** A standard normal number, near enough: the sum of four uniform ones. */
export const nearNormal = (random: () => number): number =>
  (random() + random() + random() + random() - 2) * Math.sqrt(3)
