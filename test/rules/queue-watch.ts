import { isDeepStrictEqual } from 'node:util'
import {
  type Desk,
  isLive,
  overtakenBy,
  type QueueEvent,
  type QueueState,
  type RowKey,
  rowAt,
  rowsOf,
  type Status,
  stateFrom,
  type Ticket,
} from '../../src/queue/rules/index.ts'
import { indexesOf, settled } from './queue-picture.ts'
import { must, PromiseWatch } from './queue-promises.ts'

/**
 * Looks on while a queue is moved and throws when something is true that must never be. It knows events and rows, and
 * counts for itself: who came when, who went past whom, what a row was before. It reads no index but to check it.
 */
export class Watch {
  readonly #state: QueueState
  readonly #budget: number
  readonly #keepPlaceMs: number
  /** Rows as an owner has them who writes what evolve names: copies by table and id. */
  readonly #kept = new Map<string, object>()
  readonly #statuses = new Map<string, Status>()
  /** Since when each waits by right, how often it was overtaken since, and who was by which command. */
  readonly #right = new Map<string, number>()
  readonly #overtaken = new Map<string, number>()
  readonly #overtakenIn = new Map<number, string[]>()
  /** Deferrals of a ticket that stand, and when it was last back from one. */
  readonly #deferrals = new Map<string, number>()
  readonly #back = new Map<string, number>()
  readonly #away = new Set<string>()
  /** When, and by which command, somebody was first called past one who was away. */
  readonly #turns = new Map<string, { at: number; first: number }>()
  /** Whom staff, or a reinstatement, put where they are: chosen, not ordered. */
  readonly #placed = new Set<string>()
  /** What each command found, by row; and which command touched a row last. */
  readonly #found = new Map<number, Map<string, object | undefined>>()
  readonly #touchedBy = new Map<string, number>()
  readonly #promises = new PromiseWatch()
  #seq = 0
  #at = 0

  constructor(state: QueueState) {
    this.#state = state
    this.#budget = state.queue.settings.overtakeBudget
    this.#keepPlaceMs = state.queue.settings.keepPlaceMs
    this.#seq = state.queue.seq
  }

