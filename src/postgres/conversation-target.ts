import type { ConversationTarget, CustomerTarget } from '../store/adapter.js'
import type { PostgresContext } from './context.js'
import { rememberedOutcome } from './operation-marks.js'
import { type Fragment, raw, sql } from './sql.js'

/** The id of the canonical contact inbox, to which a customer's conversations belong. */
export function canonicalContactInbox({ tables }: PostgresContext, accountId: string, { oaId, customerId }: CustomerTarget): Fragment {
  return sql`(select coalesce(i.canonical_id, i.id) from ${tables.contact_inboxes} i
    where i.account_id = ${accountId} and i.oa_id = ${oaId} and i.customer_id = ${customerId})`
}

/**
 * The customer id of the canonical contact inbox, by which a customer's active conversation is found. An alias and its
 * canonical customer are in the same inbox, so only the customer id differs.
 */
export function headCustomerId({ tables }: PostgresContext, accountId: string, { oaId, customerId }: CustomerTarget): Fragment {
  return sql`(
  select coalesce((select h.customer_id from ${tables.contact_inboxes} h where h.account_id = ${accountId} and h.id = i.canonical_id), i.customer_id)
  from ${tables.contact_inboxes} i where i.account_id = ${accountId} and i.oa_id = ${oaId} and i.customer_id = ${customerId})`
}

/** The id of a customer's active conversation, found by the unique index that allows only one. */
function activeConversationId(context: PostgresContext, accountId: string, customer: CustomerTarget): Fragment {
  const { tables } = context
  return sql`(select a.id from ${tables.contact_inboxes} k
    join ${tables.conversations} a
      on a.account_id = ${accountId} and a.oa_id = k.oa_id and a.customer_id = k.customer_id and a.status <> 'closed'
    where k.account_id = ${accountId} and k.id = ${canonicalContactInbox(context, accountId, customer)})`
}

/** The id of a customer's conversation with the greatest (created_at, id), closed or not. */
export function latestConversationId(context: PostgresContext, accountId: string, customer: CustomerTarget): Fragment {
  return sql`(select l.id from ${context.tables.conversations} l
    where l.account_id = ${accountId} and l.contact_inbox_id = ${canonicalContactInbox(context, accountId, customer)}
    order by l.created_at desc, l.id desc limit 1)`
}

interface TargetedWrite {
  readonly accountId: string
  readonly operationId: string
  readonly firstSentAt: number | null
  readonly target: ConversationTarget
}

/**
 * The id of the conversation that a write means. A call that is sent again means the conversation that it wrote before:
 * after a call closed a customer's active conversation, there is no active one to find.
 */
export function targetId(context: PostgresContext, input: TargetedWrite): Fragment {
  const { accountId, operationId, firstSentAt, target } = input
  if ('conversationId' in target) return sql`${target.conversationId}`
  const now = activeConversationId(context, accountId, target)
  if (firstSentAt === null) return now
  return sql`coalesce((select r.id from ${context.tables.conversations} r
    where r.account_id = ${accountId} and r.contact_inbox_id = ${canonicalContactInbox(context, accountId, target)}
      and ${rememberedOutcome(raw('r.operations'), operationId)} is not null limit 1), ${now})`
}
