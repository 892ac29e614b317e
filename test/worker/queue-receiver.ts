import { expect } from 'vitest'
import type { Key } from './fixtures.ts'
import type { Clinic } from './queue-clinic.ts'

/* A page that looks on: what it shows comes from its socket alone, and it comes back when its network did. */

// biome-ignore lint/suspicious/noExplicitAny: tests read the wire as it comes
type Wire = any
type Named = { id: string }

const put = (known: Named[], changed: Named[]): Named[] => {
  const news = new Map(changed.map((one) => [one.id, one]))
  return [
    ...known.map((one) => news.get(one.id) ?? one),
    ...changed.filter(({ id }) => !known.some((one) => one.id === id)),
  ]
}
const live = ({ status }: Wire) => ['waiting', 'called', 'serving', 'paused'].includes(status)

export class Receiver {
  readonly #queue: Clinic
  readonly #query: string
  readonly #key: Key | string | undefined
  #socket: WebSocket | undefined
  seq = -1
  /** What the page shows. */
  shown: Wire
  readonly announced: { seq: number; number: string }[] = []
  readonly sizes: number[] = []
  messages = 0
  snapshots = 0
  closedBy: number | undefined

  constructor(queue: Clinic, query: string, key?: Key | string) {
    this.#queue = queue
    this.#query = query
    this.#key = key
  }

  async open(): Promise<this> {
    const response = await this.#queue.watch(`${this.#query}&since=${this.seq}`, this.#key)
    expect(response.status).toBe(101)
    const socket = response.webSocket as WebSocket
    this.#socket = socket
    socket.addEventListener('message', ({ data }) => {
      if (socket === this.#socket) this.#take(data as string)
    })
    socket.addEventListener('close', ({ code }) => {
      this.closedBy = code
    })
    socket.accept()
    return this
  }

  /** The network goes: what is on its way is lost. */
  cut(): void {
    const socket = this.#socket
    this.#socket = undefined
    socket?.close(1000)
  }

  get isOpen(): boolean {
    return this.#socket !== undefined
  }

  send(text: string): Promise<string> {
    const socket = this.#socket as WebSocket
    const answer = new Promise<string>((resolve) =>
      socket.addEventListener('message', ({ data }) => resolve(data as string), { once: true }),
    )
    socket.send(text)
    return answer
  }

  /** Has come as far as the server. */
  async upTo(seq: number): Promise<void> {
    await expect.poll(() => this.seq, { timeout: 10_000, interval: 5 }).toBe(seq)
  }

  #take(text: string): void {
    if (text === 'pong') return
    const message = JSON.parse(text) as Wire
    this.messages++
    this.sizes.push(text.length)
    const before = this.seq
    if (message.type === 'snapshot') {
      this.snapshots++
      this.shown = message.body
    } else {
      expect(message.from).toBe(before) // else there was a gap
      const { desks = [], tickets = [], ...rest } = message.body
      const shown = { ...this.shown, ...rest }
      if (this.shown.desks) shown.desks = put(this.shown.desks, desks)
      if (this.shown.tickets) shown.tickets = put(this.shown.tickets, tickets).filter(live)
      const { ahead, wait, record, ...view } = shown
      this.shown = ahead === undefined ? view : { ...view, ticket: { ...view.ticket, ahead, wait, record } }
    }
    this.seq = message.seq
    for (const call of message.calls) {
      if (before >= 0 && call.seq > before) this.announced.push({ seq: call.seq, number: call.number })
    }
  }
}

export const callsOf = async (queue: Clinic) =>
  (await queue.events()).filter((event) => event.type === 'called' || event.type === 'called_again')

/** A page shows what the server would tell it now. */
export async function expectEqual(
  queue: Clinic,
  page: Receiver,
  kind: 'desk' | 'display' | string,
  key?: string,
  now?: Wire,
) {
  now ??= await queue.read()
  await page.upTo(now.seq)
  if (kind === 'display') {
    const { calls: _, ...display } = await queue.display()
    expect(page.shown).toEqual(display)
    return
  }
  if (kind !== 'desk') {
    expect(page.shown.ticket).toEqual((await queue.ticket(kind, key)).body)
    return
  }
  const { tickets, ...head } = page.shown
  const { tickets: known, missed: _, ...heading } = now
  expect(head).toEqual(heading)
  // Places of those who wait follow from what a page has: nobody sends them.
  const byOrder = (a: { order: number[] }, b: { order: number[] }) =>
    a.order.map((part, i) => part - (b.order[i] as number)).find((difference) => difference !== 0) ?? 0
  const line = ({ service, onlyDesk }: { service: string; onlyDesk: string | null }) => onlyDesk ?? service
  const waiting = tickets.filter(({ status }: { status: string }) => status === 'waiting').sort(byOrder)
  const withPlaces = tickets.map(
    (ticket: { id: string; service: string; onlyDesk: null; status: string }) => ({
      ...ticket,
      ahead:
        ticket.status === 'waiting'
          ? waiting
              .filter((one: typeof ticket) => line(one) === line(ticket))
              .findIndex(({ id }: typeof ticket) => id === ticket.id)
          : null,
    }),
  )
  const byId = (a: { id: string }, b: { id: string }) => (a.id < b.id ? -1 : 1)
  expect(withPlaces.sort(byId)).toEqual(known.sort(byId))
}
