import { field, idText, isRecord, listField, readId, stringField } from '../reading/fields.js'
import { eventBase, type ItemReading } from '../reading/item-context.js'
import { textOf } from './message.js'
import { readChat, readSeconds } from './participants.js'

/** Reads an edit. It is the whole message once more, of which the text counts. */
export function readEdit(message: unknown, oaId: string): ItemReading {
  const context = readChat(message, oaId)
  if ('refused' in context || 'ignored' in context) return context
  const target = readId(field(message, 'message_id'), 'message_id')
  if (target === null) return { refused: 'message_id is missing' }
  if ('refused' in target) return target
  const text = textOf(message)
  if (text === null) return { ignored: 'an edit of what is no text, such as a live location' }
  const edited = { ...context, occurredAt: readSeconds(field(message, 'edit_date')) ?? context.occurredAt }
  return { context: edited, events: [{ type: 'message_edit', targetMessageId: target.id, text, ...eventBase(edited) }] }
}

/** Reads the deletions in a chat of a business account. Telegram tells of no others, and not when they happened. */
export function readDeletions(deleted: unknown, oaId: string): ItemReading {
  const context = readChat(deleted, oaId)
  if ('refused' in context || 'ignored' in context) return context
  const ids = [...new Set(listField(deleted, 'message_ids').map(idText))].filter((id) => id !== null)
  if (ids.length === 0) return { refused: 'message_ids are missing' }
  return {
    context,
    events: ids.map((targetMessageId) => ({ type: 'message_delete', targetMessageId, eventId: `deleted:${targetMessageId}` })),
  }
}

/** Reads how a customer reacts now. Telegram tells all their reactions to the message, and one of them is kept. */
export function readReaction(reaction: unknown, oaId: string): ItemReading {
  const context = readChat({ ...Object(reaction), from: field(reaction, 'user') }, oaId)
  if ('refused' in context || 'ignored' in context) return context
  const target = readId(field(reaction, 'message_id'), 'message_id')
  if (target === null) return { refused: 'message_id is missing' }
  if ('refused' in target) return target
  const base = { type: 'reaction', targetMessageId: target.id, ...eventBase(context) } as const
  const [now] = listField(reaction, 'new_reaction').filter(isRecord)
  if (now === undefined) return { context, events: [{ ...base, action: 'remove' }] }
  const emoji = stringField(now, 'emoji') || stringField(now, 'custom_emoji_id') || (stringField(now, 'type') === 'paid' ? '⭐' : '')
  return emoji === '' ? { refused: 'new_reaction.emoji is missing' } : { context, events: [{ ...base, action: 'add', emoji }] }
}
