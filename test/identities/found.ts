import type { RawReader } from '../../src/contract/index.js'
import type { Conversation } from '../../src/model/records.js'
import type { AccountConversations } from '../../src/store/account-conversations.js'
import type { ContactInboxColumns, EventColumns, MessageColumns } from '../histories/world.js'
import { type History, inbox } from './history.js'

interface StoredMessage extends MessageColumns {
  readonly status: string | null
  readonly reactions: readonly { readonly sender_id: string; readonly emoji: string | null }[]
}
interface StoredEvent extends EventColumns {
  readonly type: string
  readonly message_id: string | null
  readonly target_message_id: string | null
  readonly local_id: string | null
}
interface StoredContactInbox extends ContactInboxColumns {
  readonly scopes: readonly string[] | null
}
interface StoredConversation {
  readonly id: string
  readonly contact_inbox_id: string
  readonly status: string
  readonly version: number
  readonly unread_count: number
  readonly read_seq: number
  readonly last_seq: number
  readonly merged_parts: readonly StoredPart[] | null
}
/** A conversation that was merged into another one. Its messages are stored under its own id and numbers. */
interface StoredPart {
  readonly id: string
  readonly read_seq: number
  readonly last_seq: number
}

/** What is stored when a history is over, and what the store shows of it. */
export interface Found {
  readonly conversations: readonly StoredConversation[]
  readonly messages: readonly StoredMessage[]
  readonly events: readonly StoredEvent[]
  readonly contactInboxes: readonly StoredContactInbox[]
  readonly shown: ReadonlyMap<string, Conversation>
  /** The active conversation that each id finds. */
  readonly activeOf: ReadonlyMap<string, string | null>
}

/** The ids under which the messages of a conversation are stored, with the read horizon of each. */
export function storedParts({ id, read_seq, last_seq, merged_parts }: StoredConversation): readonly StoredPart[] {
  return [{ id, read_seq, last_seq }, ...(merged_parts ?? [])]
}

/** The conversation that a stored id leads to. */
export function holderOf({ conversations }: Pick<Found, 'conversations'>, storedId: string): StoredConversation | undefined {
  return conversations.find((row) => storedParts(row).some(({ id }) => id === storedId))
}

export async function readFound({ people }: History, account: AccountConversations, raw: RawReader): Promise<Found> {
  const { accountId } = account
  const [conversations, messages, events, contactInboxes] = await Promise.all([
    raw.conversations(accountId),
    raw.messages(accountId),
    raw.events(accountId),
    raw.contactInboxes(accountId),
  ])
  const { items } = await account.listConversations({ oaId: inbox, limit: 500 })
  const ids = new Set(people.flatMap(({ eras }) => eras.flatMap(({ phone, userId }) => [...(phone === null ? [] : [phone]), userId])))
  const active = await Promise.all(
    [...ids].map(async (id) => [id, (await account.findByOaAndCustomer({ oaId: inbox, customerId: id }))?.id ?? null] as const),
  )
  const rows = { conversations, messages, events, contactInboxes } as unknown as Pick<
    Found,
    'conversations' | 'messages' | 'events' | 'contactInboxes'
  >
  return { ...rows, shown: new Map(items.map((each) => [each.id, each])), activeOf: new Map(active) }
}
