import { ConversationStoreError } from '../model/errors.js'
import type { ConversationTarget, CustomerTarget } from '../store/adapter.js'
import { inSession, type MongoContext } from './context.js'
import type { Doc } from './driver.js'
import { type HeadMemory, knownHead, noteHead } from './known-heads.js'

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

/**
 * The filter for the conversation that a target names. A target by customer names the active conversation. Where the
 * customer is known as an alias, the filter asks for the conversation of its head, if that one still names the alias.
 */
export function targetFilter(context: HeadMemory, accountId: string, target: ConversationTarget): Doc {
  if ('conversationId' in target) return { accountId, _id: target.conversationId }
  const { oaId, customerId } = target
  const head = knownHead(context, accountId, target)?.customerId ?? customerId
  const active = { accountId, oa_id: oaId, customer_id: head, active: true }
  return head === customerId ? active : { ...active, 'group.aliases.customer_id': customerId }
}

/**
 * The filter for the active conversation of a target where `targetFilter` has found none: that of the customer whom the
 * target is an alias of, or the target's own if it was known as an alias and is none. Null if there is nothing else to
 * look for.
 */
export async function otherFilter(context: MongoContext, accountId: string, target: ConversationTarget): Promise<Doc | null> {
  if ('conversationId' in target) return null
  const canonical = await canonicalContactInbox(context, accountId, target)
  if (canonical === null) return null
  if (!canonical.isAlias) {
    const head = knownHead(context, accountId, target)
    if (head === null || head.customerId === target.customerId) return null
    noteHead(context, accountId, target, null)
  }
  return { accountId, contact_inbox_id: canonical.id, active: true }
}

export function conversationNotFound(): ConversationStoreError<'NOT_FOUND'> {
  return new ConversationStoreError('NOT_FOUND', { what: 'conversation' })
}
