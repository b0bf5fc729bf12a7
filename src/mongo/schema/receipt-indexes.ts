import type { StoreIndex } from './store-index.js'

/** The index by which a receipt finds its message that names the inbox alone. It holds replies and nothing else. */
export const receiptIndexes: readonly StoreIndex[] = [
  {
    collection: 'messages',
    key: { accountId: 1, message_id: 1 },
    options: { name: 'idx_messages_outbound', partialFilterExpression: { direction: 'outbound', message_id: { $exists: true } } },
    serves: "find({ accountId, message_id, direction: 'outbound' }): a reply by the channel's id, whoever the customer is",
  },
]
