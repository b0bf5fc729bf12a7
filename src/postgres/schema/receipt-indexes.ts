import type { StoreIndex } from './store-index.js'

/** The index by which a receipt finds its message that names the inbox alone. It holds replies and nothing else. */
export const receiptIndexes: readonly StoreIndex[] = [
  {
    table: 'messages',
    name: 'idx_messages_outbound',
    columns: 'account_id, message_id',
    where: "(direction = 'outbound'::text) AND (message_id IS NOT NULL)",
    serves: "account_id = … and message_id = … and direction = 'outbound': a reply by the channel's id, whoever the customer is",
  },
]
