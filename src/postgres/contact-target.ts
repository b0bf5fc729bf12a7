import type { ContactTarget } from '../store/adapter.js'
import type { PostgresContext } from './context.js'
import { canonicalContactInbox } from './conversation-target.js'
import { type Fragment, sql } from './sql.js'

/** The id of the target's contact. A customer's contact is the one of their canonical contact inbox. */
export function contactId(context: PostgresContext, accountId: string, target: ContactTarget): Fragment {
  if ('contactId' in target) return sql`${target.contactId}`
  return sql`(select k.contact_id from ${context.tables.contact_inboxes} k
    where k.account_id = ${accountId} and k.id = ${canonicalContactInbox(context, accountId, target)})`
}
