import { field, readId } from '../reading/fields.js'
import { eventBase, type ItemReading } from '../reading/item-context.js'
import { readSeconds } from './participants.js'

const kind = 'chat_id'

/**
 * Reads how a group becomes a supergroup, which has another id. Telegram tells it in both chats, and both say the same.
 * Message ids count from 1 in each of the two, and the store keeps them apart by the chat. Null when a message says
 * nothing of it.
 */
export function readMigration(message: unknown, oaId: string): ItemReading | null {
  const chat = readId(field(field(message, 'chat'), 'id'), 'chat.id')
  const to = readId(field(message, 'migrate_to_chat_id'), 'migrate_to_chat_id')
  const from = readId(field(message, 'migrate_from_chat_id'), 'migrate_from_chat_id')
  if (to === null && from === null) return null
  const [previous, current] = to === null ? [from, chat] : [chat, to]
  if (previous === null || current === null) return { refused: 'chat.id is missing' }
  if ('refused' in previous) return previous
  if ('refused' in current) return current
  if (previous.id === current.id) return { refused: 'the two ids of the chat are the same' }
  const context = { oaId, customerId: current.id, fromInbox: false, standby: false, occurredAt: readSeconds(field(message, 'date')) }
  const event = {
    type: 'identity_change',
    previous: [{ id: previous.id, kind }],
    current: [{ id: current.id, kind }],
    ...eventBase(context),
  } as const
  return { context, events: [event] }
}
