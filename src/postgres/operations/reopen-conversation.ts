import { ConversationStoreError, isConversationStoreError } from '../../model/errors.js'
import type { Change, ChangeStatus } from '../../store/adapter.js'
import { type ConversationChange, changeConversation } from '../change-conversation.js'
import { nowOf } from '../clock.js'
import { columns } from '../columns.js'
import type { PostgresContext } from '../context.js'
import { textOrNull } from '../readers.js'
import { type Fragment, raw, sql } from '../sql.js'
import { isUniqueViolation } from '../translate-error.js'

/**
 * Opens a closed or snoozed conversation. For a customer it is their latest one. One statement. Throws NOT_FOUND,
 * VERSION_CONFLICT, INVALID_TRANSITION, ACTIVE_CONVERSATION_EXISTS, USERNAME_TAKEN.
 */
export async function reopenConversation(context: PostgresContext, input: ChangeStatus): Promise<Change> {
  const change = reopening(context, input)
  try {
    return await changeConversation(context, input, change)
  } catch (error) {
    // Another writer opened a conversation while the statement ran, and the unique index refused this one. The next
    // statement sees the other conversation.
    if (!isConversationStoreError(error, 'CONTENTION') || !isUniqueViolation(error.cause)) throw error
    return changeConversation(context, input, change)
  }
}

const othersRow = columns({ active_id: textOrNull, username_id: textOrNull })

function reopening(context: PostgresContext, input: ChangeStatus): ConversationChange {
  const { accountId } = input
  const canonical = (column: string) => sql`coalesce((select k.${raw(column)} from ${context.tables.contact_inboxes} o
    join ${context.tables.contact_inboxes} k on k.account_id = ${accountId} and k.id = coalesce(o.canonical_id, o.id)
    where o.account_id = ${accountId} and o.id = c.contact_inbox_id), c.${raw(column === 'id' ? 'contact_inbox_id' : column)})`
  const activeId = otherActive(context, accountId, sql`b.customer_id = ${canonical('customer_id')}`)
  const usernameId = otherActive(context, accountId, raw('b.username_key = c.username_key'))
  return {
    meant: 'latest',
    outcome: 'reopened',
    // A conversation from before its customer became an alias opens as the canonical customer's, so that the unique
    // index decides between the two.
    set: sql`status = 'open', status_changed_at = ${nowOf(input)}, closed_at = null, snoozed_until = null,
         contact_inbox_id = ${canonical('id')}, customer_id = ${canonical('customer_id')}, contact_id = ${canonical('contact_id')}`,
    guard: sql`c.status <> 'open' and (c.status = 'snoozed' or (${activeId} is null and ${usernameId} is null))`,
    reasons: { active_id: activeId, username_id: usernameId },
    refusal: ({ status }, found) => {
      const row = othersRow.of(found)
      if (status === 'open') return new ConversationStoreError('INVALID_TRANSITION', { from: status, to: 'open' })
      if (status === 'snoozed') return null
      const active = textOrNull(row.active_id)
      if (active !== null) return new ConversationStoreError('ACTIVE_CONVERSATION_EXISTS', { conversationId: active })
      const username = textOrNull(row.username_id)
      return username === null ? null : new ConversationStoreError('USERNAME_TAKEN', { conversationId: username })
    },
  }
}

function otherActive({ tables }: PostgresContext, accountId: string, same: Fragment): Fragment {
  return sql`(select b.id from ${tables.conversations} b
    where b.account_id = ${accountId} and b.oa_id = c.oa_id and ${same} and b.status <> 'closed' and b.id <> c.id limit 1)`
}
