import { createConversationStore } from '../../src/index.js'
import { memory } from '../../src/memory/index.js'
import type { Message } from '../../src/model/records.js'
import { ingestWebhook, messenger } from '../../src/webhooks/index.js'
import { lan, page } from './bodies.js'

export type ConnectedHost = Awaited<ReturnType<typeof connectedHost>>

/** A host with a memory store, whose account `acme` has connected the page. */
export async function connectedHost() {
  const store = createConversationStore({ adapter: memory() })
  await store.migrate()
  const acme = store.forAccount('acme')
  await acme.connectInbox({ oaId: page, channel: 'messenger' })

  async function messagesOf(key = { oaId: page, customerId: lan }): Promise<readonly Message[]> {
    const conversation = await acme.findByOaAndCustomer({ ...key, status: 'any' })
    if (conversation === null) throw new Error('there is no conversation')
    const messages: Message[] = []
    for await (const message of acme.listMessages({ conversationId: conversation.id, limit: 500 })) messages.push(message)
    return messages
  }

  async function everything(): Promise<readonly unknown[]> {
    const { items } = await acme.listConversations({ limit: 500 })
    const histories = items.map(async ({ id }) => [
      await acme.listMessages({ conversationId: id }),
      await acme.listEvents({ conversationId: id }),
    ])
    return [items, await Promise.all(histories)]
  }

  return { store, acme, messagesOf, everything, ingest: (body: unknown) => ingestWebhook(store, messenger, body) }
}
