import type { MergeOptions } from './merge-types.js'
import type { AdoptionDatabase } from './options.js'
import type { SwapOptions } from './swap-types.js'
import { type Conversations, conversationsOf } from './tables.js'

/** The tables of a merge, with their defaults. */
export interface MergeTables {
  /**
   * Its `status` is null if all conversations are doubles of each other, whatever theirs is. Its `id` is the field by
   * which messages name it, and null for the primary key, on MongoDB `_id`. Its `customerName` is null if the host
   * named none.
   */
  readonly conversations: Conversations & { readonly id: string | null; readonly customerName: string | null }
  readonly messages: { readonly name: string; readonly conversationId: string; readonly messageId: string | null } | null
  readonly counters: NonNullable<MergeOptions['counters']>
}

export function mergeTables(db: AdoptionDatabase, options: MergeOptions): MergeTables {
  const { messages = {}, counters = {}, over = 'active' } = options
  const { id = null, customerName = null } = options.conversations ?? {}
  const conversations = { ...conversationsOf(db, options.conversations), id, customerName }
  return {
    conversations: over === 'all' ? { ...conversations, status: null } : conversations,
    messages:
      messages === null
        ? null
        : {
            name: messages.name ?? 'messages',
            conversationId: messages.conversationId ?? 'conversation_id',
            messageId: messages.messageId === undefined ? 'message_id' : messages.messageId,
          },
    counters,
  }
}

/** The field with the name of a customer, where the host names none and has one. */
export const commonNameField = 'sender_name'

/** The tables that a swap of the index changes: with a merge, the messages too. */
export function changedBySwap(db: AdoptionDatabase, name: string, { merge }: Pick<SwapOptions, 'merge'>): readonly string[] {
  const messages = merge === undefined ? null : mergeTables(db, { db, ...merge }).messages
  return messages === null ? [name] : [name, messages.name]
}

/** Which conversation of a group is kept, in a sentence. */
export function keptRule({ activityAt }: Conversations): string {
  return activityAt === null
    ? 'The conversation with the greatest id is kept, because no field with the time of the latest activity was named.'
    : `The conversation with the latest ${activityAt} is kept, and among equals the one with the greatest id.`
}
