/**
 * The keys of the indexes by which the messages of a conversation are read, with which the queries hint at them. Either
 * index could serve a query of the other with a sort, and the server would choose by what it has seen of another
 * conversation.
 */
export const messageKeys = {
  seq: { accountId: 1, conversation_id: 1, seq: 1 },
  time: { accountId: 1, conversation_id: 1, occurred_at: 1, seq: 1 },
} as const

/**
 * The key of the index of the leases that are held, with which the lists over all accounts hint at it. No other index
 * has the held ones alone, and the server would read the documents of all leases that ever were.
 */
export const heldLeasesKey = { accountId: 1, kind: 1, key: 1 } as const

/**
 * The keys of the indexes of the events that wait, with which the queries hint at them. Where several of them could
 * serve a query, the server would choose one by what it has seen of another customer.
 */
export const waitingKeys = {
  order: { accountId: 1, contact_inbox_id: 1, created_at: 1, _id: 1 },
  target: { accountId: 1, contact_inbox_id: 1, target_message_id: 1, local_id: 1 },
  local: { accountId: 1, contact_inbox_id: 1, local_id: 1 },
  age: { accountId: 1, created_at: 1, _id: 1 },
} as const
