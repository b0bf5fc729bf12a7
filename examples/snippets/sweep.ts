import { createConversationStore } from 'conversation-store'
import { memory } from 'conversation-store/memory'

const store = createConversationStore({ adapter: memory() })
await store.migrate()
const acme = store.forAccount('acme')

let swept = await acme.sweep()
while (swept.more) swept = await acme.sweep()
console.log(swept.expiredEvents) // 0
await store.close()
