import type { EventInput } from '../model/event-inputs.js'
import type { Conversation } from '../model/records.js'
import type { AccountConversations } from '../store/account-conversations.js'
import type { ConversationStore } from '../store/create-conversation-store.js'
import type { CustomerKey } from '../store/inputs.js'
import type { ConversationEventsResult } from '../store/results.js'
import type { RawReader, RawRow } from './contract-backend.js'

/** One customer of one account's inbox. Most cases take place there. */
export interface Scene extends CustomerKey {
  readonly store: ConversationStore
  readonly accountId: string
  readonly account: AccountConversations
  readonly key: CustomerKey
  /** Another customer of the same inbox. */
  another(): Scene
  /** The same customer id and the same inbox id, in another account. */
  foreign(): Scene
  /** Writes events for this customer. */
  write(...events: readonly EventInput[]): Promise<ConversationEventsResult>
  /** Returns the customer's active conversation, and opens one without events if there is none. */
  open(): Promise<Conversation>
  /** Raw rows of this account. */
  rows: {
    conversations(): Promise<readonly RawRow[]>
    messages(): Promise<readonly RawRow[]>
    events(): Promise<readonly RawRow[]>
    contactInboxes(): Promise<readonly RawRow[]>
    contacts(): Promise<readonly RawRow[]>
    inboxes(): Promise<readonly RawRow[]>
  }
}

export function createScene(store: ConversationStore, unique: (prefix: string) => string, raw: RawReader): Scene {
  return sceneOf({ store, unique, raw, accountId: unique('account'), oaId: unique('oa'), customerId: unique('customer') })
}

interface SceneParts extends CustomerKey {
  readonly store: ConversationStore
  readonly unique: (prefix: string) => string
  readonly raw: RawReader
  readonly accountId: string
}

function sceneOf(parts: SceneParts): Scene {
  const { store, unique, raw, accountId, oaId, customerId } = parts
  const account = store.forAccount(accountId)
  const key = { oaId, customerId }
  return {
    store,
    accountId,
    account,
    oaId,
    customerId,
    key,
    another: () => sceneOf({ ...parts, customerId: unique('customer') }),
    foreign: () => sceneOf({ ...parts, accountId: unique('account') }),
    write: (...events) => account.upsertConversationWithEvents({ ...key, events }),
    open: async () => (await account.upsertConversation(key)).conversation,
    rows: {
      conversations: () => raw.conversations(accountId),
      messages: () => raw.messages(accountId),
      events: () => raw.events(accountId),
      contactInboxes: () => raw.contactInboxes(accountId),
      contacts: () => raw.contacts(accountId),
      inboxes: () => raw.inboxes(accountId),
    },
  }
}
