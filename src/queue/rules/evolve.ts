import { Change, type RowKey } from './change.ts'
import type { EventOf, EventType, QueueEvent } from './events.ts'
import { byArrival, byPlace, longestHere } from './line.ts'
import { renewalsMost, waitOver } from './promise.ts'
import { countPass, isLive, type QueueState, wake } from './state.ts'
import type { Desk, Pass, Service, Ticket } from './types.ts'

/**
 * Applies one event to the state that its owner holds, in place, and returns the keys of the rows that changed, some
 * of them perhaps twice. The same events on the same rows always give the same rows.
 */
export function evolve(state: QueueState, event: QueueEvent): RowKey[] {
  if (event.seq !== state.queue.seq + 1) {
    throw new Error(`event ${event.seq} cannot follow event ${state.queue.seq}`)
  }
  wake(state, event.at)
  state.queue.seq = event.seq
  const change = new Change(state, event)
  const apply = changes[event.type] as (change: Change, event: QueueEvent, state: QueueState) => void
  apply(change, event, state)
  prune(change, state)
  return change.keys
}

/** The row behind a key, or undefined if it is gone. */
export function rowAt(state: QueueState, { table, id }: RowKey): object | undefined {
  switch (table) {
    case 'queue':
      return state.queue
    case 'service':
      return state.services.get(id)
    case 'desk':
      return state.desks.get(id)
    case 'ticket':
      return state.tickets.get(id)
    case 'pass':
      return passAt(state.passes, Number(id))
    case 'undo':
      return state.undos.get(Number(id))
  }
}

/** Passes stand in the order of their events. */
function passAt(passes: readonly Pass[], seq: number): Pass | undefined {
  let [low, high] = [0, passes.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((passes[middle] as Pass).seq < seq) low = middle + 1
    else high = middle
  }
  return passes[low]?.seq === seq ? passes[low] : undefined
}

/** What a ticket loses when it goes back to wait. */
const backInLine = {
  status: 'waiting',
  desk: null,
  calls: 0,
  calledAt: null,
  lastCallAt: null,
  graceEndsAt: null,
  startedAt: null,
  pausedAt: null,
  pausedMs: 0,
  pauseReason: null,
  askAt: null,
  askedAt: null,
} as const satisfies Partial<Ticket>

