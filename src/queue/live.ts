import { limits } from '../config.ts'
import { comeForward, shownOf } from './front.ts'
import type { QueueEvent, QueueState, RowKey } from './rules/index.ts'
import type { Setup } from './setup.ts'
import type { QueueStorage } from './storage.ts'
import { aheadOf, type Call, callsIn, desksOf, deskTicket, displayDesk, headOf, ticketView } from './views.ts'
import type { Waits } from './waits/waits.ts'
import {
  wireCall,
  wireDesk,
  wireDeskTicket,
  wireDisplayDesk,
  wireHead,
  wireTicket,
  wireWait,
} from './wire.ts'

/** Who looks on: the desk sees tickets, a display numbers and desks, a holder their own ticket. */
export type LiveView = { kind: 'desk' } | { kind: 'display' } | { kind: 'ticket'; ticket: string }

/**
 * What a socket is sent. A `change` applies to whoever is at event `from`; whoever is not comes anew with `since`. It
 * is as large as what changed, however long the queue: a desk sorts tickets by their `order`, a holder is told `ahead` and `wait`.
 * A body names what changed; desks and tickets by their ids, tickets that are over too. `calls` are to be announced if
 * their `seq` is later than what the receiver had seen; a first snapshot announces nothing.
 */
export type LiveMessage =
  | { type: 'snapshot'; seq: number; body: object; calls: unknown[] }
  | { type: 'change'; from: number; seq: number; body: object; calls: unknown[] }

/** What happened between two positions. */
export type Step = { from: number; events: readonly QueueEvent[]; keys: readonly RowKey[] }

/** A page that has gone away; the end of a credential. */
const closed = { full: 1013, failed: 1011, revoked: 4401 } as const

/** The sockets of one queue. They hibernate: what a socket looks at is kept with it, not in memory. */
export class Live {
  readonly #ctx: DurableObjectState

  constructor(ctx: DurableObjectState) {
    this.#ctx = ctx
    ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair('ping', 'pong'))
  }

  /** Opens a socket for a caller and brings it up to date: with what changed since `since`, or with everything. */
  accept(
    view: LiveView,
    by: string,
    since: number,
    state: QueueState,
    setup: Setup,
    waits: Waits,
    kept: QueueStorage,
  ): Response {
    const { 0: client, 1: server } = new WebSocketPair()
    if (this.#ctx.getWebSockets().length >= limits.queueSockets) return new Response(null, { status: 503 })
    this.#ctx.acceptWebSocket(server, [by])
    server.serializeAttachment(view)
    const { seq } = state.queue
    const near = since >= 0 && since <= seq && seq - since <= limits.replayEvents
    const events = near ? kept.events(since, limits.replayEvents) : []
    const step = { from: since, events, keys: near ? kept.rowsSince(since) : [] }
    const message =
      near && events.length === seq - since && !startsAnew(step)
        ? changeFor(view, state, setup, waits, step)
        : snapshotFor(view, state, setup, waits, kept)
    server.send(JSON.stringify(message))
    return new Response(null, { status: 101, webSocket: client })
  }

  /** Tells everybody what happened. */
  tell(state: QueueState, setup: Setup, waits: Waits, step: Step, kept: QueueStorage): void {
    const whole = startsAnew(step)
    const same = new Map<string, string>()
    const write = (view: LiveView) =>
      JSON.stringify(
        whole ? snapshotFor(view, state, setup, waits, kept) : changeFor(view, state, setup, waits, step),
      )
    for (const socket of this.#ctx.getWebSockets()) {
      const view = socket.deserializeAttachment() as LiveView
      const name = view.kind === 'ticket' ? `ticket ${view.ticket}` : view.kind
      const text = same.get(name) ?? write(view)
      same.set(name, text)
      try {
        socket.send(text)
      } catch {
        socket.close(closed.failed)
      }
    }
  }

  /** Closes the sockets of a caller. */
  close(by: string): void {
    for (const socket of this.#ctx.getWebSockets(by)) socket.close(closed.revoked, 'revoked')
  }
}

/** With a new day, and with another set-up, rows go without a word: everybody starts from a snapshot. */
const startsAnew = ({ events }: Step): boolean =>
  events.some(({ type }) => type === 'day_started' || type.endsWith('_configured'))

/** A desk looks otherwise in the hall when its visit does. */
const withDesks = ({ tickets }: QueueState, keys: readonly RowKey[]): RowKey[] =>
  keys.flatMap((key) => {
    const desk = key.table === 'ticket' ? tickets.get(key.id)?.desk : undefined
    return desk ? [key, { table: 'desk', id: desk }] : key
  })

function snapshotFor(
  view: LiveView,
  state: QueueState,
  setup: Setup,
  waits: Waits,
  kept: QueueStorage,
): LiveMessage {
  const { seq } = state.queue
  const only = view.kind === 'ticket' ? view.ticket : undefined
  const calls = callsIn(kept.calls(limits.callsShown), state, setup, only).map(wireCall)
  return { type: 'snapshot', seq, body: wholeBody(view, state, setup, waits), calls }
}

function wholeBody(view: LiveView, state: QueueState, setup: Setup, waits: Waits): object {
  if (view.kind === 'ticket') {
    const ticket = state.tickets.get(view.ticket)
    return { ticket: ticket ? wireTicket(ticketView(state, ticket, waits)) : null }
  }
  const head = wireHead(headOf(state, setup, waits))
  const desks = desksOf(state, setup)
  if (view.kind === 'display')
    return { ...head, desks: desks.map((desk) => wireDisplayDesk(displayDesk(state, desk))) }
  const tickets = shownOf(state).map(({ ticket }) => wireDeskTicket(deskTicket(ticket)))
  return { ...head, desks: desks.map(wireDesk), tickets }
}

function changeFor(view: LiveView, state: QueueState, setup: Setup, waits: Waits, step: Step): LiveMessage {
  const { seq } = state.queue
  const { from, events, keys } = step
  const change = (body: object, calls: Call[]): LiveMessage => ({
    type: 'change',
    from,
    seq,
    body,
    calls: calls.map(wireCall),
  })
  if (view.kind === 'ticket') {
    const ticket = state.tickets.get(view.ticket)
    const own = keys.some(({ table, id }) => table === 'ticket' && id === view.ticket)
    const body =
      ticket && !own
        ? {
            ahead: aheadOf(state, ticket),
            wait: wireWait(waits.of(ticket)),
            record: waits.recordOf(ticket.service),
          }
        : wholeBody(view, state, setup, waits)
    return change(body, callsIn(events, state, setup, view.ticket))
  }
  const head = wireHead(headOf(state, setup, waits))
  const calls = callsIn(events, state, setup)
  if (view.kind === 'display') {
    const desks = desksOf(state, setup, withDesks(state, keys))
    return change({ ...head, desks: desks.map((desk) => wireDisplayDesk(displayDesk(state, desk))) }, calls)
  }
  const changed = keys.flatMap(({ table, id }) => (table === 'ticket' ? (state.tickets.get(id) ?? []) : []))
  const tickets = [...new Set([...changed, ...comeForward(state, events, keys)])]
  const body = {
    ...head,
    desks: desksOf(state, setup, keys).map(wireDesk),
    tickets: tickets.map((ticket) => wireDeskTicket(deskTicket(ticket))),
  }
  return change(body, calls)
}
