// A process that does nothing else than move inboxes. Start as many as you like, with whatever keeps your processes up.
import { work } from 'conversation-store/inbox-migrations'
import { onAudit, store } from './host.js'

const stop = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort())

await work(store, { signal: stop.signal, concurrency: 2, onAudit, logger: console })
await store.close()
