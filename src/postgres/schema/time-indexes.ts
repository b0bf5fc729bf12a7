import { listedAt } from '../functions/expressions/times.js'
import type { StoreIndex } from './store-index.js'

/** The index that step 10 makes: the messages of a conversation in the order in which they were said. */
export const timeIndexes: readonly StoreIndex[] = [
  {
    table: 'messages',
    name: 'idx_messages_time',
    columns: `account_id, conversation_id, (${listedAt()}), seq`,
    serves:
      'account_id = … and conversation_id = … order by the time that a message is listed by, seq: the list of messages by time, either way',
  },
]
