import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { expect, it } from 'vitest'
import { startDelayProxy } from '../../bench/runner/delay-proxy.js'

it('the delay proxy lets everything through in its order, both ways, and ends when asked', async () => {
  const echo = createServer((socket) => socket.pipe(socket)).listen(0, '127.0.0.1')
  await once(echo, 'listening')
  const address = echo.address()
  const port = address !== null && typeof address === 'object' ? address.port : 0
  const proxy = await startDelayProxy({ host: '127.0.0.1', port }, 1)
  try {
    const client = connect(proxy.port, '127.0.0.1')
    const words = Array.from({ length: 200 }, (_, word) => `${word} `)
    const answer = text(client)
    await inPieces(client, words)
    expect(await answer).toBe(words.join(''))
  } finally {
    await proxy.stop()
    echo.close()
  }
  await expect(once(connect(proxy.port, '127.0.0.1'), 'connect')).rejects.toThrow('ECONNREFUSED')
})

async function inPieces(socket: Socket, words: readonly string[]): Promise<void> {
  for (const word of words) {
    socket.write(word)
    await new Promise((resolve) => setImmediate(resolve))
  }
  socket.end()
}
