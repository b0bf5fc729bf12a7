import { isChatScoped } from '../../model/channels.js'
import { limits } from '../../model/limits.js'
import { compareBytes } from '../../model/planning/byte-order.js'
import type { FindReceivers, Receiver } from '../../store/adapter.js'
import type { MemoryDatabase } from '../database.js'

/** The people of an inbox to whom replies with these ids were sent. What they were sent under tells who they are. */
export function findReceivers(database: MemoryDatabase, { accountId, oaId, messageIds }: FindReceivers): readonly Receiver[] {
  const { messages, people } = database.account(accountId)
  const replies = [...messages.rows.values()].filter(({ direction }) => direction === 'outbound')
  return [...messageIds].sort(compareBytes).flatMap((messageId) => {
    const rows = replies.filter((row) => row.messageId === messageId)
    const customers = rows.map(({ scopeId }) => {
      const row = people.contactInboxes.get(scopeId)
      const head = row && people.contactInboxes.get(row.canonicalId ?? row.id)
      return head !== undefined && isChatScoped(head.channel) ? row : head
    })
    const ids = new Set(customers.flatMap((row) => (row?.oaId === oaId ? row.customerId : [])))
    return [...ids]
      .sort(compareBytes)
      .slice(0, limits.receivers)
      .map((customerId) => ({ messageId, customerId }))
  })
}
