import { createServer, type Socket } from 'node:net'
import { joinSockets } from '../../servers/joined-sockets.js'
import { type Breakdown, checkpoint } from './breakdown.js'

export interface CuttingProxy extends Breakdown {
  readonly port: number
  close(): Promise<void>
}

/**
 * Stands in front of a server and cuts connections, either instead of passing a request on or once the server has
 * answered it.
 */
export async function cuttingProxy(server: { host: string; port: number }, isRequest: (data: Buffer) => boolean): Promise<CuttingProxy> {
  const { arm, disarm, next } = checkpoint(['a cut instead of sending', 'a cut before the answer arrives'])
  const sockets = new Set<Socket>()
  const listener = createServer((client) => {
    const { upstream, cut } = joinSockets(client, server, sockets)
    let isAnswerLost = false
    client.on('data', (data) => {
      const kind = isRequest(data) ? next() : null
      if (kind === 'a cut instead of sending') return cut()
      isAnswerLost ||= kind === 'a cut before the answer arrives'
      upstream.write(data)
    })
    upstream.on('data', (data) => {
      if (isAnswerLost) cut()
      else client.write(data)
    })
  })
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve))
  const address = listener.address()
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    arm,
    disarm,
    async close() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => listener.close(resolve))
    },
  }
}
