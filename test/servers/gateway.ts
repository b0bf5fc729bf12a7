import { createServer, type Socket } from 'node:net'
import { joinSockets } from './joined-sockets.js'

/** Stands in front of a server, so that a test can take the server away and bring it back. */
export interface Gateway {
  readonly port: number
  /** Cuts every connection, and those that are tried from now on. */
  shut(): void
  open(): void
  close(): Promise<void>
}

export async function openGateway(server: { readonly host: string; readonly port: number }): Promise<Gateway> {
  const sockets = new Set<Socket>()
  let isShut = false
  const cutAll = () => {
    for (const socket of sockets) socket.destroy()
  }
  const listener = createServer((client) => {
    if (isShut) return void client.destroy()
    const { upstream } = joinSockets(client, server, sockets)
    client.pipe(upstream)
    upstream.pipe(client)
  })
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve))
  const address = listener.address()
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    shut() {
      isShut = true
      cutAll()
    },
    open() {
      isShut = false
    },
    async close() {
      cutAll()
      await new Promise((resolve) => listener.close(resolve))
    },
  }
}
