import { field, isRecord, readId, stringField } from '../reading/fields.js'
import { eventBase, type ItemReading } from '../reading/item-context.js'
import { textOf, unwrapped } from './content.js'
import { type EvolutionContext, type EvolutionInbox, readChat } from './participants.js'
import { readMilliseconds } from './times.js'

/** Reads a reaction. One without an emoji takes it away. Null when the message is none. */
export function readReaction(message: unknown, eventId: string, context: EvolutionContext): ItemReading | null {
  const reaction = field(message, 'reactionMessage')
  if (!isRecord(reaction)) return null
  const target = readId(field(field(reaction, 'key'), 'id'), 'reactionMessage.key.id')
  if (target === null) return { refused: 'reactionMessage.key.id is missing' }
  if ('refused' in target) return target
  const base = { type: 'reaction', targetMessageId: target.id, eventId, ...eventBase(context) } as const
  const emoji = stringField(reaction, 'text') ?? ''
  return { context, events: [emoji === '' ? { ...base, action: 'remove' } : { ...base, action: 'add', emoji }] }
}

/** Reads a message of WhatsApp's own protocol: a deletion or an edit of another one. Null when it is none. */
export function readProtocol(message: unknown, eventId: string, context: EvolutionContext): ItemReading | null {
  const edited = field(field(message, 'editedMessage'), 'message')
  const protocol = field(message, 'protocolMessage') ?? field(edited, 'protocolMessage')
  if (!isRecord(protocol)) return null
  const type = String(field(protocol, 'type') ?? '')
  const target = readId(field(field(protocol, 'key'), 'id'), 'protocolMessage.key.id')
  if (target !== null && 'refused' in target) return target
  if (type === 'REVOKE' || type === '0') {
    if (target === null) return { refused: 'protocolMessage.key.id is missing' }
    return { context, events: [{ type: 'message_delete', targetMessageId: target.id, eventId, ...eventBase(context) }] }
  }
  const text = textIn(field(protocol, 'editedMessage'))
  if (type !== 'MESSAGE_EDIT' && type !== '14') return { ignored: 'a message of WhatsApp’s protocol' }
  if (target === null || text === null) return { refused: 'protocolMessage.key.id or editedMessage is missing' }
  return { context, events: [{ type: 'message_edit', targetMessageId: target.id, text, eventId, ...eventBase(context) }] }
}

/** Reads `messages.edited`. Its key is that of the message. */
export function readEdit(data: unknown, inbox: EvolutionInbox): ItemReading {
  const chat = readChat(field(data, 'key'), inbox)
  if ('refused' in chat || 'ignored' in chat) return chat
  const target = readId(field(field(data, 'key'), 'id'), 'key.id')
  if (target === null) return { refused: 'key.id is missing' }
  if ('refused' in target) return target
  const text = textIn(field(data, 'editedMessage'))
  if (text === null) return { refused: 'editedMessage has no text' }
  const context = { ...chat, occurredAt: readMilliseconds(field(data, 'timestampMs')) }
  return { context, events: [{ type: 'message_edit', targetMessageId: target.id, text, ...eventBase(context) }] }
}

/** Reads `messages.delete`. Its data is the key of the message, or has it. It does not say when it happened. */
export function readDeletion(data: unknown, inbox: EvolutionInbox): ItemReading {
  const key = field(data, 'key') ?? data
  const context = readChat(key, inbox)
  if ('refused' in context || 'ignored' in context) return context
  const target = readId(field(key, 'id'), 'id')
  if (target === null) return { refused: 'id is missing' }
  if ('refused' in target) return target
  return { context, events: [{ type: 'message_delete', targetMessageId: target.id, ...eventBase(context) }] }
}

/** The text or the caption of an edited message. */
function textIn(edited: unknown): string | null {
  const message = unwrapped(edited)
  const captions = ['imageMessage', 'videoMessage', 'documentMessage'].map((name) => stringField(field(message, name), 'caption'))
  return textOf(message) ?? captions.find((caption) => caption !== null) ?? null
}
