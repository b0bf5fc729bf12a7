import { connect, createServer, type Socket } from 'node:net'

export interface PoisoningProxy {
  readonly port: number
  /** Poisons so many of the connections that are made from now on. */
  poison(connections: number): void
  close(): Promise<void>
}

/**
 * Stands in front of a PostgreSQL that is being stopped. Behind the end of a poisoned connection's start-up, in the
 * same packet, comes the server's word that it ends the connection, as it does when the server restarts under load.
 */
export async function poisoningProxy(server: { host: string; port: number }): Promise<PoisoningProxy> {
  let left = 0
  const sockets = new Set<Socket>()
  const listener = createServer((client) => {
    const upstream = connect(server.port, server.host)
    let isPoisoned = left > 0
    left = Math.max(0, left - 1)
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.on('error', () => socket.destroy())
      socket.on('close', () => {
        sockets.delete(socket)
        client.destroy()
        upstream.destroy()
      })
    }
    client.on('data', (data) => upstream.write(data))
    upstream.on('data', (data) => {
      const ends = isPoisoned && data.subarray(-readyForQuery.length).equals(readyForQuery)
      isPoisoned &&= !ends
      if (ends) client.end(Buffer.concat([data, terminated]))
      else client.write(data)
    })
  })
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve))
  const address = listener.address()
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    poison(connections) {
      left = connections
    },
    async close() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => listener.close(resolve))
    },
  }
}

const readyForQuery = Buffer.from('Z\0\0\0\x05I', 'latin1')
const fields = 'SFATAL\0VFATAL\0C57P01\0Mterminating connection due to administrator command\0\0'
const length = Buffer.alloc(4)
length.writeInt32BE(fields.length + 4)
const terminated = Buffer.concat([Buffer.from('E'), length, Buffer.from(fields, 'latin1')])
