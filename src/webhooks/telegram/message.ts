import type { JsonObject } from '../../model/json.js'
import { field, idText, present, readId, stringField } from '../reading/fields.js'
import type { ItemReading } from '../reading/item-context.js'
import { messageEvent } from '../reading/message-event.js'
import { readAttachments } from './attachments.js'
import { readMigration } from './notices.js'
import { readChat } from './participants.js'

/** What Telegram says of a private chat, and nobody wrote. */
const serviceMessages = [
  ...['pinned_message', 'message_auto_delete_timer_changed', 'write_access_allowed', 'chat_background_set', 'boost_added'],
  ...['connected_website', 'passport_data', 'proximity_alert_triggered', 'users_shared', 'chat_shared', 'refunded_payment'],
  ...['new_chat_members', 'left_chat_member', 'new_chat_title', 'new_chat_photo', 'delete_chat_photo', 'group_chat_created'],
]

/** Reads a message. Of one that nobody knows how to read, that there was one is kept. */
export function readMessage(message: unknown, oaId: string): ItemReading {
  const migration = readMigration(message, oaId)
  if (migration !== null) return migration
  const context = readChat(message, oaId)
  if ('refused' in context || 'ignored' in context) return context
  const service = serviceMessages.find((name) => (field(message, name) ?? null) !== null)
  if (service !== undefined) return { ignored: `the service message ${service}` }
  const id = readId(field(message, 'message_id'), 'message_id')
  if (id === null) return { refused: 'message_id is missing' }
  if ('refused' in id) return id
  const attachments = readAttachments(message)
  const said = textOf(message)
  const event = messageEvent(context, {
    messageId: id.id,
    text: said ?? '',
    attachments,
    metadata: readMetadata(message, said === null && attachments.length === 0),
    replyTo: idText(field(field(message, 'reply_to_message'), 'message_id')),
  })
  const isOfBot = context.fromInbox && field(message, 'sender_business_bot') !== undefined
  return { context, events: [isOfBot ? { ...event, sender: { id: oaId, type: 'bot' } } : event] }
}

/** The text of a message, which is called a caption where there is a file; null when it has none. */
export function textOf(message: unknown): string | null {
  return stringField(message, 'text') ?? stringField(message, 'caption')
}

function readMetadata(message: unknown, isUnsupported: boolean): JsonObject | null {
  const [, startPayload] = /^\/start (\S{1,64})$/.exec(stringField(message, 'text') ?? '') ?? []
  return present({
    // What a link to the bot carried.
    startPayload,
    // Each file of an album is a message of its own.
    groupKey: idText(field(message, 'media_group_id')),
    businessConnectionId: idText(field(message, 'business_connection_id')),
    forwarded: (field(message, 'forward_origin') ?? field(message, 'forward_date') ?? null) !== null || null,
    unsupported: isUnsupported || null,
  })
}
