import { ConversationStoreError } from '../model/errors.js'
import type { ConversationTarget, CustomerTarget } from '../store/adapter.js'
import { inSession, type MongoContext } from './context.js'
import type { Doc } from './driver.js'

/** Finds the contact inbox that a customer's conversations belong to. Null for a customer who is unknown. */
export async function canonicalContactInbox(
  context: MongoContext,
  accountId: string,
  { oaId, customerId }: CustomerTarget,
): Promise<{ readonly id: string; readonly isAlias: boolean } | null> {
  const filter = { accountId, oa_id: oaId, customer_id: customerId }
  const found = await context.collections.contact_inboxes.findOne(filter, { ...inSession(context), projection: { canonical_id: 1 } })
  if (found === null) return null
  return typeof found.canonical_id === 'string' ? { id: found.canonical_id, isAlias: true } : { id: String(found._id), isAlias: false }
}

/** The filter for the conversation that a target names. A target by customer names the active conversation. */
export function targetFilter(accountId: string, target: ConversationTarget): Doc {
  return 'conversationId' in target
    ? { accountId, _id: target.conversationId }
    : { accountId, oa_id: target.oaId, customer_id: target.customerId, active: true }
}

/**
 * The filter for the active conversation of the customer that the target is an alias of. Null if the target is no
 * alias.
 */
export async function aliasFilter(context: MongoContext, accountId: string, target: ConversationTarget): Promise<Doc | null> {
  if ('conversationId' in target) return null
  const canonical = await canonicalContactInbox(context, accountId, target)
  return canonical?.isAlias ? { accountId, contact_inbox_id: canonical.id, active: true } : null
}

export function conversationNotFound(): ConversationStoreError<'NOT_FOUND'> {
  return new ConversationStoreError('NOT_FOUND', { what: 'conversation' })
}
