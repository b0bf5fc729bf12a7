import { createConversationStore } from '../../src/index.js'

// One of several processes that write to one customer: `first-messages-worker.ts <url> <first> <messages> <callers>
// <times>`. It says when it is ready, begins when it is told to, and at its end reports what it saw.
const [url = '', ...numbers] = process.argv.slice(2)
const [first = 0, messages = 0, callers = 1, times = 1] = numbers.map(Number)
const store = createConversationStore({ url })
const account = store.forAccount('hot')
// This opens the connections first, so that the race is between writes.
await Promise.all(Array.from({ length: callers }, () => account.findByOaAndCustomer({ oaId: 'page', customerId: 'customer' })))

process.stdout.write('ready\n')
await new Promise((resolve) => process.stdin.once('data', resolve))

const queue = Array.from({ length: messages * times }, (_, index) => `message-${first + Math.floor(index / times)}`)
const seen = { created: 0, stored: 0, duplicates: 0, errors: [] as string[], worstMs: 0 }
const conversations = new Set<string>()

async function call(): Promise<void> {
  for (let messageId = queue.shift(); messageId !== undefined; messageId = queue.shift()) {
    const started = performance.now()
    try {
      const event = { type: 'message', messageId, text: `text of ${messageId}` } as const
      const result = await account.upsertConversationWithEvents({ oaId: 'page', customerId: 'customer', events: [event] })
      if (result.outcome === 'created') seen.created += 1
      if (result.duplicates === 1) seen.duplicates += 1
      else seen.stored += 1
      if (result.conversation) conversations.add(result.conversation.id)
    } catch (error) {
      seen.errors.push(error instanceof Error ? `${error.name} ${error.message}` : String(error))
    }
    seen.worstMs = Math.max(seen.worstMs, performance.now() - started)
  }
}
await Promise.all(Array.from({ length: callers }, call))
await store.close()
process.stdout.write(`${JSON.stringify({ ...seen, conversations: [...conversations] })}\n`)
process.stdin.destroy()
