/** One line of a log of waits; times in epoch ms. The log says `counter` where the product says desk. */
export type LogEvent =
  | ({ type: 'meta' } & Meta)
  | { t: number; type: 'roster'; shifts: { counter: string; from: number; to: number; drain: boolean }[] }
  | { t: number; type: 'book'; bookingId: string; apptAt: number; service: string }
  | { t: number; type: 'open'; counter: string }
  | { t: number; type: 'close'; counter: string; reason: string }
  | ({ t: number; type: 'join' } & Join)
  | { t: number; type: 'call' | 'start' | 'complete' | 'noshow'; ticketId: string; counter: string }
  | { t: number; type: 'abandon'; ticketId: string }
  | { t: number; type: 'dayend' }

export type Meta = {
  discipline: { type: 'fifo' | 'priority' | 'appt-first'; creditMs?: Record<string, number> }
  services: { id: string; nominalMin: number }[]
  graceMs: number
}

export type Join = {
  ticketId: string
  service: string
  queued: boolean
  priority?: number
  kind?: string
  apptAt?: number
  bookingId?: string
}
