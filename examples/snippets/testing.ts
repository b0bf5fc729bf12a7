import assert from 'node:assert/strict'
import { createConversationStore } from 'conversation-store'
import { memory } from 'conversation-store/memory'

let now = new Date('2026-03-02T09:00:00Z')
const hour = 60 * 60 * 1000
const store = createConversationStore({
  adapter: memory(),
  clock: () => now,
  onClosed: { reopenWithin: hour },
})
await store.migrate()

const acme = store.forAccount('acme')
const customer = { oaId: 'shop', customerId: 'lan' }
const write = (messageId: string) =>
  acme.upsertConversationWithEvents({
    ...customer,
    events: [{ type: 'message', messageId, text: 'Hi', occurredAt: now }],
  })

assert.equal((await write('m_1')).outcome, 'created')
await acme.closeConversation(customer)
now = new Date(now.getTime() + hour / 2)
assert.equal((await write('m_2')).outcome, 'reopened') // within the hour
assert.equal((await write('m_2')).outcome, 'duplicate') // the channel sent it again

await acme.closeConversation(customer)
now = new Date(now.getTime() + 2 * hour)
assert.equal((await write('m_3')).outcome, 'created')
assert.equal(await acme.countConversations(customer), 2)
console.log('all as expected')
