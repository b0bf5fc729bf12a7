import { connect as connectTo, createServer, type Socket } from 'node:net'

/**
 * Stands in front of a server, and cuts one connection at a chosen message: `before` the server gets it, or `after` the server has answered it
 * and before the client hears of it. What a client sends for one statement or command comes in one piece.
 */
export interface CuttingProxy {
  readonly port: number
  /** Cuts at the `nth` message from now on, counted over all connections. */
  arm(nth: number, moment: Moment): void
  /** Whether the message came; the proxy then is disarmed. */
  disarm(): boolean
  close(): Promise<void>
}
export type Moment = 'before' | 'after'

export async function cuttingProxy(target: { readonly host: string; readonly port: number }): Promise<CuttingProxy> {
  let armed: { nth: number; readonly moment: Moment } | null = null
  let wasCut = false
  const sockets = new Set<Socket>()

  const server = createServer((client) => {
    const upstream = connectTo(target)
    let isDoomed = false
    const cut = () => {
      wasCut = true
      client.destroy()
      upstream.destroy()
    }
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.setNoDelay(true)
      socket.on('error', () => {})
      socket.on('close', () => {
        sockets.delete(socket)
        client.destroy()
        upstream.destroy()
      })
    }
    client.on('data', (chunk) => {
      if (armed !== null && !isMonitoring(chunk) && --armed.nth === 0) {
        const { moment } = armed
        armed = null
        if (moment === 'before') return cut()
        isDoomed = true
      }
      upstream.write(chunk)
    })
    upstream.on('data', (chunk) => {
      if (isDoomed) cut()
      else client.write(chunk)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the proxy has no port')

  return {
    port: address.port,
    arm(nth, moment) {
      armed = { nth, moment }
      wasCut = false
    },
    disarm() {
      armed = null
      return wasCut
    },
    async close() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** A MongoDB driver's own look at the server, on a connection beside the pool. */
function isMonitoring(chunk: Buffer): boolean {
  const start = chunk.subarray(0, 200).toString('latin1')
  return /hello|ismaster|endSessions/i.test(start)
}
