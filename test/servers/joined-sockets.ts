import { connect, type Socket } from 'node:net'

/** Connects a client's socket to a server. They end together, and are in `sockets` until then. It passes nothing on. */
export function joinSockets(
  client: Socket,
  server: { readonly host: string; readonly port: number },
  sockets: Set<Socket>,
): { readonly upstream: Socket; cut(): void } {
  const upstream = connect(server.port, server.host)
  const cut = () => {
    client.destroy()
    upstream.destroy()
  }
  for (const socket of [client, upstream]) {
    sockets.add(socket)
    socket.setNoDelay(true)
    socket.on('error', cut)
    socket.on('close', () => {
      sockets.delete(socket)
      cut()
    })
  }
  return { upstream, cut }
}
