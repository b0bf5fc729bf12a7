import { compositeKey } from '../model/composite-key.js'
import type { CustomerTarget } from '../store/adapter.js'
import type { RecentValues } from '../store/recent-values.js'
import { isLinked } from './documents/conversations.js'
import { groupOf } from './documents/groups.js'
import type { Doc } from './driver.js'

/**
 * Whose conversations a customer with several ids has. It is a hint that may be out of date, so every command which
 * goes by it also asks the conversation whether it holds.
 */
export interface KnownHead {
  /** The id of the customer that the conversations name. */
  readonly customerId: string
  /** Whether messages and events are stored under several contact inboxes. */
  readonly isWide: boolean
  /** Whether the contact inbox of the head tells whom to answer. */
  readonly isLinked: boolean
}

/** What was last seen of customers with several ids, each by the composite key of its account, `oaId` and id. */
export interface HeadMemory {
  readonly heads: RecentValues<KnownHead>
}

export function knownHead({ heads }: HeadMemory, accountId: string, { oaId, customerId }: CustomerTarget): KnownHead | null {
  return heads.get(compositeKey(accountId, oaId, customerId)) ?? null
}

/** Remembers the head of a customer. One with a single id, of which nothing else is known, is forgotten: so is null. */
export function noteHead({ heads }: HeadMemory, accountId: string, { oaId, customerId }: CustomerTarget, head: KnownHead | null): void {
  const key = compositeKey(accountId, oaId, customerId)
  if (head === null || (head.customerId === customerId && !head.isWide && !head.isLinked)) heads.delete(key)
  else heads.set(key, head)
}

/** Remembers the head of a customer by the conversation that was found, if that one names the customer as an alias. */
export function noteHeadOf(context: HeadMemory, accountId: string, customer: CustomerTarget, conversation: Doc): void {
  const group = groupOf(conversation)
  const isNamed = conversation.oa_id === customer.oaId && group?.aliases.some(({ customerId }) => customerId === customer.customerId)
  if (!group || !isNamed) return
  const head = { customerId: String(conversation.customer_id), isWide: group.scopes.length > 1, isLinked: isLinked(conversation) }
  noteHead(context, accountId, customer, head)
}
