import type { ConversationMatch } from '../store/adapter.js'
import { boundTime } from './clock.js'
import { contactIds } from './contact-target.js'
import type { PostgresContext } from './context.js'
import { type Fragment, join, nothing, sql } from './sql.js'

/**
 * The conditions of a filter on `c`. The statement contains only the conditions that are given, so that each
 * combination has its own plan.
 */
export function matches(context: PostgresContext, accountId: string, match: ConversationMatch): Fragment {
  const { statuses, oaId, customerId, contactId, chatbotId, unread, updatedSince } = match
  const conditions = [sql`c.account_id = ${accountId}`]
  if (statuses !== null)
    conditions.push(
      sql`c.status in (${join(
        statuses.map((status) => sql`${status}`),
        ', ',
      )})`,
    )
  if (oaId !== null) conditions.push(sql`c.oa_id = ${oaId}`)
  if (customerId !== null) conditions.push(ofCustomer(context, accountId, customerId, oaId))
  if (contactId !== null) conditions.push(ofContact(context, accountId, contactId))
  if (chatbotId !== null) conditions.push(sql`c.chatbot_id = ${chatbotId}`)
  if (unread !== null) conditions.push(unread ? sql`c.unread_count > 0` : sql`c.unread_count = 0`)
  if (updatedSince !== null) conditions.push(sql`c.updated_at >= ${boundTime(updatedSince)}`)
  return join(conditions, ' and ')
}

// A conversation has the contact of its contact inbox, and a contact has few of those. An index by contact and last
// activity would cost each message more than any other (docs/decisions/indexes-of-last-activity.md).
function ofContact(context: PostgresContext, accountId: string, contactId: string): Fragment {
  const ids = sql`any (array(${contactIds(context, accountId, contactId)}))`
  return sql`c.contact_id = ${ids} and c.contact_inbox_id = any (array(
      select b.id from ${context.tables.contact_inboxes} b where b.account_id = ${accountId} and b.contact_id = ${ids}))`
}

// An alias and the customer that it stands for count as one, including the conversations that each had before they were
// linked. Without an `oaId` this holds in every inbox where the customer id occurs.
function ofCustomer({ tables }: PostgresContext, accountId: string, customerId: string, oaId: string | null): Fragment {
  const inbox = oaId === null ? nothing : sql`and i.oa_id = ${oaId}`
  return sql`c.contact_inbox_id in (select m.id from ${tables.contact_inboxes} i
    join ${tables.contact_inboxes} m on m.account_id = ${accountId}
      and (m.id = coalesce(i.canonical_id, i.id) or m.canonical_id = coalesce(i.canonical_id, i.id))
    where i.account_id = ${accountId} and i.customer_id = ${customerId} ${inbox})`
}
