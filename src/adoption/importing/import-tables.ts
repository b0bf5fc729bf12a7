import type { ImportedConversations, ImportedInboxes, ImportedMessages, ImportOptions } from '../import-types.js'
import { type Conversations, conversationsOf, type Integrations, integrationsOf } from '../tables.js'

/** The fields of a conversation that come over, by what they are in the store. */
const conversationFields = [
  'status',
  'snoozedUntil',
  'activityAt',
  'unread',
  'nickname',
  'customerName',
  'customerUsername',
  'chatbotId',
  'metadata',
  'channel',
] as const
export type ConversationField = (typeof conversationFields)[number]

const messageFields = ['messageId', 'text', 'occurredAt', 'direction', 'senderId', 'senderName', 'attachments', 'metadata'] as const
export type MessageField = (typeof messageFields)[number]

/** The tables of an import, with their defaults. */
export interface ImportTables {
  readonly conversations: Conversations & {
    /** The field by which messages name it. Null for the primary key. */
    readonly id: string | null
    readonly snoozed: readonly string[]
    readonly channels: Readonly<Record<string, string>>
    readonly fields: Readonly<Partial<Record<ConversationField, string>>>
  }
  readonly messages: ImportedMessagesTable | null
  readonly inboxes: ImportedInboxesTable | null
  readonly account: string | null
}

export interface ImportedMessagesTable {
  readonly name: string
  readonly schema: string
  readonly conversationId: string
  readonly outbound: ReadonlySet<string>
  readonly where: Readonly<Record<string, string | number | boolean | null>>
  readonly fields: Readonly<Partial<Record<MessageField, string>>>
}

interface ImportedInboxesTable extends Integrations {
  readonly channel: string | null
  readonly channels: Readonly<Record<string, string>>
  readonly defaultChannel: string
  readonly inboxName: string | null
}

export function importTables(options: ImportOptions): ImportTables {
  const { db, conversations = {}, messages = {}, inboxes, account = null } = options
  const table = conversationsOf(db, conversations)
  return {
    account,
    conversations: {
      ...table,
      id: conversations.id ?? null,
      snoozed: conversations.snoozed ?? ['snoozed'],
      channels: conversations.channels ?? {},
      fields: named(conversationFields, conversations),
    },
    messages: messages === null ? null : messagesTable(messages, table),
    inboxes: inboxes === undefined ? null : inboxesTable(options, inboxes, conversations),
  }
}

const outboundWords = ['outbound', 'out', 'outgoing', 'agent', 'bot', 'page']

function messagesTable(messages: ImportedMessages, { schema }: Conversations): ImportedMessagesTable {
  const { name = 'messages', conversationId = 'conversation_id', outbound = outboundWords, where = {} } = messages
  const { messageId = 'message_id', text = 'text', occurredAt = 'created_at', ...others } = messages
  const fields = { ...named(messageFields, others), text, occurredAt, ...(messageId === null ? {} : { messageId }) }
  return { name, schema, conversationId, outbound: new Set(outbound.map(String)), where, fields }
}

function inboxesTable(
  { db, account }: ImportOptions,
  inboxes: ImportedInboxes,
  conversations: ImportedConversations,
): ImportedInboxesTable {
  const { channel = null, channels = {}, defaultChannel = 'api', inboxName = null } = inboxes
  const table = integrationsOf(db, inboxes, conversations)
  return { ...table, accountId: account === undefined ? table.accountId : '', channel, channels, defaultChannel, inboxName }
}

/** What the store calls a channel of the host's. */
export function channelNamed({ channels }: Pick<ImportTables['conversations'], 'channels'>, channel: string): string {
  return Object.hasOwn(channels, channel) ? (channels[channel] ?? channel) : channel
}

function named<F extends string>(
  fields: readonly F[],
  given: { readonly [K in F]?: string | null | undefined },
): Readonly<Partial<Record<F, string>>> {
  const found: Partial<Record<F, string>> = {}
  for (const field of fields) {
    const name = given[field]
    if (typeof name === 'string') found[field] = name
  }
  return found
}