  /** Right after each event was applied. */
  saw(event: QueueEvent, keys: RowKey[]): void {
    must(event.seq === this.#seq + 1, () => `sequence: ${event.seq} after ${this.#seq}`)
    must(event.at >= this.#at, () => 'sequence: time ran backwards')
    this.#seq = event.seq
    this.#at = event.at
    this.#keep(event, keys)
    this.#follow(event)
    this.#promises.saw(event)
  }

  /** After each command. */
  check(): void {
    this.#checkDesks()
    this.#checkLines()
    this.#checkCounts()
    this.#checkNames()
    this.#promises.check(this.#state)
  }

  /** What is expensive: that the rows kept, and a state loaded from them, are the state. */
  checkRows(): void {
    const rows = rowsOf(this.#state)
    const { services, desks, tickets, passes, undos } = rows
    const stored = new Map(this.#kept)
    const same = (table: string, id: string | number, row: object) => {
      must(alike(stored.get(`${table} ${id}`), row), () => `kept: ${table} ${id} differs`)
      stored.delete(`${table} ${id}`)
    }
    same('queue', 'queue', rows.queue)
    for (const service of services) same('service', service.id, service)
    for (const desk of desks) same('desk', desk.id, desk)
    for (const ticket of tickets) same('ticket', ticket.id, ticket)
    for (const pass of passes) same('pass', pass.seq, pass)
    for (const undo of undos) same('undo', undo.command, undo)
    must(stored.size === 0, () => `kept: ${[...stored.keys()].join(', ')} should be gone`)
    const loaded = stateFrom(JSON.parse(JSON.stringify(rows)))
    must(
      isDeepStrictEqual(indexesOf(loaded), indexesOf(this.#state)),
      () => 'loaded: another state than was saved',
    )
  }

  #keep(event: QueueEvent, keys: RowKey[]): void {
    const found = this.#found.get(event.first) ?? new Map<string, object | undefined>()
    this.#found.set(event.first, found)
    for (const key of keys) {
      const name = `${key.table} ${key.id}`
      if (!found.has(name)) found.set(name, this.#kept.get(name))
      const row = rowAt(this.#state, key)
      if (row) this.#kept.set(name, copyOf(row))
      else this.#kept.delete(name)
    }
    if (event.type === 'undone') this.#checkUndone(event)
    if (event.type === 'called_again' || event.type === 'requoted') return
    for (const { table, id } of keys) {
      if (table === 'ticket' || table === 'desk') this.#touchedBy.set(`${table} ${id}`, event.first)
    }
  }

  #checkUndone({ command }: QueueEvent & { type: 'undone' }): void {
    for (const [name, before] of this.#found.get(command) ?? []) {
      const [table, id] = name.split(' ') as [string, string]
      if (table !== 'ticket' && table !== 'desk') continue
      must(this.#touchedBy.get(name) === command, () => `undo: ${name} was changed since`)
      const row = rowAt(this.#state, { table, id })
      must(isDeepStrictEqual(settled(row), settled(before)), () => `undo: ${name} is not as it was`)
      if (table === 'ticket') this.#statuses.set(id, (row as Ticket).status)
    }
    for (const id of this.#overtakenIn.get(command) ?? []) this.#count(id, -1)
    for (const [id, { first }] of this.#turns) if (first === command) this.#turns.delete(id)
  }

  #follow(event: QueueEvent): void {
    switch (event.type) {
      case 'joined': {
        this.#statuses.set(event.ticket, 'waiting')
        const { windowMs, lateMs } = this.#state.queue.settings.appointments
        const { appointmentAt } = event
        const honoured = appointmentAt !== null && event.at <= appointmentAt + lateMs
        if (isAway(event)) this.#away.add(event.ticket)
        this.#right.set(event.ticket, honoured ? Math.max(event.at, appointmentAt - windowMs) : event.at)
        return
      }
      case 'called':
        this.#statuses.set(event.ticket, 'called')
        must(
          this.#state.desks.get(event.desk)?.status === 'open',
          () => `desks: a call to ${event.desk}, which is not open`,
        )
        this.#called(event)
        return
      case 'started':
        this.#away.delete(event.ticket)
        this.#turns.delete(event.ticket)
        this.#statuses.set(event.ticket, 'serving')
        return
      case 'resumed':
        this.#statuses.set(event.ticket, 'serving')
        return
      case 'finished':
        this.#statuses.set(event.ticket, 'served')
        return
      case 'paused':
      case 'left':
      case 'missed':
        this.#statuses.set(event.ticket, event.type)
        return
      case 'transferred':
        this.#statuses.set(event.ticket, 'waiting')
        return
      case 'reinstated':
      case 'reordered':
        this.#statuses.set(event.ticket, 'waiting')
        this.#placed.add(event.ticket)
        this.#moved(event.ticket, event.place.from)
        if (event.type !== 'reinstated') return
        this.#back.set(event.ticket, event.at)
        this.#away.delete(event.ticket)
        this.#turns.delete(event.ticket)
        return
      case 'deferred':
        this.#statuses.set(event.ticket, 'waiting')
        this.#deferrals.set(event.ticket, (this.#deferrals.get(event.ticket) ?? 0) + 1)
        this.#back.set(event.ticket, event.until)
        this.#moved(event.ticket, event.place.from)
        return
      case 'presence_changed':
        if (!isAway(event) && this.#away.delete(event.ticket)) this.#returned(event)
        if (isAway(event)) this.#away.add(event.ticket)
        this.#moved(event.ticket, event.place.from)
        return
      case 'day_started':
        for (const [id, status] of this.#statuses) {
          if (status === 'served' || status === 'left' || status === 'missed') this.#statuses.delete(id)
        }
        return
      case 'undone':
        if (event.undone !== 'defer') return
        for (const { id } of event.tickets) {
          this.#deferrals.set(id, (this.#deferrals.get(id) ?? 0) - 1)
          this.#back.delete(id)
        }
        return
    }
  }

  #returned({ ticket: id, at, place }: QueueEvent & { type: 'presence_changed' }): void {
    this.#back.set(id, at)
    const turn = this.#turns.get(id)
    const late = turn !== undefined && at - turn.at > this.#keepPlaceMs
    const waits = this.#state.tickets.get(id)?.status === 'waiting'
    must(!waits || !late || place.key >= at, () => `late: ${id} keeps a place whose turn was at ${turn?.at}`)
    if (waits && late) this.#turns.delete(id)
  }

  /** A later place is another one: what was counted for the first does not count for it. */
  #moved(id: string, from: number): void {
    if (from <= (this.#right.get(id) ?? 0)) return
    this.#right.set(id, from)
    this.#overtaken.set(id, 0)
    this.#turns.delete(id)
  }

  #count(id: string, by: 1 | -1): void {
    this.#overtaken.set(id, Math.max(0, (this.#overtaken.get(id) ?? 0) + by))
  }

  #called(event: QueueEvent & { type: 'called' }): void {
    const { ticket: id, desk: deskId, at, first, how, counted, reason } = event
    must(
      counted || (how === 'given' && reason !== null),
      () => `overtaking: ${id} is not counted, and nobody said why`,
    )
    const { tickets, desks } = this.#state
    const caller = tickets.get(id) as Ticket
    const desk = desks.get(deskId) as Desk
    const back = this.#back.get(id) ?? 0
    const pushedBack = (this.#deferrals.get(id) ?? 0) > 1 && !this.#placed.has(id)
    const overtaken: string[] = []
    for (const other of tickets.values()) {
      if (other.id === id || other.status !== 'waiting' || !reaches(desk, other)) continue
      const behind = other.key < caller.key && other.from <= at
      if (behind && this.#away.has(other.id) && !this.#turns.has(other.id))
        this.#turns.set(other.id, { at, first })
      if (!isHere(other, at)) continue
      const before = caller.key < other.key || (caller.key === other.key && caller.rank <= other.rank)
      must(
        before || how === 'given' || caller.overtaken >= this.#budget,
        () => `order: ${id} before ${other.id}`,
      )
      const right = this.#right.get(other.id) as number
      if (counted && caller.arrivedAt > right) {
        this.#count(other.id, 1)
        overtaken.push(other.id)
      }
      must(
        !counted || (this.#overtaken.get(other.id) ?? 0) <= this.#budget,
        () => `overtaking: ${other.id} by ${id}`,
      )
      if (how !== 'next' || !pushedBack || other.presence !== 'on_site') continue
      if (this.#placed.has(other.id) || (this.#deferrals.get(other.id) ?? 0) > 1) continue
      const came = Math.max(other.cameAt ?? at, this.#right.get(other.id) as number)
      must(came >= back, () => `deferring: ${id}, back at ${back}, before ${other.id}, here since ${came}`)
    }
    this.#overtakenIn.set(first, overtaken)
  }

  #checkDesks(): void {
    const { tickets, desks } = this.#state
    const at = new Map<string, string>()
    for (const { id, status, desk } of tickets.values()) {
      if (status !== 'called' && status !== 'serving') continue
      must(desk !== null && !at.has(desk), () => `desks: ${desk} serves ${at.get(desk ?? '')} and ${id}`)
      at.set(desk as string, id)
    }
    for (const desk of desks.values()) {
      must(
        desk.ticket === (at.get(desk.id) ?? null),
        () => `desks: ${desk.id} has ${desk.ticket}, not ${at.get(desk.id)}`,
      )
    }
  }

  #checkLines(): void {
    const seen = new Set<string>()
    for (const [name, { here, away, blocks }] of this.#state.lines) {
      for (const line of [here, away]) {
        for (const [index, ticket] of line.entries()) {
          must(!seen.has(ticket.id), () => `places: ${ticket.id} stands in two`)
          seen.add(ticket.id)
          must(ticket.status === 'waiting', () => `places: ${ticket.id} is ${ticket.status} and in line`)
          must(
            name === (ticket.onlyDesk ? `@${ticket.onlyDesk}` : ticket.service),
            () => `places: ${ticket.id} in ${name}`,
          )
          must(
            isHere(ticket, this.#at) === (line === here),
            () => `places: ${ticket.id} is taken to be elsewhere`,
          )
          const previous = line[index - 1]
          const sorted =
            !previous ||
            previous.key < ticket.key ||
            (previous.key === ticket.key && previous.rank <= ticket.rank)
          must(sorted, () => `places: ${ticket.id} is out of order`)
        }
      }
      must(
        blocks.reduce((sum, block) => sum + block.tickets.length, 0) === here.length,
        () => `places: blocks of ${name}`,
      )
    }
    let waiting = 0
    for (const ticket of this.#state.tickets.values()) {
      if (ticket.status !== 'waiting') continue
      waiting++
      const counted = this.#overtaken.get(ticket.id) ?? 0
      const known = overtakenBy(this.#state, ticket)
      must(known >= counted, () => `overtaking: ${ticket.id} was overtaken ${counted} times, not ${known}`)
    }
    must(waiting === seen.size, () => `places: ${waiting} wait, ${seen.size} are in line`)
  }

  #checkCounts(): void {
    const { tickets } = this.#state
    must(
      tickets.size === this.#statuses.size,
      () => `counts: ${tickets.size} tickets, ${this.#statuses.size} joined`,
    )
    for (const { id, status } of tickets.values()) {
      const told = this.#statuses.get(id)
      must(told === status, () => `counts: ${id} is ${status}, and the events tell ${told}`)
    }
  }

  #checkNames(): void {
    const names = new Set<string>()
    for (const ticket of this.#state.tickets.values()) {
      if (!isLive(ticket)) continue
      for (const name of [ticket.reference, ticket.number, ...ticket.holders]) {
        must(!names.has(name), () => `names: ${name} has two live tickets`)
        names.add(name)
      }
    }
  }
}

const isAway = ({ presence }: Pick<Ticket, 'presence'>): boolean =>
  presence === 'remote' || presence === 'on_the_way'

const isHere = ({ status, presence, dueAt, deferredUntil }: Ticket, at: number): boolean =>
  status === 'waiting' &&
  (presence === 'on_site' || presence === 'unknown') &&
  (dueAt ?? 0) <= at &&
  (deferredUntil ?? 0) <= at

const reaches = (desk: Desk, { service, onlyDesk }: Ticket) =>
  onlyDesk === null ? desk.services.includes(service) : onlyDesk === desk.id

/** Rows are never changed inside their lists, but for those of an undo, which grow while its command runs. */
const copyOf = (row: object): object =>
  'tickets' in row && 'desks' in row
    ? { ...row, tickets: [...(row.tickets as object[])], desks: [...(row.desks as object[])] }
    : { ...row }

function alike(a: object | undefined, b: object): boolean {
  const [left, right] = [Object.entries(a ?? {}), b as Record<string, unknown>]
  return (
    left.length === Object.keys(b).length &&
    left.every(([key, value]) => value === right[key] || isDeepStrictEqual(value, right[key]))
  )
}
