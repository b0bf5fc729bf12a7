import type { StoreIndex } from './store-index.js'

/**
 * The keys of the indexes by which the messages of a conversation are read, with which the queries hint at them. Either
 * index could serve a query of the other with a sort, and the server would choose by what it has seen of another
 * conversation.
 */
export const messageKeys = {
  seq: { accountId: 1, conversation_id: 1, seq: 1 },
  time: { accountId: 1, conversation_id: 1, occurred_at: 1, seq: 1 },
} as const

/** The index of version 007. */
export const timeIndexes: readonly StoreIndex[] = [
  {
    collection: 'messages',
    key: messageKeys.time,
    options: { name: 'idx_messages_time' },
    serves: 'find({ accountId, conversation_id }).sort({ occurred_at, seq }): the messages of a conversation by time, either way',
  },
]
