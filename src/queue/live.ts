import { isLive, type QueueEvent, type QueueState, type Ticket } from './rules/index.ts'
import type { Setup } from './setup.ts'
import type { QueueStorage } from './storage.ts'
import { deskSnapshot, type TicketView, ticketView } from './views.ts'

/** Who looks on: the desk sees tickets, a display numbers and desks, a holder their own ticket. */
export type LiveView = { kind: 'desk' } | { kind: 'display' } | { kind: 'ticket'; ticket: string }

/** A call as it is announced: each once, in the order of `seq`. */
export type Call = { seq: number; number: string; desk: string; deskName: string; again: boolean }

/**
 * What a socket is sent. `from` is the event up to which its receiver must be to apply it; whoever is not asks anew with
 * `since`. A message is as large as what changed, however long the queue.
 */
export type LiveMessage =
  | { type: 'snapshot'; seq: number; body: unknown }
  | { type: 'change'; from: number; seq: number; body: unknown; calls: Call[] }

/** Events between two positions that a replay carries; whoever is further behind starts from a snapshot. */
const replayMost = 500

/** The sockets of one queue. They hibernate: what a socket looks at is kept with it, not in memory. */
export class Live {
  readonly #ctx: DurableObjectState

  constructor(ctx: DurableObjectState) {
    this.#ctx = ctx
    ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair('ping', 'pong'))
  }

  /** Opens a socket and brings it up to date: with what changed since `since`, or with everything. */
  accept(view: LiveView, state: QueueState, setup: Setup, since: number, kept: QueueStorage): Response {
    const { 0: client, 1: server } = new WebSocketPair()
    this.#ctx.acceptWebSocket(server, [view.kind])
    server.serializeAttachment(view)
    const { seq } = state.queue
    const near = since >= 0 && since <= seq && seq - since <= replayMost
    const message: LiveMessage = near
      ? changeFor(view, state, setup, since, kept)
      : { type: 'snapshot', seq, body: bodyFor(view, state, setup) }
    server.send(JSON.stringify(message))
    return new Response(null, { status: 101, webSocket: client })
  }

  /** Tells everybody what happened after `before`. */
  tell(state: QueueState, setup: Setup, before: number, kept: QueueStorage): void {
    const sockets = this.#ctx.getWebSockets()
    if (sockets.length === 0) return
    const same = new Map<string, string>()
    for (const socket of sockets) {
      const view = socket.deserializeAttachment() as LiveView
      let text = view.kind === 'ticket' ? undefined : same.get(view.kind)
      if (text === undefined) {
        text = JSON.stringify(changeFor(view, state, setup, before, kept))
        if (view.kind !== 'ticket') same.set(view.kind, text)
      }
      try {
        socket.send(text)
      } catch {
        socket.close(1011)
      }
    }
  }
}

type Shown = { id: string; number: string; status: Ticket['status']; desk: string | null }
const shown = ({ id, number, status, desk }: Ticket): Shown => ({ id, number, status, desk })

/** Everything that a view shows. */
function bodyFor(view: LiveView, state: QueueState, setup: Setup): unknown {
  const desk = deskSnapshot(state, setup)
  if (view.kind === 'desk') return desk
  if (view.kind === 'display')
    return { ...desk, tickets: [...state.tickets.values()].filter(isLive).map(shown) }
  return { ticket: ticketOf(state, view.ticket) }
}

function ticketOf(state: QueueState, id: string): TicketView | null {
  const ticket = state.tickets.get(id)
  return ticket ? ticketView(state, ticket) : null
}

function changeFor(
  view: LiveView,
  state: QueueState,
  setup: Setup,
  since: number,
  kept: QueueStorage,
): LiveMessage {
  const { seq } = state.queue
  const events = kept.events(since, replayMost)
  if (view.kind === 'ticket') {
    const calls = callsIn(events, state, setup).filter(
      ({ number }) => number === state.tickets.get(view.ticket)?.number,
    )
    return { type: 'change', from: since, seq, body: { ticket: ticketOf(state, view.ticket) }, calls }
  }
  const keys = kept.rowsSince(since)
  const tickets = keys.flatMap(({ table, id }) => (table === 'ticket' ? (state.tickets.get(id) ?? []) : []))
  const snapshot = deskSnapshotHead(state, setup)
  const changed = new Set(keys.map(({ table, id }) => `${table} ${id}`))
  const body = {
    ...snapshot,
    desks: snapshot.desks.filter(({ id }) => changed.has(`desk ${id}`)),
    tickets: tickets.map((ticket) => (view.kind === 'desk' ? ticketView(state, ticket) : shown(ticket))),
  }
  return { type: 'change', from: since, seq, body, calls: callsIn(events, state, setup) }
}

/** The snapshot without its tickets. */
const deskSnapshotHead = (state: QueueState, setup: Setup) =>
  deskSnapshot({ ...state, tickets: new Map() }, setup)

function callsIn(events: QueueEvent[], state: QueueState, setup: Setup): Call[] {
  const names = new Map(setup.desks.map(({ id, name }) => [id, name]))
  return events.flatMap((event) =>
    event.type === 'called' || event.type === 'called_again'
      ? {
          seq: event.seq,
          number: state.tickets.get(event.ticket)?.number ?? '',
          desk: event.desk,
          deskName: names.get(event.desk) ?? event.desk,
          again: event.type === 'called_again',
        }
      : [],
  )
}
