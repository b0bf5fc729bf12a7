import { compositeKey } from '../../model/composite-key.js'
import type { ConversationRow } from '../../model/planning/rows.js'

/** A question that the planner asks of the database. */
export type Need =
  | { readonly what: 'inbox'; readonly oaId: string }
  | { readonly what: 'contact' | 'contacts merged into'; readonly id: string }
  | { readonly what: 'customer'; readonly oaId: string; readonly customerId: string }
  | { readonly what: 'contact inbox'; readonly id: string }
  | { readonly what: 'aliases'; readonly contactInboxId: string }
  | { readonly what: 'conversation'; readonly id: string }
  | { readonly what: 'active conversation' | 'latest conversation' | 'all conversations'; readonly contactInboxId: string }
  | { readonly what: 'username'; readonly oaId: string; readonly usernameKey: string }
  | { readonly what: 'operation'; readonly contactInboxId: string; readonly operationId: string }
  | { readonly what: 'message'; readonly id: string }
  | { readonly what: 'message by message id' | 'message by local id'; readonly contactInboxId: string; readonly value: string }
  | { readonly what: 'event by message id' | 'event by dedupe key'; readonly contactInboxId: string; readonly value: string }
  | { readonly what: 'waiting for message' | 'waiting for local'; readonly contactInboxId: string; readonly value: string }
  | { readonly what: 'waiting for conversation'; readonly contactInboxId: string }
  /** Whether anything waits at all. The other questions about what waits follow only if something does. */
  | { readonly what: 'anything waiting'; readonly contactInboxId: string }
  | { readonly what: 'all waiting'; readonly contactInboxId: string }
  /** The messages that have an id which a message of another scope of the same person has as well. */
  | { readonly what: 'doubles'; readonly scopes: readonly string[] }
  /** The messages of two conversations that may have a copy in the other one. */
  | { readonly what: 'common messages'; readonly kept: ConversationRow; readonly lost: ConversationRow }
  | { readonly what: 'waiting since'; readonly contactInboxId: string; readonly since: Date }
  | { readonly what: 'undelivered'; readonly contactInboxId: string; readonly status: 'delivered' | 'read'; readonly upTo: Date }
  /** The latest message, except those in `but`, which were loaded before, and those that the merges hide. */
  | {
      readonly what: 'latest message' | 'last answer'
      readonly conversationId: string
      readonly merges: readonly string[]
      readonly but: readonly string[]
    }
  | {
      readonly what: 'first question'
      readonly conversationId: string
      readonly merges: readonly string[]
      readonly after: { readonly at: Date; readonly seq: number } | null
      readonly but: readonly string[]
    }

/**
 * The planner asked for something that was not loaded. The error passes through the planner, and is caught where the
 * missing rows can be loaded.
 */
export class WorldIncomplete extends Error {
  readonly needs: readonly Need[]

  constructor(needs: readonly Need[]) {
    super(`not loaded: ${needs.map(({ what }) => what).join(', ')}`)
    this.needs = needs
  }
}

/**
 * The text by which an answered question is remembered. It is a single text, because every read of the world looks it
 * up.
 */
export function questionOf(need: Need): string {
  switch (need.what) {
    case 'inbox':
      return compositeKey(need.what, need.oaId)
    case 'customer':
      return compositeKey(need.what, need.oaId, need.customerId)
    case 'username':
      return compositeKey(need.what, need.oaId, need.usernameKey)
    case 'contact':
    case 'contacts merged into':
    case 'contact inbox':
    case 'conversation':
    case 'message':
      return compositeKey(need.what, need.id)
    case 'aliases':
    case 'active conversation':
    case 'latest conversation':
    case 'all conversations':
    case 'all waiting':
    case 'waiting for conversation':
    case 'anything waiting':
      return compositeKey(need.what, need.contactInboxId)
    case 'waiting since':
      return compositeKey(need.what, need.contactInboxId, String(need.since.getTime()))
    case 'operation':
      return compositeKey(need.what, need.contactInboxId, need.operationId)
    case 'undelivered':
      return compositeKey(need.what, need.contactInboxId, need.status, String(need.upTo.getTime()))
    case 'common messages':
      return compositeKey(need.what, need.kept.id, need.lost.id)
    case 'doubles':
      return compositeKey(need.what, ...need.scopes)
    case 'first question': {
      const after = need.after === null ? [] : [String(need.after.at.getTime()), String(need.after.seq)]
      return compositeKey(need.what, need.conversationId, ...after, need.merges.join(), need.but.join())
    }
    case 'last answer':
    case 'latest message':
      return compositeKey(need.what, need.conversationId, need.merges.join(), need.but.join())
    default:
      return compositeKey(need.what, need.contactInboxId, need.value)
  }
}
