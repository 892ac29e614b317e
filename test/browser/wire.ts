import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

export type Wire = {
  url: string
  /** Cuts those connections off that the dice say. */
  cut: (falls: () => boolean) => void
  close: () => void
}

/** Stands between readers and the server: when it is cut, what is on its way is lost. */
export async function openWire(target: string): Promise<Wire> {
  const open = new Set<Socket>()
  const server = createServer((near) => {
    const far = connect(Number(new URL(target).port), '127.0.0.1')
    const end = () => {
      open.delete(near)
      near.destroy()
      far.destroy()
    }
    open.add(near)
    for (const side of [near, far]) side.on('error', end).on('close', end)
    near.pipe(far).pipe(near)
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const cut = (falls: () => boolean) => {
    for (const socket of [...open]) if (falls()) socket.destroy()
  }
  const close = () => {
    server.close()
    cut(() => true)
  }
  return { url: `http://localhost:${(server.address() as AddressInfo).port}`, cut, close }
}
