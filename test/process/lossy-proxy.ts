import { once } from 'node:events'
import { createServer, type IncomingMessage, request } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What becomes of an answer: it is passed on, lost, or another is given in its place. */
export type Fate = 'pass' | 'lose' | { status: number; body: object }

export type LossyProxy = {
  url: string
  /** Where requests go; may change while it runs. */
  target: string
  close: () => void
}

/**
 * Stands between a client and the server, and decides about every answer once the server has given it: so a write is
 * done, and nobody is told.
 */
export async function startLossyProxy(decide: (path: string, status: number) => Fate): Promise<LossyProxy> {
  const server = createServer(async (incoming, outgoing) => {
    const body = await bodyOf(incoming)
    const { method = 'GET', url = '/', headers } = incoming
    const forwarded = request(new URL(url, proxy.target), { method, headers }, async (answer) => {
      const answered = await bodyOf(answer).catch(() => null)
      const fate = answered === null ? 'lose' : decide(url, answer.statusCode ?? 0)
      if (fate === 'lose') outgoing.destroy()
      else if (fate === 'pass') outgoing.writeHead(answer.statusCode ?? 0, answer.headers).end(answered)
      else outgoing.writeHead(fate.status).end(JSON.stringify(fate.body))
    })
    forwarded.once('error', () => outgoing.destroy())
    forwarded.end(body)
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const close = () => {
    server.close()
    server.closeAllConnections()
  }
  const proxy: LossyProxy = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    target: '',
    close,
  }
  return proxy
}

async function bodyOf(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of message) chunks.push(chunk)
  return Buffer.concat(chunks)
}