const changes: { [T in EventType]: (change: Change, event: EventOf<T>, state: QueueState) => void } = {
  joined: (change, event, { services }) => {
    const { letter } = services.get(event.service) as Service
    change.service(event.service, { lastNumber: Number(event.number.slice(letter.length)) })
    change.add(newTicket(event))
  },
  left: (change, { ticket, at, desk }) => {
    change.ticket(ticket, { status: 'left', endedAt: at, graceEndsAt: null, ...waitOver })
    change.freeDesk(desk, ticket)
  },
  called: (change, event, state) => {
    const { ticket, desk, graceEndsAt, at } = event
    const call = { status: 'called', desk, calls: 1, calledAt: at, lastCallAt: at, graceEndsAt } as const
    change.ticket(ticket, { ...call, ...waitOver })
    change.desk(desk, { ticket })
    if (event.passed.length > 0) addPass(change, state, event)
  },
  called_again: (change, { ticket, calls, graceEndsAt, at }) =>
    change.ticket(ticket, { calls, graceEndsAt, lastCallAt: at }),
  started: (change, { ticket, at, askAt }, { tickets }) =>
    change.ticket(ticket, {
      status: 'serving',
      startedAt: at,
      askAt,
      graceEndsAt: null,
      presence: 'on_site',
      etaAt: null,
      cameAt: tickets.get(ticket)?.cameAt ?? at,
      turnPassedAt: null,
    }),
  finished: (change, { ticket, desk, endedAt, pausedMs }) => {
    change.ticket(ticket, { status: 'served', endedAt, pausedMs, askAt: null })
    change.freeDesk(desk, ticket)
  },
  paused: (change, { ticket, desk, at, reason }) => {
    change.ticket(ticket, { status: 'paused', pausedAt: at, pauseReason: reason, askAt: null })
    change.freeDesk(desk, ticket)
  },
  resumed: (change, { ticket, desk, askAt, pausedMs }) => {
    change.ticket(ticket, { status: 'serving', desk, askAt, pausedMs, pausedAt: null, pauseReason: null })
    change.desk(desk, { ticket })
  },
  transferred: (change, { ticket, leg, at, fromDesk, service, desk }) => {
    change.ticket(ticket, { ...backInLine, service, onlyDesk: desk, leg: leg + 1, legAt: at })
    change.freeDesk(fromDesk, ticket)
  },
  requoted: (change, { ticket, quote, renewal }) =>
    change.ticket(
      ticket,
      renewal === 0 ? { quote, quoteOpen: true } : { renewed: quote ?? 'none', renewals: renewal },
    ),
  missed: (change, { ticket, desk, at }) => {
    const gone = { presence: 'unknown', etaAt: null, cameAt: null } as const
    change.ticket(ticket, { status: 'missed', missedAt: at, graceEndsAt: null, ...gone })
    change.freeDesk(desk, ticket)
  },
  reinstated: (change, { ticket, place, at }, { tickets }) =>
    change.ticket(ticket, {
      ...backInLine,
      ...place,
      presence: 'on_site',
      cameAt: at,
      deferredUntil: null,
      turnPassedAt: null,
      missedAt: null,
      reinstatements: (tickets.get(ticket)?.reinstatements ?? 0) + 1,
    }),
  deferred: (change, { ticket, desk, place, until, turnPassedAt, returnsAnew }, { tickets }) => {
    const deferrals = (tickets.get(ticket)?.deferrals ?? 0) + 1
    const deferred = { deferredUntil: until, deferrals, turnPassedAt, returnsAnew }
    change.ticket(ticket, { ...backInLine, ...place, ...deferred })
    change.freeDesk(desk, ticket)
  },
  reordered: (change, { ticket, place }) => change.ticket(ticket, { ...place }),
  presence_changed: (change, event) => {
    const { ticket, presence, etaAt, cameAt, deferredUntil, turnPassedAt, place } = event
    change.ticket(ticket, { presence, etaAt, cameAt, deferredUntil, turnPassedAt, ...place })
  },
  reachability_changed: (change, { ticket, reachable }) => change.ticket(ticket, { reachable }),
  asked: (change, { ticket, at }) => change.ticket(ticket, { askedAt: at, askAt: null }),
  answered: (change, { ticket, askAt }) => change.ticket(ticket, { askedAt: null, askAt }),
  desk_opened: (change, { desk }) => change.desk(desk, { status: 'open', breakEndsAt: null }),
  desk_closed: (change, { desk }) => change.desk(desk, { status: 'closed', breakEndsAt: null }),
  desk_break: (change, { desk, endsAt }) => change.desk(desk, { status: 'break', breakEndsAt: endsAt }),
  joins_closed: (change, event, state) => setJoins(change, state, event, true),
  joins_opened: (change, event, state) => setJoins(change, state, event, false),
  day_started: startDay,
  visit_imported: () => {},
  day_imported: (_, { date }, { queue }) => {
    queue.importedTo = date
  },
  service_configured: (change, { service: id, letter, graceMs, p99Ms }, { services }) => {
    const fresh = { id, letter, graceMs, p99Ms, joinsClosed: false, lastNumber: 0, revision: 0 }
    if (!services.has(id)) services.set(id, fresh)
    change.service(id, { letter, graceMs, p99Ms })
  },
  desk_configured: (change, { desk: id, services }, { desks }) => {
    const fresh: Desk = { id, services, status: 'closed', breakEndsAt: null, ticket: null, revision: 0 }
    if (!desks.has(id)) desks.set(id, fresh)
    change.desk(id, { services })
  },
  settings_configured: (_, { settings }, { queue }) => {
    queue.settings = settings
  },
  undone: takeBack,
}

