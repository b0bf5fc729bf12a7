import type { OnClosed } from '../../model/records.js'
import { usernameKey } from '../../model/username-key.js'
import type { ParsedUpsert } from '../../model/validation/conversation-schemas.js'
import type { ConversationTarget, Patch, UpsertItem } from '../adapter.js'
import { type StampedEvents, stampEvents } from './stamp-events.js'

export interface ItemStamps {
  readonly newId: () => string
  readonly operationId: string
  readonly defaultOnClosed: OnClosed
}

export interface StampedItem {
  readonly item: UpsertItem
  readonly origins: StampedEvents['origins']
}

/**
 * Gives an item everything that its write may need, once, so that an attempt that is sent again is the same in every
 * byte.
 */
export function stampItem(input: ParsedUpsert, { newId, operationId, defaultOnClosed }: ItemStamps): StampedItem {
  const { oaId, customerId, channel = null, expectedVersion = null, onClosed = null, matchUsername = false, customerUsername } = input
  const identities = input.identities ?? []
  const { events, origins } = stampEvents(input.events ?? [], { customerId, newId, history: input.history === true })
  return {
    origins,
    item: {
      oaId,
      customerId,
      operationId,
      ids: { conversation: newId(), contact: newId(), contactInbox: newId(), identities: identities.map(newId) },
      identities,
      patch: conversationPatch(input),
      channel,
      expectedVersion,
      onClosed,
      defaultOnClosed,
      historyOpens: input.opens ?? 'open',
      markUnread: input.markUnread === true,
      usernameKey: matchUsername && typeof customerUsername === 'string' ? usernameKey(customerUsername) : null,
      events,
    },
  }
}

export function conversationPatch(input: { readonly [K in keyof Patch]?: Patch[K] | undefined }): Patch {
  return pickDefined(input, ['nickname', 'customerName', 'customerUsername', 'chatbotId', 'metadata'])
}

/**
 * Picks the given keys that have a value. A key with the value undefined would not mean the same in a patch as a key
 * that is left out.
 */
export function pickDefined<T extends object, K extends keyof T>(
  input: T,
  keys: readonly K[],
): { readonly [P in K]?: Exclude<T[P], undefined> } {
  const picked: { [P in K]?: Exclude<T[P], undefined> } = {}
  for (const key of keys) {
    const value = input[key]
    if (value !== undefined) picked[key] = value as Exclude<T[K], undefined>
  }
  return picked
}

interface KeyOfConversation {
  readonly conversationId?: string | undefined
  readonly oaId?: string | undefined
  readonly customerId?: string | undefined
}

/** The schema has checked that exactly one of the two forms is complete, so no default is ever used. */
export function conversationTarget({ conversationId, oaId = '', customerId = '' }: KeyOfConversation): ConversationTarget {
  return conversationId === undefined ? { oaId, customerId } : { conversationId }
}
