// A host in a process of its own: the handler of a channel's webhooks behind node:http, over the database at the URL.
// Its parent forks it with an IPC channel, which tells the port, and over which the parent asks for `settle` and
// `figures`. `host.ts <url> <secret> <options as JSON>`
import { once } from 'node:events'
import { createServer } from 'node:http'
import { createWebhookHandler, messenger, toNodeHandler, whatsapp } from '../../../src/webhooks/index.js'
import { openCounted } from './counted-store.js'
import type { HostOptions } from './hosted.js'
import { processMemory } from './process-memory.js'

const [url = '', secret = '', given = '{}'] = process.argv.slice(2)
const options: HostOptions = JSON.parse(given)
const memory = processMemory()
const { store, counter } = await openCounted(url, options, () => {
  if (options.looksAtHeap === true) memory.look()
})
const handle = createWebhookHandler({ store, channel: options.channel === 'messenger' ? messenger : whatsapp, secrets: secret })
const server = createServer(toNodeHandler(handle))
server.listen(0, '127.0.0.1')
await once(server, 'listening')

process.on('message', (asked) => {
  if (asked === 'settle') {
    // Without a collection now, what is garbage at this moment would count as in use, and what comes would seem less.
    if (options.looksAtHeap === true) memory.look()
    memory.settle()
    counter.statements = 0
    process.send?.('settled')
  }
  if (asked === 'figures') process.send?.({ ...memory.figures(), statements: counter.statements })
})
// The parent is gone.
process.on('disconnect', () => process.exit(0))
process.send?.(Object(server.address()).port)
