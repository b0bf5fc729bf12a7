import { limits } from '../../model/limits.js'
import { compareBytes } from '../../model/planning/byte-order.js'
import type { FindReceivers, Receiver } from '../../store/adapter.js'
import type { MemoryDatabase } from '../database.js'

/** The customers of an inbox to whom replies with these ids were sent. */
export function findReceivers(database: MemoryDatabase, { accountId, oaId, messageIds }: FindReceivers): readonly Receiver[] {
  const { messages, people } = database.account(accountId)
  const replies = [...messages.rows.values()].filter(({ direction }) => direction === 'outbound')
  return [...messageIds].sort(compareBytes).flatMap((messageId) => {
    const rows = replies.filter((row) => row.messageId === messageId)
    const customers = rows.map(({ contactInboxId }) => people.contactInboxes.get(contactInboxId)).filter((row) => row?.oaId === oaId)
    const ids = new Set(customers.flatMap((row) => row?.customerId ?? []))
    return [...ids]
      .sort(compareBytes)
      .slice(0, limits.receivers)
      .map((customerId) => ({ messageId, customerId }))
  })
}