function newTicket(event: EventOf<'joined'>): Ticket {
  const { at, seq, place, presence } = event
  return {
    id: event.ticket,
    visit: event.visit,
    reference: event.reference,
    number: event.number,
    service: event.service,
    onlyDesk: null,
    channel: event.channel,
    partner: event.partner,
    holders: event.holders,
    booking: event.booking,
    appointmentAt: event.appointmentAt,
    party: event.party,
    priority: event.priority,
    reachable: event.reachable,
    quote: event.quote,
    quoteOpen: event.quote !== null,
    renewed: null,
    renewals: 0,
    ...backInLine,
    ...place,
    arrivedAt: at,
    arrival: seq,
    leg: 1,
    legAt: at,
    presence,
    etaAt: event.etaAt,
    cameAt: presence === 'on_site' ? at : null,
    dueAt: event.dueAt,
    deferredUntil: null,
    deferrals: 0,
    returnsAnew: false,
    turnPassedAt: null,
    overtaken: 0,
    countedFrom: seq,
    missedAt: null,
    reinstatements: 0,
    endedAt: null,
    revision: 1,
  }
}

function addPass(change: Change, state: QueueState, event: EventOf<'called'>): void {
  const { key, rank, from, arrival } = state.tickets.get(event.ticket) as Ticket
  const { seq, at, first: command, passed: lines, counted } = event
  const pass: Pass = { seq, command, at, key, rank, from, arrival, lines, counted }
  state.passes.push(pass)
  countPass(state, pass, 1)
  change.keys.push({ table: 'pass', id: String(seq) })
}

function setJoins(
  change: Change,
  { queue }: QueueState,
  { service, actor }: EventOf<'joins_closed' | 'joins_opened'>,
  joinsClosed: boolean,
): void {
  if (service !== null) {
    change.service(service, { joinsClosed })
    return
  }
  queue.joinsClosed = joinsClosed
  queue.closedByHours = joinsClosed && actor.kind === 'system'
}

/**
 * What is over goes; what is open stays, with what the passes knew of it in its row. Joins are open again, but where
 * the hours have closed them.
 */
function startDay(change: Change, { date }: EventOf<'day_started'>, state: QueueState): void {
  for (const command of [...state.undos.keys()]) change.dropUndo(command)
  for (const ticket of [...state.tickets.values()]) {
    if (!isLive(ticket)) change.remove(ticket)
    else if (ticket.status === 'waiting') change.ticket(ticket.id, { ...waitOver, renewals: renewalsMost })
  }
  for (const { seq } of state.passes.splice(0)) change.keys.push({ table: 'pass', id: String(seq) })
  for (const id of state.services.keys()) change.service(id, { lastNumber: 0, joinsClosed: false })
  state.queue.date = date
  if (!state.queue.closedByHours) state.queue.joinsClosed = false
}

/** Puts rows back, and takes back the overtakings of the calls undone from those who still wait. */
function takeBack(change: Change, event: EventOf<'undone'>, state: QueueState): void {
  for (const pass of state.passes.filter(({ command }) => command === event.command)) {
    countPass(state, pass, -1)
    state.passes.splice(state.passes.indexOf(pass), 1)
    change.keys.push({ table: 'pass', id: String(pass.seq) })
  }
  for (const row of event.tickets) change.ticket(row.id, { ...row, revision: row.revision - 1 })
  for (const row of event.desks) change.desk(row.id, { ...row, revision: row.revision - 1 })
}

/** Lets go of undos whose time is over and of passes that concern nobody who waits; a few at a time, oldest first. */
function prune(change: Change, state: QueueState): void {
  const { undos, passes, queue } = state
  for (const [command, { at }] of undos) {
    if (at + queue.settings.undoMs >= queue.at) break
    change.dropUndo(command)
  }
  for (let oldest = passes[0]; oldest && !concerns(state, oldest); oldest = passes[0]) {
    passes.shift()
    change.keys.push({ table: 'pass', id: String(oldest.seq) })
  }
}

const concerns = (state: QueueState, pass: Pass): boolean =>
  pass.lines.some((name) => {
    const line = state.lines.get(name)
    const [longest, away] = [line && longestHere(line), line?.away[0]]
    return (longest && byArrival(longest, pass) < 0) || (away && byPlace(away, pass) < 0)
  })
