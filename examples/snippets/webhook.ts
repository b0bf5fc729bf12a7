import { createConversationStore } from 'conversation-store'
import { memory } from 'conversation-store/memory'
import { ingestWebhook, messenger } from 'conversation-store/webhooks'

const store = createConversationStore({ adapter: memory() })
await store.migrate()
await store.forAccount('acme').connectInbox({ oaId: '104502211834771', channel: 'messenger' })

/** Check the signature before you come here. A 5xx makes the channel send the body again, which is safe. */
async function handleWebhook(request: Request): Promise<Response> {
  const report = await ingestWebhook(store, messenger, await request.text())
  if (report.outcome !== 'ingested')
    console.warn(report.outcome, report.reason, report.unknownInboxes)
  return new Response(null, { status: 200 })
}

const item = {
  sender: { id: '6048213377712345' },
  recipient: { id: '104502211834771' },
  timestamp: Date.now(),
}
const body = {
  object: 'page',
  entry: [
    { id: '104502211834771', messaging: [{ ...item, message: { mid: 'm_1', text: 'Hello' } }] },
  ],
}
const { status } = await handleWebhook(
  new Request('https://host.example/webhook', { method: 'POST', body: JSON.stringify(body) }),
)
console.log(status, await store.forAccount('acme').countConversations()) // 200 1
